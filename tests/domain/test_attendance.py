"""Who is in: one answer for a set of scans, however they were sent."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from congress.domain.attendance import Event, automatic_exit, fold

START = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)


def event(minute: int, kind: str = "entry", device: str = "máy 1", nonce: str = "") -> Event:
    return Event(START + timedelta(minutes=minute), kind, device, nonce or f"{device}{minute}{kind}")


EVENTS = st.builds(event, st.integers(0, 30), st.sampled_from(["entry", "exit"]), st.sampled_from(["máy 1", "máy 2", "máy 3"]))
HISTORIES = st.lists(EVENTS, max_size=8, unique_by=lambda each: (each.device, each.nonce))


def test_nobody_is_in_without_an_entry() -> None:
    assert fold([]) is None
    assert fold([event(5, "exit")]) is None


def test_out_and_in_again() -> None:
    there = fold([event(0), event(10, "exit"), event(12, "exit"), event(20)])
    assert there is not None and (there.first.at, there.left_at) == (START, None)
    gone = fold([event(0), event(10, "exit"), event(12, "exit")])
    assert gone is not None and not gone.inside and gone.left_at == START + timedelta(minutes=10)


def test_an_exit_before_the_first_entry_is_somebody_else_s_mistake() -> None:
    there = fold([event(0, "exit"), event(1)])
    assert there is not None and there.inside


def test_of_one_moment_the_entry_comes_first() -> None:
    gone = fold([event(3, "exit", "máy 1"), event(3, "entry", "máy 2")])
    assert gone is not None and not gone.inside


@given(HISTORIES, st.randoms())
def test_the_order_of_arrival_changes_nothing(history: list[Event], random) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(history)


@given(HISTORIES)
def test_inside_is_what_the_last_event_says(history: list[Event]) -> None:
    presence = fold(history)
    entries = [each.at for each in history if each.kind == "entry"]
    assert (presence is not None) == bool(entries)
    if presence is None:
        return
    assert presence.first.at == min(entries)
    latest = max(each.at for each in history)
    kinds = {each.kind for each in history if each.at == latest}
    assert presence.inside == (kinds == {"entry"})
    if presence.left_at:
        assert all(each.kind == "exit" for each in history if each.at > presence.left_at)


def test_nobody_counts_as_inside_after_midnight() -> None:
    assert automatic_exit(START, None) == datetime(2025, 5, 20, 17, 0, tzinfo=UTC)  # midnight in Vietnam
    assert automatic_exit(START, START) == START
    assert automatic_exit(None, None) is None
    assert automatic_exit(None, START) == START
