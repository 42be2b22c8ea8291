"""The live board counts one list of people in many ways, and every way adds up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.admission import SIDES, Rule
from congress.domain.board import (
    BUCKET,
    NO_DELEGATION,
    NO_GATE,
    Board,
    Party,
    Person,
    arrival_curve,
    presence_meter,
    read_board,
    tenths_text,
)

START = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam
NOW = START + timedelta(minutes=12)
RULE = Rule(300, 7, 3, "min_models")
COMPONENTS = (("Lãnh đạo", "invited"), ("Khách mời", "invited"), ("Điển hình", "honoured"), ("Phục vụ", "uncounted"))
PARTIES = (Party(2, "Đoàn Sở Y tế", "Nguyễn Văn A", "0912345678"), Party(1, "Đoàn Thanh niên"))


def person(name: str = "Nông Thị Đào", group: int = 2, **more: object) -> Person:
    label, side = COMPONENTS[group]
    values = {"number": 101, "delegation_id": 1, "listed": True, **more}
    return Person(name=name, component=label, side=side, **values)


def came(name: str = "Nông Thị Đào", minutes: float = -10, **more: object) -> Person:
    """Somebody who came so many minutes after the start, and is inside."""
    return person(name, at=START + timedelta(minutes=minutes), **{"gate": "Cửa 1", "inside": True, **more})


def board(*people: Person, now: datetime = NOW) -> Board:
    return read_board(people, PARTIES, COMPONENTS, starts_at=START, now=now)


people_lists = st.lists(
    st.builds(
        lambda group, at, inside, **more: person(
            group=group, at=at and START + timedelta(minutes=at), inside=bool(at and inside), **more
        ),
        group=st.integers(0, 3),
        at=st.none() | st.integers(-3000, 3000).filter(bool),
        inside=st.booleans(),
        listed=st.booleans(),
        delegation_id=st.sampled_from([None, 1, 2, 9]),
        coming=st.sampled_from([None, True, False]),
        excused=st.booleans(),
        gate=st.sampled_from(["", "Cửa 1", "Cửa 2"]),
    ),
    max_size=30,
)


@given(people_lists)
def test_every_part_adds_up_to_the_whole(people: list[Person]) -> None:
    here = board(*people)
    whole = (here.whole.present, here.whole.inside, here.whole.expected)
    for part in (here.sides.values(), here.components, [line.tally for line in here.parties]):
        assert (sum(t.present for t in part), sum(t.inside for t in part), sum(t.expected for t in part)) == whole
    assert sum(tally.present for tally in here.gates) == here.whole.present
    assert sum(len(line.absent) for line in here.parties) == here.whole.missing
    assert [len(line.absent) for line in here.parties] == [line.tally.missing for line in here.parties]
    assert sum(line.declined for line in here.parties) == here.declined <= here.whole.missing
    assert here.outside == sum(p.at is not None and not p.listed for p in people)
    assert here.outside_inside <= here.outside
    assert here.excused <= here.called.missing


@given(people_lists)
def test_the_curve_rises_to_everybody_who_came(people: list[Person]) -> None:
    here = board(*people)
    if here.curve is None:
        assert here.whole.present == 0
        return
    totals = here.curve.totals
    assert list(totals) == sorted(totals) and totals[-1] == here.whole.present
    assert here.curve.begins <= START < here.curve.ends
    assert here.curve.ends - here.curve.begins <= timedelta(hours=17)
    assert 0 <= here.curve.by_start <= here.whole.present
    points = here.curve.points(here.whole.expected)
    assert points[0] == (0, 0) and points[-1][0] == 1 and all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)
    ticks = here.curve.ticks()
    assert 1 <= len(ticks) <= 7 and all(here.curve.begins <= tick <= here.curve.ends for tick in ticks)


@given(people_lists)
def test_the_sides_never_overlap_on_the_meter(people: list[Person]) -> None:
    meter = presence_meter(board(*people), RULE)
    assert meter.honoured + meter.invited + meter.seats_left == meter.planned
    assert 0 <= meter.amber_from <= meter.invited


def test_present_inside_missing_and_those_apart() -> None:
    here = board(
        came("A"), came("B", inside=False), person("C"), person("D", coming=False, excused=True), came("E", listed=False),
        came("F", listed=False, inside=False),
    )  # fmt: skip
    assert (here.whole.present, here.whole.inside, here.whole.missing, here.whole.expected) == (2, 1, 2, 4)
    assert (here.outside, here.outside_inside, here.declined, here.excused) == (2, 1, 1, 1)


def test_who_said_no_and_came_all_the_same_has_not_declined() -> None:
    here = board(came(coming=False, excused=True))
    assert (here.declined, here.excused, here.parties[0].declined) == (0, 0, 0)


def test_parts_in_their_order_with_those_of_no_delegation_last() -> None:
    here = board(
        person("A", 3, delegation_id=None), came("B", delegation_id=1, gate="Cửa 2"),
        came("C", group=0, delegation_id=2, gate=""),
        person("D", delegation_id=2), came("E", delegation_id=77),
    )  # fmt: skip
    assert [(line.party.label, line.tally.present, line.tally.expected) for line in here.parties] == [
        ("Đoàn Sở Y tế", 1, 2), ("Đoàn Thanh niên", 1, 1), (NO_DELEGATION, 1, 2),
    ]  # fmt: skip
    assert [(t.label, t.side, t.present) for t in here.components] == [
        ("Lãnh đạo", "invited", 1), ("Điển hình", "honoured", 2), ("Phục vụ", "uncounted", 0),
    ]  # fmt: skip
    assert list(here.sides) == list(SIDES)
    assert [(t.label, t.present) for t in here.gates] == [("Cửa 1", 1), ("Cửa 2", 1), (NO_GATE, 1)]
    absent = here.parties[0].absent
    assert [(p.name, p.number, p.declined) for p in absent] == [("D", 101, False)]


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ([], "có mặt 0/0 đại biểu được triệu tập (0,0 %)."),
        ([came()], "có mặt 1/1 đại biểu được triệu tập (100,0 %), không có đại biểu vắng mặt."),
        ([came(), person()], "có mặt 1/2 đại biểu được triệu tập (50,0 %); vắng mặt 1 đại biểu."),
        (
            [came(), came(), person(excused=True), person(group=3, excused=True), came(group=3), came(listed=False)],
            "có mặt 2/3 đại biểu được triệu tập (66,6 %); vắng mặt 1 đại biểu, trong đó có lý do 1.",
        ),
    ],
)
def test_the_sentence_of_the_quorum_is_of_delegates_only(people: list[Person], sentence: str) -> None:
    assert board(*people).sentence == f"Tính đến 07 giờ 42 phút ngày 20/5/2025, {sentence}"


def test_days_and_months_take_a_nought_as_official_papers_do() -> None:
    here = replace(board(came()), at=datetime(2025, 2, 4, 23, 5, tzinfo=UTC))
    assert here.sentence.startswith("Tính đến 06 giờ 05 phút ngày 05/02/2025,")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(182, 200, "91,0 %"), (1999, 2000, "99,9 %"), (0, 0, "0,0 %"), (1, 3, "33,3 %"), (7, 7, "100,0 %")],
)
def test_a_share_is_never_rounded_up(part: int, whole: int, text: str) -> None:
    assert tenths_text(part, whole) == text


# The curve


def test_arrivals_are_added_up_by_five_minutes_and_run_on_to_now() -> None:
    times = [START - timedelta(minutes=m) for m in (20, 19, 11, 3)]
    curve = arrival_curve(times, starts_at=START, now=NOW)
    assert curve is not None
    assert (curve.begins, curve.ends) == (START - timedelta(minutes=20), START + timedelta(minutes=15))
    assert curve.totals == (2, 3, 3, 4, 4, 4, 4)
    assert (curve.by_start, curve.place(START)) == (4, pytest.approx(4 / 7))


def test_a_moment_belongs_to_the_five_minutes_it_opens() -> None:
    curve = arrival_curve([START - BUCKET, START], starts_at=START, now=START)
    assert curve is not None and (curve.totals, curve.by_start) == ((1, 2), 2)


def test_clocks_that_are_hours_wrong_stand_at_the_edge() -> None:
    times = [START - timedelta(days=3), START, START + timedelta(days=3)]
    curve = arrival_curve(times, starts_at=START, now=START + timedelta(days=4))
    assert curve is not None
    assert (curve.begins, curve.totals[0], curve.totals[-2], curve.totals[-1]) == (START - timedelta(hours=4), 1, 2, 3)
    assert curve.place(START + timedelta(days=9)) == 1 and curve.place(START - timedelta(days=9)) == 0


def test_a_sitting_without_a_start_has_its_curve_too() -> None:
    curve = arrival_curve([NOW, NOW + timedelta(days=2)], starts_at=None, now=NOW)
    assert curve is not None and (curve.totals[0], curve.totals[-1], curve.by_start) == (1, 2, 0)
    assert curve.ends - curve.begins <= timedelta(hours=13)


def test_the_hours_under_the_curve_are_full_ones_in_vietnam() -> None:
    curve = arrival_curve([START - timedelta(minutes=72), START], starts_at=START, now=START)
    assert curve is not None
    assert [f"{tick:%H:%M}" for tick in curve.ticks()] == ["06:15", "06:30", "06:45", "07:00", "07:15", "07:30"]
    longer = arrival_curve([START - timedelta(minutes=112), START], starts_at=START, now=START)
    assert longer is not None
    assert [f"{tick:%H:%M}" for tick in longer.ticks()] == ["06:00", "06:30", "07:00", "07:30"]


def test_nobody_yet_is_no_curve() -> None:
    assert arrival_curve([], starts_at=START, now=NOW) is None
    assert board(person()).curve is None


# The meter


@pytest.mark.parametrize(
    ("honoured", "invited", "tone", "headline", "amber"),
    [
        (0, 0, "ok", "", 0),
        (14, 6, "ok", "Số đã có mặt đúng tỷ lệ", 0),
        (7, 6, "warn", "Số đang có mặt chưa đúng tỷ lệ", 3),
    ],
)
def test_the_ratio_is_that_of_those_present(honoured: int, invited: int, tone: str, headline: str, amber: int) -> None:
    people = [*[came()] * honoured, *[came(group=1)] * invited, person(), person(group=0), came(group=3)]
    meter = presence_meter(board(*people), RULE)
    assert (meter.tone, meter.headline, meter.amber_from) == (tone, headline, amber)
    assert (meter.honoured, meter.honoured_need) == (honoured, honoured + 1)
    assert (meter.invited, meter.invited_max) == (invited, invited + 1)
    assert (meter.planned, meter.room_text, meter.mark) == (honoured + invited + 2, "còn 2 đại biểu chưa đến", 0.7)
    assert meter.share_text == {14: "70 %", 7: "53,84 %", 0: ""}[honoured]


def test_a_plan_without_a_ratio_only_counts() -> None:
    meter = presence_meter(board(came(), came(group=1)), Rule(500, None, None, "none"))
    assert (meter.mark, meter.share_text, meter.headline, meter.room_text) == (None, "", "", "đại biểu đã đến đủ")
