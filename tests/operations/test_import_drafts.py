"""A list on its way in: kept sealed, read another way as somebody says, remembered for the unit, and given back marked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.access import COMMAND_LINE
from congress.domain.delegate_lists import Listing
from congress.domain.refusals import Refused
from congress.models import AuditEntry, ColumnMapping, ImportDraft, db
from congress.operations import import_drafts as drafts
from congress.operations.import_drafts import DRAFTS_LIVE, LEFT_OUT, Fault, Questions
from congress.operations.imports import Reading
from congress.operations.sealing import Sealer
from tests.imports import AN, BINH, CHI, SAMPLES, TODAY, ImportOffice
from tests.lists import word_xml, xlsx
from tests.world import NOW, make_congress

CLASH = ("TT", "Họ và tên", "Năm sinh", "DT", "Thành phần")
MA = ("1", "Ma Văn An", "1970", "Tày", "Khách mời")
NOTHING = Questions((), (), None, ())


@pytest.fixture
def office(session: Any, app: Flask) -> ImportOffice:
    return ImportOffice(app)


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def asked(draft: ImportDraft) -> Questions:
    return drafts.questions_of(draft, drafts.listing_of(draft))


def read_again(office: ImportOffice, draft: ImportDraft, **how: Any) -> Listing:
    doing = {"congress": office.congress, "sealer": office.sealer, "now": NOW, "today": TODAY}
    drafts.read_again(draft, Reading(**how), **doing)
    return drafts.listing_of(draft)


def finish(office: ImportOffice, draft: ImportDraft) -> Any:
    seen = office.preview(draft).fingerprint(office.sealer)
    return drafts.finish_draft(draft, reason="", seen=seen, actor=COMMAND_LINE, sealer=office.sealer, now=NOW)


def give_back(office: ImportOffice, draft: ImportDraft) -> drafts.GivenBack:
    return drafts.give_back(draft, congress=office.congress, actor=COMMAND_LINE, sealer=office.sealer, now=NOW)


# ---- the file ----------------------------------------------------------------------------------------------------------


def test_the_file_is_kept_sealed_and_goes_with_the_draft(office: ImportOffice) -> None:
    data = (SAMPLES / "xa-banh-trach.xlsx").read_bytes()
    draft = office.start("xa-banh-trach.xlsx")
    assert draft.file_sealed is not None and data[:64] not in draft.file_sealed
    assert drafts.upload_of(draft, office.sealer) == drafts.Upload(data, "xa-banh-trach.xlsx")
    assert refusal(lambda: drafts.upload_of(draft, Sealer(bytes(32)))).code == "wrong_key"
    drafts.forget_drafts(now=NOW + DRAFTS_LIVE)
    assert db.session.scalar(select(func.count()).select_from(ImportDraft)) == 1
    drafts.forget_drafts(now=NOW + DRAFTS_LIVE + timedelta(seconds=1))
    assert db.session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_a_pasted_range_is_a_list_like_any_other(office: ImportOffice) -> None:
    draft = office.paste(AN, BINH)
    assert asked(draft) == NOTHING
    assert (office.finish(draft), office.names()) == (2, ["Nông Văn An", "Đàm Văn Bình"])
    found = refusal(lambda: office.start("x", b"xin chao", pasted=True))
    assert (found.code, found.field) == ("unreadable", "pasted")


# ---- what has to be said -----------------------------------------------------------------------------------------------


def test_a_clashing_title_is_asked_and_holds_the_import_back(office: ImportOffice) -> None:
    draft = office.paste(MA, header=CLASH)
    assert asked(draft) == Questions((), ("DT",), None, ())
    assert asked(draft).blocking
    assert drafts.listing_of(draft).people[0].ethnic is None
    assert refusal(lambda: finish(office, draft)).code == "questions"
    listing = read_again(office, draft, columns={3: "ethnic"})
    assert (asked(draft), listing.people[0].ethnic) == (NOTHING, "Tày")
    assert finish(office, draft).added == 1


def test_a_column_may_be_left_unread(office: ImportOffice) -> None:
    draft = office.paste(MA, header=("TT", "Họ và tên", "Năm sinh", "Dân tộc", "Thành phần"))
    listing = read_again(office, draft, columns={3: ""})
    assert (asked(draft), listing.people[0].ethnic, finish(office, draft).added) == (NOTHING, None, 1)
    assert office.delegates()[0].ethnic is None


def test_what_was_said_is_remembered_for_the_unit_and_its_headers(office: ImportOffice) -> None:
    read_again(office, office.paste(MA, header=CLASH), columns={3: "phone"})
    again = office.paste(("1", "Lò Văn Hai", "1980", "0912345678", "Khách mời"), header=CLASH)
    assert (asked(again), again.choices["remembered"]) == (NOTHING, True)
    assert drafts.listing_of(again).people[0].phone == "0912345678"
    read_again(office, again, columns={3: "ethnic"})
    assert [mapping.columns for mapping in db.session.scalars(select(ColumnMapping))] == [{"3": "ethnic"}]
    other_headers = office.paste(("1", "Lò Văn Hai", "0912345678", "Khách mời"), header=("TT", "Họ và tên", "DT", "Thành phần"))
    assert asked(other_headers).columns == ("DT",)
    office.congress = make_congress(office.plan, office.district)
    assert asked(office.paste(MA, header=CLASH)).columns == ("DT",)


def test_a_way_of_reading_without_names_is_refused(office: ImportOffice) -> None:
    draft = office.paste(AN)
    assert refusal(lambda: read_again(office, draft, columns={1: ""})).code == "unreadable"


def test_several_sheets_are_asked_about_once(office: ImportOffice) -> None:
    header = ["TT", "Họ và tên", "Năm sinh", "Thành phần"]
    data = xlsx({"Một": [header, [1, "Ma Văn An", "1970", "Khách mời"]], "Hai": [header, [1, "Lò Văn Hai", "1980", "Khách mời"]]})
    draft = office.start("ds.xlsx", data)
    assert asked(draft) == Questions(("Một", "Hai"), (), None, ())
    drafts.leave_out(draft, {2}, left_out=True)
    listing = read_again(office, draft, sheet="Hai")
    assert (asked(draft), listing.sheet, [person.name for person in listing.people]) == (NOTHING, "Hai", ["Lò Văn Hai"])
    assert draft.left_out == []  # it was a row of the other sheet
    read_again(office, draft, sheet="Hai", columns={2: ""})
    again = office.start("ds.xlsx", data)
    assert read_again(office, again, sheet="Hai").people[0].born is None
    assert (again.choices["remembered"], drafts.reading_of(again).columns) == (True, {2: ""})


def test_an_old_font_is_offered_and_never_converted_unasked(office: ImportOffice) -> None:
    rows = [("1", "NguyÔn V¨n An", "1970", "Kh¸ch mêi"), ("2", "Lª ThÞ B×nh", "1971", "Kh¸ch mêi")]
    draft = office.paste(*rows, header=("TT", "Hä vµ tªn", "N¨m sinh", "Thµnh phÇn"))
    listing = drafts.listing_of(draft)
    assert (asked(draft).encoding, asked(draft).blocking) == ("tcvn3", True)
    pairs = [("NguyÔn V¨n An", "Nguyễn Văn An"), ("Lª ThÞ B×nh", "Lê Thị Bình")]
    assert drafts.converted_names(listing, drafts.reading_of(draft)) == pairs
    listing = read_again(office, draft, encoding="tcvn3")
    assert (asked(draft), [person.name for person in listing.people]) == (NOTHING, ["Nguyễn Văn An", "Lê Thị Bình"])
    assert drafts.converted_names(listing, drafts.reading_of(draft)) == []
    assert finish(office, draft).added == 2


def test_a_title_with_its_unit_is_divided_only_when_said(office: ImportOffice) -> None:
    row = ("1", "Ma Văn An", "1970", "Khách mời", "Phó Trưởng phòng, Sở Y tế")
    draft = office.paste(row, header=("TT", "Họ và tên", "Năm sinh", "Thành phần", "Chức vụ, đơn vị công tác"))
    person = drafts.listing_of(draft).people[0]
    assert (person.title, person.unit) == ("Phó Trưởng phòng, Sở Y tế", None)
    person = read_again(office, draft, split_title_unit=True).people[0]
    assert (person.title, person.unit) == ("Phó Trưởng phòng", "Sở Y tế")


def test_a_section_is_what_somebody_says_it_is(office: ImportOffice) -> None:
    header = ["TT", "Họ và tên", "Năm sinh", "Chức vụ"]
    rows = [["I", "Đại biểu khách mời"], [1, "Ma Văn An", "1970", "Chủ tịch"]]
    draft = office.start("ds.xlsx", xlsx({"DS": [header, *rows]}))
    assert drafts.listing_of(draft).people[0].group == "guest"
    listing = read_again(office, draft, sections={2: "group:leader"})
    assert listing.people[0].group == "leader"


# ---- mending, and the end ----------------------------------------------------------------------------------------------


def test_what_was_mended_outlives_another_way_of_reading(office: ImportOffice) -> None:
    draft = office.paste((*AN[:6], "09x"), BINH)
    office.mend(draft, 2, phone="0912345678")
    drafts.leave_out(draft, {3}, left_out=True)
    listing = read_again(office, draft, columns={2: ""})
    assert (listing.people[0].phone, listing.people[0].born, draft.left_out) == ("0912345678", None, [3])


def test_one_component_for_all_that_say_none(office: ImportOffice) -> None:
    draft = office.paste(("1", "Ma Văn An", "1970"), BINH, ("3", "Lò Văn Hai", "1980", "Người lạ"))
    assert drafts.rows_without_group(drafts.listing_of(draft)) == [2]
    assert drafts.set_group(draft, "leader", congress=office.congress, today=TODAY) == 1
    assert [person.group for person in drafts.listing_of(draft).people] == ["leader", "guest", None]
    assert refusal(lambda: drafts.set_group(draft, "khong-co", congress=office.congress, today=TODAY)).code == "no_component"


def test_a_decision_can_be_taken_back(office: ImportOffice) -> None:
    draft = office.paste(AN)
    drafts.decide(draft, 2, "keep")
    drafts.decide(draft, 3, "as:7")
    drafts.choose_replaced(draft, 4)
    drafts.choose_withdrawn(draft, [9, 8, 9])
    wishes = drafts.wishes_of(draft)
    assert (wishes.rows, wishes.replaces, wishes.withdraw) == ({2: "keep", 3: "as:7"}, 4, {8, 9})
    drafts.decide(draft, 2, "")
    drafts.choose_replaced(draft, 0)
    wishes = drafts.wishes_of(draft)
    assert (wishes.rows, wishes.replaces, wishes.withdraw) == ({3: "as:7"}, 0, frozenset())


@pytest.mark.parametrize("wish", ["as:", "as:x", "as:1234567890", "as:-1", "giữ", "as:²"])
def test_a_decision_is_one_of_those_offered(office: ImportOffice, wish: str) -> None:
    assert refusal(lambda: drafts.decide(office.paste(AN), 2, wish)).code == "no_wish"


def test_a_written_draft_keeps_only_what_was_left_out(office: ImportOffice) -> None:
    draft = office.paste(AN, (*BINH[:2], "30/02/1971", *BINH[3:]), CHI)
    drafts.leave_out(draft, {3, 4}, left_out=True)
    written = finish(office, draft)
    assert (written.added, draft.finished_at, draft.result["counts"]["left_out"]) == (1, NOW, 2)
    assert [person.name for person in drafts.listing_of(draft).people] == ["Đàm Văn Bình", "Lê Thị Chi"]
    assert drafts.listing_of(draft).header.columns == ()
    assert draft.file_sealed is not None
    whole = office.paste(AN, ("2", "Lò Văn Hai", "1980", "Khách mời"))
    assert (finish(office, whole).added, whole.file_sealed, drafts.listing_of(whole).people) == (1, None, ())
    assert refusal(lambda: drafts.upload_of(whole, office.sealer)).code == "no_file"


def test_faults_are_given_back_where_they_stand_in_the_file(office: ImportOffice) -> None:
    header = ["TT", "Họ và tên", "Năm sinh", "Thành phần"]
    rows = [[1, "Ma Văn An", "30/02/1971", "Khách mời"], [2, "Lò Văn Hai", "1980", "Khách mời"]]
    data = xlsx({"DS": [["DANH SÁCH"], [], header, *rows]})
    draft = office.start("ds.xlsx", data)
    back = give_back(office, draft)
    [fault] = back.faults
    assert (fault.sheet, fault.row, fault.column, fault.reason.split(":")[0]) == ("DS", 4, 2, "Năm sinh")
    assert (back.data, back.header_rows, [grid.sheet for grid in back.sheets]) == (data, {"DS": 3}, ["DS"])
    drafts.leave_out(draft, {4, 5}, left_out=True)
    finish(office, draft)
    assert give_back(office, draft).faults == [fault, Fault("DS", 5, None, LEFT_OUT)]
    entries = db.session.scalars(select(AuditEntry.difference).filter_by(action="delegates.give_back").order_by(AuditEntry.id))
    assert entries.all() == [{"faults": 1}, {"faults": 2}]


def test_a_pasted_range_is_given_back_as_a_new_workbook(office: ImportOffice) -> None:
    back = give_back(office, office.paste((*AN[:6], "09x")))
    assert (back.data, len(back.faults), back.sheets[0].rows[1][1]) == (b"", 1, "Nông Văn An")


def test_headings_over_the_table_of_a_document_come_back_as_rows(office: ImportOffice) -> None:
    rows = [("TT", "Họ và tên", "Năm sinh"), ("1", "Ma Văn An", "30/02/1970")]
    heading = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    cells = "".join(f"<w:tr>{''.join(f'<w:tc>{heading.format(text)}</w:tc>' for text in row)}</w:tr>" for row in rows)
    for line, rows_above in (("I. Khách mời", [["I. Khách mời"]]), ("Danh sách gửi kèm", [])):
        back = give_back(office, office.start("x", word_xml(f"{heading.format(line)}<w:tbl>{cells}</w:tbl>")))
        down = len(rows_above)
        assert [list(row) for row in back.sheets[0].rows] == [*rows_above, *map(list, rows)]
        assert (back.header_rows, back.faults[0].row) == ({"Bảng 1": 1 + down}, 2 + down)
