"""Approving, withdrawing and changing people: what the rule lets through, to whom, and what stays behind."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from congress.domain.access import COMMAND_LINE, Actor
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Badge, Component, Congress, Delegate, StageEvent, db
from congress.operations.admission import change_component, count_approved, lock_congress, set_states
from congress.operations.congresses import close_list
from congress.operations.counting import count_one, meter_of
from tests.world import NOW, World, actor_for, make_congress, make_delegate


class Lists(World):
    """The first district's congress, and who works on it."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.organiser = actor_for("organiser", unit=self.district)
        self.owner = actor_for("plan_owner", unit=self.province)
        self.secretary = actor_for("secretary", unit=self.district)
        self.rule = self.congress.tier

    def people(self, group: str, n: int, state: str = "proposed", congress: Congress | None = None) -> list[Delegate]:
        return [make_delegate(congress or self.congress, f"{group} {state} {place}", group, state) for place in range(n)]

    def fill(self, planned: int, honoured: int, invited: int, stage: str = "list_open") -> tuple[list[Delegate], list[Delegate]]:
        self.congress.planned_size, self.congress.stage = planned, stage
        return self.people("exemplar", honoured, "approved"), self.people("guest", invited, "approved")

    def move(self, people: list[Delegate], state: str, actor: Actor | None = None, **more: Any) -> int:
        ids = [person.id for person in people]
        return set_states(self.congress.id, ids, state, actor=actor or self.organiser, sealer=self.sealer, now=NOW, **more)

    def refuse(self, people: list[Delegate], state: str = "approved", actor: Actor | None = None, **more: Any) -> Refused:
        """The refusal of a move that changes nothing."""
        before = self.states()
        with pytest.raises(Refused) as refused:
            self.move(people, state, actor, **more)
        db.session.expire_all()
        assert self.states() == before
        return refused.value

    def states(self) -> dict[int, str]:
        return dict(db.session.execute(select(Delegate.id, Delegate.state)).all())  # type: ignore[arg-type]

    def figures(self) -> tuple[int, int]:
        approved = count_approved(self.congress.id)
        return approved.honoured, approved.invited

    def component(self, code: str) -> Component:
        return next(component for component in self.plan.components if component.code == code)


@pytest.fixture
def lists(session: Any, app: Flask) -> Lists:
    return Lists(app)


def written(action: str) -> list[dict[str, Any]]:
    return list(db.session.scalars(select(AuditEntry.difference).filter_by(action=action).order_by(AuditEntry.id)))


def badges() -> int:
    return db.session.scalar(select(func.count()).select_from(Badge)) or 0


# ---- the rule ----------------------------------------------------------------------------------------------------------


def test_an_approved_person_is_counted_gets_a_badge_and_is_written_down(lists: Lists) -> None:
    people = lists.people("exemplar", 2) + lists.people("guest", 1) + lists.people("staff", 1)
    assert lists.move(people, "approved") == 4
    assert (lists.figures(), badges()) == ((2, 1), 4)
    assert written("delegates.approved") == [{"state": ["proposed", "approved"]}] * 4
    entry = db.session.scalars(select(AuditEntry).filter_by(action="delegates.approved").order_by(AuditEntry.id)).first()
    assert (entry.subject, entry.subject_id, entry.congress_id, entry.actor_name, entry.at) == (
        "delegate", people[0].id, lists.congress.id, "organiser thử", NOW,
    )  # fmt: skip


def test_moving_somebody_to_where_they_are_is_nothing(lists: Lists) -> None:
    people = lists.people("exemplar", 1)
    assert [lists.move(people, "approved"), lists.move(people, "approved")] == [1, 0]
    assert (badges(), len(written("delegates.approved"))) == (1, 1)


def test_a_badge_is_kept_through_withdrawal_and_back(lists: Lists) -> None:
    people = lists.people("exemplar", 1)
    for state in ("approved", "withdrawn", "approved"):
        lists.move(people, state)
    assert badges() == 1


