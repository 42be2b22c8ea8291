"""Congresses: making, editing, sizing and walking them from stage to stage."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from congress.domain.access import COMMAND_LINE
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Congress, Delegate, PlanTier, StageEvent, Unit, db
from congress.operations.congresses import (
    CongressValues,
    cancel,
    check_congress,
    close_list,
    create_congress,
    date_warnings,
    edit_congress,
    move_on,
    next_stage,
    own_titles,
    postpone,
    set_planned,
    step_back,
    tiers_for,
)
from tests.world import NOW, World, actor_for, make_congress, make_delegate, make_unit

MORNING = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)
VALUES = CongressValues(
    form="dai-hoi", ordinal=6, held_on=date(2025, 5, 20), starts_at=MORNING, place="Hội trường huyện", planned_size=200,
    attendance="delegates", is_pilot=False, date_reason="", titles=("", "", ""),
)  # fmt: skip


class Office(World):
    """The province, and the organiser of the first district with a congress that is on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.organiser = actor_for("organiser", unit=self.district)
        self.owner = actor_for("plan_owner", unit=self.province)

    def tier(self, code: str) -> PlanTier:
        return next(tier for tier in self.plan.tiers if tier.code == code)

    def create(self, unit: Unit | None = None, **changes: Any) -> Congress:
        """A new one; the unit's first, if it has one, is cancelled, which leaves its place free."""
        unit = unit or self.district
        for first in db.session.scalars(select(Congress).filter_by(unit_id=unit.id)):
            first.stage = "cancelled"
        return create_congress(tiers_for(unit)[0], unit, replace(VALUES, **changes), actor=self.organiser, now=NOW)

    def edit(self, congress: Congress | None = None, **changes: Any) -> Congress:
        return edit_congress((congress or self.congress).id, replace(VALUES, **changes), actor=self.organiser, now=NOW)

    def approved(self, honoured: int, invited: int, congress: Congress | None = None) -> list[Delegate]:
        groups = ["exemplar"] * honoured + ["guest"] * invited
        return [make_delegate(congress or self.congress, f"Người {n}", group, "approved") for n, group in enumerate(groups)]

    def history(self) -> list[tuple[str, str, str, str]]:
        query = select(StageEvent).filter_by(congress_id=self.congress.id).order_by(StageEvent.id)
        return [(event.kind, event.from_stage, event.to_stage, event.reason) for event in db.session.scalars(query)]


@pytest.fixture
def office(session: Any) -> Office:
    return Office()


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def audited(action: str) -> dict[str, Any]:
    return db.session.scalars(select(AuditEntry.difference).filter_by(action=action)).one()


# ---- making and editing ------------------------------------------------------------------------------------------------


def test_a_new_congress_is_a_draft_with_its_name_and_its_sitting(office: Office) -> None:
    congress = office.create(ordinal=7)
    assert (congress.stage, congress.tier.code, congress.planned_size, congress.is_pilot) == ("draft", "district", 200, False)
    assert (congress.title1, congress.title2, congress.title3) == (
        "Đại hội Thi đua yêu nước huyện Một", "Lần thứ VII", "Một, ngày 20 tháng 5 năm 2025",
    )  # fmt: skip
    (sitting,) = congress.sittings
    assert (sitting.kind, sitting.starts_at) == ("main", MORNING)
    assert audited("congresses.create") == {"unit": "Huyện Một"}


def test_the_place_of_a_departments_date_is_its_province(office: Office) -> None:
    assert own_titles(office.create(office.department, form="tuyen-duong")) == (
        "Hội nghị tuyên dương điển hình tiên tiến Sở Một", "Lần thứ VI", "Thử, ngày 20 tháng 5 năm 2025",
    )  # fmt: skip


def test_what_is_typed_as_a_title_line_stays(office: Office) -> None:
    congress = office.create(titles=("", " Lần thứ sáu ", ""))
    assert (congress.title1, congress.title2) == ("Đại hội Thi đua yêu nước huyện Một", "Lần thứ sáu")


