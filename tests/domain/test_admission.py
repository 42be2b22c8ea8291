"""The rule of admission against slow, plain oracles: caps, sides, closing, ways out, withdrawal after closing, override."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.admission import (
    HONOURED,
    INVITED,
    MODES,
    SIDES,
    UNCOUNTED,
    Approved,
    Rule,
    blocking,
    carried,
    check_approve,
    check_close,
    check_list_after,
    check_ratio,
    check_register,
    check_size,
    check_uncounted,
    mending_side,
    most_honoured,
    most_invited,
    rule_for,
    share_text,
    smallest_size,
    suggest_attendance,
)
from congress.domain.refusals import Violation
from congress.domain.wording import say

BAC_KAN = Rule(cap=200, honoured=7, invited=3, mode="min_models")
PROVINCE = Rule(cap=500, honoured=None, invited=None, mode="none")

people = st.integers(0, 400)
sizes = st.integers(1, 500)
ratios = st.just((7, 3)) | st.tuples(st.integers(1, 12), st.integers(1, 12))
lists = st.builds(Approved, people, people)


@st.composite
def rules(draw: st.DrawFn, modes: tuple[str, ...] = MODES) -> Rule:
    honoured, invited = draw(ratios)
    return Rule(draw(st.integers(1, 500)), honoured, invited, draw(st.sampled_from(modes)))


def keeps_ratio(rule: Rule, approved: Approved) -> bool:
    """The closing test as the plan's mode words it, in fractions."""
    if rule.ratio is None or not approved.total:
        return True
    h, v = rule.ratio
    if rule.mode == "exact":
        return abs((h + v) * approved.honoured - h * approved.total) <= h + v
    return Fraction(approved.honoured, approved.total) >= Fraction(h, h + v)


def codes(found: list[Violation]) -> list[tuple[str, str]]:
    return [(violation.code, violation.severity) for violation in found]


# ---- approving ---------------------------------------------------------------------------------------------------------


@given(rules(), sizes, lists, st.sampled_from(SIDES))
def test_approving_is_refused_by_the_size_and_the_side_alone(rule: Rule, planned: int, approved: Approved, side: str) -> None:
    expected = []
    if side != UNCOUNTED:
        if approved.total >= planned:
            expected.append(("full", "block"))
        if (
            rule.mode != "none"
            and side == INVITED
            and approved.invited + 1 > Fraction(rule.invited * planned, rule.honoured + rule.invited)
        ):
            expected.append(("invited_full", "warn" if rule.mode == "advisory" else "block"))
        if (
            rule.mode == "exact"
            and side == HONOURED
            and approved.honoured >= Fraction(rule.honoured * planned, rule.honoured + rule.invited)
        ):
            expected.append(("honoured_full", "block"))
    assert codes(check_approve(rule, planned, approved, side)) == expected


@pytest.mark.parametrize(
    ("planned", "invited", "honoured"), [(3, 0, 3), (9, 2, 7), (10, 3, 7), (186, 55, 131), (199, 59, 140), (200, 60, 140)]
)
def test_the_seats_of_a_size(planned: int, invited: int, honoured: int) -> None:
    exact = Rule(200, 7, 3, "exact")
    assert (most_invited(BAC_KAN, planned), most_honoured(BAC_KAN, planned)) == (invited, None)
    assert (most_invited(exact, planned), most_honoured(exact, planned)) == (invited, honoured)
    for g in range(planned + 1):  # while a seat is free, only the number of the invited counts
        refused = check_approve(BAC_KAN, planned, Approved(0, g), INVITED)
        assert [code for code, _ in codes(refused)] == ["full"] * (g == planned) + ["invited_full"] * (g >= invited)
    assert check_approve(BAC_KAN, planned, Approved(planned - 1, 0), HONOURED) == []


def test_the_first_guest_may_come_first() -> None:
    assert check_approve(BAC_KAN, 200, Approved(0, 0), INVITED) == []


def test_without_a_ratio_only_the_size_counts() -> None:
    assert [most_invited(PROVINCE, 500), most_honoured(PROVINCE, 500), carried(PROVINCE, Approved(7, 0))] == [None, None, None]
    assert check_approve(PROVINCE, 500, Approved(0, 499), INVITED) == []
    assert codes(check_approve(PROVINCE, 500, Approved(0, 500), INVITED)) == [("full", "block")]


