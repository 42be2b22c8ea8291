"""Replacing a delegate: the place passes on with its number and seat, the figures stay, the old token is refused in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.access import Actor
from congress.domain.names import fold, sort_key
from congress.domain.refusals import Refused
from congress.models import (
    AllocationIssue,
    Attendance,
    AuditEntry,
    Badge,
    Delegate,
    Delegation,
    Scan,
    Sitting,
    StageEvent,
    Substitution,
    db,
)
from congress.operations.admission import count_approved, set_states
from congress.operations.badges import issue_badges, read_faces, start_print, tokens_of
from congress.operations.checkin import Asked, ScanSource, record_scan
from congress.operations.desk_work import annul_scan
from congress.operations.door_answers import ScanAnswer
from congress.operations.door_people import recent_scans
from congress.operations.substitutions import (
    Decision,
    candidates_for,
    find_holders,
    find_successor,
    open_places,
    substitute,
    substitutions_of,
)
from tests.world import NOW, World, actor_for, make_delegate, make_exemplar

MORNING = datetime(2025, 5, 20, 0, 41, tzinfo=UTC)  # 07:41 in Vietnam, the sitting starts at 07:30
GATE = ScanSource("máy 1", gate="Cửa 1", operator="Lan")
DECISION = Decision("Ốm, có đơn", "Trưởng Ban Tổ chức")


class Lists(World):
    """The first district's congress with a full, closed list of 7 and 3, and a reserve on both sides."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.organiser = actor_for("organiser", unit=self.district)
        self.secretary = actor_for("secretary", unit=self.district)
        self.sitting = self.congress.sittings[0]
        self.delegation = self.make_delegation("Đoàn Một", 1)
        self.elsewhere = self.make_delegation("Đoàn Hai", 2)
        self.honoured = [self.person(f"Nông Văn {n}", "exemplar", "approved") for n in range(7)]
        self.invited = [self.person(f"Lý Thị {n}", "guest", "approved") for n in range(3)]
        self.congress.planned_size, self.congress.stage = 10, "list_closed"
        self.old = self.honoured[0]
        self.old.seat, self.old.delegation = "C-17", self.delegation
        self.reserve = self.person("Lò Thị Dự", "exemplar", "reserve")
        db.session.commit()

    def make_delegation(self, name: str, position: int) -> Delegation:
        delegation = Delegation(congress_id=self.congress.id, name=name, folded=fold(name), position=position)
        db.session.add(delegation)
        db.session.flush()
        return delegation

    def person(self, name: str, group: str, state: str, **more: Any) -> Delegate:
        delegate = make_delegate(self.congress, name, group, state, **more)
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        if state == "approved":
            issue_badges([delegate.id], sealer=self.sealer, now=NOW)
        return delegate

    def replace(self, old: Delegate, new: Delegate, actor: Actor | None = None, **more: Any) -> Substitution:
        given = {"decision": DECISION, "actor": actor or self.organiser, "now": NOW, **more}
        return substitute(self.congress.id, old.id, new.id, sealer=self.sealer, **given)

    def refuse(self, old: Delegate, new: Delegate, actor: Actor | None = None, **more: Any) -> Refused:
        """The refusal of a substitution that leaves everything as it was."""
        db.session.commit()
        before = everything()
        with pytest.raises(Refused) as refused:
            self.replace(old, new, actor, **more)
        db.session.commit()  # what a half-done substitution had left would stay
        db.session.expire_all()
        assert everything() == before
        return refused.value

    def token(self, delegate: Delegate) -> str:
        return tokens_of(self.congress, self.sealer)[delegate.id]

    def scan(self, token: str, nonce: str = "n", now: datetime = MORNING) -> ScanAnswer:
        return record_scan(
            congress=self.congress, sitting=self.sitting, asked=Asked("token", token), nonce=nonce, source=GATE,
            sealer=self.sealer, now=now,
        )  # fmt: skip


