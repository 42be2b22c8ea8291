"""How far a congress is on its plan's check list."""

from sqlalchemy import func, select

from ..domain.stages import stages_reached
from ..domain.steps import Step, StepFacts, StepState, walk_steps
from ..models import Badge, Congress, Delegate, db
from .agenda import agenda_state
from .counting import Figures


def read_steps(congress: Congress, figures: Figures) -> list[StepState]:
    """The plan's steps, each done, now or still to do, with its due day."""
    agenda = agenda_state(congress)
    approved = figures.states.get("approved", 0)
    facts = StepFacts(
        reached=stages_reached(congress.stage),
        has_date=congress.held_on is not None,
        delegates=figures.people,
        approved=approved,
        agenda_ready=agenda.items > 0 and not any(v.severity == "block" for v in agenda.violations),
        badges_missing=approved - _count_printed(congress),
    )
    return walk_steps([Step(s.code, s.label, s.days_before) for s in congress.plan.steps], facts, congress.held_on)


def _count_printed(congress: Congress) -> int:
    """Approved people whose live badge was printed."""
    printed = (
        select(func.count(func.distinct(Badge.delegate_id)))
        .join(Delegate)
        .where(
            Delegate.congress_id == congress.id,
            Delegate.state == "approved",
            Badge.printed_at.is_not(None),
            Badge.revoked_at.is_(None),
        )
    )
    return db.session.scalar(printed) or 0
