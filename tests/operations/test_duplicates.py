"""People who look like one, in a list and across the congresses of a plan: found, explained, merged, kept apart."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from congress.domain.access import Actor
from congress.domain.names import fold, sort_key
from congress.domain.refusals import Refused
from congress.models import (
    AllocationIssue,
    Attendance,
    AuditEntry,
    Badge,
    Congress,
    Delegate,
    Delegation,
    DuplicateDecision,
    Photo,
    Scan,
    Substitution,
    UpwardList,
    UpwardPerson,
    db,
)
from congress.operations.admission import count_approved
from congress.operations.badges import issue_badges
from congress.operations.duplicates import (
    Duplicate,
    count_duplicates,
    decisions_of,
    find_duplicates,
    keep_apart,
    merge,
    withdraw_here,
)
from tests.world import NOW, World, actor_for, make_congress, make_delegate, make_exemplar, make_plan


class Lists(World):
    """The first district's congress, the commune's below and the district's beside, all of one plan."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.organiser = actor_for("organiser", unit=self.district)
        self.owner = actor_for("plan_owner", unit=self.province)
        self.secretary = actor_for("secretary", unit=self.district)

    def person(self, name: str = "Nông Thị Ánh", **more: Any) -> Delegate:
        congress, group, state = (more.pop(key, None) for key in ("congress", "group", "state"))
        delegate = make_delegate(congress or self.congress, name, group or "exemplar", state or "proposed", **more)
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        if state == "approved":
            issue_badges([delegate.id], sealer=self.sealer, now=NOW)
        db.session.flush()
        return delegate

    def pairs(self, actor: Actor | None = None, congress: Congress | None = None) -> list[tuple[int, int]]:
        found = find_duplicates(congress or self.congress, actor=actor or self.organiser)
        return [(pair.left.id, pair.right.id) for pair in found]

    def only(self, actor: Actor | None = None) -> Duplicate:
        [pair] = find_duplicates(self.congress, actor=actor or self.organiser)
        return pair

    def merge(self, kept: Delegate, other: Delegate, actor: Actor | None = None, **more: Any) -> Delegate:
        return merge(self.congress.id, kept.id, other.id, actor=actor or self.organiser, sealer=self.sealer, now=NOW, **more)


@pytest.fixture
def lists(session: Any, app: Flask) -> Lists:
    return Lists(app)


# ---- found -----------------------------------------------------------------------------------------------------------


def test_what_two_rows_share_is_told(lists: Lists) -> None:
    one = lists.person(born="1970-05-12", unit_text="Xã Một", id_number="006170001234", title="Bí thư")
    other = lists.person("NÔNG THỊ ẢNH", born="1970", unit_text="xã  một", id_number="006170001234", state="approved")
    pair = lists.only()
    assert (pair.reasons, pair.here) == (("id_number", "name_born", "name_unit"), True)
    assert (pair.left.id, pair.left.title, pair.right.id, pair.right.state) == (one.id, "Bí thư", other.id, "approved")


def test_namesakes_of_other_years_and_units_are_two(lists: Lists) -> None:
    lists.person(born="1970", unit_text="Xã Một")
    lists.person(born="1971", unit_text="Xã Hai")
    lists.person()
    assert lists.pairs() == []


def test_the_withdrawn_the_cancelled_and_other_plans_do_not_count(lists: Lists) -> None:
    lists.person(born="1970")
    lists.person(born="1970", state="withdrawn")
    lists.person(born="1970", congress=lists.other_congress)
    lists.other_congress.stage = "cancelled"
    lists.plan.code = "truoc"
    db.session.flush()
    another = make_congress(make_plan(lists.district), lists.district, held_on=date(2025, 5, 9))
    lists.person(born="1970", congress=another)
    assert (lists.pairs(), count_duplicates(lists.congress)) == ([], 0)


