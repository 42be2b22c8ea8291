"""The gate page in a real Chromium with the network there: scanner, typed number, taking back, a delegation, exit, settings."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.gates import BINH, DAO, HOA, MY, Gate, Hall, listen, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]


def test_a_scanner_lets_in_says_again_and_stops(gate: Gate, hall: Hall) -> None:
    page = gate.page
    expect(page.locator("h1")).to_have_text("Cửa 1 · Buổi chính")
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    expect(page.locator("#door-count")).to_have_text(re.compile("^1 / 3 có mặt"))
    expect(page.locator(".door-notices li")).to_have_text(["Mời ngồi hàng đầu"])
    expect(page.locator("[data-fact=seat] dd")).to_have_text("C-17")
    expect(page.locator("[data-fact=handout] dd")).to_have_text("Cặp tài liệu")
    expect(page.locator(".door-photo")).to_be_visible()
    gate.scan(DAO)
    gate.expect("again", "ĐÃ VÀO", DAO)
    expect(page.locator(".door-message")).to_have_text("Đã vào lúc 07:41, Cửa 1. Máy: Máy chị Lan.")
    expect(page.locator(".door-photo")).to_be_visible()
    gate.scan(MY)
    gate.expect("stop", "DỪNG", MY)
    expect(page.locator(".door-message")).to_have_text("Chưa được duyệt vào danh sách. Gửi bàn hỗ trợ.")
    expect(page.locator("#door-last li")).to_have_count(3)
    expect(page.locator("#entry")).to_have_value("")
    assert [(scan.result, scan.offline, scan.gate) for scan in hall.scans()] == [
        ("ok", False, "Cửa 1"), ("again", False, "Cửa 1"), ("refused", False, "Cửa 1"),
    ]  # fmt: skip


def test_a_typed_number_is_confirmed_and_a_typed_code_is_a_scan(gate: Gate, hall: Hall) -> None:
    page = gate.page
    page.keyboard.type("102", delay=150)  # nothing has the focus
    page.keyboard.press("Enter")
    gate.expect("ask", "Số 102?", BINH)
    assert hall.scans() == []
    gate.press("Không phải")
    gate.expect("wait", "Quét thẻ, hoặc gõ số thẻ")
    page.keyboard.type("102", delay=150)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Cho vào", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    gate.expect("in", "VÀO", BINH)
    page.locator("#entry").fill(re.sub("(....)", r"\1 ", hall.tokens[HOA]))  # read aloud in groups of four
    page.keyboard.press("Enter")
    gate.expect("in", "VÀO", HOA)
    page.locator("#entry").fill("bich dao")
    page.keyboard.press("Enter")
    gate.expect("ask", "HỎI BÀN")
    expect(page.locator(".door-message")).to_have_text("Cửa không tìm theo tên. Quét thẻ, gõ số thẻ, hoặc gửi sang bàn hỗ trợ.")
    assert len(hall.scans()) == 2


def test_the_last_five_are_taken_back_and_the_person_comes_again(gate: Gate, hall: Hall) -> None:
    page = gate.page
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    page.locator("#door-last").get_by_role("button", name=f"Hoàn tác: {DAO}").click()
    gate.expect("wait", "Đã hoàn tác")
    expect(page.locator("#door-last small")).to_have_text(re.compile("đã hoàn tác$"))
    expect(page.locator("#door-count")).to_have_text(re.compile("^0 / 3"))
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    gate.press("Hoàn tác")
    gate.expect("wait", "Đã hoàn tác")
    assert [bool(scan.annulled_at) for scan in hall.scans()] == [True, True]
    for _ in range(3):
        for name in (BINH, HOA):
            gate.scan(name)
            gate.expect("in" if _ == 0 else "again", "VÀO" if _ == 0 else "ĐÃ VÀO", name)
    expect(page.locator("#door-last li")).to_have_count(5)


def test_a_head_brings_the_whole_delegation(gate: Gate, hall: Hall) -> None:
    page = gate.page
    gate.scan(BINH)
    gate.expect("in", "VÀO", BINH)
    gate.scan(DAO)
    gate.press("Cả đoàn (3 người)")
    expect(page.locator("#door-members input:checked")).to_have_count(1)  # two of them are in
    expect(page.locator("#door-members [data-part=name]")).to_have_text([BINH, DAO, HOA])
    gate.press("Cho vào 1 người")
    gate.expect("in", "VÀO")
    expect(page.locator(".door-message")).to_have_text("Cả đoàn: 1 người vừa ghi.")
    expect(page.locator("#door-count")).to_have_text(re.compile("^3 / 3"))
    assert [scan.result for scan in hall.scans()] == ["ok", "ok", "ok"]


def test_exit_and_hand_out_are_chosen_above_the_field(gate: Gate, hall: Hall) -> None:
    page = gate.page
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    page.locator("#door-kinds").get_by_text("Ra").click()
    expect(page.locator("#door-kind")).to_have_text("RA")
    gate.expect("wait", "Quét thẻ để ghi lượt ra")
    gate.scan(DAO)
    gate.expect("in", "RA", DAO)
    gate.scan(DAO)
    gate.expect("again", "ĐÃ RA", DAO)
    page.locator("#door-kinds").get_by_text("Phát").click()
    gate.scan(DAO)
    gate.expect("in", "PHÁT", DAO)
    gate.scan(DAO)
    gate.expect("again", "ĐÃ PHÁT", DAO)
    page.locator("#door-kinds").get_by_text("Vào").click()
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    expect(page.locator(".door-message")).to_have_text("Vào lại, mời vào.")
    assert [scan.kind for scan in hall.scans()] == ["entry", "exit", "exit", "handout", "handout", "entry"]


def test_who_stands_where_is_set_at_the_gate(gate: Gate, hall: Hall) -> None:
    page = gate.page
    page.get_by_role("button", name="Cài đặt cửa").click()
    expect(page.locator("#door-about")).to_have_text("Hội nghị Huyện Một · máy “Máy chị Lan” (cửa)")
    page.get_by_label("Người đứng cửa").fill("Chị Nga")
    page.get_by_label("Buổi").select_option("Buổi chính")
    gate.press("Xong")
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    (scan,) = hall.scans()
    assert scan.actor_name == "Chị Nga"
    page.reload()
    page.get_by_role("button", name="Cài đặt cửa").click()
    expect(page.get_by_label("Người đứng cửa")).to_have_value("Chị Nga")


def test_a_machine_is_given_back_and_carries_nothing(gate: Gate) -> None:
    page = gate.page
    page.get_by_role("button", name="Cài đặt cửa").click()
    gate.press("Trả máy")
    expect(page.locator("#door-welcome-title")).to_have_text("Máy này chưa được ghép")
    assert page.evaluate("caches.keys().then((names) => names.length)") <= 1  # the fresh page keeps its files anew
    page.locator("#pairing-code").fill("2123 4567")
    gate.press("Ghép máy này")
    expect(page.locator("#door-pair-fault")).to_have_text(re.compile("^Không có mã ghép này"))


def test_a_code_in_the_address_is_used_once_and_leaves_it_at_once(browser: Browser, hall: Hall) -> None:
    code = hall.code("gate")
    with opened(browser) as window, opened(browser) as other:
        gate = Gate(window.new_page(), hall.tokens)
        listen(gate)
        gate.page.goto(f"{hall.url}/gate/pair#{code}")
        expect(gate.page.locator("#door-answer")).to_be_visible()
        assert urlsplit(gate.page.url)[2:] == ("/gate", "", "")
        late = other.new_page()
        late.goto(f"{hall.url}/gate/pair#{code}")
        expect(late.locator("#door-pair-fault")).to_have_text(re.compile("^Mã này đã dùng để ghép một máy khác"))
        assert urlsplit(late.url)[2:] == ("/gate", "", "")
        late.locator("#pairing-code").fill(hall.code("gate"))
        late.get_by_role("button", name="Ghép máy này").click()
        expect(late.locator("#door-answer")).to_be_visible()
        assert gate.faults == []


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_answer_fits_the_screen_with_a_large_name(browser: Browser, hall: Hall, width: int) -> None:
    with opened(browser, width) as window:
        gate = hall.gate(window)
        page = gate.page
        answers = ((BINH, "in", "VÀO"), (DAO, "in", "VÀO"), (DAO, "again", "ĐÃ VÀO"), (MY, "stop", "DỪNG"))
        for name, tone, word in answers:
            gate.scan(name)
            gate.expect(tone, word, name)
            size = page.locator(".door-name").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
            assert size >= 40
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.locator(".door-word").evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
            small = page.locator("main button:visible, main a:visible, :is(header, footer) button:visible").evaluate_all(
                "(all) => all.map((e) => e.getBoundingClientRect()).filter((r) => r.width < 44 || r.height < 44).length"
            )
            assert small == 0
            expect(page.locator("#door-net")).to_be_in_viewport()
            expect(page.locator("#door-age")).to_be_in_viewport()
            expect(page.locator("#door-last li").first).to_be_in_viewport(ratio=1)
        assert gate.faults == []