def test_which_tiers_a_unit_meets_on(office: Office) -> None:
    agency = make_unit("C1", "Cục Một", "central_agency", office.province)
    assert [[tier.code for tier in tiers_for(unit)] for unit in (office.province, office.department, office.commune, agency)] == [
        ["province"], ["department"], ["commune"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"planned_size": 301}, "size_cap", "planned_size"), ({"planned_size": 0}, "size_nought", "planned_size"),
        ({"form": "tuyen-duong"}, "form", "form"), ({"attendance": "plenary"}, "plenary", "attendance"),
        ({"held_on": date(2025, 7, 1)}, "date_reason", "date_reason"),
    ],
)  # fmt: skip
def test_what_a_congress_cannot_be(office: Office, changes: dict[str, Any], code: str, field: str) -> None:
    found = refusal(lambda: office.create(**changes))
    assert (found.code, found.field) == (code, field)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Congress)) == 3
    found = refusal(lambda: office.edit(**changes))
    assert (found.code, found.field) == (code, field)


def test_a_unit_has_one_congress_under_a_rule(office: Office) -> None:
    found = refusal(lambda: create_congress(office.tier("district"), office.district, VALUES, actor=office.organiser, now=NOW))
    assert (found.code, found.field) == ("taken", "unit_id")
    assert office.create(office.department, form="tuyen-duong").unit is office.department


def test_a_unit_meets_on_its_own_tier_only(office: Office) -> None:
    tier = office.tier("province")
    found = refusal(lambda: create_congress(tier, office.district, VALUES, actor=office.organiser, now=NOW))
    assert (found.code, found.message) == ("wrong_tier", "Huyện Một không tổ chức ở cấp Tỉnh theo kế hoạch này.")


def test_a_plenary_congress_where_the_plan_allows_it(office: Office) -> None:
    congress = office.create(office.department, form="tuyen-duong", attendance="plenary")
    assert congress.attendance == "plenary"


def test_a_pilot_of_the_plan_is_one_from_the_start(office: Office) -> None:
    office.plan.pilots = ["H1"]
    assert [office.create().is_pilot, office.create(office.other_district).is_pilot] == [True, False]


def test_an_edit_is_written_down_with_its_difference(office: Office) -> None:
    titles = (office.congress.title1, "Lần thứ VI", "Một, ngày 21 tháng 5 năm 2025")
    office.edit(held_on=date(2025, 5, 21), place="Nhà văn hóa", planned_size=10, titles=titles, starts_at=MORNING)
    assert audited("congresses.edit") == {
        "held_on": ["2025-05-20", "2025-05-21"], "place": ["", "Nhà văn hóa"],
        "title3": ["ngày 20 tháng 3 năm 2025", "Một, ngày 21 tháng 5 năm 2025"],
    }  # fmt: skip


def test_an_edit_that_changes_nothing_writes_nothing(office: Office) -> None:
    office.edit(planned_size=10)
    office.edit(planned_size=10)
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "congresses.edit")) == 1


@pytest.mark.parametrize("stage", ["submitted", "held", "reported", "cancelled"])
def test_no_edit_while_the_plan_is_handed_in_or_all_is_over(office: Office, stage: str) -> None:
    office.congress.stage = stage
    assert refusal(office.edit).code == "stage"


def test_a_closed_list_keeps_its_size_but_the_place_may_change(office: Office) -> None:
    office.congress.stage = "list_closed"
    assert refusal(lambda: office.edit(planned_size=11)).message.startswith("Danh sách đã chốt, không đổi được quy mô.")
    assert office.edit(planned_size=10, place="Nhà văn hóa").place == "Nhà văn hóa"


def test_an_overridden_size_or_a_lower_cap_does_not_keep_the_place_from_changing(office: Office) -> None:
    office.approved(0, 5)  # the plan's owner let in more than three
    office.congress.tier.cap = 9
    assert office.edit(planned_size=10, place="Nhà văn hóa").place == "Nhà văn hóa"
    assert refusal(lambda: office.edit(planned_size=11)).code == "size_cap"


# ---- size --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "code", "smallest"),
    [(301, "size_cap", ""), (9, "size_approved", "17"), (16, "size_invited", "17"), (0, "size_nought", "")],
)
def test_a_size_the_list_does_not_fit(office: Office, size: int, code: str, smallest: str) -> None:
    office.congress.planned_size = 20
    office.approved(7, 5)
    found = refusal(lambda: set_planned(office.congress.id, size, actor=office.organiser, now=NOW))
    assert (found.code, found.field) == (code, "planned_size")
    assert (f"Quy mô nhỏ nhất được: {smallest}." in found.message) is bool(smallest)
    assert office.congress.planned_size == 20


