"""Importing through the pages, the longer ways: columns to be asked, a newer version, an amendment, the marked workbook."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from congress.domain.list_matching import Change
from congress.models import AuditEntry, ColumnMapping, Component, Delegate, ImportDraft, StageEvent, db
from congress.web.import_forms import show_change
from tests.lists import word_xml, xlsx
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, faults, field, fresh, options, said, send, statements_for, toasts
from tests.web.test_imports import HEAD, person, preview, send_file, stats, write

CLASH = ["TT", "Họ và tên", "Năm sinh", "DT", "Thành phần"]
MA = [1, "Ma Văn An", "1970", "Tày", "Khách mời"]


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def secretary(office: Office) -> PageClient:
    return office.sign_in("secretary")


@pytest.fixture
def upload(office: Office) -> str:
    return f"{office.home}/delegates/import"


def columns_page(client: PageClient, upload: str, *rows: Sequence[object], header: Sequence[str] = CLASH) -> Page:
    answer = send_file(client, upload, xlsx({"DS": [header, *rows]}))
    assert answer.location.endswith("/columns")
    return client.follow(answer)


def row_of(page: Page, name: str) -> str:
    [row] = [row for row in page.rows() if any(cell.startswith(name) for cell in row)]
    return row[-1]


def decide(client: PageClient, page: Page, row: int, wish: str) -> Page:
    return client.follow(client.post(f"{page.response.request.path}/rows/{row}/decision", {"wish": wish}))


# ---- columns -----------------------------------------------------------------------------------------------------------


def test_a_list_of_nobody_says_so(office: Office, upload: str, secretary: PageClient) -> None:
    page = secretary.follow(send_file(secretary, upload, xlsx({"DS": [["TT", "Họ và tên", "Thành phần"]]})))
    assert "Không đọc được ai dưới dòng tiêu đề. Kiểm tra lại tệp, hoặc “Sửa cách đọc cột”." in page.text
    assert "Không có ai mới" not in page.text


def test_headings_over_a_table_of_a_document_are_asked_by_where_they_stand(
    office: Office, upload: str, secretary: PageClient
) -> None:
    heading = "<w:p><w:r><w:t>I. Khách mời</w:t></w:r></w:p>"
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>' for text in row)}</w:tr>"
        for row in (("TT", "Họ và tên", "Chức vụ"), ("1", "Ma Văn An", "ND"))
    )
    first = secretary.follow(send_file(secretary, upload, word_xml(f"{heading}<w:tbl>{rows}</w:tbl>"), "ds.docx"))
    page = secretary.get(f"{first.response.request.path}/columns")
    assert (field(page, "section_0"), "Phía trên bảng: Khách mời" in page.text) == ("group:guest", True)
    again = secretary.follow(send(secretary, page, {"section_0": "group:exemplar"}))
    write(secretary, again)
    assert db.session.scalars(select(Component.code).join(Delegate)).all() == ["exemplar"]


def test_a_clashing_title_is_asked_before_anything_is_shown(office: Office, upload: str, secretary: PageClient) -> None:
    page = columns_page(secretary, upload, MA)
    assert (page.h1, field(page, "column_3"), field(page, "column_1")) == ("Cách đọc cột", "?", "name")
    assert [row[:3] for row in page.rows()[1:]] == [
        ["A", "TT", "1"], ["B", "Họ và tên", "Ma Văn An"], ["C", "Năm sinh", "1970"],
        ["D", "DT Cần chọn Tiêu đề này chưa rõ: Dân tộc, Số điện thoại, hay cột khác?", "Tày"], ["E", "Thành phần", "Khách mời"],
    ]  # fmt: skip
    draft = page.response.request.path.removesuffix("/columns")
    assert secretary.get(draft, 302).location == page.response.request.path
    again = send(secretary, page, {}, 422)
    assert faults(again) == {"column_3": ["Chọn cột này là gì, hoặc “Không đọc cột này”."]}
    again = send(secretary, page, {"column_3": "name"}, 422)
    assert faults(again) == {"column_3": ["Cột B đã được chọn như vậy. Mỗi mục chỉ đọc từ một cột."]}
    again = send(secretary, page, {"column_3": "phone", "column_1": ""}, 422)
    assert faults(again) == {"": ["Không còn cột nào được đọc là “Họ và tên”. Chọn cột ấy trong danh sách cột."]}
    answer = send(secretary, page, {"column_3": "ethnic"})
    assert answer.location == draft
    write(secretary, secretary.follow(answer))
    assert db.session.scalars(select(Delegate.ethnic)).all() == ["Tày"]


def test_what_was_said_is_applied_next_time_and_said_so(office: Office, upload: str, secretary: PageClient) -> None:
    send(secretary, columns_page(secretary, upload, MA), {"column_3": ""})
    assert db.session.scalars(select(ColumnMapping.columns)).all() == [{"3": ""}]
    answer = send_file(secretary, upload, xlsx({"DS": [CLASH, MA]}))
    assert not answer.location.endswith("/columns")
    page = secretary.follow(answer)
    assert page.texts("div", "info")[0].startswith("Các cột được đọc theo cách đã chọn lần trước")
    assert "Sửa cách đọc cột" in page.links


def test_several_sheets_a_font_and_sections_are_asked(office: Office, upload: str, secretary: PageClient) -> None:
    head = ["TT", "Họ và tên", "Năm sinh", "Thành phần"]
    old = [
        ["TT", "Hä vµ tªn", "N¨m sinh", "Thµnh phÇn"],
        [1, "NguyÔn V¨n An", "1970", "Kh¸ch mêi"],
        [2, "Lª ThÞ B×nh", "1970", ""],
    ]
    book = xlsx({"Một": [head, [1, "Ma Văn An", "1970", "Khách mời"]], "Hai": old})
    page = secretary.follow(send_file(secretary, upload, book))
    assert options(page, "sheet") == ["Một", "Hai"]
    page = secretary.follow(secretary.follow(send(secretary, page, {"sheet": "Hai"}), 302))
    assert [row for row in page.rows() if row[0].startswith("Nguy")] == [["NguyÔn V¨n An", "Nguyễn Văn An"]]
    again = send(secretary, page, {"sheet": "Hai"}, 422)
    assert again.one("fieldset", id="encoding").texts("p", "field-error") == ["Chọn một mục trong danh sách."]
    page = secretary.follow(send(secretary, page, {"sheet": "Hai", "encoding": "tcvn3"}))
    assert row_of(page, "Nguyễn Văn An") == "Sẽ thêm"
    assert "1 dòng chưa có thành phần" in page.text
    page = secretary.follow(secretary.post(f"{page.response.request.path}/group", {"group": "leader"}))
    assert (toasts(page), row_of(page, "Lê Thị Bình")) == (["Đã đặt thành phần cho 1 dòng."], "Sẽ thêm")


def test_a_pasted_range_is_read_and_what_is_no_list_is_said_beside_it(upload: str, secretary: PageClient) -> None:
    page = secretary.get(upload)
    assert list(faults(send(secretary, page, {"pasted": "xin chao"}, 422))) == ["pasted"]
    text = "TT\tHọ và tên\tNgày sinh\tThành phần\n1\tNông Văn Một\t1970\tKhách mời"
    page = secretary.follow(send(secretary, page, {"pasted": text}))
    assert (page.h1, row_of(page, "Nông Văn Một")) == ("Xem trước: Vùng dán vào", "Sẽ thêm")


def test_a_pasted_range_may_have_thousands_of_rows(upload: str, secretary: PageClient) -> None:
    lines = (f"{n}\tNông Văn {n}\t1970\tKhách mời\t{'Chi hội trưởng ' * 20}" for n in range(2500))
    text = "\n".join(["TT\tHọ và tên\tNgày sinh\tThành phần\tChức vụ", *lines])
    page = secretary.follow(send(secretary, secretary.get(upload), {"pasted": text}))
    assert (len(text.encode()) > 1_000_000, stats(page)["Sẽ thêm"]) == (True, "2500")


# ---- a newer version ---------------------------------------------------------------------------------------------------


def test_a_newer_version_shows_its_differences_and_writes_what_was_agreed(
    office: Office, upload: str, secretary: PageClient
) -> None:
    rows = [person(n, f"Nông Văn {name}") for n, name in enumerate(("Một", "Hai", "Ba", "Bốn"), 1)]
    write(secretary, preview(secretary, upload, *rows))
    rows = [person(1, "Nông Văn Một", phone="0912345678"), person(2, "Nông Văn Hai", group="Điển hình tiên tiến"), rows[2]]
    page = preview(secretary, upload, *rows, person(9, "Lò Văn Năm"))
    assert stats(page) == {"Dòng": "4", "Sẽ thêm": "1", "Sẽ sửa": "2", "Có lỗi": "0", "Đã có": "1", "Thiếu": "1"}
    found = {row[1]: row[-1] for row in page.rows()[1:]}
    assert found == {
        "Nông Văn Một Số điện thoại: (trống) → 0912345678": "Sẽ sửa số thẻ 101 Giữ như cũ Là người khác",
        "Nông Văn Hai Thành phần: Khách mời → Điển hình tiên tiến": "Sẽ sửa số thẻ 102 Giữ như cũ Là người khác",
        "Nông Văn Ba": "Không đổi số thẻ 103",
        "Lò Văn Năm": "Sẽ thêm",
    }
    assert options(page, "version")[1].endswith("thấy lại 3/4 người")
    page = decide(secretary, page, 2, "keep")
    assert row_of(page, "Nông Văn Một") == "Giữ như cũ số thẻ 101 Lấy theo tệp"
    missing = db.session.scalars(select(Delegate.id).filter_by(name="Nông Văn Bốn")).one()
    page = secretary.follow(secretary.post(f"{page.response.request.path}/missing", {"ids": [missing]}))
    assert "Thêm 1, sửa 1, rút 1 người." in page.text
    result = secretary.follow(write(secretary, page))
    assert toasts(result) == ["Đã thêm 1 người, ở trạng thái đề cử. Đã sửa 1 người. Đã rút 1 người."]
    stated = db.session.execute(select(Delegate.name, Delegate.state, Delegate.phone).order_by(Delegate.number)).all()
    assert [tuple(one) for one in stated] == [
        ("Nông Văn Một", "proposed", None), ("Nông Văn Hai", "proposed", None), ("Nông Văn Ba", "proposed", None),
        ("Nông Văn Bốn", "withdrawn", None), ("Lò Văn Năm", "proposed", None),
    ]  # fmt: skip


def test_a_list_may_be_no_newer_version(office: Office, upload: str, secretary: PageClient) -> None:
    write(secretary, preview(secretary, upload, person(1, "Nông Văn Một"), person(2, "Nông Văn Hai")))
    page = preview(secretary, upload, person(1, "Nông Văn Một"), person(2, "Lò Văn Năm"))
    assert "Thiếu" in stats(page)
    page = secretary.follow(secretary.post(f"{page.response.request.path}/replaces", {"version": "0"}))
    assert "Thiếu" not in stats(page)
    page = secretary.follow(secretary.post(f"{page.response.request.path}/replaces", {"version": "x"}))
    assert "Thiếu" not in stats(page)


def test_who_is_not_clear_is_asked_with_the_people_it_may_be(office: Office, upload: str, secretary: PageClient) -> None:
    for unit in ("Xã Một", "Xã Hai"):
        office.person("Nông Văn Một", "guest", born="1970", unit_text=unit)
    page = preview(secretary, upload, person(1, "Nông Văn Một", phone="0912345678"))
    assert [text for text in buttons(page) if text.startswith("Ghi")] == []
    them = [f"Số thẻ {n} · Nông Văn Một, 1970, {unit} · Khách mời Là người này" for n, unit in ((101, "Xã Một"), (102, "Xã Hai"))]
    assert page.one("section", id="unclear").rows()[1][2] == " ".join(them)
    left = secretary.follow(secretary.post(f"{page.response.request.path}/leave-out/duplicate"))
    assert row_of(left, "Nông Văn Một") == "Bỏ ra Lấy lại"
    secretary.post(f"{page.response.request.path}/rows/2", {"leave_out": "no"})
    second = db.session.scalars(select(Delegate.id).filter_by(number=102)).one()
    assert row_of(decide(secretary, page, 2, "new"), "Nông Văn Một") == "Sẽ thêm Xem lại là ai"
    chosen = decide(secretary, page, 2, f"as:{second}")
    write(secretary, chosen)
    assert db.session.scalars(select(Delegate.phone).order_by(Delegate.number)).all() == [None, "0912345678"]


def test_what_changed_meanwhile_is_shown_again_before_it_is_written(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một"), person(2, "Nông Văn Hai"))
    office.person("Nông Văn Một", "guest", born="1970")
    answer = secretary.submit(page, {}, action=f"{page.response.request.path}/finish")
    assert said(secretary, answer) == "Danh sách vừa đổi trong lúc bạn xem. Xem lại những gì sẽ ghi, rồi bấm ghi lần nữa."
    page = secretary.get(page.response.request.path)
    assert row_of(page, "Nông Văn Một") == "Không đổi số thẻ 101"
    write(secretary, page)
    assert len(db.session.scalars(select(Delegate)).all()) == 2


def test_a_closed_list_is_amended_with_a_reason_in_writing(office: Office, upload: str, secretary: PageClient) -> None:
    office.congress.stage = "list_closed"
    page = preview(secretary, upload, person(1, "Nông Văn Một"))
    assert page.texts("div", "warn")[0].startswith("Danh sách đã chốt. Ghi bây giờ là bổ sung")
    words = said(secretary, write(secretary, page))
    assert words == "Danh sách đã chốt: nêu lý do bổ sung, sửa đổi rồi ghi."
    assert said(secretary, write(secretary, page, "x" * 301)) == "Lý do dài quá 300 ký tự. Viết ngắn lại."
    write(secretary, page, "Xã gửi bổ sung")
    assert db.session.execute(select(StageEvent.kind, StageEvent.reason)).all() == [("amend", "Xã gửi bổ sung")]
    assert db.session.scalars(select(Delegate.state)).all() == ["proposed"]


def test_sensitive_values_are_named_only_to_who_may_see_them() -> None:
    change = Change("ethnic", "Tày", "Dao")
    assert show_change(change, {}, sensitive=True) == ("Dân tộc", "Tày", "Dao")
    assert show_change(change, {}, sensitive=False) == ("Dân tộc", "", "đã đổi")
    shown = [
        show_change(Change(*one), {"guest": "Khách mời"}, sensitive=False)[1:]
        for one in (
            ("born", None, "1970-05-12"),
            ("sex", "male", "female"),
            ("group", "leader", "guest"),
            ("new_model", None, True),
        )
    ]
    assert shown == [("(trống)", "12/05/1970"), ("Nam", "Nữ"), ("leader", "Khách mời"), ("(trống)", "Có")]


# ---- faults, and what is given back --------------------------------------------------------------------------------------


def test_what_the_reader_suggests_is_taken_with_one_button(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một", card="6070000001"))
    assert "Lấy 006070000001" in buttons(page)
    rows = f"{page.response.request.path}/rows/2"
    secretary.post(rows, {"take": "khong_co=1"})
    page = secretary.follow(secretary.post(rows, {"take": "id_number=006070000001", "cell_id_number": "6070000001"}))
    assert row_of(page, "Nông Văn Một") == "Sẽ thêm"
    write(secretary, page)
    assert db.session.scalars(select(Delegate.id_number)).all() == ["006070000001"]


def test_the_workbook_comes_back_with_its_errors_marked(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một", phone="09x12"), person(2, "Nông Văn Hai"))
    answer = secretary.post(f"{page.response.request.path}/marked", status=200)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="DS_dai_bieu_Huyen_Mot_loi.xlsx"'
    assert answer.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet.cell(1, 7).value == "Lỗi"
    assert str(sheet.cell(2, 7).value).startswith("Số điện thoại: ")
    assert [sheet.cell(3, column).value for column in (2, 7)] == ["Nông Văn Hai", None]
    assert actions() == ["delegates.give_back"]


def test_the_result_page_gives_back_what_was_left_out_and_forgets_it(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một", phone="09x12"), person(2, "Nông Văn Hai"))
    page = secretary.follow(secretary.post(f"{page.response.request.path}/leave-out/faulty"))
    result = secretary.follow(write(secretary, page))
    figures = dict(zip(result.texts(css_class="stat-label"), result.texts(css_class="stat-value"), strict=True))
    assert figures == {"Đã thêm": "1", "Đã sửa": "0", "Đã rút": "0", "Giữ nguyên": "0", "Không nhập": "1"}
    assert result.rows()[1][1] == "Nông Văn Một"
    answer = secretary.post(f"{page.response.request.path}/marked", status=200)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert str(sheet.cell(2, 7).value).startswith("Số điện thoại: ")
    assert said(secretary, secretary.post(f"{page.response.request.path}/drop")) == "Đã xóa tệp."
    assert db.session.scalars(select(ImportDraft)).all() == []


def test_a_file_that_is_gone_is_said_so(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một"))
    secretary.follow(write(secretary, page))
    gone = "Tệp đã được xóa. Tải tệp lên lần nữa."
    assert said(secretary, secretary.post(f"{page.response.request.path}/marked")) == gone
    assert fresh(db.session.scalars(select(ImportDraft)).one()).file_sealed is None


def test_the_template_is_the_plans_and_reads_back(office: Office, upload: str, secretary: PageClient) -> None:
    answer = secretary.get(f"{upload}/template")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="DS_dai_bieu_Huyen_Mot_mau.xlsx"'
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Danh sách", "Hướng dẫn", "Danh mục"]
    sheet = book["Danh sách"]
    titles = [str(cell.value) for cell in sheet[1]]
    sheet.cell(2, [title.startswith("Họ và tên") for title in titles].index(True) + 1, "Nông Văn Một")
    sheet.cell(2, [title.startswith("Thành phần") for title in titles].index(True) + 1, "Khách mời")
    target = io.BytesIO()
    book.save(target)
    page = secretary.follow(send_file(secretary, upload, target.getvalue()))
    assert row_of(page, "Nông Văn Một") == "Sẽ thêm"


def test_a_newer_version_of_many_takes_no_more_statements(office: Office, upload: str, secretary: PageClient) -> None:
    counts = []
    for some in (range(2), range(30)):
        write(secretary, preview(secretary, upload, *(person(n, f"Nông Văn {n}") for n in some)))
        page = preview(
            secretary, upload, *(person(n, f"Nông Văn {n}", phone=f"09123456{n:02}") for n in some[1:]), person(99, "Mới")
        )
        counts.append(statements_for(secretary, page.response.request.path))
    assert counts[0] == counts[1]


def test_header_of_these_tests_is_the_readers(upload: str, secretary: PageClient) -> None:
    page = secretary.follow(send_file(secretary, upload, xlsx({"DS": [HEAD, person(1, "Nông Văn Một")]})))
    columns = secretary.get(page.links["Sửa cách đọc cột"])
    assert [row[1] for row in columns.rows()[1:]] == [*HEAD[:-1], "Số CCCD Nhạy cảm Có thể không đọc."]
    assert db.session.scalars(select(AuditEntry)).all() == []
