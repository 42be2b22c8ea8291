"""The check list of a congress: which step is done, which one is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class StepFacts:
    """What is known of a congress when its steps are looked at; `stage_index` counts along the path of stages."""

    reached: frozenset[str]  # stages passed or reached
    has_date: bool
    agenda_ready: bool
    delegates: int
    badges_missing: int
    approved: int


# A plan's step code → what it looks at.
_DONE = {
    "plan_ready": lambda f: bool(f.reached & {"plan_approved", "list_open"}),
    "date_set": lambda f: f.has_date,
    "agenda_ready": lambda f: f.agenda_ready,
    "list_open": lambda f: "list_open" in f.reached,
    "delegates_in": lambda f: f.delegates > 0,
    "list_closed": lambda f: "list_closed" in f.reached,
    "badges_printed": lambda f: f.approved > 0 and f.badges_missing == 0,
    "held": lambda f: "held" in f.reached,
    "reported": lambda f: "reported" in f.reached,
}

STEP_CODES = tuple(_DONE)


@dataclass(frozen=True)
class Step:
    """One step of a plan's check list; due `days_before` the congress (negative: after it)."""

    code: str
    label: str
    days_before: int | None


@dataclass(frozen=True)
class StepState:
    """A step of one congress: done, now (the one next step) or todo."""

    code: str
    label: str
    state: str
    due: date | None


def walk_steps(steps: Sequence[Step], facts: StepFacts, held_on: date | None) -> list[StepState]:
    """The check list with its states; the first step that is not done is "now"."""
    states = []
    found_next = False
    for step in steps:
        if _DONE[step.code](facts):
            state = "done"
        else:
            state = "todo" if found_next else "now"
            found_next = True
        due = held_on - timedelta(days=step.days_before) if held_on and step.days_before is not None else None
        states.append(StepState(step.code, step.label, state, due))
    return states


def next_step(states: Sequence[StepState]) -> StepState | None:
    """The one step to do now, or None when all is done."""
    return next((state for state in states if state.state == "now"), None)
