"""People who look like one, through the pages: shown as far as one may see, merged, kept apart, withdrawn."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AuditEntry, Delegate, DuplicateDecision, db
from tests.pages import PageClient
from tests.web.contract import Office, actions, buttons, faults, fresh, said, statements_for

SAME = {"born": "1970", "id_number": "006170001234"}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def url(office: Office) -> str:
    return f"{office.home}/duplicates"


def two(office: Office, **more: Any) -> tuple[Delegate, Delegate]:
    one = office.person("Nông Thị Ánh", title="Bí thư", phone="0912345678", ethnic="Tày", **SAME)
    return one, office.person("NÔNG THỊ ÁNH", title="Chủ tịch", unit_text="Xã Một", ethnic="Nùng", **SAME, **more)


def test_a_pair_is_listed_with_what_it_shares(office: Office, url: str, organiser: PageClient) -> None:
    one, other = two(office)
    page = organiser.get(url)
    assert page.one("p", "page-sub").text == "1 cặp cần xem"
    assert page.rows()[1] == [
        "Nông Thị Ánh Số thẻ 101 · Bí thư", "NÔNG THỊ ÁNH Số thẻ 102 · Chủ tịch · Xã Một",
        "Cùng số CCCD Cùng tên, cùng năm sinh", "Đề cử Đề cử", "Xem hai dòng Nông Thị Ánh",
    ]  # fmt: skip
    assert page.links["Xem hai dòng Nông Thị Ánh"] == f"{url}/{one.id}/{other.id}"


def test_two_rows_stand_side_by_side_and_what_is_sensitive_only_differs(office: Office, url: str, organiser: PageClient) -> None:
    one, other = two(office)
    page = organiser.get(f"{url}/{one.id}/{other.id}")
    rows = {row[0]: row[1:] for row in page.rows()[1:]}
    assert rows["Chức vụ"] == ["Bí thư", "Chủ tịch", "khác nhau"]
    assert rows["Đơn vị"] == ["", "Xã Một", "chỉ bên phải có"]
    assert rows["Số điện thoại"] == ["0912345678", "", "chỉ bên trái có"]
    assert rows["Ngày sinh"] == ["1970", "1970", "giống nhau"]
    assert rows["Dân tộc"] == ["Không hiện ở đây", "khác nhau"]
    assert [text for text in ("Tày", "Nùng") if text in page.html] == []
    assert buttons(page) == [
        "Là hai người khác nhau", "Gộp vào Nông Thị Ánh, số thẻ 101", "Gộp vào NÔNG THỊ ÁNH, số thẻ 102",
    ]  # fmt: skip


@pytest.mark.parametrize("keep", ["left", "right"])
def test_two_rows_become_one(office: Office, url: str, organiser: PageClient, keep: str) -> None:
    one, other = two(office)
    organiser.get(f"{url}/{one.id}/{other.id}")
    answer = organiser.post(f"{url}/{one.id}/{other.id}/merge", {"keep": keep})
    kept, gone = (one, other) if keep == "left" else (other, one)
    assert (answer.location, said(organiser, answer)) == (url, f"Đã gộp vào {kept.name}, số thẻ {kept.number}.")
    assert (fresh(kept).state, kept.phone, kept.unit_text, gone.state, gone.merged_into_id) == (
        "proposed", "0912345678", "Xã Một", "withdrawn", kept.id,
    )  # fmt: skip
    assert organiser.get(url).one("h2").text == "Không thấy ai trùng"
    organiser.get(f"{url}/{one.id}/{other.id}", 404)


def test_two_people_are_said_to_be_two_with_a_reason(office: Office, url: str, organiser: PageClient) -> None:
    one, other = two(office)
    pair = f"{url}/{one.id}/{other.id}"
    page = organiser.get(pair)
    answer = organiser.submit(page, {}, action=f"{pair}/keep", status=422)
    assert faults(answer) == {"reason": ["Nêu lý do."]}
    answer = organiser.submit(page, {"reason": "Chị em sinh đôi"}, action=f"{pair}/keep")
    assert (answer.location, said(organiser, answer)) == (url, "Đã ghi: giữ cả hai.")
    page = organiser.get(url)
    assert page.one("main").one("summary").text == "Đã xét và giữ cả hai: 1 cặp"
    assert page.rows()[1][2:] == ["Chị em sinh đôi", "09:00 10/03/2025, Người organiser"]


def test_a_reason_too_long_is_said_so(office: Office, url: str, organiser: PageClient) -> None:
    one, other = two(office)
    pair = f"{url}/{one.id}/{other.id}"
    answer = organiser.submit(organiser.get(pair), {"reason": "x" * 501}, action=f"{pair}/keep", status=422)
    assert faults(answer) == {"reason": ["Tối đa 500 ký tự."]}
    assert db.session.query(DuplicateDecision).count() == 0


def test_an_approval_that_may_not_move_is_refused_on_the_page(office: Office, url: str, organiser: PageClient) -> None:
    one, other = two(office, state="approved")
    office.congress.stage = "list_closed"
    pair = f"{url}/{one.id}/{other.id}"
    organiser.get(pair)
    answer = organiser.post(f"{pair}/merge", {"keep": "left"}, 422)
    assert faults(answer) == {"reason": ["Danh sách đã chốt: nêu lý do bổ sung."]}
    assert (fresh(one).state, other.state, actions()) == ("proposed", "approved", [])
    secretary = office.sign_in("secretary")
    secretary.get(pair)
    answer = secretary.post(f"{pair}/merge", {"keep": "left", "reason": "x"}, 422)
    assert faults(answer) == {"": ["Bạn đề cử được, việc duyệt và rút người đã duyệt là của đơn vị tổ chức."]}


def test_beyond_ones_reach_nothing_but_the_kind_of_unit_is_told(office: Office, url: str, organiser: PageClient) -> None:
    mine = office.person("Nông Thị Ánh", **SAME)
    hidden = office.person("Nông Thị Ánh", congress=office.other_congress, title="Chức Vụ Kín", unit_text="Xã Kín", **SAME)
    page = organiser.get(url)
    assert page.rows()[1][1] == "Một hội nghị khác (Huyện, thành phố)"
    pair = organiser.get(f"{url}/{mine.id}/{hidden.id}")
    assert (pair.rows(), buttons(pair)) == ([], ["Giữ ở cả hai hội nghị", "Rút khỏi danh sách này"])
    assert [text for text in ("Kín", "Huyện Hai", "006170001234") if text in page.html + pair.html] == []
    seen = office.sign_in("plan_owner").get(f"{url}/{mine.id}/{hidden.id}")
    assert {row[0]: row[2] for row in seen.rows()[1:]}["Chức vụ"] == "Chức Vụ Kín"


def test_the_contact_data_of_a_list_one_does_not_keep_are_not_shown(office: Office, url: str, organiser: PageClient) -> None:
    mine = office.person("Nông Thị Ánh", phone="0911111111", **SAME)
    below = office.person("Nông Thị Ánh", congress=office.lower_congress, title="Bí thư", phone="0922222222", **SAME)
    page = organiser.get(f"{url}/{mine.id}/{below.id}")
    rows = {row[0]: row[1:] for row in page.rows()[1:]}
    assert rows["Chức vụ"] == ["", "Bí thư", "chỉ bên phải có"]
    assert rows["Số điện thoại"] == ["Không hiện ở đây", "khác nhau"]
    assert "0922222222" not in page.html


def test_any_two_people_are_not_a_pair(office: Office, url: str, organiser: PageClient) -> None:
    """Whoever types numbers into the address learns nothing about anybody."""
    mine = office.person("Nông Thị Ánh", **SAME)
    stranger = office.person("Lò Văn Kín", congress=office.other_congress)
    twin = office.person("Nông Thị Ánh", congress=office.other_congress, **SAME)
    for one, other in ((mine, stranger), (stranger, mine), (twin, mine), (mine, mine)):
        organiser.get(f"{url}/{one.id}/{other.id}", 404)


def test_somebody_of_another_congress_leaves_this_one(office: Office, url: str, organiser: PageClient) -> None:
    mine = office.person("Nông Thị Ánh", state="approved", **SAME)
    other = office.person("Nông Thị Ánh", congress=office.other_congress, **SAME)
    pair = f"{url}/{mine.id}/{other.id}"
    page = organiser.get(pair)
    answer = organiser.submit(page, {}, action=f"{pair}/keep", status=422)
    assert faults(answer) == {"reason": ["Nêu lý do."]}
    answer = organiser.post(f"{pair}/merge", {"keep": "left"}, 422)
    assert faults(answer) == {"": ["Người này không còn trong danh sách. Tải lại trang Trùng."]}
    answer = organiser.post(f"{pair}/withdraw", {"reason": "Dự ở huyện bên"})
    assert said(organiser, answer) == "Đã rút Nông Thị Ánh khỏi danh sách này."
    assert (fresh(mine).state, other.state) == ("withdrawn", "proposed")


def test_who_reads_and_who_decides(office: Office, url: str) -> None:
    one, other = two(office)
    found = office.statuses(url)
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    for verb in ("", "/merge", "/keep", "/withdraw"):
        found = office.statuses(f"{url}/{one.id}/{other.id}{verb}", "POST" if verb else "GET")
        allowed = {role for role, status in found.items() if status != 403}
        assert allowed == {"plan_owner", "organiser", "secretary"}
        fresh(one).state, other.state, other.merged_into_id = "proposed", "proposed", None
        one.merged_into_id = None


def test_a_list_below_is_read_and_not_decided(office: Office, organiser: PageClient) -> None:
    below = f"/congress/{office.lower_congress.id}/duplicates"
    for _ in range(2):
        office.person("Nông Thị Ánh", congress=office.lower_congress, **SAME)
    page = organiser.get(below)
    assert (len(page.rows()), [name for name in page.links if name.startswith("Xem hai dòng")]) == (2, [])
    organiser.get(f"/congress/{office.other_congress.id}/duplicates", 404)


def test_the_list_takes_as_many_statements_for_three_as_for_one(office: Office, url: str, organiser: PageClient) -> None:
    two(office)
    one = statements_for(organiser, url)
    for n in range(2):
        office.person(f"Lò Văn {n}", born="1971", congress=office.other_congress)
        office.person(f"Lò Văn {n}", born="1971")
    assert len(organiser.get(url).rows()) == 4
    assert statements_for(organiser, url) == one


def test_pairs_are_paged_at_a_hundred(office: Office, url: str, organiser: PageClient) -> None:
    for n in range(101):
        office.person(f"Nông Văn {n}", id_number=f"{n:012}")
        office.person(f"Lý Văn {n}", id_number=f"{n:012}")
    page = organiser.get(url)
    assert (len(page.rows()), page.links["Trang sau"]) == (101, f"{url}?page=2")
    assert len(organiser.get(f"{url}?page=2").rows()) == 2
    assert db.session.scalars(select(AuditEntry)).all() == []
