"""The list as a workbook through the pages: what is shown leaves, as it is shown, and an import reads the same people again."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from congress.models import AuditEntry, Delegate, db
from congress.operations import imports
from congress.web.exports import file_name
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions

SECRET = {"ethnic": "Sán Chay", "religion": "Công giáo", "party": True}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def people(office: Office) -> list[Delegate]:
    two, one = office.delegation("Đoàn Xã Hai", 2), office.delegation("Đoàn Xã Một", 1)
    return [
        office.person("Nông Văn An", delegation=two, born="1970", sex="male", title="Bí thư", phone="0912345678", **SECRET),
        office.person("Lò Thị Bình", "guest", delegation=one, born="1968-06-13", sex="female", unit_text="Xã Hai", **SECRET),
        office.person("Vi Văn Chi", "leader", delegation=one, born="1980-02", title="Chủ tịch", **SECRET),
    ]


def choose(office: Office, client: PageClient, **kept: Any) -> Page:
    return client.post(f"{office.home}/delegates/export", kept, 200)


def rows(answer: Page) -> list[list[Any]]:
    [page] = load_workbook(BytesIO(answer.data)).worksheets
    return [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]


def send_choice(client: PageClient, office: Office, changes: dict[str, Any], status: int = 200) -> Page:
    fields = {"make": "yes", "columns": ["name", "phone"], **changes}
    return client.post(f"{office.home}/delegates/export", fields, status)


def test_what_is_shown_leaves_as_a_workbook(office: Office, organiser: PageClient, people: list[Delegate]) -> None:
    page = choose(office, organiser, keep_q="van", keep_group="")
    assert page.one("p", "page-sub").text.startswith("2 người đang hiện ở danh sách")
    ticked = [box.attrs["value"] for box in page.all("input", name="columns") if "checked" in box.attrs]
    assert ticked == ["number", "name", "born", "title", "unit", "group", "state", "phone"]
    answer = send_choice(organiser, office, {"keep_q": "van", "columns": ticked})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="DS_dai_bieu_Huyen_Mot.xlsx"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert rows(answer) == [
        ["HỘI NGHỊ HUYỆN MỘT"], ["LẦN THỨ VI"], ["ngày 20 tháng 3 năm 2025"], [], ["DANH SÁCH ĐẠI BIỂU"],
        ["(Tính đến 09:00 ngày 10/03/2025)"], [],
        ["STT", "Số thẻ", "Họ và tên", "Ngày sinh", "Chức vụ", "Đơn vị công tác", "Thành phần", "Trạng thái", "Số điện thoại"],
        [1, "101", "Nông Văn An", "1970", "Bí thư", "Điển hình tiên tiến", "Đề cử", "0912345678"],
        [2, "103", "Vi Văn Chi", "02/1980", "Chủ tịch", "Lãnh đạo các cấp, các ngành", "Đề cử"],
        ["Danh sách gồm có 2 đại biểu./."],
    ]  # fmt: skip
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_name, entry.difference["people"]) == ("delegates.export", "Người organiser", 2)


def test_delegations_divide_it_in_protocol_order(office: Office, organiser: PageClient, people: list[Delegate]) -> None:
    for more, last in (({}, 3), ({"restart": "y"}, 1)):
        found = rows(send_choice(organiser, office, {"by_delegation": "y", **more}))[8:]
        assert found == [
            ["I. Đoàn Xã Một"], [1, "Lò Thị Bình"], [2, "Vi Văn Chi"], ["II. Đoàn Xã Hai"], [last, "Nông Văn An", "0912345678"],
            ["Danh sách gồm có 3 đại biểu./."],
        ]  # fmt: skip


def test_the_filter_is_named_on_the_paper(office: Office, organiser: PageClient, people: list[Delegate]) -> None:
    number = people[1].delegation_id
    found = rows(send_choice(organiser, office, {"keep_delegation": number, "keep_sex": "female"}))
    assert found[5] == ["(Tính đến 09:00 ngày 10/03/2025; Đoàn Xã Một; Nữ)"]
    assert [row[1] for row in found[8:-1]] == ["Lò Thị Bình"]


def test_sensitive_columns_are_offered_and_leave_only_where_allowed(
    office: Office, organiser: PageClient, people: list[Delegate]
) -> None:
    page = choose(office, organiser)
    offered = [box.attrs["value"] for box in page.all("input", name="sensitive")]
    assert offered == ["ethnic", "religion", "party", "political_theory"]
    assert [box for box in page.all("input", name="sensitive") if "checked" in box.attrs] == []
    assert "Sán Chay" not in str(rows(send_choice(organiser, office, {})))
    found = rows(send_choice(organiser, office, {"sensitive": ["ethnic", "party"]}))
    assert found[7:9] == [
        ["STT", "Họ và tên", "Số điện thoại", "Dân tộc", "Đảng viên"], [1, "Nông Văn An", "0912345678", "Sán Chay", "Có"],
    ]  # fmt: skip
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.difference["sensitive"] for entry in entries] == [False, True]


def test_who_exports(office: Office, organiser: PageClient, people: list[Delegate]) -> None:
    found = office.statuses(f"{office.home}/delegates/export", "POST", {"make": "yes", "columns": "name"})
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    below, beside = (f"/congress/{c.id}/delegates/export" for c in (office.lower_congress, office.other_congress))
    organiser.post(below, {"make": "yes"}, 403)
    organiser.post(beside, {"make": "yes"}, 404)
    assert actions() == ["delegates.export"] * 3


def test_a_column_that_is_not_offered_is_refused(office: Office, organiser: PageClient, people: list[Delegate]) -> None:
    for name, value in (("columns", "ethnic"), ("columns", "password"), ("sensitive", "phone")):
        answer = send_choice(organiser, office, {name: [value]}, 422)
        assert "Chọn các mục trong danh sách." in answer.text
    assert actions() == []


@pytest.mark.parametrize("by_delegation", ["", "y"])
def test_an_import_reads_the_same_people_again(
    office: Office, organiser: PageClient, people: list[Delegate], by_delegation: str
) -> None:
    columns = ["number", "name", "sex", "born", "title", "unit", "delegation", "group", "phone", "note"]
    people[0].note, people[1].title = "=HYPERLINK", "+Chức"
    changes = {"columns": columns, "sensitive": ["ethnic", "religion", "party"]} | (
        {"by_delegation": "y"} if by_delegation else {}
    )
    answer = send_choice(organiser, office, changes)
    listing = imports.read_file(
        answer.data, file_name="ds.xlsx", groups=imports.groups_of(office.plan.components), units=imports.known_units(),
        today=date(2025, 3, 10),
    )  # fmt: skip
    read = {
        p.name: (p.born, p.sex, p.title, p.unit, p.delegation, p.group, p.phone, p.ethnic, p.religion, p.party)
        for p in listing.people
    }
    kept = {
        d.name: (d.born, d.sex, d.title or None, d.unit_text or None, "Xã Hai" if d.delegation.position == 2 else "Xã Một",
                 d.component.code, d.phone, d.ethnic, d.religion, d.party)
        for d in db.session.scalars(select(Delegate)) if d.delegation
    }  # fmt: skip
    assert {name: tuple(value or None for value in values) for name, values in read.items()} == kept
    assert [note for person in listing.people for note in person.errors] == []


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("Xã Nà Phặc", "DS_dai_bieu_Xa_Na_Phac.xlsx"),
        ("Sở Đo lường – Chất lượng", "DS_dai_bieu_So_Do_luong_Chat_luong.xlsx"),
        ('x"; filename="y\r\n/../', "DS_dai_bieu_x_filename_y.xlsx"),
        ("Ủy ban " * 40, "DS_dai_bieu_" + ("Uy_ban_" * 40)[:60] + ".xlsx"),
    ],
)
def test_the_files_name_is_ascii(unit: str, name: str) -> None:
    assert file_name(unit) == name


def test_a_refused_form_keeps_the_filter(office: Office, organiser: PageClient, people: list[Delegate]) -> None:
    answer = send_choice(organiser, office, {"columns": ["?"], "keep_sex": "female"}, 422)
    assert answer.one("input", name="keep_sex").attrs["value"] == "female"
