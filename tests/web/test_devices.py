"""Devices and gates, signed in: this browser, others by a code, who is connected, the desk card."""

import re
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from congress.domain.names import fold
from congress.models import Congress, DeskCard, Device, Gate, Pairing, db
from congress.operations import desk_cards, devices, gates, pairings
from congress.operations.heartbeats import Status, heartbeat
from tests.documents.paper import codes, pictures
from tests.pages import Element, Page, PageClient, values_of
from tests.web.contract import Office, actions, buttons, counted, faults, field, fresh, main_form, options, said, send, toasts
from tests.web.test_lan import FACTS
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("session")
MOMENT = NOW + timedelta(hours=1)  # of the office's clock


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


def gate(office: Office, name: str, congress: Congress | None = None) -> Gate:
    row = Gate(congress_id=(congress or office.congress).id, name=name, folded=fold(name))
    db.session.add(row)
    db.session.commit()
    return row


def device(office: Office, name: str = "Máy 1", profile: str = "gate", place: Any = None, **more: Any) -> Device:
    values = {"gate": None, "version": "", "paired_by": "Lê Thị Điều", "now": MOMENT, **more}
    sealer = office.app.extensions["sealer"]
    made, _ = devices.make_device(place or office.congress, profile=profile, name=name, sealer=sealer, **values)
    db.session.commit()
    return made


def not_offered(page: Page) -> bool:
    """Whether a page says of a row of choices, and of nothing else, that one was sent that is not among them."""
    return page.one("fieldset", "field-invalid").texts("p") == ["Chọn một mục trong danh sách."] == page.texts("p", "field-error")


def cookie(client: PageClient) -> str:
    kept = client.http.get_cookie("device")
    return kept.value if kept else ""


def live() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Device.name).where(Device.revoked_at.is_(None)).order_by(Device.id)))


# ---- this browser -------------------------------------------------------------------------------------------------------


def test_somebody_signed_in_makes_this_browser_a_gate(office: Office) -> None:
    staff = office.sign_in("checkin_staff")
    page = staff.get(f"{office.home}/checkin/here")
    assert page.h1 == "Dùng máy này làm cửa"
    assert (field(page, "name"), field(page, "new_gate")) == ("Máy của Người checkin_staff", "Cửa 1")
    assert options(page, "gate") == ["Cửa mới, đặt tên ở dưới"]
    assert page.texts("label", "choice") == [
        "Cửa: quét thẻ, cho vào", "Tự điểm danh: đại biểu tự quét thẻ của mình, không thấy tên ai khác",
    ]  # fmt: skip
    answer = send(staff, page, {})
    assert (answer.status, answer.location) == (303, "/gate")
    [header] = [value for name, value in answer.headers.items() if name == "Set-Cookie" and value.startswith("device=")]
    assert "HttpOnly" in header and "SameSite=Strict" in header and "Path=/" in header and "Max-Age=34560000" in header
    assert "Secure" not in header
    found = devices.find_device(cookie(staff), sealer=office.app.extensions["sealer"])
    assert found and (found.name, found.profile, found.gate_name) == ("Máy của Người checkin_staff", "gate", "Cửa 1")
    assert actions() == ["gates.add", "devices.open_here"]
    again = staff.get(f"{office.home}/checkin/here")
    assert again.links["Mở trang cửa"] == "/gate"
    assert "Máy này đang là “Máy của Người checkin_staff”, Cửa 1." in again.text


def test_over_https_the_cookie_travels_by_https_alone(office: Office, app: Flask) -> None:
    staff = office.sign_in("checkin_staff")
    page = staff.get(f"{office.home}/checkin/here")
    form = {**values_of(main_form(page)), "csrf_token": staff.csrf_token}
    home = f"{office.home}/checkin/here"
    answer = staff.open(home, "POST", data=form, base_url="https://localhost", headers={"Referer": f"https://localhost{home}"})
    [header] = [value for name, value in answer.headers.items() if name == "Set-Cookie" and value.startswith("device=")]
    assert "Secure" in header


