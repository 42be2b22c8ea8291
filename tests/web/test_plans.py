"""The pages of plans: read by all who may, changed by the plan's owner, each fault shown where it is."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from congress.domain.access import COMMAND_LINE
from congress.models import Component, Plan, PlanTier, db
from congress.operations.presets import export_plan, get_preset, load_preset, preset_text, read_preset
from tests.pages import Page, PageClient
from tests.world import NOW, PASSWORD, World, make_congress, make_delegate, make_user


@pytest.fixture
def world(session: Any) -> World:
    """The small province, its plan's owner `chu` and an organiser `lan` of the first district."""
    world = World()
    make_user("chu", "plan_owner", unit=world.province)
    make_user("lan", "organiser", unit=world.district)
    return world


@pytest.fixture
def owner(world: World, client: PageClient) -> PageClient:
    client.sign_in("chu", PASSWORD)
    return client


def send(
    client: PageClient, page: Page, changes: dict[str, Any], *, action: str | None = None, status: int | None = None
) -> Page:
    """Fill in and send the page's own form, or the one that posts elsewhere."""
    return client.submit(page, changes, action=action or page.response.request.path, status=status)


def url(world: World, rest: str = "") -> str:
    return f"/plans/{world.plan.id}{rest}"


def errors(page: Page) -> list[str]:
    """What stands beside the fields."""
    return page.texts("p", "field-error")


def toast(client: PageClient, page: Page) -> str:
    [said] = [note.one("p").text for note in client.follow(page).all(css_class="toast-note") if "role" in note.attrs]
    return said


def stored(world: World) -> Plan:
    db.session.expire_all()
    return db.session.get_one(Plan, world.plan.id)


def tier(world: World, code: str) -> PlanTier:
    return next(tier for tier in stored(world).tiers if tier.code == code)


# ---- reading -----------------------------------------------------------------------------------------------------------


def test_all_rules_are_readable(owner: PageClient, world: World) -> None:
    plan = load_preset(get_preset("bac-kan-2024"), unit=world.province, actor=COMMAND_LINE, now=NOW)
    db.session.commit()
    rows = owner.get(f"/plans/{plan.id}").one("table").rows()
    assert [(row[0].split(" Đơn vị:")[0], row[1], row[3]) for row in rows[1:]] == [
        ("Xã, phường, thị trấn Hội nghị tuyên dương điển hình tiên tiến (mục II.2.a)", "Tối đa 200",
         "01/01/2025 - 31/03/2025 Tối đa 240 phút"),
        ("Sở, ban, ngành, đoàn thể, doanh nghiệp Hội nghị điển hình tiên tiến (mục II.2.b)", "Tối đa 300 Được họp toàn thể",
         "01/04/2025 - 30/06/2025 Tối đa 240 phút"),
        ("Huyện, thành phố Đại hội Thi đua yêu nước (mục II.2.c)", "Tối đa 300", "01/04/2025 - 30/06/2025 Tối đa 240 phút"),
        ("Tỉnh Đại hội Thi đua yêu nước (mục II.2.d)", "Tối đa 500", "01/07/2025 - 30/09/2025 Tối đa 240 phút"),
    ]  # fmt: skip
    ratio = "7 điển hình : 3 khách mời và lãnh đạo Điển hình ít nhất bằng tỷ lệ (chặn khi chốt)"
    assert [row[2] for row in rows[1:]] == [ratio, ratio, ratio, "Kế hoạch không quy định tỷ lệ"]
    programme = owner.get(f"/plans/{plan.id}?part=programme").one("table").rows()
    assert [row[:1] + row[2:4] for row in programme[1:6]] == [
        ["1", "Bắt buộc Chỉ khi: Đại hội Thi đua yêu nước", "5"], ["2", "Bắt buộc", "15"], ["3", "Bắt buộc", "30"],
        ["4", "Bắt buộc", "50"], ["5", "Nếu có", "20"],
    ]  # fmt: skip
    components = owner.get(f"/plans/{plan.id}?part=components").all("tr", "group-row")
    assert [row.text for row in components] == ["Điển hình", "Khách mời và lãnh đạo", "Không tính vào quy mô và tỷ lệ"]
    assert len(owner.get(f"/plans/{plan.id}?part=steps").one("table").rows()) == 10
    facts = owner.get(f"/plans/{plan.id}?part=general")
    assert facts.texts("dd")[3] == "31/07/2024"
    assert facts.texts("dd")[5] == "BK058 (chưa có trong danh sách đơn vị), BKS03 (chưa có trong danh sách đơn vị)"
    assert len(facts.all("li")) - len(owner.get(f"/plans/{plan.id}?part=steps").all("li")) == 9