@given(rules(("min_models", "exact")), sizes, st.lists(st.sampled_from(SIDES), max_size=60))
def test_a_list_built_by_the_rule_can_always_be_closed_within_its_size(rule: Rule, planned: int, wishes: list[str]) -> None:
    approved = Approved(0, 0)
    for side in wishes:
        if not blocking(check_approve(rule, planned, approved, side)):
            approved = approved.plus(side)
    for side in (HONOURED, INVITED):
        while approved.total < planned and check_ratio(rule, approved) and not check_approve(rule, planned, approved, side):
            approved = approved.plus(side)
    assert check_ratio(rule, approved) == []
    assert approved.total <= planned
    assert codes(check_size(rule, planned, approved)) == [("size_cap", "block")] * (planned > rule.cap)


# ---- closing -----------------------------------------------------------------------------------------------------------


@given(rules(), sizes, lists)
def test_closing_asks_the_size_and_the_ratio_of_the_mode(rule: Rule, planned: int, approved: Approved) -> None:
    found = check_close(rule, planned, approved)
    assert ("over_planned" in {v.code for v in found}) is (approved.total > planned)
    assert ("nobody" in {v.code for v in found}) is (approved.total == 0)
    ratio = [v for v in found if v.code.startswith("ratio_")]
    assert (ratio == []) is keeps_ratio(rule, approved)
    mild = rule.mode == "advisory" or approved.total < 10
    assert {v.severity for v in ratio} <= {"warn" if mild else "block"}
    assert found == [v for v in found if v.code in ("over_planned", "nobody")] + ratio


@pytest.mark.parametrize(
    ("mode", "honoured", "invited", "expected"),
    [
        ("min_models", 3, 0, []), ("min_models", 2, 1, [("ratio_low", "warn")]),  # P = 3
        ("min_models", 6, 3, [("ratio_low", "warn")]), ("min_models", 7, 2, []),  # P = 9
        ("min_models", 7, 3, []), ("min_models", 6, 4, [("ratio_low", "block")]),  # P = 10
        ("min_models", 130, 56, [("ratio_low", "block")]), ("min_models", 131, 55, []),  # P = 186
        ("min_models", 139, 60, [("ratio_low", "block")]), ("min_models", 140, 59, []),  # P = 199
        ("min_models", 140, 60, []), ("min_models", 139, 61, [("ratio_low", "block")]), ("min_models", 200, 0, []),  # P = 200
        ("exact", 3, 0, []), ("exact", 7, 2, []), ("exact", 9, 0, [("ratio_high", "warn")]),
        ("exact", 6, 4, []), ("exact", 8, 2, []),
        ("exact", 5, 5, [("ratio_low", "block")]), ("exact", 9, 1, [("ratio_high", "block")]),
        ("exact", 130, 56, []), ("exact", 132, 54, [("ratio_high", "block")]), ("exact", 129, 57, [("ratio_low", "block")]),
        ("exact", 140, 60, []), ("exact", 139, 61, []), ("exact", 138, 62, [("ratio_low", "block")]),
        ("exact", 142, 58, [("ratio_high", "block")]),
        ("advisory", 130, 56, [("ratio_low", "warn")]), ("none", 0, 186, []), ("none", 0, 0, [("nobody", "block")]),
    ],
)  # fmt: skip
def test_closing_real_sizes(mode: str, honoured: int, invited: int, expected: list[tuple[str, str]]) -> None:
    approved = Approved(honoured, invited)
    assert codes(check_close(Rule(200, 7, 3, mode), 200, approved)) == expected


@given(rules(("min_models", "exact", "advisory")), lists)
def test_both_ways_out_are_the_least_that_mends(rule: Rule, approved: Approved) -> None:
    for violation in check_ratio(rule, approved):
        adding, dropping = (HONOURED, INVITED) if violation.code == "ratio_low" else (INVITED, HONOURED)
        add, drop = violation.numbers["add"], violation.numbers["drop"]
        assert (add > 0, drop > 0) == (True, True)
        assert keeps_ratio(rule, approved.plus(adding, add))
        assert not keeps_ratio(rule, approved.plus(adding, add - 1))
        assert keeps_ratio(rule, approved.plus(dropping, -drop))
        assert not keeps_ratio(rule, approved.plus(dropping, 1 - drop))
        assert approved.plus(dropping, -drop).invited >= 0


@given(st.integers(1, 500), st.data())
def test_the_honoured_that_are_missing_always_find_a_seat(planned: int, data: st.DataObject) -> None:
    rule = Rule(500, 7, 3, "min_models")
    invited = data.draw(st.integers(0, most_invited(rule, planned)))
    approved = Approved(data.draw(st.integers(0, planned - invited)), invited)
    for violation in check_ratio(rule, approved):
        assert approved.total + violation.numbers["add"] <= planned