def test_nobody_beyond_the_planned_size(lists: Lists) -> None:
    lists.fill(10, 8, 2)
    refusal = lists.refuse(lists.people("exemplar", 1))
    assert (refusal.code, refusal.message) == ("full", "Đã đủ 10/10 đại biểu. Rút 1 người, hoặc tăng quy mô (tối đa 300).")
    assert lists.move(lists.people("staff", 3), "approved") == 3  # uncounted people are beside the size
    assert lists.figures() == (8, 2)


def test_no_invited_beyond_their_share_whatever_the_running_ratio(lists: Lists) -> None:
    lists.congress.planned_size = 10
    assert lists.move(lists.people("leader", 2) + lists.people("guest", 1), "approved") == 3  # 100 % invited so far
    refusal = lists.refuse(lists.people("guest", 1))
    assert (refusal.code, refusal.message) == (
        "invited_full", "Đã đủ 3/3 khách mời và lãnh đạo (30 % của 10). Rút 1 người, hoặc tăng quy mô.",
    )  # fmt: skip
    assert lists.move(lists.people("exemplar", 7), "approved") == 7


def test_many_at_a_time_are_all_or_none(lists: Lists) -> None:
    lists.fill(10, 5, 1)
    people = lists.people("exemplar", 1) + lists.people("guest", 4)
    refusal = lists.refuse(people)
    assert refusal.message.startswith("Chỉ duyệt được 3/5 người đã chọn, nên chưa duyệt ai. Đã đủ 3/3 khách mời và lãnh đạo")
    assert (badges(), lists.move(people[:3], "approved")) == (0, 3)


def test_exact_also_limits_the_honoured(lists: Lists) -> None:
    lists.rule.ratio_mode = "exact"
    lists.fill(11, 8, 0)
    assert lists.refuse(lists.people("exemplar", 1)).code == "honoured_full"
    assert lists.move(lists.people("guest", 3), "approved") == 3


@pytest.mark.parametrize(("mode", "attendance"), [("advisory", "delegates"), ("none", "delegates"), ("exact", "plenary")])
def test_where_the_ratio_only_advises_the_size_still_holds(lists: Lists, mode: str, attendance: str) -> None:
    lists.rule.ratio_mode, lists.congress.attendance, lists.congress.planned_size = mode, attendance, 10
    assert lists.move(lists.people("guest", 10), "approved") == 10
    assert lists.refuse(lists.people("exemplar", 1)).code == "full"


def test_other_ratios_come_from_the_plan(lists: Lists) -> None:
    lists.rule.ratio_honoured, lists.rule.ratio_invited = 1, 1
    lists.fill(10, 0, 5)
    assert lists.refuse(lists.people("guest", 1)).code == "invited_full"


# ---- who, where, when --------------------------------------------------------------------------------------------------


def test_a_secretary_proposes_and_does_not_decide(lists: Lists) -> None:
    (proposed,), (approved,) = lists.people("exemplar", 1), lists.people("exemplar", 1, "approved")
    for state in ("reserve", "withdrawn", "proposed"):
        assert lists.move([proposed], state, lists.secretary) == 1
    assert lists.refuse([proposed], "approved", lists.secretary).code == "not_yours"
    for state in ("withdrawn", "reserve", "proposed"):
        assert lists.refuse([approved], state, lists.secretary).code == "not_yours"
    with pytest.raises(Refused, match="Bạn đề cử được"):
        change_component(approved, lists.component("guest"), actor=lists.secretary, now=NOW)
    change_component(proposed, lists.component("guest"), actor=lists.secretary, now=NOW)
    assert proposed.component.code == "guest"


@pytest.mark.parametrize("role", ["administrator", "viewer", "checkin_staff"])
def test_other_roles_move_nobody(lists: Lists, role: str) -> None:
    actor = actor_for(role, unit=lists.district, congress=lists.congress)
    people = lists.people("exemplar", 1)
    assert [lists.refuse(people, state, actor).code for state in ("approved", "withdrawn")] == ["not_yours"] * 2


