"""The figures of a delegate report as they are frozen: what they are, whether they add up, what others may see of them.

Every group divides its base among its lines, "Chưa có thông tin" being one of them; `check_report` says which does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from .structure import SMALL, hidden_cells

TITLES = (
    "Báo cáo tình hình đại biểu",
    "Báo cáo thành phần, số lượng, cơ cấu đại biểu",
    "Báo cáo kết quả thẩm tra tư cách đại biểu",
)
REST = "Các dòng khác"
BASES = {"approved": "đại biểu được triệu tập", "present": "đại biểu có mặt"}


@dataclass(frozen=True)
class Row:
    """One line of a group; `count` is None where it must not be told."""

    label: str
    count: int | None


@dataclass(frozen=True)
class Group:
    """A base of people divided among lines. `personal`: it tells something of persons, so small lines can give one away.

    `within` names the group and the line whose people it divides.
    """

    code: str
    title: str
    base: int | None
    rows: tuple[Row, ...]
    personal: bool = True
    within: tuple[str, str] | None = None


@dataclass(frozen=True)
class Extreme:
    """The oldest or the youngest: the age and everybody of that age, as (name, unit)."""

    age: int
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Ages:
    """What the years of birth tell; `mean` in words, "45,82"."""

    known: int
    mean: str
    oldest: Extreme
    youngest: Extreme


@dataclass(frozen=True, kw_only=True)
class Report:
    """The figures of one moment. `moment` is an ISO time in UTC; `sitting` the one whose check-in was counted."""

    congress: str  # its name inside a sentence
    unit: str
    form: str  # what the plan calls such a congress
    place: str  # written before the day
    moment: str
    sitting: str
    whose: str
    planned: int
    called: int
    present: int
    excused: int
    outside: int  # people let in who are not on the list
    young_until: int
    groups: tuple[Group, ...]
    uncounted: tuple[Row, ...] = ()
    ages: Ages | None = None
    names: bool = True
    closing: str = ""
    masked: bool = False

    @property
    def absent(self) -> int:
        """Called up and not in."""
        return self.called - self.present

    @property
    def base(self) -> int:
        """The people whose composition is told."""
        return self.present if self.whose == "present" else self.called

    @property
    def at(self) -> datetime:
        """The moment as a time (aware, UTC)."""
        return datetime.fromisoformat(self.moment)

    def group(self, code: str) -> Group:
        """The group of a code."""
        return next(group for group in self.groups if group.code == code)


# ---- what others may see, and whether it adds up -----------------------------------------------------------------------


def mask(report: Report) -> Report:
    """The figures for publication and for who may not see sensitive data: no names, no line that gives a person away."""
    ages = report.ages
    if ages is not None:
        nameless = replace(ages, oldest=replace(ages.oldest, people=()), youngest=replace(ages.youngest, people=()))
        ages = nameless if ages.known >= SMALL else None
    return replace(report, groups=mask_groups(report.groups), ages=ages, names=False, masked=True)


def mask_groups(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups without the lines that give a person away."""
    masked: dict[str, Group] = {}
    for group in groups:
        masked[group.code] = _mask_group(group, masked)
    return tuple(masked.values())


def _mask_group(group: Group, masked: Mapping[str, Group]) -> Group:
    if not group.personal:
        return group
    if group.within:
        outer, line = group.within
        if any(row.label == line and row.count is None for row in masked[outer].rows):
            return replace(group, base=None, rows=(Row(REST, None),))
    hide = hidden_cells([row.count or 0 for row in group.rows])
    if group.within and any(hide):  # the names alone would tell: what is hidden becomes one line
        kept = [row for row, hidden in zip(group.rows, hide, strict=True) if not hidden]
        rest = sum(row.count or 0 for row, hidden in zip(group.rows, hide, strict=True) if hidden)
        return replace(group, rows=(*kept, Row(REST, rest if rest >= SMALL else None)))
    rows = (replace(row, count=None) if hidden else row for row, hidden in zip(group.rows, hide, strict=True))
    return replace(group, rows=tuple(rows))


def check_report(report: Report) -> list[str]:
    """The titles of what does not add up; nothing in every report that was counted here."""
    wrong = [group.title for group in report.groups if not _adds_up(report, group)]
    if not 0 <= report.excused <= report.absent:
        wrong.insert(0, "Có mặt, vắng mặt")
    return wrong


def _adds_up(report: Report, group: Group) -> bool:
    base: int | None = report.base
    if group.within:
        outer = [g for g in report.groups if g.code == group.within[0]]
        base = next((row.count for g in outer for row in g.rows if row.label == group.within[1]), 0)
    counts = [row.count for row in group.rows]
    if None in counts:
        return True  # masked: what is hidden cannot be added
    return group.base == base == sum(count or 0 for count in counts)


# ---- kept as plain data ------------------------------------------------------------------------------------------------


def report_data(report: Report) -> dict[str, Any]:
    """The figures as they are frozen."""
    return asdict(report)


def read_report(data: Mapping[str, Any]) -> Report:
    """Figures that were frozen."""
    groups = (
        Group(**{**group, "rows": _read_rows(group["rows"]), "within": group["within"] and tuple(group["within"])})
        for group in data["groups"]
    )
    ages = data["ages"] and Ages(**{**data["ages"], **{key: _read_extreme(data["ages"][key]) for key in ("oldest", "youngest")}})
    return Report(**{**data, "groups": tuple(groups), "uncounted": _read_rows(data["uncounted"]), "ages": ages})


def _read_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(**row) for row in rows)


def _read_extreme(data: Mapping[str, Any]) -> Extreme:
    return Extreme(data["age"], tuple((name, unit) for name, unit in data["people"]))
