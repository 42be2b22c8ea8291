"""The live board of a sitting: everything the organisers ask for, counted out of one list of people.

"Present" is who came in at least once, "inside" who has not left since. People of the list (approved, and no walk-ins) are in
every figure; whoever else came is counted apart and in no line. So the lines of every part add up to the figures on top.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from .admission import HONOURED, INVITED, UNCOUNTED, Approved, Rule, carried, check_ratio, share_text
from .meter import Meter
from .titles import VIETNAM

BUCKET = timedelta(minutes=5)
EARLIEST, LATEST = timedelta(hours=4), timedelta(hours=12)  # before and after the start: what lies outside stands at the edge
_FLAT = timedelta(minutes=30)  # how long the curve runs on after the last arrival
_STEPS = (15, 30, 60, 120, 240)  # minutes between the hours under the curve
_MOST_TICKS = 6

SIDE_LABELS = {HONOURED: "Điển hình tiên tiến", INVITED: "Lãnh đạo và khách mời", UNCOUNTED: "Không tính vào tỷ lệ"}
NO_DELEGATION = "Không thuộc đoàn nào"
NO_GATE = "Không ghi cửa"

Key = TypeVar("Key", bound=Hashable)


class Person(NamedTuple):
    """Somebody expected, or somebody who came; `at` is when they first came in, None while they are missing."""

    name: str
    number: int
    side: str
    component: str
    delegation_id: int | None
    listed: bool  # approved, and not a walk-in
    coming: bool | None = None  # their own answer to the invitation
    excused: bool = False  # a reason of absence is written down
    at: datetime | None = None
    gate: str = ""
    inside: bool = False


@dataclass(frozen=True)
class Party:
    """A delegation as the board names it, with whom to ask about it."""

    id: int
    label: str
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Tally:
    """People of the list under one label."""

    label: str
    present: int
    inside: int
    expected: int
    side: str = ""  # of a component

    @property
    def missing(self) -> int:
        """Expected, and not come yet."""
        return self.expected - self.present

    @property
    def share(self) -> str:
        """Who came, of those expected, as a percentage."""
        return tenths_text(self.present, self.expected)


class Absent(NamedTuple):
    """Somebody of the list who has not come; `declined`: they said that they would not."""

    name: str
    number: int
    declined: bool


@dataclass(frozen=True)
class PartyTally:
    """A delegation's people, and who of them is missing, in the order of their names."""

    party: Party
    tally: Tally
    absent: tuple[Absent, ...]

    @property
    def declined(self) -> int:
        """How many of the missing said that they would not come."""
        return sum(person.declined for person in self.absent)