def test_a_new_gate_may_be_named_and_a_known_one_is_found(office: Office, organiser: PageClient) -> None:
    first = gate(office, "Cửa chính")
    url = f"{office.home}/checkin/here"
    page = organiser.get(url)
    assert (options(page, "gate"), field(page, "gate")) == (["Cửa chính", "Cửa mới, đặt tên ở dưới"], str(first.id))
    assert send(organiser, page, {"gate": "0", "new_gate": "CỬA  CHÍNH", "name": "Máy A"}).location == "/gate"
    assert send(organiser, organiser.get(url), {"gate": "0", "new_gate": "Cửa bên", "name": "Máy B"}).location == "/gate"
    desk = {"profile": "desk", "gate": "0", "new_gate": "", "name": ""}
    assert send(organiser, organiser.get(url), desk).location == "/gate"
    rows = db.session.scalars(select(Device).order_by(Device.id)).all()
    assert [(row.name, row.gate and row.gate.name) for row in rows] == [
        ("Máy A", "Cửa chính"), ("Máy B", "Cửa bên"), ("Bàn hỗ trợ", None),
    ]  # fmt: skip
    assert live() == ["Bàn hỗ trợ"]  # one browser is one device: what it was before has ended


def test_what_is_wrong_stands_beside_its_field(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/checkin/here")

    def wrong(**changes: str) -> dict[str, list[str]]:
        return faults(send(organiser, page, changes, 422))

    assert wrong(new_gate="") == {"new_gate": ["Nhập tên cửa, ví dụ Cửa chính."]}
    assert wrong(new_gate="x" * 41) == {"new_gate": ["Tên cửa tối đa 40 ký tự."]}
    assert wrong(name="x" * 61) == {"name": ["Tên máy tối đa 60 ký tự."]}
    assert wrong(gate="99") == {"gate": ["Chọn một mục trong danh sách."]}
    assert not_offered(send(organiser, page, {"profile": "boss"}, 422))
    assert live() == [] and cookie(organiser) == ""


def test_only_who_supervises_opens_a_desk(office: Office) -> None:
    staff = office.sign_in("checkin_staff")
    page = staff.get(f"{office.home}/checkin/here")
    assert not_offered(send(staff, page, {"profile": "desk"}, 422))
    assert live() == []


def test_a_browser_of_another_congress_is_told_so(office: Office, organiser: PageClient) -> None:
    sealer = office.app.extensions["sealer"]
    _, key = devices.make_device(
        office.other_congress, profile="gate", name="Máy lạ", gate=None, version="", paired_by="x", sealer=sealer, now=NOW
    )
    db.session.commit()
    organiser.http.set_cookie("device", key)
    page = organiser.get(f"{office.home}/checkin/here")
    assert "Máy này đang làm việc cho hội nghị khác." in page.text and "Mở trang cửa" not in page.links
    assert "Máy lạ" not in page.text


def test_a_cancelled_congress_opens_no_device(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/checkin/here")
    office.congress.stage = "cancelled"
    db.session.commit()
    send(organiser, page, {}, 422)
    after = organiser.get(f"{office.home}/checkin/here")
    assert "Bắt đầu" not in buttons(after) and "Hội nghị đã hủy." in after.text and live() == []


# ---- the table ----------------------------------------------------------------------------------------------------------


def test_the_table_tells_how_each_device_stands(office: Office, organiser: PageClient) -> None:
    first = gate(office, "Cửa chính")
    near = device(office, "A", gate=first, version="")
    device(office, "B", "kiosk", now=MOMENT - timedelta(minutes=121, seconds=1))
    near.operator, near.queue_length, near.snapshot_at = "Lan", 3, MOMENT - timedelta(minutes=80)
    near.last_seen_at = MOMENT - timedelta(seconds=20)
    device(office, "C", "desk", place=office.district, now=MOMENT - timedelta(seconds=121))
    gone, wiped = device(office, "D"), device(office, "E")
    gone.revoked_at = wiped.revoked_at = wiped.wiped_at = MOMENT
    device(office, "Máy lạ", place=office.other_congress)
    db.session.commit()
    page = organiser.get(f"{office.home}/checkin/devices")
    names = ["A", "B", "C", "D", "E"]
    rows = {row[0].split()[0]: row for row in page.rows() if row[0].split()[0] in names}
    assert list(rows) == names and "Máy lạ" not in page.text
    assert rows["A"] == [
        "A Cửa", "Cửa chính", "Lan Lê Thị Điều ghép lúc 09:00", "20 giây trước",
        "3 lượt chờ gửi danh sách lúc 07:40", "Đang nối", "Thu hồi",
    ]  # fmt: skip
    assert (rows["B"][0], rows["B"][1], rows["B"][3], rows["B"][5]) == ("B Tự điểm danh", "Chưa chọn", "06:58", "Mất liên lạc")
    assert (rows["C"][0], rows["C"][1], rows["C"][3]) == ("C Bàn hỗ trợ · mọi hội nghị của Huyện Một", "Bàn", "2 phút trước")
    assert rows["C"][4:6] == ["Đã gửi hết chưa tải danh sách", "Mất liên lạc"]
    assert [rows[name][5:] for name in "DE"] == [["Đã thu hồi, chờ xóa", ""], ["Đã xóa", ""]]


def test_the_page_of_an_old_version_is_marked(office: Office, organiser: PageClient) -> None:
    device(office, "Cũ", version="v1")
    [found] = re.findall(r'data-version="(\w+)"', organiser.open("/gate").html)  # what the page says of itself
    device(office, "Mới", version=found)
    rows = {row[0].split()[0]: row[4] for row in organiser.get(f"{office.home}/checkin/devices").rows()[1:]}
    assert ("trang bản cũ" in rows["Cũ"], "trang bản cũ" in rows["Mới"]) == (True, False)


def test_a_revoked_device_waits_for_its_wiping(office: Office, organiser: PageClient) -> None:
    row = device(office)
    page = organiser.get(f"{office.home}/checkin/devices")
    assert page.one("dialog", id=f"revoke-{row.id}").one("h2").text == "Thu hồi “Máy 1”?"
    url = f"{office.home}/checkin/devices/{row.id}/revoke"
    words = said(organiser, organiser.submit(page, {}, action=url))
    assert words == "Đã thu hồi Máy 1. Danh sách trên máy được xóa khi máy nối mạng lần tới."
    assert fresh(row).revoked_at == MOMENT and actions() == ["devices.revoke"]
    assert said(organiser, organiser.post(url)) == "“Máy 1” đã được thu hồi."


def test_the_queue_is_told_before_a_device_is_revoked(office: Office, organiser: PageClient) -> None:
    row = device(office)
    row.queue_length = 12
    db.session.commit()
    dialog = organiser.get(f"{office.home}/checkin/devices").one("dialog", id=f"revoke-{row.id}")
    assert "Còn 12 lượt chưa gửi" in dialog.text


def test_who_may_do_what(office: Office) -> None:
    row, first = device(office), gate(office, "Cửa chính")
    supervise = {"plan_owner", "organiser"}
    for url in ("devices", "devices/pair", "desk-card.pdf"):  # the last leads back: there is no card yet
        found = office.statuses(f"{office.home}/checkin/{url}")
        assert {role for role, status in found.items() if status in (200, 303)} == supervise
        assert {status for role, status in found.items() if role not in supervise} == {403}
    assert office.statuses(f"{office.home}/checkin/here")["checkin_staff"] == 200
    client = office.sign_in("checkin_staff")
    for url in (f"devices/{row.id}/revoke", "gates", f"gates/{first.id}/rename", f"gates/{first.id}/remove", "desk-card"):
        client.post(f"{office.home}/checkin/{url}", status=403)


def test_what_is_of_another_congress_is_not_found(office: Office, organiser: PageClient) -> None:
    strange, door = device(office, place=office.other_congress), gate(office, "Cửa lạ", office.other_congress)
    for url in (f"devices/{strange.id}/revoke", f"gates/{door.id}/rename", f"gates/{door.id}/remove"):
        organiser.post(f"{office.home}/checkin/{url}", {"name": "x"}, status=404)
    organiser.post(f"/congress/{office.other_congress.id}/checkin/devices/{strange.id}/revoke", status=404)
    assert live() == ["Máy 1"]


# ---- gates --------------------------------------------------------------------------------------------------------------


def test_gates_are_added_renamed_and_removed(office: Office, organiser: PageClient) -> None:
    url, base = f"{office.home}/checkin/devices", f"{office.home}/checkin/gates"
    assert said(organiser, organiser.submit(organiser.get(url), {"name": "Cửa chính"}, action=base)) == "Đã thêm Cửa chính."
    row = db.session.scalars(select(Gate)).one()
    page = organiser.get(url)
    renamed = organiser.submit(page, {"name": "Cửa trước"}, action=f"{base}/{row.id}/rename")
    assert said(organiser, renamed) == "Đã đổi tên thành Cửa trước."
    same = organiser.submit(page, {"name": "cửa TRƯỚC"}, action=base, status=422)
    assert faults(same) == {"name": ["Đã có cửa “Cửa trước”. Đặt tên khác."]}
    assert faults(organiser.submit(page, {"name": ""}, action=base, status=422)) == {"name": ["Nhập tên cửa, ví dụ Cửa chính."]}
    blank = organiser.post(f"{base}/{row.id}/rename", {"name": " "}, headers={"Referer": f"http://localhost{url}"})
    assert said(organiser, blank) == "Nhập tên cửa, ví dụ Cửa chính."
    standing = device(office, gate=fresh(row))
    refused = organiser.post(f"{base}/{row.id}/remove", headers={"Referer": f"http://localhost{url}"})
    assert said(organiser, refused).startswith("“Máy 1” đang đứng ở Cửa trước.")
    standing.gate_id = None
    db.session.commit()
    assert said(organiser, organiser.post(f"{base}/{row.id}/remove")) == "Đã bỏ Cửa trước."
    assert gates.list_gates(office.congress.id) == []


# ---- another machine ----------------------------------------------------------------------------------------------------


def shown_code(page: Page) -> str:
    """What a camera reads off the page's QR."""
    drawing = page.one("svg", "pair-code")
    side, scale = int(drawing.attrs["viewbox"].split()[2]), 6
    image = Image.new("L", (side * scale, side * scale), 255)
    draw = ImageDraw.Draw(image)
    for x, y, width in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawing.one("path").attrs["d"])):
        draw.rectangle((x * scale, y * scale, (x + width) * scale - 1, (y + 1) * scale - 1), fill=0)
    [found] = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text


