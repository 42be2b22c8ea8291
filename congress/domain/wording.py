"""Violations in words: one Vietnamese sentence saying what is so and what to do."""

from .refusals import Violation

SENTENCES = {
    "full": "Đã đủ {total}/{planned} đại biểu. Rút 1 người, hoặc tăng quy mô{most}.",
    "uncounted_full": "Đã đủ {uncounted}/{cap} người không tính vào tỷ lệ (phục vụ, báo chí). Rút 1 người trước.",
    "uncounted_over": "Đã duyệt {uncounted} người không tính vào tỷ lệ (phục vụ, báo chí), kế hoạch cho {cap}. Rút {over} người.",
    "not_in_register": "Chưa có trong sổ điển hình: {names}. Thêm vào sổ, rồi nối ở mục Sổ điển hình của danh sách.",
    "invited_full": "Đã đủ {invited}/{limit} khách mời và lãnh đạo ({need} của {planned}). Rút 1 người, hoặc tăng quy mô.",
    "honoured_full": "Đã đủ {honoured}/{limit} điển hình theo tỷ lệ đúng của {planned} đại biểu. Rút 1 người, hoặc tăng quy mô.",
    "ratio_low": "{honoured}/{total} = {share} điển hình (cần {need}). Thêm {add} điển hình, hoặc bớt {drop} khách mời.",
    "ratio_high": "{honoured}/{total} = {share} điển hình (cần đúng {need}). Thêm {add} khách mời, hoặc bớt {drop} điển hình.",
    "over_planned": "Đã duyệt {total} người, quá quy mô {planned}. Rút bớt, hoặc tăng quy mô.",
    "nobody": "Chưa duyệt đại biểu nào. Duyệt danh sách trước khi chốt.",
    "size_nought": "Quy mô phải từ 1 đại biểu trở lên.",
    "size_cap": "Quy mô {planned} vượt mức tối đa {cap} của kế hoạch. Chọn {cap} trở xuống.",
    "plenary_over_cap": "Họp toàn thể {planned} người, quá mức {cap} của kế hoạch. Nên chọn đại biểu.",
    "size_approved": "Đã duyệt {total} người, quy mô không thể là {planned}. Quy mô nhỏ nhất được: {smallest}.",
    "size_invited": "Đã duyệt {invited} khách mời và lãnh đạo, quy mô {planned} chỉ cho {limit}. "
    "Quy mô nhỏ nhất được: {smallest}.",
    "before_window": "Ngày họp sớm hơn khung {window} của kế hoạch.",
    "after_window": "Ngày họp muộn hơn khung {window} của kế hoạch.",
    "before_pilot": "Ngày họp sớm hơn hội nghị điểm {name} ({date}).",
    "after_upper": "Ngày họp muộn hơn đại hội cấp trên {name} ({date}).",
    "missing_item": "Thiếu mục bắt buộc: {title}.",
    "wrong_order": "Sai thứ tự: “{title}” phải sau “{before}”.",
    "too_long": "Chương trình dài {minutes} phút, quá một buổi ({limit} phút). Bớt {over} phút.",
    "no_start": "Chưa có giờ bắt đầu.",
    "seats_full": "{unit} được {seats} chỗ “{component}”; đã duyệt {approved}. Rút 1 người, hoặc sửa phân bổ.",
    "seats_passed": "{unit} được {seats} chỗ “{component}”; như vậy sẽ có {approved} người đã duyệt. Rút bớt, hoặc sửa phân bổ.",
    "seats_above": "{unit} được {seats} chỗ “{component}”; đã duyệt {approved}. Rút {over} người, hoặc sửa phân bổ.",
    "no_seats": "{unit} không có chỗ nào cho “{component}” trong phân bổ. Sửa phân bổ trước khi duyệt.",
    "seats_over": "Đã chia {total} chỗ, quá quy mô {planned}. Bớt {over} chỗ, hoặc tăng quy mô.",
    "seats_invited": "Đã chia {seats} chỗ khách mời và lãnh đạo, tỷ lệ của {planned} đại biểu chỉ cho {limit}. Bớt chỗ bên này.",
    "seats_honoured": "Đã chia {seats} chỗ điển hình, tỷ lệ đúng của {planned} đại biểu chỉ cho {limit}. Bớt chỗ bên này.",
    "upward_empty": "Danh sách chưa có ai ở chỗ chính thức. Chọn người trước khi gửi.",
    "upward_over": "Phân bổ {seats} chỗ “{component}”, danh sách có {n}. Bớt {over} người, hoặc chuyển sang dự khuyết.",
    "upward_withdrawn": "{name} đã rút khỏi hội nghị của đơn vị. Bỏ khỏi danh sách gửi lên.",
    "upward_not_model": "{name} không thuộc điển hình ở hội nghị của đơn vị nên không dự với thành phần “{component}”.",
    "upward_unregistered": "{name} chưa có trong sổ điển hình. Nối với sổ ở trang của người này trước.",
    "vote_missing": "Chưa ghi kết quả biểu quyết. Ghi số có mặt, tán thành, không tán thành, ý kiến khác.",
    "vote_failed": "Biểu quyết không đạt: {votes}/{present} tán thành ({share}), cần quá nửa số có mặt. Biểu quyết lại.",
}


def say(violation: Violation) -> str:
    """The sentence of a violation."""
    return SENTENCES[violation.code].format(**violation.numbers)
