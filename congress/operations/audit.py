"""Every change writes a line: who, what, when and the difference."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect

from ..domain.access import Actor
from ..models import AuditEntry, db


def difference(row: Any) -> dict[str, Any]:
    """What has changed in a row since it was loaded: {column: [before, after]}.

    Of columns marked sensitive or contact only the fact of change is kept.
    """
    state = inspect(row)
    found: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        if attribute.columns[0].info.get("privacy"):
            found[attribute.key] = "đã đổi"
        else:
            found[attribute.key] = [
                _plain(history.deleted[0] if history.deleted else None),
                _plain(history.added[0] if history.added else None),
            ]
    return found


def record(
    actor: Actor,
    action: str,
    subject: Any,
    *,
    now: datetime,
    congress_id: int | None = None,
    changed: dict[str, Any] | None = None,
) -> None:
    """Write an audit line about a row; `changed` is what `difference` gave before the flush, or a summary in words."""
    db.session.add(
        AuditEntry(
            at=now,
            user_id=actor.user_id,
            actor_name=actor.name,
            action=action,
            subject=subject.__tablename__,
            subject_id=subject.id,
            congress_id=congress_id,
            difference=changed or {},
        )
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
