"""Who stands on the lists of the sample congresses: the people of a workbook, or others made from them under other names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle, takewhile
from pathlib import Path

from .demo_data import ALSO_THERE, CONGRESSES, TODAYS_UNIT, Sample
from .domain.delegate_lists import ListedPerson
from .models import Congress
from .operations.imports import groups_of, known_units, read_file

SAMPLES = Path(__file__).resolve().parent / "presets" / "samples"

# Words before the given name that no workbook has: with them nobody bears the name of somebody in a workbook. Sixteen of them
# with 27 given names make 432 pairs before one comes back; the people of all samples are fewer.
_MIDDLE = {
    "male": "Duy Đăng Gia Khắc Nhật Thế Chí Viết Sỹ Doãn Mạnh Huy Bảo Hoàng Phúc Việt".split(),
    "female": [
        "Hoài", "Khánh", "Phương", "Như", "Thị Mỹ", "Thị Lan", "Thị Thanh", "Thị Minh", "Thị Tuyết", "Thị Hoài", "Thị Phương",
        "Thị Hải", "Thị Như", "Thị Quế", "Thị Ánh", "Thị Diệu",
    ],
}  # fmt: skip
_GIVEN = {
    "male": (
        "Bằng Chung Cương Duẩn Định Đông Giáp Hiệp Hoàn Hợp Khải Kỳ Lập Lợi Lực Ninh Phấn Quý Sáu Tân Thuận Tiệp Trí Tuyển Vĩ "
        "Vĩnh Xuân"
    ).split(),
    "female": (
        "Ái Ban Biên Chuyên Cúc Điệp Đoan Gấm Hậu Hiên Hợi Khuê Lành Lệ Lý Miên Na Nhiên Nụ Phin Quyên Sen Thêm Thơm Thuần Tuyền "
        "Vui"
    ).split(),
}

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
    """Those of the sample's workbook who go on its list; as other people of this unit where it is not the workbook's own."""
    file = SAMPLES / sample.workbook
    groups = groups_of(congress.plan.components)
    listing = read_file(file.read_bytes(), file_name=file.name, groups=groups, units=known_units(), today=today)
    good = [person for person in listing.people if not person.errors]
    if sample.seats is None:
        return good
    picked = _pick(good, {group.code for group in groups if group.side == "honoured"}, sample.seats)
    others = list(_as_others(picked, first=_first_number(sample), stays=ALSO_THERE.get(sample.unit)))
    if sample.unit == TODAYS_UNIT:
        return _as_of_the_home_office(others)
    home = congress.unit.name.removeprefix("Xã ")
    return [replace(person, title=(person.title or "").replace("Bành Trạch", home)) for person in others]


def _pick(people: Sequence[ListedPerson], honoured: set[str], seats: tuple[int, int]) -> list[ListedPerson]:
    first = [person for person in people if person.group in honoured][: seats[0]]
    second = [person for person in people if person.group not in honoured][: seats[1]]
    return first + second


def _first_number(sample: Sample) -> int:
    """How many people the samples before this one have made."""
    earlier = takewhile(lambda other: other.unit != sample.unit, CONGRESSES)
    return sum(sum(other.seats) for other in earlier if other.seats)


def _as_others(people: Sequence[ListedPerson], *, first: int, stays: str | None) -> Iterator[ListedPerson]:
    """Everybody but one with another name, birthday, phone and address; the family name, which goes with a people, stays."""
    for number, person in enumerate(people, first):
        if person.name == stays:
            yield person
            continue
        sex = person.sex or "male"
        family, middle, given = person.name.split()[0], _MIDDLE[sex], _GIVEN[sex]
        yield replace(
            person,
            name=f"{family} {middle[number % len(middle)]} {given[number % len(given)]}",
            born=person.born and _other_birthday(person.born, number),
            phone=person.phone and f"{person.phone[:4]}{(int(person.phone[4:]) + 7919 * (number + 1)) % 10**6:06d}",
            email=person.email and f"dai-bieu-{number + 1}@example.vn",
        )


def _other_birthday(born: str, number: int) -> str:
    """Four or eight years off, towards the middle of life: so the 29th of February stays a day."""
    years = 4 * (1 + number % 2)
    return f"{int(born[:4]) + (years if born < '1980' else -years)}{born[4:]}"


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
