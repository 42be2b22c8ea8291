"""What leaves as a workbook: who, in which order, by which columns, and what the audit keeps of it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.models import AuditEntry, db
from congress.operations.delegate_queries import ListFilter
from congress.operations.list_exports import COLUMNS, SENSITIVE, ExportedList, describe_filter, export_list
from tests.web.contract import Office, actions, counted
from tests.world import NOW, actor_for

SECRET = {"ethnic": "Sán Chay", "religion": "Công giáo", "party": True, "political_theory": "Trung cấp"}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


def export(office: Office, *columns: str, role: str = "organiser", show: ListFilter | None = None, **more: Any) -> ExportedList:
    actor = actor_for(role, unit=office.district)
    values = {"by_delegation": False, **more}
    return export_list(office.congress, show or ListFilter(), columns=columns, actor=actor, now=NOW, **values)


def test_every_column_says_what_the_list_holds(office: Office) -> None:
    office.person(
        "Nông Thị Ánh", sex="female", born="1968-06", title="Bí thư", unit_text="Xã Một", capacity="household",
        represents="Hộ ông Nông", seat="C-17", phone="0912345678", email="anh@vidu.vn", id_number="006168000001",
        delegation=office.delegation("Xã Một"), field="Y tế", direct_labour=True, new_model=False, economic_sector="private",
        education="Đại học", schooling="12/12", highest_award="Bằng khen", achievements="Hai mô hình", note="Ăn chay", **SECRET,
    )  # fmt: skip
    found = export(office, *COLUMNS, *SENSITIVE)
    [(heading, [row])] = found.sections
    said = dict(zip([title for title, _ in found.columns], row, strict=True))
    assert (heading, said) == ("", {
        "Số thẻ": "101", "Họ và tên": "Nông Thị Ánh", "Giới tính": "Nữ", "Ngày sinh": "06/1968", "Chức vụ": "Bí thư",
        "Đơn vị công tác": "Xã Một", "Đoàn": "Xã Một", "Thành phần": "Điển hình tiên tiến", "Tư cách": "Đại diện hộ gia đình",
        "Tập thể, hộ được đại diện": "Hộ ông Nông", "Trạng thái": "Đề cử", "Số ghế": "C-17", "Số điện thoại": "0912345678",
        "Email": "anh@vidu.vn", "Số CCCD": "006168000001", "Lĩnh vực": "Y tế", "Lao động trực tiếp": "Có", "Mô hình mới": "Không",
        "Thành phần kinh tế": "Kinh tế tư nhân", "Trình độ chuyên môn": "Đại học", "Trình độ văn hóa": "12/12",
        "Khen thưởng cao nhất": "Bằng khen", "Thành tích tiêu biểu": "Hai mô hình", "Ghi chú": "Ăn chay", "Dân tộc": "Sán Chay",
        "Tôn giáo": "Công giáo", "Đảng viên": "Có", "Lý luận chính trị": "Trung cấp",
    })  # fmt: skip


def test_the_order_is_the_lists_and_sections_are_in_protocol_order(office: Office) -> None:
    second, first = office.delegation("Đoàn Xã Hai", 2), office.delegation("Sở Một", 1)
    for name, delegation in (("Đức", second), ("An", second), ("Bình", first), ("Chi", None)):
        office.person(f"Nông Văn {name}", delegation=delegation)
    office.person("Nông Văn Rút", state="withdrawn")
    office.person("Nông Văn Khác", congress=office.other_congress)
    plain = [[text.split()[-1] for (text,) in rows] for _, rows in export(office).sections]
    assert plain == [["An", "Bình", "Chi", "Đức"]]
    divided = [(heading, [text.split()[-1] for (text,) in rows]) for heading, rows in export(office, by_delegation=True).sections]
    assert divided == [("Đoàn Sở Một", ["Bình"]), ("Đoàn Xã Hai", ["An", "Đức"]), ("Chưa thuộc đoàn nào", ["Chi"])]
    assert export(office, show=ListFilter(text="duc")).sections == [("", [("Nông Văn Đức",)])]
    assert export(office, show=ListFilter(state="approved")).sections == []


def test_sensitive_columns_leave_for_those_who_may_see_them(office: Office) -> None:
    office.person("Nông Văn An", **SECRET)
    for role, unit in (("organiser", office.province), ("checkin_staff", None)):
        with pytest.raises(Refused, match="không được xuất các cột nhạy cảm"):
            columns = {"columns": ("name", "ethnic"), "by_delegation": False, "now": NOW}
            export_list(office.congress, ListFilter(), actor=actor_for(role, unit=unit), **columns)
    assert actions() == []
    assert export(office, "ethnic").sections == [("", [("Nông Văn An", "Sán Chay")])]


def test_the_audit_keeps_what_left_and_no_value(office: Office) -> None:
    office.person("Nông Văn Kín", phone="0912345678", **SECRET)
    export(office, "phone", show=ListFilter(group="exemplar", text="Kín"))
    export(office, "party")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.difference for entry in entries] == [
        {"people": 1, "columns": ["name", "phone"], "sensitive": False, "filter": {"group": "exemplar"}, "by_name": True},
        {"people": 1, "columns": ["name", "party"], "sensitive": True, "filter": {}, "by_name": False},
    ]
    assert {(entry.action, entry.subject, entry.congress_id) for entry in entries} == {
        ("delegates.export", "congress", office.congress.id)
    }


def test_a_filter_is_described_without_a_name(office: Office) -> None:
    show = ListFilter(state="approved", group="exemplar", sex="female", missing="photo", delegation=1, text="Kín")
    assert describe_filter(office.congress, show, "Xã Một") == "Đã duyệt; Điển hình tiên tiến; Xã Một; Nữ; thiếu ảnh"
    assert describe_filter(office.congress, ListFilter(), "") == ""


def test_three_people_take_as_many_statements_as_one(office: Office) -> None:
    found = []
    for number in (1, 2, 3):
        office.person(f"Nông Văn {number}", delegation=office.delegation(f"Đoàn {number}", number))
        db.session.commit()
        db.session.expire_all()
        with counted() as statements:
            export(office, *COLUMNS, by_delegation=True)
        found.append(len(statements))
    assert found[0] == found[2]
