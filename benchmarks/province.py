"""A province to measure on: the shipped plan and units in a new database, congresses and delegates in any number."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import func, insert, select

from benchmarks.people import make_name
from congress import create_app
from congress.domain.names import fold, sort_key
from congress.models import Attendance, Component, Congress, Delegate, PlanTier, Scan, Unit, User, db
from congress.operations.congresses import CongressValues, create_congress
from congress.operations.first_run import SETTER_UP, FirstPlan, set_up

PASSWORD = "một mật khẩu đủ dài"
NOW = datetime(2025, 3, 10, 1, 0, tzinfo=UTC)
STAGES = ("draft", "list_open", "list_open", "list_closed", "held", "reported")
_STATES = ("approved", "approved", "approved", "approved", "proposed", "reserve")


@contextmanager
def open_service(folder: Path, url: str | None = None) -> Iterator[Flask]:
    """The application on a migrated database: `url`, or a file of SQLite in `folder`."""
    url = url or f"sqlite:///{folder / 'congress.sqlite3'}"
    app = create_app({"INSTANCE_DIR": str(folder), "SQLALCHEMY_DATABASE_URI": url})
    with app.app_context():
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


def load_province() -> User:
    """Bắc Kạn's plan and its 150 units; the user is administrator and owns the plan."""
    plan = FirstPlan("bac-kan-2024", with_units=True)
    user = set_up("chu-ke-hoach", "Nông Thị Hạnh", PASSWORD, plan=plan, owns_plan=True, now=NOW)
    db.session.commit()
    return user


def unit_names() -> list[str]:
    """The names of all units."""
    return list(db.session.scalars(select(Unit.name).order_by(Unit.id)))


def add_congresses(count: int, *, stages: Sequence[str] = ("list_open",)) -> list[Congress]:
    """Congresses of the units in turn, from the first that has none, at these stages in turn; a unit may get a second one."""
    tiers = {kind: tier for tier in db.session.scalars(select(PlanTier)) for kind in tier.unit_kinds}
    units = [unit for unit in db.session.scalars(select(Unit).order_by(Unit.id)) if unit.kind in tiers]
    there = db.session.scalar(select(func.count()).select_from(Congress)) or 0
    made = []
    for place in range(there, there + count):
        unit = units[place % len(units)]
        tier = tiers[unit.kind]
        day = tier.window_from + timedelta(days=place % 50)
        values = CongressValues(
            form=tier.forms[0], ordinal=6, held_on=day, starts_at=datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC),
            place="Hội trường", planned_size=tier.cap, attendance="delegates", is_pilot=False, date_reason="Số liệu đo",
            titles=("", "", ""),
        )  # fmt: skip
        congress = create_congress(tier, unit, values, actor=SETTER_UP, now=NOW)
        congress.stage = stages[place % len(stages)]
        made.append(congress)
    db.session.commit()
    return made


def add_delegates(
    congress: Congress, count: int, draw: Random, *, state: str | None = None, delegations: Sequence[int] = ()
) -> list[int]:
    """People of a congress in every state, or all in one, of these delegations or of none; their ids."""
    components = list(db.session.scalars(select(Component.id).filter_by(plan_id=congress.plan_id).order_by(Component.position)))
    rows = [_delegate(congress, number, make_name(draw), draw) for number in range(101, 101 + count)]
    for row in rows:
        row["state"] = state or draw.choice(_STATES)
        row["component_id"] = draw.choice(components)
        row["delegation_id"] = draw.choice(delegations) if delegations else None
    db.session.execute(insert(Delegate), rows)
    return list(db.session.scalars(select(Delegate.id).filter_by(congress_id=congress.id).order_by(Delegate.id)))


def _delegate(congress: Congress, number: int, name: str, draw: Random) -> dict[str, Any]:
    return {
        "congress_id": congress.id, "number": number, "name": name, "folded": fold(name), "sort_key": sort_key(name),
        "walk_in": False, "title": "Trưởng thôn", "unit_id": congress.unit_id, "unit_text": congress.unit.name,
        "sex": draw.choice(("male", "female")), "born": str(draw.randint(1950, 2004)), "ethnic": "Tày", "religion": "Không",
        "party": draw.random() < 0.5, "field": "", "education": "Đại học", "highest_award": "", "achievements": "",
        "phone": f"09{draw.randrange(10**8):08}", "note": "", "created_at": NOW,
    }  # fmt: skip


def add_attendance(congress: Congress) -> None:
    """All approved people of a congress are in, each by one scan."""
    sitting = congress.sittings[0].id
    approved = select(Delegate.id).filter_by(congress_id=congress.id, state="approved")
    people = list(db.session.scalars(approved))
    scans = [
        {
            "sitting_id": sitting, "device": "d", "nonce": f"{congress.id}-{person}", "gate": "Cửa 1", "how": "token",
            "asked_hash": "", "delegate_id": person, "result": "ok", "code": "in", "reason": "", "answer": {},
            "actor_name": "Cửa", "happened_at": NOW, "received_at": NOW, "annulled_by": "",
        }
        for person in people
    ]  # fmt: skip
    if not scans:
        return
    db.session.execute(insert(Scan), scans)
    kept = db.session.execute(select(Scan.delegate_id, Scan.id).filter_by(sitting_id=sitting)).all()
    rows = [{"delegate_id": d, "sitting_id": sitting, "scan_id": s, "gate": "Cửa 1", "at": NOW} for d, s in kept]
    db.session.execute(insert(Attendance), rows)
