"""Báo cáo tình hình đại biểu: every statistic of the delegates, counted once from one list."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from . import levels
from .names import fold, normalise
from .person_words import CAPACITIES, SEXES
from .reference_lists import FOREIGNER, NO_RELIGION, PEOPLES, RELIGIONS
from .report_figures import Ages, Extreme, Group, Report, Row
from .structure import (
    COUNTED_SIDES,
    ECONOMIC_SECTORS,
    MAJORITY,
    UNKNOWN,
    Calendar,
    PersonFact,
    age_of,
    counted_people,
    people_of,
    religion_of,
    stands_in,
)

NO_DELEGATION = "Không theo đoàn"
_MINORITY = "Dân tộc thiểu số"
_FAITHFUL, _FAITHLESS = "Có tôn giáo", "Không theo tôn giáo"
_PARTY = ("Đảng viên", "Người ngoài Đảng")
_LABOUR = ("Lao động trực tiếp", "Không lao động trực tiếp")
_MODEL = ("Mô hình mới, điển hình mới", "Không phải mô hình mới, điển hình mới")
_AGE_BOUNDS = (45, 55, 60)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What to count: whose composition, at which moment, with the order in which components and delegations stand."""

    congress: str = ""
    unit: str = ""
    form: str = ""
    place: str = ""
    moment: datetime
    calendar: Calendar
    planned: int
    whose: str = "approved"
    sitting: str = ""
    components: Sequence[str] = field(default=())
    delegations: Sequence[str] = field(default=())
    names: bool = True
    closing: str = ""


def count_report(people: Sequence[PersonFact], question: Question) -> Report:
    """All figures of a list; people on no side are counted apart."""
    called = counted_people(people, "approved")
    whose = counted_people(people, question.whose)
    staff = Counter(p.component for p in people if p.state == "approved" and p.side == "uncounted")
    return Report(
        congress=question.congress, unit=question.unit, form=question.form, place=question.place,
        moment=question.moment.isoformat(), sitting=question.sitting, whose=question.whose, planned=question.planned,
        called=len(called), present=sum(p.present for p in called),
        excused=sum(not p.present and bool(p.absence_reason.strip()) for p in called),
        outside=sum(p.present and p.state != "approved" for p in people),
        young_until=question.calendar.young_until,
        groups=tuple(count_groups(whose, question)),
        uncounted=tuple(Row(label, staff[label]) for label in _ordered(staff, question.components)),
        ages=_ages(whose, question), names=question.names, closing=question.closing,
    )  # fmt: skip


# ---- groups ------------------------------------------------------------------------------------------------------------

Key = Callable[[PersonFact], str]  # the line a person counts in, "" when nothing tells

_SIDES = dict(zip(COUNTED_SIDES, ("Điển hình tiên tiến", "Khách mời và lãnh đạo"), strict=True))


def count_groups(people: Sequence[PersonFact], question: Question) -> Iterator[Group]:
    """Everybody given, divided in every way."""
    year = question.calendar.year
    minority = [p for p in people if stands_in(p, "minority", question.calendar)]
    faithful = [p for p in people if stands_in(p, "religion", question.calendar)]
    ages = age_lines(question.calendar.young_until)
    yield _group("side", "Điển hình, khách mời và lãnh đạo", people, lambda p: _SIDES[p.side], _SIDES.values(), personal=False)
    yield _group("component", "Thành phần", people, lambda p: p.component, question.components, personal=False)
    yield _group("capacity", "Tư cách tham dự", people, _coded("capacity", CAPACITIES), CAPACITIES.values(), personal=False)
    yield _group("sex", "Giới tính", people, _coded("sex", SEXES), SEXES.values())
    yield _group("age", "Độ tuổi", people, lambda p: _age_line(age_of(p, year), ages), [label for label, _ in ages])
    yield _group("party", "Đảng viên", people, _flag("party", *_PARTY), _PARTY)
    yield _group("ethnic", "Dân tộc", people, _ethnic_line, (MAJORITY, _MINORITY))
    yield _group("peoples", "Các dân tộc thiểu số", minority, people_of, PEOPLES, within=("ethnic", _MINORITY))
    yield _group("religion", "Tôn giáo", people, _religion_line, (_FAITHFUL, _FAITHLESS))
    yield _group("religions", "Các tôn giáo", faithful, religion_of, RELIGIONS, within=("religion", _FAITHFUL))
    yield _group("labour", "Lao động", people, _flag("direct_labour", *_LABOUR), _LABOUR)
    yield _group("model", "Mô hình mới, điển hình mới", people, _flag("new_model", *_MODEL), _MODEL)
    yield _group("sector", "Lĩnh vực", people, _spelling(people), ())
    yield _group("economic", "Thành phần kinh tế", people, _coded("economic_sector", ECONOMIC_SECTORS), ECONOMIC_SECTORS.values())
    yield _group("education", "Trình độ chuyên môn", people, lambda p: levels.read_education(p.education), levels.EDUCATION)
    yield _group("theory", "Lý luận chính trị", people, _theory_line, levels.POLITICAL_THEORY)
    yield _group("schooling", "Trình độ văn hóa", people, lambda p: levels.read_schooling(p.schooling), levels.SCHOOLING)
    yield _group("award", "Khen thưởng cao nhất", people, lambda p: levels.read_award(p.highest_award), levels.AWARDS)
    yield _group("delegation", "Đoàn", people, lambda p: p.delegation or NO_DELEGATION, question.delegations, personal=False)