def test_an_organiser_decides_for_the_own_unit_only(lists: Lists) -> None:
    people = lists.people("exemplar", 1)
    for unit in (lists.province, lists.commune, lists.other_district):
        assert lists.refuse(people, "approved", actor_for("organiser", unit=unit)).code == "not_yours"
    assert lists.move(people, "approved", lists.owner) == 1


def test_somebody_elses_delegate_is_unknown_and_nobody_moves(lists: Lists) -> None:
    (mine,), (theirs,) = lists.people("exemplar", 1), lists.people("exemplar", 1, congress=lists.other_congress)
    refusal = lists.refuse([mine, theirs], actor=COMMAND_LINE)
    assert (refusal.code, refusal.message) == (
        "no_delegate", f"Không có đại biểu mã {theirs.id} trong hội nghị này. Chưa ai được chuyển.",
    )  # fmt: skip


def test_there_must_be_a_congress(lists: Lists) -> None:
    with pytest.raises(Refused, match="Không có hội nghị số 999."):
        lock_congress(999)


@pytest.mark.parametrize(
    ("stage", "approve", "withdraw", "propose"),
    [
        ("draft", False, True, True), ("submitted", False, True, True), ("plan_approved", False, True, True),
        ("list_open", True, True, True),
        ("held", False, True, False), ("reported", False, True, False), ("cancelled", False, False, False),
    ],
)  # fmt: skip
def test_what_the_stage_allows(lists: Lists, stage: str, approve: bool, withdraw: bool, propose: bool) -> None:
    lists.fill(20, 10, 0, stage)
    proposed, away = lists.people("exemplar", 1), lists.people("exemplar", 1, "withdrawn")
    approved = lists.people("exemplar", 2, "approved")
    for allowed, people, state in (
        (withdraw, approved[:1], "withdrawn"), (withdraw, approved[1:], "reserve"), (propose, away, "reserve"),
        (approve, proposed, "approved"), (withdraw, proposed, "withdrawn"),
    ):  # fmt: skip
        if allowed:
            assert lists.move(people, state) == 1
        else:
            assert lists.refuse(people, state).code == "stage"


def test_a_withdrawn_person_does_not_slip_back_beside_an_approved_one(lists: Lists) -> None:
    approved, _ = lists.fill(10, 1, 0, "held")
    assert lists.refuse([*approved, *lists.people("exemplar", 1, "withdrawn")], "reserve").code == "stage"


# ---- override ----------------------------------------------------------------------------------------------------------


def test_the_plan_owner_may_pass_over_the_ratio_with_a_reason(lists: Lists) -> None:
    lists.fill(10, 0, 3)
    guest = lists.people("guest", 1)
    assert lists.refuse(guest, actor=lists.owner, override=True, reason=" ").code == "invited_full"
    assert lists.refuse(guest, actor=lists.owner, reason="Khách trung ương").code == "invited_full"
    assert lists.move(guest, "approved", lists.owner, override=True, reason=" Khách trung ương ") == 1
    assert written("delegates.approved") == [{"state": ["proposed", "approved"], "reason": ["Khách trung ương", "khác tỷ lệ"]}]


def test_an_override_that_was_not_needed_is_not_called_one(lists: Lists) -> None:
    lists.move(lists.people("guest", 1), "approved", lists.owner, override=True, reason="Phòng xa")
    assert written("delegates.approved") == [{"state": ["proposed", "approved"], "reason": ["Phòng xa"]}]


def test_no_override_of_the_size(lists: Lists) -> None:
    lists.fill(10, 7, 3)
    assert lists.refuse(lists.people("guest", 1), actor=lists.owner, override=True, reason="Khách").code == "full"


