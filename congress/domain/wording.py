"""Violations in words: one Vietnamese sentence saying what is so and what to do."""

from .refusals import Violation

SENTENCES = {
    "full": "Đã đủ {total}/{planned} đại biểu. Rút 1 người, hoặc tăng quy mô (tối đa {cap}).",
    "invited_full": "Đã đủ {invited}/{limit} khách mời và lãnh đạo ({need} của {planned}). Rút 1 người, hoặc tăng quy mô.",
    "honoured_full": "Đã đủ {honoured}/{limit} điển hình theo tỷ lệ đúng của {planned} đại biểu. Rút 1 người, hoặc tăng quy mô.",
    "ratio_low": "{honoured}/{total} = {share} điển hình (cần {need}). Thêm {add} điển hình, hoặc bớt {drop} khách mời.",
    "ratio_high": "{honoured}/{total} = {share} điển hình (cần đúng {need}). Thêm {add} khách mời, hoặc bớt {drop} điển hình.",
    "over_planned": "Đã duyệt {total} người, quá quy mô {planned}. Rút bớt, hoặc tăng quy mô.",
    "nobody": "Chưa duyệt đại biểu nào. Duyệt danh sách trước khi chốt.",
    "size_nought": "Quy mô phải từ 1 đại biểu trở lên.",
    "size_cap": "Quy mô {planned} vượt mức tối đa {cap} của kế hoạch. Chọn {cap} trở xuống.",
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
}


def say(violation: Violation) -> str:
    """The sentence of a violation."""
    return SENTENCES[violation.code].format(**violation.numbers)
