"""Seats of units: approving inside them, a table inside the congress's own rule, what a revision changes, who has answered."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.admission import Rule
from congress.domain.allocations import SeatChange, SeatRow, check_passed, check_seat, check_split, compare_tables, find_answer
from congress.domain.refusals import Violation
from congress.domain.wording import say

RULE = Rule(cap=300, honoured=7, invited=3, mode="min_models")


def codes(found: list[Violation]) -> list[tuple[str, str]]:
    return [(violation.code, violation.severity) for violation in found]


@pytest.mark.parametrize(
    ("seats", "approved", "side", "found"),
    [
        (3, 2, "honoured", []),
        (3, 3, "honoured", [("seats_full", "block")]),
        (3, 4, "invited", [("seats_full", "block")]),
        (0, 0, "invited", [("no_seats", "block")]),
        (None, 99, "honoured", []),
        (0, 5, "uncounted", []),
    ],
)
def test_one_more_person_of_a_unit(seats: int | None, approved: int, side: str, found: list[tuple[str, str]]) -> None:
    assert codes(check_seat(seats, approved, side, unit="Xã A", component="Điển hình")) == found


def test_the_sentences_name_unit_component_and_seats() -> None:
    [full] = check_seat(3, 3, "honoured", unit="Xã Bành Trạch", component="Điển hình tiên tiến")
    assert say(full) == ("Xã Bành Trạch được 3 chỗ “Điển hình tiên tiến”; đã duyệt 3. Rút 1 người, hoặc sửa phân bổ.")
    [none] = check_seat(0, 0, "honoured", unit="Xã Bành Trạch", component="Khách mời")
    assert say(none) == "Xã Bành Trạch không có chỗ nào cho “Khách mời” trong phân bổ. Sửa phân bổ trước khi duyệt."
    [passed] = check_passed(3, 4, unit="Xã Bành Trạch", component="Khách mời")
    assert say(passed) == "Xã Bành Trạch được 3 chỗ “Khách mời”; như vậy sẽ có 4 người đã duyệt. Rút bớt, hoặc sửa phân bổ."
    assert check_passed(3, 3, unit="Xã Bành Trạch", component="Khách mời") == []


@pytest.mark.parametrize(
    ("rule", "honoured", "invited", "found"),
    [
        (RULE, 210, 90, []),
        (RULE, 211, 90, [("seats_over", "block")]),
        (RULE, 100, 91, [("seats_invited", "block")]),
        (RULE, 300, 91, [("seats_over", "block"), ("seats_invited", "block")]),
        (Rule(300, 7, 3, "advisory"), 100, 91, [("seats_invited", "warn")]),
        (Rule(300, 7, 3, "exact"), 211, 0, [("seats_honoured", "block")]),
        (Rule(300, None, None, "none"), 0, 300, []),
        (Rule(300, 7, 3, "none"), 0, 300, []),
    ],
)
def test_a_table_inside_the_rule(rule: Rule, honoured: int, invited: int, found: list[tuple[str, str]]) -> None:
    assert codes(check_split(rule, 300, {"honoured": honoured, "invited": invited})) == found


def rows(cells: dict[tuple[int, str], int]) -> list[SeatRow]:
    return [SeatRow(unit, f"Xã {unit}", component, component.upper(), n) for (unit, component), n in cells.items()]


def test_what_a_revision_changes() -> None:
    before = {(1, "a"): 2, (1, "b"): 0, (2, "a"): 5}
    after = {(1, "a"): 3, (1, "b"): 0, (3, "a"): 1}
    assert compare_tables(rows(before), rows(after)) == [
        SeatChange("Xã 1", "A", 2, 3),
        SeatChange("Xã 3", "A", None, 1),
        SeatChange("Xã 2", "A", 5, None),
    ]


tables = st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from("abc")), st.integers(0, 3))


@given(tables, tables)
def test_the_changes_turn_one_table_into_the_other(before: dict[tuple[int, str], int], after: dict[tuple[int, str], int]) -> None:
    changed = dict(before)
    for change in compare_tables(rows(before), rows(after)):
        key = (int(change.unit_name.removeprefix("Xã ")), change.component_label.lower())
        assert (before.get(key), after.get(key)) == (change.before, change.after)
        changed |= {} if change.after is None else {key: change.after}
        if change.after is None:
            del changed[key]
    assert changed == after


@pytest.mark.parametrize(
    ("states", "people", "answer_by", "answer"),
    [
        ([], 0, None, "none"),
        ([], 0, date(2025, 3, 10), "none"),
        ([], 0, date(2025, 3, 9), "late"),
        ([], 1, date(2025, 3, 9), "entered"),
        (["draft"], 0, date(2025, 3, 9), "late"),
        (["returned"], 9, date(2025, 3, 9), "returned"),
        (["sent", "returned"], 0, None, "sent"),
        (["sent", "accepted"], 0, date(2025, 3, 9), "accepted"),
    ],
)
def test_how_a_unit_stands(states: list[str], people: int, answer_by: date | None, answer: str) -> None:
    assert find_answer(states=states, people=people, answer_by=answer_by, today=date(2025, 3, 10)) == answer