def test_somebody_in_another_congress_is_shown_as_far_as_one_may_see(lists: Lists) -> None:
    mine = lists.person(born="1970", title="Bí thư")
    below = lists.person(born="1970", congress=lists.lower_congress, unit_text="Xã Một")
    beside = lists.person(born="1970", congress=lists.other_congress, unit_text="Xã Kín", title="Giám đốc")
    assert lists.pairs() == [(mine.id, below.id), (mine.id, beside.id)]
    shown = {pair.right.id: pair.right for pair in find_duplicates(lists.congress, actor=lists.organiser)}
    seen = shown[below.id]
    assert (seen.name, seen.unit, seen.congress_title) == ("Nông Thị Ánh", "Xã Một", "Hội nghị Xã Một")
    hidden = shown[beside.id]
    assert (hidden.visible, hidden.unit_kind) == (False, "district")
    assert {hidden.name, hidden.title, hidden.unit, hidden.state, hidden.congress_title} == {""}
    names = {pair.right.id: pair.right.name for pair in find_duplicates(lists.congress, actor=lists.owner)}
    assert names == {below.id: "Nông Thị Ánh", beside.id: "Nông Thị Ánh"}
    assert lists.pairs(congress=lists.lower_congress, actor=lists.owner) == [(below.id, mine.id), (below.id, beside.id)]


def test_the_pairs_of_one_person(lists: Lists) -> None:
    first, second, _third = (lists.person(born="1970") for _ in range(3))
    lists.person("Lò Văn Đức", id_number="1")
    lists.person("Lò Văn Đức", id_number="1")
    found = find_duplicates(lists.congress, actor=lists.organiser, delegate_id=second.id)
    assert [(pair.left.id, pair.right.id) for pair in found] == [(second.id, first.id), (second.id, _third.id)]


def test_who_was_sent_up_is_one_person(lists: Lists) -> None:
    below = lists.person(born="1970", congress=lists.lower_congress)
    mine = lists.person(born="1970")
    province = make_congress(lists.plan, lists.province, held_on=date(2025, 8, 1))
    above = lists.person(born="1970", congress=province)
    steps = ((below, mine, lists.lower_congress, lists.congress), (mine, above, lists.congress, province))
    for lower, upper, here, there in steps:
        sent = UpwardList(congress_id=here.id, upper_congress_id=there.id, created_at=NOW)
        person = UpwardPerson(delegate_id=lower.id, component_id=lower.component_id, position=1, upper_delegate_id=upper.id)
        sent.people.append(person)
        db.session.add(sent)
        db.session.flush()
    assert [lists.pairs(lists.owner, congress) for congress in (lists.lower_congress, lists.congress, province)] == [[], [], []]


def test_who_replaced_whom_are_two(lists: Lists) -> None:
    old, new = lists.person(born="1970"), lists.person(born="1970", state="approved")
    row = Substitution(
        congress_id=lists.congress.id, old_id=old.id, new_id=new.id, number=1, reason="x", decided_by="x", actor_name="x", at=NOW
    )
    db.session.add(row)
    db.session.flush()
    assert lists.pairs() == []


def test_a_fixed_number_of_statements_whatever_the_people(lists: Lists) -> None:
    def statements() -> int:
        db.session.flush()
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            lists.pairs()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    lists.person(born="1970")
    lists.person(born="1970", congress=lists.lower_congress)
    one = statements()
    for n in range(3):
        lists.person(f"Lò Văn {n}", id_number=f"{n}")
        lists.person(f"Lò Văn {n}", id_number=f"{n}", congress=lists.other_congress)
    assert (statements(), one) == (one, one)
    assert one <= 7


# ---- merged ----------------------------------------------------------------------------------------------------------


