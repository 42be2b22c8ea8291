"""`delegations list` and `delegations link`."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.access import COMMAND_LINE
from congress.models import Grant, User, db
from congress.operations.delegation_links import find_link
from congress.operations.delegations import DelegationValues, add_delegation
from tests.cli.running import run
from tests.world import NOW, World, make_delegate

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def world(session: object) -> World:
    return World()


def test_the_delegations_in_order(app: Flask, world: World) -> None:
    for name in ("Xã A", "Xã B"):
        row = add_delegation(world.congress.id, DelegationValues(name), actor=COMMAND_LINE, now=NOW)
        make_delegate(world.congress, f"Lò {name}", state="approved", delegation=row)
    head = make_delegate(world.congress, "Trưởng", "guest", delegation=row)
    row.head_id, row.sent_at, row.unit_id = head.id, NOW, world.commune.id
    db.session.commit()
    first, second = run(app, "delegations", "list", "--congress", world.congress.id, "--json").json
    assert first == {
        "id": row.id - 1, "position": 1, "name": "Xã A", "unit": None, "head": None, "deputy": None, "arrives_at": None,
        "people": 1, "sides": {"honoured": 1}, "states": {"approved": 1}, "list_state": "none", "sent_at": None,
    }  # fmt: skip
    assert (second["head"], second["unit"], second["list_state"], second["sent_at"]) == ("Trưởng", "X1", "sent", NOW.isoformat())
    assert run(app, "delegations", "list", "--congress", world.congress.id).data.splitlines() == [
        f"{row.id - 1}\t1\t1\tnone\tXã A", f"{row.id}\t2\t2\tsent\tXã B",
    ]  # fmt: skip


def test_a_link_is_printed_once(app: Flask, world: World) -> None:
    row = add_delegation(world.congress.id, DelegationValues("Xã A"), actor=COMMAND_LINE, now=NOW)
    db.session.commit()
    ended = run(app, "delegations", "link", "--congress", world.congress.id, "--delegation", row.id, "--days", 3)
    assert (ended.code, re.fullmatch(r"/d/[\w-]{22}\n", ended.data) is not None) == (0, True)
    found = find_link(ended.data.strip().removeprefix("/d/"), sealer=app.extensions["sealer"])
    assert found and (found.delegation_id, (found.expires_at - found.created_at).days) == (row.id, 3)


def test_another_congress_has_no_such_delegation(app: Flask, world: World) -> None:
    row = add_delegation(world.congress.id, DelegationValues("Xã A"), actor=COMMAND_LINE, now=NOW)
    db.session.commit()
    other = world.other_congress.id
    ended = run(app, "delegations", "link", "--congress", other, "--delegation", row.id)
    assert (ended.code, ended.data, ended.words.strip()) == (1, "", f"Hội nghị {other} không có đoàn mã {row.id}.")


def test_an_account_for_a_contact(app: Flask, world: World) -> None:
    row = add_delegation(world.congress.id, DelegationValues("Xã A"), actor=COMMAND_LINE, now=NOW)
    db.session.commit()
    words = ("user", "create", "dau-moi", "--name", "Hà", "--role", "delegation_contact", "--generate")
    assert run(app, *words).code == 1
    assert run(app, *words, "--delegation", 999).code == 1
    assert run(app, *words, "--delegation", row.id).code == 0
    found = db.session.execute(select(User.username, Grant.role, Grant.delegation_id).join(Grant)).all()
    assert [tuple(line) for line in found] == [("dau-moi", "delegation_contact", row.id)]
