"""Who may be admitted: cap, planned size and the ratio of the two sides.

Source: the Bắc Kạn plan, II.2 ("không quá 200 người, trong đó đại biểu điển hình tiên tiến chiếm 70%; đại biểu khách mời
và lãnh đạo các cấp, các ngành chiếm 30%"), read as domain notes A1–A7 say. Throughout, P is the planned size, E the approved
people on the honoured side, G those on the invited side (guests and leaders). Integers only; nothing is ever rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .refusals import Numbers, Violation

HONOURED, INVITED, UNCOUNTED = SIDES = ("honoured", "invited", "uncounted")
MODES = ("min_models", "exact", "advisory", "none")

# Below ten people one person is more than ten per cent: the ratio only warns (A3).
SMALL = 10

NAMED = 5  # names in a sentence; of the others it says how many

# What an override may pass over: the ratio, never the cap.
RATIO_CODES = frozenset({"ratio_low", "ratio_high", "invited_full", "honoured_full", "size_invited"})


@dataclass(frozen=True)
class Rule:
    """The plan's rule for one congress.

    `cap` is the most people the tier allows; where everybody of the unit meets (`plenary`, toàn thể, A7) it only warns.
    `honoured` : `invited` is the ratio (7 : 3); both None when the plan states none. `uncounted_cap` is the most people outside
    both sides, None when the plan states none.
    """

    cap: int
    honoured: int | None
    invited: int | None
    mode: str
    plenary: bool = False
    uncounted_cap: int | None = None

    @property
    def ratio(self) -> tuple[int, int] | None:
        """The ratio that applies, or None."""
        if self.mode == "none" or not self.honoured or not self.invited:
            return None
        return self.honoured, self.invited

    @property
    def severity(self) -> str:
        """How hard a broken ratio is."""
        return "warn" if self.mode == "advisory" else "block"


@dataclass(frozen=True)
class Approved:
    """People approved on the two sides that count."""

    honoured: int
    invited: int

    @property
    def total(self) -> int:
        """E + G."""
        return self.honoured + self.invited

    def plus(self, side: str, n: int = 1) -> "Approved":
        """The count with `n` people more on a side; uncounted people change nothing."""
        if side == UNCOUNTED:
            return self
        return replace(self, **{side: getattr(self, side) + n})


def rule_for(
    *, cap: int, honoured: int | None, invited: int | None, mode: str, plenary: bool, uncounted_cap: int | None = None
) -> Rule:
    """The rule of a tier for a congress; where everybody meets (toàn thể) the ratio advises and the cap warns (A7)."""
    mode = "advisory" if plenary and mode != "none" else mode
    return Rule(cap, honoured, invited, mode, plenary, uncounted_cap)


def suggest_attendance(*, headcount: int | None, cap: int) -> str | None:
    """ "plenary" where the people of a unit fit the cap, else "delegates"; None while their number is not known (A7)."""
    if not headcount:
        return None
    return "plenary" if headcount <= cap else "delegates"


def most_invited(rule: Rule, planned: int) -> int | None:
    """⌊3P/10⌋: how many invited people a planned size allows; None without a ratio."""
    if rule.ratio is None:
        return None
    h, v = rule.ratio
    return v * planned // (h + v)


def most_honoured(rule: Rule, planned: int) -> int | None:
    """⌈7P/10⌉: how many honoured people `exact` allows; None in the other modes."""
    if rule.ratio is None or rule.mode != "exact":
        return None
    h, v = rule.ratio
    return -(-h * planned // (h + v))


def carried(rule: Rule, approved: Approved) -> int | None:
    """⌊3E/7⌋: how many invited people today's honoured ones carry; None without a ratio."""
    if rule.ratio is None:
        return None
    h, v = rule.ratio
    return v * approved.honoured // h


def share_text(part: int, whole: int) -> str:
    """A percentage cut (never rounded) to two decimals: 205 of 293 is "69,96 %"."""
    hundredths = part * 10000 // whole if whole else 0
    text = f"{hundredths // 100},{hundredths % 100:02d}".rstrip("0").rstrip(",")
    return f"{text} %"


def _imbalance(rule: Rule, approved: Approved) -> int:
    """3E − 7G: nought at exactly 70/30, negative when the invited are too many."""
    assert rule.ratio is not None
    h, v = rule.ratio
    return v * approved.honoured - h * approved.invited


