"""Kinds and places of units, their order, and reading a list of them."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.unit_lists import RowFault, read_rows
from congress.domain.units import KINDS, PARENTS, exists_on, find_cycle, may_stand_under, name_key, parents_first

HEADER = ["code", "name", "kind", "parent_code", "valid_from", "valid_to", "headcount"]


def test_the_kinds_are_those_that_are_stored() -> None:
    kinds = ("province", "district", "commune", "department", "mass_organization", "enterprise", "central_agency")
    assert (tuple(KINDS), tuple(PARENTS)) == (kinds, kinds)


@pytest.mark.parametrize(
    ("kind", "parent", "may"),
    [
        ("province", None, True), ("province", "province", False), ("district", "province", True), ("district", None, False),
        ("commune", "district", True), ("commune", "province", True), ("commune", "commune", False), ("commune", None, False),
        ("department", "district", True), ("district", "district", False),
    ],
)  # fmt: skip
def test_where_a_unit_may_stand(kind: str, parent: str | None, may: bool) -> None:
    assert may_stand_under(kind, parent) is may


def test_names_go_by_the_vietnamese_alphabet_and_numbers_by_value() -> None:
    names = ["Phường 10", "Xã Đổng Xá", "Xã Dương Sơn", "Phường 2", "Xã Ân", "Xã An", "Xã Đôn", "Thị trấn Yến Lạc"]
    right = ["Phường 2", "Phường 10", "Thị trấn Yến Lạc", "Xã An", "Xã Ân", "Xã Dương Sơn", "Xã Đôn", "Xã Đổng Xá"]
    assert sorted(names, key=name_key) == right


def test_both_ends_of_validity_belong_to_it() -> None:
    ends = {"valid_from": date(2020, 1, 1), "valid_to": date(2025, 6, 30)}
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2025, 6, 30), date(2025, 7, 1)]
    assert [exists_on(day, **ends) for day in days] == [False, True, True, False]
    assert exists_on(date(1, 1, 1), valid_from=None, valid_to=None)


@given(st.dictionaries(st.sampled_from("abcdef"), st.none() | st.sampled_from("abcdefxyz")))
def test_either_a_ring_or_an_order_with_parents_first(parents: dict[str, str | None]) -> None:
    ring = find_cycle(parents)
    if ring:
        assert [parents[code] for code in ring] == [*ring[1:], ring[0]]
        return
    order = list(parents_first(parents))
    assert sorted(order) == sorted(parents)
    assert [c for c, p in parents.items() if p in parents and order.index(p) > order.index(c)] == []


def table(*rows: list[Any]) -> list[tuple[int, list[Any]]]:
    return list(enumerate((HEADER, *rows), 1))


def test_a_row_is_read_however_it_is_written() -> None:
    rows, faults = read_rows([
        (3, ["Mã đơn vị", "TÊN", "Loại", "Trực thuộc", "Từ ngày", "Ghi chú", "Biên chế"]),
        (4, []),
        (5, [101.0, "Xã  A\u0300", "xã", "", datetime(2025, 7, 1), "x", "1.250"]),
    ])  # fmt: skip
    assert faults == []
    values = {
        "code": "101",
        "name": "Xã À",
        "kind": "commune",
        "parent_code": None,
        "valid_from": date(2025, 7, 1),
        "headcount": 1250,
    }
    assert [(row.line, row.code, row.values) for row in rows] == [(5, "101", values)]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (["", "A", "commune"], "Mã", "Thiếu mã."),
        (["X 1", "A", "commune"], "Mã", "Mã “X 1” chỉ được gồm chữ không dấu, số, dấu chấm và gạch nối."),
        (["X1", " ", "commune"], "Tên", "Thiếu tên."),
        (["X1", "A", "commune", "P", "31/02/2025"], "Từ ngày", "“31/02/2025” không phải ngày. Ghi như 01/07/2025."),
        (["X1", "A", "commune", "P", "2025-02-01", "2025-01-31"], "Đến ngày", "Đến ngày đứng trước Từ ngày."),
        (["X1", "A", "commune", "P", "", "", "-5"], "Số người", "“-5” không phải số người."),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_line_and_column(row: list[Any], column: str, words: str) -> None:
    _, faults = read_rows(table(row))
    assert faults == [RowFault(2, column, words)]


def test_kinds_that_are_not_there_and_codes_used_twice() -> None:
    _, faults = read_rows(table(["X1", "A", "làng"], ["X1", "B", "commune"]))
    assert [(fault.line, fault.column, fault.message[:25]) for fault in faults] == [
        (2, "Loại", "Không có loại “làng”. Ghi"),
        (3, "Mã", "Mã X1 đã có ở dòng 2."),
    ]


def test_a_header_that_is_not_one() -> None:
    assert [fault.column for fault in read_rows([(1, ["STT", "Tên"])])[1]] == ["Mã", "Loại"]
    assert read_rows([(1, ["code", "Mã", "name", "kind"])])[1] == [RowFault(1, "Mã", "Có hai cột “Mã”.")]
    assert read_rows([(1, HEADER)])[1] == [RowFault(1, "", "Dưới dòng tiêu đề không có đơn vị nào.")]
    assert read_rows([(1, ["", " "])])[1] == [RowFault(1, "", "Tệp trống.")]
