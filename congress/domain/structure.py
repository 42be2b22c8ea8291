"""The composition of a list (cơ cấu): who counts in each dimension, shares, targets. It warns and never blocks.

Everybody stands on one of three sides of a dimension: in it, not in it, or not known ("chưa có thông tin"), so the
three always add up to the base.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .names import fold, normalise
from .reference_lists import FOREIGNER, NO_RELIGION, find_people, find_religion

COUNTED_SIDES = ("honoured", "invited")
MAJORITY = "Kinh"
UNKNOWN = "Chưa có thông tin"
OTHER_RELIGION = "Tôn giáo khác"
OLDEST = 120  # years; beyond it the year of birth is a slip
YOUNG_UNTIL = 35  # years of age, where the plan says nothing else
SMALL = 3  # a cell of sensitive data below this tells who it is

ECONOMIC_SECTORS = {
    "state": "Kinh tế nhà nước",
    "collective": "Kinh tế tập thể",
    "private": "Kinh tế tư nhân",
    "foreign": "Kinh tế có vốn đầu tư nước ngoài",
}
DIMENSIONS = {
    "women": "Nữ",
    "minority": "Dân tộc thiểu số",
    "religion": "Có tôn giáo",
    "young": "Trẻ tuổi",
    "direct_labour": "Lao động trực tiếp",
    "party": "Đảng viên",
    "non_party": "Người ngoài Đảng",
    "new_model": "Mô hình mới, điển hình mới",
    "individual": "Cá nhân",
    "collective": "Đại diện tập thể",
    "household": "Đại diện hộ gia đình",
}
SENSITIVE = frozenset({"minority", "religion", "party", "non_party"})
_SECTOR, _ECONOMIC = "sector:", "economic:"
_FOLDED = {fold(label): code for code, label in DIMENSIONS.items()} | {
    fold(label): _ECONOMIC + code for code, label in ECONOMIC_SECTORS.items()
}
_SECTOR_WORDS = ("ngành ", "lĩnh vực ")


@dataclass(frozen=True, kw_only=True)
class PersonFact:
    """What the statistics look at of one person; None and "" mean that it is not known.

    `born` is a year; `sex` male or female; `capacity` individual, collective or household; `side` honoured, invited
    or uncounted; `component` and `delegation` are names as they are shown.
    """

    side: str
    component: str
    id: int = 0  # of the row, for whoever lists people
    state: str = "approved"
    present: bool = False
    absence_reason: str = ""
    delegation: str = ""
    name: str = ""
    unit: str = ""
    sex: str | None = None
    born: int | None = None
    ethnic: str | None = None
    religion: str | None = None
    party: bool | None = None
    direct_labour: bool | None = None
    field: str = ""
    economic_sector: str | None = None
    new_model: bool | None = None
    capacity: str | None = None
    education: str = ""
    political_theory: str | None = None
    schooling: str = ""
    highest_award: str = ""


@dataclass(frozen=True)
class Target:
    """What a plan would like of one dimension: at least `count` people, or `percent` of the base (one of the two)."""

    dimension: str
    count: int | None = None
    percent: int | None = None

    def row(self) -> dict[str, str | int]:
        """As it is stored and exported."""
        if self.count is not None:
            return {"dimension": self.dimension, "count": self.count}
        return {"dimension": self.dimension, "percent": self.percent or 0}

    def needed(self, base: int) -> int:
        """People needed among `base`; a share of people is rounded up."""
        return self.count if self.count is not None else -(-(self.percent or 0) * base // 100)


@dataclass(frozen=True)
class Calendar:
    """The year of the opening day and the oldest age, in years, that is young (A14, A15)."""

    year: int
    young_until: int = YOUNG_UNTIL


def is_dimension(code: str) -> bool:
    """Whether there is such a dimension; "sector:" takes any field of work, "economic:" one of four codes."""
    if code.startswith(_SECTOR):
        return bool(code.removeprefix(_SECTOR).strip())
    return code in DIMENSIONS or code.removeprefix(_ECONOMIC) in ECONOMIC_SECTORS and code.startswith(_ECONOMIC)


def dimension_label(code: str, young_until: int | None = None) -> str:
    """The words of a dimension; the threshold stands beside "Trẻ tuổi" where it is given."""
    if code.startswith(_SECTOR):
        return f"Lĩnh vực {code.removeprefix(_SECTOR)}"
    if code.startswith(_ECONOMIC):
        return ECONOMIC_SECTORS[code.removeprefix(_ECONOMIC)]
    if code == "young" and young_until is not None:
        return f"{DIMENSIONS[code]} (từ {young_until} tuổi trở xuống)"
    return DIMENSIONS[code]


def find_dimension(words: str) -> str | None:
    """The dimension that words name ("Nữ", "ngành Y tế", "kinh tế tư nhân"), or None."""
    text = normalise(words)
    if is_dimension(text):
        return text
    known = _FOLDED.get(fold(text))
    if known:
        return known
    for word in _SECTOR_WORDS:
        if text.lower().startswith(word):
            return _SECTOR + text[len(word) :].strip()
    return None


def read_targets(rows: Iterable[Mapping[str, str | int]]) -> list[Target]:
    """The targets of a plan's tier as they are stored."""
    return [Target(str(row["dimension"]), _number(row.get("count")), _number(row.get("percent"))) for row in rows]


