"""The pages of delegations: order, people, leaders, contact, the link, the list on paper."""

import re
from datetime import timedelta

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from congress.domain.names import fold
from congress.models import Delegate, Delegation, DelegationLink, db
from tests.documents.paper import pages_lines
from tests.pages import PageClient
from tests.web.contract import Office, actions, buttons, faults, field, fresh, options, said, send, statements_for, toasts
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


def url_of(office: Office, delegation: Delegation, rest: str = "") -> str:
    return f"{office.home}/delegations/{delegation.id}{rest}"


def names() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Delegation.name).order_by(Delegation.position)))


# The page of all delegations


def test_the_page_teaches_when_there_is_none(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/delegations")
    assert (page.h1, page.texts("h2")) == ("Đoàn", ["Chưa có đoàn"])


def test_every_delegation_with_its_leaders_people_and_list(office: Office, organiser: PageClient) -> None:
    second, first = office.delegation("xã Hai", 2), office.delegation("Đoàn Thanh niên", 1)
    head = office.person("Lò Văn Trưởng", state="approved", delegation=first)
    office.person("Lò Thị Khách", "guest", delegation=first)
    office.person("Lò Thị Rút", state="withdrawn", delegation=first)
    office.person("Lò Thị Lẻ")
    first.head_id, first.contact_name, first.arrives_at, first.sent_at = head.id, "Hà", NOW, NOW
    second.unit_id = office.commune.id
    page = organiser.get(f"{office.home}/delegations")
    met = "HàĐến 08:00 10/03/2025"
    assert page.rows()[1:] == [
        ["1", "Đoàn Thanh niên Trưởng đoàn Lò Văn Trưởng", met, "1", "1", "0", "1/2", "Đã gửi08:00 10/03/2025", ""],
        ["2", "Đoàn xã Hai Xã Một", "", "0", "0", "0", "0/0", "", ""],
    ]  # fmt: skip
    assert "1 người trong danh sách chưa thuộc đoàn nào." in page.text


def test_the_number_of_statements_does_not_grow_with_the_rows(office: Office, organiser: PageClient) -> None:
    counts = []
    for place in (1, 2, 3):
        row = office.delegation(f"xã {place}", place)
        person = office.person(f"Lò {place}", delegation=row)
        row.head_id, row.unit_id = person.id, office.commune.id
        counts.append((statements_for(organiser, f"{office.home}/delegations"), statements_for(organiser, url_of(office, row))))
    assert counts[0] == counts[2]


def test_the_number_of_statements_of_one_page_does_not_grow_with_its_people(office: Office, organiser: PageClient) -> None:
    row, counts = office.delegation("xã Một"), []
    for place in range(3):
        office.person(f"Lò {place}", delegation=row)
        counts.append(statements_for(organiser, url_of(office, row)))
    assert counts[0] == counts[2]


def test_up_and_down(office: Office, organiser: PageClient) -> None:
    rows = [office.delegation(f"xã {n}", n) for n in (1, 2, 3)]
    answer = organiser.post(url_of(office, rows[2], "/move"), {"to": "1"})
    assert answer.location == f"{office.home}/delegations#delegation-{rows[2].id}"
    assert names() == ["xã 3", "xã 1", "xã 2"]
    organiser.post(url_of(office, rows[2], "/move"), {"to": "x"}, 400)


# Adding and changing one


def test_a_delegation_is_added(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/delegations/new")
    assert options(page, "unit_id")[:3] == ["Chưa rõ", "Tỉnh Thử", "Huyện Một"]
    typed = {
        "name": "Đoàn xã Một (3)", "unit_id": office.commune.id, "contact_name": "Hà", "contact_phone": "0912 345 678",
        "contact_email": "ha@vidu.vn", "arrives_at": "2025-03-20T07:15", "arrival_note": "Xe 29 chỗ",
    }  # fmt: skip
    answer = send(organiser, page, typed)
    row = db.session.scalars(select(Delegation)).one()
    assert answer.location == url_of(office, row)
    assert (row.name, row.unit_id, row.contact_phone, row.contact_email) == (
        "xã Một",
        office.commune.id,
        "0912345678",
        "ha@vidu.vn",
    )
    assert (row.arrives_at.isoformat(), row.arrival_note) == ("2025-03-20T00:15:00+00:00", "Xe 29 chỗ")
    assert said(organiser, answer) == "Đã thêm Đoàn xã Một."
    assert actions()[-1] == "delegations.add"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, {"name": ["Nhập tên đoàn."]}),
        ({"name": "x" * 201}, {"name": ["Tối đa 200 ký tự."]}),
        ({"name": "Đoàn Xã Có"}, {"name": ["Đã có Đoàn Xã Có. Đặt tên khác, hoặc gộp hai đoàn."]}),
        ({"unit_id": "999"}, {"unit_id": ["Chọn một mục trong danh sách."]}),
        ({"position": "0"}, {"position": ["Từ 1 trở lên."]}),
        ({"contact_name": "x" * 301}, {"contact_name": ["Tối đa 300 ký tự."]}),
        ({"arrives_at": "mai"}, {"arrives_at": ["Nhập ngày và giờ."]}),
        ({"arrival_note": "x" * 301}, {"arrival_note": ["Tối đa 300 ký tự."]}),
        ({"head_id": "999"}, {"head_id": ["Chọn một mục trong danh sách."]}),
    ],
)  # fmt: skip
def test_each_field_says_what_is_wrong(
    office: Office, organiser: PageClient, changes: dict[str, str], words: dict[str, list[str]]
) -> None:
    office.delegation("xã Có")
    row = office.delegation("xã Sửa", 2)
    page = organiser.get(url_of(office, row, "/edit"))
    answer = send(organiser, page, {"arrival_note": "giữ lại", **changes}, 422)
    assert faults(answer) == words
    assert field(answer, "arrival_note") == changes.get("arrival_note", "giữ lại")
    assert names() == ["xã Có", "xã Sửa"]


