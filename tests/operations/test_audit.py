"""The audit: every change leaves a line, and no line holds a sensitive or a contact value, a token or a password."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.access import Actor
from congress.domain.delegate_lists import Grid, read_listing
from congress.models import AuditEntry, Badge, Delegate, StageEvent, db
from congress.operations import admission, audit, badges, congresses, delegates, imports
from tests.world import NOW, World, actor_for, make_delegate, make_user

# Values that cannot stand in a line by chance.
PRIVATE = {
    "born": "1971-12-29", "ethnic": "Sán Chay", "religion": "Cao Đài", "political_theory": "Cao cấp lý luận",
    "phone": "0987123456", "email": "bi-mat@vi-du.vn", "id_number": "006171009876",
}  # fmt: skip


@pytest.fixture
def world(session: Any) -> World:
    return World()


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_the_private_columns_are_marked_in_the_model() -> None:
    marked = {column.key for column in Delegate.__table__.columns if column.info.get("privacy")}
    assert marked == {*PRIVATE, "party"}


def test_a_difference_has_before_and_after_but_of_private_columns_only_the_fact(world: World) -> None:
    person = make_delegate(world.congress, "Nông Thị Đào", party=False, title="Giáo viên", **PRIVATE)
    db.session.commit()
    assert (person.title, audit.difference(person)) == ("Giáo viên", {})
    person.title, person.party = "Hiệu trưởng", True
    for column in PRIVATE:
        setattr(person, column, "khác")
    assert audit.difference(person) == {"title": ["Giáo viên", "Hiệu trưởng"], **dict.fromkeys([*PRIVATE, "party"], "đã đổi")}
    person.phone = None
    assert audit.difference(person)["phone"] == "đã đổi"


def test_dates_are_written_plainly(world: World) -> None:
    assert world.congress.held_on == date(2025, 5, 20)
    world.congress.held_on = None
    assert audit.difference(world.congress) == {"held_on": ["2025-05-20", None]}


def test_a_line_says_who_did_what_to_which_row_and_when(world: World) -> None:
    user = make_user("lan", "organiser", unit=world.district)
    audit.record(
        Actor(user.id, "Lan"), "congresses.edit", world.congress, now=NOW, congress_id=world.congress.id, changed={"a": [1, 2]}
    )
    (entry,) = entries()
    assert (entry.user_id, entry.actor_name, entry.action, entry.subject, entry.subject_id, entry.congress_id, entry.at) == (
        user.id, "Lan", "congresses.edit", "congress", world.congress.id, world.congress.id, NOW,
    )  # fmt: skip
    assert entry.difference == {"a": [1, 2]}
    audit.record(Actor(None, "dòng lệnh"), "congresses.check", world.congress, now=NOW)
    assert (entries()[1].difference, entries()[1].congress_id, entries()[1].user_id) == ({}, None, None)


def everything_done_to_a_person(world: World, app: Flask) -> None:
    """Import, add, edit, show, approve, print, replace, withdraw: each with private values in hand."""
    sealer, actor = app.extensions["sealer"], actor_for("organiser", unit=world.district)
    header = [
        "TT", "Họ và tên", "Ngày sinh", "Dân tộc", "Tôn giáo", "LLCT", "Số điện thoại", "Email", "Số CCCD", "Thành phần",
    ]  # fmt: skip
    row = ["1", "Lê Thị Chi", "29/12/1971", *list(PRIVATE.values())[1:], "Khách mời"]
    groups = imports.groups_of(world.plan.components)
    listing = read_listing(
        Grid("DS", [header, row]), file_name="ds.xlsx", groups=groups, known_units=None, today=date(2026, 1, 1)
    )
    doing: dict[str, Any] = {"actor": actor, "now": NOW}
    assert imports.finish_import(world.congress.id, listing.people, sealer=sealer, **doing).added == 1
    imported = db.session.scalars(select(Delegate)).one()
    assert {column: getattr(imported, column) for column in PRIVATE} == PRIVATE
    exemplar = next(component for component in world.plan.components if component.code == "exemplar")
    values = {"name": "Nông Thị Đào", **{key: PRIVATE[key] for key in ("born", "phone", "email", "id_number")}}
    person = delegates.add_delegate(world.congress.id, {"name": "Nông Thị Đào"}, component=exemplar, **doing)
    delegates.edit_delegate(person, values, component=exemplar, **doing)
    sensitive = {key: PRIVATE[key] for key in ("ethnic", "religion", "political_theory")} | {"party": True}
    delegates.edit_sensitive(person, sensitive, **doing)
    delegates.edit_delegate(imported, {**values, "name": "Lê Thị Chi", "phone": "0912000111"}, component=exemplar, **doing)
    admission.set_states(world.congress.id, [person.id], "approved", sealer=sealer, **doing)
    badges.start_print(world.congress, "all", sealer=sealer, **doing)
    badges.replace_badge(person, sealer=sealer, **doing)
    admission.set_states(world.congress.id, [person.id], "withdrawn", reason="Ốm", **doing, sealer=sealer)
    congresses.cancel(world.congress.id, "Bão", **doing)


def test_whatever_is_done_no_private_value_is_written_down(world: World, app: Flask) -> None:
    everything_done_to_a_person(world, app)
    written = [(entry.action, str(entry.difference)) for entry in entries()]
    assert [action for action, _ in written] == [
        "delegates.import", "delegates.add", "delegates.edit", "delegates.edit", "delegates.change_component", "delegates.edit",
        "delegates.approved", "badges.print", "badges.replace", "delegates.withdrawn", "congresses.cancel",
    ]  # fmt: skip
    sealer = app.extensions["sealer"]
    secret = [*PRIVATE.values(), "0912000111", "1971"]
    secret += [sealer.open(sealed) for sealed in db.session.scalars(select(Badge.token_sealed))]
    assert len(secret) == 11
    assert [(action, value) for action, text in written for value in secret if value in text] == []
    assert [value for event in db.session.scalars(select(StageEvent)) for value in secret if value in event.reason] == []
