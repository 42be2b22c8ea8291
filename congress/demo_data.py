"""The sample province as data: accounts, congresses at every stage, the register, and what was done on the lists."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .domain.titles import VIETNAM

PRESET, OWNER_UNIT = "bac-kan-2024", "BK"
TODAYS_UNIT = "BKS02"  # Sở Nội vụ: the congress of today, for the door
TODAYS_REASON = "Bản chạy thử"
BA_BE, BANH_TRACH, HEALTH = "BK061", "BK06101891", "BKS03"
KHANG_NINH, DIA_LINH = "BK06101906", "BK06101915"


@dataclass(frozen=True)
class Account:
    """Who may sign in; check-in staff are granted today's congress instead of a unit, the contact a delegation."""

    username: str
    name: str
    role: str
    unit: str | None = None


PASSWORD = "bac-kan-2025"
PLAN_OWNER = Account("so-noi-vu", "Sở Nội vụ tỉnh Bắc Kạn", "plan_owner", OWNER_UNIT)
CONTACT = Account("dau-moi", "Đầu mối Trung tâm Y tế huyện Ba Bể", "delegation_contact")
ACCOUNTS = (
    Account("quan-tri", "Quản trị hệ thống", "administrator"),
    PLAN_OWNER,
    Account("ba-be", "Phòng Nội vụ huyện Ba Bể", "organiser", BA_BE),
    Account("banh-trach", "Ủy ban nhân dân xã Bành Trạch", "organiser", BANH_TRACH),
    Account("thu-ky-xa", "Thư ký xã Bành Trạch", "secretary", BANH_TRACH),
    Account("thu-ky-so", "Thư ký Sở Y tế", "secretary", HEALTH),
    Account("cua", "Bàn điểm danh", "checkin_staff"),
    CONTACT,
    Account("nguoi-xem", "Người xem số liệu", "viewer", OWNER_UNIT),
)


@dataclass(frozen=True)
class Sample:
    """One congress and how far it has come.

    `workbook` fills its list, `seats` says how many of the honoured and of the invited side are taken from it (None: all
    without a fault) and `approved` how many of those are approved. `path` are the stages it walks through, `present` how many
    came. `ending` is "postpone" or "cancel", with `reason`, which otherwise stands beside an unusual date.

    What was done on the list besides: `peoples` and `religions` declared, people linked to the register by name, candidates
    `ranked`, the first `photos` people given one, the one with badge number `withdrawn` replaced, a `report` of those present.
    """

    unit: str
    held_on: date
    planned: int
    place: str
    path: tuple[str, ...] = ()
    workbook: str = ""
    seats: tuple[int, int] | None = None
    approved: tuple[int, int] = (0, 0)
    has_agenda: bool = False
    present: int = 0
    ending: str = ""
    reason: str = ""
    peoples: tuple[str, ...] = ()
    religions: tuple[str, ...] = ()
    in_register: bool = False
    ranked: bool = False
    photos: int = 0
    withdrawn: int = 0
    report: str = ""


ALL = (999, 999)
TO_LIST = ("list_open",)
TO_CLOSED = (*TO_LIST, "list_closed")
TO_HELD = (*TO_CLOSED, "held")

