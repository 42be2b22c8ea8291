"""Time at the edge: stored in UTC, shown in Vietnam's time."""

from datetime import UTC, date, datetime

from flask import current_app

from ..domain.titles import VIETNAM


def now() -> datetime:
    """The present moment (aware, UTC); a test may set the configuration's CLOCK."""
    clock = current_app.config.get("CLOCK")
    moment: datetime = clock() if clock else datetime.now(UTC)
    return moment


def today() -> date:
    """Today in Vietnam."""
    return now().astimezone(VIETNAM).date()


def local(moment: datetime) -> datetime:
    """A stored time in Vietnam's time."""
    return moment.astimezone(VIETNAM)


def from_local(moment: datetime) -> datetime:
    """A time typed in Vietnam, as it is stored."""
    return moment.replace(tzinfo=VIETNAM).astimezone(UTC)
