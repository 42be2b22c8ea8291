"""A newer list is a diff: who is new, changed, missing or unclear, what is written of it, and what nobody may lose by it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.models import AllocationIssue, AuditEntry, Badge, Delegate, ListVersion, StageEvent, db
from congress.operations.admission import set_states
from congress.operations.import_beside import find_elsewhere
from congress.operations.import_effect import Seats
from tests.imports import AN, BINH, CHI, ImportOffice, states
from tests.operations.test_imports import statements
from tests.world import NOW, actor_for, make_congress

DUNG = ("4", "Hoàng Văn Dũng", "1980", "Khách mời", "Xã Bành Trạch")
CARD = "006070000123"


@pytest.fixture
def office(session: Any, app: Flask) -> ImportOffice:
    return ImportOffice(app)


def refusal(act: Callable[[], object]) -> Refused:
    """As the pages do: what was there is kept, of the refused request nothing."""
    db.session.commit()
    with pytest.raises(Refused) as refused:
        act()
    db.session.rollback()
    return refused.value


def changed(row: tuple[str, ...], place: int, text: str) -> tuple[str, ...]:
    cells = [*row, *[""] * (8 - len(row))]
    cells[place] = text
    return tuple(cells)


def approve(office: ImportOffice, *people: Delegate, reason: str = "") -> None:
    actor = actor_for("organiser", unit=office.commune)
    ids = [person.id for person in people]
    set_states(office.congress.id, ids, "approved", actor=actor, sealer=office.sealer, now=NOW, reason=reason)


def of_person(delegate: Delegate) -> dict[str, Any]:
    columns = {column.name: getattr(delegate, column.name) for column in Delegate.__table__.columns}
    columns.pop("list_version_id")
    return columns


# ---- new, changed, unchanged, missing ----------------------------------------------------------------------------------


def test_a_newer_version_is_a_diff_and_the_unchanged_lose_nothing(office: ImportOffice) -> None:
    first = office.write(office.read(AN, BINH, CHI), file_name="ban-1.xlsx")
    an, binh, chi = office.delegates()
    approve(office, an)
    an.seat = "C-17"
    db.session.commit()
    before, token = of_person(an), db.session.scalars(select(Badge.token_hash).filter_by(delegate_id=an.id)).all()
    newer = office.read(AN, changed(BINH, 5, "Đoàn xã Hai"), DUNG)
    preview = office.preview(newer, replaces=None)
    assert states(preview) == ["unchanged", "changed", "new"]
    assert [(c.field, c.old, c.new) for c in preview.rows[1].changes] == [("delegation", None, "xã Hai")]
    assert (preview.replaced.version.id, preview.replaced.people, preview.replaced.found) == (first.version_id, 3, 2)
    assert [one.name for one in preview.missing] == ["Lê Thị Chi"]
    second = office.write(newer, file_name="ban-2.xlsx")
    assert (second.added, second.changed, second.withdrawn) == (1, 1, 0)
    after = {person.name: person for person in office.delegates()}
    assert of_person(after["Nông Văn An"]) == before
    assert db.session.scalars(select(Badge.token_hash).filter_by(delegate_id=an.id, revoked_at=None)).all() == token
    assert after["Đàm Văn Bình"].delegation.name == "xã Hai"
    assert (after["Đàm Văn Bình"].id, after["Đàm Văn Bình"].number) == (binh.id, binh.number)
    assert (after["Lê Thị Chi"].state, after["Lê Thị Chi"].list_version_id) == ("proposed", first.version_id)
    assert {after[name].list_version_id for name in ("Nông Văn An", "Đàm Văn Bình", "Hoàng Văn Dũng")} == {second.version_id}
    versions = db.session.scalars(select(ListVersion).order_by(ListVersion.id)).all()
    assert [(v.file_name, v.replaces_id, v.rows) for v in versions] == [
        ("ban-1.xlsx", None, 3),
        ("ban-2.xlsx", first.version_id, 3),
    ]


def test_the_missing_are_withdrawn_only_when_that_is_asked(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH, CHI))
    chi = office.delegates()[2].id
    newer = office.read(AN, changed(BINH, 6, "0987654321"))
    preview = office.preview(newer, replaces=None, withdraw=frozenset({chi, 9999}))
    assert (preview.withdraw, preview.writes) == ({chi}, 2)
    assert office.write(newer, withdraw=frozenset({chi, 9999})).withdrawn == 1
    assert [person.state for person in office.delegates()] == ["proposed", "proposed", "withdrawn"]


def test_nobody_is_missing_from_a_list_that_replaces_none(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH, CHI))
    preview = office.preview(office.read(AN), replaces=None)
    assert (preview.replaced, preview.missing) == (None, [])  # one of three is not half
    version = db.session.scalars(select(ListVersion.id)).one()
    preview = office.preview(office.read(AN), replaces=version)
    assert [one.name for one in preview.missing] == ["Đàm Văn Bình", "Lê Thị Chi"]
    left_out = office.preview(office.read(AN, BINH), replaces=version, left_out=frozenset({3}))
    assert [one.name for one in left_out.missing] == ["Lê Thị Chi"]  # a row left out still names its person


def test_the_same_list_twice_writes_nothing_at_all(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH))
    people = [of_person(person) for person in office.delegates()]
    audits = db.session.scalars(select(AuditEntry.id)).all()
    again = office.write(office.read(BINH, AN))
    assert (again.added, again.changed, again.version_id) == (0, 0, None)
    assert [of_person(person) for person in office.delegates()] == people
    assert db.session.scalars(select(AuditEntry.id)).all() == audits
    assert len(db.session.scalars(select(ListVersion)).all()) == 1


def test_what_was_mended_here_is_not_undone_by_the_same_row(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH))
    office.delegates()[0].phone = "0999999999"
    db.session.commit()
    same = office.read(AN, BINH)
    preview = office.preview(same)
    assert states(preview) == ["kept", "unchanged"]
    assert [(c.field, c.old, c.new) for c in preview.rows[0].changes] == [("phone", "0999999999", "0912345678")]
    assert (office.write(same).changed, office.delegates()[0].phone) == (0, "0999999999")
    assert (office.write(same, rows={2: "take"}).changed, office.delegates()[0].phone) == (1, "0912345678")


def test_an_office_may_go_back_to_its_first_version(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH))
    office.finish(office.read(changed(AN, 6, "0987654321"), BINH))
    assert office.delegates()[0].phone == "0987654321"
    assert states(office.preview(office.read(AN, BINH))) == ["changed", "unchanged"]
    assert (office.write(office.read(AN, BINH)).changed, office.delegates()[0].phone) == (1, "0912345678")
    assert office.write(office.read(AN, BINH, CHI)).changed == 0  # that this was the last word is known from list to list
    office.delegates()[0].phone = "0999999999"
    db.session.commit()
    assert states(office.preview(office.read(AN, BINH, CHI))) == ["kept", "unchanged", "unchanged"]
    assert states(office.preview(office.read(changed(AN, 6, "0987654321"), BINH, CHI)))[0] == "changed"


def test_a_change_refused_is_not_asked_again(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH))
    newer = office.read(changed(AN, 6, "0987654321"), BINH)
    assert (office.write(newer, rows={2: "keep"}).changed, office.delegates()[0].phone) == (0, "0912345678")
    assert states(office.preview(newer)) == ["kept", "unchanged"]


def test_a_blank_cell_erases_nothing(office: ImportOffice) -> None:
    office.finish(office.read(AN))
    bare = office.read(("1", "Nông Văn An", "1970", "Điển hình tiên tiến"))
    assert states(office.preview(bare)) == ["unchanged"]
    office.finish(bare)
    assert office.delegates()[0].phone == "0912345678"


def test_a_name_and_what_hangs_on_it_change_together(office: ImportOffice) -> None:
    office.finish(office.read(changed(AN, 7, CARD)))
    office.finish(office.read(changed(changed(AN, 7, CARD), 1, "Nông Văn Ân")))
    (an,) = office.delegates()
    assert (an.name, an.folded) == ("Nông Văn Ân", "nong van an")
    entry = db.session.scalars(select(AuditEntry).filter_by(action="delegates.edit")).one()
    assert entry.difference == {"name": ["Nông Văn An", "Nông Văn Ân"]}


def test_private_values_never_reach_the_audit(office: ImportOffice) -> None:
    office.finish(office.read(AN))
    office.finish(office.read(changed(AN, 6, "0987654321")))
    entry = db.session.scalars(select(AuditEntry).filter_by(action="delegates.edit")).one()
    assert entry.difference == {"phone": "đã đổi"}


# ---- who is it? --------------------------------------------------------------------------------------------------------


def test_who_is_not_clear_is_asked_and_holds_the_import_back(office: ImportOffice) -> None:
    office.finish(office.read(BINH, ("4", "Đàm Văn Bình", "1971", "Phục vụ")))
    one, other = (person.id for person in office.delegates())
    people = office.read(("1", "Đàm Văn Bình", "1971", "Khách mời", "", "", "0912345678"))
    preview = office.preview(people)
    assert [(row.state, [c.id for c in row.candidates]) for row in preview.rows] == [("duplicate", [one, other])]
    found = refusal(lambda: office.write(people))
    assert (found.code, found.message) == (
        "duplicate", "Còn 1 dòng chưa rõ là ai (đầu tiên: dòng 2). Chọn người, hoặc bỏ các dòng đó.",
    )  # fmt: skip
    assert states(office.preview(people, rows={2: f"as:{other}"})) == ["changed"]
    assert states(office.preview(people, rows={2: "new"})) == ["new"]
    assert states(office.preview(people, rows={2: "as:9999"})) == ["duplicate"]
    assert office.write(people, rows={2: f"as:{other}"}).changed == 1
    assert [(person.phone, person.component.code) for person in office.delegates()] == [
        (None, "guest"), ("0912345678", "guest"),
    ]  # fmt: skip


def test_one_delegate_is_never_given_to_two_rows(office: ImportOffice) -> None:
    office.finish(office.read(BINH))
    (binh,) = office.delegates()
    people = office.read(changed(BINH, 6, "0912345678"), changed(BINH, 6, "0987654321"))
    preview = office.preview(people, rows={2: f"as:{binh.id}", 3: f"as:{binh.id}"})
    assert states(preview) == ["changed", "new"]


def test_somebody_withdrawn_is_not_brought_back_unless_said(office: ImportOffice) -> None:
    office.finish(office.read(AN))
    office.delegates()[0].state = "withdrawn"
    db.session.commit()
    people = office.read(changed(AN, 6, "0987654321"))
    assert states(office.preview(people)) == ["withdrawn"]
    assert (office.finish(people), office.finish(people, rows={2: "new"})) == (0, 1)
    assert [person.state for person in office.delegates()] == ["withdrawn", "proposed"]


def test_a_faulty_row_is_not_missing_and_waits(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH))
    version = db.session.scalars(select(ListVersion.id)).one()
    preview = office.preview(office.read(changed(AN, 6, "09x"), BINH), replaces=version)
    assert (states(preview), preview.missing) == (["faulty", "unchanged"], [])


# ---- the rule ----------------------------------------------------------------------------------------------------------


def test_a_component_changes_under_the_rule(office: ImportOffice) -> None:
    office.congress.planned_size = 10
    rows = [(str(n), f"Khách {n}", "1970", "Khách mời") for n in range(1, 4)]
    office.finish(office.read(AN, *rows))
    approve(office, *office.delegates())
    full = office.read(changed(AN, 3, "Khách mời"), *rows)
    preview = office.preview(full)
    assert (preview.before.honoured, preview.before.invited) == (1, 3)
    assert (preview.meter.honoured, preview.meter.invited, preview.over_invited) == (0, 4, 1)
    db.session.commit()
    assert refusal(lambda: office.write(full)).code == "invited_full"
    assert office.delegates()[0].component.code == "exemplar"
    swapped = office.read(changed(AN, 3, "Khách mời"), changed(rows[0], 3, "Điển hình tiên tiến"), *rows[1:])
    assert office.write(swapped).changed == 2  # right in the end, whichever row stands first
    assert [person.component.code for person in office.delegates()] == ["guest", "exemplar", "guest", "guest"]


def test_out_of_the_ratio_asks_for_a_reason(office: ImportOffice) -> None:
    office.finish(office.read(BINH))
    moved = office.read(changed(BINH, 3, "Phục vụ"))
    assert refusal(lambda: office.write(moved)).code == "needs_reason"
    assert office.write(moved, reason="Chuyển sang phục vụ").changed == 1


def test_a_closed_list_is_amended_with_a_reason(office: ImportOffice) -> None:
    office.finish(office.read(AN, BINH))
    approve(office, *office.delegates())
    office.congress.stage = "list_closed"
    db.session.commit()
    newer = office.read(changed(AN, 6, "0987654321"), BINH, DUNG)
    found = refusal(lambda: office.write(newer, reason="  "))
    assert (found.code, found.field) == ("needs_reason", "reason")
    assert office.write(newer, reason=" Xã bổ sung ").added == 1
    event = db.session.scalars(select(StageEvent)).one()
    assert (event.kind, event.reason, event.from_stage, event.to_stage) == ("amend", "Xã bổ sung", "list_closed", "list_closed")
    assert [person.state for person in office.delegates()] == ["approved", "approved", "proposed"]
    entries = db.session.scalars(select(AuditEntry).filter_by(action="delegates.edit")).all()
    assert [entry.difference for entry in entries] == [{"phone": "đã đổi", "reason": ["Xã bổ sung"]}]


def test_what_was_not_seen_is_not_written(office: ImportOffice) -> None:
    people = office.read(AN, BINH)
    seen = office.preview(people).fingerprint(office.sealer)
    assert office.write(office.read(AN)).added == 1  # a colleague was quicker
    found = refusal(lambda: office.write(people, seen=seen, replaces=0))
    assert (found.code, office.names()) == ("diff_changed", ["Nông Văn An"])
    seen = office.preview(people).fingerprint(office.sealer)
    assert (office.write(people, seen=seen, replaces=0).added, office.names()) == (1, ["Nông Văn An", "Đàm Văn Bình"])


def test_all_or_nothing(office: ImportOffice) -> None:
    office.congress.planned_size = 10
    rows = [(str(n), f"Khách {n}", "1970", "Khách mời") for n in range(1, 4)]
    office.finish(office.read(AN, *rows))
    approve(office, *office.delegates())
    db.session.commit()
    refusal(lambda: office.write(office.read(changed(AN, 3, "Khách mời"), *rows, DUNG)))
    assert (len(office.delegates()), len(db.session.scalars(select(ListVersion)).all())) == (4, 1)


# ---- seats, and other congresses ---------------------------------------------------------------------------------------


def test_the_seats_of_the_units_that_send(office: ImportOffice) -> None:
    def line(unit: Any, component: str, seats: int) -> dict[str, Any]:
        return {"unit_id": unit.id, "unit": unit.name, "component": component, "seats": seats}

    commune, district = office.commune, office.district
    lines = [line(commune, "exemplar", 1), line(commune, "guest", 2), line(district, "guest", 5)]
    issue = {"number": 1, "dated_on": NOW.date(), "note": "", "actor_name": "x", "at": NOW}
    db.session.add(AllocationIssue(congress_id=office.congress.id, seats=lines, **issue))
    db.session.commit()
    preview = office.preview(office.read(AN, changed(AN, 1, "Nông Văn Em"), BINH))
    assert preview.seats == [
        Seats("Xã Bành Trạch", "Điển hình tiên tiến", 1, 0, 2), Seats("Xã Bành Trạch", "Khách mời", 2, 0, 0),
    ]  # fmt: skip
    office.finish(office.read(AN))
    moved = office.preview(office.read(changed(AN, 3, "Khách mời")))
    assert [(line.component, line.before, line.after) for line in moved.seats] == [
        ("Điển hình tiên tiến", 1, 0), ("Khách mời", 0, 1),
    ]  # fmt: skip
    assert office.preview(office.read(BINH)).seats == []


def test_who_is_elsewhere_under_the_plan_is_only_worth_a_look(office: ImportOffice) -> None:
    office.finish(office.read(changed(AN, 7, CARD), BINH))
    here, office.congress = office.congress, make_congress(office.plan, office.district)
    people = office.read(("1", "Tên Khác", "", "Khách mời", "", "", "", CARD), BINH, CHI)
    secretary, organiser = (actor_for(role, unit=office.district) for role in ("secretary", "checkin_staff"))
    assert find_elsewhere(office.congress, people, actor=secretary) == {2: here.title1, 3: here.title1}
    assert set(find_elsewhere(office.congress, people, actor=organiser).values()) == {"một hội nghị khác cùng kế hoạch"}
    assert find_elsewhere(here, office.read(AN), actor=secretary) == {}
    assert states(office.preview(people)) == ["new"] * 3


def test_changing_many_takes_no_more_questions_than_changing_few(office: ImportOffice) -> None:
    rows = [(str(n), f"Nông Văn {n}", "1970", "Khách mời", f"Xã {n}") for n in range(40)]
    office.finish(office.read(*rows))
    counts = []
    for some in (rows[:3], rows[3:]):
        people = office.read(*(changed(row, 6, f"09123456{row[0]:0>2}") for row in some))
        db.session.commit()
        with statements() as asked:
            assert office.write(people, replaces=0).changed == len(some)
        counts.append([text.split()[0] for text in asked if not text.startswith(("BEGIN", "UPDATE", "INSERT"))])
    few, many = counts
    assert many == few
