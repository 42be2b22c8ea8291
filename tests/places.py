"""For the guards that walk the whole application: something of everything at three places, and the addresses of every view."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import product
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter

from congress.domain.access import COMMAND_LINE, GRANTED_ON, Actor
from congress.domain.delegate_lists.records import ListedPerson, Listing
from congress.domain.delegate_report import Question, count_report
from congress.domain.report_figures import report_data
from congress.domain.structure import Calendar
from congress.models import (
    AgendaItem,
    AllocationIssue,
    Attendance,
    Badge,
    BulkChange,
    Congress,
    Delegate,
    DelegateReport,
    Delegation,
    DoorNotice,
    Gate,
    Grant,
    ImportDraft,
    Photo,
    PrintBatch,
    SavedFilter,
    Scan,
    ScanConflict,
    Unit,
    UpwardList,
    UpwardPerson,
    User,
    db,
)
from congress.operations.badges import issue_badges
from congress.operations.delegation_links import make_link
from congress.operations.desk_cards import make_card
from congress.operations.devices import PROFILES, make_device, revoke
from congress.operations.pairings import make_pairing
from congress.operations.personal import find_secret, renew_link
from congress.operations.structure import read_people
from tests.world import NOW, World, make_delegate, make_exemplar, make_plan, make_user

PLACES = ("own", "below", "beside")
CONGRESS_OWNED = {
    "sitting_id", "delegate_id", "item_id", "draft_id", "badge_id", "delegation_id", "upward_id", "change_id",
    "filter_id", "report_id", "scan_id", "batch_id", "secret", "gate_id", "device_id", "pairing_id", "notice_id", "conflict_id",
    "nonce",
}  # fmt: skip
PART_CODES = {"components": "exemplar", "programme": "opening", "steps": "held",
}  # fmt: skip

# What the delegates of every place carry and not every role may see.
NAME = "Hoàng Thị Kín"
SENSITIVE = {"ethnic": "Dân tộc kín", "religion": "Tôn giáo kín"}
CONTACT = {"phone": "0900999111", "email": "kin@vidu.vn", "id_number": "006099001122", "born": "1961-12-29"}


def _picture() -> bytes:
    """The smallest photo that can be printed."""
    buffer = BytesIO()
    Image.new("RGB", (3, 4), "white").save(buffer, "JPEG")
    return buffer.getvalue()


PICTURE = _picture()


class Places:
    """The province with somebody who holds one role at the district: own, the commune below, the district beside it.

    `values[place]` gives every argument of an address; only numbers and texts are kept, so that no transaction stays open.
    `keys[place]` gives the key of a device of each profile there, and of one "revoked".
    """

    def __init__(self, app: Flask, role: str = "nobody", *, at_province: bool = False, people: bool = True) -> None:
        world = World()
        unit = world.province if at_province else world.district
        self.user = make_user("nguoi", "viewer", unit=unit)
        self.user.grants = [_grant(role, unit, world.congress)] if GRANTED_ON.get(role, "delegation") != "delegation" else []
        make_user("quan-tri", "administrator")
        units = dict(zip(PLACES, (world.district, world.commune, world.other_district), strict=True))
        congresses = dict(zip(PLACES, (world.congress, world.lower_congress, world.other_congress), strict=True))
        spare = db.session.scalars(select(User).filter_by(username="quan-tri")).one()
        world.plan.code = "goc"
        db.session.flush()
        self.values: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, dict[str, str]] = {}
        for place in PLACES:
            plan = make_plan(units[place])
            plan.code = f"ke-hoach-{place}"
            db.session.flush()
            self.values[place] = {
                "congress_id": congresses[place].id, "sitting_id": congresses[place].sittings[0].id, "unit_id": units[place].id,
                "plan_id": plan.id, "user_id": spare.id, "grant_id": spare.grants[0].id, "row": 3, "version": "x",
                "name": "app.css", "filename": "app.css", **(self._fill(app, congresses[place]) if people else {}),
            }  # fmt: skip
            if people:
                self.values[place] |= self._equip(app, congresses[place], place)
        if role != "nobody" and GRANTED_ON[role] == "delegation" and people:
            self.user.grants.append(Grant(role=role, delegation_id=self.values["own"]["delegation_id"]))
        db.session.commit()

    def _fill(self, app: Flask, congress: Congress) -> dict[str, int | str]:
        """A delegate who is in, with a badge, and a reserve; one item; one list read but not imported."""
        sitting = congress.sittings[0]
        delegation = Delegation(congress_id=congress.id, name="Đoàn Một", folded="doan mot", position=1)
        item = AgendaItem(sitting_id=sitting.id, position=1, programme_code="opening", title="Khai mạc", minutes=10)
        today = datetime.now(UTC)  # a draft lives two days by the clock of the service
        draft = ImportDraft(congress_id=congress.id, user_id=self.user.id, listing=_listing().to_json(), created_at=today)
        batch = PrintBatch(congress_id=congress.id, what="all", count=1, actor_name="x", at=NOW)
        db.session.add_all([delegation, item, draft, batch])
        delegate = make_delegate(congress, NAME, state="approved", delegation=delegation, party=True, **SENSITIVE, **CONTACT)
        reserve = make_delegate(congress, "Hoàng Văn Kín", "guest", state="reserve", **SENSITIVE, **CONTACT)
        exemplar = make_exemplar(congress.unit, NAME)
        issue_badges([delegate.id], sealer=app.extensions["sealer"], now=NOW)
        scan = Scan(
            sitting_id=sitting.id, device="x", nonce=f"n{congress.id}", how="number", delegate_id=delegate.id, result="ok",
            code="in", answer={"message": "Đã điểm danh, mời vào.", "first": None}, actor_name="x", happened_at=NOW,
            received_at=NOW,
        )  # fmt: skip
        db.session.add(scan)
        db.session.flush()
        db.session.add(Attendance(delegate_id=delegate.id, sitting_id=sitting.id, scan_id=scan.id, at=NOW))
        secret = make_link(delegation, days=1, actor=Actor(None, "x"), sealer=app.extensions["sealer"], now=datetime.now(UTC))
        badge = db.session.scalars(select(Badge.id).filter_by(delegate_id=delegate.id)).one()
        figures = count_report(read_people(congress), Question(moment=NOW, calendar=Calendar(2025), planned=10))
        report = DelegateReport(
            congress_id=congress.id, number=1, title="Báo cáo", figures=report_data(figures), actor_name="x", at=NOW
        )
        change = BulkChange(congress_id=congress.id, label="Ghi chú: 1 người", rows=[], actor_name="x", at=NOW)
        kept = SavedFilter(congress_id=congress.id, user_id=self.user.id, name="Điển hình", query={"group": "exemplar"})
        db.session.add_all([change, kept, report, Photo(delegate_id=delegate.id, jpeg=PICTURE, digest="x", at=NOW)])
        db.session.flush()
        upward = _upward(congress, delegate)
        return {
            "delegate_id": delegate.id, "delegation_id": delegation.id, "item_id": item.id, "draft_id": draft.id,
            "other_id": reserve.id, "exemplar_id": exemplar.id,
            "upward_id": upward.id, "issue_number": 1,
            "scan_id": scan.id, "badge_id": badge, "change_id": change.id, "filter_id": kept.id, "batch_id": batch.id,
            "report_id": report.id, "secret": secret, "page_secret": _own_page(app, congress),
        }  # fmt: skip


    def _equip(self, app: Flask, congress: Congress, place: str) -> dict[str, int | str]:
        """A gate, a device of each profile and one that was revoked, a code for another, a desk card."""
        given: dict[str, Any] = {"sealer": app.extensions["sealer"], "now": datetime.now(UTC)}
        gate, spare = (Gate(congress_id=congress.id, name=name, folded=name) for name in ("cua 1", "cua 2"))
        db.session.add_all([gate, spare])
        db.session.flush()
        made = {
            name: make_device(
                congress, profile=name if name in PROFILES else "gate", name=f"Máy {name}", gate=gate, version="", paired_by="x",
                **given,
            )
            for name in (*PROFILES, "revoked")
        }  # fmt: skip
        revoke(made["revoked"][0], actor=COMMAND_LINE, now=NOW)
        self.keys[place] = {name: key for name, (_, key) in made.items()}
        pairing = make_pairing(congress, profile="gate", gate=gate, name="Máy mới", actor=COMMAND_LINE, **given)
        make_card(congress, actor=COMMAND_LINE, **given)
        notice = DoorNotice(congress_id=congress.id, position=1, kind="notice", text="Mời ngồi hàng đầu")
        scan_id = db.session.scalars(select(Scan.id).where(Scan.nonce == f"n{congress.id}")).one()
        conflict = ScanConflict(congress_id=congress.id, scan_id=scan_id, code="withdrawn", made_at=NOW)
        db.session.add_all([notice, conflict])
        db.session.flush()
        return {
            "gate_id": spare.id, "device_id": made["gate"][0].id, "pairing_id": pairing.id, "notice_id": notice.id,
            "conflict_id": conflict.id, "nonce": f"n{congress.id}",
        }  # fmt: skip


def _own_page(app: Flask, congress: Congress) -> str:
    """The secret of a delegate's own page, which whoever has it may read: somebody else's than the one to be kept hidden."""
    person, sealer = make_delegate(congress, "Lò Thị Trang", "staff", state="approved"), app.extensions["sealer"]
    renew_link(person, actor=COMMAND_LINE, sealer=sealer, now=NOW)
    return find_secret(person, sealer=sealer)


def _grant(role: str, unit: Unit, congress: Congress) -> Grant:
    on = GRANTED_ON[role]
    return Grant(role=role, unit_id=unit.id if on == "unit" else None, congress_id=congress.id if on == "congress" else None)


def _upward(congress: Congress, delegate: Delegate) -> UpwardList:
    """An issued allocation, and a list that has arrived for it."""
    row = {"unit_id": congress.unit_id, "unit": congress.unit.name, "component": "exemplar", "label": "Điển hình", "seats": 2}
    issue = AllocationIssue(congress_id=congress.id, number=1, dated_on=NOW.date(), seats=[row], actor_name="x", at=NOW)
    person = UpwardPerson(delegate=delegate, component=delegate.component, position=1)
    vote = {"present": 3, "votes_for": 2, "votes_against": 1, "votes_other": 0, "voted_on": NOW.date()}
    upward = UpwardList(
        congress_id=congress.id, upper_congress_id=congress.id, state="sent", people=[person], sent_at=NOW, created_at=NOW, **vote
    )
    db.session.add_all([issue, upward])
    db.session.flush()
    return upward


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