@given(rules(("min_models", "exact", "advisory")), lists)
def test_what_the_honoured_carry_is_the_most_that_closes(rule: Rule, approved: Approved) -> None:
    load = carried(rule, approved)
    at_least = Rule(rule.cap, rule.honoured, rule.invited, "min_models")
    assert keeps_ratio(at_least, Approved(approved.honoured, load))
    assert not keeps_ratio(at_least, Approved(approved.honoured, load + 1))


def test_banh_trach_reads_as_its_people_will_read_it() -> None:
    (violation,) = check_close(BAC_KAN, 200, Approved(130, 56))
    assert say(violation) == "130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."
    assert check_close(BAC_KAN, 200, Approved(131, 56)) == []
    assert check_close(BAC_KAN, 200, Approved(130, 55)) == []


# ---- percentages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(205, 293, "69,96 %"), (130, 186, "69,89 %"), (7, 10, "70 %"), (99999, 142857, "69,99 %"), (0, 5, "0 %"), (5, 5, "100 %"),
     (1, 8, "12,5 %"), (1, 10, "10 %"), (1, 1000, "0,1 %"), (0, 0, "0 %")],
)  # fmt: skip
def test_percentages_are_cut(part: int, whole: int, text: str) -> None:
    assert share_text(part, whole) == text


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_percentage_never_says_more_than_there_is(part: int, whole: int) -> None:
    shown = Decimal(share_text(part, whole).removesuffix(" %").replace(",", "."))
    assert shown == (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_DOWN)


# ---- the planned size --------------------------------------------------------------------------------------------------


@given(rules(), sizes, lists)
def test_a_size_holds_everybody_approved_and_stays_below_the_cap(rule: Rule, planned: int, approved: Approved) -> None:
    expected = []
    if planned > rule.cap:
        expected.append(("size_cap", "block"))
    if planned < approved.total:
        expected.append(("size_approved", "block"))
    if rule.ratio and approved.invited > Fraction(rule.invited * planned, rule.honoured + rule.invited):
        expected.append(("size_invited", "warn" if rule.mode == "advisory" else "block"))
    assert codes(check_size(rule, planned, approved)) == expected


@given(rules(), lists)
def test_the_smallest_size_named_is_the_smallest_that_works(rule: Rule, approved: Approved) -> None:
    roomy = Rule(10**6, rule.honoured, rule.invited, rule.mode)
    smallest = smallest_size(rule, approved)
    assert blocking(check_size(roomy, smallest, approved)) == []
    assert blocking(check_size(roomy, smallest - 1, approved)) != []
    assert {v.numbers["smallest"] for v in check_size(rule, 1, approved)} <= {smallest}


@pytest.mark.parametrize(
    ("honoured", "invited", "smallest"),
    [(0, 0, 1), (3, 0, 3), (7, 2, 9), (0, 3, 10), (130, 55, 185), (130, 56, 187), (140, 60, 200)],
)
def test_smallest_sizes(honoured: int, invited: int, smallest: int) -> None:
    assert smallest_size(BAC_KAN, Approved(honoured, invited)) == smallest


@pytest.mark.parametrize("size", [0, -1])
def test_a_size_of_nobody_is_none(size: int) -> None:
    assert codes(check_size(BAC_KAN, size, Approved(0, 0)))[0] == ("size_nought", "block")


# ---- after closing -----------------------------------------------------------------------------------------------------


@given(rules(("min_models", "exact")), lists, st.sampled_from([HONOURED, INVITED]), st.sampled_from([-1, 1]))
def test_a_closed_list_may_only_stay_right_or_come_nearer(rule: Rule, before: Approved, side: str, change: int) -> None:
    after = before.plus(side, change)
    if after.honoured < 0 or after.invited < 0:
        return
    target = Fraction(rule.honoured, rule.honoured + rule.invited)
    nearer = abs(after.honoured - target * after.total) < abs(before.honoured - target * before.total)
    refused = blocking(check_list_after(rule, before=before, after=after))
    assert bool(refused) is (not keeps_ratio(rule, after) and after.total >= 10 and not nearer)


def test_after_withdrawals_no_invited_until_the_ratio_is_back() -> None:
    broken = Approved(138, 60)
    assert codes(check_list_after(BAC_KAN, before=broken, after=broken.plus(INVITED))) == [("ratio_low", "block")]
    one_step = broken.plus(HONOURED)
    assert codes(check_list_after(BAC_KAN, before=broken, after=one_step)) == [("ratio_low", "warn")]
    assert check_list_after(BAC_KAN, before=one_step, after=one_step.plus(HONOURED)) == []
    mended = Approved(140, 59)
    assert check_list_after(BAC_KAN, before=mended, after=mended.plus(INVITED)) == []