CONGRESSES = (
    Sample("BK", date(2025, 8, 20), 500, "Trung tâm Hội nghị tỉnh Bắc Kạn"),
    Sample("BK058", date(2025, 4, 10), 300, "Hội trường Thành ủy Bắc Kạn", path=("submitted",), has_agenda=True),
    Sample(
        HEALTH, date(2025, 4, 15), 150, "Hội trường Sở Y tế", path=("submitted", "plan_approved", *TO_LIST),
        workbook="so-y-te.xlsx", approved=(70, 28), has_agenda=True,
    ),
    Sample(
        BA_BE, date(2025, 5, 20), 300, "Nhà văn hóa huyện Ba Bể", path=TO_CLOSED,
        workbook="huyen-ba-be.xlsx", approved=ALL, has_agenda=True, in_register=True,
    ),
    Sample(
        BANH_TRACH, date(2025, 3, 14), 200, "Nhà văn hóa xã Bành Trạch", path=TO_LIST,
        workbook="xa-banh-trach.xlsx", approved=ALL, has_agenda=True, in_register=True,
        peoples=("Tày", "Nùng", "Dao", "Mông", "Kinh", "Hoa"), religions=("Phật giáo", "Tin lành"),
    ),
    Sample("BK05801837", date(2025, 3, 12), 120, "Hội trường phường Sông Cầu"),
    Sample(  # more candidates than seats: for the suggestion
        KHANG_NINH, date(2025, 3, 20), 60, "Nhà văn hóa xã Khang Ninh", path=TO_LIST,
        workbook="xa-banh-trach.xlsx", seats=(66, 24), ranked=True,
        peoples=("Tày", "Nùng", "Dao", "Mông", "Kinh", "Hoa"), religions=("Phật giáo", "Tin lành", "Công giáo"),
    ),
    Sample(
        "BK06001858", date(2025, 4, 8), 100, "Nhà văn hóa xã Bằng Thành", path=TO_LIST,
        workbook="xa-banh-trach.xlsx", seats=(50, 20), approved=(20, 8),
        reason="Đường vào xã đang sửa đến hết tháng 3; Ban Tổ chức huyện đồng ý lùi ngày.",
    ),
    Sample(
        "BK06101927", date(2025, 3, 5), 120, "Nhà văn hóa xã Mỹ Phương", ending="postpone",
        reason="Chờ kiện toàn Ban Tổ chức.",
    ),
    Sample(
        "BK06101918", date(2025, 3, 7), 80, "Nhà văn hóa xã Yến Dương", ending="cancel",
        reason="Ghép với hội nghị tổng kết của huyện theo ý kiến của Ban Tổ chức huyện.",
    ),
    Sample(
        DIA_LINH, date(2025, 2, 20), 60, "Nhà văn hóa xã Địa Linh", path=TO_HELD,
        workbook="xa-banh-trach.xlsx", seats=(42, 18), approved=ALL, has_agenda=True, present=55,
        report="Báo cáo tình hình đại biểu",
    ),
    Sample(
        "BK06101924", date(2025, 1, 21), 40, "Nhà văn hóa xã Quảng Khê", path=(*TO_HELD, "reported"),
        workbook="xa-banh-trach.xlsx", seats=(28, 12), approved=ALL, has_agenda=True, present=38,
    ),
)  # fmt: skip


def todays_sample(today: date) -> Sample:
    """The congress whose door can be tried at any hour."""
    return Sample(
        TODAYS_UNIT, today, 120, "Hội trường Sở Nội vụ", path=TO_CLOSED, workbook="so-y-te.xlsx", seats=(85, 36),
        approved=(84, 36), has_agenda=True, reason=TODAYS_REASON, photos=12, withdrawn=120,
    )  # fmt: skip


# People in neither side of today's congress: component, name, title.
UNCOUNTED = (
    ("staff", "Hoàng Minh Đức", "Ban Tổ chức hội nghị"),
    ("staff", "Nông Thị Thu", "Ban Tổ chức hội nghị"),
    ("service", "Lường Văn Hải", "Phụ trách âm thanh"),
    ("press", "Triệu Thị Yến", "Phóng viên Báo Bắc Kạn"),
    ("press", "Ma Văn Thành", "Phóng viên Đài Phát thanh và Truyền hình tỉnh"),
)

# Somebody of Bành Trạch's list whom another commune lists too: the pairs that the page of duplicates asks about.
ALSO_THERE = {KHANG_NINH: "Trần Thị Ngọc Thảo", DIA_LINH: "Liêu Quang Lâm"}

# What this plan, which states no figures, would like of the composition; tier → targets as in a preset.
TARGETS: dict[str, list[dict[str, Any]]] = {
    "commune": [
        {"dimension": "women", "percent": 30},
        {"dimension": "minority", "percent": 50},
        {"dimension": "young", "percent": 20},
    ],
    "district": [
        {"dimension": "women", "percent": 30},
        {"dimension": "young", "percent": 15},
        {"dimension": "direct_labour", "percent": 20},
    ],
}

