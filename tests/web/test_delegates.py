"""The delegate list through the pages: finding, adding, editing and moving people, and what is sensitive about them."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.stages import STAGES
from congress.models import AuditEntry, Badge, Delegate, StageEvent, db
from tests.pages import Page, PageClient
from tests.web.contract import (
    Office,
    actions,
    buttons,
    faults,
    field,
    fresh,
    options,
    said,
    send,
    statements_for,
)

SENSITIVE = {"ethnic": "Sán Chay", "religion": "Công giáo", "party": True}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def secretary(office: Office) -> PageClient:
    return office.sign_in("secretary")


@pytest.fixture
def people(office: Office) -> str:
    """The address of the list."""
    return f"{office.home}/delegates"


def names(page: Page) -> list[str]:
    return page.texts(css_class="row-title")


def states() -> dict[str, str]:
    db.session.expire_all()
    return dict(db.session.execute(select(Delegate.name, Delegate.state).order_by(Delegate.number)).all())


# ---- the list --------------------------------------------------------------------------------------------------------


def test_people_stand_in_vietnamese_order_with_what_offices_ask_for(office: Office, people: str, organiser: PageClient) -> None:
    xa = office.delegation("Đoàn Xã Một")
    office.person("Nông Thị Ánh", title="Bí thư", unit_text="Xã Một", delegation=xa, state="approved")
    office.person("Lò Văn Đức", "guest")
    office.person("Bàn Thị An", "staff", "reserve", walk_in=True)
    office.person("Vi Văn Dũng", state="withdrawn")
    page = organiser.get(people)
    assert page.one("p", "page-sub").text == "1 đã duyệt · 1 đề cử · 1 dự khuyết"
    assert page.rows()[1:] == [
        ["", "103", "Bàn Thị An", "Ban Tổ chức, phục vụ", "", "Dự khuyết Đến tại cửa"],
        ["", "101", "Nông Thị Ánh Bí thư, Xã Một", "Điển hình tiên tiến", "Đoàn Xã Một", "Đã duyệt"],
        ["", "102", "Lò Văn Đức", "Khách mời", "", "Đề cử"],
    ]
    for chip, found in (
        ("Đã rút 1", ["Vi Văn Dũng"]),
        ("Đề cử 1", ["Lò Văn Đức"]),
        ("Khách mời", ["Lò Văn Đức"]),
        ("Đoàn Xã Một 1", ["Nông Thị Ánh"]),
    ):
        assert names(organiser.get(page.links[chip])) == found
    assert names(organiser.get(f"{people}?state=khong-co")) == []
    assert len(names(organiser.get(f"{people}?delegation=99999999999999999999&page=99999999999999999999"))) == 3


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("duc lo", ["Lò Văn Đức"]),
        ("ĐỨC", ["Lò Văn Đức", "Nông Minh Đức"]),
        ("Nông  minh", ["Nông Minh Đức"]),
        ("%", []),
        ("x " * 3000, []),
    ],
)
def test_a_name_is_found_without_accents_in_any_order(
    office: Office, people: str, organiser: PageClient, typed: str, found: list[str]
) -> None:
    office.person("Lò Văn Đức")
    office.person("Nông Minh Đức", "guest")
    page = organiser.post(people, {"q": typed}, 200)
    assert names(page) == found
    assert field(page, "q") == typed.strip()[:100]
    addresses = [element.attrs[name] for element in page.all() for name in ("href", "action") if name in element.attrs]
    assert [address for address in addresses if "q=" in address or "duc" in address.lower() or "%C4%90" in address] == []


def test_a_search_keeps_its_filters_and_an_address_holds_no_name(office: Office, people: str, organiser: PageClient) -> None:
    office.person("Lò Văn Đức")
    office.person("Nông Minh Đức", "guest")
    page = organiser.get(f"{people}?group=guest")
    [search] = page.all("form", role="search")
    assert names(organiser.submit(page, {"q": "duc"}, action=search.attrs["action"], status=200)) == ["Nông Minh Đức"]
    assert names(organiser.get(f"{people}?q=nong")) == ["Lò Văn Đức", "Nông Minh Đức"]
    decomposed = organiser.post(people, {"q": "Đức\0"}, 200)
    assert len(names(decomposed)) == 2


def test_lists_are_paged_at_a_hundred(office: Office, people: str, organiser: PageClient) -> None:
    for number in range(101):
        office.person(f"Nông Văn {number:03}", state="approved" if number == 100 else "proposed")
    page = organiser.get(people)
    assert (len(names(page)), page.links["Trang sau"]) == (100, f"{people}?page=2")
    assert names(organiser.get(f"{people}?page=2")) == ["Nông Văn 100"]
    found = organiser.post(people, {"q": "nong"}, 200)
    assert "101 người khớp với tên đã gõ, hiện 100 người đầu." in found.text


def test_an_empty_list_teaches(office: Office, people: str, organiser: PageClient) -> None:
    page = organiser.get(people)
    assert page.one("h2").text == "Danh sách còn trống"
    assert page.links["Thêm người"] == f"{people}/new"
    assert office.sign_in("plan_owner").post(people, {"q": "ai"}, 200).one("h2").text == "Không có ai như vậy"


def test_who_reads_the_list(office: Office, people: str) -> None:
    found = office.statuses(people)
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    found = office.statuses(f"{people}/new")
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}


def test_a_list_below_is_read_and_nothing_else(office: Office, organiser: PageClient) -> None:
    below, beside = (f"/congress/{c.id}/delegates" for c in (office.lower_congress, office.other_congress))
    person = office.person("Nông Thị Kín", congress=office.lower_congress)
    page = organiser.get(below)
    assert (names(page), buttons(page)) == (["Nông Thị Kín"], ["Tìm"])
    assert "Nông Thị Kín" not in page.links and "Thêm người" not in page.links
    organiser.get(f"{below}/{person.id}", 403)
    organiser.post(f"{below}/state", {"state": "approved", "ids": person.id}, 403)
    organiser.get(beside, 404)
    organiser.get(f"{office.home}/delegates/{person.id}", 404)
    organiser.post(f"{office.home}/delegates/{person.id}/sensitive", {}, 404)
    assert states() == {"Nông Thị Kín": "proposed"}


def test_the_list_takes_as_many_statements_for_three_as_for_one(office: Office, people: str, organiser: PageClient) -> None:
    office.person("Nông Văn Một", delegation=office.delegation("Đoàn Một"))
    one = statements_for(organiser, people)
    office.person("Nông Văn Hai", "guest", "approved", delegation=office.delegation("Đoàn Hai", 2))
    office.person("Nông Văn Ba", "staff", "reserve", delegation=office.delegation("Đoàn Ba", 3))
    assert len(names(organiser.get(people))) == 3
    assert statements_for(organiser, people) == one


# ---- moving people ---------------------------------------------------------------------------------------------------

MOVES = ["Duyệt", "Đề cử", "Dự khuyết", "Rút"]


@pytest.mark.parametrize("stage", STAGES)
def test_the_list_offers_what_the_stage_and_the_role_allow(
    office: Office, people: str, organiser: PageClient, secretary: PageClient, stage: str
) -> None:
    """Whatever is not offered is refused when posted all the same."""
    approved = office.person("Nông Văn Đã", state="approved")
    waiting = office.person("Lò Văn Chờ")
    fresh(office.congress).stage = stage
    offered = {"held": ["Rút"], "reported": ["Rút"], "cancelled": []}.get(stage, MOVES[1:])
    approves = stage in ("list_open", "list_closed")
    for client, expected in ((organiser, [*MOVES[:1], *offered] if approves else offered), (secretary, offered)):
        fresh(waiting).state = "proposed"
        page = client.get(people)
        assert [text for text in buttons(page) if text in MOVES] == expected
        assert ("Thêm người" in page.links, "Nhập danh sách" in page.links) == (("Đề cử" in offered),) * 2
        mine = [text for text in buttons(client.get(f"{people}/{waiting.id}")) if text in MOVES]
        assert mine == [text for text in expected if text != "Đề cử"]
        theirs = [text for text in buttons(client.get(f"{people}/{approved.id}")) if text in MOVES]
        by_organiser = [] if stage == "cancelled" else MOVES[1:]
        assert theirs == (by_organiser if client is organiser else [])
        for state, label in zip(("approved", "reserve", "withdrawn"), (MOVES[0], *MOVES[2:]), strict=True):
            fresh(waiting).state = "proposed"
            client.post(f"{people}/state", {"ids": waiting.id, "state": state, "reason": "Thay người"})
            assert (fresh(waiting).state == state) == (label in expected), label


def test_picked_people_move_together_or_not_at_all(office: Office, people: str, organiser: PageClient) -> None:
    office.congress.planned_size = 2
    one, two, three = (office.person(f"Nông Văn {name}") for name in ("Một", "Hai", "Ba"))
    page = organiser.get(f"{people}?state=proposed")
    picked = {"ids": [one.id, two.id, three.id], "state": "approved"}
    refused = organiser.submit(page, picked, action=f"{people}/state")
    assert said(organiser, refused) == (
        "Chỉ duyệt được 2/3 người đã chọn, nên chưa duyệt ai. Đã đủ 2/2 đại biểu. Rút 1 người, hoặc tăng quy mô (tối đa 300)."
    )
    assert (set(states().values()), actions()) == ({"proposed"}, [])
    answer = organiser.submit(page, {**picked, "ids": [one.id, two.id]}, action=f"{people}/state")
    assert answer.location == f"{people}?state=proposed"
    assert said(organiser, answer) == "Đã duyệt: 2 người."
    assert states() == {"Nông Văn Một": "approved", "Nông Văn Hai": "approved", "Nông Văn Ba": "proposed"}
    again = organiser.submit(page, {**picked, "ids": [one.id, two.id]}, action=f"{people}/state")
    assert said(organiser, again) == "Đã duyệt: 0 người."
    assert actions() == [*["delegates.approved"] * 2, "bulk.change"]
    assert db.session.scalar(select(func.count()).select_from(Badge)) == 2


def test_a_move_of_nobody_of_others_or_to_nowhere_is_refused(office: Office, people: str, organiser: PageClient) -> None:
    mine = office.person("Nông Văn Một")
    other = office.person("Nông Văn Khác", congress=office.other_congress)
    organiser.get(people)
    move = f"{people}/state"
    assert said(organiser, organiser.post(move, {"state": "approved"})) == "Đánh dấu ít nhất một người."
    strange = said(organiser, organiser.post(move, {"state": "approved", "ids": [mine.id, other.id]}))
    assert strange == f"Không có đại biểu mã {other.id} trong hội nghị này. Chưa ai được chuyển."
    organiser.post(move, {"state": "khong-co", "ids": mine.id}, 400)
    organiser.post(move, {"state": "approved", "ids": "9" * 40})
    assert set(states().values()) == {"proposed"}


def test_a_secretary_proposes_and_does_not_approve(office: Office, people: str, secretary: PageClient) -> None:
    waiting, approved = office.person("Lò Văn Chờ"), office.person("Nông Văn Đã", state="approved")
    secretary.get(people)
    words = "Bạn đề cử được, việc duyệt và rút người đã duyệt là của đơn vị tổ chức."
    for person, state in ((waiting, "approved"), (approved, "withdrawn"), (approved, "proposed")):
        assert said(secretary, secretary.post(f"{people}/state", {"ids": person.id, "state": state})) == words
    assert said(secretary, secretary.post(f"{people}/state", {"ids": waiting.id, "state": "reserve"})) == "Dự khuyết: 1 người."
    assert states() == {"Lò Văn Chờ": "reserve", "Nông Văn Đã": "approved"}


def test_after_closing_a_change_is_an_amendment_and_the_reserve_is_offered(
    office: Office, people: str, organiser: PageClient, secretary: PageClient
) -> None:
    for number in range(7):
        office.person(f"Nông Văn {number}", state="approved")
    for number in range(4):
        office.person(f"Lý Thị {number}", "guest", "approved")
    office.congress.planned_size = 20
    reserve = office.person("Lò Thị Dự", state="reserve")
    office.person("Lò Thị Khách", "guest", "reserve")
    office.congress.stage = "list_closed"
    page = organiser.get(people)
    assert page.texts("div", "danger") == [
        "Danh sách đã chốt không còn đúng tỷ lệ: 7/11 = 63,63 % điển hình (cần 70 %). Thêm 3 điển hình, hoặc bớt 1 khách mời."
    ]
    assert page.one("div", "info").text == "Dự khuyết cùng bên: Lò Thị Dự. Duyệt bổ sung, nêu lý do."
    assert page.links["Lò Thị Dự"] == f"{people}/{reserve.id}"
    move = {"ids": reserve.id, "state": "approved"}
    assert said(organiser, organiser.post(f"{people}/state", move)) == "Danh sách đã chốt: nêu lý do bổ sung."
    organiser.post(f"{people}/state", {**move, "reason": "Thay người ốm"})
    step = db.session.scalars(select(StageEvent)).one()
    assert (step.kind, step.reason, states()["Lò Thị Dự"]) == ("amend", "Thay người ốm", "approved")


def test_the_plan_owner_may_approve_against_the_ratio(office: Office, people: str, organiser: PageClient) -> None:
    for number in range(3):
        office.person(f"Lý Thị {number}", "guest", "approved")
    guest = office.person("Lò Văn Khách", "guest")
    page = organiser.get(f"{people}/{guest.id}")
    assert "Duyệt khác tỷ lệ" not in buttons(page)
    forged = organiser.post(f"{people}/state", {"ids": guest.id, "state": "approved", "override": "yes", "reason": "Khách quý"})
    assert said(organiser, forged).startswith("Chỉ chủ kế hoạch được quyết định khác tỷ lệ.")
    owner = office.sign_in("plan_owner")
    full = "Đã đủ 3/3 khách mời và lãnh đạo (30 % của 10). Rút 1 người, hoặc tăng quy mô."
    owner.get(people)
    assert said(owner, owner.post(f"{people}/state", {"ids": guest.id, "state": "approved", "override": "yes"})) == full
    assert "Duyệt khác tỷ lệ" in buttons(owner.get(f"{people}/{guest.id}"))
    owner.post(f"{people}/state", {"ids": guest.id, "state": "approved", "override": "yes", "reason": "Khách quý"})
    assert states()["Lò Văn Khách"] == "approved"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and entry.difference["reason"] == ["Khách quý", "khác tỷ lệ"]


# ---- one person ------------------------------------------------------------------------------------------------------

GOOD = {
    "name": "NÔNG THỊ MỚI", "component": "guest", "delegation": "Đoàn Xã Một", "title": "Bí thư", "unit_text": "Xã Một",
    "sex": "female", "born": "12/5/1970", "capacity": "collective", "field": "Nông nghiệp", "direct_labour": "yes",
    "education": "Đại học", "highest_award": "Huân chương", "achievements": "Hai dòng\nthành tích", "phone": "0912 345 678",
    "email": "moi@vidu.vn", "id_number": "006170000001", "note": "Ăn chay",
}  # fmt: skip
TYPED = {"ethnic": "Tày", "religion": "Không", "party": "yes"}
INVALID = [
    ("name", "", "Nhập họ và tên."),
    ("name", "x" * 121, "Tối đa 120 ký tự."),
    ("component", "nguoi-nha", "Chọn một mục trong danh sách."),
    ("sex", "?", "Chọn một mục trong danh sách."),
    ("capacity", "?", "Chọn một mục trong danh sách."),
    ("direct_labour", "?", "Chọn một mục trong danh sách."),
    *((name, "x" * 301, "Tối đa 300 ký tự.") for name in ("delegation", "title", "unit_text", "field", "education")),
    ("highest_award", "x" * 301, "Tối đa 300 ký tự."),
    ("achievements", "x" * 5001, "Tối đa 5.000 ký tự."),
    ("note", "x" * 1001, "Tối đa 1.000 ký tự."),
]
UNREADABLE = [("born", "30/02/1975"), ("born", "01/01/2031"), ("phone", "09x12"), ("email", "khong-phai"), ("id_number", "12")]
CHOICES = ("component", "sex", "capacity", "direct_labour", "party")


def stored(delegate: Delegate) -> dict[str, Any]:
    db.session.expire_all()
    keys = ("name", "title", "unit_text", "sex", "born", "capacity", "field", "direct_labour", "phone", "email", "id_number")
    return {key: getattr(delegate, key) for key in keys}


def test_a_person_is_added_as_proposed(office: Office, people: str, secretary: PageClient) -> None:
    answer = send(secretary, secretary.get(f"{people}/new"), {**GOOD, **TYPED})
    assert (answer.location, said(secretary, answer)) == (people, "Đã thêm vào danh sách, ở trạng thái đề cử.")
    person = db.session.scalars(select(Delegate)).one()
    assert stored(person) == {
        "name": "Nông Thị Mới", "title": "Bí thư", "unit_text": "Xã Một", "sex": "female", "born": "1970-05-12",
        "capacity": "collective", "field": "Nông nghiệp", "direct_labour": True, "phone": "0912345678", "email": "moi@vidu.vn",
        "id_number": "006170000001",
    }  # fmt: skip
    assert (person.state, person.number, person.component.code) == ("proposed", 101, "guest")
    assert person.delegation and person.delegation.name == "Xã Một"
    assert (person.ethnic, person.religion, person.party) == ("Tày", "Không", True)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.difference) == ("delegates.add", {"number": 101})


def test_pressing_twice_adds_one_person_and_two_of_one_name_are_said_to_be_two(
    office: Office, people: str, secretary: PageClient
) -> None:
    page = secretary.get(f"{people}/new")
    send(secretary, page, GOOD)
    again = send(secretary, page, {**GOOD, "name": "nông thị mới"}, 422)
    words = "Đã có Nông Thị Mới, số thẻ 101 trong danh sách. Nếu là hai người, đánh dấu ô này rồi thêm."
    assert faults(again) == {"namesake": [words]}
    assert states() == {"Nông Thị Mới": "proposed"}
    send(secretary, again, {"namesake": "y"})
    send(secretary, page, {**GOOD, "born": "1970"})
    assert db.session.scalar(select(func.count()).select_from(Delegate)) == 3


@pytest.mark.parametrize("adding", [True, False])
def test_each_field_says_what_is_wrong_with_it(office: Office, people: str, organiser: PageClient, adding: bool) -> None:
    person = office.person("Nông Văn Một")
    page = organiser.get(f"{people}/new" if adding else f"{people}/{person.id}")
    invalid = [*INVALID, *((name, typed, "") for name, typed in UNREADABLE)]
    if adding:
        invalid += [("ethnic", "Hỏa Tinh", ""), ("religion", "x" * 301, "Tối đa 300 ký tự.")]
        invalid += [("party", "?", "Chọn một mục trong danh sách.")]
    for name, typed, words in invalid:
        answer = send(organiser, page, {**GOOD, **(TYPED if adding else {}), name: typed}, 422)
        assert list(faults(answer)) == [name]
        assert len(faults(answer)[name]) == 1 and words in faults(answer)[name][0]
        assert name in CHOICES or field(answer, name) == typed
        assert name == "title" or field(answer, "title") == "Bí thư"
    assert (states(), actions()) == ({"Nông Văn Một": "proposed"}, [])


def test_a_person_is_edited_and_the_number_stays(office: Office, people: str, organiser: PageClient) -> None:
    person = office.person("Nông Văn Một", born="1968-06", phone="0911111111", **SENSITIVE)
    page = organiser.get(f"{people}/{person.id}")
    assert (page.h1, page.one("p", "page-sub").text) == ("Nông Văn Một", "Số thẻ 101 · Đề cử")
    assert (field(page, "born"), field(page, "phone"), field(page, "component")) == ("06/1968", "0911111111", "exemplar")
    assert options(page, "component")[0] == "Lãnh đạo các cấp, các ngành"
    for _ in range(2):
        assert said(organiser, send(organiser, page, {**GOOD, "component": "exemplar"})) == "Đã ghi."
    assert stored(person)["born"] == "1970-05-12"
    assert (person.number, person.ethnic, person.party) == (101, "Sán Chay", True)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.difference["name"] == ["Nông Văn Một", "Nông Thị Mới"]
    assert [entry.difference[key] for key in ("born", "phone", "email", "id_number")] == ["đã đổi"] * 4
    assert [text for text in ("1970", "0912", "moi@vidu", "006170") if text in str(entry.difference)] == []


def test_a_component_of_an_approved_person_changes_under_the_rule(
    office: Office, people: str, organiser: PageClient, secretary: PageClient
) -> None:
    for number in range(3):
        office.person(f"Lý Thị {number}", "guest", "approved")
    person = office.person("Nông Văn Một", state="approved")
    url = f"{people}/{person.id}"
    full = "Đã đủ 3/3 khách mời và lãnh đạo (30 % của 10). Rút 1 người, hoặc tăng quy mô."
    answer = send(organiser, organiser.get(url), {"component": "leader", "title": "Chủ tịch"}, 422)
    assert (faults(answer), field(answer, "title")) == ({"": [full]}, "Chủ tịch")
    answer = send(secretary, secretary.get(url), {"component": "staff"}, 422)
    assert faults(answer) == {"": ["Bạn đề cử được, việc duyệt và rút người đã duyệt là của đơn vị tổ chức."]}
    send(organiser, organiser.get(url), {"component": "staff"})
    assert (fresh(person).component.code, person.state) == ("staff", "approved")


def test_a_closed_list_asks_why_a_component_changes(office: Office, people: str, organiser: PageClient) -> None:
    for number in range(8):
        office.person(f"Nông Văn {number}", state="approved")
    person = office.person("Lý Thị Khách", "guest", "approved")
    office.congress.stage = "list_closed"
    page = organiser.get(f"{people}/{person.id}")
    answer = send(organiser, page, {"component": "leader", "reason": ""}, None)
    assert said(organiser, answer) == "Đã ghi."
    answer = send(organiser, page, {"component": "exemplar", "reason": ""}, 422)
    assert faults(answer) == {"reason": ["Danh sách đã chốt: nêu lý do đổi thành phần."]}
    send(organiser, page, {"component": "exemplar", "reason": "Ghi nhầm"})
    assert fresh(person).component.code == "exemplar"


def test_a_reported_congress_keeps_its_people_as_they_were(office: Office, people: str, organiser: PageClient) -> None:
    person = office.person("Nông Văn Một", state="approved")
    office.congress.stage = "reported"
    answer = send(organiser, organiser.get(f"{people}/{person.id}"), {"title": "Khác"}, 422)
    assert faults(answer) == {"": ["Hội nghị ở bước “Đã báo cáo”, không làm việc này được."]}
    answer = send(organiser, organiser.get(f"{people}/new"), GOOD, 422)
    assert faults(answer) == {"": ["Hội nghị đã tổ chức hoặc đã hủy, không thêm người được nữa."]}


# ---- what is sensitive, and the badge --------------------------------------------------------------------------------


def test_what_is_sensitive_is_shown_on_purpose_only_and_the_showing_is_written_down(
    office: Office, people: str, organiser: PageClient
) -> None:
    person = office.person("Nông Văn Một", state="approved", **SENSITIVE)
    url = f"{people}/{person.id}"
    secrets = [SENSITIVE["ethnic"], SENSITIVE["religion"]]
    for page in (organiser.get(people), organiser.get(url), organiser.get(office.home), organiser.get("/")):
        assert [secret for secret in secrets if secret in page.html] == []
    assert actions() == []
    shown = organiser.submit(organiser.get(url), {}, action=f"{url}/sensitive", status=200)
    assert [field(shown, name) for name in ("ethnic", "religion", "party")] == ["Sán Chay", "Công giáo", "yes"]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_id, entry.congress_id) == ("delegates.show_sensitive", person.id, office.congress.id)
    assert (entry.difference, entry.actor_name) == ({}, "Người organiser")
    organiser.get(f"{url}/sensitive", 405)


def test_what_is_sensitive_is_changed_without_leaving_a_value(office: Office, people: str, organiser: PageClient) -> None:
    person = office.person("Nông Văn Một", **SENSITIVE)
    url = f"{people}/{person.id}/sensitive"
    page = organiser.post(url, {}, 200)
    for name, typed, words in (
        ("ethnic", "Hỏa Tinh", ""),
        ("religion", "x" * 301, "Tối đa 300 ký tự."),
        ("party", "?", "Chọn một mục trong danh sách."),
    ):
        answer = send(organiser, page, {name: typed}, 422)
        assert list(faults(answer)) == [name] and words in faults(answer)[name][0]
    answer = organiser.post(url, {"ethnic": "x" * 301}, 422)
    assert "Công giáo" not in answer.html, "a value shown without its line in the audit"
    assert fresh(person).religion == "Công giáo"
    assert said(organiser, send(organiser, page, {"ethnic": "Tày", "religion": "", "party": ""})) == "Đã ghi."
    assert (fresh(person).ethnic, person.religion, person.party) == ("Tày", None, None)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["delegates.show_sensitive", "delegates.edit"]
    assert entries[1].difference == dict.fromkeys(("ethnic", "religion", "party"), "đã đổi")


def test_who_sees_what_is_sensitive(office: Office, people: str) -> None:
    person = office.person("Nông Văn Một", **SENSITIVE)
    found = office.statuses(f"{people}/{person.id}/sensitive", "POST")
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    assert actions() == ["delegates.show_sensitive"] * 3


def test_a_lost_badge_dies_and_a_new_one_waits_for_printing(office: Office, people: str, secretary: PageClient) -> None:
    person, waiting = office.person("Nông Văn Một", state="approved"), office.person("Lò Văn Chờ")
    url = f"{people}/{person.id}"
    answer = secretary.submit(secretary.get(url), {}, action=f"{url}/replace-badge")
    assert said(secretary, answer) == "Thẻ cũ hết hiệu lực. In thẻ mới ở trang Thẻ, mục Chưa in."
    badges = db.session.scalars(select(Badge).order_by(Badge.id)).all()
    assert [badge.revoked_at is None for badge in badges] == [False, True]
    assert "Thay thẻ mất" not in buttons(secretary.get(f"{people}/{waiting.id}"))
    words = said(secretary, secretary.post(f"{people}/{waiting.id}/replace-badge"))
    assert words == "Đại biểu này chưa có thẻ. Thẻ có từ khi duyệt đại biểu."
    found = office.statuses(f"{people}/{waiting.id}/replace-badge", "POST")
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 303, "organiser": 303, "secretary": 303}
