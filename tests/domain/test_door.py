"""The door's rules: when it is open, in which order it says no, and in which words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.door import SENTENCES, TONES, WORDS, Entry, Found, Opening, Successor, Verdict, judge, misread, say
from congress.domain.tokens import TokenKind, make_token

START = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam
FIRST = Entry(datetime(2025, 5, 20, 0, 42, tzinfo=UTC), "Cửa 2")


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.parametrize(
    ("after_start", "barred"),
    [(-90.1, "not_yet"), (-90, None), (0, None), (240, None), (240.1, "over")],
)
def test_the_window_is_ninety_minutes_before_to_four_hours_after(after_start: float, barred: str | None) -> None:
    assert Opening(START).barred(START + minutes(after_start)) == barred


@pytest.mark.parametrize(("after_start", "barred"), [(-31, "not_yet"), (-30, None), (60, None), (61, "over")])
def test_a_window_that_was_set_goes_before_the_usual_one(after_start: float, barred: str | None) -> None:
    assert Opening(START, START - minutes(30), START + minutes(60)).barred(START + minutes(after_start)) == barred


def test_a_sitting_without_a_time_opens_by_hand_only() -> None:
    assert Opening(None).barred(START) == "not_yet"
    assert Opening(None, by_hand=True).barred(START) is None
    assert Opening(None, opens_at=START).barred(START + timedelta(days=9)) is None


@given(st.integers(-10_000, 10_000))
def test_the_hand_goes_before_the_window(after_start: int) -> None:
    now = START + minutes(after_start)
    assert Opening(START, by_hand=True).barred(now) is None
    assert Opening(START, by_hand=False).barred(now) == "closed_by_hand"


# Every fault at once, mended one by one from the first check to the last.
FAULTS: list[tuple[str, dict[str, object]]] = [
    ("replaced", {"successor": None}),
    ("badge_revoked", {"revoked": False}),
    ("withdrawn", {"state": "approved"}),
    ("other_congress", {"here": True}),
    ("cancelled", {"cancelled": False}),
    ("over", {"barred": None}),
    ("already_in", {"first": None}),
    ("in", {}),
]


def test_the_first_fault_in_order_is_the_one_told() -> None:
    facts: dict[str, object] = {
        "revoked": True, "state": "withdrawn", "here": False, "cancelled": True, "barred": "over", "first": FIRST,
        "successor": Successor("Lò Thị Dự", 117),
    }  # fmt: skip
    for code, mended in FAULTS:
        found = Found(**{key: facts[key] for key in ("revoked", "state", "here", "first", "successor")})  # type: ignore[arg-type]
        assert judge(found, cancelled=bool(facts["cancelled"]), barred=facts["barred"]).code == code  # type: ignore[arg-type]
        facts.update(mended)


@pytest.mark.parametrize(
    ("state", "first", "verdict"),
    [
        ("approved", None, Verdict("ok", "in")),
        ("approved", FIRST, Verdict("again", "already_in")),
        ("proposed", None, Verdict("refused", "not_approved")),
        ("reserve", None, Verdict("refused", "reserve")),
        ("proposed", FIRST, Verdict("again", "already_in")),  # let in by a supervisor
        ("withdrawn", FIRST, Verdict("refused", "withdrawn")),
    ],
)
def test_only_the_approved_come_in_and_only_once(state: str, first: Entry | None, verdict: Verdict) -> None:
    assert judge(Found(False, state, True, first), cancelled=False, barred=None) == verdict


FOUND = st.builds(
    Found,
    revoked=st.booleans(),
    state=st.sampled_from(["proposed", "approved", "reserve", "withdrawn"]),
    here=st.booleans(),
    first=st.sampled_from([None, FIRST]),
)


@given(FOUND, st.booleans(), st.sampled_from([None, "not_yet", "over", "closed_by_hand"]))
def test_who_comes_in_is_an_approved_delegate_of_here_while_it_is_open(found: Found, cancelled: bool, barred: str | None) -> None:
    verdict = judge(found, cancelled=cancelled, barred=barred)
    good = found == Found(revoked=False, state="approved", here=True, first=None) and not cancelled and barred is None
    assert (verdict.result == "ok") == good
    assert verdict.code in SENTENCES
    assert verdict.result in WORDS and verdict.result in TONES


@given(st.text("0123456789", min_size=20, max_size=20))
def test_only_a_badge_is_read_as_one(digits: str) -> None:
    assert misread(make_token(TokenKind.BADGE, digits)) is None
    assert misread(make_token(TokenKind.GATE, digits)) == "wrong_kind"
    assert misread(make_token(TokenKind.BADGE, digits)[:-1]) == "malformed"


def test_sentences_carry_the_time_and_place() -> None:
    opening = Opening(START)
    assert say("already_in", now=START, first=FIRST) == "Đã vào lúc 07:42, Cửa 2."
    assert say("already_in", now=START + timedelta(days=1), first=Entry(FIRST.at, "")) == "Đã vào lúc 07:42 ngày 20/05/2025."
    late = START - timedelta(hours=2)
    assert say("not_yet", now=late, opening=opening) == "Chưa mở điểm danh (mở lúc 06:00). Người phụ trách cửa có thể mở ngay."
    assert say("not_yet", now=late, opening=Opening(None)) == "Chưa mở điểm danh. Người phụ trách cửa có thể mở ngay."
    over = START + timedelta(hours=5)
    assert say("over", now=over, opening=opening) == "Điểm danh đã đóng lúc 11:30. Nhờ người phụ trách cửa mở lại."


def test_a_replaced_badge_says_who_came_instead_and_is_kept_without_the_name() -> None:
    successor = Successor("Lò Thị Dự", 117)
    assert say("replaced", now=START, successor=successor) == "Thẻ này đã thay bằng Lò Thị Dự, số thẻ 117."
    assert say("replaced", now=START, successor=successor.nameless) == "Thẻ này đã thay bằng người khác, số thẻ 117."


def test_every_sentence_can_be_said() -> None:
    for code in SENTENCES:
        assert "{" not in say(code, now=START, first=FIRST, opening=Opening(START))