def test_the_list_of_plans_and_an_unknown_one(owner: PageClient, world: World) -> None:
    [_, row] = owner.get("/plans").one("table").rows()
    assert row == [
        "Kế hoạch thử UBND tỉnh",
        "Tỉnh Thử",
        "2020 - 2025",
        "Xã, phường, thị trấn; Sở, ban, ngành; Huyện, thành phố; Tỉnh",
    ]
    owner.get("/plans/999", 404)


def test_those_who_may_not_edit_read_and_find_no_way_to_edit(client: PageClient, world: World) -> None:
    client.sign_in("lan", PASSWORD)
    for part in ("tiers", "programme", "components", "steps", "general"):
        page = client.get(url(world, f"?part={part}"))
        assert [
            a.attrs["href"] for a in page.one("main").all("a") if "/edit" in a.attrs["href"] or "/tiers/" in a.attrs["href"]
        ] == []
        assert page.one("main").all("form") == []
    for rest in ("/edit", "/tiers/district", "/components/guest", "/programme/new", "/steps/held"):
        client.get(url(world, rest), 403)
        client.post(url(world, rest), status=403)


def test_the_owner_of_another_place_does_not_find_the_edit_pages(client: PageClient, world: World) -> None:
    make_user("khac", "plan_owner", unit=world.other_district)
    client.sign_in("khac", PASSWORD)
    client.get(url(world))
    for rest in ("/edit", "/tiers/district", "/components/guest", "/programme/new", "/steps/held"):
        client.get(url(world, rest), 404)
        client.post(url(world, rest), status=404)


def test_a_plan_is_read_with_a_fixed_number_of_queries(owner: PageClient, app: Flask, world: World) -> None:
    def queries() -> int:
        seen: list[str] = []
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        owner.get(address)
        return len(seen)

    address = url(world)
    few = queries()
    for _ in range(3):
        make_delegate(make_congress(world.plan, world.district), "Lò Văn A")
    assert queries() == few


def test_export_gives_the_plan_as_yaml(owner: PageClient, world: World) -> None:
    answer = owner.get(url(world, "/export"))
    assert answer.response.headers["Content-Disposition"] == 'attachment; filename="thu.yaml"'
    assert answer.data.decode() == export_plan(stored(world))


# ---- a new plan --------------------------------------------------------------------------------------------------------


def test_a_shipped_preset_is_loaded_for_the_owners_unit(owner: PageClient, world: World) -> None:
    page = send(owner, owner.get("/plans/new"), {"preset": "hai-cap-2025"})
    assert toast(owner, page) == "Đã có kế hoạch. Xem lại từng mục trước khi tạo hội nghị."
    plan = db.session.scalars(select(Plan).where(Plan.code == "hai-cap-2025")).one()
    assert (page.location, plan.unit_id) == (f"/plans/{plan.id}", world.province.id)


def test_a_file_is_loaded_or_its_faults_are_listed(owner: PageClient, world: World) -> None:
    text = preset_text("bac-kan-2024").replace("code: bac-kan-2024", "code: tinh-minh")
    bad = text.replace("cap: 300", "cap: ba trăm")
    page = send(owner, owner.get("/plans/new"), {"file": (BytesIO(bad.encode()), "k.yaml")}, status=422)
    lines = [number for number, line in enumerate(bad.splitlines(), 1) if "ba trăm" in line]
    words = "Cần số nguyên từ 1 đến 100000, đang là “ba trăm”."
    assert page.one("main").one("section", "card").texts("li") == [
        f"dòng {lines[0]}, tiers.department.cap: {words}", f"dòng {lines[1]}, tiers.district.cap: {words}",
    ]  # fmt: skip
    assert errors(page) == [f"Tệp kế hoạch có lỗi. dòng {lines[0]}, tiers.department.cap: {words} Còn 1 lỗi nữa."]
    send(owner, owner.get("/plans/new"), {"file": (BytesIO(text.encode()), "k.yaml")})
    assert db.session.scalars(select(Plan.code).order_by(Plan.id)).all() == ["thu", "tinh-minh"]


