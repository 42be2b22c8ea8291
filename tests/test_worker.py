"""The worker derives ahead what a gate's list needs, where a gate has carried one."""

from threading import Event
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from congress.models import BadgeKey, db
from congress.operations.snapshot_keys import ensure_salt
from congress.operations.snapshots import badges_without_keys
from congress.worker import derive_ahead, start_worker, work
from tests.hall import Hall


def test_keys_are_made_ahead_only_where_a_gate_carried_a_list(session: Any, app: Flask) -> None:
    hall = Hall(app)
    hall.person("Người Huyện Khác", congress=hall.other_congress)
    db.session.commit()
    assert derive_ahead(app) == 0
    ensure_salt(hall.congress.id)
    db.session.commit()
    assert derive_ahead(app) == 2
    assert derive_ahead(app) == 0
    assert db.session.scalar(select(func.count()).select_from(BadgeKey)) == 2
    assert (len(badges_without_keys(hall.congress.id)), len(badges_without_keys(hall.other_congress.id))) == (0, 1)
    db.session.rollback()


def test_a_failure_does_not_end_it(app: Flask, caplog: Any) -> None:
    ended, looks = Event(), []

    class Broken:
        def app_context(self) -> Any:
            looks.append(1)
            if len(looks) == 3:
                ended.set()
            raise OSError("Nông Thị Kín")

    work(Broken(), ended, pause=0)
    assert len(looks) == 3
    assert "OSError" in caplog.text and "Kín" not in caplog.text  # a name of a person never reaches the log


def test_it_ends_when_told(app: Flask) -> None:
    start_worker(app)()