@dataclass(frozen=True)
class Curve:
    """Arrivals: `totals[i]` people had come by the end of the i-th five minutes after `begins`."""

    begins: datetime
    totals: tuple[int, ...]
    starts_at: datetime | None  # of the sitting
    by_start: int  # how many had come by then

    @property
    def ends(self) -> datetime:
        """The end of the last five minutes."""
        return self.begins + len(self.totals) * BUCKET

    def place(self, moment: datetime) -> float:
        """Where a moment stands between the two ends, 0–1; beyond them it stands at the edge."""
        return min(max((moment - self.begins) / (self.ends - self.begins), 0.0), 1.0)

    def points(self, top: int) -> list[tuple[float, float]]:
        """The line, from nobody on: (place in time, share of `top`), each 0–1."""
        width, top = len(self.totals), max(top, self.totals[-1], 1)
        return [(0.0, 0.0), *((place / width, total / top) for place, total in enumerate(self.totals, 1))]

    def ticks(self) -> list[datetime]:
        """Full hours or parts of them under the line: few, so that they fit a phone."""
        minutes = int((self.ends - self.begins).total_seconds() // 60)
        step = timedelta(minutes=next((s for s in _STEPS if minutes // s < _MOST_TICKS), _STEPS[-1]))
        midnight = self.begins.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
        first = -((midnight - self.begins) // step)
        found = [midnight + (first + n) * step for n in range(minutes // (int(step.total_seconds()) // 60) + 1)]
        return [moment for moment in found if self.begins <= moment <= self.ends]


@dataclass(frozen=True)
class Board:
    """Every figure of a sitting at one moment."""

    at: datetime
    whole: Tally
    outside: int  # came without being on the list
    outside_inside: int
    declined: int  # missing, and said so
    excused: int  # missing on the two sides that count, with a reason written down
    sides: Mapping[str, Tally]  # by code, those that have people
    components: tuple[Tally, ...]
    parties: tuple[PartyTally, ...]  # in protocol order; people of none come last
    gates: tuple[Tally, ...]  # first entries
    curve: Curve | None

    @property
    def called(self) -> Tally:
        """The delegates: people on the two sides that count."""
        sides = [tally for code, tally in self.sides.items() if code != UNCOUNTED]
        return Tally("", sum(t.present for t in sides), sum(t.inside for t in sides), sum(t.expected for t in sides))

    @property
    def sentence(self) -> str:
        """The figures of the quorum, to be read out or written down: of delegates, as the delegate report counts them."""
        called, at = self.called, self.at.astimezone(VIETNAM)
        month = f"{at.month:02d}" if at.month < 3 else str(at.month)
        when = f"Tính đến {at:%H} giờ {at:%M} phút ngày {at.day:02d}/{month}/{at.year}"
        text = f"{when}, có mặt {called.present}/{called.expected} đại biểu được triệu tập ({called.share})"
        if not called.missing:
            return f"{text}." if not called.expected else f"{text}, không có đại biểu vắng mặt."
        why = f", trong đó có lý do {self.excused}" if self.excused else ""
        return f"{text}; vắng mặt {called.missing} đại biểu{why}."


def tenths_text(part: int, whole: int) -> str:
    """A percentage cut (never rounded up) to one decimal that is always written: 182 of 200 is "91,0 %"."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10},{tenths % 10} %"


def read_board(
    people: Sequence[Person], parties: Sequence[Party], components: Sequence[tuple[str, str]], *, starts_at: datetime | None,
    now: datetime,
) -> Board:  # fmt: skip
    """Count people (in the order of their names); `parties` in protocol order, `components` are (label, side) in the plan's."""
    listed = [person for person in people if person.listed]
    others = [person for person in people if not person.listed and person.at]
    sides = _tally_by(listed, lambda person: person.side)
    by_component = _tally_by(listed, lambda person: person.component)
    by_gate = _tally_by([person for person in listed if person.at], lambda person: person.gate or NO_GATE)
    return Board(
        at=now,
        whole=_tally("", listed),
        outside=len(others),
        outside_inside=sum(person.inside for person in others),
        declined=sum(person.coming is False and person.at is None for person in listed),
        excused=sum(person.excused and person.at is None and person.side != UNCOUNTED for person in listed),
        sides={code: replace(sides[code], label=label) for code, label in SIDE_LABELS.items() if code in sides},
        components=tuple(replace(by_component[label], side=side) for label, side in components if label in by_component),
        parties=tuple(_party_tallies(listed, parties)),
        gates=tuple(by_gate[label] for label in sorted(by_gate, key=lambda label: (label == NO_GATE, label))),
        curve=arrival_curve([person.at for person in listed if person.at], starts_at=starts_at, now=now),
    )


def _tally(label: str, people: Sequence[Person]) -> Tally:
    return Tally(label, len([1 for p in people if p.at]), len([1 for p in people if p.inside]), len(people))


def _grouped(people: Iterable[Person], key: Callable[[Person], Key]) -> dict[Key, list[Person]]:
    found: dict[Key, list[Person]] = {}
    for person in people:
        found.setdefault(key(person), []).append(person)
    return found


def _tally_by(people: Iterable[Person], key: Callable[[Person], str]) -> dict[str, Tally]:
    return {label: _tally(label, members) for label, members in _grouped(people, key).items()}


def _party_tallies(listed: Sequence[Person], parties: Sequence[Party]) -> Iterable[PartyTally]:
    """One for each delegation that has people; those of none, or of one that is not named, come last."""
    known = {party.id for party in parties}
    members = _grouped(listed, lambda person: person.delegation_id if person.delegation_id in known else None)
    for party in [*parties, Party(0, NO_DELEGATION)]:
        if people := members.get(party.id or None):
            absent = tuple(Absent(p.name, p.number, p.coming is False) for p in people if p.at is None)
            yield PartyTally(party, _tally(party.label, people), absent)


def arrival_curve(times: Sequence[datetime], *, starts_at: datetime | None, now: datetime) -> Curve | None:
    """Everybody's first entry by five minutes, the start of the sitting always within; None while nobody has come."""
    if not times:
        return None
    first, last = min(times), max(times)
    if starts_at:
        first = max(min(first, starts_at), starts_at - EARLIEST)
        last = min(max(last, starts_at), starts_at + LATEST)
    else:
        last = min(last, first + LATEST)
    begins = _five_minutes(first)
    last = max(last, min(now, last + _FLAT))
    counts = [0] * ((_five_minutes(last) - begins) // BUCKET + 1)
    for moment in times:
        counts[min(max((moment - begins) // BUCKET, 0), len(counts) - 1)] += 1
    total, totals = 0, []
    for count in counts:
        total += count
        totals.append(total)
    return Curve(begins, tuple(totals), starts_at, sum(starts_at is not None and moment <= starts_at for moment in times))


def _five_minutes(moment: datetime) -> datetime:
    """The full five minutes at or before a moment, on Vietnam's clock."""
    local = moment.astimezone(VIETNAM)
    return local.replace(minute=local.minute // 5 * 5, second=0, microsecond=0)


def presence_meter(board: Board, rule: Rule) -> Meter:
    """The compliance meter of who is there: the bar is everybody called up, the ratio is that of those present.

    Source: the Bắc Kạn plan, II.2; here it only tells, since nobody is sent home for it.
    """
    honoured, invited = (board.sides.get(code, Tally("", 0, 0, 0)) for code in (HONOURED, INVITED))
    present = Approved(honoured.present, invited.present)
    called, load = board.called, carried(rule, present)
    tone, headline, reason = _ratio_words(rule, present)
    return Meter(
        planned=called.expected,
        honoured=present.honoured,
        invited=present.invited,
        invited_max=invited.expected,
        honoured_need=honoured.expected,
        seats_left=called.missing,
        invited_left=None,
        carried=load,
        amber_from=0 if load is None else max(present.invited - load, 0),
        share_text=share_text(present.honoured, present.total) if rule.ratio and present.total else "",
        mode=rule.mode,
        mark=None if rule.ratio is None else rule.ratio[0] / sum(rule.ratio),
        tone=tone,
        headline=headline,
        reason=reason,
        room_text=f"còn {called.missing} đại biểu chưa đến" if called.missing else "đại biểu đã đến đủ",
        uncounted=(),  # they have a line of their own beside it
    )


def _ratio_words(rule: Rule, present: Approved) -> tuple[str, str, str]:
    if rule.ratio is None or not present.total:
        return "ok", "", ""
    figures = f"{present.honoured}/{present.total} = {share_text(present.honoured, present.total)} điển hình."
    if check_ratio(rule, present):
        h, v = rule.ratio
        mark = share_text(h, h + v)
        return "warn", "Số đang có mặt chưa đúng tỷ lệ", f"{figures} Mốc của kế hoạch: {mark}."
    return "ok", "Số đã có mặt đúng tỷ lệ", figures
