"""For the guards that walk the whole application: something of everything at three places, and the addresses of every view."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter

from congress.domain.access import GRANTED_ON
from congress.domain.delegate_lists.records import ListedPerson, Listing
from congress.models import (
    AgendaItem,
    Attendance,
    Badge,
    Congress,
    Delegation,
    Grant,
    ImportDraft,
    PrintBatch,
    Scan,
    Unit,
    User,
    db,
)
from congress.operations.badges import issue_badges
from tests.world import NOW, World, make_delegate, make_plan, make_user

PLACES = ("own", "below", "beside")
CONGRESS_OWNED = {"sitting_id", "delegate_id", "item_id", "draft_id", "badge_id", "delegation_id", "scan_id", "batch_id"}
PART_CODES = {"components": "exemplar", "programme": "opening", "steps": "held"}

# What the delegates of every place carry and not every role may see.
NAME = "Hoàng Thị Kín"
SENSITIVE = {"ethnic": "Dân tộc kín", "religion": "Tôn giáo kín"}
CONTACT = {"phone": "0900999111", "email": "kin@vidu.vn", "id_number": "006099001122", "born": "1961-12-29"}


class Places:
    """The province with somebody who holds one role at the district: own, the commune below, the district beside it.

    `values[place]` gives every argument of an address; only numbers and texts are kept, so that no transaction stays open.
    """

    def __init__(self, app: Flask, role: str = "nobody", *, at_province: bool = False, people: bool = True) -> None:
        world = World()
        unit = world.province if at_province else world.district
        self.user = make_user("nguoi", "viewer", unit=unit)
        self.user.grants = [_grant(role, unit, world.congress)] if role != "nobody" else []
        make_user("quan-tri", "administrator")
        units = dict(zip(PLACES, (world.district, world.commune, world.other_district), strict=True))
        congresses = dict(zip(PLACES, (world.congress, world.lower_congress, world.other_congress), strict=True))
        spare = db.session.scalars(select(User).filter_by(username="quan-tri")).one()
        world.plan.code = "goc"
        db.session.flush()
        self.values: dict[str, dict[str, Any]] = {}
        for place in PLACES:
            plan = make_plan(units[place])
            plan.code = f"ke-hoach-{place}"
            db.session.flush()
            self.values[place] = {
                "congress_id": congresses[place].id, "sitting_id": congresses[place].sittings[0].id, "unit_id": units[place].id,
                "plan_id": plan.id, "user_id": spare.id, "grant_id": spare.grants[0].id, "row": 3, "version": "x",
                "name": "app.css", "filename": "app.css", **(self._fill(app, congresses[place]) if people else {}),
            }  # fmt: skip
        db.session.commit()

    def _fill(self, app: Flask, congress: Congress) -> dict[str, int]:
        """A delegate who is in, with a badge, and a reserve; one item; one list read but not imported."""
        sitting = congress.sittings[0]
        delegation = Delegation(congress_id=congress.id, name="Đoàn Một", folded="doan mot", position=1)
        item = AgendaItem(sitting_id=sitting.id, position=1, programme_code="opening", title="Khai mạc", minutes=10)
        draft = ImportDraft(congress_id=congress.id, user_id=self.user.id, listing=_listing().to_json(), created_at=NOW)
        batch = PrintBatch(congress_id=congress.id, what="all", count=1, actor_name="x", at=NOW)
        db.session.add_all([delegation, item, draft, batch])
        delegate = make_delegate(congress, NAME, state="approved", delegation=delegation, party=True, **SENSITIVE, **CONTACT)
        make_delegate(congress, "Hoàng Văn Kín", "guest", state="reserve", **SENSITIVE, **CONTACT)
        issue_badges([delegate.id], sealer=app.extensions["sealer"], now=NOW)
        scan = Scan(
            sitting_id=sitting.id, device="x", nonce=f"n{congress.id}", how="number", delegate_id=delegate.id, result="ok",
            code="in", answer={"message": "Đã điểm danh, mời vào.", "first": None}, actor_name="x", at=NOW,
        )  # fmt: skip
        db.session.add(scan)
        db.session.flush()
        db.session.add(Attendance(delegate_id=delegate.id, sitting_id=sitting.id, scan_id=scan.id, at=NOW))
        badge = db.session.scalars(select(Badge.id).filter_by(delegate_id=delegate.id)).one()
        return {
            "delegate_id": delegate.id, "delegation_id": delegation.id, "item_id": item.id, "draft_id": draft.id,
            "scan_id": scan.id, "badge_id": badge, "batch_id": batch.id,
        }  # fmt: skip


def _grant(role: str, unit: Unit, congress: Congress) -> Grant:
    on = GRANTED_ON[role]
    return Grant(role=role, unit_id=unit.id if on == "unit" else None, congress_id=congress.id if on == "congress" else None)


def _listing() -> Listing:
    name = "Lò Thị Mới"
    texts = (("name", name), ("born", "1970"))
    person = ListedPerson(
        sheet="Danh sách", row=3, name=name, name_as_typed=name, born="1970", group="exemplar", cells=(name, "1970"), texts=texts
    )
    columns = (("name", "Họ và tên"), ("born", "Năm sinh"))
    return Listing(file_name="danh-sach.xlsx", sheet="Danh sách", people=(person,), columns=columns)


def words_of(rule: Rule) -> dict[str, list[str]]:
    """The words that each `any(…)` part of a rule allows."""
    return {name: sorted(kind.items) for name, kind in rule._converters.items() if isinstance(kind, AnyConverter)}


def addresses(rule: Rule, values: dict[str, Any]) -> Iterator[str]:
    """The addresses of a rule with these values: one for each word that an `any(…)` part of it allows."""
    words, fixed = words_of(rule), rule.defaults or {}
    unknown = rule.arguments - words.keys() - values.keys() - fixed.keys() - {"code"}
    assert not unknown, f"tests/places.py has no value for {sorted(unknown)} of {rule.endpoint} ({rule}): add one to Places"
    for chosen in product(*words.values()):
        given = {**values, **fixed, **dict(zip(words, chosen, strict=True))}
        given.setdefault("code", PART_CODES.get(given.get("section", ""), ""))
        built = rule.build({name: given[name] for name in rule.arguments})
        assert built, f"no address for {rule.endpoint} ({rule}) with {given}"
        yield built[1]