@pytest.mark.parametrize("column", ["contact_phone", "contact_email"])
def test_a_contact_that_cannot_be_read_is_said_beside_it(office: Office, organiser: PageClient, column: str) -> None:
    page = organiser.get(url_of(office, office.delegation("xã Một"), "/edit"))
    assert list(faults(send(organiser, page, {column: "không có"}, 422))) == [column]


def test_leaders_are_chosen_among_its_people(office: Office, organiser: PageClient) -> None:
    row, other = office.delegation("xã Một"), office.delegation("xã Hai", 2)
    head, deputy = office.person("Lò Văn A", delegation=row), office.person("Lò Thị B", delegation=row)
    office.person("Lò Thị Khác", delegation=other)
    page = organiser.get(url_of(office, row, "/edit"))
    assert options(page, "head_id") == ["Chưa chọn", "Lò Văn A", "Lò Thị B"]
    assert faults(send(organiser, page, {"head_id": head.id, "deputy_id": head.id}, 422)) == {
        "deputy_id": ["Trưởng đoàn và phó đoàn phải là hai người."]
    }
    send(organiser, page, {"head_id": deputy.id, "deputy_id": head.id, "position": "2"})
    assert names() == ["xã Hai", "xã Một"]
    rows = organiser.get(url_of(office, row)).rows()
    assert [cells[1] for cells in rows[1:]] == ["Lò Thị B Trưởng đoàn", "Lò Văn A Phó đoàn"]


# One delegation: its list, its contact


def test_people_in_order_and_where_the_list_stands(office: Office, organiser: PageClient) -> None:
    row = office.delegation("xã Một")
    office.person("Lò Văn Đủ", state="approved", delegation=row, title="Bí thư", unit_text="Xã Một")
    office.person("Lò Văn Dự", state="reserve", delegation=row)
    office.person("Lò Văn Mới", delegation=row)
    office.person("Lò Văn Rút", state="withdrawn", delegation=row)
    states = [cells[3] for cells in organiser.get(url_of(office, row)).rows()[1:]]
    assert states == ["Dự khuyết", "Đã duyệt", "Đề cử"]
    link = {"delegation_id": row.id, "actor_name": "x", "created_at": NOW, "expires_at": NOW + timedelta(days=3)}
    db.session.add(DelegationLink(secret_hash="1", **link))
    states = [cells[3] for cells in organiser.get(url_of(office, row)).rows()[1:]]
    assert states == ["Dự khuyết", "Đã duyệt", "Đề cử Đoàn chưa gửi"]


def test_a_sent_list_is_returned_with_words(office: Office, organiser: PageClient) -> None:
    row = office.delegation("xã Một")
    row.sent_at = NOW
    assert "Trả lại" in buttons(organiser.get(url_of(office, row)))
    referrer = {"Referer": f"http://localhost{url_of(office, row)}"}
    refused = organiser.post(url_of(office, row, "/return"), {"comment": " "}, headers=referrer)
    assert said(organiser, refused) == "Ghi điều đoàn cần sửa rồi mới trả lại."
    organiser.post(url_of(office, row, "/return"), {"comment": "Thiếu năm sinh"})
    page = organiser.get(url_of(office, row))
    assert "Trả lại lúc 09:00 10/03/2025" in page.text and "Đã nhắn: Thiếu năm sinh" in page.text
    assert fresh(row).sent_at is None


