"""Whom a badge, a number or a name leads to, and which scans of theirs count: asked one by one, or of many at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, bindparam, null

from ..domain.attendance import Event
from ..domain.door import misread
from ..models import Badge, BadgeKey, Delegate, db
from .door_people import people
from .presence import Events, read_events, read_events_of_many
from .sealing import Sealer

_DELEGATE, _BADGE, _KEY = (model.__table__.c for model in (Delegate, Badge, BadgeKey))
_LARGEST = 2**31 - 1  # what a column of integers holds
# Built once, of plain columns: putting a statement together costs more than running it. Whoever is found is locked with that
# (`presence.lock_person`), and whoever waited for the lock sees how the person stands then.
_LOCK: dict[str, Any] = {"of": Delegate.__table__, "key_share": True}


def _with_badge(asked: Any) -> Select[Any]:
    columns = (_DELEGATE.congress_id, _BADGE.revoked_at, _BADGE.id.label("badge_id"), asked.label("asked"))
    query = people(*columns).join(Badge.__table__, _BADGE.delegate_id == _DELEGATE.id).with_for_update(**_LOCK)
    return query if asked is _BADGE.token_hash else query.join(BadgeKey.__table__, _KEY.badge_id == _BADGE.id)


_BADGE_NAMES: dict[str, Any] = {"token": _BADGE.token_hash, "key": _KEY.lookup}
_IN_CONGRESS = people(_DELEGATE.congress_id, null().label("revoked_at"), null().label("badge_id")).where(
    _DELEGATE.congress_id == bindparam("congress_id")
).with_for_update(**_LOCK)
_BY_ID = _IN_CONGRESS.where(_DELEGATE.id == bindparam("asked"))
_ONE: dict[str, Select[Any]] = {
    **{how: _with_badge(column).where(column == bindparam("asked")) for how, column in _BADGE_NAMES.items()},
    "number": _IN_CONGRESS.where(_DELEGATE.number == bindparam("asked")), "name": _BY_ID, "paper": _BY_ID, "walk_in": _BY_ID,
}  # fmt: skip
_MANY = {
    how: _with_badge(column).where(column.in_(bindparam("asked", expanding=True))) for how, column in _BADGE_NAMES.items()
}
_MISSING = {"token": "unknown_token", "key": "unknown_token", "number": "unknown_number"}


@dataclass(frozen=True)
class Asked:
    """What was held to the door: `how` is token, key, number, name, paper or walk_in, `value` what was read or chosen."""

    how: str
    value: str | int


class LookUp:
    """Asks the database, and locks whom it finds: nobody else judges the same person before this transaction ends."""

    def __init__(self, congress_id: int, sealer: Sealer) -> None:
        self.congress_id, self.sealer = congress_id, sealer

    def find(self, asked: Asked) -> tuple[Row[Any] | None, str]:
        """The delegate asked for with what the door must know, or why there is none."""
        missing = _MISSING.get(asked.how, "unknown_person")
        if asked.how == "token" and (misreading := misread(str(asked.value))):
            return None, misreading
        if isinstance(asked.value, int) and not 0 < asked.value <= _LARGEST:
            return None, missing
        return self._row(asked.how, self._stored(asked)), missing

    def _stored(self, asked: Asked) -> str | int:
        return self.sealer.digest("token", str(asked.value)) if asked.how == "token" else asked.value

    def _row(self, how: str, stored: str | int) -> Row[Any] | None:
        values = {"congress_id": self.congress_id, "asked": stored}
        return db.session.connection().execute(_ONE[how], values).one_or_none()

    def events(self, delegate_id: int, sitting_id: int) -> Events:
        """The scans of one person at one sitting that count."""
        return read_events(delegate_id, sitting_id)

    def note(self, delegate_id: int, sitting_id: int, event: Event) -> None:
        """Another scan counts now."""

    def forget(self) -> None:
        """Badges have been renewed."""


class ManyAtOnce(LookUp):
    """The same for a batch: its badges and their scans are read by a few queries before the first is judged.

    Whoever makes one holds the congress's lock, so that no other batch locks the same people in another order.
    """

    def __init__(self, congress_id: int, sealer: Sealer, *, asked: Iterable[Asked], sitting_ids: Collection[int]) -> None:
        super().__init__(congress_id, sealer)
        wanted = list(asked)
        self.rows: dict[tuple[str, str | int], Row[Any] | None] = {}
        for how, query in _MANY.items():
            if names := {self._stored(each) for each in wanted if each.how == how}:
                self.rows |= {(how, name): None for name in names}
                found = db.session.connection().execute(query, {"asked": sorted(map(str, names))})
                self.rows |= {(how, row.asked): row for row in found}
        ids = {row.id for row in self.rows.values() if row is not None}
        self.read = read_events_of_many(ids, sitting_ids)

    def _row(self, how: str, stored: str | int) -> Row[Any] | None:
        return self.rows[how, stored] if (how, stored) in self.rows else super()._row(how, stored)

    def events(self, delegate_id: int, sitting_id: int) -> Events:
        there = self.read.get((delegate_id, sitting_id))
        return super().events(delegate_id, sitting_id) if there is None else there

    def note(self, delegate_id: int, sitting_id: int, event: Event) -> None:
        if there := self.read.get((delegate_id, sitting_id)):
            self.read[delegate_id, sitting_id] = there.plus(event)

    def forget(self) -> None:
        self.rows = {}