def everything() -> list[Any]:
    """Whatever a substitution changes."""
    people = select(Delegate.id, Delegate.number, Delegate.state, Delegate.seat, Delegate.delegation_id).order_by(Delegate.id)
    badges = select(Badge.id, Badge.delegate_id, Badge.revoked_at).order_by(Badge.id)
    rows = [list(db.session.execute(query).all()) for query in (people, badges)]
    return [*rows, *(db.session.query(model).count() for model in (Substitution, AuditEntry, StageEvent))]


@pytest.fixture
def lists(session: Any, app: Flask) -> Lists:
    return Lists(app)


# ---- the place passes on ---------------------------------------------------------------------------------------------


def test_number_and_seat_pass_on_and_the_figures_stay(lists: Lists) -> None:
    old, new = lists.old, lists.reserve
    (number, free), token = (old.number, new.number), lists.token(old)
    row = lists.replace(old, new)
    db.session.commit()
    assert (old.state, new.state) == ("withdrawn", "approved")
    assert (new.number, old.number, new.seat, old.seat) == (number, free, "C-17", "")
    assert new.delegation_id == lists.delegation.id
    approved = count_approved(lists.congress.id)
    assert (approved.honoured, approved.invited) == (7, 3)
    assert (row.old_id, row.new_id, row.number, row.reason, row.decided_by, row.actor_name, row.at) == (
        old.id, new.id, number, "Ốm, có đơn", "Trưởng Ban Tổ chức", "organiser thử", NOW,
    )  # fmt: skip
    assert [badge.revoked_at for badge in old.badges] == [NOW]
    assert lists.token(new) != token
    [event] = db.session.scalars(select(StageEvent)).all()
    assert (event.kind, event.reason, event.overridden) == ("amend", "Ốm, có đơn", False)


def test_who_decided_and_why_is_in_the_audit(lists: Lists) -> None:
    row = lists.replace(lists.old, lists.reserve)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.subject_id) for entry in entries] == [
        ("delegates.withdrawn", lists.old.id), ("delegates.approved", lists.reserve.id), ("substitutions.substitute", row.id),
    ]  # fmt: skip
    assert entries[0].difference == {"state": ["approved", "withdrawn"], "reason": ["Ốm, có đơn"]}
    assert entries[2].difference == {
        "old": lists.old.id, "new": lists.reserve.id, "number": row.number, "reason": "Ốm, có đơn",
        "decided_by": "Trưởng Ban Tổ chức",
    }  # fmt: skip


def test_an_open_list_needs_no_amendment(lists: Lists) -> None:
    lists.congress.stage = "list_open"
    lists.replace(lists.old, lists.reserve)
    assert db.session.query(StageEvent).count() == 0


def test_the_new_badge_is_not_printed_yet_even_where_the_new_one_had_a_badge(lists: Lists) -> None:
    lists.congress.stage = "list_open"
    issue_badges([lists.reserve.id], sealer=lists.sealer, now=NOW)  # approved once, then put into the reserve
    before = lists.token(lists.reserve)
    start_print(lists.congress, "all", actor=lists.organiser, sealer=lists.sealer, now=NOW)
    lists.replace(lists.old, lists.reserve)
    [face] = [face for face in read_faces(lists.congress, sealer=lists.sealer) if not face.printed]
    assert (face.name, face.number) == ("Lò Thị Dự", 101)
    assert face.token != before
    assert lists.scan(before).code == "badge_revoked"


def test_the_head_of_a_delegation_passes_the_role_on_within_it(lists: Lists) -> None:
    lists.delegation.head_id = lists.old.id
    lists.replace(lists.old, lists.reserve)
    assert lists.delegation.head_id == lists.reserve.id


def test_a_deputy_who_becomes_head_leaves_the_deputys_role_free(lists: Lists) -> None:
    lists.reserve.delegation_id = lists.delegation.id
    lists.delegation.head_id, lists.delegation.deputy_id = lists.old.id, lists.reserve.id
    lists.replace(lists.old, lists.reserve)
    assert (lists.delegation.head_id, lists.delegation.deputy_id) == (lists.reserve.id, None)


def test_somebody_of_another_delegation_stays_in_it_and_leads_nobody(lists: Lists) -> None:
    lists.delegation.deputy_id, lists.reserve.delegation_id = lists.old.id, lists.elsewhere.id
    lists.replace(lists.old, lists.reserve)
    assert (lists.reserve.delegation_id, lists.delegation.deputy_id) == (lists.elsewhere.id, None)