def test_the_kept_row_takes_what_it_lacks_and_nothing_else(lists: Lists) -> None:
    delegation = Delegation(congress_id=lists.congress.id, name="Đoàn Một", folded="doan mot", position=1)
    db.session.add(delegation)
    db.session.flush()
    exemplar = make_exemplar(lists.district, "Nông Thị Ánh")
    kept = lists.person(title="Bí thư", born="1970", direct_labour=False, ethnic="Tày")
    other = lists.person(
        title="Chủ tịch", born="1970-05-12", phone="0912345678", direct_labour=True, new_model=True, ethnic="Nùng",
        religion="Không", party=True, unit_text="Xã Một", unit_id=lists.commune.id,
        delegation_id=delegation.id, exemplar_id=exemplar.id, rank=3, seat="B2", represents="HTX Một",
        economic_sector="collective", political_theory="Cao cấp",
    )  # fmt: skip
    db.session.add(Photo(delegate_id=other.id, jpeg=b"x", digest="d", at=NOW))
    numbers = kept.number, other.number
    assert lists.merge(kept, other) is kept
    db.session.flush()
    db.session.expire_all()
    assert (kept.title, kept.born, kept.direct_labour, kept.ethnic) == ("Bí thư", "1970", False, "Tày")
    assert (kept.phone, kept.new_model, kept.religion, kept.party, kept.unit_text, kept.unit_id, kept.delegation_id) == (
        "0912345678", True, "Không", True, "Xã Một", lists.commune.id, delegation.id,
    )  # fmt: skip
    assert (kept.exemplar_id, kept.rank, kept.seat, kept.represents, kept.economic_sector, kept.political_theory) == (
        exemplar.id, 3, "B2", "HTX Một", "collective", "Cao cấp",
    )  # fmt: skip
    assert (other.state, other.merged_into_id, kept.state) == ("withdrawn", kept.id, "proposed")
    assert (kept.number, other.number) == numbers
    assert db.session.scalars(select(Photo.delegate_id)).all() == [kept.id]
    assert lists.pairs() == []


def test_the_audit_of_a_merge_holds_no_private_value(lists: Lists) -> None:
    kept, other = lists.person(born="1970"), lists.person(born="1970-01-02", phone="0912345678", ethnic="Nùng", title="Bí thư")
    lists.merge(kept, other)
    [entry] = db.session.scalars(select(AuditEntry).filter_by(action="duplicates.merge")).all()
    assert (entry.subject_id, entry.difference) == (
        kept.id, {"merged": other.id, "phone": "đã đổi", "ethnic": "đã đổi", "title": ["", "Bí thư"]},
    )  # fmt: skip


def test_two_approved_rows_leave_one_with_its_own_badge(lists: Lists) -> None:
    kept, other = lists.person(born="1970", state="approved"), lists.person(born="1970", state="approved")
    [live] = [badge.id for badge in kept.badges]
    lists.merge(kept, other)
    assert count_approved(lists.congress.id).honoured == 1
    assert {badge.id: badge.revoked_at for badge in db.session.scalars(select(Badge))} == {live: None, other.badges[0].id: NOW}


def test_the_approval_of_the_other_moves_to_the_kept_row(lists: Lists) -> None:
    lists.congress.planned_size = 1
    kept, other = lists.person(born="1970"), lists.person(born="1970", state="approved")
    lists.merge(kept, other)
    assert (kept.state, other.state, count_approved(lists.congress.id).honoured) == ("approved", "withdrawn", 1)
    assert [badge.revoked_at for badge in db.session.scalars(select(Badge).order_by(Badge.id))] == [NOW, None]


def test_an_approval_that_changes_sides_asks_the_rule(lists: Lists) -> None:
    lists.congress.planned_size = 10
    for n in range(3):
        lists.person(f"Khách {n}", group="guest", state="approved")
    kept, other = lists.person(born="1970", group="guest"), lists.person(born="1970", state="approved")
    with pytest.raises(Refused, match="Đã đủ 3/3 khách mời"):
        lists.merge(kept, other)


