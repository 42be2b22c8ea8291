"""The sample province as data: accounts, congresses at every stage, and the people on their lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle
from pathlib import Path

from .domain.delegate_lists import ListedPerson
from .models import Congress
from .operations.imports import groups_of, known_units, read_file

SAMPLES = Path(__file__).resolve().parent / "presets" / "samples"
PRESET, OWNER_UNIT = "bac-kan-2024", "BK"
TODAYS_UNIT = "BKS02"  # Sở Nội vụ: the congress of today, for the door
TODAYS_REASON = "Bản chạy thử"
BA_BE, BANH_TRACH, HEALTH = "BK061", "BK06101891", "BKS03"


@dataclass(frozen=True)
class Account:
    """Who may sign in; check-in staff are granted today's congress instead of a unit."""

    username: str
    name: str
    role: str
    unit: str | None = None


PASSWORD = "bac-kan-2025"
PLAN_OWNER = Account("so-noi-vu", "Sở Nội vụ tỉnh Bắc Kạn", "plan_owner", OWNER_UNIT)
ACCOUNTS = (
    Account("quan-tri", "Quản trị hệ thống", "administrator"),
    PLAN_OWNER,
    Account("ba-be", "Phòng Nội vụ huyện Ba Bể", "organiser", BA_BE),
    Account("banh-trach", "Ủy ban nhân dân xã Bành Trạch", "organiser", BANH_TRACH),
    Account("thu-ky-xa", "Thư ký xã Bành Trạch", "secretary", BANH_TRACH),
    Account("thu-ky-so", "Thư ký Sở Y tế", "secretary", HEALTH),
    Account("cua", "Bàn điểm danh", "checkin_staff"),
    Account("nguoi-xem", "Người xem số liệu", "viewer", OWNER_UNIT),
)


@dataclass(frozen=True)
class Sample:
    """One congress and how far it has come.

    `workbook` fills its list, `seats` says how many of the honoured and of the invited side are taken from it (None: all
    without a fault) and `approved` how many of those are approved. `path` are the stages it walks through, `present` how many
    came. `ending` is "postpone" or "cancel", with `reason`, which otherwise stands beside an unusual date.
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
        workbook="huyen-ba-be.xlsx", approved=ALL, has_agenda=True,
    ),
    Sample(
        BANH_TRACH, date(2025, 3, 14), 200, "Nhà văn hóa xã Bành Trạch", path=TO_LIST,
        workbook="xa-banh-trach.xlsx", approved=ALL, has_agenda=True,
    ),
    Sample("BK05801837", date(2025, 3, 12), 120, "Hội trường phường Sông Cầu"),
    Sample("BK06101906", date(2025, 3, 20), 150, "Nhà văn hóa xã Khang Ninh"),
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
        "BK06101915", date(2025, 2, 20), 60, "Nhà văn hóa xã Địa Linh", path=TO_HELD,
        workbook="xa-banh-trach.xlsx", seats=(42, 18), approved=ALL, has_agenda=True, present=55,
    ),
    Sample(
        "BK06101924", date(2025, 1, 21), 40, "Nhà văn hóa xã Quảng Khê", path=(*TO_HELD, "reported"),
        workbook="xa-banh-trach.xlsx", seats=(28, 12), approved=ALL, has_agenda=True, present=38,
    ),
)  # fmt: skip


def todays_sample(today: date) -> Sample:
    """The congress whose door can be tried at any hour."""
    return Sample(
        TODAYS_UNIT, today, 120, "Hội trường Sở Nội vụ", path=TO_CLOSED, workbook="so-y-te.xlsx", seats=(84, 36), approved=ALL,
        has_agenda=True, reason=TODAYS_REASON,
    )  # fmt: skip


# People in neither side of today's congress: component, name, title.
UNCOUNTED = (
    ("staff", "Hoàng Minh Đức", "Ban Tổ chức hội nghị"),
    ("staff", "Nông Thị Thu", "Ban Tổ chức hội nghị"),
    ("service", "Lường Văn Hải", "Phụ trách âm thanh"),
    ("press", "Triệu Thị Yến", "Phóng viên Báo Bắc Kạn"),
    ("press", "Ma Văn Thành", "Phóng viên Đài Phát thanh và Truyền hình tỉnh"),
)

_OFFICES = (
    ("Văn phòng Sở", "Chuyên viên"),
    ("Ban Thi đua - Khen thưởng", "Chuyên viên chính"),
    ("Phòng Công chức, viên chức", "Phó Trưởng phòng"),
    ("Phòng Xây dựng chính quyền", "Chuyên viên"),
    ("Thanh tra Sở", "Thanh tra viên"),
    ("Chi cục Văn thư - Lưu trữ", "Lưu trữ viên"),
)
_DISTRICTS = ("Ba Bể", "Bạch Thông", "Chợ Đồn", "Chợ Mới", "Na Rì", "Ngân Sơn", "Pác Nặm")
_OFFICIALS = ("Trưởng phòng", "Phó Trưởng phòng", "Chuyên viên phòng")


def people_for(sample: Sample, congress: Congress, today: date) -> list[ListedPerson]:
    """Those of the sample's workbook who go on its list, with their posts in this unit where it is not the workbook's own."""
    file = SAMPLES / sample.workbook
    groups = groups_of(congress.plan.components)
    listing = read_file(file.read_bytes(), file_name=file.name, groups=groups, units=known_units(), today=today)
    good = [person for person in listing.people if not person.errors]
    if sample.seats is None:
        return good
    picked = _pick(good, {group.code for group in groups if group.side == "honoured"}, sample.seats)
    if sample.unit == TODAYS_UNIT:
        return _as_of_the_home_office(picked)
    home = congress.unit.name.removeprefix("Xã ")
    return [replace(person, title=(person.title or "").replace("Bành Trạch", home)) for person in picked]


def _pick(people: Sequence[ListedPerson], honoured: set[str], seats: tuple[int, int]) -> list[ListedPerson]:
    first = [person for person in people if person.group in honoured][: seats[0]]
    second = [person for person in people if person.group not in honoured][: seats[1]]
    return first + second


def _as_of_the_home_office(people: Sequence[ListedPerson]) -> list[ListedPerson]:
    """The same people as staff of the province's office of home affairs, and guests from the districts."""
    offices = cycle(_OFFICES)
    guests = cycle([(district, post) for post in _OFFICIALS for district in _DISTRICTS])
    found = []
    for person in people:
        if person.group == "guest":
            district, post = next(guests)
            unit, title, delegation = f"Ủy ban nhân dân huyện {district}", f"{post} Nội vụ", f"huyện {district}"
        else:
            unit, title = next(offices)
            title, delegation = ("Lãnh đạo đơn vị" if person.group == "leader" else title), "Sở Nội vụ"
        found.append(replace(person, unit=unit, title=title, delegation=delegation))
    return found
