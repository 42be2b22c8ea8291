"""Importing a list through the pages: upload, preview, mend, leave out, write; and everything that is no list."""

import io
import json
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.models import AuditEntry, Component, Delegate, ImportDraft, db
from congress.operations import presets
from tests.lists import sheet_xml
from tests.lists import workbook as book_of
from tests.pages import Page, PageClient
from tests.web.contract import Office, buttons, faults, fresh, said, send, statements_for, toasts
from tests.world import NOW

SAMPLES = presets.FOLDER / "samples"
EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "expected.json").read_text("utf-8"))
GONE = "Bản xem trước này không còn: đã bỏ, đã quá hai ngày, hoặc có tệp được tải lên sau."
HEAD = ["TT", "Họ và tên", "Ngày sinh", "Thành phần", "Số điện thoại", "Số CCCD"]
NO_LIST = (
    "Không tìm thấy danh sách đại biểu. Cần có dòng tiêu đề với cột “Họ và tên” và các cột khác, "
    "ví dụ “Ngày sinh”, “Chức vụ”."
)


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def secretary(office: Office) -> PageClient:
    return office.sign_in("secretary")


@pytest.fixture
def upload(office: Office) -> str:
    """The address where a list is uploaded."""
    return f"{office.home}/delegates/import"


def workbook(*rows: Sequence[object], sheet: str = "Danh sách") -> bytes:
    """A list with one header row: its people stand from row 2 on."""
    return book_of({sheet: sheet_xml([HEAD, *rows])})


def person(
    number: int, name: str, *, born: str = "1970", group: str = "Khách mời", phone: str = "", card: str = ""
) -> list[object]:
    return [number, name, born, group, phone, card]


def send_file(client: PageClient, upload: str, data: bytes, name: str = "ds.xlsx", status: int | None = None) -> Page:
    """Through the page's form; the body is written by hand, as a large one would leave the test client's files open."""
    client.get(upload)
    token = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{client.csrf_token}\r\n'
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = token.encode() + head.encode() + data + b"\r\n--x--\r\n"
    answer = client.open(upload, "POST", input_stream=io.BytesIO(body), headers=multipart(body))
    assert answer.status == (status or 303)
    return answer


def multipart(body: bytes) -> dict[str, str]:
    return {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(len(body))}


def preview(client: PageClient, upload: str, *rows: Sequence[object]) -> Page:
    """The preview of a list with these rows."""
    return client.follow(send_file(client, upload, workbook(*rows)))


def write(client: PageClient, page: Page, reason: str = "") -> Page:
    """Press the last button of a preview."""
    path = page.response.request.path
    return client.submit(page, {"reason": reason} if reason else {}, action=f"{path}/finish")


def people() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Delegate.name).order_by(Delegate.number)))


def stats(page: Page) -> dict[str, str]:
    card = page.one("h2", None).parent if len(page.all("h2")) == 1 else page.all("section", "card")[0]
    return dict(zip(card.texts(css_class="stat-label"), card.texts(css_class="stat-value"), strict=True))


def cell(page: Page, row: int, column: str, field_name: str = "value") -> str:
    return page.one("input", id=f"cell-{row}-{column}").attrs[field_name]


# ---- choosing a file ---------------------------------------------------------------------------------------------------