def test_the_size_named_as_smallest_works(office: Office) -> None:
    office.congress.planned_size = 20
    office.approved(7, 5)
    set_planned(office.congress.id, 17, actor=office.organiser, now=NOW)
    assert audited("congresses.resize") == {"planned_size": [20, 17]}


@pytest.mark.parametrize("stage", ["list_closed", "held", "cancelled"])
def test_no_new_size_once_closed(office: Office, stage: str) -> None:
    office.congress.stage = stage
    assert refusal(lambda: set_planned(office.congress.id, 11, actor=office.organiser, now=NOW)).code == "stage"


# ---- the date ----------------------------------------------------------------------------------------------------------


def warnings(congress: Congress) -> list[tuple[str, str]]:
    return [(violation.code, str(violation.numbers.get("name", ""))) for violation in date_warnings(congress)]


def test_a_date_outside_the_window_wants_a_reason_and_then_stands(office: Office) -> None:
    found = refusal(lambda: office.edit(held_on=date(2025, 7, 1)))
    assert found.message == "Ngày họp muộn hơn khung 01/04/2025 - 28/06/2025 của kế hoạch. Nêu lý do, hoặc chọn ngày khác."
    db.session.rollback()
    assert office.edit(held_on=date(2025, 7, 1), date_reason="Bão").held_on == date(2025, 7, 1)
    assert warnings(office.congress) == [("after_window", "")]


def test_after_the_pilot_and_before_the_congress_above(office: Office) -> None:
    office.other_congress.is_pilot = True
    upper = make_congress(office.plan, office.province, held_on=date(2025, 5, 19))
    assert warnings(office.congress) == [("before_pilot", "Huyện Hai"), ("after_upper", "Tỉnh Thử")]
    upper.stage = office.other_congress.stage = "cancelled"
    db.session.flush()
    assert warnings(office.congress) == []


def test_neither_the_pilot_itself_nor_other_districts_count(office: Office) -> None:
    office.congress.is_pilot = True
    office.congress.held_on = date(2025, 4, 2)
    assert warnings(office.congress) == []
    far = make_unit("X9", "Xã Chín", "commune", office.other_district)
    make_congress(office.plan, far, held_on=date(2025, 3, 25)).is_pilot = True
    office.lower_congress.held_on = date(2025, 3, 20)
    office.other_congress.held_on = date(2025, 3, 1)
    assert warnings(office.lower_congress) == []  # its district's pilot, its own district: not the neighbour's


def test_a_new_congress_sees_the_pilot_too(office: Office) -> None:
    office.other_congress.is_pilot = True
    assert refusal(lambda: office.create(held_on=date(2025, 5, 2))).code == "date_reason"


def test_no_date_no_warning(office: Office) -> None:
    office.congress.held_on = None
    assert warnings(office.congress) == []


# ---- stages ------------------------------------------------------------------------------------------------------------


def test_from_draft_to_reported(office: Office) -> None:
    office.congress.stage = "draft"
    move_on(office.congress.id, "list_open", actor=office.organiser, now=NOW)
    office.approved(7, 3)
    close_list(office.congress.id, actor=office.organiser, now=NOW)
    for stage in ("held", "reported"):
        assert next_stage(office.congress) == stage
        move_on(office.congress.id, stage, actor=office.organiser, now=NOW)
    assert next_stage(office.congress) is None
    assert office.history() == [
        ("forward", "draft", "list_open", ""), ("forward", "list_open", "list_closed", ""),
        ("forward", "list_closed", "held", ""), ("forward", "held", "reported", ""),
    ]  # fmt: skip
    event = db.session.scalars(select(StageEvent)).first()
    assert (event.actor_name, event.at, event.overridden) == ("organiser thử", NOW, False)


def test_a_pilot_hands_its_plan_in_first(office: Office) -> None:
    office.congress.stage, office.congress.is_pilot = "draft", True
    assert next_stage(office.congress) == "submitted"
    assert refusal(lambda: move_on(office.congress.id, "list_open", actor=office.organiser, now=NOW)).code == "stage"
    move_on(office.congress.id, "submitted", actor=office.organiser, now=NOW)
    move_on(office.congress.id, "plan_approved", actor=office.owner, now=NOW)
    assert next_stage(office.congress) == "list_open"


