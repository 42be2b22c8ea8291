"""The congresses of a tier: the list, and creating one."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.models import Congress, db
from tests.pages import PageClient
from tests.web.contract import Office, actions, buttons, faults, field, fresh, options, said, send, statements_for, toasts
from tests.world import make_congress, make_plan, make_unit

GOOD = {"held_on": "2025-05-06", "starts_at": "07:30", "place": "Hội trường Sở", "ordinal": "6", "planned_size": "150"}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def owner(office: Office) -> PageClient:
    return office.sign_in("plan_owner")


def count_congresses() -> int:
    return db.session.scalar(select(func.count()).select_from(Congress)) or 0


# ---- the list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_each_congress_with_its_stage_and_compliance(office: Office, owner: PageClient) -> None:
    for number in range(4):
        office.person(f"Nông Văn {number}", state="approved", congress=office.congress)
    office.person("Lý Thị Khách", "guest", "approved")
    office.other_congress.held_on, office.other_congress.stage = date(2025, 7, 1), "list_closed"
    late = make_congress(office.plan, make_unit("H3", "Huyện Ba", "district", office.province), held_on=date(2025, 4, 1))
    late.held_on, late.is_pilot, late.stage = None, True, "draft"
    page = owner.get("/district")
    assert page.h1 == "Cấp huyện"
    assert "Kế hoạch thử: Huyện, thành phố, tối đa 300 đại biểu, 7/3 điển hình và khách mời" in page.text
    window = "01/04–28/06/2025"
    assert page.rows()[1:] == [
        ["Huyện MộtHội nghị Huyện Một", "20/05/2025", window, "Đang lập danh sách", "5/10· 80 %", "0"],
        ["Huyện HaiHội nghị Huyện Hai", "01/07/2025 Ngoài khung", window, "Đã chốt danh sách", "0/10", "0"],
        ["Huyện BaHội nghị Huyện Ba Điểm", "Chưa định", window, "Nháp", "0/10", "0"],
    ]
    assert page.links["Huyện Một"] == office.home
    filtered = owner.get(page.links["Đã chốt danh sách"])
    assert [row[0] for row in filtered.rows()[1:]] == ["Huyện HaiHội nghị Huyện Hai"]
    assert owner.get("/district?stage=khong-co&page=99999999999999999999").rows() == page.rows()


def test_the_list_holds_what_one_may_see_and_no_more(office: Office) -> None:
    viewer, organiser = office.sign_in("viewer"), office.sign_in("organiser")
    for client in (viewer, organiser):
        assert [row[0] for row in client.get("/district").rows()[1:]] == ["Huyện MộtHội nghị Huyện Một"]
        assert [row[0] for row in client.get("/commune").rows()[1:]] == ["Xã MộtHội nghị Xã Một"]
        assert client.get("/province").rows() == []
    office.person("Nông Thị Kín", state="approved")
    assert "Kín" not in viewer.get("/district").text
    assert buttons(viewer.get("/district")) == []


def test_a_tier_without_a_plan_says_so(office: Office, owner: PageClient) -> None:
    office.plan.tiers.remove(next(tier for tier in office.plan.tiers if tier.code == "department"))
    page = owner.get("/department")
    assert page.one("p", "page-sub").text == "Kế hoạch đang dùng không có cấp này."
    assert page.one("h2").text == "Không có cấp này trong kế hoạch"
    words = "Chưa có kế hoạch nào dùng cấp này. Tạo hoặc sửa kế hoạch trước."
    assert said(owner, owner.get("/department/new", 303)) == words


@pytest.mark.parametrize("tier", ["commune", "department", "district", "province"])
def test_every_tier_has_its_page(office: Office, owner: PageClient, tier: str) -> None:
    current = [link.text for link in owner.get(f"/{tier}").all("a", aria_current="page")]
    names = {"commune": "Cấp xã", "department": "Sở, ban, ngành, đoàn thể, doanh nghiệp", "district": "Cấp huyện"}
    assert names.get(tier, "Cấp tỉnh") in current


def test_the_list_is_for_who_reads_congresses(office: Office) -> None:
    found = office.statuses("/district")
    assert found == {**dict.fromkeys(found, 200), "checkin_staff": 403}
    found = office.statuses("/department/new")
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 303}


def test_the_list_takes_as_many_statements_for_three_as_for_one(office: Office, owner: PageClient) -> None:
    one = statements_for(owner, "/commune")
    for number in range(2):
        unit = make_unit(f"X9{number}", f"Xã Chín {number}", "commune", office.district)
        office.person(f"Nông Văn {number}", state="approved", congress=make_congress(office.plan, unit))
    assert len(owner.get("/commune").rows()) == 4
    assert statements_for(owner, "/commune") == one


def test_a_hundred_congresses_fill_a_page(office: Office, owner: PageClient) -> None:
    for _ in range(100):
        make_congress(office.plan, office.commune)
    page = owner.get("/commune?stage=list_open")
    assert len(page.rows()) == 101
    assert page.links["Trang sau"] == "/commune?page=2&stage=list_open"
    assert len(owner.get(page.links["Trang sau"]).rows()) == 2


# ---- creating --------------------------------------------------------------------------------------------------------


def test_a_congress_is_created_with_its_composed_name(office: Office, owner: PageClient) -> None:
    page = owner.get("/department/new")
    assert (options(page, "unit_id"), options(page, "plan_tier_id")) == (["Sở Một"], ["Kế hoạch thử"])
    assert (options(page, "form"), options(page, "attendance")) == (
        ["Hội nghị tuyên dương điển hình tiên tiến"], ["Đại biểu được chọn", "Toàn thể"],
    )  # fmt: skip
    assert field(page, "planned_size") == "300"
    answer = send(owner, page, GOOD)
    assert said(owner, answer) == "Đã tạo hội nghị. Tên ba dòng được ghép tự động, có thể sửa."
    congress = db.session.get(Congress, int(answer.location.split("/")[-1]))
    assert congress and (congress.stage, congress.planned_size, congress.unit.code) == ("draft", 150, "S1")
    assert (congress.title1, congress.title2, congress.title3) == (
        "Hội nghị tuyên dương điển hình tiên tiến Sở Một", "Lần thứ VI", "Thử, ngày 06 tháng 5 năm 2025",
    )  # fmt: skip
    assert actions() == ["congresses.create"]


INVALID = [
    ("plan_tier_id", "999", "Chọn một mục trong danh sách."),
    ("unit_id", "999", "Chọn một mục trong danh sách."),
    ("form", "hoi-thao", "Chọn một mục trong danh sách."),
    ("attendance", "moi-nguoi", "Chọn một mục trong danh sách."),
    ("ordinal", "201", "Từ 1 đến 200."),
    ("planned_size", "", "Nhập số đại biểu."),
    ("planned_size", "301", "Quy mô 301 vượt mức tối đa 300 của kế hoạch. Chọn 300 trở xuống."),
    ("held_on", "mai", "Nhập ngày theo dạng ngày/tháng/năm."),
    ("starts_at", "7 giờ", "Nhập giờ theo dạng 07:30."),
    ("place", "x" * 201, "Tối đa 200 ký tự."),
    ("title1", "x" * 301, "Tối đa 300 ký tự."),
]


def test_each_field_says_what_is_wrong_with_it(office: Office, owner: PageClient) -> None:
    page = owner.get("/department/new")
    for name, typed, words in INVALID:
        answer = send(owner, page, {**GOOD, name: typed}, 422)
        assert faults(answer) == {name: [words]}
        assert name in ("plan_tier_id", "unit_id", "form", "attendance") or field(answer, name) == typed
        assert field(answer, "starts_at") == (typed if name == "starts_at" else "07:30")
    assert (count_congresses(), actions()) == (3, [])


def test_a_date_that_the_plan_does_not_foresee_wants_a_reason(office: Office, owner: PageClient) -> None:
    page = owner.get("/department/new")
    answer = send(owner, page, {**GOOD, "held_on": "2025-03-31"}, 422)
    words = "Ngày họp sớm hơn khung 01/04/2025 - 28/06/2025 của kế hoạch. Nêu lý do, hoặc chọn ngày khác."
    assert faults(answer) == {"date_reason": [words]}
    send(owner, answer, {"date_reason": "Trùng lịch"})
    assert count_congresses() == 4


def test_a_unit_of_somebody_else_cannot_be_chosen(office: Office) -> None:
    spare = make_unit("X2", "Xã Hai", "commune", office.district)
    far = make_unit("H3", "Huyện Ba", "district", office.province)
    organiser = office.sign_in("organiser")
    none = "Không có đơn vị nào để tạo: bạn không phụ trách đơn vị ở cấp này, hoặc đơn vị nào cũng đã có hội nghị."
    assert said(organiser, organiser.get("/commune/new", 303)) == none
    assert "Tạo hội nghị" not in organiser.get("/commune").links
    office.congress.stage = "cancelled"
    page = organiser.get(organiser.get("/district").links["Tạo hội nghị"])
    assert options(page, "unit_id") == ["Huyện Một"]
    for unit in (far, spare, office.other_district):
        assert faults(send(organiser, page, {**GOOD, "unit_id": unit.id}, 422)) == {"unit_id": ["Chọn một mục trong danh sách."]}
    assert count_congresses() == 3


def test_pressing_twice_creates_one(office: Office, owner: PageClient) -> None:
    make_unit("S2", "Sở Hai", "department", office.province)
    page = owner.get("/department/new")
    assert options(page, "unit_id") == ["Sở Hai", "Sở Một"]
    send(owner, page, {**GOOD, "unit_id": office.department.id})
    again = send(owner, page, {**GOOD, "unit_id": office.department.id}, 422)
    assert faults(again) == {"unit_id": ["Sở Một đã có hội nghị theo kế hoạch này."]}
    assert field(again, "unit_id") == str(office.department.id)
    assert toasts(again) == ["Đã tạo hội nghị. Tên ba dòng được ghép tự động, có thể sửa."]
    assert count_congresses() == 4
    assert options(owner.get("/department/new"), "unit_id") == ["Sở Hai"]


def test_a_unit_meets_again_under_another_plan(office: Office, owner: PageClient) -> None:
    make_unit("S2", "Sở Hai", "department", office.province)
    make_congress(office.plan, office.department, held_on=date(2025, 5, 5))
    office.plan.code = "cu"
    db.session.flush()
    later = make_plan(office.province)
    later.title = "Kế hoạch sau"
    page = owner.get("/department/new")
    assert options(page, "plan_tier_id") == ["Kế hoạch sau", "Kế hoạch thử"]
    assert options(page, "unit_id") == ["Sở Hai", "Sở Một"]
    old = next(tier.id for tier in office.plan.tiers if tier.code == "department")
    twice = send(owner, page, {**GOOD, "plan_tier_id": old, "unit_id": office.department.id}, 422)
    assert faults(twice) == {"unit_id": ["Sở Một đã có hội nghị theo kế hoạch này."]}
    send(owner, page, {**GOOD, "unit_id": office.department.id})
    assert fresh(office.department).id in {c.unit_id for c in db.session.scalars(select(Congress).filter_by(plan_id=later.id))}