def test_an_upload_is_read_and_nothing_is_written(office: Office, upload: str, secretary: PageClient) -> None:
    office.person("Nông Văn Cũ", "guest", "approved")
    page = preview(secretary, upload, person(1, "NÔNG THỊ MỚI"), person(2, "Lò Văn Đức", group="Điển hình tiên tiến"))
    assert page.h1 == "Xem trước: ds.xlsx"
    assert page.one("p", "page-sub").text == "Trang “Danh sách”. Chưa ghi gì vào danh sách."
    assert stats(page) == {"Dòng": "2", "Sẽ thêm": "2", "Sẽ sửa": "0", "Có lỗi": "0", "Đã có": "0"}
    assert page.rows()[1:] == [
        ["2", "Nông Thị Mới", "1970", "Khách mời", "", "Sẽ thêm"],
        ["3", "Lò Văn Đức", "1970", "Điển hình tiên tiến", "", "Sẽ thêm"],
    ]
    effect = page.all("section", "card")[1]
    assert effect.texts(css_class="stat-value") == ["3", "33,33 %", "7"]
    assert people() == ["Nông Văn Cũ"]
    assert "Ghi 2 người" in buttons(page)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Tệp rỗng, không có dữ liệu. Kiểm tra lại tệp rồi tải lên."),
        (b"xin chao", NO_LIST),
        (b"PK\x03\x04 hong", "Tệp bị hỏng, không mở được. Mở bằng Excel, lưu lại dạng .xlsx rồi tải lên."),
        (b"%PDF-1.7", "Tệp là PDF, không phải bảng tính. Xin tệp Excel hoặc Word gốc rồi tải lên."),
        (bytes(20 * 1024 * 1024 + 1), "Tệp quá lớn (tối đa 20 MB). Bỏ hình ảnh và các trang không cần rồi tải lên lại."),
    ],
)
def test_what_is_no_workbook_is_said_beside_the_field(upload: str, secretary: PageClient, data: bytes, words: str) -> None:
    assert faults(send_file(secretary, upload, data, status=422)) == {"file": [words]}
    assert db.session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_no_file_and_no_list_are_said_beside_the_field(upload: str, secretary: PageClient) -> None:
    page = secretary.get(upload)
    assert faults(send(secretary, page, {}, 422)) == {"file": ["Chọn tệp danh sách, hoặc dán vùng đã chép."]}
    empty = book_of({"Trang": sheet_xml([["Kế hoạch"]])})
    assert faults(send_file(secretary, upload, empty, status=422)) == {"file": [NO_LIST]}


def test_a_request_beyond_all_bounds_is_stopped_with_a_sentence(upload: str, secretary: PageClient) -> None:
    page = send_file(secretary, upload, bytes(26 * 1024 * 1024), status=413)
    assert page.h1 == "Tệp quá lớn"
    words = "Mỗi lần gửi tối đa 25 MB. Với danh sách, bỏ ảnh và các trang thừa trong tệp; với ảnh, chia làm nhiều lần gửi."
    assert words in page.texts("p")


def test_the_names_of_file_and_sheet_are_a_strangers_text(upload: str, secretary: PageClient) -> None:
    wild = unicodedata.normalize("NFD", "Đại biểu <b>ộ</b> ") + "x" * 3000 + ".xlsx"
    sheet = unicodedata.normalize("NFD", "Trang ộ &lt;i>")
    page = secretary.follow(send_file(secretary, upload, workbook(person(1, "Nông Văn An"), sheet=sheet), wild))
    assert page.h1.startswith("Xem trước: Đại biểu <b>ộ</b> xxx") and page.h1.endswith("…")
    assert len(page.h1) == len("Xem trước: ") + 80
    assert page.one("p", "page-sub").text == "Trang “Trang ộ <i>”. Chưa ghi gì vào danh sách."


def test_a_congress_that_is_over_takes_no_list(office: Office, upload: str, secretary: PageClient) -> None:
    office.congress.stage = "held"
    answer = send_file(secretary, upload, workbook(person(1, "Nông Văn An")), status=422)
    assert faults(answer) == {"": ["Hội nghị đã tổ chức hoặc đã hủy, không thêm người được nữa."]}


# ---- the preview -------------------------------------------------------------------------------------------------------


def test_the_faults_of_the_real_list_stand_one_by_one(office: Office, upload: str, secretary: PageClient) -> None:
    """The department's own list: twelve bad cells, by row, column and value as typed."""
    for component in office.plan.components:
        component.aliases = {"leader": ["Lãnh đạo"], "exemplar": ["ĐHTT"]}.get(component.code, [])
    press = {"code": "press", "label": "Phóng viên, báo chí", "badge_label": "BÁO CHÍ", "side": "uncounted", "colour": "#000000"}
    office.plan.components.append(Component(position=9, aliases=[], **press))
    page = secretary.follow(send_file(secretary, upload, (SAMPLES / "so-y-te.xlsx").read_bytes(), "so-y-te.xlsx"))
    assert stats(page) | {"Dòng": "150", "Có lỗi": "12"} == stats(page)
    found = []
    for item in page.one("section", id="faults").all("input", "form-control"):
        _, row, column = item.attrs["id"].split("-", 2)
        found.append({"row": int(row), "column": column, "value": item.attrs["value"]})
        assert page.one("p", id=f"why-{row}-{column}").text
    assert found == EXPECTED["so-y-te.xlsx"]["bad_rows"]
    assert [text for text in buttons(page) if text.startswith("Ghi ")] == ["Ghi chỗ sửa"] * 12
    assert len(page.rows()) == 1 + 12 + 1 + 100
    assert len(secretary.get(page.links["Có lỗi 12"]).rows()) == 1 + 12 + 1 + 12