def test_a_place_left_before_is_taken_under_the_rule(lists: Lists) -> None:
    set_states(lists.congress.id, [lists.old.id], "withdrawn", actor=lists.organiser, sealer=lists.sealer, now=NOW)
    assert [d.id for d in open_places(lists.congress)] == [lists.old.id]
    lists.replace(lists.old, lists.reserve)
    assert (lists.reserve.number, count_approved(lists.congress.id).honoured, list(open_places(lists.congress))) == (101, 7, [])


def test_a_place_taken_by_somebody_else_meanwhile_is_full(lists: Lists) -> None:
    lists.congress.stage = "list_open"
    for person, state in ((lists.old, "withdrawn"), (lists.person("Bế Văn Nhanh", "exemplar", "proposed"), "approved")):
        set_states(lists.congress.id, [person.id], state, actor=lists.organiser, sealer=lists.sealer, now=NOW)
    refusal = lists.refuse(lists.old, lists.reserve)
    assert (refusal.code, refusal.message) == ("full", "Đã đủ 10/10 đại biểu. Rút 1 người, hoặc tăng quy mô (tối đa 300).")


def test_a_list_against_the_ratio_keeps_it_as_it_is(lists: Lists) -> None:
    """One side, one out and one in: nothing is asked of a ratio that was overridden when the list was closed."""
    for person in lists.honoured[1:4]:
        person.state = "withdrawn"
    guest = lists.person("Lý Thị Thay", "guest", "reserve")
    lists.replace(lists.invited[0], guest)
    approved = count_approved(lists.congress.id)
    assert (approved.honoured, approved.invited) == (4, 3)


# ---- chains ----------------------------------------------------------------------------------------------------------


def test_a_chain_keeps_the_number_and_every_old_token_names_the_last(lists: Lists) -> None:
    second = lists.person("Hoàng Thị Ba", "exemplar", "proposed")
    tokens = [lists.token(lists.old)]
    lists.replace(lists.old, lists.reserve)
    tokens.append(lists.token(lists.reserve))
    lists.replace(lists.reserve, second)
    assert second.number == 101
    for place, token in enumerate(tokens):
        answer = lists.scan(token, f"n{place}")
        assert (answer.result, answer.code, answer.message) == (
            "refused", "replaced", "Thẻ này đã thay bằng Hoàng Thị Ba, số thẻ 101.",
        )  # fmt: skip
    assert lists.scan(lists.token(second), "n9").code == "in"
    numbers = db.session.scalars(select(Delegate.number).where(Delegate.congress_id == lists.congress.id)).all()
    assert sorted(numbers) == list(range(101, 113))


def test_who_was_replaced_may_return(lists: Lists) -> None:
    first = lists.token(lists.old)
    lists.replace(lists.old, lists.reserve)
    assert [d.id for d in candidates_for(lists.reserve)] == [lists.old.id]
    lists.replace(lists.reserve, lists.old)
    assert (lists.old.state, lists.old.number, lists.old.seat, lists.reserve.state) == ("approved", 101, "C-17", "withdrawn")
    assert find_successor(lists.congress.id, lists.old.id) is None
    assert lists.scan(first).code == "badge_revoked"  # the badge of before is dead, the person is on the list
    assert lists.scan(lists.token(lists.old), "n2").code == "in"
    assert [(s.old_id, s.new_id) for s in substitutions_of(lists.congress)] == [
        (lists.reserve.id, lists.old.id), (lists.old.id, lists.reserve.id),
    ]  # fmt: skip


def test_a_place_may_go_round_and_on(lists: Lists) -> None:
    lists.replace(lists.old, lists.reserve)
    lists.replace(lists.reserve, lists.old)
    third = lists.person("Hoàng Thị Ba", "exemplar", "reserve")
    lists.replace(lists.old, third)
    assert (third.state, third.number, lists.old.state) == ("approved", 101, "withdrawn")
    assert find_successor(lists.congress.id, lists.old.id) == find_successor(lists.congress.id, lists.reserve.id)
    assert lists.old not in open_places(lists.congress)