def test_a_code_that_is_taken_is_refused(owner: PageClient, world: World) -> None:
    text = export_plan(world.plan).replace("title: Kế hoạch thử", "title: Kế hoạch khác")
    page = send(owner, owner.get("/plans/new"), {"file": (BytesIO(text.encode()), "k.yaml")}, status=422)
    assert "Đã có kế hoạch mã thu với nội dung khác." in page.one(css_class="error-summary").text
    assert read_preset(export_plan(stored(world))).title == "Kế hoạch thử"


# ---- changing ----------------------------------------------------------------------------------------------------------


def test_a_tier_is_changed(owner: PageClient, world: World) -> None:
    form = owner.get(url(world, "/tiers/district"))
    assert form.one("p", "page-sub").text == "Đang dùng: 2 hội nghị."
    page = send(
        owner, form, {"cap": "250", "structure": "Đại biểu nữ\n\nĐại biểu trẻ\n", "unit_kinds": ["district", "enterprise"]}
    )
    assert (toast(owner, page), page.location) == ("Đã ghi.", url(world))
    row = tier(world, "district")
    assert (row.cap, row.structure, row.unit_kinds, row.forms) == (
        250,
        ["Đại biểu nữ", "Đại biểu trẻ"],
        ["district", "enterprise"],
        ["dai-hoi"],
    )


def test_targets_and_the_uncounted_are_typed_and_shown(owner: PageClient, world: World) -> None:
    typed = "nu: 30 %\nDân tộc thiểu số: 12 người\nNgành Y tế: 5\nKinh tế tư nhân: 2 đại biểu\n"
    send(owner, owner.get(url(world, "/tiers/district")), {"uncounted_cap": "20", "targets": typed})
    row = tier(world, "district")
    assert row.uncounted_cap == 20
    assert row.targets == [
        {"dimension": "women", "percent": 30}, {"dimension": "minority", "count": 12},
        {"dimension": "sector:Y tế", "count": 5}, {"dimension": "economic:private", "count": 2},
    ]  # fmt: skip
    shown = "".join(map(str, owner.get(url(world, "/tiers/district")).one(id="targets").children))
    assert shown.strip().splitlines() == [
        "Nữ: 30%", "Dân tộc thiểu số: 12 người", "Lĩnh vực Y tế: 5 người", "Kinh tế tư nhân: 2 người",
    ]  # fmt: skip
    cells = owner.get(url(world)).one("table").rows()[3]
    assert cells[1] == "Tối đa 300 Không tính: tối đa 20"
    words = "Chỉ tiêu: Nữ: 30%; Dân tộc thiểu số: 12 người; Lĩnh vực Y tế: 5 người; Kinh tế tư nhân: 2 người."
    assert cells[4].startswith(words)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"label": ""}, "label", "Chưa có tên cấp."),
        ({"cap": "0"}, "cap", "Từ 1 đến 100.000."),
        ({"cap": ""}, "cap", "Nhập số đại biểu tối đa."),
        ({"ratio_invited": ""}, "ratio_honoured", "Cần hai số nguyên từ 1 đến 1000, dạng [a, b]."),
        ({"ratio_mode": "none"}, "ratio_mode", "Có tỷ lệ thì cách áp dụng không thể là none."),
        ({"window_to": "2025-01-01"}, "window_from", "Khung thời gian đi ngược: ngày đầu phải trước ngày cuối."),
        ({"window_from": ""}, "window_from", "Chọn ngày đầu."),
        ({"upper_tier": "district"}, "upper_tier", "Cấp trên đi vòng: cấp này lại là cấp trên của chính nó."),
        ({"unit_kinds": ["commune"]}, "unit_kinds",
         "Loại đơn vị commune đã họp ở cấp commune: một loại chỉ họp ở một cấp."),
        ({"uncounted_cap": "-1"}, "uncounted_cap", "Cần số nguyên từ 0 đến 100000, đang là “-1”."),
        ({"targets": "Nữ 30%"}, "targets", "“Nữ 30%”: ghi dạng “Nữ: 30%” hoặc “Nữ: 30 người”."),
        ({"targets": "Nam: 30%"}, "targets",
         "Không có chỉ tiêu “Nam”. Dùng: Nữ, Dân tộc thiểu số, Có tôn giáo, Trẻ tuổi, Lao động trực tiếp, Đảng viên,"
         " Người ngoài Đảng, Mô hình mới, điển hình mới, Cá nhân, Đại diện tập thể, Đại diện hộ gia đình,"
         " lĩnh vực …, kinh tế …."),
        ({"targets": "Nữ: 130%"}, "targets", "Cần số nguyên từ 1 đến 100, đang là “130”."),
        ({"targets": "Nữ: 30%\nnu: 20"}, "targets", "Chỉ tiêu “Nữ” đã ghi ở trên."),
        ({"max_minutes": "0"}, "max_minutes", "Cần số nguyên từ 1 đến 1440, đang là “0”."),
    ],
)  # fmt: skip
def test_a_tier_that_is_not_right_says_so_at_the_field(
    owner: PageClient, world: World, changes: dict[str, Any], field: str, words: str
) -> None:
    before = export_plan(world.plan)
    page = send(owner, owner.get(url(world, "/tiers/district")), changes, status=422)
    assert (errors(page), page.one(id=f"{field}-error").text) == ([words], words)
    assert export_plan(stored(world)) == before