def test_without_a_ratio_a_closed_list_is_free() -> None:
    assert check_list_after(PROVINCE, before=Approved(0, 10), after=Approved(0, 11)) == []


# ---- override and plenary ----------------------------------------------------------------------------------------------


@given(rules(), sizes, lists, st.sampled_from(SIDES))
def test_an_override_passes_over_the_ratio_and_never_over_the_cap(
    rule: Rule, planned: int, approved: Approved, side: str
) -> None:
    found = (
        check_approve(rule, planned, approved, side) + check_close(rule, planned, approved) + check_size(rule, planned, approved)
    )
    cap = {"full", "over_planned", "nobody", "size_nought", "size_cap", "size_approved"}
    assert blocking(found) == [v for v in found if v.severity == "block"]
    assert blocking(found, override=True) == [v for v in found if v.code in cap]


@pytest.mark.parametrize(
    ("mode", "expected"), [("min_models", "advisory"), ("exact", "advisory"), ("advisory", "advisory"), ("none", "none")]
)
def test_a_plenary_congress_is_only_advised(mode: str, expected: str) -> None:
    plenary = rule_for(cap=300, honoured=7, invited=3, mode=mode, plenary=True)
    assert (plenary.cap, plenary.mode) == (300, expected)
    assert blocking(check_approve(plenary, 300, Approved(100, 199), INVITED)) == []
    assert codes(blocking(check_approve(plenary, 300, Approved(100, 200), INVITED))) == [("full", "block")]
    assert rule_for(cap=300, honoured=7, invited=3, mode=mode, plenary=False).mode == mode


def test_a_plenary_congress_may_be_larger_than_the_cap_and_is_warned() -> None:
    """A7: where everybody meets the cap is a warning; for chosen delegates it is the cap."""
    rules = [rule_for(cap=300, honoured=7, invited=3, mode="min_models", plenary=plenary) for plenary in (True, False)]
    assert [codes(check_size(rule, 301, Approved(0, 0))) for rule in rules] == [
        [("plenary_over_cap", "warn")], [("size_cap", "block")],
    ]  # fmt: skip
    assert [codes(check_size(rule, 300, Approved(0, 0))) for rule in rules] == [[], []]
    assert codes(check_size(rules[0], 299, Approved(300, 0))) == [("size_approved", "block")]
    [full] = check_approve(rules[0], 301, Approved(301, 0), HONOURED)
    assert say(full) == "Đã đủ 301/301 đại biểu. Rút 1 người, hoặc tăng quy mô."


@pytest.mark.parametrize(
    ("headcount", "expected"),
    [(None, None), (0, None), (1, "plenary"), (300, "plenary"), (301, "delegates"), (5000, "delegates")],
)
def test_everybody_meets_where_everybody_fits(headcount: int | None, expected: str | None) -> None:
    assert suggest_attendance(headcount=headcount, cap=300) == expected


@given(st.integers(0, 50), st.integers(0, 60) | st.none())
def test_uncounted_people_stop_at_their_cap_where_there_is_one(approved: int, cap: int | None) -> None:
    rule = Rule(200, 7, 3, "min_models", uncounted_cap=cap)
    found = check_uncounted(rule, approved)
    assert codes(found) == ([] if cap is None or approved + 1 <= cap else [("uncounted_full", "block")])
    assert blocking(found, override=True) == found


@pytest.mark.parametrize(
    ("n", "names"), [(1, "A"), (5, "A, B, C, D, E"), (6, "A, B, C, D, E và 1 người khác"), (8, "A, B, C, D, E và 3 người khác")]
)
def test_who_is_not_in_the_register_is_named(n: int, names: str) -> None:
    found = check_register(list("ABCDEFGH"[:n]))
    assert [(v.code, v.severity, v.numbers) for v in found] == [("not_in_register", "block", {"names": names})]
    assert blocking(found, override=True) == found
    assert check_register([]) == []


@given(lists, st.sampled_from(SIDES), st.integers(0, 50))
def test_uncounted_people_are_on_no_side(approved: Approved, side: str, n: int) -> None:
    more = approved.plus(side, n)
    assert (more.honoured - approved.honoured, more.invited - approved.invited) == (n * (side == HONOURED), n * (side == INVITED))


@given(rules(), lists)
def test_people_on_the_mending_side_bring_the_ratio_back(rule: Rule, approved: Approved) -> None:
    side = mending_side(rule, approved)
    broken = [v for v in check_ratio(rule, approved) if v.severity == "block"]
    assert (side is None) == (broken == [])
    if side:
        assert check_ratio(rule, approved.plus(side, int(broken[0].numbers["add"]))) == []