# The register of Ba Bể and its communes: unit, kind, name, field, achievements, decision. The persons are on the lists of Ba Bể
# and of Bành Trạch.
_BY_DISTRICT, _BY_PROVINCE = "QĐ số 412/QĐ-UBND ngày 14/02/2025", "QĐ số 189/QĐ-UBND ngày 20/01/2025"
REGISTER = (
    (
        BA_BE, "collective", "Đội văn nghệ quần chúng hồ Ba Bể", "Văn hóa",
        "Truyền dạy hát then, đàn tính cho 45 thiếu niên trong 3 năm.", _BY_PROVINCE,
    ),
    (
        BA_BE, "collective", "Tổ tự quản bảo vệ lòng hồ", "Môi trường",
        "Thu gom rác lòng hồ hằng tuần, không còn đánh bắt bằng xung điện.", _BY_DISTRICT,
    ),
    (
        "BK06101888", "individual", "Lăng Thị Hằng", "Phát triển kinh tế",
        "Vận động 20 chị em góp vốn mở xưởng may, 35 việc làm tại chỗ.", _BY_DISTRICT,
    ),
    (
        "BK06101888", "individual", "Hà Văn Nghĩa", "Y tế",
        "Khám chữa bệnh lưu động ở 12 thôn vùng cao, 5 năm không nghỉ phiên.", _BY_PROVINCE,
    ),
    (
        "BK06101888", "household", "Hộ ông Triệu Đình Ý", "Du lịch",
        "Nhà nghỉ cộng đồng đầu tiên của thị trấn, giúp 4 hộ làm theo.", _BY_DISTRICT,
    ),
    (
        "BK06101894", "individual", "Sầm Diệu Vân", "Xây dựng nông thôn mới",
        "Chi hội hiến 1.200 m² đất, bê tông hóa 2,4 km đường thôn.", _BY_DISTRICT,
    ),
    (
        BANH_TRACH, "individual", "Lý Tiến Hòa", "Xây dựng nông thôn mới",
        "Chi bộ 4 năm liền hoàn thành xuất sắc, thôn đạt chuẩn nông thôn mới.", _BY_DISTRICT,
    ),
    (
        BANH_TRACH, "individual", "Đồng Thanh Nhàn", "Xây dựng nông thôn mới",
        "Hợp tác xã bí xanh thơm 62 thành viên, thu nhập bình quân 78 triệu đồng.", _BY_PROVINCE,
    ),
    (
        BANH_TRACH, "individual", "Bế Thị Ngọc Nga", "Xây dựng nông thôn mới",
        "Chuyển 1,5 ha ngô sang trồng cây ăn quả, giúp 9 hộ thoát nghèo.", _BY_DISTRICT,
    ),
    (
        BANH_TRACH, "individual", "Nông Minh Trường", "Giáo dục - đào tạo",
        "Mở lớp xóa mù chữ buổi tối cho 60 người lớn ở 3 thôn.", _BY_DISTRICT,
    ),
    (
        BANH_TRACH, "collective", "Hợp tác xã Nông sản Bản Lấp", "Phát triển kinh tế",
        "Sản phẩm OCOP 3 sao, bao tiêu cho 110 hộ.", _BY_PROVINCE,
    ),
    (
        BANH_TRACH, "household", "Hộ bà Hứa Thị Bích Duyên", "Phát triển kinh tế",
        "Nuôi 40 lợn nái bản địa, cho 12 hộ mượn con giống.", _BY_DISTRICT,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Party:
    """A delegation that fills in its own list: the first of its people leads it, the second is the deputy.

    Of each person: component, name, sex, birthday, title, field; None and "" where the contact has not said yet.
    """

    name: str
    contact: str
    phone: str
    arrives_at: datetime
    arrival_note: str
    people: tuple[tuple[str, str, str, str | None, str, str], ...]


ASKED_AT = datetime(2025, 3, 28, 9, tzinfo=VIETNAM)
# Both come to Sở Y tế's congress; the first list is sent, the second is still being filled in by the account above.
SENT_PARTY = Party(
    "Trung tâm Y tế huyện Chợ Đồn", "Ma Thị Bưởi", "0900000117", datetime(2025, 4, 14, 16, 30, tzinfo=VIETNAM),
    "Xe 16 chỗ, nghỉ tại Nhà khách tỉnh", (
        ("leader", "Ma Doãn Kháng", "male", "1974-02-19", "Giám đốc Trung tâm", ""),
        ("exemplar", "Triệu Thị Mùi", "female", "1988-11-03", "Trưởng Trạm Y tế xã Bằng Phúc", "Y tế, chăm sóc sức khỏe"),
        ("exemplar", "Hoàng Chí Tuệ", "male", "1993-05-27", "Bác sĩ khoa Ngoại", "Y tế, chăm sóc sức khỏe"),
        ("exemplar", "Nông Thị Xoan", "female", "1996-08-12", "Cô đỡ thôn bản", "Y tế, chăm sóc sức khỏe"),
    ),
)  # fmt: skip
OPEN_PARTY = Party(
    "Trung tâm Y tế huyện Ba Bể", "Dương Thị Lụa", "0900000204", datetime(2025, 4, 15, 6, 45, tzinfo=VIETNAM),
    "Xe cơ quan, đi trong ngày", (
        ("leader", "Đồng Khắc Toản", "male", "1971-09-30", "Phó Giám đốc Trung tâm", ""),
        ("exemplar", "Lý Thị Mẩy", "female", "1990-01-08", "Điều dưỡng trưởng khoa Nhi", "Y tế, chăm sóc sức khỏe"),
        ("exemplar", "Vi Viết Chấn", "male", None, "", ""),
    ),
)  # fmt: skip
