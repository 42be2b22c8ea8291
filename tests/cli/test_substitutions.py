"""`delegates substitute`: one delegate in the place of another, for scripts."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AuditEntry, Substitution, db
from tests.cli.running import Ended, run
from tests.web.contract import Office


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


def substitute(app: Flask, congress: int, old: int, new: int, *more: str) -> Ended:
    words = more or ("--reason", "Ốm", "--decided-by", "Trưởng Ban Tổ chức")
    return run(app, "delegates", "substitute", "--congress", congress, "--old", old, "--new", new, *words)


def test_one_takes_the_place_of_another(app: Flask, office: Office) -> None:
    old, new = office.person("Nông Thị Ánh", state="approved"), office.person("Lò Thị Dự", state="reserve")
    assert substitute(app, office.congress.id, old.id, new.id) == (0, "", "Lò Thị Dự đã thay Nông Thị Ánh, số thẻ 101.\n")
    assert (old.state, new.state, new.number) == ("withdrawn", "approved", 101)
    row = db.session.scalars(select(Substitution)).one()
    assert (row.reason, row.decided_by, row.actor_name) == ("Ốm", "Trưởng Ban Tổ chức", "dòng lệnh")


def test_what_stands_against_it_is_one_sentence(app: Flask, office: Office) -> None:
    old, guest = office.person("Nông Thị Ánh", state="approved"), office.person("Khách Dự", "guest", "reserve")
    words = "Khách Dự ở bên khác của tỷ lệ. Chọn người cùng bên với Nông Thị Ánh.\n"
    assert substitute(app, office.congress.id, old.id, guest.id) == (1, "", words)
    assert substitute(app, 999, old.id, guest.id) == (1, "", "Không có hội nghị số 999.\n")
    assert substitute(app, office.congress.id, old.id, guest.id, "--reason", "Ốm").code == 2
    assert (old.state, db.session.scalars(select(AuditEntry)).all()) == ("approved", [])