def test_an_organiser_overrides_only_where_the_plan_says_so(lists: Lists) -> None:
    lists.fill(10, 0, 3)
    guest = lists.people("guest", 1)
    assert lists.refuse(guest, override=True, reason="Khách").code == "no_override"
    lists.rule.organiser_may_override = True
    elsewhere = actor_for("organiser", unit=lists.other_district)
    assert lists.refuse(guest, actor=elsewhere, override=True, reason="Khách").code == "not_yours"
    assert lists.refuse(guest, actor=lists.secretary, override=True, reason="Khách").code == "not_yours"
    assert lists.move(guest, "approved", override=True, reason="Khách") == 1


# ---- after closing -----------------------------------------------------------------------------------------------------


def test_a_closed_list_is_added_to_with_a_reason_that_is_kept(lists: Lists) -> None:
    lists.fill(20, 14, 5, "list_closed")
    guest = lists.people("guest", 1)
    refusal = lists.refuse(guest)
    assert (refusal.code, refusal.field) == ("needs_reason", "reason")
    assert lists.move(guest, "approved", reason=" Thay ông Hưng ") == 1
    event = db.session.scalars(select(StageEvent)).one()
    assert (event.kind, event.from_stage, event.to_stage, event.reason, event.overridden, event.actor_name, event.at) == (
        "amend", "list_closed", "list_closed", "Thay ông Hưng", False, "organiser thử", NOW,
    )  # fmt: skip
    assert lists.congress.stage == "list_closed"


def test_withdrawing_leaves_the_list_closed_and_no_invited_come_until_the_ratio_is_back(lists: Lists) -> None:
    honoured, _ = lists.fill(20, 14, 5, "list_closed")
    assert lists.move(honoured[:4], "withdrawn") == 4
    assert (lists.congress.stage, lists.figures()) == ("list_closed", (10, 5))
    guest, reserve = lists.people("guest", 1), lists.people("exemplar", 4, "reserve")
    refusal = lists.refuse(guest, reason="Khách")
    assert (refusal.code, refusal.message) == (
        "ratio_low", "10/16 = 62,5 % điển hình (cần 70 %). Thêm 4 điển hình, hoặc bớt 2 khách mời.",
    )  # fmt: skip
    for person in reserve:  # step by step: each brings the list nearer, the first alone does not mend it
        assert lists.move([person], "approved", reason="Bù người rút") == 1
    assert lists.figures() == (14, 5)
    assert lists.move(guest, "approved", reason="Khách") == 1
    assert lists.refuse(lists.people("guest", 1), reason="Khách").code == "full"


def test_a_closed_list_may_be_changed_against_the_ratio_by_the_plan_owner(lists: Lists) -> None:
    honoured, _ = lists.fill(20, 14, 5, "list_closed")
    lists.move(honoured[:4], "withdrawn")
    guest = lists.people("guest", 1)
    assert lists.refuse(guest, reason="Khách", override=True).code == "no_override"
    assert lists.move(guest, "approved", lists.owner, reason="Khách", override=True) == 1
    assert db.session.scalars(select(StageEvent.overridden)).all() == [True]


def test_uncounted_people_join_a_closed_list_whatever_its_ratio(lists: Lists) -> None:
    lists.fill(20, 8, 6, "list_closed")
    assert lists.move(lists.people("staff", 1), "approved", reason="Thêm người phục vụ") == 1


def test_closing_after_a_withdrawal_that_broke_the_ratio_is_refused(lists: Lists) -> None:
    honoured, _ = lists.fill(20, 14, 6)
    lists.move(honoured[:1], "withdrawn")
    with pytest.raises(Refused, match="13/19 = 68,42 %"):
        close_list(lists.congress.id, actor=lists.organiser, now=NOW)


# ---- changing the component --------------------------------------------------------------------------------------------


def change(lists: Lists, person: Delegate, code: str, actor: Actor | None = None, **more: Any) -> None:
    change_component(person, lists.component(code), actor=actor or lists.organiser, now=NOW, **more)