def paired(client: PageClient, office: Office, **changes: str) -> Page:
    """The page of a fresh code."""
    page = client.get(f"{office.home}/checkin/devices/pair")
    return client.follow(send(client, page, {"name": "Máy mới", **changes}))


def hidden_parts(page: Page) -> dict[str, bool]:
    return {part.attrs["data-when"]: "hidden" in part.attrs for part in page.all() if "data-when" in part.attrs}


def test_a_code_is_shown_as_a_qr_and_as_digits(office: Office, organiser: PageClient) -> None:
    page = paired(organiser, office, new_gate="Cửa chính")
    read = shown_code(page)
    origin, _, code = read.partition("#")
    assert origin == "http://localhost/gate/pair" and len(code) == 23
    assert "".join(page.one("p", "pair-digits").text.split()) == code
    assert (page.h1, "đến 09:15" in page.text) == ("Ghép “Máy mới”", True)
    assert hidden_parts(page) == {"waiting": False, "used": True, "expired": True}
    row = db.session.scalars(select(Pairing)).one()
    assert (row.gate_id, row.actor_name, row.profile) == (db.session.scalars(select(Gate.id)).one(), "Người organiser", "gate")
    assert code not in page.response.request.url and actions() == ["gates.add", "devices.pair"]


def test_the_page_learns_when_its_code_was_used(office: Office, organiser: PageClient) -> None:
    page = paired(organiser, office)
    url = page.one("div", id="pairing").attrs["data-url"]
    waiting = organiser.get(url)
    assert waiting.json == {"state": "waiting", "device": None}
    etag = {"If-None-Match": waiting.headers["ETag"]}
    assert organiser.get(url, 304, headers=etag).data == b""
    code = shown_code(page).partition("#")[2]
    pairings.redeem(code, sealer=office.app.extensions["sealer"], now=MOMENT)
    db.session.commit()
    assert organiser.get(url, headers=etag).json == {"state": "used", "device": "Máy mới"}
    after = organiser.get(page.response.request.path)
    assert hidden_parts(after) == {"waiting": True, "used": False, "expired": True}
    assert after.all("svg", "pair-code") == [] and code[:4] not in after.text
    assert "Máy mới đã nhận việc" in after.text


