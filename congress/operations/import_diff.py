"""What importing a list would do: every row against the people already there, and the effect on cap, ratio and seats."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Row, select

from ..domain.delegate_lists import ListedPerson, find_pairs, find_repeats
from ..domain.delegate_lists.sections import read_delegation
from ..domain.list_matching import COMPARED, Change, Identity, find_changes, match_people, propose_replaced
from ..domain.meter import Meter, read_meter
from ..domain.names import fold, normalise
from ..models import Component, Congress, Delegate, Delegation, ImportedRow, ListVersion, db
from .counting import rule_of
from .import_effect import Movement, Seats, approved_after, count_sides, seats_after
from .sealing import Sealer

# What may become of a row. The first five are what is written or left as it is; the rest is not written.
STATES = ("new", "changed", "unchanged", "kept", "known", "faulty", "duplicate", "repeat", "withdrawn", "left_out")


@dataclass(frozen=True)
class Wishes:
    """What the user says becomes of a list. `rows`: row → "keep", "take", "new" or "as:<delegate id>".

    `replaces` is the earlier list that this one replaces: 0 none, None whichever looks so. `withdraw` are delegates of it who are
    not in the new list and are to be withdrawn.
    """

    left_out: frozenset[int] = frozenset()
    rows: Mapping[int, str] = field(default_factory=dict)
    replaces: int | None = 0
    withdraw: frozenset[int] = frozenset()


@dataclass(frozen=True)
class DraftRow:
    """One row of a preview: the person as read, and what will become of the row."""

    person: ListedPerson
    state: str  # one of STATES
    repeat_of: int | None = None  # Excel's number of an earlier row with the same ID number
    match: Row[Any] | None = None  # who of the list this is
    changes: tuple[Change, ...] = ()  # what the row says otherwise, whether it is taken or not
    candidates: tuple[Row[Any], ...] = ()  # who this may be


@dataclass(frozen=True)
class EarlierList:
    """A list imported before: how many of its people are still there, and how many of them the new list names."""

    version: ListVersion
    people: int
    found: int


@dataclass(frozen=True)
class Preview:
    """What an import would do; nothing is written yet."""

    rows: list[DraftRow]
    groups: dict[str, int]  # new people by component label
    pairs: list[tuple[int, int]]
    before: Meter
    meter: Meter  # as if everybody new were approved too
    over_cap: int  # people beyond the cap in that case
    over_invited: int
    lists: list[EarlierList]
    replaced: EarlierList | None
    missing: list[Row[Any]]  # people of the replaced list who are not in this one
    withdraw: frozenset[int]  # those of them who are to be withdrawn
    seats: list[Seats]
    fresh: bool  # a row that was not imported before names somebody who is there already

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows by state."""
        found = dict.fromkeys(STATES, 0)
        for row in self.rows:
            found[row.state] += 1
        return found

    def count(self, state: str) -> int:
        """Rows in a state."""
        return self.counts[state]

    @property
    def writes(self) -> int:
        """People who would be added, changed or withdrawn."""
        return self.counts["new"] + self.counts["changed"] + len(self.withdraw)

    @property
    def has_news(self) -> bool:
        """Whether there is anything to write, be it only that a row not seen before names somebody who is there."""
        return bool(self.writes) or self.fresh

    def fingerprint(self, sealer: Sealer) -> str:
        """The same while the import would do the same: what was seen is what is written."""
        rows = (f"{r.person.key} {r.state} {r.match.id if r.match else ''} {r.changes!r}" for r in self.rows)
        people = (f"{d.id} {d.state} {d.id in self.withdraw}" for d in self.missing)
        return sealer.digest("diff", str(self.replaced and self.replaced.version.id), *rows, "missing", *people)


def preview_import(
    congress: Congress, people: Sequence[ListedPerson], *, sealer: Sealer, wishes: Wishes | None = None
) -> Preview:
    """What importing these rows would do. A fixed number of queries."""
    return _Diff(congress, people, sealer, wishes or Wishes()).preview()


def digest_row(person: ListedPerson, sealer: Sealer) -> str:
    """The identity of a row: all its cells as typed, without number and order."""
    return sealer.digest("row", *person.cells)


def digest_of_word(person: ListedPerson, delegate_id: int, version_id: int, sealer: Sealer) -> str:
    """That a row is what one list says of somebody: kept of those whose row has not always been the same."""
    return sealer.digest("word", str(delegate_id), str(version_id), *person.cells)


def digest_of_change(delegate_id: int, version_id: int, sealer: Sealer) -> str:
    """That what a list says of somebody is kept by `digest_of_word`."""
    return sealer.digest("words", str(delegate_id), str(version_id))


