"""The gate page in a real Chromium, with the network there: scanner, camera, photo, typed number, names, taking back, notices."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.gates import BINH, DAO, HOA, MY, Gate, Hall, film, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]


def test_a_scanner_lets_in_says_again_and_stops(gate: Gate, hall: Hall) -> None:
    page = gate.page
    expect(page.locator("h1")).to_have_text("Cửa 1 · Buổi chính")
    gate.scan(DAO, delay=7)
    gate.expect("in", "VÀO", DAO)
    expect(page.locator("#door-count")).to_have_text(re.compile("^1 / 3 có mặt"))
    expect(page.locator(".door-notices li")).to_have_text(["Mời ngồi hàng đầu"])
    expect(page.locator("[data-fact=seat] dd")).to_have_text("C-17")
    expect(page.locator("[data-fact=handout] dd")).to_have_text("Cặp tài liệu")
    expect(page.locator(".door-photo")).to_be_visible()
    gate.scan(DAO, delay=7)
    gate.expect("again", "ĐÃ VÀO", DAO)
    expect(page.locator(".door-message")).to_have_text("Đã vào lúc 07:41, Cửa 1.")
    expect(page.locator(".door-photo")).to_be_visible()
    gate.scan(MY, delay=7)
    gate.expect("stop", "DỪNG", MY)
    expect(page.locator(".door-message")).to_have_text("Chưa được duyệt vào danh sách. Gửi bàn hỗ trợ.")
    expect(page.locator("#door-last li")).to_have_count(3)
    expect(page.locator("#entry")).to_have_value("")
    assert [(scan.result, scan.offline, scan.gate) for scan in hall.scans()] == [
        ("ok", False, "Cửa 1"), ("again", False, "Cửa 1"), ("refused", False, "Cửa 1"),
    ]  # fmt: skip