def test_on_a_closed_list_a_moving_approval_is_an_amendment(lists: Lists) -> None:
    kept, other = lists.person(born="1970"), lists.person(born="1970", state="approved")
    lists.congress.stage = "list_closed"
    db.session.commit()
    with pytest.raises(Refused) as refused:
        lists.merge(kept, other)
    assert (refused.value.code, refused.value.field) == ("needs_reason", "reason")
    db.session.rollback()
    lists.merge(kept, other, reason="Ghi hai lần")
    assert (kept.state, other.state) == ("approved", "withdrawn")


def test_who_has_come_in_is_the_row_to_keep(lists: Lists) -> None:
    kept, other = lists.person(born="1970", state="approved"), lists.person(born="1970", state="approved")
    sitting = lists.congress.sittings[0]
    scan = Scan(
        sitting_id=sitting.id, device="x", nonce="n", how="number", delegate_id=other.id, result="ok", code="in", answer={},
        actor_name="x", happened_at=NOW, received_at=NOW,
    )  # fmt: skip
    db.session.add(scan)
    db.session.flush()
    db.session.add(Attendance(delegate_id=other.id, sitting_id=sitting.id, scan_id=scan.id, at=NOW))
    db.session.flush()
    with pytest.raises(Refused) as refused:
        lists.merge(kept, other)
    assert refused.value.message == (
        f"Nông Thị Ánh, số thẻ {other.number} đã điểm danh. "
        "Gộp vào dòng ấy, hoặc hoàn tác lượt điểm danh ở trang Điểm danh trước."
    )
    assert lists.merge(other, kept) is other


def test_the_role_in_a_delegation_and_the_place_on_an_upward_list_move(lists: Lists) -> None:
    delegation = Delegation(congress_id=lists.congress.id, name="Đoàn Một", folded="doan mot", position=1)
    db.session.add(delegation)
    db.session.flush()
    kept, other = lists.person(born="1970"), lists.person(born="1970", delegation_id=delegation.id)
    delegation.head_id = other.id
    province = make_congress(lists.plan, lists.province, held_on=date(2025, 8, 1))
    sent = UpwardList(congress_id=lists.congress.id, upper_congress_id=province.id, created_at=NOW)
    sent.people.append(UpwardPerson(delegate_id=other.id, component_id=other.component_id, position=1))
    db.session.add(sent)
    db.session.flush()
    lists.merge(kept, other)
    db.session.expire_all()
    assert (delegation.head_id, [person.delegate_id for person in sent.people]) == (kept.id, [kept.id])


def test_what_cannot_be_merged(lists: Lists) -> None:
    kept, other = lists.person(born="1970"), lists.person(born="1970", state="approved")
    below = lists.person(born="1970", congress=lists.lower_congress)
    gone = lists.person(born="1970", state="withdrawn")
    for one, two, actor, code in (
        (kept, kept, lists.organiser, "same_row"),
        (kept, below, lists.organiser, "no_delegate"),
        (kept, gone, lists.organiser, "no_delegate"),
        (kept, other, lists.secretary, "not_yours"),  # the other is approved
    ):
        db.session.commit()
        with pytest.raises(Refused) as refused:
            lists.merge(one, two, actor)
        db.session.rollback()
        assert refused.value.code == code
    lists.congress.stage = "reported"
    with pytest.raises(Refused) as refused:
        lists.merge(kept, other)
    assert refused.value.code == "stage"


# ---- kept apart, withdrawn -------------------------------------------------------------------------------------------


def test_two_people_are_said_to_be_two_once_with_a_reason(lists: Lists) -> None:
    one, other = lists.person(born="1970"), lists.person(born="1970")
    pair = lists.only()
    with pytest.raises(Refused) as refused:
        keep_apart(pair, " ", actor=lists.secretary, now=NOW)
    assert refused.value.field == "reason"
    for _ in range(2):
        keep_apart(pair, "Khác quê quán", actor=lists.secretary, now=NOW)
    assert lists.pairs() == []
    [row] = db.session.scalars(select(DuplicateDecision)).all()
    assert (row.low_id, row.high_id, row.reason, row.actor_name) == (one.id, other.id, "Khác quê quán", "secretary thử")
    [entry] = db.session.scalars(select(AuditEntry)).all()
    assert entry.difference == {"low": one.id, "high": other.id, "reason": "Khác quê quán"}
    [decided] = decisions_of(lists.congress, actor=lists.organiser)
    assert (decided.left.name, decided.decision.reason) == ("Nông Thị Ánh", "Khác quê quán")