# ---- at the door -----------------------------------------------------------------------------------------------------


def test_the_door_names_the_new_one_and_keeps_no_name(lists: Lists) -> None:
    token = lists.token(lists.old)
    lists.replace(lists.old, lists.reserve)
    answer = lists.scan(token)
    assert (answer.code, answer.message, answer.to_json()["word"]) == (
        "replaced", "Thẻ này đã thay bằng Lò Thị Dự, số thẻ 101.", "DỪNG",
    )  # fmt: skip
    assert answer.delegate is not None and answer.delegate.name == "Nông Văn 0"
    assert lists.scan(token).message == answer.message  # the same nonce again
    assert db.session.scalars(select(Scan.answer)).all() == [
        {"message": "Thẻ này đã thay bằng người khác, số thẻ 101.", "first": None}
    ]
    assert recent_scans(lists.sitting, limit=5)[0].code == "replaced"


def test_the_withdrawn_whom_nobody_replaced_are_told_as_before(lists: Lists) -> None:
    token = lists.token(lists.old)
    set_states(lists.congress.id, [lists.old.id], "withdrawn", actor=lists.organiser, sealer=lists.sealer, now=NOW)
    assert lists.scan(token).code == "withdrawn"


def test_somebody_in_the_hall_is_not_replaced_until_undone(lists: Lists) -> None:
    answer = lists.scan(lists.token(lists.old))
    refusal = lists.refuse(lists.old, lists.reserve, now=MORNING)
    assert (refusal.code, refusal.message) == (
        "inside", "Nông Văn 0 đã điểm danh vào. Nếu nhầm, hoàn tác ở trang Điểm danh rồi thay.",
    )  # fmt: skip
    annul_scan(answer.scan_id or 0, congress=lists.congress, actor=lists.organiser, now=MORNING)
    lists.replace(lists.old, lists.reserve, now=MORNING)
    assert lists.old.state == "withdrawn"


def test_a_sitting_that_is_over_keeps_nobody_from_being_replaced(lists: Lists) -> None:
    start = MORNING - timedelta(days=1)
    rehearsal = Sitting(congress_id=lists.congress.id, kind="rehearsal", name="Tổng duyệt", starts_at=start)
    db.session.add(rehearsal)
    db.session.flush()
    record_scan(
        congress=lists.congress, sitting=rehearsal, asked=Asked("token", lists.token(lists.old)), nonce="n", source=GATE,
        now=start, sealer=lists.sealer,
    )  # fmt: skip
    assert db.session.query(Attendance).count() == 1
    assert lists.refuse(lists.old, lists.reserve, now=start + timedelta(hours=1)).code == "inside"
    lists.replace(lists.old, lists.reserve, now=MORNING)
    assert lists.reserve.state == "approved"


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_who_and_why_are_asked_for(lists: Lists) -> None:
    for decision, field in ((Decision(" ", "Ai đó"), "reason"), (Decision("Ốm", ""), "decided_by")):
        assert lists.refuse(lists.old, lists.reserve, decision=decision).field == field


def test_only_somebody_free_of_the_same_side_takes_a_place(lists: Lists) -> None:
    cases = [
        (lists.person("Khách Dự", "guest", "reserve"), "other_side"),
        (lists.honoured[1], "not_free"),
        (lists.person("Đã Gộp", "exemplar", "withdrawn", merged_into_id=lists.honoured[1].id), "not_free"),
        (lists.old, "same_row"),
        (make_delegate(lists.other_congress, "Người Ngoài"), "no_delegate"),
    ]
    assert [lists.refuse(lists.old, new).code for new, _ in cases] == [code for _, code in cases]


def test_only_a_place_on_the_list_is_passed_on_and_once(lists: Lists) -> None:
    waiting = lists.person("Chờ Duyệt", "exemplar", "proposed")
    assert lists.refuse(waiting, lists.reserve).code == "no_place"
    lists.replace(lists.old, lists.reserve)
    refusal = lists.refuse(lists.old, waiting)
    assert (refusal.code, refusal.message) == ("replaced", "Nông Văn 0 đã được thay bằng Lò Thị Dự, số thẻ 101.")


