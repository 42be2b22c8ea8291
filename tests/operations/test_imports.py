"""Importing a delegate list: the three real workbooks to the letter, mended rows, and never anybody twice."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from congress.domain.refusals import Refused
from congress.models import AuditEntry, Delegate, Delegation, ImportDraft, ImportedRow, ListVersion, StageEvent, db
from congress.operations import imports
from congress.operations.import_drafts import DRAFTS_LIVE, find_draft, leave_out, listing_of
from tests.imports import AN, BINH, CHI, ImportOffice, people_in_all
from tests.world import NOW, make_congress, make_delegate, make_user

EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "expected.json").read_text("utf-8"))
NAMES = ("xa-banh-trach.xlsx", "huyen-ba-be.xlsx", "so-y-te.xlsx")


@pytest.fixture
def office(session: Any, app: Flask) -> ImportOffice:
    return ImportOffice(app)


def as_told(delegate: Delegate) -> dict[str, Any]:
    """A stored person in the words of expected.json."""
    told = {key: getattr(delegate, key) for key in ("name", "sex", "born", "ethnic", "religion", "party", "phone")}
    return told | {
        "group": delegate.component.code, "unit": delegate.unit_text or None,
        "delegation": delegate.delegation.name if delegate.delegation else None,
    }  # fmt: skip


def leave_out_faulty(office: ImportOffice, draft: ImportDraft) -> None:
    leave_out(draft, {row.person.key for row in office.preview(draft).rows if row.state == "faulty"}, left_out=True)


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


# ---- the three workbooks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_real_lists_are_written_to_the_letter_and_only_once(office: ImportOffice, name: str) -> None:
    draft = office.start(name)
    leave_out_faulty(office, draft)
    expected = EXPECTED[name]["delegates"]
    assert people_in_all() == 0
    assert office.finish(draft) == len(expected)
    stored = office.delegates()
    assert [{key: as_told(person)[key] for key in told} for person, told in zip(stored, expected, strict=True)] == expected
    assert [person.number for person in stored] == list(range(101, 101 + len(expected)))
    assert {person.state for person in stored} == {"proposed"}
    written = db.session.scalars(select(AuditEntry.difference).filter_by(action="delegates.import")).all()
    rows = len(expected) + len(draft.left_out)
    version = db.session.scalars(select(ListVersion)).one()
    assert (version.rows, version.replaces_id, {person.list_version_id for person in stored}) == (rows, None, {version.id})
    assert written == [{"added": len(expected), "changed": 0, "withdrawn": 0, "rows": rows, "list": version.id}]
    again = office.start(name)
    leave_out_faulty(office, again)
    preview = office.preview(again)
    assert (preview.count("unchanged"), preview.count("new"), preview.groups) == (len(expected), 0, {})
    assert (office.finish(again), people_in_all()) == (0, len(expected))


def test_the_twelve_bad_cells_stop_the_import_until_mended_or_left_out(office: ImportOffice) -> None:
    draft = office.start("so-y-te.xlsx")
    preview = office.preview(draft)
    bad = [
        {"row": row.person.row, "column": note.column, "value": note.value}
        for row in preview.rows if row.state == "faulty" for note in row.person.errors
    ]  # fmt: skip
    assert bad == EXPECTED["so-y-te.xlsx"]["bad_rows"]
    assert (preview.count("new"), preview.count("faulty")) == (138, 12)
    found = refusal(lambda: office.finish(draft))
    assert (found.code, found.message) == ("faulty", "Còn 12 dòng có lỗi (đầu tiên: dòng 8). Sửa, hoặc bỏ các dòng đó.")
    assert people_in_all() == 0


def test_mended_rows_come_in_and_the_same_file_again_adds_nobody(office: ImportOffice) -> None:
    draft = office.start("so-y-te.xlsx")
    assert office.mend(draft, 8, born="28/02/1975").errors == ()
    assert office.mend(draft, 61, phone="").errors == ()  # the cell is left out, the person is taken
    assert office.mend(draft, 72, email="").errors == ()
    assert office.mend(draft, 91, born="1965").born == "1965"
    assert [note.column for note in office.mend(draft, 20, born="31/02/1980").errors] == ["born"]
    leave_out_faulty(office, draft)
    assert draft.left_out == [20, 29, 34, 42, 53, 84, 100, 121]
    assert office.finish(draft) == 142
    people = {person.row: person for person in listing_of(draft).people}
    mended = db.session.scalars(select(Delegate.born).where(Delegate.name == people[8].name)).all()
    assert "1975-02-28" in mended
    again = office.start("so-y-te.xlsx")
    leave_out_faulty(office, again)
    assert (office.finish(again), people_in_all()) == (0, 142)  # also rows 8, 61, 72, 91, which have faults in the file
    office.mend(again, 20, born="1980")
    leave_out(again, {20}, left_out=False)
    assert (office.finish(again), people_in_all()) == (1, 143)


def test_the_preview_shows_banh_trach_on_cap_and_ratio(office: ImportOffice) -> None:
    preview = office.preview(office.start("xa-banh-trach.xlsx"))
    assert sum(preview.groups.values()) == 186
    assert preview.groups["Điển hình tiên tiến"] == 130
    assert (preview.meter.honoured, preview.meter.invited, preview.over_cap, preview.over_invited) == (130, 56, 0, 0)
    assert f"{preview.meter.headline}: {preview.meter.reason}" == (
        "Chốt bây giờ chưa được: 130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."
    )
    office.congress.planned_size = 150
    preview = office.preview(office.start("xa-banh-trach.xlsx"))
    assert (preview.over_cap, preview.over_invited) == (36, 11)
    make_delegate(office.congress, "Đã duyệt", "guest", "approved")
    assert office.preview(office.start("xa-banh-trach.xlsx")).over_invited == 12
    assert people_in_all() == 1


# ---- the same row again ------------------------------------------------------------------------------------------------

def test_other_numbers_and_another_order_are_the_same_rows(office: ImportOffice) -> None:
    assert office.finish(office.read(AN, BINH)) == 2
    moved = office.read(("9", *CHI[1:]), ("7", *BINH[1:]), ("8", *AN[1:]))
    assert (office.finish(moved), office.names()) == (1, ["Nông Văn An", "Đàm Văn Bình", "Lê Thị Chi"])


def test_one_other_cell_is_the_same_person_changed(office: ImportOffice) -> None:
    assert office.finish(office.read(AN)) == 1
    written = office.write(office.read((*AN[:6], "0987654321")))
    assert (written.added, written.changed, [person.phone for person in office.delegates()]) == (0, 1, ["0987654321"])


def test_the_same_row_in_another_congress_is_new_there(office: ImportOffice) -> None:
    office.finish(office.read(AN))
    office.congress = make_congress(office.plan, office.district)
    assert (office.finish(office.read(AN)), office.names()) == (1, ["Nông Văn An"])


def test_a_mended_row_keeps_the_identity_of_the_file(office: ImportOffice) -> None:
    (person,) = office.read((*BINH[:2], "30/02/1971", *BINH[3:]))
    draft = office.start("xa-banh-trach.xlsx")
    draft.listing = {**draft.listing, "people": [person.to_json()]}
    mended = office.mend(draft, person.row, born="1971")
    assert (office.finish([mended]), office.finish([person]), office.names()) == (1, 0, ["Đàm Văn Bình"])


def test_same_name_and_year_in_one_file_are_two_people_shown_as_a_pair(office: ImportOffice) -> None:
    people = office.read(BINH, CHI, (*BINH[:2], "5/1971", "Phục vụ"), ("4", *BINH[1:]))
    preview = office.preview(people)
    assert (preview.count("new"), preview.pairs) == (4, [(2, 4), (4, 5)])
    assert office.finish(people) == 4
    assert office.finish(people) == 0
    assert office.finish(office.read(("7", *BINH[1:]))) == 0


def test_the_same_id_number_is_the_same_person(office: ImportOffice) -> None:
    id_number = "006070000123"
    people = office.read((*AN, id_number), ("2", "Nông Văn An", "1970", "Khách mời", "", "", "", id_number), BINH)
    preview = office.preview(people)
    assert [(row.state, row.repeat_of) for row in preview.rows] == [("new", None), ("repeat", 2), ("new", None)]
    assert (preview.pairs, preview.count("repeat")) == ([], 1)
    left = office.preview(people, left_out={2})
    assert [row.state for row in left.rows] == ["left_out", "new", "new"]
    assert (office.finish(people), office.finish(people), people_in_all()) == (2, 0, 2)


def test_a_row_left_out_is_offered_again(office: ImportOffice) -> None:
    people = office.read(AN, BINH)
    assert (office.finish(people, left_out={2}), office.names()) == (1, ["Đàm Văn Bình"])
    assert [row.state for row in office.preview(people).rows] == ["new", "unchanged"]
    assert office.finish(people) == 1


def test_a_withdrawn_person_is_not_brought_back_by_the_list(office: ImportOffice) -> None:
    office.finish(office.read(AN))
    office.delegates()[0].state = "withdrawn"
    assert (office.finish(office.read(AN)), [person.state for person in office.delegates()]) == (0, ["withdrawn"])


def test_what_is_kept_of_a_row_is_a_keyed_digest(office: ImportOffice) -> None:
    office.finish(office.read(AN))
    digests = db.session.scalars(select(ImportedRow.digest)).all()
    assert [(len(digest), set(digest) <= set("0123456789abcdef")) for digest in digests] == [(64, True)]


# ---- what is written ---------------------------------------------------------------------------------------------------


def test_numbers_go_on_and_units_and_delegations_are_found(office: ImportOffice) -> None:
    make_delegate(office.congress, "Có trước")
    office.finish(office.read(AN, (*BINH[:4], "Xã Lạ", "Đoàn xã Hai"), (*CHI[:4], "xã bành trạch", "Xã Bành Trạch")))
    assert [(d.number, d.unit_text, d.unit_id) for d in office.delegates()[1:]] == [
        (102, "Xã Bành Trạch", office.commune.id), (103, "Xã Lạ", None), (104, "xã bành trạch", office.commune.id),
    ]  # fmt: skip
    delegations = db.session.scalars(select(Delegation).order_by(Delegation.position)).all()
    assert [(d.name, d.position) for d in delegations] == [("Xã Bành Trạch", 1), ("xã Hai", 2)]


def test_a_unit_the_tree_does_not_know_is_only_a_warning(office: ImportOffice) -> None:
    known, unknown = office.read(AN, (*BINH[:4], "Xã Lạ"))
    assert ([note.column for note in known.warnings], [note.column for note in unknown.warnings]) == ([], ["unit"])
    assert unknown.errors == ()


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def test_many_rows_take_no_more_questions_than_few(office: ImportOffice) -> None:
    counts = []
    for start, rows in ((0, 3), (100, 90)):
        people = office.read(
            *((str(n), f"Nông Văn {n}", "1970", "Khách mời", f"Xã {n}", f"Xã {n}") for n in range(start, start + rows))
        )
        with statements() as asked:
            assert office.finish(people) == rows
        counts.append([text.split()[0] for text in asked if not text.startswith("BEGIN")])
    few, many = counts
    assert len(many) <= len(few)  # the delegations are there the second time


# ---- when and whose ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "open_"), [("draft", True), ("list_open", True), ("list_closed", True), ("held", False), ("cancelled", False)]
)
def test_people_are_proposed_until_the_congress_is_held(office: ImportOffice, stage: str, open_: bool) -> None:
    draft, office.congress.stage = office.start("xa-banh-trach.xlsx"), stage
    if open_:
        assert office.finish(draft, reason="Bổ sung") == 186
    else:
        assert [refusal(lambda: office.finish(draft)).code, refusal(lambda: office.start("so-y-te.xlsx")).code] == [
            "stage",
            "stage",
        ]
        assert people_in_all() == 0


def test_a_draft_is_its_users_and_the_next_one_takes_its_place(office: ImportOffice) -> None:
    first = office.start("xa-banh-trach.xlsx")
    assert find_draft(office.congress, first.id, office.user.id, now=NOW) is first
    other = make_congress(office.plan, office.district)
    someone = make_user("nguoi-khac", "secretary", unit=office.commune)
    assert find_draft(other, first.id, office.user.id, now=NOW) is None
    assert find_draft(office.congress, first.id, someone.id, now=NOW) is None
    second = office.start("so-y-te.xlsx")
    assert [draft.id for draft in db.session.scalars(select(ImportDraft))] == [second.id]
    too_late = NOW + DRAFTS_LIVE + timedelta(minutes=1)
    assert find_draft(office.congress, second.id, office.user.id, now=too_late) is None
    office.congress = other
    later = office.start("so-y-te.xlsx", user_id=someone.id, now=too_late)
    assert [draft.id for draft in db.session.scalars(select(ImportDraft))] == [later.id]


def test_a_draft_survives_the_database(office: ImportOffice) -> None:
    draft = office.start("so-y-te.xlsx")
    people = listing_of(draft).people
    db.session.commit()
    assert listing_of(draft).people == people


def test_only_rows_of_the_list_are_mended(office: ImportOffice) -> None:
    draft = office.start("so-y-te.xlsx")
    assert refusal(lambda: office.mend(draft, 9999, born="1970")).message == "Danh sách không có dòng 9999."


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 x", b"PK\x03\x04 broken"])
def test_what_is_no_list_is_refused_beside_the_file(office: ImportOffice, data: bytes) -> None:
    found = refusal(lambda: office.start("ds.xlsx", data))
    assert (found.code, found.field) == ("unreadable", "file")
    assert db.session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_the_groups_are_the_plans(office: ImportOffice) -> None:
    guest = next(component for component in office.plan.components if component.code == "guest")
    guest.aliases = ["Bạn bè"]
    (person,) = office.read((*BINH[:3], "Bạn bè"))
    assert (person.group, imports.groups_of([guest])[0].aliases) == ("guest", ("Bạn bè",))


def test_many_new_components_amend_a_closed_list_once_and_who_leaves_a_delegation_leads_it_no_more(office: ImportOffice) -> None:
    """Three approved guests become exemplars and their head goes to another delegation, by one file."""
    rows = [(str(n), f"Nông Văn {n}", "1970", "Khách mời", "", "Xã Một") for n in range(3)]
    written = office.write(office.read(*rows))
    people = office.delegates()
    delegation = people[0].delegation
    assert delegation is not None
    delegation.head_id, office.congress.stage = people[0].id, "list_closed"
    for person in people:
        person.state = "approved"
    db.session.commit()
    changed = [(*row[:3], "Điển hình tiên tiến", "", "Xã Hai" if row is rows[0] else "Xã Một") for row in rows]
    office.write(office.read(*changed), replaces=written.version_id, reason="Xếp lại")
    assert [(d.component.code, d.delegation and d.delegation.name) for d in office.delegates()] == [
        ("exemplar", "Xã Hai"), ("exemplar", "Xã Một"), ("exemplar", "Xã Một"),
    ]  # fmt: skip
    assert delegation.head_id is None
    assert [event.reason for event in db.session.scalars(select(StageEvent).filter_by(kind="amend"))] == ["Xếp lại"]
