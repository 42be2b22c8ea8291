"""The workbook an office fills in: one header row, lists to choose from, a sheet that explains and a sheet of the lists."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from ..domain.person_words import CAPACITIES, SEXES
from ..domain.reference_lists import NO_RELIGION, PEOPLES, RELIGIONS
from .cells import TEXT_FORMAT, WRITE_TEXT_AS_TEXT, row_height, safe_text

LIST_SHEET, GUIDE_SHEET, CHOICES_SHEET = "Danh sách", "Hướng dẫn", "Danh mục"
_LAST_ROW = 2000            # how far down the lists to choose from reach
_GUIDE_WIDTHS = (34, 70, 32)  # characters
_FONT = "Times New Roman"
_A4 = 9
_DEGREES = ("Sơ cấp", "Trung cấp", "Cao đẳng", "Đại học", "Thạc sĩ", "Tiến sĩ")
_POLITICAL_DEGREES = ("Sơ cấp", "Trung cấp", "Cao cấp", "Cử nhân")


@dataclass(frozen=True)
class _Column:
    """A column: title, width, what to write with an example; the list to choose from; whether other texts are taken too."""

    title: str
    width: int
    advice: str
    example: str = ""
    choices: str = ""
    strict: bool = True
    text: bool = False      # Excel must not make a date or a number of it

    @property
    def required(self) -> bool:
        return self.title.endswith("*")


_COLUMNS = (
    _Column("STT", 5, "Số thứ tự; có thể để trống.", "1"),
    _Column("Họ và tên*", 26, "Mỗi dòng một người, ghi đủ họ và tên.", "Nông Văn Thắng"),
    _Column("Giới tính", 9, "Chọn Nam hoặc Nữ.", "Nam", "Giới tính"),
    _Column(
        "Ngày sinh (dd/mm/yyyy hoặc năm)", 17, "Ngày/tháng/năm; không rõ thì tháng/năm hoặc năm.", "12/05/1970", text=True,
    ),
    _Column("Dân tộc", 12, "Chọn trong danh mục. Chỉ ghi khi cơ quan tổ chức yêu cầu.", "Tày", "Dân tộc", False),
    _Column("Tôn giáo", 14, "Không theo thì chọn Không. Để trống nghĩa là chưa có thông tin.", "Không", "Tôn giáo", False),
    _Column("Đảng viên (x)", 9, "Đánh x nếu là đảng viên.", "x", "Đánh dấu"),
    _Column("Chức vụ", 24, "Chức vụ hoặc nghề nghiệp.", "Trưởng thôn"),
    _Column("Đơn vị công tác", 28, "Cơ quan, đơn vị hoặc thôn, tổ dân phố.", "Thôn Nà Này"),
    _Column("Đoàn", 22, "Đoàn đại biểu cùng đi; để trống nếu không chia đoàn.", "Đoàn xã Bành Trạch"),
    _Column("Thành phần*", 24, "Chọn trong danh mục của kế hoạch.", "", "Thành phần"),
    _Column(
        "Tư cách (cá nhân / đại diện tập thể / đại diện hộ gia đình)", 20, "Chọn một trong ba; để trống là cá nhân.", "Cá nhân",
        "Tư cách",
    ),
    _Column("Tên tập thể đại diện", 24, "Chỉ ghi khi đại diện tập thể hoặc hộ gia đình.", "Tổ hợp tác rau sạch Nà Này"),
    _Column("Lĩnh vực", 18, "Lĩnh vực hoặc phong trào có thành tích.", "Xây dựng nông thôn mới"),
    _Column("Lao động trực tiếp (x)", 10, "Đánh x nếu trực tiếp sản xuất, công tác.", "x", "Đánh dấu"),
    _Column("Trình độ chuyên môn", 16, "Trình độ cao nhất; có thể ghi thêm ngành.", "Đại học", "Trình độ chuyên môn", False),
    _Column("Lý luận chính trị", 13, "Trình độ cao nhất.", "Trung cấp", "Lý luận chính trị", False),
    _Column("Khen thưởng cao nhất", 24, "Hình thức khen thưởng cao nhất đã nhận.", "Bằng khen của Chủ tịch UBND tỉnh"),
    _Column("Thành tích tiêu biểu", 40, "Tóm tắt trong vài câu.", "Vận động 30 hộ hiến đất làm đường"),
    _Column("Đăng ký tham luận (x)", 10, "Đánh x nếu đăng ký phát biểu tham luận.", "x", "Đánh dấu"),
    _Column("Số điện thoại", 14, "10 chữ số, bắt đầu bằng 0.", "0912345678", text=True),
    _Column("Email", 24, "Một địa chỉ thư điện tử.", "thang@donvi.vn"),
    _Column("Số CCCD", 15, "12 chữ số; không bắt buộc. Không gửi ảnh chụp căn cước.", "004070001234", text=True),
    _Column("Ghi chú", 24, "Trưởng đoàn, ăn chay, đi xe lăn…", ""),
)

_HOW_TO = (
    "Điền vào trang “Danh sách”, mỗi dòng một người; không đổi tên cột, không thêm dòng tiêu đề.",
    "Cột có dấu * phải điền. Cột không dùng thì để trống hoặc xóa cả cột.",
    "Ô có mũi tên thì chọn trong danh sách; các giá trị nằm ở trang “Danh mục”.",
    "Ngày sinh, số điện thoại và số CCCD là ô dạng chữ để không mất số 0 ở đầu; dán từ tệp khác thì chọn “Dán giá trị”.",
    "Lưu dạng .xlsx rồi tải lên. Ô sai được chỉ rõ trước khi ghi vào danh sách; sửa ngay trên màn hình hoặc trong tệp.",
)
# What those concerned must be told: Luật 91/2025/QH15 and Nghị định 356/2025/NĐ-CP on personal data.
_NOTICE = (
    ("Mục đích", "Lập danh sách, xét duyệt, mời, đón tiếp đại biểu và báo cáo cơ cấu đại biểu của hội nghị."),
    ("Dữ liệu", "Các cột của trang “Danh sách”. Chỉ họ và tên và thành phần là bắt buộc."),
    (
        "Dữ liệu nhạy cảm",
        "Dân tộc, tôn giáo, đảng viên, lý luận chính trị: chỉ ghi khi cơ quan tổ chức yêu cầu để báo cáo cơ cấu. "
        "Không in trên thẻ, giấy mời, màn hình.",
    ),
    (
        "Ai được xem",
        "Người làm danh sách của cơ quan tổ chức và cơ quan cấp trên trực tiếp. Dữ liệu nhạy cảm chỉ người được giao mở được, "
        "mỗi lần mở đều ghi nhật ký. Người trực cửa chỉ thấy họ tên, đoàn, đơn vị, ảnh và chỗ ngồi.",
    ),
    (
        "Giữ bao lâu",
        "Tệp tải lên được xóa sau khi nhập xong. Danh sách được giữ đến khi hoàn thành việc tổng kết, "
        "sau đó theo quy định về lưu trữ.",
    ),
    (
        "Quyền của đại biểu",
        "Được biết, xem, đề nghị sửa hoặc xóa dữ liệu của mình; gửi đề nghị tới cơ quan tổ chức hội nghị. "
        "Người điền danh sách báo cho đại biểu biết nội dung này.",
    ),
)


def make_template(components: Sequence[str], *, congress_title: str) -> bytes:
    """Return the .xlsx to fill in: sheets "Danh sách" (one frozen header row), "Hướng dẫn" and "Danh mục".

    `components` are the labels a delegate may have in column "Thành phần". What the cells take is checked by Excel: other texts
    are refused for sex, component and capacity, and only asked about for peoples, religions and degrees.
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**WRITE_TEXT_AS_TEXT, "in_memory": True}) as workbook:
        title = safe_text(congress_title)
        workbook.set_properties({"title": f"Danh sách đại biểu – {title}", "author": ""})
        styles = _Styles(workbook)
        sheets = [workbook.add_worksheet(name) for name in (LIST_SHEET, GUIDE_SHEET, CHOICES_SHEET)]
        ranges = _write_choices(sheets[2], _choices(components), styles)
        _write_list(sheets[0], ranges, styles)
        _write_guide(sheets[1], title, styles)
    return target.getvalue()


