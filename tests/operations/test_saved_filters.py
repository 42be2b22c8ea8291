"""Filters kept under a name: codes only, one's own, no more than anybody needs."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.models import AuditEntry, User, db
from congress.operations.delegate_queries import ListFilter
from congress.operations.saved_filters import MOST, filters_of, remove_filter, save_filter
from tests.web.contract import Office, actions
from tests.world import NOW, actor_for

SHOW = ListFilter(group="exemplar", missing="photo", text="Nông Thị Kín")


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


def user(name: str) -> int:
    return db.session.scalars(select(User.id).filter_by(username=name)).one()


def save(office: Office, name: str, show: ListFilter = SHOW, by: str = "organiser") -> None:
    actor = actor_for("organiser", unit=office.district)
    save_filter(office.congress, name, show, user_id=user(by), actor=actor, now=NOW)


def test_a_filter_is_kept_without_the_typed_name_for_its_owner_alone(office: Office) -> None:
    save(office, "Thiếu  ảnh")
    save(office, "Thiếu ảnh", ListFilter(state="reserve"), by="secretary")
    [mine] = filters_of(office.congress, user("organiser"))
    assert (mine.name, mine.query) == ("Thiếu ảnh", {"group": "exemplar", "missing": "photo"})
    assert list(filters_of(office.other_congress, user("organiser"))) == []
    save(office, "Thiếu ảnh", ListFilter(state="approved"))
    assert [each.query for each in filters_of(office.congress, user("organiser"))] == [{"state": "approved"}]
    assert "Kín" not in str([entry.difference for entry in db.session.scalars(select(AuditEntry))])


@pytest.mark.parametrize(
    ("name", "show", "code"),
    [("  ", SHOW, "no_name"), ("x" * 61, SHOW, "long_name"), ("Tên", ListFilter(text="Nông"), "no_filter")],
)
def test_what_is_not_a_filter_is_refused(office: Office, name: str, show: ListFilter, code: str) -> None:
    with pytest.raises(Refused) as refused:
        save(office, name, show)
    assert (refused.value.code, actions()) == (code, [])


def test_only_so_many_and_each_can_be_removed_by_its_owner(office: Office) -> None:
    for number in range(MOST):
        save(office, f"Bộ lọc {number}")
    with pytest.raises(Refused, match=f"Đã có {MOST} bộ lọc"):
        save(office, "Một nữa")
    first = filters_of(office.congress, user("organiser"))[0]
    actor = actor_for("organiser", unit=office.district)
    there = {"actor": actor, "now": NOW}
    assert remove_filter(office.congress, first.id, user_id=user("secretary"), **there) is False
    assert remove_filter(office.other_congress, first.id, user_id=user("organiser"), **there) is False
    assert remove_filter(office.congress, first.id, user_id=user("organiser"), **there) is True
    db.session.flush()
    assert [each.name for each in filters_of(office.congress, user("organiser"))] == [f"Bộ lọc {n}" for n in range(1, MOST)]