@pytest.mark.parametrize("to_stage", ["list_closed", "held", "draft", "list_open", "cancelled", "xyz"])
def test_only_the_next_stage_and_closing_has_its_own_door(office: Office, to_stage: str) -> None:
    assert refusal(lambda: move_on(office.congress.id, to_stage, actor=office.organiser, now=NOW)).code == "stage"
    assert (office.congress.stage, office.history()) == ("list_open", [])


def test_what_has_no_date_is_not_held(office: Office) -> None:
    office.congress.stage, office.congress.held_on = "list_closed", None
    assert refusal(lambda: move_on(office.congress.id, "held", actor=office.organiser, now=NOW)).code == "no_date"


def test_one_step_back_with_a_reason(office: Office) -> None:
    office.congress.stage = "list_closed"
    assert refusal(lambda: step_back(office.congress.id, "  ", actor=office.organiser, now=NOW)).code == "needs_reason"
    step_back(office.congress.id, " Sót người ", actor=office.organiser, now=NOW)
    assert office.history() == [("back", "list_closed", "list_open", "Sót người")]
    assert audited("congresses.back") == {"stage": ["list_closed", "list_open"], "reason": "Sót người", "overridden": False}


@pytest.mark.parametrize("stage", ["draft", "cancelled"])
def test_no_step_back_from_the_ends(office: Office, stage: str) -> None:
    office.congress.stage = stage
    assert refusal(lambda: step_back(office.congress.id, "Nhầm", actor=office.organiser, now=NOW)).code == "stage"


@pytest.mark.parametrize("stage", ["draft", "submitted", "plan_approved", "list_open", "list_closed"])
def test_cancelling_before_it_is_held(office: Office, stage: str) -> None:
    office.congress.stage = stage
    assert refusal(lambda: cancel(office.congress.id, "", actor=office.organiser, now=NOW)).code == "needs_reason"
    cancel(office.congress.id, "Bão", actor=office.organiser, now=NOW)
    assert office.history() == [("cancel", stage, "cancelled", "Bão")]


@pytest.mark.parametrize("stage", ["held", "reported", "cancelled"])
def test_what_is_over_is_neither_cancelled_nor_postponed(office: Office, stage: str) -> None:
    office.congress.stage = stage
    assert refusal(lambda: cancel(office.congress.id, "Bão", actor=office.organiser, now=NOW)).code == "stage"
    assert refusal(lambda: postpone(office.congress.id, "Bão", None, actor=office.organiser, now=NOW)).code == "stage"


def test_a_new_date_keeps_all_and_moves_the_sitting(office: Office) -> None:
    office.approved(2, 1)
    office.edit(planned_size=10, starts_at=MORNING)
    postpone(office.congress.id, "Bão", date(2025, 6, 3), actor=office.organiser, now=NOW)
    congress = office.congress
    assert (congress.stage, congress.postponed, congress.held_on, congress.date_reason) == (
        "list_open",
        False,
        date(2025, 6, 3),
        "Bão",
    )
    assert congress.title3 == "Một, ngày 03 tháng 6 năm 2025"
    assert congress.sittings[0].starts_at == MORNING + timedelta(days=14)
    assert db.session.scalar(select(func.count()).where(Delegate.congress_id == congress.id, Delegate.state == "approved")) == 3
    assert office.history() == [("postpone", "list_open", "list_open", "Bão")]
    difference = audited("congresses.postpone")
    assert (difference["held_on"], difference["reason"]) == (["2025-05-20", "2025-06-03"], "Bão")


def test_put_off_without_a_date_then_given_one(office: Office) -> None:
    postpone(office.congress.id, "Bão", None, actor=office.organiser, now=NOW)
    congress = office.congress
    assert (congress.postponed, congress.held_on, congress.sittings[0].starts_at) == (True, None, MORNING)
    assert congress.title3 == "Một, ngày    tháng    năm"
    office.edit(planned_size=10, held_on=None)
    assert congress.postponed is True
    office.edit(planned_size=10, held_on=date(2025, 6, 4), starts_at=MORNING + timedelta(days=15))
    assert (congress.postponed, congress.sittings[0].starts_at) == (False, MORNING + timedelta(days=15))
    assert [kind for kind, *_ in office.history()] == ["postpone", "resume"]
    edits = db.session.scalars(select(AuditEntry.difference).filter_by(action="congresses.edit").order_by(AuditEntry.id)).all()
    assert edits[-1]["held_on"] == [None, "2025-06-04"]