def _number(value: str | int | None) -> int | None:
    return None if value is None else int(value)


def stands_in(person: PersonFact, dimension: str, calendar: Calendar) -> bool | None:
    """Whether somebody counts in a dimension; None when nothing tells.

    Ethnic minorities are all peoples but the Kinh, without foreigners (QĐ 121-TCTK/PPCĐ); "Không" is no religion,
    a blank is not known; the age is the year of the congress less the year of birth (A15).
    """
    if dimension.startswith(_SECTOR):
        return fold(person.field) == fold(dimension.removeprefix(_SECTOR)) if person.field.strip() else None
    if dimension.startswith(_ECONOMIC):
        return person.economic_sector == dimension.removeprefix(_ECONOMIC) if person.economic_sector else None
    return _TESTS[dimension](person, calendar)


def people_of(person: PersonFact) -> str:
    """The people somebody belongs to, as the state's list writes it; "" when not known or not in the list."""
    return find_people(person.ethnic) or "" if person.ethnic else ""


def religion_of(person: PersonFact) -> str:
    """The religion as the state's list writes it, "Không" for none, "" when not known; any other is "Tôn giáo khác"."""
    return (find_religion(person.religion) or OTHER_RELIGION) if person.religion else ""


def age_of(person: PersonFact, year: int) -> int | None:
    """Years of age in a year, by the difference of the years (A15); None where the year of birth cannot be right."""
    return None if person.born is None or not 0 <= year - person.born <= OLDEST else year - person.born


def _is_minority(person: PersonFact, _: Calendar) -> bool | None:
    people = people_of(person)
    return people not in (MAJORITY, FOREIGNER) if people else None


def _has_religion(person: PersonFact, _: Calendar) -> bool | None:
    religion = religion_of(person)
    return religion != NO_RELIGION if religion else None


def _is_young(person: PersonFact, calendar: Calendar) -> bool | None:
    age = age_of(person, calendar.year)
    return None if age is None else age <= calendar.young_until


def _capacity(code: str) -> Callable[[PersonFact, Calendar], bool | None]:
    return lambda person, _: person.capacity == code if person.capacity else None


_TESTS: dict[str, Callable[[PersonFact, Calendar], bool | None]] = {
    "women": lambda person, _: person.sex == "female" if person.sex else None,
    "minority": _is_minority,
    "religion": _has_religion,
    "young": _is_young,
    "direct_labour": lambda person, _: person.direct_labour,
    "party": lambda person, _: person.party,
    "non_party": lambda person, _: None if person.party is None else not person.party,
    "new_model": lambda person, _: person.new_model,
    "individual": _capacity("individual"),
    "collective": _capacity("collective"),
    "household": _capacity("household"),
}


# ---- counting ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One dimension among `base` people: how many count in it, of how many nothing is known, how many are wanted."""

    dimension: str
    label: str
    count: int | None  # None where it must not be told
    unknown: int
    base: int
    needed: int | None = None

    @property
    def short(self) -> int:
        """People still wanted; 0 where there is no target or it is met, or where it must not be told."""
        return 0 if self.count is None else max((self.needed or 0) - self.count, 0)

    @property
    def percent(self) -> str:
        """The share of the base in words: "42,5%"."""
        return "" if self.count is None else percent_text(self.count, self.base)


def percent_text(part: int, whole: int) -> str:
    """A share rounded half up to two decimals, with a comma: 1733 of 2025 is "85,58%"; nothing of nothing is "0%".

    Shares of the lines of one table may so add up to 99,99% or 100,01%; the people always add up.
    """
    hundredths = (20000 * part + whole) // (2 * whole) if whole else 0
    return f"{hundredths // 100},{hundredths % 100:02d}".rstrip("0").rstrip(",") + "%"