def test_contact_details_are_for_who_manages(office: Office, organiser: PageClient) -> None:
    row = office.delegation("xã Một")
    row.contact_name, row.contact_phone, row.contact_email = "Hà", "0900999111", "ha@vidu.vn"
    assert "0900999111" in organiser.get(url_of(office, row)).text
    row = office.delegation("xã Hai", 2)
    row.congress_id, row.contact_name, row.contact_phone = office.lower_congress.id, "Bình", "0900999222"
    page = organiser.get(f"/congress/{office.lower_congress.id}/delegations/{row.id}")
    assert "Bình" in page.text and "0900999222" not in page.text and buttons(page) == []


def test_a_link_is_made_shown_once_and_drawn(office: Office, organiser: PageClient) -> None:
    row = office.delegation("xã Một")
    page = organiser.post(url_of(office, row, "/link"), {"days": "7"}, 200)
    address = page.one("input", id="address").attrs["value"]
    assert re.fullmatch(r"http://localhost/d/[\w-]{22}", address)
    assert draw_and_read(page.one("svg", css_class="link-code")) == address
    assert page.headers["Cache-Control"] == "no-store"
    later = organiser.get(url_of(office, row))
    secret = address.rpartition("/")[2]
    assert secret not in later.html
    assert "chưa ai mở, dùng được đến 09:00 17/03/2025" in later.text
    assert actions()[-1] == "delegations.link"


def draw_and_read(svg: object) -> str:
    """The text of a code drawn as runs of modules."""
    side = int(svg.attrs["viewbox"].split()[2])
    picture = Image.new("L", (side * 4, side * 4), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg.one("path").attrs["d"]):
        left, top = int(x) * 4, int(y) * 4
        pen.rectangle((left, top, left + int(width) * 4 - 1, top + 3), fill=0)
    [found] = zxingcpp.read_barcodes(picture)
    return found.text


@pytest.mark.parametrize("days", ["0", "61", "", "x", "-3"])
def test_a_link_wants_sensible_days(office: Office, organiser: PageClient, days: str) -> None:
    row = office.delegation("xã Một")
    refused = organiser.post(url_of(office, row, "/link"), {"days": days}, 303)
    assert said(organiser, refused) == "Liên kết dùng được từ 1 đến 60 ngày."
    assert db.session.scalars(select(DelegationLink)).all() == []


def test_a_link_is_revoked(office: Office, organiser: PageClient) -> None:
    row = office.delegation("xã Một")
    organiser.post(url_of(office, row, "/link"), {"days": "7"}, 200)
    answer = organiser.post(url_of(office, row, "/link/revoke"))
    assert said(organiser, answer) == "Đã thu hồi liên kết. Người đã mở liên kết cũng không vào được nữa."
    again = organiser.post(url_of(office, row, "/link/revoke"))
    assert said(organiser, again) == "Đoàn này không có liên kết nào đang dùng."


# Merging and removing


def test_two_become_one(office: Office, organiser: PageClient) -> None:
    one, two = office.delegation("xã Một"), office.delegation("xã Hai", 2)
    person = office.person("Lò Văn A", delegation=one)
    nothing = organiser.post(url_of(office, one, "/merge"), {"into": "0"})
    assert said(organiser, nothing) == "Chọn đoàn để gộp vào."
    answer = organiser.post(url_of(office, one, "/merge"), {"into": two.id})
    assert (answer.location, said(organiser, answer)) == (url_of(office, two), "Đã gộp 1 người vào Đoàn xã Hai.")
    assert (fresh(person).delegation_id, names()) == (two.id, ["xã Hai"])


def test_another_congress_is_no_place_to_merge_into(office: Office, organiser: PageClient) -> None:
    one = office.delegation("xã Một")
    other = Delegation(congress_id=office.other_congress.id, name="xã X", folded="xa x", position=1)
    db.session.add(other)
    db.session.flush()
    answer = organiser.post(url_of(office, one, "/merge"), {"into": other.id})
    assert said(organiser, answer) == "Chọn đoàn để gộp vào."