def _group(
    code: str,
    title: str,
    people: Sequence[PersonFact],
    key: Key,
    order: Iterable[str],
    *,
    personal: bool = True,
    within: tuple[str, str] | None = None,
) -> Group:
    """Everybody counted in one line; lines the order does not know follow it, the largest first."""
    counts = Counter(key(person) for person in people)
    unknown = counts.pop("", 0)
    rows = [Row(label, counts[label]) for label in _ordered(counts, order)]
    return Group(code, title, len(people), (*rows, Row(UNKNOWN, unknown)), personal, within)


def _ordered(counts: Mapping[str, int], order: Iterable[str]) -> list[str]:
    known = [label for label in order if label in counts]
    rest = sorted(set(counts) - set(known), key=lambda label: (label == levels.OTHER, -counts[label], fold(label)))
    return known + rest


def _coded(attribute: str, labels: Mapping[str, str]) -> Key:
    return lambda person: labels.get(getattr(person, attribute) or "", "")


def _flag(attribute: str, yes: str, no: str) -> Key:
    return lambda person: {True: yes, False: no, None: ""}[getattr(person, attribute)]


def _ethnic_line(person: PersonFact) -> str:
    people = people_of(person)
    return people if people in ("", MAJORITY, FOREIGNER) else _MINORITY


def _religion_line(person: PersonFact) -> str:
    religion = religion_of(person)
    return {"": "", NO_RELIGION: _FAITHLESS}.get(religion, _FAITHFUL)


def _theory_line(person: PersonFact) -> str:
    return levels.read_political_theory(person.political_theory or "")


def _spelling(people: Iterable[PersonFact]) -> Key:
    """The field of work in the spelling most people of it have, so that "y tế" and "Y tế" are one line."""
    spellings: dict[str, Counter[str]] = {}
    for person in people:
        text = normalise(person.field)
        spellings.setdefault(fold(text), Counter())[text] += 1
    usual = {folded: min(found, key=lambda text: (-found[text], text)) for folded, found in spellings.items()}
    shown = {folded: text[:1].upper() + text[1:] for folded, text in usual.items()}
    return lambda person: shown[fold(person.field)]


# ---- ages --------------------------------------------------------------------------------------------------------------


def age_lines(young_until: int) -> list[tuple[str, int | None]]:
    """The age groups, each with its last age (None: no last); the young end where the plan says."""
    bounds = [young_until, *(bound for bound in _AGE_BOUNDS if bound > young_until)]
    lines: list[tuple[str, int | None]] = [(f"Từ {young_until} tuổi trở xuống", young_until)]
    lines += [(f"Từ {first + 1} đến {last} tuổi", last) for first, last in zip(bounds, bounds[1:], strict=False)]
    return [*lines, (f"Trên {bounds[-1]} tuổi", None)]


def _age_line(age: int | None, lines: Sequence[tuple[str, int | None]]) -> str:
    return "" if age is None else next(label for label, last in lines if last is None or age <= last)


def _ages(people: Sequence[PersonFact], question: Question) -> Ages | None:
    found = [(age, person) for person in people if (age := age_of(person, question.calendar.year)) is not None]
    if not found:
        return None
    ages = [age for age, _ in found]
    return Ages(len(ages), mean_text(ages), *(_extreme(found, age, question.names) for age in (max(ages), min(ages))))


def _extreme(found: Sequence[tuple[int, PersonFact]], age: int, names: bool) -> Extreme:
    return Extreme(age, tuple((p.name, p.unit) for a, p in found if a == age and names))


def mean_text(ages: Sequence[int]) -> str:
    """The mean of some ages with two decimals, rounded half up: "45,82"."""
    hundredths = int(Fraction(100 * sum(ages), len(ages)) + Fraction(1, 2))
    return f"{hundredths // 100},{hundredths % 100:02d}"