def test_an_approved_person_changes_sides_under_the_rule(lists: Lists) -> None:
    honoured, invited = lists.fill(10, 7, 2)
    change(lists, honoured[0], "guest")
    assert lists.figures() == (6, 3)
    with pytest.raises(Refused, match="Đã đủ 3/3 khách mời"):
        change(lists, honoured[1], "leader")
    change(lists, invited[0], "exemplar")
    assert lists.figures() == (7, 2)
    assert written("delegates.change_component") == [
        {"component": ["Điển hình tiên tiến", "Khách mời"]}, {"component": ["Khách mời", "Điển hình tiên tiến"]},
    ]  # fmt: skip


def test_a_full_list_lets_its_people_change_places(lists: Lists) -> None:
    honoured, invited = lists.fill(10, 8, 2)
    change(lists, honoured[0], "guest")
    change(lists, invited[0], "leader")  # on the same side nothing is asked
    assert lists.figures() == (7, 3)
    (helper,) = lists.people("staff", 1, "approved")
    with pytest.raises(Refused, match="Đã đủ 10/10"):
        change(lists, helper, "exemplar")


def test_a_change_on_a_closed_list_is_an_amendment(lists: Lists) -> None:
    honoured, invited = lists.fill(20, 14, 6, "list_closed")
    with pytest.raises(Refused) as refused:
        change(lists, invited[0], "exemplar")
    assert (refused.value.code, refused.value.field) == ("needs_reason", "reason")
    change(lists, invited[0], "exemplar", reason="Ghi nhầm")
    change(lists, honoured[0], "guest", reason="Ghi nhầm")
    assert lists.figures() == (14, 6)
    with pytest.raises(Refused, match="Đã đủ 6/6 khách mời"):
        change(lists, honoured[1], "guest", reason="Ghi nhầm")
    assert [(event.kind, event.reason) for event in db.session.scalars(select(StageEvent))] == [("amend", "Ghi nhầm")] * 2


def test_a_change_that_breaks_a_closed_list_is_refused(lists: Lists) -> None:
    honoured, _ = lists.fill(40, 14, 6, "list_closed")
    with pytest.raises(Refused, match="13/20 = 65 % điển hình") as refused:
        change(lists, honoured[0], "guest", reason="Ghi nhầm")
    assert refused.value.code == "ratio_low"
    change(lists, honoured[0], "guest", lists.owner, reason="Ghi nhầm", override=True)
    assert (lists.figures(), db.session.scalars(select(StageEvent.overridden)).all()) == ((13, 7), [True])


def test_leaving_both_sides_is_a_withdrawal_and_always_allowed(lists: Lists) -> None:
    honoured, _ = lists.fill(20, 14, 6, "list_closed")
    change(lists, honoured[0], "staff", reason="Vào Ban Tổ chức")
    assert lists.figures() == (13, 6)


def test_no_side_is_changed_once_it_is_held(lists: Lists) -> None:
    honoured, _ = lists.fill(20, 14, 5, "held")
    with pytest.raises(Refused, match="danh sách không bổ sung được nữa"):
        change(lists, honoured[0], "guest", reason="Ghi nhầm")


def test_leaving_the_invited_side_for_none_wants_a_reason_in_any_state(lists: Lists) -> None:
    lists.congress.planned_size = 10
    for state in ("proposed", "reserve", "approved"):
        (guest,) = lists.people("guest", 1, state)
        with pytest.raises(Refused) as refused:
            change(lists, guest, "staff", reason=" ")
        assert (refused.value.code, refused.value.field, guest.component.code) == ("needs_reason", "reason", "guest")
        change(lists, guest, "staff", reason="Vào tổ phục vụ")
    why = {"component": ["Khách mời", "Ban Tổ chức, phục vụ"], "reason": ["Vào tổ phục vụ"]}
    assert written("delegates.change_component") == [why] * 3
    (model,) = lists.people("exemplar", 1)
    change(lists, model, "staff")  # nobody takes the honoured side for a way round the ratio
    change(lists, model, "guest")