@pytest.mark.parametrize("stage", ["draft", "submitted", "plan_approved", "held", "reported", "cancelled"])
def test_only_an_open_or_a_closed_list_changes(lists: Lists, stage: str) -> None:
    lists.congress.stage = stage
    assert lists.refuse(lists.old, lists.reserve).code == "stage"


def test_who_does_not_approve_does_not_replace(lists: Lists) -> None:
    others = actor_for("organiser", unit=lists.other_district)
    assert [lists.refuse(lists.old, lists.reserve, actor).code for actor in (lists.secretary, others)] == ["not_yours"] * 2


def test_where_the_plan_demands_the_register_so_does_a_substitution(lists: Lists) -> None:
    lists.plan.register_required = True
    refusal = lists.refuse(lists.old, lists.reserve)
    assert refusal.message.startswith("Chưa có trong sổ điển hình: Lò Thị Dự.")
    lists.reserve.exemplar_id = make_exemplar(lists.district, "Lò Thị Dự").id
    lists.replace(lists.old, lists.reserve)
    lists.replace(lists.invited[0], lists.person("Khách Mới", "guest", "proposed"))  # nobody asks it of guests


def test_the_seats_of_a_unit_hold_and_passing_one_on_takes_none(lists: Lists) -> None:
    seats = [{"unit_id": lists.commune.id, "unit": "Xã Một", "component": "exemplar", "seats": 1}]
    issue = AllocationIssue(
        congress_id=lists.congress.id, number=1, dated_on=NOW.date(), seats=seats, actor_name="x", at=NOW, reference="", note=""
    )
    db.session.add(issue)
    lists.delegation.unit_id = lists.commune.id
    assert lists.old.delegation_id == lists.delegation.id
    stranger = lists.person("Hoàng Thị Ba", "exemplar", "reserve", delegation_id=lists.delegation.id)
    assert lists.refuse(lists.honoured[1], stranger).code == "seats_full"  # that place is nobody's of the commune
    lists.replace(lists.old, lists.reserve)
    assert lists.reserve.delegation_id == lists.delegation.id


# ---- who may come ----------------------------------------------------------------------------------------------------


def test_candidates_stand_by_delegation_rank_reserve_and_name(lists: Lists) -> None:
    lists.reserve.delegation_id, lists.reserve.rank = lists.elsewhere.id, 1
    for name, state, delegation, rank in (
        ("Bế Văn Hai", "reserve", lists.delegation, 2), ("Bế Văn Một", "proposed", lists.delegation, 1),
        ("Bế Văn Cuối", "proposed", lists.delegation, None), ("Bế Văn Bốn", "proposed", lists.delegation, None),
        ("Bế Văn Năm", "reserve", lists.delegation, None), ("Bế Văn Rút", "withdrawn", lists.delegation, 1),
    ):  # fmt: skip
        lists.person(name, "exemplar", state, delegation_id=delegation.id, rank=rank)
    lists.person("Khách Dự", "guest", "reserve", delegation_id=lists.delegation.id)
    assert [d.name for d in candidates_for(lists.old)] == [
        "Bế Văn Một", "Bế Văn Hai", "Bế Văn Năm", "Bế Văn Bốn", "Bế Văn Cuối", "Lò Thị Dự",
    ]  # fmt: skip


def test_whoever_cannot_come_is_found_by_name_or_number(lists: Lists) -> None:
    assert [d.name for d in find_holders(lists.congress, "van NÔNG 3")] == ["Nông Văn 3"]
    assert [d.number for d in find_holders(lists.congress, "109")] == [109]
    for text in ("", "Lò Thị Dự", "9" * 12, "%"):
        assert list(find_holders(lists.congress, text)) == []


def test_open_places_are_of_those_who_were_approved_once(lists: Lists) -> None:
    lists.person("Chưa Từng Duyệt", "exemplar", "withdrawn")
    gone = lists.honoured[3]
    set_states(lists.congress.id, [gone.id], "withdrawn", actor=lists.organiser, sealer=lists.sealer, now=NOW)
    assert [d.name for d in open_places(lists.congress)] == ["Nông Văn 3"]
