"""Who is in, made from the scans that count: the same answer whatever order they arrived in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .titles import VIETNAM


@dataclass(frozen=True)
class Event:
    """One scan that counts for one person at one sitting; `kind` is entry or exit."""

    at: datetime  # when it happened, by the server's clock
    kind: str
    device: str
    nonce: str
    scan_id: int = 0
    gate: str = ""
    device_name: str = ""


@dataclass(frozen=True)
class Presence:
    """Somebody came: the first entry, and when they left if they are not inside."""

    first: Event
    left_at: datetime | None

    @property
    def inside(self) -> bool:
        return self.left_at is None


def fold(events: Iterable[Event]) -> Presence | None:
    """What the scans of one person at one sitting come to; None for somebody who has not come in.

    The last event by the time it happened says whether the person is inside. Of two at one moment the entry comes first, then
    device and nonce decide, so that gates which were offline and send late change nothing by being late.
    """
    first, left = None, None
    for event in sorted(events, key=lambda event: (event.at, event.kind == "exit", event.device, event.nonce)):
        if event.kind == "entry":
            first, left = first or event, None
        else:
            left = left or event.at
    return Presence(first, left) if first else None


def automatic_exit(starts_at: datetime | None, auto_exit_at: datetime | None) -> datetime | None:
    """From when nobody counts as inside: as set, else the midnight in Vietnam after the sitting starts; None for never."""
    if auto_exit_at or starts_at is None:
        return auto_exit_at
    return starts_at.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