def test_a_change_that_puts_congresses_in_the_wrong_is_asked_for_twice(owner: PageClient, world: World) -> None:
    world.congress.planned_size = 200
    asked = send(owner, owner.get(url(world, "/tiers/district")), {"cap": "150"}, status=422)
    note = asked.one("main").one("div", "note").text
    assert note.startswith("1 trong 2 hội nghị đang dùng sẽ không đúng quy định mới: Huyện Một: Quy mô 200 vượt mức tối đa 150")
    assert tier(world, "district").cap == 300
    done = send(owner, asked, {"confirmed": "y"})
    assert (toast(owner, done), tier(world, "district").cap) == ("Đã ghi.", 150)


def test_a_tier_is_removed_only_when_nobody_uses_it(owner: PageClient, world: World) -> None:
    assert owner.get(url(world, "/tiers/district")).all("dialog") == []
    refused = owner.post(url(world, "/tiers/commune/remove"), headers={"Referer": f"http://localhost{url(world)}"})
    assert toast(owner, refused) == "Cấp “Xã, phường, thị trấn” đang có 1 hội nghị, không bỏ được."
    form = owner.get(url(world, "/tiers/department"))
    page = send(owner, form, {}, action=url(world, "/tiers/department/remove"))
    assert toast(owner, page) == "Đã bỏ cấp khỏi kế hoạch."
    assert [row.code for row in stored(world).tiers] == ["commune", "district", "province"]
    assert owner.get(url(world, "/tiers/department")).one("h1").text == "Thêm cấp sở, ngành"


def test_the_basics_are_changed(owner: PageClient, world: World) -> None:
    changes = {
        "number": "12/KH-UBND", "issued_on": "2024-06-20", "pilots": "H1\nS1", "movements": "Xây dựng nông thôn mới\n",
        "young_until": "30", "register_required": "y",
    }  # fmt: skip
    page = send(owner, owner.get(url(world, "/edit")), changes)
    assert page.location == url(world, "?part=general")
    plan = stored(world)
    assert (plan.number, str(plan.issued_on), plan.pilots, plan.movements, len(plan.forms)) == (
        "12/KH-UBND", "2024-06-20", ["H1", "S1"], ["Xây dựng nông thôn mới"], 2,
    )  # fmt: skip
    assert (plan.young_until, plan.register_required) == (30, True)
    facts = owner.get(url(world, "?part=general")).texts("dd")
    assert facts[6:8] == ["Từ 30 tuổi trở xuống", "Đại biểu điển hình phải có trong sổ"]
    send(owner, owner.get(url(world, "/edit")), {"register_required": []})
    assert stored(world).register_required is False


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Chưa có tên kế hoạch."),
        ({"period_from": "2030"}, "Giai đoạn 2030 - 2025 đi ngược: năm đầu phải trước năm cuối."),
        ({"pilots": "H9"}, "Không có đơn vị mã H9."),
        ({"forms": "Đại hội"}, "Mã “Đại hội” chỉ được gồm chữ thường không dấu, số và dấu nối."),
        ({"issuer": ""}, "Chưa có cơ quan ban hành."),
        ({"young_until": "12"}, "Cần số nguyên từ 16 đến 99, đang là “12”."),
        ({"young_until": ""}, "Nhập số tuổi."),
    ],
)
def test_basics_that_are_not_right_are_refused(owner: PageClient, world: World, changes: dict[str, str], words: str) -> None:
    before = export_plan(world.plan)
    page = send(owner, owner.get(url(world, "/edit")), changes, status=422)
    assert words in page.one(css_class="error-summary").text
    assert export_plan(stored(world)) == before


