"""Sharing seats: the promises of the rule, each as a property, against a slow and plain reading of it."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from congress.domain.apportionment import fair_shares, share_by_weight, share_equally
from congress.domain.refusals import Refused

weights_of_units = st.lists(st.integers(0, 60_000) | st.fractions(0, 50, max_denominator=12), min_size=1, max_size=40)
totals = st.integers(0, 600)
minimums = st.integers(0, 4)


def shared(total: int, weights: list[int | Fraction], minimum: int) -> list[int] | None:
    """The seats, or None where the rule refuses; it must refuse exactly then."""
    refuses = minimum * len(weights) > total or (not any(weights) and total > minimum * len(weights))
    try:
        seats = share_by_weight(total, weights, minimum)
    except Refused:
        assert refuses
        return None
    assert not refuses
    return seats


def slow_shares(total: int, weights: list[int | Fraction], minimum: int) -> list[Fraction]:
    """max(minimum, λ · weight), λ found by lifting the lightest units one at a time."""
    order = sorted(range(len(weights)), key=lambda place: weights[place])
    for lifted in range(len(weights) + 1):
        rest, others = total - minimum * lifted, order[lifted:]
        whole = sum((Fraction(weights[place]) for place in others), Fraction(0))
        if not whole:
            return [Fraction(minimum)] * len(weights)
        factor = Fraction(rest) / whole
        if all(factor * weights[place] >= minimum for place in others):
            return [max(Fraction(minimum), factor * weights[place]) for place in range(len(weights))]
    raise AssertionError


@given(totals, weights_of_units, minimums)
def test_the_shares_add_up_to_the_total(total: int, weights: list[int | Fraction], minimum: int) -> None:
    if (seats := shared(total, weights, minimum)) is not None:
        assert sum(seats) == total


@given(totals, weights_of_units, minimums)
@example(10, [1, 1, 98], 1)
def test_nobody_is_a_whole_seat_from_the_fair_share_or_below_the_minimum(
    total: int, weights: list[int | Fraction], minimum: int
) -> None:
    if (seats := shared(total, weights, minimum)) is not None:
        assert fair_shares(total, weights, minimum) == slow_shares(total, weights, minimum)
        assert all(abs(n - fair) < 1 for n, fair in zip(seats, slow_shares(total, weights, minimum), strict=True))
        assert min(seats) >= minimum


@given(totals, weights_of_units)
def test_without_a_minimum_the_fair_share_is_the_plain_one(total: int, weights: list[int | Fraction]) -> None:
    if (seats := shared(total, weights, 0)) is not None:
        whole = sum(Fraction(w) for w in weights)
        quotas = [total * Fraction(w) / whole if whole else Fraction(0) for w in weights]
        assert all(quota // 1 <= n <= -(-quota // 1) for n, quota in zip(seats, quotas, strict=True))


@given(totals, weights_of_units, minimums)
def test_never_less_for_more_weight(total: int, weights: list[int | Fraction], minimum: int) -> None:
    if (seats := shared(total, weights, minimum)) is not None:
        by_weight = sorted(zip(weights, seats, strict=True))
        heaviest = {weight: max(n for w, n in by_weight if w == weight) for weight in weights}
        lightest = {weight: min(n for w, n in by_weight if w == weight) for weight in weights}
        assert all(heaviest[low] <= lightest[high] for low, high in pairwise(sorted(heaviest)))


@given(totals, weights_of_units, minimums)
def test_equal_weights_get_equal_seats_but_for_one_and_the_earlier_gets_it(
    total: int, weights: list[int | Fraction], minimum: int
) -> None:
    if (seats := shared(total, weights, minimum)) is not None:
        for weight in set(weights):
            of_this = [n for w, n in zip(weights, seats, strict=True) if w == weight]
            assert of_this == sorted(of_this, reverse=True)
            assert of_this[0] - of_this[-1] <= 1


@given(totals, weights_of_units, minimums, st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_matters(total: int, weights: list[int | Fraction], minimum: int, factor: int) -> None:
    assert shared(total, weights, minimum) == shared(total, [weight * factor for weight in weights], minimum)


@given(totals, st.integers(1, 60), minimums)
def test_equally_is_by_equal_weights(total: int, n: int, minimum: int) -> None:
    if minimum * n <= total:
        many, each = total % n, total // n
        assert share_equally(total, n, minimum) == [each + 1] * many + [each] * (n - many)


@pytest.mark.parametrize(
    ("total", "weights", "minimum", "seats"),
    [
        (100, [5310, 4520, 2670], 0, [43, 36, 21]),  # 42.48, 36.16, 21.36
        (10, [1, 1, 98], 1, [1, 1, 8]),
        (10, [1, 2, 97], 0, [0, 0, 10]),
        (7, [1, 1, 1, 1], 1, [2, 2, 2, 1]),
        (3, [0, 0, 0], 1, [1, 1, 1]),
        (0, [0, 0], 0, [0, 0]),
        (5, [0, 10], 2, [2, 3]),
    ],
)
def test_some_by_hand(total: int, weights: list[int | Fraction], minimum: int, seats: list[int]) -> None:
    assert share_by_weight(total, weights, minimum) == seats


@pytest.mark.parametrize(
    ("total", "weights", "minimum", "sentence", "field"),
    [
        (9, [1] * 5, 2, "Tối thiểu 2 chỗ cho 5 đơn vị cần 10 chỗ, chỉ có 9. Bớt mức tối thiểu.", "minimum"),
        (5, [], 0, "Chưa có đơn vị nào để chia. Chọn đơn vị trước.", None),
        (-1, [1], 0, "Số chỗ phải từ 0 trở lên.", "total"),
        (5, [1], -1, "Mức tối thiểu phải từ 0 trở lên.", "minimum"),
        (5, [1, -1], 0, "Trọng số phải từ 0 trở lên.", "by"),
        (5, [0, 0], 2, "Chưa đơn vị nào có trọng số để chia theo. Chọn cách chia khác.", "by"),
    ],
)
def test_what_cannot_be_shared_is_said(total: int, weights: list[int], minimum: int, sentence: str, field: str | None) -> None:
    with pytest.raises(Refused) as refused:
        share_by_weight(total, weights, minimum)
    assert (refused.value.message, refused.value.field) == (sentence, field)