def counted_people(people: Iterable[PersonFact], whom: str) -> list[PersonFact]:
    """The delegates on both sides: "listed" (proposed and approved), "approved", or "present" (approved and in)."""
    sides = [person for person in people if person.side in COUNTED_SIDES]
    if whom == "listed":
        return [person for person in sides if person.state in ("proposed", "approved")]
    approved = [person for person in sides if person.state == "approved"]
    return [person for person in approved if person.present] if whom == "present" else approved


def measure(
    people: Sequence[PersonFact], dimensions: Iterable[str], targets: Iterable[Target], calendar: Calendar
) -> list[Share]:
    """Each dimension, in the order given, and then those only targets name."""
    wanted = {target.dimension: target for target in targets}
    found = []
    for dimension in dict.fromkeys((*dimensions, *wanted)):
        stands = Counter(stands_in(person, dimension, calendar) for person in people)
        target = wanted.get(dimension)
        needed = target.needed(len(people)) if target else None
        label = dimension_label(dimension, calendar.young_until)
        found.append(Share(dimension, label, stands[True], stands[None], len(people), needed))
    return found


@dataclass(frozen=True)
class Line:
    """One delegation: its people, and of each dimension how many count in it and of how many nothing is known.

    A count is None where it must not be told.
    """

    name: str
    base: int
    counts: tuple[int | None, ...]
    unknown: tuple[int, ...]


def measure_delegations(
    people: Sequence[PersonFact], dimensions: Sequence[str], calendar: Calendar, *, order: Sequence[str], masked: bool
) -> list[Line]:
    """The delegations in protocol order, those without one last; `masked` hides small cells of sensitive dimensions."""
    members: dict[str, list[PersonFact]] = {}
    for person in people:
        members.setdefault(person.delegation, []).append(person)
    names = [name for name in (*order, "") if name in members]
    bases = [len(members[name]) for name in names]
    columns: list[list[int | None]] = []
    missing: list[list[int]] = []
    for dimension in dimensions:
        stands = [Counter(stands_in(p, dimension, calendar) for p in members[name]) for name in names]
        counts = [found[True] for found in stands]
        missing.append([found[None] for found in stands])
        hide = hidden_cells(counts, bases) if masked and dimension in SENSITIVE else [False] * len(counts)
        columns.append([None if hidden else count for count, hidden in zip(counts, hide, strict=True)])
    return [
        Line(name, bases[place], tuple(cells[place] for cells in columns), tuple(cells[place] for cells in missing))
        for place, name in enumerate(names)
    ]


def mask_shares(shares: Iterable[Share]) -> list[Share]:
    """The shares without those of sensitive dimensions that tell of one or two people, in the dimension or outside it."""
    return [replace(share, count=None) if share.dimension in SENSITIVE and _is_small(share) else share for share in shares]


def _is_small(share: Share) -> bool:
    inside = share.count or 0
    return hidden_cells([inside, share.base - share.unknown - inside])[0]


def absent_peoples(declared: Iterable[str], people: Iterable[PersonFact]) -> list[str]:
    """The declared peoples nobody on the list belongs to (S4, II.2.a: "đủ các thành phần về dân tộc, tôn giáo")."""
    there = {people_of(person) for person in people}
    return [name for name in declared if name not in there]


def absent_religions(declared: Iterable[str], people: Iterable[PersonFact]) -> list[str]:
    """The declared religions nobody on the list has."""
    there = {religion_of(person) for person in people}
    return [name for name in declared if name not in there]


def hidden_cells(counts: Sequence[int], bases: Sequence[int] = ()) -> list[bool]:
    """Which cells of a column that adds up must stay hidden so that nobody is found out (Luật 91/2025/QH15).

    Cells of one or two people, or out of one or two (`bases`); and with them the next smallest, as long as what is hidden
    could be told from the total.
    """
    if 0 < sum(counts) < SMALL:
        return [True] * len(counts)
    hidden = [0 < count < SMALL for count in counts]
    hidden = [hide or base < SMALL for hide, base in zip(hidden, bases or [SMALL] * len(counts), strict=True)]
    while any(hidden) and (sum(hidden) < 2 or sum(n for n, hide in zip(counts, hidden, strict=True) if hide) < SMALL):
        rest = [place for place, count in enumerate(counts) if count and not hidden[place]]
        if not rest:
            break
        hidden[min(rest, key=lambda place: counts[place])] = True
    return hidden
