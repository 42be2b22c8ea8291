"""Changing a plan in use: refused as a whole or done with its audit, and what it affects is told."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from congress.domain.refusals import Refused
from congress.models import AgendaItem, AuditEntry, Plan, PlanTier, db
from congress.operations import plans
from congress.operations.plans import SECTIONS
from congress.operations.presets import plan_data, plan_preset
from tests.world import NOW, World, actor_for, make_congress, make_delegate

ACTOR = actor_for("plan_owner")
BY: dict[str, Any] = {"actor": ACTOR, "now": NOW}


@pytest.fixture
def world(session: Any) -> World:
    return World()


def tier(plan: Plan, code: str) -> PlanTier:
    return next(tier for tier in plan.tiers if tier.code == code)


def tier_data(plan: Plan, code: str, **changes: Any) -> dict[str, Any]:
    return {**plan_data(plan)["tiers"][code], **changes}


def audited() -> list[tuple[str, str, Any]]:
    db.session.commit()
    query = select(AuditEntry.action, AuditEntry.subject, AuditEntry.difference).order_by(AuditEntry.id)
    return [tuple(row) for row in db.session.execute(query)]


def codes(plan: Plan, section: str) -> list[str]:
    """The codes of a list as it is stored."""
    db.session.commit()
    db.session.refresh(plan)
    return [row.code for row in getattr(plan, section)]


# ---- changing ----------------------------------------------------------------------------------------------------------


def test_one_rule_changes_and_only_that_is_audited(world: World) -> None:
    plans.put_tier(world.plan, "district", tier_data(world.plan, "district", cap=250), **BY)
    assert audited() == [("edit", "plan_tier", {"cap": [300, 250]})]
    assert tier(world.plan, "district").cap == 250


def test_nothing_changed_is_nothing_written(world: World) -> None:
    plans.put_tier(world.plan, "district", tier_data(world.plan, "district"), **BY)
    plans.move_part(world.plan, "programme", "flag_salute", -1, **BY)
    plans.move_part(world.plan, "programme", "closing", 1, **BY)
    assert audited() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cap": 0}, "cap"), ({"ratio": [7, None]}, "ratio"), ({"ratio": None}, "ratio_mode"), ({"forms": ["x"]}, "forms"),
        ({"window": [date(2025, 6, 1), date(2025, 4, 1)]}, "window"), ({"unit_kinds": ["commune"]}, "unit_kinds"),
        ({"unit_kinds": []}, "unit_kinds"), ({"upper_tier": "district"}, "upper_tier"), ({"label": " "}, "label"),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_right_is_refused_at_its_field(world: World, changes: dict[str, Any], field: str) -> None:
    before = plan_preset(world.plan)
    with pytest.raises(Refused) as refused:
        plans.put_tier(world.plan, "district", tier_data(world.plan, "district", **changes), **BY)
    assert refused.value.field == field
    assert (plan_preset(world.plan), audited()) == (before, [])


def test_a_tier_joins_and_leaves(world: World) -> None:
    values = tier_data(world.plan, "department")
    plans.remove_tier(world.plan, "department", **BY)
    assert codes(world.plan, "tiers") == ["commune", "district", "province"]
    plans.put_tier(world.plan, "department", values, **BY)
    assert codes(world.plan, "tiers") == ["commune", "district", "province", "department"]
    assert [(action, subject) for action, subject, _ in audited()] == [
        ("delete", "plan_tier"), ("edit", "plan_tier"), ("edit", "plan_tier"), ("create", "plan_tier"),
    ]  # fmt: skip


def test_a_tier_in_use_or_above_another_stays(world: World) -> None:
    with pytest.raises(Refused, match="Kế hoạch không có cấp district."):
        plans.remove_tier(world.plan, "district", **BY)
    with pytest.raises(Refused, match="Cấp “Xã, phường, thị trấn” đang có 1 hội nghị, không bỏ được."):
        plans.remove_tier(world.plan, "commune", **BY)


def test_the_basics_change_together(world: World) -> None:
    values = {"title": "Kế hoạch mới", "period": [2021, 2026], "deadline": date(2024, 7, 31), "pilots": ["H1", "S1"]}
    plans.edit_basics(world.plan, values, **BY)
    assert audited() == [
        ("edit", "plan", {
            "title": ["Kế hoạch thử", "Kế hoạch mới"], "period_from": [2020, 2021], "period_to": [2025, 2026],
            "deadline": [None, "2024-07-31"], "pilots": [[], ["H1", "S1"]],
        }),
    ]  # fmt: skip


def test_pilots_must_be_units_and_forms_in_use_stay(world: World) -> None:
    with pytest.raises(Refused, match="Không có đơn vị mã H8, H9.") as refused:
        plans.edit_basics(world.plan, {"pilots": ["H9", "H1", "H8"]}, **BY)
    assert refused.value.field == "pilots"
    for row in world.plan.tiers:
        row.forms = ["tuyen-duong"]
    world.plan.programme[0].forms = []
    with pytest.raises(Refused, match="Hình thức “Đại hội Thi đua yêu nước” đang dùng cho 2 hội nghị, không bỏ được."):
        plans.edit_basics(world.plan, {"forms": [world.plan.forms[0]]}, **BY)


@pytest.mark.parametrize("section", SECTIONS)
def test_parts_are_moved_added_changed_and_removed(world: World, section: str) -> None:
    plan = world.plan
    first, second, *rest = codes(plan, section)
    plans.move_part(plan, section, first, 1, **BY)
    assert codes(plan, section) == [second, first, *rest]
    plans.move_part(plan, section, first, -1, **BY)
    values = {
        "components": {"code": "press", "label": "Báo chí", "side": "uncounted", "colour": "#a21caf"},
        "programme": {"code": "film", "title": "Phóng sự", "required": False, "minutes": 5},
        "steps": {"code": "reported", "label": "Báo cáo", "days_before": -7},
    }[section]
    plans.put_part(plan, section, None, values, **BY)
    assert codes(plan, section) == [first, second, *rest, values["code"]]
    name = "title" if section == "programme" else "label"
    plans.put_part(plan, section, values["code"], {**values, name: "Tên khác"}, **BY)
    assert getattr(getattr(plan, section)[-1], name) == "Tên khác"
    plans.remove_part(plan, section, values["code"], **BY)
    assert codes(plan, section) == [first, second, *rest]
    with pytest.raises(Refused, match="Mục này không còn trong kế hoạch. Tải lại trang."):
        plans.remove_part(plan, section, values["code"], **BY)


def test_a_component_with_people_stays(world: World) -> None:
    make_delegate(world.congress, "Lò Văn A", "guest", "withdrawn")
    with pytest.raises(
        Refused, match="Thành phần “Khách mời” đang có 1 người, không bỏ được. Chuyển họ sang thành phần khác trước."
    ):
        plans.remove_part(world.plan, "components", "guest", **BY)


# ---- what a rule affects -----------------------------------------------------------------------------------------------


def effects(world: World, **changes: Any) -> tuple[int, list[tuple[str, str]]]:
    wanted = plans.check_tier(world.plan, "district", tier_data(world.plan, "district", **changes))
    found = plans.rule_effects(tier(world.plan, "district"), wanted)
    return found.used_by, [(effect.congress.unit.code, effect.sentence) for effect in found.broken]


def test_a_smaller_cap_names_the_congresses_above_it(world: World) -> None:
    world.congress.planned_size, world.other_congress.planned_size = 200, 120
    make_congress(world.plan, world.district, planned=300, stage="cancelled", held_on=date(2025, 5, 2))
    assert effects(world, cap=200) == (2, [])
    assert effects(world, cap=150) == (2, [("H1", "Quy mô 200 vượt mức tối đa 150 của kế hoạch. Chọn 150 trở xuống.")])
    assert plans.rule_effects(tier(world.plan, "district")).used_by == 2


def test_what_was_wrong_before_is_not_told_again(world: World) -> None:
    world.congress.planned_size = 400
    assert effects(world, cap=150) == (2, [])


def test_another_ratio_is_told_by_size_and_once_closed_by_the_list(world: World) -> None:
    for congress in (world.congress, world.other_congress):
        for n in range(7):
            make_delegate(congress, f"Lò Văn {n}", state="approved")
        for n in range(3):
            make_delegate(congress, f"Mùa A {n}", "guest", "approved")
    world.other_congress.stage = "list_closed"
    assert effects(world) == (2, [])
    size = "Đã duyệt 3 khách mời và lãnh đạo, quy mô 10 chỉ cho 2. Quy mô nhỏ nhất được: 15."
    ratio = "7/10 = 70 % điển hình (cần 80 %). Thêm 5 điển hình, hoặc bớt 2 khách mời."
    assert effects(world, ratio=[8, 2]) == (2, [("H1", size), ("H2", size), ("H2", ratio)])
    assert effects(world, ratio=None, ratio_mode="none") == (2, [])


def test_a_cap_on_uncounted_people_names_the_congresses_above_it(world: World) -> None:
    """By a lower cap, and by a component that comes to count on no side."""
    for n in range(3):
        make_delegate(world.congress, f"Phục vụ {n}", "staff", "approved")
    guest = make_delegate(world.congress, "Khách", "guest", "approved")
    told = "Đã duyệt {} người không tính vào tỷ lệ (phục vụ, báo chí), kế hoạch cho {}. Rút 1 người."
    assert effects(world, uncounted_cap=3) == (2, [])
    assert effects(world, uncounted_cap=2) == (2, [("H1", told.format(3, 2))])
    tier(world.plan, "district").uncounted_cap = 3
    broken = plans.side_effects(guest.component, "uncounted").broken
    assert [(effect.congress.id, effect.sentence) for effect in broken] == [(world.congress.id, told.format(4, 3))]
    assert plans.side_effects(guest.component, "honoured").broken == ()


def test_another_window_names_the_dates_outside_it(world: World) -> None:
    assert effects(world, window=[date(2025, 5, 21), date(2025, 6, 30)]) == (
        2, [("H1", "Ngày họp 20/05/2025 ngoài khung 21/05/2025 - 30/06/2025.")],
    )  # fmt: skip


def test_a_component_on_another_side_is_told_by_its_people(world: World) -> None:
    for n in range(6):
        make_delegate(world.congress, f"Lò Văn {n}", state="approved")
    exemplar, guest = world.plan.components[2], world.plan.components[1]
    found = plans.side_effects(exemplar, "invited")
    assert [(effect.congress.id, effect.sentence) for effect in found.broken] == [
        (world.congress.id, "Đã duyệt 6 khách mời và lãnh đạo, quy mô 10 chỉ cho 3. Quy mô nhỏ nhất được: 20."),
    ]
    assert (plans.side_effects(exemplar, "honoured").broken, plans.side_effects(exemplar, "uncounted").broken) == ((), ())
    assert plans.side_effects(guest, "honoured").used_by == 0


def test_use_is_counted(world: World) -> None:
    make_delegate(world.congress, "Lò Văn A")
    make_delegate(world.other_congress, "Lò Văn B")
    make_delegate(world.congress, "Lò Văn C", state="withdrawn")
    for congress in (world.congress, world.other_congress):
        items = [AgendaItem(position=p, programme_code="opening", title="Khai mạc", minutes=5) for p in (1, 2)]
        congress.sittings[0].items = [*items, AgendaItem(position=3, programme_code=None, title="Phim", minutes=5)]
    db.session.flush()
    assert plans.component_use(world.plan) == {world.plan.components[2].id: 2}
    assert plans.programme_use(world.plan) == {"opening": 2}
    assert plans.tier_use(world.plan) == {tier(world.plan, "commune").id: 1, tier(world.plan, "district").id: 2}


def test_effects_take_a_fixed_number_of_queries(world: World) -> None:
    def queries() -> int:
        wanted = plans.check_tier(world.plan, "district", tier_data(world.plan, "district", cap=1))
        row = tier(world.plan, "district")
        db.session.flush()
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        plans.rule_effects(row, wanted)
        return len(seen)

    few = queries()
    for n in range(3):
        make_congress(world.plan, world.district, held_on=date(2025, 5, 2 + n))
    assert queries() == few