def check_ratio(rule: Rule, approved: Approved) -> list[Violation]:
    """The closing test of the ratio: `min_models` 3E ≥ 7G; `exact` |10E − 7(E+G)| ≤ 10; `advisory` warns; `none` nothing.

    The numbers say both ways out: people to add on one side, or to take off the other.
    """
    if rule.ratio is None or not approved.total:
        return []
    h, v = rule.ratio
    slack = h + v if rule.mode == "exact" else 0
    off = _imbalance(rule, approved)
    figures: Numbers = {
        "honoured": approved.honoured,
        "total": approved.total,
        "share": share_text(approved.honoured, approved.total),
        "need": share_text(h, h + v),
    }
    severity = "warn" if approved.total < SMALL else rule.severity
    if off < -slack:
        ways: Numbers = {"add": -((off + slack) // v), "drop": -((off + slack) // h)}
        return [Violation("ratio_low", severity, {**figures, **ways})]
    if rule.mode == "exact" and off > slack:
        ways = {"add": -(-(off - slack) // h), "drop": -(-(off - slack) // v)}
        return [Violation("ratio_high", severity, {**figures, **ways})]
    return []


def mending_side(rule: Rule, approved: Approved) -> str | None:
    """The side on which people must be added to bring the ratio back; None while nothing about it blocks."""
    codes = {violation.code for violation in blocking(check_ratio(rule, approved))}
    return HONOURED if "ratio_low" in codes else INVITED if "ratio_high" in codes else None


def check_close(rule: Rule, planned: int, approved: Approved, uncounted: int = 0) -> list[Violation]:
    """What stands against closing the list now, `uncounted` people outside both sides being approved."""
    found = []
    if approved.total > planned:
        found.append(Violation("over_planned", "block", {"total": approved.total, "planned": planned}))
    if not approved.total:
        found.append(Violation("nobody", "block"))
    return found + check_uncounted_kept(rule, uncounted) + check_ratio(rule, approved)


def check_approve(rule: Rule, planned: int, approved: Approved, side: str) -> list[Violation]:
    """What stands against approving one more person on a side while the list is open.

    Never against the running ratio: the first guest would be 100 % (A4).
    """
    if side == UNCOUNTED:
        return []
    found = []
    if approved.total >= planned:
        most = "" if rule.plenary else f" (tối đa {rule.cap})"
        found.append(Violation("full", "block", {"total": approved.total, "planned": planned, "most": most}))
    limit = most_invited(rule, planned)
    if side == INVITED and limit is not None and approved.invited >= limit:
        h, v = rule.ratio or (0, 1)
        figures: Numbers = {"invited": approved.invited, "limit": limit, "planned": planned, "need": share_text(v, h + v)}
        found.append(Violation("invited_full", rule.severity, figures))
    limit = most_honoured(rule, planned)
    if side == HONOURED and limit is not None and approved.honoured >= limit:
        found.append(
            Violation("honoured_full", rule.severity, {"honoured": approved.honoured, "limit": limit, "planned": planned})
        )
    return found


def check_uncounted(rule: Rule, uncounted: int) -> list[Violation]:
    """What stands against one more person outside both sides, with `uncounted` of them approved; no override passes over it."""
    if rule.uncounted_cap is None or uncounted < rule.uncounted_cap:
        return []
    return [Violation("uncounted_full", "block", {"uncounted": uncounted, "cap": rule.uncounted_cap})]


def check_uncounted_kept(rule: Rule, uncounted: int) -> list[Violation]:
    """What stands against so many approved people outside both sides: the plan has lowered the cap since."""
    if rule.uncounted_cap is None or uncounted <= rule.uncounted_cap:
        return []
    figures: Numbers = {"uncounted": uncounted, "cap": rule.uncounted_cap, "over": uncounted - rule.uncounted_cap}
    return [Violation("uncounted_over", "block", figures)]


def check_register(names: Sequence[str]) -> list[Violation]:
    """What stands against approving these people of the honoured side where the plan asks that they stand in the register."""
    if not names:
        return []
    shown = ", ".join(names[:NAMED]) + (f" và {len(names) - NAMED} người khác" if len(names) > NAMED else "")
    return [Violation("not_in_register", "block", {"names": shown})]


def check_list_after(rule: Rule, *, before: Approved, after: Approved) -> list[Violation]:
    """What stands against a change of a closed list: the whole list is checked as it would be.

    A list that lost its ratio by withdrawals may be mended step by step: a change that brings it nearer only warns.
    """
    if rule.ratio is None:
        return []
    nearer = abs(_imbalance(rule, after)) < abs(_imbalance(rule, before))
    return [replace(v, severity="warn") if nearer else v for v in check_ratio(rule, after)]


def smallest_size(rule: Rule, approved: Approved) -> int:
    """The smallest planned size that holds everybody approved: E+G, and such that G ≤ ⌊3P/10⌋."""
    if rule.ratio is None or rule.severity == "warn":
        return max(approved.total, 1)
    h, v = rule.ratio
    return max(approved.total, -(-(h + v) * approved.invited // v), 1)


def check_size(rule: Rule, planned: int, approved: Approved) -> list[Violation]:
    """What stands against a planned size: above the cap, below E+G, or G above ⌊3P/10⌋."""
    smallest = smallest_size(rule, approved)
    figures: Numbers = {
        "planned": planned,
        "cap": rule.cap,
        "total": approved.total,
        "invited": approved.invited,
        "smallest": smallest,
    }
    found = []
    if planned < 1:
        found.append(Violation("size_nought", "block", figures))
    if planned > rule.cap:
        found.append(Violation("plenary_over_cap", "warn", figures) if rule.plenary else Violation("size_cap", "block", figures))
    if planned < approved.total:
        found.append(Violation("size_approved", "block", figures))
    limit = most_invited(rule, planned)
    if limit is not None and approved.invited > limit:
        found.append(Violation("size_invited", rule.severity, {**figures, "limit": limit}))
    return found


def blocking(violations: list[Violation], *, override: bool = False) -> list[Violation]:
    """The violations that refuse; an override passes over those of the ratio, never of the cap."""
    return [v for v in violations if v.severity == "block" and not (override and v.code in RATIO_CODES)]
