"""Sharing seats among units: equally, or by weight with the largest remainder and a minimum for each.

Source: domain note A24 (no seed gives a formula; offices share by hand, equally, or by people with a minimum). Integers and
fractions only. The fair share of a unit is max(minimum, λ · weight), where λ is the one number that makes the fair shares add
up to the total: whoever is lifted to the minimum takes it, and the others share what is left by their weights. Without a
minimum, and wherever nobody needs lifting, that is plainly total · weight / sum of weights. Every unit then gets its fair share
rounded down, and the seats left go one by one to the largest remainders. So the shares add up to the total, nobody is below the
minimum or a whole seat away from the fair share, and nobody has fewer seats than a unit of less weight. Ties: the greater
weight first, then the earlier in the list.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from .refusals import Refused


def share_equally(total: int, n: int, minimum: int = 0) -> list[int]:
    """`total` seats among `n` units, none with more than one seat more than another; the first in the list get the odd ones."""
    return share_by_weight(total, [1] * n, minimum)


def share_by_weight(total: int, weights: Sequence[int | Fraction], minimum: int = 0) -> list[int]:
    """`total` seats among units by their weights (people, say), each at least `minimum`, by largest remainder.

    Raises Refused when there is nobody to share among, when the minimum takes more than there is, or when seats are left and
    nobody has a weight.
    """
    shares = fair_shares(total, weights, minimum)
    seats = [floor(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: (seats[place] - shares[place], -weights[place], place))
    for place in by_remainder[: total - sum(seats)]:
        seats[place] += 1
    return seats


def fair_shares(total: int, weights: Sequence[int | Fraction], minimum: int = 0) -> list[Fraction]:
    """What each unit would get if a seat could be cut: max(minimum, λ · weight), adding up to the total."""
    _check(total, weights, minimum)
    lifted: set[int] = set()
    while True:
        rest = total - minimum * len(lifted)
        weight = sum((Fraction(w) for place, w in enumerate(weights) if place not in lifted), Fraction(0))
        low = {place for place, w in enumerate(weights) if place not in lifted and rest * w < minimum * weight}
        if not low:
            break
        lifted |= low
    if not weight:  # everybody stands at the minimum, or nobody has a weight and nothing is to be shared by it
        return [Fraction(minimum)] * len(weights)
    return [Fraction(minimum) if place in lifted else rest * Fraction(w) / weight for place, w in enumerate(weights)]


def _check(total: int, weights: Sequence[int | Fraction], minimum: int) -> None:
    if not weights:
        raise Refused("no_units", "Chưa có đơn vị nào để chia. Chọn đơn vị trước.")
    if total < 0:
        raise Refused("total", "Số chỗ phải từ 0 trở lên.", "total")
    if minimum < 0:
        raise Refused("minimum", "Mức tối thiểu phải từ 0 trở lên.", "minimum")
    if min(weights) < 0:
        raise Refused("weight", "Trọng số phải từ 0 trở lên.", "by")
    if minimum * len(weights) > total:
        need = minimum * len(weights)
        text = f"Tối thiểu {minimum} chỗ cho {len(weights)} đơn vị cần {need} chỗ, chỉ có {total}. Bớt mức tối thiểu."
        raise Refused("minimum", text, "minimum")
    if not any(weights) and total > minimum * len(weights):
        raise Refused("no_weight", "Chưa đơn vị nào có trọng số để chia theo. Chọn cách chia khác.", "by")