def test_a_decision_counts_in_both_congresses_and_hides_as_much(lists: Lists) -> None:
    lists.person("Nông Thị Kín", born="1970", congress=lists.other_congress)
    mine = lists.person("Nông Thị Kín", born="1970")
    keep_apart(lists.only(), "Dự cả hai", actor=lists.organiser, now=NOW)
    assert (lists.pairs(), lists.pairs(lists.owner, lists.other_congress)) == ([], [])
    [decided] = decisions_of(lists.congress, actor=lists.organiser)
    assert (decided.left.id, decided.right.visible, decided.right.name) == (mine.id, False, "")
    assert decisions_of(lists.lower_congress, actor=lists.owner) == []


def test_somebody_of_another_congress_leaves_this_one(lists: Lists) -> None:
    mine = lists.person(born="1970", state="approved")
    there = lists.person(born="1970", congress=lists.other_congress, state="approved")
    pair = lists.only()
    with pytest.raises(Refused) as refused:
        withdraw_here(pair, "", actor=lists.organiser, sealer=lists.sealer, now=NOW)
    assert refused.value.field == "reason"
    withdraw_here(pair, "Dự ở huyện bên", actor=lists.organiser, sealer=lists.sealer, now=NOW)
    assert (mine.state, there.state, lists.pairs()) == ("withdrawn", "approved", [])
    [entry] = db.session.scalars(select(AuditEntry)).all()
    assert entry.difference == {"state": ["approved", "withdrawn"], "reason": ["Dự ở huyện bên"]}


def test_two_rows_of_one_list_are_merged_rather(lists: Lists) -> None:
    lists.person(born="1970")
    lists.person(born="1970")
    with pytest.raises(Refused) as refused:
        withdraw_here(lists.only(), "x", actor=lists.organiser, sealer=lists.sealer, now=NOW)
    assert refused.value.code == "same_list"


def test_a_merge_takes_no_seat_that_the_unit_has_not(lists: Lists) -> None:
    """The kept row is approved and of no delegation; with that of the other row it would be the second for one seat."""
    delegation = Delegation(congress_id=lists.congress.id, name="Xã Một", folded="xa mot", position=1, unit_id=lists.commune.id)
    row = {"unit_id": lists.commune.id, "unit": "Xã Một", "component": "exemplar", "label": "Điển hình", "seats": 1}
    issued = {"number": 1, "dated_on": date(2025, 3, 1), "seats": [row], "actor_name": "x", "at": NOW}
    issue = AllocationIssue(congress_id=lists.congress.id, **issued)
    db.session.add_all([delegation, issue])
    db.session.flush()
    lists.person("Lý Văn Một", state="approved", delegation=delegation)
    kept, other = lists.person(born="1970", state="approved"), lists.person(born="1970", delegation=delegation)
    db.session.commit()
    with pytest.raises(Refused) as refused:
        lists.merge(kept, other)
    assert refused.value.code == "seats_passed"
    db.session.rollback()
    assert (kept.delegation_id, other.state) == (None, "proposed")


@pytest.mark.parametrize("state", ["proposed", "approved"])
def test_a_merge_into_an_uncounted_row_wants_a_reason(lists: Lists, state: str) -> None:
    kept, other = lists.person(group="staff", born="1970"), lists.person(group="guest", born="1970", state=state)
    with pytest.raises(Refused, match="Đưa khách mời, lãnh đạo ra ngoài tỷ lệ") as refused:
        lists.merge(kept, other)
    assert (refused.value.field, other.state) == ("reason", state)
    assert lists.merge(kept, other, reason="Chỉ phục vụ").state == state
