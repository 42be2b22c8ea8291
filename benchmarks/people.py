"""Made-up delegates as offices list them: the nineteen columns of the workbook of so-y-te, the same at every run."""

from io import BytesIO
from random import Random

from xlsxwriter import Workbook

HEADER = (
    "STT", "Họ và tên", "Giới tính", "Ngày sinh", "Dân tộc", "Tôn giáo", "Đảng viên", "Chức vụ", "Đơn vị công tác", "Đoàn",
    "Thành phần", "Tư cách", "Lĩnh vực", "Lao động trực tiếp", "Trình độ chuyên môn", "Khen thưởng cao nhất", "Số điện thoại",
    "Email", "Ghi chú",
)  # fmt: skip

_FAMILY = "Nguyễn Trần Lê Phạm Hoàng Nông Ma Lường Hà Triệu Đặng Bàn Dương Lý Hứa Bế La Liêu Đồng Âu Mông Quách".split()
_MIDDLE = "Văn Thị Hữu Đức Minh Ngọc Quang Thanh Xuân Kim Hồng Trọng Đình Quốc Tuấn Bích Mai Tiến".split()
_GIVEN = "Hường Tuấn Hạnh Dũng Phượng Nghĩa Thủy Bảo Quỳnh Đạt Hiếu Lộc Mỹ Sỹ Trâm Ưng Vân Anh Nam Quân Bình Nhung Vượng".split()
_PEOPLES = ("Tày", "Tày", "Tày", "Kinh", "Nùng", "Dao", "Mông", "Hoa", "Sán Chay")
_RELIGIONS = ("Không", "Không", "Không", "", "Công giáo", "Tin lành")
_TITLES = (
    "Nông dân", "Trưởng thôn", "Bí thư Chi bộ thôn", "Người có uy tín", "Dân quân", "Giám đốc HTX", "Phó Chủ tịch HĐND",
    "Chủ tịch Hội Cựu chiến binh", "Hiệu trưởng trường Tiểu học", "Phó Bí thư Thường trực Đảng ủy", "Bác sĩ", "",
)  # fmt: skip
_GROUPS = ("Điển hình tiên tiến", "Điển hình tiên tiến", "Điển hình tiên tiến", "Lãnh đạo", "Khách mời")
_CAPACITIES = ("cá nhân", "cá nhân", "đại diện tập thể", "đại diện hộ gia đình")
_FIELDS = (
    "Phát triển kinh tế", "Y tế, chăm sóc sức khỏe", "Cải cách hành chính", "Người tốt, việc tốt", "Khởi nghiệp",
    "Quốc phòng - an ninh",
)  # fmt: skip
_DEGREES = ("Đại học", "Thạc sỹ", "Trung cấp", "CKI", "ĐH", "Cao đẳng", "")
_AWARDS = (
    "Bằng khen Thủ tướng Chính phủ", "Bằng khen Chủ tịch UBND tỉnh", "Giấy khen Chủ tịch UBND huyện", "Gia đình văn hóa", "",
)  # fmt: skip
_PREFIXES = ("091", "098", "038", "036", "085", "076", "059")


def make_name(draw: Random) -> str:
    """A personal name of three or four words."""
    middle = draw.sample(_MIDDLE, draw.choice((1, 1, 2)))
    return " ".join((draw.choice(_FAMILY), *middle, draw.choice(_GIVEN)))


def make_row(draw: Random, number: int, units: list[str]) -> tuple[str | int, ...]:
    """One person in the order of `HEADER`, without a fault."""
    group = draw.choice(_GROUPS)
    model = group == _GROUPS[0]
    year = draw.randint(1950, 2004)
    born = f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/{year}" if draw.random() < 0.9 else str(year)
    return (
        number, make_name(draw), draw.choice(("Nam", "Nữ")), born, draw.choice(_PEOPLES), draw.choice(_RELIGIONS),
        draw.choice(("x", "")), draw.choice(_TITLES), draw.choice(units), f"Đoàn {draw.choice(units)}", group,
        draw.choice(_CAPACITIES) if model else "", draw.choice(_FIELDS) if model else "",
        draw.choice(("x", "")) if model else "", draw.choice(_DEGREES), draw.choice(_AWARDS) if model else "",
        f"{draw.choice(_PREFIXES)}{draw.randrange(10**7):07}", f"db{number}.{draw.randrange(10**4)}@example.vn", "",
    )  # fmt: skip


def make_workbook(draw: Random, count: int, units: list[str]) -> bytes:
    """An .xlsx with one sheet of `count` people under the header."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Đại biểu")
        sheet.write_row(0, 0, HEADER)
        for number in range(1, count + 1):
            sheet.write_row(number, 0, make_row(draw, number, units))
    return target.getvalue()