def test_postponing_to_the_same_day_is_none(office: Office) -> None:
    found = refusal(lambda: postpone(office.congress.id, "Bão", date(2025, 5, 20), actor=office.organiser, now=NOW))
    assert (found.code, found.field) == ("same_date", "new_date")
    assert refusal(lambda: postpone(office.congress.id, "", None, actor=office.organiser, now=NOW)).code == "needs_reason"


# ---- closing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "honoured", "invited", "code"),
    [
        ("min_models", 13, 6, "ratio_low"), ("min_models", 14, 6, ""), ("min_models", 20, 0, ""), ("min_models", 5, 3, ""),
        ("exact", 13, 6, ""), ("exact", 12, 7, "ratio_low"), ("exact", 16, 4, "ratio_high"), ("advisory", 5, 15, ""),
        ("none", 0, 20, ""), ("min_models", 0, 0, "nobody"), ("none", 0, 0, "nobody"),
    ],
)  # fmt: skip
def test_closing_by_the_mode_of_the_plan(office: Office, mode: str, honoured: int, invited: int, code: str) -> None:
    office.congress.tier.ratio_mode, office.congress.planned_size = mode, 20
    office.approved(honoured, invited)
    if code:
        assert refusal(lambda: close_list(office.congress.id, actor=office.organiser, now=NOW)).code == code
    else:
        close_list(office.congress.id, actor=office.organiser, now=NOW)
    assert office.congress.stage == ("list_open" if code else "list_closed")
    assert [kind for kind, *_ in office.history()] == ["forward"] * (not code)


def test_banh_trach_is_refused_then_mended(office: Office) -> None:
    office.congress.planned_size = 200
    office.approved(130, 56)
    found = refusal(lambda: close_list(office.congress.id, actor=COMMAND_LINE, now=NOW))
    assert found.message == "130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."
    assert [violation.code for violation in check_congress(office.congress)] == ["ratio_low"]
    office.approved(1, 0)
    close_list(office.congress.id, actor=COMMAND_LINE, now=NOW)
    assert check_congress(office.congress) == []


def test_closing_against_the_ratio_is_the_plan_owners(office: Office) -> None:
    office.congress.planned_size = 20
    office.approved(13, 6)
    reason = "Theo ý kiến Thường trực"
    assert (
        refusal(lambda: close_list(office.congress.id, actor=office.organiser, now=NOW, override_reason=reason)).code
        == "no_override"
    )
    assert refusal(lambda: close_list(office.congress.id, actor=office.owner, now=NOW, override_reason=" ")).code == "ratio_low"
    close_list(office.congress.id, actor=office.owner, now=NOW, override_reason=reason)
    assert office.history() == [("forward", "list_open", "list_closed", reason)]
    assert audited("congresses.forward") == {"stage": ["list_open", "list_closed"], "reason": reason, "overridden": True}
    assert db.session.scalars(select(StageEvent.overridden)).all() == [True]


def test_closing_against_the_ratio_is_the_organisers_where_the_plan_says_so(office: Office) -> None:
    office.congress.planned_size, office.congress.tier.organiser_may_override = 20, True
    office.approved(13, 6)
    close_list(office.congress.id, actor=office.organiser, now=NOW, override_reason="Đã xin ý kiến")
    assert office.congress.stage == "list_closed"


def test_neither_nobody_nor_too_many_can_be_overridden(office: Office) -> None:
    for people, code in ((0, "nobody"), (11, "over_planned")):
        office.approved(people, 0)
        found = refusal(lambda: close_list(office.congress.id, actor=office.owner, now=NOW, override_reason="Cứ chốt"))
        assert found.code == code


def test_a_reason_where_none_was_needed_is_no_override(office: Office) -> None:
    office.approved(7, 3)
    close_list(office.congress.id, actor=office.owner, now=NOW, override_reason="Phòng xa")
    assert db.session.scalars(select(StageEvent.overridden)).all() == [False]


@pytest.mark.parametrize("stage", ["draft", "list_closed", "held", "cancelled"])
def test_only_an_open_list_is_closed(office: Office, stage: str) -> None:
    office.congress.stage = stage
    office.approved(7, 3)
    assert refusal(lambda: close_list(office.congress.id, actor=office.organiser, now=NOW)).code == "stage"