def test_an_expired_code_is_not_shown(office: Office, organiser: PageClient) -> None:
    page = paired(organiser, office)
    office.app.config["CLOCK"] = lambda: MOMENT + timedelta(minutes=15)
    after = organiser.get(page.response.request.path)
    assert hidden_parts(after) == {"waiting": True, "used": True, "expired": False} and after.all("svg", "pair-code") == []


def test_a_code_may_be_for_all_congresses_of_the_unit(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/checkin/devices/pair")
    assert "Mọi hội nghị của Huyện Một: máy tự theo hội nghị của ngày hôm đó" in page.texts("label", "choice")
    shown = paired(organiser, office, scope="unit", gate="0", new_gate="")
    row = db.session.scalars(select(Pairing)).one()
    assert (row.unit_id, row.congress_id, row.gate_id) == (office.district.id, None, None)
    assert "mọi hội nghị của Huyện Một" in shown.text and db.session.scalars(select(Gate)).all() == []


def test_the_address_is_one_that_another_machine_can_open(office: Office, organiser: PageClient) -> None:
    here = paired(organiser, office)
    assert "Máy khác không mở được địa chỉ này." in here.text  # http://localhost
    url, session = here.response.request.path, organiser.http.get_cookie("session")
    for host in ("may-chu.huyen.vn", "may-1.local"):  # the same browser, by another name of the server
        organiser.http.set_cookie("session", session.value if session else "", domain=host)
    outside = organiser.get(url, headers={"Host": "may-chu.huyen.vn"})
    assert outside.status == 200 and "Máy khác không mở được" not in outside.text
    office.app.extensions["lan"] = FACTS  # started with --lan, looked at on the server itself
    page = organiser.get(url)
    assert shown_code(page).startswith("https://192.168.1.20:8443/gate/pair#")
    assert "Máy khác không mở được" not in page.text and "http://192.168.1.20:8080/lan" in page.text
    by_name = organiser.get(url, headers={"Host": "may-1.local:8443"})
    assert shown_code(by_name).startswith("https://may-1.local:8443/gate/pair#")


def test_the_next_machine_is_offered_what_the_last_one_was(office: Office, organiser: PageClient) -> None:
    gate(office, "Cửa chính"), gate(office, "Cửa bên")
    side = db.session.scalars(select(Gate).filter_by(name="Cửa bên")).one()
    page = paired(organiser, office, profile="kiosk", gate=str(side.id))
    again = organiser.get(page.links["Ghép máy khác"])
    assert (field(again, "gate"), field(again, "name")) == (str(side.id), "")
    chosen = [box.attrs["value"] for box in again.all("input", type="radio") if "checked" in box.attrs]
    assert chosen == ["kiosk", "congress"]
    assert field(organiser.get(f"{office.home}/checkin/devices/pair?like=999"), "gate") == str(side.id - 1)


def test_a_wrong_pairing_is_told_beside_its_field(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/checkin/devices/pair")
    assert faults(send(organiser, page, {"new_gate": ""}, 422)) == {"new_gate": ["Nhập tên cửa, ví dụ Cửa chính."]}
    assert not_offered(send(organiser, page, {"scope": "all"}, 422))
    assert faults(send(organiser, page, {"name": "x" * 61}, 422)) == {"name": ["Tên máy tối đa 60 ký tự."]}
    assert db.session.scalars(select(Pairing)).all() == []


def test_a_code_of_another_congress_is_not_found(office: Office, organiser: PageClient) -> None:
    owner = office.sign_in("plan_owner")
    page = owner.get(f"/congress/{office.other_congress.id}/checkin/devices/pair")
    send(owner, page, {"new_gate": "Cửa 1"})
    row = db.session.scalars(select(Pairing)).one()
    for suffix in ("", "/state"):
        organiser.get(f"{office.home}/checkin/devices/pair/{row.id}{suffix}", 404)


# ---- the desk card ------------------------------------------------------------------------------------------------------


def test_a_desk_card_is_made_printed_and_renewed(office: Office, organiser: PageClient) -> None:
    url, make = f"{office.home}/checkin/devices", f"{office.home}/checkin/desk-card"
    page = organiser.get(url)
    assert said(organiser, organiser.submit(page, {}, action=make)) == "Đã tạo thẻ bàn hỗ trợ. In thẻ."
    first = db.session.scalars(select(DeskCard)).one()
    pdf = organiser.get(f"{make}.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"] == 'inline; filename="The-Ban-Ho-Tro-Huyen-Mot.pdf"'
    [code] = codes(pictures(pdf.data)[0])
    assert code.text == desk_cards.token_of(office.congress, sealer=office.app.extensions["sealer"])
    page = organiser.get(url)
    assert page.links["In thẻ"] == f"{make}.pdf"
    assert said(organiser, organiser.submit(page, {}, action=make)) == "Đã đổi thẻ bàn hỗ trợ. In thẻ mới, hủy thẻ cũ."
    assert fresh(first).revoked_at == MOMENT
    [renewed] = codes(pictures(organiser.get(f"{make}.pdf").data)[0])
    assert renewed.text != code.text
    assert actions() == ["desk_cards.make", "desk_cards.make"]


def test_without_a_card_there_is_nothing_to_print(office: Office, organiser: PageClient) -> None:
    answer = organiser.open(f"{office.home}/checkin/desk-card.pdf", headers={"Referer": f"http://localhost{office.home}"})
    assert answer.status == 303 and said(organiser, answer) == "Chưa có thẻ bàn hỗ trợ. Bấm Tạo thẻ bàn hỗ trợ trước."


# ---- the way there ------------------------------------------------------------------------------------------------------


def test_the_pages_stand_in_the_row_around_the_door(office: Office, organiser: PageClient) -> None:
    page = organiser.get(f"{office.home}/checkin/devices")
    second, third = page.all("nav", "tabs")[:2]

    def current(row: Element) -> list[str]:
        return [link.text for link in row.all("a", aria_current="page")]

    assert (current(second), current(third)) == (["Điểm danh"], ["Máy và cửa"])
    assert third.texts("a")[0] == "Điều hành"
    doors = organiser.get("/doors")
    assert doors.links[f"Vào cửa: {office.congress.title1}"] == f"{office.home}/checkin/here"


def test_a_cancelled_congress_offers_nothing_new(office: Office, organiser: PageClient) -> None:
    office.congress.stage = "cancelled"
    db.session.commit()
    page = organiser.get(f"{office.home}/checkin/devices")
    assert "Ghép máy mới" not in page.links and "Dùng máy này" not in page.links
    assert "Tạo thẻ bàn hỗ trợ" not in buttons(page) and toasts(page) == []
    answer = organiser.get(f"{office.home}/checkin/devices/pair")
    assert faults(send(organiser, answer, {}, 422)) == {"": ["Hội nghị đã hủy, không điểm danh."]}


def test_questions_do_not_grow_with_the_devices(office: Office, organiser: PageClient) -> None:
    with counted() as one:
        organiser.get(f"{office.home}/checkin/devices")
    for number in range(5):
        device(office, f"Máy {number}", gate=gate(office, f"Cửa {number}"))
    with counted() as many:
        organiser.get(f"{office.home}/checkin/devices")
    assert len(one) == len(many)


def test_a_heartbeat_is_seen_in_the_table(office: Office, organiser: PageClient) -> None:
    row = device(office, now=MOMENT - timedelta(hours=3))
    sealer = office.app.extensions["sealer"]
    made, key = devices.make_device(
        office.congress, profile="gate", name="Máy 2", gate=None, version="", paired_by="x", sealer=sealer, now=NOW
    )
    found = devices.find_device(key, sealer=sealer)
    assert found and made.id == found.id
    heartbeat(found, Status(queue=4, operator="Hà"), congress_id=office.congress.id, now=MOMENT)
    db.session.commit()
    rows = {cells[0].split(" Cửa")[0]: cells for cells in organiser.get(f"{office.home}/checkin/devices").rows()[1:]}
    assert rows["Máy 2"][2:6] == [
        "Hà x ghép lúc 08:00", "0 giây trước", "4 lượt chờ gửi chưa tải danh sách", "Đang nối",
    ]  # fmt: skip
    assert rows["Máy 1"][5] == "Mất liên lạc" and row.id