def people_of(congress: Congress) -> list[Row[Any]]:
    """Everybody of a congress with the values a list may change, by ListedPerson's words. One query."""
    values = [getattr(Delegate, column).label(name) for name, column in COMPARED.items()]
    query = (
        select(
            Delegate.id, Delegate.number, Delegate.state, Delegate.folded, Delegate.list_version_id, Delegate.component_id,
            Component.code.label("group"), Component.label.label("component"), Component.side,
            Delegation.name.label("delegation"), Delegation.unit_id.label("sender"), *values,
        )
        .join(Component, Delegate.component_id == Component.id)
        .outerjoin(Delegation, Delegate.delegation_id == Delegation.id)
        .where(Delegate.congress_id == congress.id)
        .order_by(Delegate.number)
    )  # fmt: skip
    return list(db.session.execute(query))


class _Diff:
    """The people of a congress and the rows of a list, side by side."""

    def __init__(self, congress: Congress, people: Sequence[ListedPerson], sealer: Sealer, wishes: Wishes) -> None:
        self.congress, self.people, self.sealer, self.wishes = congress, people, sealer, wishes
        self.known_digests = set(db.session.scalars(select(ImportedRow.digest).where(ImportedRow.congress_id == congress.id)))
        stored = people_of(congress)
        self.there = {one.id: one for one in stored if one.state != "withdrawn"}
        self.gone = [one for one in stored if one.state == "withdrawn"]
        self.versions = {v.id: v for v in db.session.scalars(select(ListVersion).filter_by(congress_id=congress.id))}
        taking_part = [person for person in people if person.key not in wishes.left_out]
        lines = {person.key: person.row for person in people}
        self.repeats = {again: lines[first] for first, again in find_repeats(taking_part)}
        self.delegations: dict[str, str] = {}
        self.known = {p.key for p in people if digest_row(p, sealer) in self.known_digests} if self.known_digests else set()

    def preview(self) -> Preview:
        self._match()
        rows = [self._judge(person) for person in self.people]
        missing = self._missing(rows)
        withdraw = self.wishes.withdraw & {one.id for one in missing}
        movement = self._movement(rows, withdraw)
        there = self.there.values()
        rule, size = rule_of(self.congress), self.congress.planned_size
        now = count_sides(one.side for one in there if one.state == "approved")
        after = approved_after(self.congress, there, movement)
        meter = read_meter(rule, size, after)
        return Preview(
            rows=rows,
            groups=self._groups(code for code, _ in movement.new),
            pairs=find_pairs([row.person for row in rows if row.state in ("new", "faulty")]),
            before=read_meter(rule, size, now),
            meter=meter,
            over_cap=max(after.total - size, 0),
            over_invited=0 if meter.invited_max is None else max(after.invited - meter.invited_max, 0),
            lists=self._lists(),
            replaced=self._replaced(),
            missing=missing,
            withdraw=withdraw,
            seats=seats_after(self.congress, there, movement),
            fresh=any(row.match and row.state in ("unchanged", "kept") and row.person.key not in self.known for row in rows),
        )

    def _movement(self, rows: Iterable[DraftRow], withdraw: Collection[int]) -> Movement:
        codes = {c.code for c in self.congress.plan.components}
        new, changed = [], {}
        for row in rows:
            if row.state == "new" and row.person.group in codes:
                new.append((row.person.group, self._delegation(row.person.delegation or "")))
            elif row.state == "changed" and row.match is not None:
                changed[row.match.id] = {c.field: c.new for c in row.changes if c.field in ("group", "delegation")}
        return Movement(new, changed, withdraw)

    def _groups(self, codes: Iterable[str]) -> dict[str, int]:
        """People by component label, in the order in which the list names them."""
        labels = {c.code: c.label for c in self.congress.plan.components}
        return dict(Counter(labels[code] for code in codes))

    # ---- who is who ----

    def _match(self) -> None:
        """Find who each row is; with the list that is replaced, should this be a newer one, once more by what that one says."""
        self.lists: dict[int, set[int]] = {version: set() for version in self.versions}
        for one in self.there.values():
            if one.list_version_id in self.lists:
                self.lists[one.list_version_id].add(one.id)
        taking_part = (p for p in self.people if p.key not in self.wishes.left_out and p.key not in self.repeats)
        self.rows = [_row_identity(person) for person in taking_part] if self.there or self.gone else []
        self.identities = [_identity(one) for one in self.there.values()]
        replaces = self.wishes.replaces
        self.replaced_id = replaces if replaces in self.lists else None
        self._match_once()
        if replaces is None:
            self.replaced_id = propose_replaced(self._named(), self.lists)
            if self.replaced_id and len(self.same) < len(self.rows):
                self._match_once()

    def _match_once(self) -> None:
        replaced = self.lists.get(self.replaced_id or 0, set())
        matches = match_people(self.rows, self.identities, self._said({row.key for row in self.rows}), replaced)
        self.same, self.ask = dict(matches.same), dict(matches.ask)
        self._settle_known()
        rest = [row for row in self.rows if row.key not in self.same and row.key not in self.ask] if self.gone else []
        found = match_people(rest, [_identity(one) for one in self.gone], {})
        self.away = {*found.same, *found.ask}

    def _said(self, rows: Collection[int]) -> dict[int, int | None]:
        """What the user decided, as far as it still can be; nobody is given to two rows."""
        said: dict[int, int | None] = {}
        for row, wish in self.wishes.rows.items():
            if row not in rows:
                continue
            if wish == "new":
                said[row] = None
            elif wish.startswith("as:") and (one := int(wish[3:])) in self.there and one not in said.values():
                said[row] = one
        return said

    def _settle_known(self) -> None:
        """Rows imported before are somebody's; of several of one name each takes the one it differs least from."""
        taken = set(self.same.values())
        for person in self.people:
            free = [one for one in self.ask.get(person.key, ()) if one not in taken]
            if free and person.key in self.known:
                nearest = min(free, key=lambda one: (len(self._changes(person, self.there[one])), self.there[one].number))
                self.same[person.key] = nearest
                taken.add(nearest)
                del self.ask[person.key]
        self.ask = {row: left for row, ones in self.ask.items() if (left := tuple(one for one in ones if one not in taken))}

    def _named(self) -> set[int]:
        return set(self.same.values()) | {one for ones in self.ask.values() for one in ones}

    # ---- what becomes of a row ----

    def _judge(self, person: ListedPerson) -> DraftRow:
        row = person.key
        if row in self.wishes.left_out:
            return DraftRow(person, "left_out")
        known = row in self.known
        match = self.there.get(self.same.get(row, 0))
        if match is None and known:
            return DraftRow(person, "known")
        if row in self.repeats:
            return DraftRow(person, "repeat", self.repeats[row])
        if person.errors and not known:
            return DraftRow(person, "faulty", match=match)
        if match is not None:
            return self._judge_match(person, match, known)
        if row in self.ask:
            return DraftRow(person, "duplicate", candidates=tuple(self.there[one] for one in self.ask[row]))
        if row in self.away and self.wishes.rows.get(row) != "new":
            return DraftRow(person, "withdrawn")
        return DraftRow(person, "new")

    def _judge_match(self, person: ListedPerson, match: Row[Any], known: bool) -> DraftRow:
        changes = () if person.errors else self._changes(person, match)
        if not changes:
            return DraftRow(person, "unchanged", match=match)
        wish = self.wishes.rows.get(person.key)
        kept = wish == "keep" or (wish != "take" and known and self._is_last_word(person, match))
        return DraftRow(person, "kept" if kept else "changed", match=match, changes=changes)

    def _is_last_word(self, person: ListedPerson, match: Row[Any]) -> bool:
        """Whether a row imported before is what the office said last: what differs was mended here, and is not said anew."""
        version = match.list_version_id
        if not version or digest_of_change(match.id, version, self.sealer) not in self.known_digests:
            return True
        return digest_of_word(person, match.id, version, self.sealer) in self.known_digests

    def _changes(self, person: ListedPerson, one: Row[Any]) -> tuple[Change, ...]:
        said = {name: getattr(person, name) for name in COMPARED}
        said["group"] = person.group
        named = self._delegation(person.delegation or "")
        said["delegation"] = named if fold(named) != fold(one.delegation or "") else None
        return find_changes(said, one._asdict())

    def _delegation(self, text: str) -> str:
        """A delegation as the list names it; a thousand rows name few."""
        if text not in self.delegations:
            self.delegations[text] = read_delegation(normalise(text)) if text else ""
        return self.delegations[text]

    # ---- the list it replaces, and the effect ----

    def _lists(self) -> list[EarlierList]:
        named = self._named()
        found = [EarlierList(v, len(self.lists[v.id]), len(self.lists[v.id] & named)) for v in self.versions.values()]
        return sorted((one for one in found if one.people), key=lambda one: -one.version.id)

    def _replaced(self) -> EarlierList | None:
        return next((one for one in self._lists() if one.version.id == self.replaced_id), None)

    def _missing(self, rows: Iterable[DraftRow]) -> list[Row[Any]]:
        """The people of the replaced list whom no row names, left out or not."""
        if self.replaced_id is None:
            return []
        left_out = [_row_identity(row.person) for row in rows if row.state == "left_out"]
        replaced, named = self.lists[self.replaced_id], self._named()
        also = match_people(left_out, [one for one in self.identities if one.key not in named], {}, replaced)
        named |= set(also.same.values()) | {one for ones in also.ask.values() for one in ones}
        return [self.there[one] for one in sorted(replaced - named, key=lambda one: self.there[one].number)]


@lru_cache(maxsize=4096)
def _fold_unit(unit: str) -> str:
    return fold(unit)


def _identity(one: Row[Any]) -> Identity:
    return Identity(one.id, one.folded, one.born, one.id_number, _fold_unit(one.unit))


def _row_identity(person: ListedPerson) -> Identity:
    return Identity(person.key, fold(person.name), person.born, person.id_number, _fold_unit(person.unit or ""))
