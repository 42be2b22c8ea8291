"""What the delegate list shows by each filter, in one order whatever the page."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from congress.models import Delegate, Delegation, Photo, db
from congress.operations.delegate_queries import (
    CODES,
    MISSING,
    SENSITIVE_MISSING,
    ListFilter,
    count_chips,
    count_shown,
    ids_of,
    list_rows,
    read_filter,
)
from tests.web.contract import Office, counted
from tests.world import NOW

FULL = {
    "sex": "male", "born": "1970", "phone": "0912345678", "title": "Bí thư", "unit_text": "Xã Một", "capacity": "individual",
    "field": "Y tế", "economic_sector": "state", "direct_labour": False, "new_model": True,
    "ethnic": "Tày", "religion": "Không", "party": False,
}  # fmt: skip


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


def shown(office: Office, **codes: Any) -> list[str]:
    show = ListFilter(**codes)
    rows = list_rows(office.congress, show, page=1, per=100)
    assert count_shown(office.congress, show) == len(rows)
    assert ids_of(office.congress, show) == [row.id for row in rows]
    return [row.name for row in rows]


def with_photo(person: Delegate) -> Delegate:
    db.session.add(Photo(delegate_id=person.id, jpeg=b"x", digest="x", at=NOW))
    db.session.flush()
    return person


def full(office: Office, name: str, delegation: Delegation, **more: Any) -> Delegate:
    return with_photo(office.person(name, delegation_id=delegation.id, **{**FULL, **more}))


@pytest.mark.parametrize("code", MISSING)
def test_each_missing_thing_is_found_and_counted(office: Office, code: str) -> None:
    xa = office.delegation("Đoàn Xã Một")
    full(office, "Nông Văn Đủ", xa)
    lacking: dict[str, Any] = {
        "born": {"born": None}, "sex": {"sex": None}, "phone": {"phone": None}, "title": {"title": ""}, "unit": {"unit_text": ""},
        "represents": {"capacity": "household"}, "delegation": {"delegation_id": None}, "photo": {}, "field": {"field": ""},
    }.get(code, {code: None})  # fmt: skip
    person = office.person("Lò Văn Thiếu", **{**FULL, "delegation_id": xa.id, **lacking})
    if code != "photo":
        with_photo(person)
    office.person("Lò Văn Rút", state="withdrawn")
    assert shown(office, missing=code) == ["Lò Văn Thiếu"]
    assert {key: n for key, n in count_chips(office.congress).items() if n and key != "photos"} == {code: 1}


def test_filters_by_side_sex_capacity_door_photo_and_all_together(office: Office) -> None:
    xa = office.delegation("Đoàn Xã Một")
    full(office, "Nông Văn An", xa)
    full(office, "Lò Thị Bình", xa, sex="female", capacity="household", represents="Hộ ông Lò")
    office.person("Vi Văn Chi", "guest", walk_in=True)
    office.person("Vi Văn Khác", congress=office.other_congress)
    assert shown(office, side="invited") == shown(office, door="yes") == ["Vi Văn Chi"]
    assert shown(office, photo="yes") == shown(office, side="honoured") == ["Nông Văn An", "Lò Thị Bình"]
    assert shown(office, sex="female") == shown(office, capacity="household") == ["Lò Thị Bình"]
    every = {"state": "proposed", "group": "exemplar", "side": "honoured", "delegation": xa.id, "capacity": "household"}
    assert shown(office, **every, sex="female", photo="yes", text="binh lo") == ["Lò Thị Bình"]
    assert shown(office, **every, sex="male") == []
    assert (count_chips(office.congress)["photos"], count_chips(office.congress)["door"]) == (2, 1)


def test_pages_hold_everybody_once_in_vietnamese_order(office: Office) -> None:
    for name in ("Đức", "Dũng", "Ánh", "An", "Bảo"):
        office.person(f"Nông Văn {name}")
    pages = [[row.name.split()[-1] for row in list_rows(office.congress, ListFilter(), page=n, per=2)] for n in (1, 2, 3, 4)]
    assert pages == [["An", "Ánh"], ["Bảo", "Dũng"], ["Đức"], []]


def test_a_page_is_one_statement(office: Office) -> None:
    for n in range(3):
        office.person(f"Nông Văn {n}", delegation=office.delegation(f"Đoàn {n}", n))
    office.congress.id  # noqa: B018 - read before the count
    with counted() as statements:
        list_rows(office.congress, ListFilter(), page=1, per=500)
    assert len(statements) == 1


_TYPED = st.text(max_size=12) | st.sampled_from(sorted(MISSING)) | st.integers(0, 10**12).map(str)


@given(st.dictionaries(st.sampled_from(CODES), _TYPED))
def test_whatever_stands_in_an_address_is_a_filter_that_survives_being_kept(codes: dict[str, str]) -> None:
    show = read_filter(codes, sensitive=True)
    assert read_filter(show.codes(), sensitive=True) == show
    assert read_filter(show.codes()) == show.but(missing="" if show.missing in SENSITIVE_MISSING else show.missing)
    assert read_filter(show.codes(), text="ai", sensitive=True) == show.but(text="ai")
    assert "text" not in show.but(text="ai").codes()
