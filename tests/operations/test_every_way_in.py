"""Whatever is done, in whatever order: no list is above its cap, its invited limit, its uncounted cap or the seats of its units,
nobody of the honoured side is on it outside the register, and a badge number and a live badge are one person's.
"""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from congress.domain.access import COMMAND_LINE
from congress.domain.admission import most_invited
from congress.domain.refusals import Refused
from congress.models import AllocationIssue, Badge, Component, Delegation, db
from congress.operations import admission, bulk, delegates, delegations, duplicates, substitutions
from congress.operations.allocations import seats_of, used_seats
from congress.operations.counting import rule_of
from tests.world import NOW, World, make_delegate, make_exemplar

WHO: dict[str, Any] = {"actor": COMMAND_LINE, "now": NOW}
GROUPS = ("exemplar", "leader", "guest", "staff")
STATES = ("approved", "approved", "approved", "reserve", "proposed", "withdrawn")
PEOPLE = 9

person, group = st.integers(0, PEOPLE - 1), st.sampled_from(GROUPS)
some = st.lists(person, min_size=1, max_size=6, unique=True)
place = st.sampled_from(["", "Xã Một", "Xã Hai", "Khối cơ quan"])
doings = st.one_of(
    st.tuples(st.just("move"), some, st.sampled_from(STATES)),
    st.tuples(st.just("bulk"), some, group, st.none() | place),
    st.tuples(st.just("edit"), person, group, place),
    st.tuples(st.just("undo")),
    st.tuples(st.just("substitute"), person, person),
    st.tuples(st.just("merge"), person, person),
    st.tuples(st.just("unit"), place, st.booleans()),
    st.tuples(st.just("join"), place, place),
    st.tuples(st.just("close"), st.booleans()),
)


class Lists(World):
    """Six seats for nine people, one of them outside the register: one seat of the commune's, taken, one uncounted place."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.plan.register_required, self.congress.tier.uncounted_cap = True, 1
        entry = make_exemplar(self.district, "Nông Văn A")
        groups = ["exemplar"] * 5 + ["guest", "leader", "staff", "staff"]
        self.congress.planned_size = 6
        self.people = [make_delegate(self.congress, f"Người {n}", code) for n, code in enumerate(groups)]
        for one in self.people[1:]:
            one.exemplar_id = entry.id
        self.delegations = {name: delegates.get_delegation(self.congress.id, name) for name in ("Xã Một", "Xã Hai")}
        self.delegations["Xã Một"].unit_id = self.commune.id
        row = {"unit_id": self.commune.id, "unit": "Xã Một"}
        given_seats = {"exemplar": 1, "guest": 1, "leader": 0}
        seats = [{**row, "component": code, "label": code, "seats": n} for code, n in given_seats.items()]
        issue = {"number": 1, "dated_on": date(2025, 3, 1), "seats": seats, "actor_name": "x", "at": NOW}
        db.session.add(AllocationIssue(congress_id=self.congress.id, **issue))
        self.people[1].delegation = self.people[2].delegation = self.delegations["Xã Một"]
        db.session.flush()
        self.do("move", [1, 3], "approved")

    def component(self, code: str) -> Component:
        return next(component for component in self.plan.components if component.code == code)

    def find(self, name: str) -> Delegation:
        found = db.session.scalars(select(Delegation).filter_by(congress_id=self.congress.id, name=name)).one_or_none()
        if found is None:
            raise Refused("no_delegation", "Đoàn này không còn.")
        return found

    def do(self, what: str, *said: Any) -> None:
        congress, sealer, ids = self.congress, self.sealer, [one.id for one in self.people]
        if what == "move":
            bulk.move_people(congress.id, [ids[n] for n in said[0]], said[1], sealer=sealer, reason="x", **WHO)
        elif what == "bulk":
            more = {"component": self.component(said[1]), "delegation_name": said[2], "reason": "x"}
            bulk.edit_people(congress.id, [ids[n] for n in said[0]], {}, **more, **WHO)
        elif what == "edit":
            one = self.people[said[0]]
            more = {"component": self.component(said[1]), "delegation_name": said[2], "reason": "x"}
            delegates.edit_delegate(one, {"name": one.name}, **more, **WHO)
        elif what == "undo" and (change := bulk.find_last_change(congress)):
            bulk.undo_change(congress.id, change.id, sealer=sealer, reason="x", **WHO)
        elif what == "substitute":
            decision = substitutions.Decision("x", "y")
            substitutions.substitute(congress.id, ids[said[0]], ids[said[1]], decision, sealer=sealer, **WHO)
        elif what == "merge":
            duplicates.merge(congress.id, ids[said[0]], ids[said[1]], sealer=sealer, reason="x", **WHO)
        elif what == "unit":
            one = self.find(said[0])
            unit_id = self.commune.id if said[1] else None
            delegations.edit_delegation(one, delegations.DelegationValues(one.name, unit_id=unit_id), **WHO)
        elif what == "join":
            delegations.merge_delegation(self.find(said[0]), self.find(said[1]), **WHO)
        elif what == "close":
            congress.stage = "list_closed" if said[0] else "list_open"

    def check(self) -> None:
        """Everything that must hold whatever has happened."""
        congress, rule = self.congress, rule_of(self.congress)
        db.session.expire_all()
        approved = admission.count_approved(congress.id)
        assert approved.total <= congress.planned_size
        assert approved.invited <= (most_invited(rule, congress.planned_size) or 0)
        assert admission.count_uncounted(congress.id) <= 1
        used = used_seats(congress)
        assert [key for key, seats in seats_of(congress).items() if key in used and used[key].approved > seats] == []
        inside = [one for one in self.people if one.state == "approved"]
        assert [one for one in inside if one.component.side == "honoured" and one.exemplar_id is None] == []
        live = select(Badge.delegate_id, func.count()).where(Badge.revoked_at.is_(None)).group_by(Badge.delegate_id)
        badges = {row[0]: row[1] for row in db.session.execute(live)}
        assert [badges.get(one.id) for one in inside] == [1] * len(inside)
        query = select(Delegation).filter_by(congress_id=congress.id)
        for delegation in db.session.scalars(query):
            for leader in (delegation.head, delegation.deputy):
                assert leader is None or leader.delegation_id == delegation.id


@pytest.fixture
def lists(session: Any, app: Flask) -> Lists:
    return Lists(app)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(doings, min_size=4, max_size=15))
def test_nobody_slips_by(lists: Lists, steps: list[tuple[Any, ...]]) -> None:
    whole = db.session.begin_nested()
    try:
        for what, *said in steps:
            with suppress(Refused), db.session.begin_nested():
                lists.do(what, *said)
            lists.check()
    finally:
        whole.rollback()
        db.session.expire_all()