def test_only_an_empty_one_is_removed(office: Office, organiser: PageClient) -> None:
    row, empty = office.delegation("xã Một"), office.delegation("xã Hai", 2)
    office.person("Lò Văn A", delegation=row)
    assert "Xóa đoàn trống này" not in buttons(organiser.get(url_of(office, row)))
    refused = organiser.post(url_of(office, row, "/remove"))
    assert said(organiser, refused) == "Đoàn còn 1 người (kể cả người đã rút). Gộp vào đoàn khác thay vì xóa."
    assert "Xóa đoàn trống này" in buttons(organiser.get(url_of(office, empty)))
    answer = organiser.post(url_of(office, empty, "/remove"))
    assert (said(organiser, answer), names()) == ("Đã xóa Đoàn xã Hai.", ["xã Một"])


# On paper


def paper(client: PageClient, office: Office, **fields: object) -> str:
    page = client.post(f"{office.home}/delegations/print", fields, 200)
    assert page.headers["Content-Type"] == "application/pdf"
    return " ".join(" ".join(lines) for lines in pages_lines(page.data))


def test_the_list_by_delegation(office: Office, organiser: PageClient) -> None:
    two, one = office.delegation("xã Hai", 2), office.delegation("xã Một", 1)
    office.person("Lò Văn An", state="approved", delegation=one)
    head = office.person("Lò Thị Yến", state="approved", delegation=one, degree="ThS.", ethnic="Dân tộc kín", phone="0900999111")
    office.person("Lò Văn Mới", delegation=two)
    office.person("Lò Văn Lẻ", state="approved")
    one.head_id = head.id
    words = paper(organiser, office)
    found = re.findall(r"ThS\. Lò Thị Yến|Lò Văn \w+|[IV]+\. Đ[^(]*\(\d+ đại biểu\)|Danh sách gồm có \d+", words)
    assert found == [
        "I. Đoàn xã Một (2 đại biểu)", "ThS. Lò Thị Yến", "Lò Văn An", "II. Đại biểu không thuộc đoàn (1 đại biểu)", "Lò Văn Lẻ",
        "Danh sách gồm có 3",
    ]  # fmt: skip
    assert "Trưởng" in words and "đến 09:00 ngày 10/03/2025" in words
    assert "Dân tộc kín" not in words and "0900999111" not in words
    assert actions()[-1] == "delegations.print"
    everybody = paper(organiser, office, who="everybody")
    assert "II. Đoàn xã Hai (1 đại biểu)" in everybody and "Danh sách gồm có 4 đại biểu./." in everybody


def test_one_delegation_on_paper(office: Office, organiser: PageClient) -> None:
    one, two = office.delegation("xã Một"), office.delegation("xã Hai", 2)
    for row in (one, two):
        office.person(f"Lò {row.name}", state="approved", delegation=row)
    words = paper(organiser, office, delegation=two.id)
    assert "DANH SÁCH ĐẠI BIỂU ĐOÀN XÃ HAI" in words and "Lò xã Hai" in words and "Lò xã Một" not in words
    organiser.post(f"{office.home}/delegations/print", {"delegation": "999"}, 404)


def test_nobody_to_print_is_said(office: Office, organiser: PageClient) -> None:
    office.person("Lò Văn Mới", delegation=office.delegation("xã Một"))
    answer = organiser.post(f"{office.home}/delegations/print")
    assert said(organiser, answer) == "Chưa có ai để in. Duyệt đại biểu trước, hoặc chọn in cả người chưa duyệt."


# Who may


def test_each_role(office: Office) -> None:
    row = office.delegation("xã Một")
    read = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 200, "checkin_staff": 403, "viewer": 403}
    assert office.statuses(f"{office.home}/delegations") == read
    assert office.statuses(url_of(office, row)) == read
    assert office.statuses(url_of(office, row, "/edit")) == read
    moved = {role: 303 if status == 200 else status for role, status in read.items()}
    assert office.statuses(url_of(office, row, "/move"), "POST", {"to": "1"}) == moved


def test_another_congress_and_its_delegations_are_hidden(office: Office, organiser: PageClient) -> None:
    other = Delegation(congress_id=office.other_congress.id, name="xã X", folded=fold("xã X"), position=1)
    db.session.add(other)
    db.session.flush()
    organiser.get(f"/congress/{office.other_congress.id}/delegations", 404)
    organiser.get(f"/congress/{office.other_congress.id}/delegations/{other.id}", 404)
    organiser.get(url_of(office, other), 404)
    for rest, fields in (("/move", {"to": "1"}), ("/remove", {}), ("/link", {"days": "7"}), ("/return", {"comment": "x"})):
        organiser.post(url_of(office, other, rest), fields, 404)
    assert db.session.scalars(select(Delegate.id)).all() == [] and toasts(organiser.get(f"{office.home}/delegations")) == []
