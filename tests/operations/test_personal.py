"""Delegates' own pages: made once for everybody approved, found by the address alone, answered until the sitting starts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.access import COMMAND_LINE
from congress.domain.delegate_report import Question, count_report
from congress.domain.refusals import Refused
from congress.domain.structure import Calendar
from congress.models import AgendaItem, AuditEntry, Delegate, DelegateLink, Delegation, Sitting, Substitution, db
from congress.operations import personal as operations
from congress.operations import slips
from congress.operations.badges import issue_badges, revoke_badges, tokens_of
from congress.operations.duplicates import merge
from congress.operations.personal_page import Personal, find_programme
from congress.operations.structure import read_people
from tests.world import NOW, World, make_delegate

pytestmark = pytest.mark.usefixtures("session")


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    """A moment of May 2025 in Vietnam; the district's congress starts on the 20th at half past seven."""
    return datetime(2025, 5, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


class Desk(World):
    """The district's congress with one approved person and somebody who is not."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.congress.place = "Hội trường huyện"
        self.person = self.approved("Lò Văn An", degree="ThS.", seat="A-12")
        self.proposed = make_delegate(self.congress, "Lò Văn Chờ")

    def approved(self, name: str, group: str = "exemplar", **more: Any) -> Delegate:
        person = make_delegate(self.congress, name, group, "approved", **more)
        issue_badges([person.id], sealer=self.sealer, now=NOW)
        return person

    def make(self) -> int:
        return operations.make_links(self.congress.id, actor=COMMAND_LINE, sealer=self.sealer, now=NOW)

    def secret(self, person: Delegate | None = None) -> str:
        return operations.find_secret(person or self.person, sealer=self.sealer)

    def page(self, now: datetime = NOW, person: Delegate | None = None) -> Personal:
        page = operations.find_personal(self.secret(person), sealer=self.sealer, now=now)
        assert page is not None
        return page

    def answer(self, coming: bool, reason: str = "", now: datetime = NOW, person: Delegate | None = None) -> None:
        operations.answer(self.secret(person), coming=coming, reason=reason, sealer=self.sealer, now=now)


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = Desk(app)
    desk.make()
    return desk


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def audited() -> list[tuple[str, str, dict[str, Any]]]:
    rows = db.session.execute(select(AuditEntry.action, AuditEntry.actor_name, AuditEntry.difference).order_by(AuditEntry.id))
    return [tuple(row) for row in rows]


# ---- the address -------------------------------------------------------------------------------------------------------


def test_everybody_approved_gets_one_page_and_nobody_two(desk: Desk) -> None:
    assert operations.find_secret(desk.proposed, sealer=desk.sealer) == ""
    other, staff = desk.approved("Lò Thị Bình", "guest"), desk.approved("Lò Văn Phục", "staff")
    assert (desk.make(), desk.make()) == (2, 0)
    links = db.session.scalars(select(DelegateLink).order_by(DelegateLink.delegate_id)).all()
    assert [link.delegate_id for link in links] == [desk.person.id, other.id, staff.id]
    secrets = {desk.secret(person) for person in (desk.person, other, staff)}
    assert len(secrets) == 3 and all(len(secret) == 22 for secret in secrets)  # 128 bits
    assert [line for line in audited() if line[0] == "personal.links"] == [
        ("personal.links", "dòng lệnh", {"count": 1}), ("personal.links", "dòng lệnh", {"count": 2}),
    ]  # fmt: skip


def test_no_secret_stands_in_the_database_as_it_is(desk: Desk) -> None:
    [link] = db.session.scalars(select(DelegateLink))
    assert desk.secret() not in (link.secret_hash, link.secret_sealed)
    assert desk.secret() not in str(audited())


@pytest.mark.parametrize("stage", ["held", "reported", "cancelled"])
def test_once_it_is_over_nobody_gets_a_page_or_a_slip(desk: Desk, stage: str) -> None:
    desk.congress.stage = stage
    desk.approved("Lò Thị Bình")
    with refused("stage"):
        desk.make()
    with refused("no_page"):
        operations.renew_link(desk.person, actor=COMMAND_LINE, sealer=desk.sealer, now=NOW)
    with refused("stage"):
        slips.start_print(desk.congress, actor=COMMAND_LINE, sealer=desk.sealer, now=NOW)


def test_a_renewed_address_ends_the_old_one(desk: Desk) -> None:
    old = desk.secret()
    operations.renew_link(desk.person, actor=COMMAND_LINE, sealer=desk.sealer, now=NOW)
    assert desk.secret() != old and desk.page().name == "ThS. Lò Văn An"
    assert operations.find_personal(old, sealer=desk.sealer, now=NOW) is None
    with refused("no_page"):
        operations.answer(old, coming=True, reason="", sealer=desk.sealer, now=NOW)
    assert audited()[-1] == ("personal.renew", "dòng lệnh", {})
    assert desk.make() == 0


def test_somebody_not_approved_gets_no_address(desk: Desk) -> None:
    with refused("no_page"):
        operations.renew_link(desk.proposed, actor=COMMAND_LINE, sealer=desk.sealer, now=NOW)


@pytest.mark.parametrize("secret", ["", "x", "é", "0" * 22, "\ud800"])
def test_a_made_up_secret_opens_nothing(desk: Desk, secret: str) -> None:
    assert operations.find_personal(secret.encode(errors="replace").decode(), sealer=desk.sealer, now=NOW) is None


# ---- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_concerns_the_person_and_no_other(desk: Desk) -> None:
    delegation = Delegation(congress_id=desk.congress.id, name="xã Một", folded="doan", position=1)
    delegation.contact_name, delegation.contact_phone, delegation.contact_email = "Hà", "0912345678", "ha@vidu.vn"
    desk.approved("Hoàng Thị Kín", delegation=delegation, phone="0900999111")
    desk.person.delegation, desk.person.phone, desk.person.note = delegation, "0900999222", "Ăn chay"
    db.session.flush()
    page = desk.page()
    assert (page.standing, page.off, page.phase, page.when) == ("invited", "", "before", "07:30, Thứ Ba, 20/05/2025")
    assert (page.name, page.number, page.seat, page.place) == ("ThS. Lò Văn An", desk.person.number, "A-12", "Hội trường huyện")
    assert (page.delegation, page.contact_name, page.contact_phone) == ("Đoàn xã Một", "Hà", "0912345678")
    assert page.token == tokens_of(desk.congress, desk.sealer)[desk.person.id]
    assert [word for word in ("Kín", "0900999111", "0900999222", "ha@vidu.vn", "chay") if word in repr(page)] == []


def test_the_programme_has_every_sitting_with_its_times_and_what_is_on(desk: Desk) -> None:
    [main] = desk.congress.sittings
    for position, (title, minutes) in enumerate((("Đón tiếp", 30), ("Khai mạc", 15), ("Bế mạc", 15)), 1):
        main.items.append(AgendaItem(position=position, title=title, minutes=minutes))
    lunch = Sitting(congress_id=desk.congress.id, kind="lunch", name="Bữa trưa", starts_at=at(11, 30))
    later = Sitting(congress_id=desk.congress.id, kind="preparatory", name="Phiên trù bị")
    later.items.append(AgendaItem(position=1, title="Bầu", minutes=20))
    db.session.add_all([lunch, later])
    db.session.flush()
    db.session.expire_all()
    page = desk.page(at(8))
    shown = {s.name: (s.when, s.mark, [(i.starts, i.ends, i.title, i.mark) for i in s.items]) for s in page.sittings}
    assert shown == {
        "Buổi chính": ("07:30, Thứ Ba, 20/05/2025", "", [
            ("07:30", "08:00", "Đón tiếp", ""), ("08:00", "08:15", "Khai mạc", "now"), ("08:15", "08:30", "Bế mạc", "next")]),
        "Bữa trưa": ("11:30, Thứ Ba, 20/05/2025", "", []),
        "Phiên trù bị": ("", "", [("", "", "Bầu", "")]),
    }  # fmt: skip
    assert desk.page(at(9)).marked["next"][0].name == "Bữa trưa"
    assert find_programme(desk.person) == main
    assert find_programme(desk.person, later.id) == later
    assert (find_programme(desk.person, lunch.id), find_programme(desk.proposed)) == (None, None)
    assert find_programme(desk.person, desk.other_congress.sittings[0].id) is None
    # The last sitting's door shuts at half past three; half a day later the code is gone.
    assert [(p.phase, bool(p.token)) for p in map(desk.page, (at(15, 29), at(15, 30), at(3, 30, 21)))] == [
        ("during", True), ("after", True), ("after", False),
    ]  # fmt: skip


def test_a_badge_that_died_is_not_shown_and_a_new_one_is(desk: Desk) -> None:
    old = desk.page().token
    revoke_badges(desk.person.id, now=NOW)
    assert desk.page().token == ""
    issue_badges([desk.person.id], sealer=desk.sealer, now=NOW)
    assert desk.page().token not in ("", old)


@pytest.mark.parametrize(("state", "standing"), [("reserve", "waiting"), ("proposed", "waiting"), ("withdrawn", "withdrawn")])
def test_who_is_no_longer_on_the_list_is_told_and_shown_no_code(desk: Desk, state: str, standing: str) -> None:
    desk.person.state = state
    db.session.flush()
    page = desk.page()
    assert (page.standing, page.token, page.seat, page.number, page.sittings) == (standing, "", "", 0, ())
    with refused("not_invited"):
        desk.answer(True)


def test_who_was_replaced_is_told_so_but_not_by_whom(desk: Desk) -> None:
    values = {"number": 1, "reason": "x", "decided_by": "x", "actor_name": "x", "at": NOW}
    db.session.add(
        Substitution(congress_id=desk.congress.id, old_id=desk.person.id, new_id=desk.proposed.id, **values)
    )
    desk.person.state = "withdrawn"
    db.session.flush()
    page = desk.page()
    assert page.standing == "replaced" and "Lò Văn Chờ" not in repr(page)


def test_of_two_rows_made_one_the_slip_in_the_hand_stays_good(desk: Desk) -> None:
    secret, kept = desk.secret(), desk.approved("Lò Văn An")
    merge(desk.congress.id, kept.id, desk.person.id, actor=COMMAND_LINE, sealer=desk.sealer, now=NOW)
    db.session.expire_all()
    page = operations.find_personal(secret, sealer=desk.sealer, now=NOW)
    assert page is not None and (page.standing, page.number) == ("invited", kept.number)
    operations.answer(secret, coming=True, reason="", sealer=desk.sealer, now=NOW)
    assert (kept.coming, desk.person.coming) == (True, None)


def test_put_off_without_a_date_it_shows_neither_time_nor_code(desk: Desk) -> None:
    desk.congress.postponed, desk.congress.held_on = True, None
    db.session.flush()
    page = desk.page(at(8))
    assert (page.off, page.phase, page.when, page.token, [s.when for s in page.sittings]) == ("postponed", "before", "", "", [""])
    with refused("too_late"):
        desk.answer(True)


def test_called_off_it_shows_no_code(desk: Desk) -> None:
    desk.congress.stage = "cancelled"
    db.session.flush()
    assert (desk.page().off, desk.page().token) == ("cancelled", "")


def test_a_congress_of_which_only_the_day_is_known(desk: Desk) -> None:
    desk.congress.sittings[0].starts_at = None
    db.session.flush()
    assert [(p.phase, p.when) for p in map(desk.page, (at(23, day=19), at(0), at(0, day=21)))] == [
        ("before", "Thứ Ba, 20/05/2025"), ("during", "Thứ Ba, 20/05/2025"), ("after", "Thứ Ba, 20/05/2025"),
    ]  # fmt: skip


# ---- the answer --------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_and_can_be_changed(desk: Desk) -> None:
    person = desk.person
    desk.answer(True)
    assert (person.coming, person.absence_reason, person.answered_at) == (True, "", NOW)
    later = NOW + timedelta(days=1)
    desk.answer(False, "  Ốm  nặng ", later)
    assert (person.coming, person.absence_reason, person.answered_at) == (False, "Ốm nặng", later)
    assert (desk.page().coming, desk.page().reason) == (False, "Ốm nặng")
    desk.answer(True, "thừa")
    assert (person.coming, person.absence_reason, desk.page().reason) == (True, "", "")


def test_the_audit_says_that_it_changed_and_nothing_more(desk: Desk) -> None:
    before = len(audited())
    desk.answer(False, "Ốm nặng")
    desk.answer(False, "Ốm nặng", NOW + timedelta(hours=1))  # pressed twice
    assert audited()[before:] == [("personal.answer", "đại biểu tự trả lời", {"coming": "đã đổi"})]
    assert desk.person.answered_at == NOW


def test_a_no_needs_a_reason(desk: Desk) -> None:
    with refused("needs_reason"):
        desk.answer(False, " \n ")
    with refused("long_reason"):
        desk.answer(False, "x" * 301)
    assert (desk.person.coming, desk.person.answered_at) == (None, None)


def test_it_can_be_changed_until_the_sitting_starts(desk: Desk) -> None:
    desk.answer(True, now=at(7, 29))
    with refused("too_late"):
        desk.answer(False, "Ốm", now=at(7, 30))
    assert desk.person.coming is True


def test_a_no_with_its_reason_is_excused_in_the_report(desk: Desk) -> None:
    other = desk.approved("Lò Thị Bình")
    desk.make()
    desk.answer(False, "Ốm")
    desk.answer(True, person=other)
    report = count_report(read_people(desk.congress), Question(moment=NOW, calendar=Calendar(2025), planned=10))
    assert (report.called, report.present, report.excused) == (2, 0, 1)


def test_answers_of_a_list_and_of_the_congress(desk: Desk) -> None:
    no, silent = desk.approved("Lò B"), desk.approved("Lò C")
    desk.make()
    unasked, elsewhere = desk.approved("Lò D"), make_delegate(desk.other_congress, "Lò E", state="approved", coming=True)
    desk.answer(True)
    desk.answer(False, "Ốm", person=no)
    db.session.flush()
    people = [desk.person, no, silent, unasked, desk.proposed]
    assert operations.answers_of(people) == {desk.person.id: "yes", no.id: "no", silent.id: "none"}
    assert operations.answers_of([]) == {}
    assert operations.count_answers(desk.congress) == {"yes": 1, "no": 1, "none": 1, "unasked": 1}
    assert elsewhere.coming is True


# ---- slips -------------------------------------------------------------------------------------------------------------


def test_slips_stand_in_the_order_of_badges(desk: Desk) -> None:
    second, first = (Delegation(congress_id=desk.congress.id, name=n, folded=n, position=p) for n, p in (("b", 2), ("a", 1)))
    b, a = desk.approved("Lò Bình", delegation=second), desk.approved("Lò An", delegation=first, title="Bí thư", unit_text="Xã A")
    desk.make()
    desk.person.state = "withdrawn"
    db.session.flush()

    def printed(**which: Any) -> list[int]:
        found = slips.start_print(desk.congress, **which, actor=COMMAND_LINE, sealer=desk.sealer, now=NOW)
        return [slip.number for slip in found]

    assert printed() == [a.number, b.number]
    assert printed(delegation_id=second.id) == [b.number]
    assert printed(numbers=[a.number]) == [a.number]
    with refused("no_slips"):
        printed(numbers=[a.number, desk.person.number])
    with refused("no_slips"):
        printed(delegation_id=0)
    [slip] = slips.start_print(desk.congress, numbers=[a.number], actor=COMMAND_LINE, sealer=desk.sealer, now=NOW)
    assert (slip.name, slip.title, slip.unit, slip.secret) == ("Lò An", "Bí thư", "Xã A", desk.secret(a))
    assert audited()[-1] == ("slips.print", "dòng lệnh", {"count": 1})
    heading = slips.heading_of(desk.congress)
    assert (heading.titles[0], heading.when, heading.place) == (
        "Hội nghị Huyện Một", "07:30, Thứ Ba, 20/05/2025", "Hội trường huyện",
    )  # fmt: skip