def test_a_component_is_added_changed_and_removed(owner: PageClient, world: World) -> None:
    values = {"label": "Phóng viên, báo chí", "side": "uncounted", "colour": "#a21caf", "aliases": "Báo chí\nPhóng viên"}
    page = send(owner, owner.get(url(world, "/components/new")), values)
    assert page.location == url(world, "?part=components")
    row = stored(world).components[-1]
    assert (row.code, row.badge_label, row.aliases) == ("phong_vien_bao_chi", "Phóng viên, báo chí", ["Báo chí", "Phóng viên"])
    form = owner.get(url(world, f"/components/{row.code}"))
    light = send(owner, form, {"colour": "#ffee00"}, status=422)
    assert errors(light) == ["Chữ trắng không đọc được trên màu #ffee00. Chọn màu đậm hơn."]
    taken = send(owner, form, {"aliases": "khach moi"}, status=422)
    assert errors(taken) == ["Cách ghi “khach moi” đã dùng cho thành phần guest: một cách ghi chỉ thuộc một thành phần."]
    send(owner, form, {"badge_label": "Báo chí"})
    assert stored(world).components[-1].badge_label == "Báo chí"
    send(owner, form, {}, action=url(world, f"/components/{row.code}/remove"))
    assert [row.code for row in stored(world).components] == ["leader", "guest", "exemplar", "staff"]


def test_a_component_on_another_side_is_asked_for_twice(owner: PageClient, world: World) -> None:
    for n in range(6):
        make_delegate(world.congress, f"Lò Văn {n}", state="approved")
    form = owner.get(url(world, "/components/exemplar"))
    assert form.one("p", "page-sub").text == "Đang dùng trong 1 hội nghị."
    asked = send(owner, form, {"side": "invited"}, status=422)
    assert "Đã duyệt 6 khách mời và lãnh đạo, quy mô 10 chỉ cho 3." in asked.one("main").one("div", "note").text
    assert stored(world).components[2].side == "honoured"
    # Everybody on one side: the ratio of the other tiers could never be kept.
    page = send(owner, asked, {"confirmed": "y"}, status=422)
    assert "Cấp commune có tỷ lệ mà không thành phần nào thuộc bên honoured." in page.one(css_class="error-summary").text
    send(owner, owner.get(url(world, "/components/new")), {"label": "Gương tốt", "side": "honoured", "colour": "#7c4a1e"})
    send(owner, asked, {"confirmed": "y"})
    assert db.session.scalars(select(Component.side).where(Component.code == "exemplar")).one() == "invited"


def test_the_programme_is_reordered_and_changed(owner: PageClient, world: World) -> None:
    page = owner.post(url(world, "/programme/closing/move"), {"by": "up"})
    assert toast(owner, page) == "Đã đổi thứ tự."
    assert [item.code for item in stored(world).programme] == ["flag_salute", "opening", "report", "closing", "exchange"]
    owner.post(url(world, "/programme/closing/move"), {"by": "down"})
    send(owner, owner.get(url(world, "/programme/new")), {"title": "Chiếu phim", "minutes": "15", "required": []})
    send(owner, owner.get(url(world, "/programme/chieu_phim")), {"minutes": "20", "forms": ["dai-hoi"]})
    item = stored(world).programme[-1]
    assert (item.code, item.title, item.required, item.forms, item.minutes) == (
        "chieu_phim",
        "Chiếu phim",
        False,
        ["dai-hoi"],
        20,
    )
    page = send(owner, owner.get(url(world, "/programme/new")), {"title": "", "minutes": "999"}, status=422)
    assert errors(page) == ["Chưa có nội dung.", "Từ 0 đến 600 phút."]
    owner.get(url(world, "/programme/khong-co"), 404)


def test_steps_are_offered_once(owner: PageClient, world: World) -> None:
    form = owner.get(url(world, "/steps/new"))
    assert "list_closed" not in [option.attrs["value"] for option in form.all("option")]
    send(owner, form, {"code": "reported", "label": "Báo cáo kết quả", "days_before": "-7"})
    step = stored(world).steps[-1]
    assert (step.code, step.label, step.days_before) == ("reported", "Báo cáo kết quả", -7)
    rows = owner.get(url(world, "?part=steps")).one("table").rows()
    assert [row[3] for row in rows[1:]] == ["8 ngày trước", "Ngày họp", "7 ngày sau"]
