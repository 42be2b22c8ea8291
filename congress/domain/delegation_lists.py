"""The list of one delegation: how it is called, in which order it stands, who may still fill it in, how many it may send."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from .delegate_lists.sections import read_delegation
from .names import fold, normalise
from .refusals import Refused
from .stages import allows, require

LINK_DAYS = 14  # how long a link for a contact is good, unless another number is asked for
MOST_LINK_DAYS = 60

STATES = {"none": "Không qua đầu mối", "waiting": "Chưa gửi", "sent": "Đã gửi", "returned": "Trả lại"}


class Listed(Protocol):
    """As much of a person as the order of a delegation asks for."""

    id: int
    rank: int | None
    sort_key: str


Person = TypeVar("Person", bound=Listed)


@dataclass(frozen=True)
class OverSeats:
    """A component of which a delegation has more people than seats."""

    label: str
    people: int
    seats: int


def name_delegation(typed: str) -> str:
    """A delegation's name as it is kept: "xã Phúc Lộc" for "Đoàn xã Phúc Lộc (19)"; naming it again changes nothing."""
    name = normalise(typed)
    while (shorter := normalise(read_delegation(name))) != name:
        name = shorter
    return name


def call_delegation(name: str) -> str:
    """A delegation's name as it is called: "Đoàn xã Phúc Lộc"; "Đoàn Thanh niên" has the word already."""
    return name if fold(name).startswith("doan ") else f"Đoàn {name}"


def order_people(people: Iterable[Person], *, head_id: int | None, deputy_id: int | None) -> list[Person]:
    """The order inside a delegation: its head, its deputy, then by rank where there is one, then by name."""

    def place(person: Person) -> tuple[int, bool, int, str, int]:
        office = 0 if person.id == head_id else 1 if person.id == deputy_id else 2
        return office, person.rank is None, person.rank or 0, person.sort_key, person.id

    return sorted(people, key=place)


def list_state(*, sent_at: datetime | None, returned_at: datetime | None, has_contact: bool) -> str:
    """Where a delegation's list stands, one of STATES; "none" while nobody was asked to fill it in."""
    if sent_at:
        return "sent"
    if returned_at:
        return "returned"
    return "waiting" if has_contact else "none"


def why_closed(stage: str, *, sent: bool) -> str:
    """Why a contact cannot change the list now, in a sentence; "" while it is open. Sent comes first: it can be returned."""
    if sent:
        return "Đoàn đã gửi danh sách. Muốn sửa, đề nghị đơn vị tổ chức trả lại."
    if not allows(stage, "propose"):
        return "Hội nghị đã tổ chức hoặc đã hủy, danh sách không sửa được nữa."
    if stage == "list_closed":
        return "Danh sách của hội nghị đã chốt. Muốn đổi người, liên hệ đơn vị tổ chức."
    return ""


def require_open(stage: str) -> None:
    """Raise Refused, in words to the organiser, once no contact can fill in a list any more: nobody is asked to in vain."""
    require(stage, "propose")
    if stage == "list_closed":
        raise Refused("stage", "Danh sách đã chốt, đầu mối không sửa được nữa. Sửa thẳng ở trang Đại biểu, có nêu lý do.")


def find_over_seats(people: Mapping[int, int], seats: Mapping[int, int], labels: Mapping[int, str]) -> list[OverSeats]:
    """The components (ids) that have more people than seats, in the order of `labels`; one without a seat figure is free."""
    over = [key for key in labels if key in seats and people.get(key, 0) > seats[key]]
    return [OverSeats(labels[key], people[key], seats[key]) for key in over]


def say_over_seats(over: Collection[OverSeats]) -> str:
    """What is too many and what to do, in words."""
    each = "; ".join(f"{o.label} có {o.people} người, được {o.seats} chỗ" for o in over)
    return f"Quá số được phân bổ: {each}. Chuyển bớt sang dự khuyết rồi gửi lại."