def test_a_row_is_mended_or_left_out_and_then_all_is_written(office: Office, upload: str, secretary: PageClient) -> None:
    rows = [
        person(1, "Nông Văn Một", phone="09x12"),
        person(2, "Nông Văn Hai", born="30/02/1975", group="Người nhà"),
        person(3, "Nông Văn Ba", phone="1"),
        person(4, "Nông Văn Bốn"),
    ]
    page = preview(secretary, upload, *rows)
    assert [text for text in buttons(page) if text.startswith("Ghi ")] == ["Ghi chỗ sửa"] * 3
    mend = [f"{page.response.request.path}/rows/{row}" for row in range(6)]
    page = secretary.follow(secretary.post(mend[2], {"cell_phone": "09x12", "drop": "phone"}))
    page = secretary.follow(secretary.post(mend[3], {"cell_born": "28/2/1975", "cell_group": "Người nhà"}))
    [words] = toasts(page)
    assert words.startswith("Dòng 3 vẫn còn lỗi: ")
    assert cell(page, 3, "group") == "Người nhà"
    assert page.all("input", id="cell-3-born") == []
    page = secretary.follow(secretary.post(mend[3], {"cell_group": "ĐHTT <script>"}))
    assert cell(page, 3, "group") == "ĐHTT <script>"
    page = secretary.follow(secretary.post(mend[3], {"cell_group": "điển hình tiên tiến", "cell_khong_co": "x"}))
    page = secretary.follow(secretary.post(mend[4], {"leave_out": "yes"}))
    assert stats(page) == {"Dòng": "4", "Sẽ thêm": "3", "Sẽ sửa": "0", "Có lỗi": "0", "Đã có": "0"}
    assert [row[-1] for row in page.rows()[1:]] == ["Sẽ thêm", "Sẽ thêm", "Bỏ ra Lấy lại", "Sẽ thêm"]
    back = secretary.follow(secretary.post(mend[4], {"leave_out": "no"}))
    assert "Ghi 3 người" not in buttons(back)
    page = secretary.follow(secretary.post(f"{page.response.request.path}/leave-out/faulty"))
    assert people() == []
    answer = write(secretary, page)
    assert answer.location == f"{page.response.request.path}/result"
    assert said(secretary, answer) == "Đã thêm 3 người, ở trạng thái đề cử."
    written = db.session.scalars(select(Delegate).order_by(Delegate.number)).all()
    assert [(d.number, d.name, d.born, d.component.code, d.phone, d.state) for d in written] == [
        (101, "Nông Văn Một", "1970", "guest", None, "proposed"),
        (102, "Nông Văn Hai", "1975-02-28", "exemplar", None, "proposed"),
        (103, "Nông Văn Bốn", "1970", "guest", None, "proposed"),
    ]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.difference["added"], entry.difference["rows"]) == ("delegates.import", 3, 4)