class _Styles:
    """The formats of the workbook."""

    def __init__(self, workbook: Any) -> None:
        def style(**more: Any) -> Any:
            return workbook.add_format({"font_name": _FONT, "font_size": 12, "valign": "top", "text_wrap": True, **more})

        self.plain = style()
        self.text = style(num_format=TEXT_FORMAT)
        header = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "num_format": TEXT_FORMAT}
        self.header = style(**header, bg_color="#EDEBE6")
        self.required = style(**header, bg_color="#F6DCD7")
        self.boxed = style(border=1, num_format=TEXT_FORMAT)
        self.title = style(bold=True, font_size=14, text_wrap=False)
        self.part = style(bold=True, font_size=13, text_wrap=False)


def _choices(components: Sequence[str]) -> dict[str, Sequence[str]]:
    return {
        "Giới tính": tuple(SEXES.values()), "Dân tộc": PEOPLES, "Tôn giáo": (NO_RELIGION, *RELIGIONS), "Thành phần": components,
        "Tư cách": tuple(CAPACITIES.values()), "Trình độ chuyên môn": _DEGREES,
        "Lý luận chính trị": _POLITICAL_DEGREES, "Đánh dấu": ("x",),
    }


def _write_choices(sheet: Any, choices: dict[str, Sequence[str]], styles: _Styles) -> dict[str, str]:
    """Write the lists; return the range of each that has something, as a formula."""
    ranges = {}
    for column, (title, values) in enumerate(choices.items()):
        sheet.set_column(column, column, max(len(value) for value in (title, *values)) + 3)
        sheet.write_string(0, column, title, styles.header)
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, column, safe_text(value), styles.boxed)
        if values:
            letter = chr(65 + column)
            ranges[title] = f"='{CHOICES_SHEET}'!${letter}$2:${letter}${len(values) + 1}"
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return ranges


