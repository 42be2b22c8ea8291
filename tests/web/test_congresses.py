"""A congress's home, its data, its size and its stages, through the pages."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.stages import STAGES
from congress.models import Delegate, StageEvent, db
from tests.pages import PageClient
from tests.web.contract import (
    Office,
    actions,
    buttons,
    faults,
    field,
    fresh,
    main_form,
    said,
    send,
    stage_of,
    statements_for,
    toasts,
)

FOUND_OR_REFUSED = {
    "administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 403, "checkin_staff": 403, "viewer": 403,
}  # fmt: skip
# What the organiser's home offers at each stage: the step on, then the rest, in the page's order.
OFFERED = {
    "draft": ["Sửa", "Mở danh sách", "Đổi", "Hoãn hội nghị", "Hủy hội nghị"],
    "submitted": ["Mở danh sách", "Đổi", "Lùi một bước", "Hoãn hội nghị", "Hủy hội nghị"],
    "plan_approved": ["Sửa", "Mở danh sách", "Đổi", "Lùi một bước", "Hoãn hội nghị", "Hủy hội nghị"],
    "list_open": ["Sửa", "Chốt danh sách", "Đổi", "Lùi một bước", "Hoãn hội nghị", "Hủy hội nghị"],
    "list_closed": ["Sửa", "Đã tổ chức xong", "Lùi một bước", "Hoãn hội nghị", "Hủy hội nghị"],
    "held": ["Đã gửi báo cáo", "Lùi một bước"],
    "reported": ["Lùi một bước"],
    "cancelled": [],
}
NEXT = {"draft": "list_open", "submitted": "list_open", "plan_approved": "list_open", "list_open": "list_closed"}
NEXT |= {"list_closed": "held", "held": "reported"}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def owner(office: Office) -> PageClient:
    return office.sign_in("plan_owner")


def approve(office: Office, exemplars: int, guests: int) -> None:
    for number in range(exemplars):
        office.person(f"Nông Văn {number}", state="approved")
    for number in range(guests):
        office.person(f"Lý Thị {number}", "guest", "approved")


def events(office: Office) -> list[tuple[str, str, str, str]]:
    db.session.expire_all()
    found = db.session.scalars(select(StageEvent).filter_by(congress_id=office.congress.id).order_by(StageEvent.id))
    return [(e.kind, e.to_stage, e.reason, e.actor_name) for e in found]


# ---- the home --------------------------------------------------------------------------------------------------------


def test_the_home_shows_the_rule_and_one_next_step(office: Office, organiser: PageClient) -> None:
    approve(office, 6, 3)
    office.person("Ma Văn Phục", "staff", "approved")
    office.person("Vi Thị Chờ")
    office.person("Vi Thị Thôi", state="withdrawn")
    page = organiser.get(office.home)
    assert page.h1 == "Hội nghị Huyện Một"
    assert page.one("p", "page-sub").text == "Lần thứ VI · Thứ Ba, 20/05/2025"
    assert page.texts(css_class="stat-label") == ["Đã duyệt", "Tỷ lệ điển hình", "Còn chỗ"]
    assert page.texts(css_class="stat-value") == ["9", "66,66 %", "1"]
    assert page.one("p", "meter-room").text == "còn 1 chỗ, trong đó tối đa 0 lãnh đạo và khách mời"
    assert page.one("p", "meter-uncounted").text == "không tính vào tỷ lệ: Ban Tổ chức, phục vụ 1"
    assert page.one("section", "next-step").text == (
        "Việc tiếp theo: Chốt danh sách Hạn 12/05/2025. Xong thì bấm “Chốt danh sách”. Mở danh sách đại biểu"
    )
    assert page.one("ul", "checklist").texts("li") == ["Đang chờ làm: Chốt danh sách hạn 12/05", "Chưa đến: Tổ chức hạn 20/05"]
    facts = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert facts["Trong danh sách"] == "10 đã duyệt · 1 đề cử · 0 dự khuyết"
    assert (facts["Bước"], facts["Giờ bắt đầu"]) == ("Đang lập danh sách", "07:30")


@pytest.mark.parametrize("stage", STAGES)
def test_the_home_offers_what_the_stage_allows_and_no_more(office: Office, organiser: PageClient, stage: str) -> None:
    """Each button works; whoever posts one that is not there is refused in a sentence, and nothing changes."""
    approve(office, 7, 3)
    office.congress.planned_size = 20
    if stage == "cancelled":
        office.step("cancel", to_stage="cancelled", reason="Bão")
    home = office.home
    posts = {
        "Đổi": ("size", {"planned_size": "15"}),
        "Lùi một bước": ("back", {"back-reason": "Nhầm"}),
        "Hoãn hội nghị": ("postpone", {"postpone-reason": "Lũ", "postpone-new_date": "2025-05-27"}),
        "Hủy hội nghị": ("cancel", {"cancel-reason": "Sáp nhập"}),
        "forward": ("move", {"to": NEXT.get(stage, "held")}),
    }
    office.congress.stage = stage
    page = organiser.get(home)
    assert [*({"Sửa"} & page.links.keys()), *buttons(page)] == OFFERED[stage]
    for label, (action, fields) in posts.items():
        fresh(office.congress).stage, office.congress.planned_size = stage, 20
        db.session.commit()
        before = len(events(office))
        organiser.post(f"{home}/{action}", fields)
        changed = len(events(office)) > before or fresh(office.congress).planned_size == 15
        assert changed == (label in OFFERED[stage] or (label == "forward" and stage in NEXT)), label
    fresh(office.congress).stage, office.congress.held_on = stage, date(2025, 5, 20)
    edit = organiser.open(f"{home}/edit")
    assert edit.status == (200 if "Sửa" in OFFERED[stage] else 303)


def test_a_pilot_hands_in_its_plan_and_the_plan_owner_answers(office: Office, organiser: PageClient, owner: PageClient) -> None:
    office.congress.stage, office.congress.is_pilot = "draft", True
    home, move = office.home, f"{office.home}/move"
    assert "Trình kế hoạch" in buttons(organiser.get(home))
    assert said(organiser, organiser.post(move, {"to": "submitted"})) == "Hội nghị ở bước: Đã trình kế hoạch."
    assert "Ghi ý kiến về kế hoạch" not in buttons(organiser.get(home))
    organiser.post(move, {"to": "plan_approved"}, 403)
    assert stage_of(office.congress) == "submitted"
    assert "Ghi ý kiến về kế hoạch" in buttons(owner.get(home))
    owner.post(move, {"to": "plan_approved"})
    assert stage_of(office.congress) == "plan_approved"
    assert events(office) == [
        ("forward", "submitted", "", "Người organiser"),
        ("forward", "plan_approved", "", "Người plan_owner"),
    ]


@pytest.mark.parametrize("role", ["secretary", "viewer", "administrator"])
def test_who_only_reads_has_no_button(office: Office, role: str) -> None:
    client = office.sign_in(role)
    for stage in STAGES[:-1]:
        fresh(office.congress).stage = stage
        page = client.get(office.home)
        assert buttons(page) == []
        assert "Sửa" not in page.links


def test_a_viewer_sees_figures_and_no_name(office: Office, organiser: PageClient) -> None:
    approve(office, 2, 1)
    office.step(reason="Ông Quách Kín thay bà Lò Kín", kind="amend")
    seen = organiser.get(office.home).text
    assert "Hoàng Văn Duyệt: Ông Quách Kín thay bà Lò Kín" in seen
    text = office.sign_in("viewer").get(office.home).text
    assert "/ 10" in text and "Bổ sung danh sách đã chốt" in text
    assert [name for name in ("Kín", "Duyệt:", "Hoàng Văn", "Nông Văn", "Lý Thị") if name in text] == []


def test_another_units_congress_does_not_exist(office: Office, organiser: PageClient) -> None:
    beside = f"/congress/{office.other_congress.id}"
    for url in (beside, f"{beside}/edit", "/congress/999999", "/congress/99999999999999999999"):
        assert organiser.get(url, 404).h1 == "Không tìm thấy"
    organiser.get(office.home)
    for action in ("move", "back", "postpone", "cancel", "size", "edit"):
        organiser.post(f"{beside}/{action}", {"to": "list_closed", "planned_size": "1"}, 404)
    below = f"/congress/{office.lower_congress.id}"
    assert buttons(organiser.get(below)) == []
    organiser.post(f"{below}/size", {"planned_size": "9"}, 403)
    assert (stage_of(office.other_congress), office.other_congress.planned_size) == ("list_open", 10)


def test_the_home_takes_as_many_statements_for_three_as_for_one(office: Office, organiser: PageClient) -> None:
    office.person("Nông Văn Một", state="approved")
    office.step()
    one = statements_for(organiser, office.home)
    approve(office, 2, 1)
    office.person("Vi Thị Phục", "staff", "approved")
    office.step("back")
    office.step()
    assert statements_for(organiser, office.home) == one


# ---- from stage to stage ------------------------------------------------------------------------------------------------


def test_closing_is_refused_in_figures_then_mended_then_closed(office: Office, organiser: PageClient) -> None:
    approve(office, 7, 3)
    office.congress.planned_size = 12
    office.person("Lò Văn Thêm", "leader", "approved")
    reason = "7/11 = 63,63 % điển hình (cần 70 %). Thêm 3 điển hình, hoặc bớt 1 khách mời."
    page = organiser.get(office.home)
    assert page.one("div", "warn").text == f"Chốt bây giờ chưa được: {reason}"
    assert said(organiser, organiser.submit(page, {}, action=f"{office.home}/move")) == reason
    assert stage_of(office.congress) == "list_open"
    leader = db.session.scalars(select(Delegate).filter_by(name="Lò Văn Thêm")).one()
    leader.state = "withdrawn"
    assert said(organiser, organiser.post(f"{office.home}/move", {"to": "list_closed"})) == "Hội nghị ở bước: Đã chốt danh sách."
    again = said(organiser, organiser.post(f"{office.home}/move", {"to": "list_closed"}))
    assert again == "Chỉ chốt được khi danh sách đang mở."
    assert events(office) == [("forward", "list_closed", "", "Người organiser")]


def test_only_who_may_closes_against_the_ratio(office: Office, organiser: PageClient, owner: PageClient) -> None:
    approve(office, 6, 4)
    office.congress.planned_size = 14
    move, fields = f"{office.home}/move", {"to": "list_closed", "override_reason": "  Theo ý kiến UBND tỉnh "}
    assert "Chốt khác tỷ lệ" not in buttons(organiser.get(office.home))
    refused = "Chỉ chủ kế hoạch được quyết định khác tỷ lệ. Bỏ phần lý do, hoặc đề nghị chủ kế hoạch."
    assert said(organiser, organiser.post(move, fields)) == refused
    office.congress.tier.organiser_may_override = True
    assert "Chốt khác tỷ lệ" in buttons(organiser.get(office.home))
    office.congress.tier.organiser_may_override = False
    assert "Chốt khác tỷ lệ" in buttons(owner.get(office.home))
    assert said(owner, owner.post(move, {**fields, "override_reason": "  "})).startswith("6/10 = 60 % điển hình")
    owner.post(move, fields)
    [step] = db.session.scalars(select(StageEvent)).all()
    assert (stage_of(office.congress), step.overridden, step.reason) == ("list_closed", True, "Theo ý kiến UBND tỉnh")
    assert "khác tỷ lệ" in organiser.get(office.home).texts(css_class="pill")
    assert actions()[-1:] == ["congresses.forward"]


def test_a_double_submit_moves_one_step(office: Office, organiser: PageClient) -> None:
    office.congress.stage = "list_closed"
    organiser.post(f"{office.home}/move", {"to": "held"})
    page = organiser.follow(organiser.post(f"{office.home}/move", {"to": "held"}))
    assert toasts(page) == [
        "Hội nghị ở bước: Đã tổ chức.",
        "Hội nghị đang ở bước “Đã tổ chức”. Tải lại trang rồi làm bước tiếp theo.",
    ]
    assert events(office) == [("forward", "held", "", "Người organiser")]
    for unknown in ("", "draft", "cancelled", "nonsense"):
        organiser.post(f"{office.home}/move", {"to": unknown}, 403)


def test_one_step_back_wants_a_reason(office: Office, organiser: PageClient) -> None:
    back = f"{office.home}/back"
    organiser.get(office.home)
    assert said(organiser, organiser.post(back, {"back-reason": "  "})) == "Nêu lý do."
    assert said(organiser, organiser.post(back, {"back-reason": "x" * 1001})) == "Tối đa 1.000 ký tự."
    assert events(office) == []
    assert said(organiser, organiser.post(back, {"back-reason": "Mở nhầm"})) == "Đã lùi về bước: Nháp."
    assert events(office) == [("back", "draft", "Mở nhầm", "Người organiser")]
    assert said(organiser, organiser.post(back, {"back-reason": "Mở nhầm"})) == "Không có bước nào để lùi về."


def test_postponing_keeps_everything_and_waits_for_a_date(office: Office, organiser: PageClient) -> None:
    approve(office, 2, 0)
    postpone = f"{office.home}/postpone"
    organiser.get(office.home)
    for fields, words in (
        ({"postpone-reason": ""}, "Nêu lý do."),
        ({"postpone-reason": "Lũ", "postpone-new_date": "31/02/2025"}, "Nhập ngày theo dạng ngày/tháng/năm."),
        ({"postpone-reason": "Lũ", "postpone-new_date": "0025-06-01"}, "Ghi đủ năm, từ 2000 đến 2100."),
        (
            {"postpone-reason": "Lũ", "postpone-new_date": "2025-05-20"},
            "Ngày mới trùng ngày cũ. Chọn ngày khác, hoặc để trống nếu chưa định.",
        ),
    ):
        assert said(organiser, organiser.post(postpone, fields)) == words
    assert events(office) == []
    organiser.post(postpone, {"postpone-reason": "Lũ", "postpone-new_date": ""})
    page = organiser.get(office.home)
    assert page.one("p", "page-sub").text == "Lần thứ VI · Tạm hoãn, chưa có ngày mới"
    assert [text for text in ("Chốt danh sách", "Chốt khác tỷ lệ") if text in buttons(page)] == []
    assert (office.congress.postponed, office.congress.held_on, stage_of(office.congress)) == (True, None, "list_open")
    assert db.session.scalar(select(func.count()).select_from(Delegate)) == 2
    edit = organiser.get(f"{office.home}/edit")
    send(organiser, edit, {"held_on": "2025-06-03", "date_reason": "Nước rút"})
    assert [event[0] for event in events(office)] == ["postpone", "resume"]
    assert (fresh(office.congress).postponed, office.congress.held_on) == (False, date(2025, 6, 3))


def test_cancelling_says_why(office: Office, organiser: PageClient) -> None:
    organiser.get(office.home)
    assert said(organiser, organiser.post(f"{office.home}/cancel", {"cancel-reason": ""})) == "Nêu lý do."
    organiser.post(f"{office.home}/cancel", {"cancel-reason": "Sáp nhập <b>đơn vị</b>"})
    assert stage_of(office.congress) == "cancelled"
    page = organiser.get(office.home)
    assert page.one("div", "danger").text == "Hội nghị đã hủy. Sáp nhập <b>đơn vị</b>"
    assert page.all("section", "next-step") == []


@pytest.mark.parametrize("action", ["back", "postpone", "cancel", "size"])
def test_a_button_of_the_organiser_is_nobody_elses(office: Office, action: str) -> None:
    prefix = f"{action}-" if action != "size" else ""
    found = office.statuses(f"{office.home}/{action}", "POST", {f"{prefix}reason": "", "planned_size": ""})
    assert found == {**FOUND_OR_REFUSED, "plan_owner": 303, "organiser": 303}


def test_moving_is_nobody_elses(office: Office) -> None:
    found = office.statuses(f"{office.home}/move", "POST", {"to": "list_closed"})
    assert found == {**FOUND_OR_REFUSED, "plan_owner": 303, "organiser": 303}
    assert stage_of(office.congress) == "list_open"


# ---- the planned size ---------------------------------------------------------------------------------------------------


def test_the_size_changes_under_the_rule(office: Office, organiser: PageClient) -> None:
    approve(office, 0, 3)
    size = f"{office.home}/size"
    organiser.get(office.home)
    small = "Đã duyệt 3 khách mời và lãnh đạo, quy mô 9 chỉ cho 2. Quy mô nhỏ nhất được: 10."
    for typed, words in (
        ("", "Nhập quy mô bằng chữ số."),
        ("mười", "Nhập quy mô bằng chữ số."),
        ("-3", "Quy mô phải từ 1 đại biểu trở lên."),
        ("301", "Quy mô 301 vượt mức tối đa 300 của kế hoạch. Chọn 300 trở xuống."),
        ("9", small),
    ):
        assert words in said(organiser, organiser.post(size, {"planned_size": typed}))
        assert fresh(office.congress).planned_size == 10
    for _ in range(2):
        assert said(organiser, organiser.post(size, {"planned_size": "300"})) == "Quy mô mới: 300 đại biểu."
    assert fresh(office.congress).planned_size == 300


# ---- its data -----------------------------------------------------------------------------------------------------------

GOOD = {"held_on": "2025-05-22", "starts_at": "08:15", "place": "Nhà văn hóa", "ordinal": "7", "planned_size": "120"}
OUTSIDE = "Ngày họp muộn hơn khung 01/04/2025 - 28/06/2025 của kế hoạch. Nêu lý do, hoặc chọn ngày khác."
INVALID = [
    ("form", "hoi-thao", "Chọn một mục trong danh sách."),
    ("ordinal", "", "Nhập lần thứ bằng chữ số, ví dụ 6."),
    ("ordinal", "0", "Từ 1 đến 200."),
    ("planned_size", "", "Nhập số đại biểu."),
    ("planned_size", "hai trăm", "Nhập một số nguyên, ví dụ 200."),
    ("planned_size", "0", "Quy mô phải từ 1 đại biểu trở lên."),
    ("planned_size", "301", "Quy mô 301 vượt mức tối đa 300 của kế hoạch. Chọn 300 trở xuống."),
    ("held_on", "30/02/2025", "Nhập ngày theo dạng ngày/tháng/năm."),
    ("held_on", "0025-05-22", "Ghi đủ năm, từ 2000 đến 2100."),
    ("starts_at", "25:99", "Nhập giờ theo dạng 07:30."),
    ("place", "x" * 201, "Tối đa 200 ký tự."),
    ("date_reason", "x" * 501, "Tối đa 500 ký tự."),
    ("title1", "x" * 301, "Tối đa 300 ký tự."),
    ("title2", "x" * 101, "Tối đa 100 ký tự."),
    ("title3", "x" * 201, "Tối đa 200 ký tự."),
]


def test_its_data_are_changed_and_the_titles_follow(office: Office, organiser: PageClient) -> None:
    send(organiser, organiser.get(f"{office.home}/edit"), {"title1": "", "title2": "", "title3": ""})
    page = organiser.get(f"{office.home}/edit")
    assert [field(page, f"title{line}") for line in (1, 2, 3)] == ["", "", ""]
    answer = send(organiser, page, GOOD)
    assert (answer.location, said(organiser, answer)) == (office.home, "Đã ghi.")
    congress = fresh(office.congress)
    assert (congress.title1, congress.title2, congress.title3) == (
        "Đại hội Thi đua yêu nước huyện Một", "Lần thứ VII", "Một, ngày 22 tháng 5 năm 2025",
    )  # fmt: skip
    assert (congress.place, congress.planned_size) == ("Nhà văn hóa", 120)
    assert congress.sittings[0].starts_at == datetime(2025, 5, 22, 1, 15, tzinfo=UTC)
    own = {"title2": "Lần thứ 7", "held_on": "23/5/2025", "starts_at": ""}
    send(organiser, organiser.get(f"{office.home}/edit"), own)
    assert (fresh(congress).title2, congress.held_on, congress.sittings[0].starts_at) == ("Lần thứ 7", date(2025, 5, 23), None)
    assert field(organiser.get(f"{office.home}/edit"), "title2") == "Lần thứ 7"


def test_each_field_says_what_is_wrong_with_it(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/edit")
    for name, typed, words in INVALID:
        answer = send(organiser, page, {**GOOD, name: typed}, 422)
        assert faults(answer)[name][:1] == [words], name
        assert list(faults(answer)) == [name]
        if name != "form":
            assert field(answer, name) == typed
        assert field(answer, "place") == (typed if name == "place" else "Nhà văn hóa")
    answer = send(organiser, page, {**GOOD, "held_on": "", "starts_at": "08:00"}, 422)
    assert faults(answer) == {"starts_at": ["Đặt ngày trước, rồi mới đặt giờ."]}
    assert (fresh(office.congress).planned_size, actions()) == (10, [])


def test_a_date_outside_the_window_wants_a_reason(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/edit")
    answer = send(organiser, page, {"held_on": "2025-08-01"}, 422)
    assert faults(answer) == {"date_reason": [OUTSIDE]}
    assert field(answer, "held_on") == "2025-08-01"
    send(organiser, answer, {"date_reason": "Chờ hội trường"})
    assert OUTSIDE.removesuffix("Nêu lý do, hoặc chọn ngày khác.") + "Lý do: Chờ hội trường" in organiser.get(office.home).text


def test_what_a_stage_keeps_is_said_before_anybody_types(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/edit")
    office.congress.stage = "submitted"
    answer = organiser.get(f"{office.home}/edit", 303)
    assert said(organiser, answer) == "Kế hoạch đang trình, chưa sửa được. Lùi về Nháp để sửa."
    late = organiser.post(f"{office.home}/edit", {"csrf_token": field_of(page), **GOOD, "form": "dai-hoi"}, 422)
    assert faults(late) == {"": ["Kế hoạch đang trình, chưa sửa được. Lùi về Nháp để sửa."]}
    assert field(late, "place") == "Nhà văn hóa"


def field_of(page: Any) -> str:
    return main_form(page).one("input", name="csrf_token").attrs["value"]


def test_its_data_are_nobody_elses_to_change(office: Office) -> None:
    assert office.statuses(f"{office.home}/edit") == FOUND_OR_REFUSED