def test_a_fault_that_stands_keeps_everybody_out(upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một", phone="09x12"), person(2, "Nông Văn Hai"))
    words = said(secretary, secretary.post(f"{page.response.request.path}/finish"))
    assert words == "Còn 1 dòng có lỗi (đầu tiên: dòng 2). Sửa, hoặc bỏ các dòng đó."
    answer = secretary.post(f"{page.response.request.path}/rows/77", {"cell_phone": ""})
    assert said(secretary, answer) == "Danh sách không có dòng 77."
    assert people() == []


def test_the_same_list_again_adds_nobody_and_pressing_twice_neither(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một"), person(2, "Nông Văn Hai"))
    result = secretary.follow(write(secretary, page))
    assert (result.h1, toasts(result)) == ("Đã ghi danh sách", ["Đã thêm 2 người, ở trạng thái đề cử."])
    again = write(secretary, page)
    assert (again.location, toasts(secretary.follow(again))) == (f"{page.response.request.path}/result", [])
    assert secretary.get(page.response.request.path, 302).location == f"{page.response.request.path}/result"
    written = "Danh sách này đã ghi rồi. Tải tệp lên lần nữa nếu còn thay đổi."
    assert said(secretary, secretary.post(f"{page.response.request.path}/rows/2", {"leave_out": "yes"})) == written
    page = preview(secretary, upload, person(9, "Nông Văn Hai"), person(8, "Nông Văn Một"))
    assert [row[-1] for row in page.rows()[1:]] == ["Không đổi số thẻ 102", "Không đổi số thẻ 101"]
    assert "Không có ai mới: mọi dòng đã nhập, trùng, hoặc được bỏ ra." in page.text
    assert [text for text in buttons(page) if text.startswith("Ghi")] == []
    assert people() == ["Nông Văn Một", "Nông Văn Hai"]
    assert said(secretary, secretary.post(f"{page.response.request.path}/drop")) == "Đã bỏ. Danh sách giữ nguyên."
    assert [said(secretary, secretary.post(f"{page.response.request.path}/{last}")) for last in ("drop", "finish")] == [GONE] * 2


def test_look_alikes_are_shown_as_a_pair_and_one_identity_once(upload: str, secretary: PageClient) -> None:
    cards = "006070000001", "006070000002", "006070000001"
    rows = [person(place, "Nông Văn Một", card=card) for place, card in enumerate(cards, 1)]
    page = preview(secretary, upload, *rows)
    assert page.texts("div", "warn")[0] == "Cùng tên, cùng năm sinh, lấy là hai người: dòng 2 và 3."
    assert [row[-1] for row in page.rows()[1:]] == ["Sẽ thêm", "Sẽ thêm", "Trùng dòng dòng 2"]


def test_the_preview_warns_beyond_size_and_share(upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, *(person(number, f"Nông Văn {number}") for number in range(12)))
    assert "Quá quy mô 2 người." in page.text
    assert "Quá mức khách mời và lãnh đạo 9 người." in page.text


def test_a_long_list_is_paged(upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, *(person(number, f"Nông Văn {number}") for number in range(101)))
    assert (len(page.rows()), page.links["Trang sau"]) == (101, f"{page.response.request.path}?page=2")
    assert len(secretary.get(page.links["Trang sau"]).rows()) == 2
    assert len(secretary.get(f"{page.response.request.path}?page=99999999999999999999").rows()) in (2, 101)


def test_dropping_forgets_the_list(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Văn Một"))
    answer = secretary.submit(page, {}, action=f"{page.response.request.path}/drop")
    assert (answer.location, said(secretary, answer)) == (f"{office.home}/delegates", "Đã bỏ. Danh sách giữ nguyên.")
    secretary.get(page.response.request.path, 404)
    assert (people(), db.session.scalar(select(func.count()).select_from(ImportDraft))) == ([], 0)


def test_a_draft_is_its_readers_own_and_lives_two_days(office: Office, upload: str, secretary: PageClient) -> None:
    page = preview(secretary, upload, person(1, "Nông Thị Kín"))
    draft = page.response.request.path
    organiser = office.sign_in("organiser")
    organiser.get(draft, 404)
    organiser.get(upload)
    actions = "finish drop leave-out/faulty rows/2 rows/2/decision missing replaces marked group columns"
    for action in actions.split():
        assert organiser.open(f"{draft}/{action}", "POST", data={"csrf_token": organiser.csrf_token}).status in (303, 404)
    organiser.get(draft.replace(office.home, f"/congress/{office.lower_congress.id}"), 403)
    assert (people(), db.session.scalar(select(func.count()).select_from(ImportDraft))) == ([], 1)
    fresh(db.session.scalars(select(ImportDraft)).one()).created_at = NOW - timedelta(days=3)
    preview(organiser, upload, person(1, "Nông Văn Hai"))
    secretary.get(draft, 404)


def test_who_may_import(office: Office, upload: str) -> None:
    found = office.statuses(upload)
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}


def test_the_preview_takes_as_many_statements_for_three_as_for_one(upload: str, secretary: PageClient) -> None:
    few = [person(1, "Nông Văn Một", phone="x"), person(2, "Lò Văn Hai")]
    one = statements_for(secretary, preview(secretary, upload, *few).response.request.path)
    rows = [person(1, "Nông Văn Một", phone="x"), person(2, "Lò Văn Hai"), person(3, "Vi Văn Ba", group="Điển hình tiên tiến")]
    assert statements_for(secretary, preview(secretary, upload, *rows).response.request.path) == one
