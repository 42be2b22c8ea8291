"""Badge numbers as people type them: every spelling that is meant, every slip told, nothing guessed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from congress.domain.door_notices import LARGEST_NUMBER, MOST_NUMBERS, WIDEST_RANGE, Numbers, read_numbers, show_numbers

NUMBERS = st.sets(st.integers(1, LARGEST_NUMBER), max_size=60)
NEIGHBOURS = st.sets(st.integers(1, 80), max_size=60)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("101", (101,)),
        ("101, 105-107", (101, 105, 106, 107)),
        ("105 - 107;101", (101, 105, 106, 107)),
        ("105–107 105—106", (105, 106, 107)),
        ("từ 105 đến 107 và số 101", (101, 105, 106, 107)),
        ("Thẻ 007\n8 . 9", (7, 8, 9)),
        ("105-105", (105,)),
        ("101,101, 101", (101,)),
        (", ;", ()),
        ("", ()),
        ("00000000101", (101,)),
        (str(LARGEST_NUMBER), (LARGEST_NUMBER,)),
    ],
)
def test_every_spelling_that_is_meant(text: str, numbers: tuple[int, ...]) -> None:
    assert read_numbers(text) == Numbers(numbers)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("101, xyz", ["“xyz” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110."]),
        ("A101", ["“A101” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110."]),
        ("١٠١", ["“١٠١” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110."]),
        ("101-", ["“101-” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110."]),
        ("101-103-105", ["“101-103-105” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110."]),
        ("0", [f"“0”: số thẻ từ 1 đến {LARGEST_NUMBER}."]),
        ("100000", [f"“100000”: số thẻ từ 1 đến {LARGEST_NUMBER}."]),
        ("9" * 5000, [f"“{'9' * 20}”: số thẻ từ 1 đến {LARGEST_NUMBER}."]),
        ("110-105", ["Khoảng 110-105 ngược. Ghi số nhỏ trước: 105-110."]),
        ("1-1001", ["Khoảng 1-1001 có 1.001 số, tối đa 1.000. Xem lại số cuối."]),
        ("1-1000 1001-2000 2001", ["Có 2.001 số thẻ, tối đa 2.000. Chọn theo thành phần hoặc theo đoàn."]),
        ("a, 9-5, a", [
            "“a” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110.", "Khoảng 9-5 ngược. Ghi số nhỏ trước: 5-9.",
        ]),
    ],
)  # fmt: skip
def test_every_slip_is_told(text: str, faults: list[str]) -> None:
    assert list(read_numbers(text).faults) == faults


def test_what_could_be_read_is_kept_beside_the_faults() -> None:
    assert read_numbers("x, 101").numbers == (101,)


@given(NUMBERS | NEIGHBOURS)
@example({1, 2, 3, 5, 6, 8})
def test_what_is_shown_reads_back(numbers: set[int]) -> None:
    assert read_numbers(show_numbers(numbers)) == Numbers(tuple(sorted(numbers)))


@given(NEIGHBOURS)
def test_shown_it_is_as_short_as_runs_make_it(numbers: set[int]) -> None:
    pieces = show_numbers(numbers).split(", ") if numbers else []
    assert all("-" not in piece or int(piece.split("-")[1]) - int(piece.split("-")[0]) >= 2 for piece in pieces)
    singles = {int(piece) for piece in pieces if "-" not in piece}
    assert not any({n, n + 1, n + 2} <= singles for n in singles)


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 40)), max_size=12), st.sampled_from([", ", ";", " ", "\n", " và "]))
def test_ranges_that_overlap_are_one_set(ranges: list[tuple[int, int]], gap: str) -> None:
    text = gap.join(f"{first}-{first + more}" for first, more in ranges)
    wanted = {number for first, more in ranges for number in range(first, first + more + 1)}
    assert read_numbers(text) == Numbers(tuple(sorted(wanted)))


@given(st.text(max_size=80))
@example("-")
@example("--1")
def test_no_text_breaks_it_and_the_bounds_hold(text: str) -> None:
    read = read_numbers(text)
    assert list(read.numbers) == sorted(set(read.numbers))
    assert all(1 <= number <= LARGEST_NUMBER for number in read.numbers)
    assert len(read.numbers) <= MOST_NUMBERS or read.faults
    assert all(fault.endswith(".") for fault in read.faults)


@given(st.integers(1, LARGEST_NUMBER - WIDEST_RANGE), st.integers(WIDEST_RANGE, LARGEST_NUMBER))
def test_a_slip_in_a_range_never_reaches_everybody(first: int, more: int) -> None:
    read = read_numbers(f"{first}-{min(first + more, LARGEST_NUMBER)}")
    assert (read.numbers, len(read.faults)) == ((), 1)
