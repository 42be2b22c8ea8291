"""The suggested list on the database: who is asked about, what is kept, and what approving it does."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.models import AllocationIssue, AuditEntry, Delegate, Delegation, Exemplar, Suggestion, db
from congress.operations.suggestions import (
    apply_suggestion,
    find_suggestion,
    keep_suggestion,
    read_problem,
    read_reasons,
    suggest,
)
from tests.world import NOW, World, actor_for, make_delegate


@pytest.fixture
def world(session: Any, app: Flask) -> World:
    return World()


def suggested(world: World) -> dict[str, Any]:
    return suggest(read_problem(world.congress, now=NOW))


def names(world: World, numbers: list[int]) -> list[str]:
    people = {d.id: d.name for d in db.session.scalars(select(Delegate).filter_by(congress_id=world.congress.id))}
    return sorted(people[number] for number in numbers)


def test_only_who_counts_and_may_come_is_asked_about(world: World) -> None:
    for name, group, state in (
        ("Đề cử", "exemplar", "proposed"), ("Duyệt", "guest", "approved"), ("Dự khuyết", "leader", "reserve"),
        ("Rút", "exemplar", "withdrawn"), ("Phục vụ", "staff", "approved"),
    ):  # fmt: skip
        make_delegate(world.congress, name, group, state)
    make_delegate(world.lower_congress, "Nơi khác")
    problem = read_problem(world.congress, now=NOW)
    assert names(world, [c.id for c in problem.candidates]) == ["Duyệt", "Dự khuyết", "Đề cử"]
    assert names(world, [c.id for c in problem.candidates if c.fixed]) == ["Duyệt"]


def test_who_is_not_in_the_register_is_no_candidate_where_the_plan_asks_for_it(world: World) -> None:
    world.plan.register_required = True
    entry = Exemplar(unit_id=world.district.id, kind="individual", name="Có", folded="co", sort_key="co", created_at=NOW)
    db.session.add(entry)
    db.session.flush()
    make_delegate(world.congress, "Có", exemplar_id=entry.id)
    make_delegate(world.congress, "Không")
    make_delegate(world.congress, "Khách", "guest")
    make_delegate(world.congress, "Đã duyệt", state="approved")
    found = [c.id for c in read_problem(world.congress, now=NOW).candidates]
    assert names(world, found) == ["Có", "Khách", "Đã duyệt"]


def test_targets_come_from_the_plan_and_from_what_the_commune_declares(world: World) -> None:
    world.congress.tier.targets = [{"dimension": "women", "percent": 50}, {"dimension": "young", "count": 2}]
    world.congress.declared_peoples = ["Dao"]
    world.congress.declared_religions = ["Công giáo"]
    make_delegate(world.congress, "Trẻ", sex="female", born="1990", ethnic="Dao")
    make_delegate(world.congress, "Già", sex="male", born="1989-01-01", ethnic="Tày", religion="Công giáo")
    problem = read_problem(world.congress, now=NOW)
    assert [(t.trait, t.count, t.percent) for t in problem.targets] == [
        ("women", None, 50), ("young", 2, None), ("people:Dao", 1, None), ("religion:Công giáo", 1, None),
    ]  # fmt: skip
    assert [sorted(c.traits) for c in problem.candidates] == [
        ["people:Dao", "side:honoured", "women", "young"],
        ["religion:Công giáo", "side:honoured"],  # 36 in 2025
    ]


def test_seats_of_the_issued_table_bind(world: World) -> None:
    delegation = Delegation(congress_id=world.congress.id, name="Xã Một", folded="xa mot", position=1, unit_id=world.commune.id)
    seats = [{"unit_id": world.commune.id, "unit": "Xã Một", "component": "exemplar", "seats": 1}]
    issue = AllocationIssue(congress_id=world.congress.id, number=1, dated_on=NOW.date(), seats=seats, actor_name="x", at=NOW)
    db.session.add_all([delegation, issue])
    for rank in (3, 1, 2):
        make_delegate(world.congress, f"Xã {rank}", delegation=delegation, rank=rank)
    make_delegate(world.congress, "Ngoài")
    assert names(world, suggested(world)["chosen"]) == ["Ngoài", "Xã 1"]


def test_a_ratio_that_is_broken_beyond_mending_is_named_and_the_rest_suggested(world: World) -> None:
    for number in range(3):
        make_delegate(world.congress, f"Khách {number}", "guest", "approved")
    make_delegate(world.congress, "Điển hình")
    result = suggested(world)
    assert len(result["chosen"]) == 4
    assert (result["shortfalls"], result["labels"]) == ({"side:honoured": 2}, {"side:honoured": "Tỷ lệ điển hình"})


def test_without_candidates_it_says_what_to_do(world: World) -> None:
    with pytest.raises(Refused) as refusal:
        suggested(world)
    assert refusal.value.message == "Chưa có ứng viên: nhập danh sách đề cử trước."


def keep(world: World) -> Suggestion:
    return keep_suggestion(world.congress, suggested(world), actor=actor_for("organiser", unit=world.district), now=NOW)


def apply(world: World, app: Flask, role: str = "organiser") -> int:
    actor = actor_for(role, unit=world.district)
    return apply_suggestion(world.congress.id, actor=actor, sealer=app.extensions["sealer"], now=NOW)


def test_approving_it_approves_who_is_in_and_nobody_else(world: World, app: Flask) -> None:
    for number in range(8):
        make_delegate(world.congress, f"Điển hình {number}")
    for number in range(5):
        make_delegate(world.congress, f"Khách {number}", "guest")
    suggestion = keep(world)
    assert apply(world, app) == 10
    approved = set(db.session.scalars(select(Delegate.id).filter_by(congress_id=world.congress.id, state="approved")))
    assert approved == set(suggestion.result["chosen"])
    assert suggestion.applied_at == NOW
    with pytest.raises(Refused) as refusal:
        apply(world, app)
    assert refusal.value.code == "no_suggestion"


def test_a_list_that_changed_since_is_not_approved(world: World, app: Flask) -> None:
    make_delegate(world.congress, "Một")
    keep(world)
    make_delegate(world.congress, "Hai")
    with pytest.raises(Refused) as refusal:
        apply(world, app)
    assert refusal.value.message == "Danh sách đã đổi sau lần gợi ý. Gợi ý lại rồi duyệt."


def test_a_secretary_asks_and_does_not_approve(world: World, app: Flask) -> None:
    make_delegate(world.congress, "Một")
    keep(world)
    with pytest.raises(Refused) as refusal:
        apply(world, app, "secretary")
    assert refusal.value.code == "not_yours"


def test_another_answer_takes_the_place_of_the_first(world: World) -> None:
    person = make_delegate(world.congress, "Một")
    keep(world)
    second = keep_suggestion(
        world.congress, suggested(world), actor=actor_for("organiser", unit=world.district), now=NOW + timedelta(hours=1)
    )
    assert list(db.session.scalars(select(Suggestion.id))) == [second.id]
    assert find_suggestion(world.congress) is second
    assert [reason.code for reason in read_reasons(second).values()] == ["no_rival"]
    assert list(read_reasons(second)) == [person.id]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry and (entry.action, entry.difference) == ("suggestions.make", {"chosen": 1, "candidates": 1})