def _write_list(sheet: Any, ranges: dict[str, str], styles: _Styles) -> None:
    for place, column in enumerate(_COLUMNS):
        sheet.set_column(place, place, column.width, styles.text if column.text else styles.plain)
        sheet.write_string(0, place, column.title, styles.required if column.required else styles.header)
        if column.choices in ranges:
            sheet.data_validation(1, place, _LAST_ROW, place, {
                "validate": "list", "source": ranges[column.choices], "error_type": "stop" if column.strict else "warning",
                "error_title": column.title.rstrip("*")[:32], "error_message": f"Chọn một giá trị ở trang “{CHOICES_SHEET}”.",
            })
    sheet.set_row(0, 66)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.activate()


def _write_guide(sheet: Any, title: str, styles: _Styles) -> None:
    for place, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, "HƯỚNG DẪN ĐIỀN DANH SÁCH ĐẠI BIỂU", styles.title)
    sheet.write_string(1, 0, title, styles.part)
    row = 3
    for place, line in enumerate(_HOW_TO, start=1):
        sheet.merge_range(row, 0, row, 2, "", styles.plain)
        sheet.write_string(row, 0, f"{place}. {line}", styles.plain)
        row += 1
    row = _write_table(sheet, row + 1, ("Cột", "Cách ghi", "Ví dụ"), styles)
    for column in _COLUMNS:
        row = _write_row(sheet, row, (column.title, column.advice, column.example), styles)
    sheet.write_string(row + 1, 0, "VỀ DỮ LIỆU CÁ NHÂN", styles.part)
    row = _write_table(sheet, row + 2, ("Nội dung", "Thông báo cho đại biểu"), styles)
    for lines in _NOTICE:
        row = _write_row(sheet, row, lines, styles)
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 1)


def _write_table(sheet: Any, row: int, titles: Sequence[str], styles: _Styles) -> int:
    for place, title in enumerate(titles):
        sheet.write_string(row, place, title, styles.header)
    return row + 1


def _write_row(sheet: Any, row: int, texts: Sequence[str], styles: _Styles) -> int:
    for place, text in enumerate(texts):
        sheet.write_string(row, place, text, styles.boxed)
    sheet.set_row(row, row_height(zip(texts, _GUIDE_WIDTHS, strict=False)))
    return row + 1