def test_uncounted_people_stop_at_the_cap_of_the_plan(lists: Lists) -> None:
    lists.congress.planned_size, lists.rule.uncounted_cap = 10, 2
    people = lists.people("staff", 3)
    refusal = lists.refuse(people)
    assert (refusal.code, refusal.message) == (
        "uncounted_full",
        "Chỉ duyệt được 2/3 người đã chọn, nên chưa duyệt ai. "
        "Đã đủ 2/2 người không tính vào tỷ lệ (phục vụ, báo chí). Rút 1 người trước.",
    )
    assert lists.move(people[:2], "approved") == 2
    assert lists.refuse(people[2:], actor=lists.owner, reason="Cần thêm", override=True).code == "uncounted_full"
    (guest,) = lists.people("guest", 1, "approved")
    with pytest.raises(Refused) as refused:
        change(lists, guest, "staff", reason="Vào tổ phục vụ")
    assert (refused.value.code, guest.component.code) == ("uncounted_full", "guest")
    lists.move(people[:1], "withdrawn")
    change(lists, guest, "staff", reason="Vào tổ phục vụ")
    lists.rule.uncounted_cap = None
    assert lists.move(people[2:], "approved") == 1


def test_a_list_is_not_closed_with_more_uncounted_people_than_a_lowered_cap(lists: Lists) -> None:
    lists.fill(10, 7, 3)
    lists.people("staff", 3, "approved")
    lists.congress.tier.uncounted_cap = 1
    with pytest.raises(Refused) as refused:
        close_list(lists.congress.id, actor=lists.owner, now=NOW, override_reason="Gấp")
    sentence = "Đã duyệt 3 người không tính vào tỷ lệ (phục vụ, báo chí), kế hoạch cho 1. Rút 2 người."
    assert (refused.value.code, refused.value.message) == ("uncounted_over", sentence)
    assert meter_of(lists.congress, count_one(lists.congress)).reason == sentence
    lists.congress.tier.uncounted_cap = 3
    assert close_list(lists.congress.id, actor=lists.owner, now=NOW).stage == "list_closed"


def test_an_uncounted_cap_counts_one_congress_and_the_approved(lists: Lists) -> None:
    lists.rule.uncounted_cap = 1
    lists.people("staff", 2, "approved", congress=lists.other_congress)
    lists.people("staff", 2, "withdrawn")
    assert lists.move(lists.people("staff", 1), "approved") == 1


def test_a_component_of_another_plan_is_none(lists: Lists) -> None:
    (person,) = lists.people("exemplar", 1)
    other = Component(plan_id=0, position=1, code="x", label="X", badge_label="X", colour="#000000", side="invited", aliases=[])
    with pytest.raises(Refused) as refused:
        change_component(person, other, actor=lists.organiser, now=NOW)
    assert (refused.value.code, refused.value.field) == ("no_component", "component")


def test_somebody_approved_meanwhile_is_changed_as_approved(lists: Lists) -> None:
    lists.fill(10, 3, 3)
    (person,) = lists.people("exemplar", 1)
    db.session.commit()
    assert person.state == "proposed"
    query = update(Delegate).where(Delegate.id == person.id).values(state="approved")
    db.session.execute(query, execution_options={"synchronize_session": False})  # another desk; this one still has the old row
    with pytest.raises(Refused, match="Đã đủ 3/3 khách mời"):
        change(lists, person, "guest")


def test_counts_are_of_one_congress(lists: Lists) -> None:
    other = make_congress(lists.plan, lists.other_district)
    lists.people("exemplar", 3, "approved", other)
    lists.fill(10, 2, 1)
    assert (lists.figures(), count_approved(other.id).honoured) == ((2, 1), 3)
