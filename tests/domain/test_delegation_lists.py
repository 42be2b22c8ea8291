"""The list of one delegation: its name, its order, who may still fill it in, how many it may send."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.delegation_lists import (
    OverSeats,
    call_delegation,
    find_over_seats,
    list_state,
    name_delegation,
    order_people,
    say_over_seats,
    why_closed,
)
from congress.domain.stages import STAGES

NOW = datetime(2025, 3, 10, tzinfo=UTC)


@dataclass
class Person:
    id: int
    sort_key: str
    rank: int | None = None


@pytest.mark.parametrize(
    ("typed", "name", "called"),
    [
        ("Đoàn xã Phúc Lộc (19)", "xã Phúc Lộc", "Đoàn xã Phúc Lộc"),
        ("  Sở   Y tế ", "Sở Y tế", "Đoàn Sở Y tế"),
        ("Đoàn đại biểu: Đoàn xã Hà Hiệu", "xã Hà Hiệu", "Đoàn xã Hà Hiệu"),
        ("Đoàn Thanh niên tỉnh", "Đoàn Thanh niên tỉnh", "Đoàn Thanh niên tỉnh"),
        ("", "", "Đoàn "),
    ],
)
def test_a_delegation_is_named_without_the_word_and_called_with_it(typed: str, name: str, called: str) -> None:
    assert (name_delegation(typed), call_delegation(name)) == (name, called)


@given(st.lists(st.sampled_from(["Đoàn", "đoàn", "đại biểu", "xã", "Phúc", "(19)", "Thanh niên", ":", "12 người"])).map(" ".join))
def test_naming_again_changes_nothing(typed: str) -> None:
    assert name_delegation(name_delegation(typed)) == name_delegation(typed)


def test_head_and_deputy_come_first_then_rank_then_name() -> None:
    people = [Person(1, "b"), Person(2, "a"), Person(3, "c", 2), Person(4, "d", 1), Person(5, "z"), Person(6, "y", 9)]
    assert [p.id for p in order_people(people, head_id=5, deputy_id=6)] == [5, 6, 4, 3, 2, 1]
    assert [p.id for p in order_people(people, head_id=None, deputy_id=99)] == [4, 3, 6, 2, 1, 5]


@given(st.permutations([Person(n, "an", 1 if n % 2 else None) for n in range(6)]))
def test_the_order_does_not_depend_on_how_the_people_came(people: list[Person]) -> None:
    assert [p.id for p in order_people(people, head_id=None, deputy_id=None)] == [1, 3, 5, 0, 2, 4]


@pytest.mark.parametrize(
    ("sent", "returned", "has_contact", "state"),
    [
        (None, None, False, "none"),
        (None, None, True, "waiting"),
        (NOW, None, True, "sent"),
        (NOW, None, False, "sent"),
        (None, NOW, True, "returned"),
    ],
)
def test_where_a_list_stands(sent: datetime | None, returned: datetime | None, has_contact: bool, state: str) -> None:
    assert list_state(sent_at=sent, returned_at=returned, has_contact=has_contact) == state


def test_a_list_is_open_until_it_is_sent_or_the_congress_closes_its_list() -> None:
    assert {stage for stage in STAGES if not why_closed(stage, sent=False)} == {
        "draft", "submitted", "plan_approved", "list_open",
    }  # fmt: skip
    assert {why_closed(stage, sent=True) for stage in STAGES} == {
        "Đoàn đã gửi danh sách. Muốn sửa, đề nghị đơn vị tổ chức trả lại."
    }
    assert why_closed("list_closed", sent=False) == "Danh sách của hội nghị đã chốt. Muốn đổi người, liên hệ đơn vị tổ chức."
    assert why_closed("held", sent=False) == "Hội nghị đã tổ chức hoặc đã hủy, danh sách không sửa được nữa."


@given(
    people=st.dictionaries(st.integers(1, 5), st.integers(0, 9)),
    seats=st.dictionaries(st.integers(1, 5), st.integers(0, 9)),
)
def test_what_is_over_its_seats_and_nothing_else(people: dict[int, int], seats: dict[int, int]) -> None:
    labels = {n: f"Thành phần {n}" for n in range(1, 6)}
    found = {o.label: (o.people, o.seats) for o in find_over_seats(people, seats, labels)}
    assert found == {labels[n]: (people[n], seats[n]) for n in labels if n in seats and people.get(n, 0) > seats[n]}


def test_what_is_over_in_words() -> None:
    over = [OverSeats("Điển hình tiên tiến", 5, 3), OverSeats("Khách mời", 2, 0)]
    assert say_over_seats(over) == (
        "Quá số được phân bổ: Điển hình tiên tiến có 5 người, được 3 chỗ; Khách mời có 2 người, được 0 chỗ. "
        "Chuyển bớt sang dự khuyết rồi gửi lại."
    )
