"""The check list: each step looks at its own fact, and exactly one step is next."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.steps import STEP_CODES, Step, StepFacts, StepState, next_step, walk_steps

NOTHING = StepFacts(frozenset(), has_date=False, agenda_ready=False, delegates=0, badges_missing=0, approved=0)
STEPS = [Step(code, code, None) for code in STEP_CODES]


def done(facts: StepFacts) -> set[str]:
    return {state.code for state in walk_steps(STEPS, facts, None) if state.state == "done"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (NOTHING, set()),
        (replace(NOTHING, has_date=True), {"date_set"}),
        (replace(NOTHING, agenda_ready=True), {"agenda_ready"}),
        (replace(NOTHING, delegates=1), {"delegates_in"}),
        (replace(NOTHING, reached=frozenset({"draft", "submitted"})), set()),
        (replace(NOTHING, reached=frozenset({"plan_approved"})), {"plan_ready"}),
        (replace(NOTHING, reached=frozenset({"list_open"})), {"plan_ready", "list_open"}),
        (replace(NOTHING, reached=frozenset({"list_closed"})), {"list_closed"}),
        (replace(NOTHING, reached=frozenset({"held"})), {"held"}),
        (replace(NOTHING, reached=frozenset({"reported"})), {"reported"}),
        (replace(NOTHING, approved=5, badges_missing=1), set()),
        (replace(NOTHING, approved=5), {"badges_printed"}),
    ],
)
def test_what_makes_a_step_done(facts: StepFacts, expected: set[str]) -> None:
    assert done(facts) == expected


def test_the_first_undone_step_is_now_whatever_is_done_after_it() -> None:
    steps = [
        Step("date_set", "Đặt ngày", 60),
        Step("delegates_in", "Nhập danh sách", 20),
        Step("reported", "Báo cáo", -5),
        Step("held", "Họp", None),
    ]
    states = walk_steps(steps, replace(NOTHING, delegates=3), date(2025, 5, 20))
    assert states == [
        StepState("date_set", "Đặt ngày", "now", date(2025, 3, 21)),
        StepState("delegates_in", "Nhập danh sách", "done", date(2025, 4, 30)),
        StepState("reported", "Báo cáo", "todo", date(2025, 5, 25)),
        StepState("held", "Họp", "todo", None),
    ]
    assert next_step(states) == states[0]
    assert [state.due for state in walk_steps(steps, NOTHING, None)] == [None] * 4


@given(
    st.builds(
        StepFacts, st.frozensets(st.sampled_from(["plan_approved", "list_open", "list_closed", "held", "reported"])),
        st.booleans(),
        st.booleans(), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2),
    )
)  # fmt: skip
def test_there_is_one_next_step_unless_all_is_done(facts: StepFacts) -> None:
    states = walk_steps(STEPS, facts, None)
    undone = [state.code for state in states if state.state != "done"]
    assert [state.code for state in states if state.state == "now"] == undone[:1]
    found = next_step(states)
    assert (found and found.code) == (undone[0] if undone else None)
