"""The running order: its times, its moves and what the plan says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.agenda import Item, ProgrammeRule, Span, check_agenda, clock, move, place_for, span_items
from congress.domain.refusals import Violation
from congress.domain.wording import say

PROGRAMME = (
    ProgrammeRule("flag", "Chào cờ", True, ("dai-hoi",)),
    ProgrammeRule("opening", "Khai mạc", True),
    ProgrammeRule("report", "Báo cáo", True),
    ProgrammeRule("exchange", "Giao lưu", False),
    ProgrammeRule("closing", "Bế mạc", True),
)
ALL = [rule.code for rule in PROGRAMME]
TITLES = {rule.code: rule.title for rule in PROGRAMME}

minutes = st.lists(st.integers(0, 600), max_size=30)
orders = st.permutations(ALL)


def items(*codes: str | None, each: int = 10) -> list[Item]:
    return [Item(code, TITLES.get(code or "", "Văn nghệ"), each) for code in codes]


def check(agenda: list[Item], *, form: str = "dai-hoi", start: int | None = 450, max_minutes: int = 240) -> list[Violation]:
    return check_agenda(PROGRAMME, agenda, form=form, start=start, max_minutes=max_minutes)


def order_of(agenda: list[Item]) -> list[tuple[int | str, int | str]]:
    """What must come after what."""
    found = [v for v in check(agenda) if v.code == "wrong_order"]
    return [(v.numbers["title"], v.numbers["before"]) for v in found]


def test_items_follow_one_another_from_the_start() -> None:
    assert span_items(450, [5, 0, 30]) == [Span(450, 455), Span(455, 455), Span(455, 485)]


@given(start=st.integers(0, 1439), durations=minutes)
def test_times_have_no_gap_and_add_up(start: int, durations: list[int]) -> None:
    spans = span_items(start, durations)
    marks = [start, *(span.ends for span in spans)]
    assert [span.starts for span in spans] == marks[:-1]
    assert [span.ends - span.starts for span in spans] == durations
    assert marks[-1] - start == sum(durations)


@pytest.mark.parametrize(("minute", "shown"), [(0, "00:00"), (450, "07:30"), (1439, "23:59"), (1440, "00:00"), (1500, "01:00")])
def test_the_clock_begins_again_past_midnight(minute: int, shown: str) -> None:
    assert clock(minute) == shown


@given(rows=st.lists(st.integers(), min_size=1, max_size=20, unique=True), source=st.integers(0, 19), target=st.integers(-5, 25))
def test_moving_changes_the_place_of_one_row_only(rows: list[int], source: int, target: int) -> None:
    source %= len(rows)
    moved = move(rows, source, target)
    assert moved.index(rows[source]) == max(0, min(target, len(rows) - 1))
    assert [row for row in moved if row != rows[source]] == [row for row in rows if row != rows[source]]


@given(rows=st.lists(st.integers(), min_size=1, max_size=20, unique=True), source=st.integers(0, 19), target=st.integers(0, 19))
def test_moving_back_restores_the_order(rows: list[int], source: int, target: int) -> None:
    source, target = source % len(rows), target % len(rows)
    assert move(move(rows, source, target), target, source) == rows


def test_the_whole_programme_in_its_order_is_right() -> None:
    assert check(items(*ALL)) == []


def test_what_is_not_required_may_be_left_out_and_ones_own_may_stand_anywhere() -> None:
    assert check(items(None, "flag", "opening", None, "report", "closing", None)) == []


def test_every_missing_required_item_blocks() -> None:
    assert check(items("opening", "exchange")) == [
        Violation("missing_item", "block", {"title": "Chào cờ", "code": "flag"}),
        Violation("missing_item", "block", {"title": "Báo cáo", "code": "report"}),
        Violation("missing_item", "block", {"title": "Bế mạc", "code": "closing"}),
    ]


def test_an_item_of_another_form_is_neither_missing_nor_out_of_order() -> None:
    assert check(items("opening", "report", "closing"), form="tuyen-duong") == []
    assert check(items("opening", "report", "closing", "flag"), form="tuyen-duong") == []


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        (["closing", "flag", "opening", "report"], [("Bế mạc", "Báo cáo")]),  # one moved to the front: it comes after the last
        (["opening", "report", "closing", "flag"], [("Khai mạc", "Chào cờ")]),  # one moved to the end: the first comes after it
        (["flag", "report", "opening", "closing"], [("Báo cáo", "Khai mạc")]),
        (["opening", None, "flag", "closing", "report"], [("Khai mạc", "Chào cờ"), ("Bế mạc", "Báo cáo")]),
        # both are out of place: each is held against one that stands right, not against the other
        (["closing", "opening", "report", "exchange", "flag"], [("Bế mạc", "Giao lưu"), ("Khai mạc", "Chào cờ")]),
    ],
)
def test_the_order_warns_once_for_each_misplaced_item(order: list[str | None], wrong: list[tuple[str, str]]) -> None:
    assert order_of(items(*order)) == wrong
    assert {v.severity for v in check(items(*order))} == {"warn"}


def test_the_same_item_twice_is_in_order() -> None:
    assert check(items("flag", "opening", "report", "report", "closing")) == []


@given(order=orders)
def test_an_order_warning_is_always_true_and_a_wrong_order_always_warns(order: list[str]) -> None:
    places = {TITLES[code]: place for place, code in enumerate(order)}
    ranks = {TITLES[code]: rank for rank, code in enumerate(ALL)}
    wrong = order_of(items(*order))
    assert all(places[str(a)] < places[str(b)] and ranks[str(a)] > ranks[str(b)] for a, b in wrong)
    assert bool(wrong) == (order != ALL)


@given(source=st.integers(0, 4), target=st.integers(0, 4))
def test_one_move_away_from_the_plan_is_one_warning(source: int, target: int) -> None:
    assert len(order_of(items(*move(ALL, source, target)))) == (source != target)


@pytest.mark.parametrize(("each", "over"), [(48, None), (49, 5)])
def test_more_than_the_half_day_warns_by_how_much(each: int, over: int | None) -> None:
    expected = [] if over is None else [Violation("too_long", "warn", {"minutes": 240 + over, "limit": 240, "over": over})]
    assert check(items(*ALL, each=each)) == expected


def test_without_a_start_it_warns_and_midnight_is_a_start() -> None:
    assert check(items(*ALL), start=None) == [Violation("no_start", "warn")]
    assert check(items(*ALL), start=0) == []


def test_every_violation_has_its_sentence() -> None:
    found = check(items("closing", "opening", each=200), start=None)
    assert [say(v) for v in found] == [
        "Thiếu mục bắt buộc: Chào cờ.",
        "Thiếu mục bắt buộc: Báo cáo.",
        "Sai thứ tự: “Bế mạc” phải sau “Khai mạc”.",
        "Chương trình dài 400 phút, quá một buổi (240 phút). Bớt 160 phút.",
        "Chưa có giờ bắt đầu.",
    ]


@pytest.mark.parametrize(
    ("code", "there", "place"),
    [
        ("flag", ["opening", "closing"], 0),
        ("report", ["flag", "opening", None, "closing"], 3),
        ("closing", ["flag", None], 2),
        ("opening", [], 0),
        ("exchange", [None, "closing", None], 1),
    ],
)
def test_an_item_belongs_before_what_comes_later_in_the_plan(code: str, there: list[str | None], place: int) -> None:
    assert place_for(code, PROGRAMME, items(*there)) == place


@given(there=st.sets(st.sampled_from(ALL)), code=st.sampled_from(ALL), own=st.integers(0, 5))
def test_putting_an_item_where_it_belongs_keeps_the_order(there: set[str], code: str, own: int) -> None:
    agenda = items(*[c for c in ALL if c in there - {code}])
    agenda.insert(min(own, len(agenda)), Item(None, "Văn nghệ", 5))
    agenda.insert(place_for(code, PROGRAMME, agenda), Item(code, TITLES[code], 5))
    assert order_of(agenda) == []
