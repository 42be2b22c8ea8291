"""A hand-held scanner at the gate page, 7 ms a key, under each layout and input method; the rules in JavaScript."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, expect

from congress.domain.door import SENTENCES
from tests.browser.gates import BINH, DAO, HOA, Gate, Hall

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "door-vectors.json").read_text(encoding="utf-8"))
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]
# What the digit row types on the Vietnamese layout of Windows: letters and, from 5 on, tones that join the letter before.
VIETNAMESE_ROW = dict(zip("1234567890", "ăâêô\u0300\u0309\u0303\u0301\u0323đ", strict=True))
KEY_MS = 7
COMPOSING = 229  # the key code of a key that an input method has taken


def press(keys: CDPSession, code: str, key: str, text: str, number: int) -> None:
    """One real key, as the browser gets it from the system."""
    event = {"code": code, "key": key, "windowsVirtualKeyCode": number}
    keys.send("Input.dispatchKeyEvent", {"type": "keyDown", **event, **({"text": text} if text else {})})
    keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


def burst(gate: Gate, name: str, layout: str) -> None:
    """A scanner's keys as a layout or an input method lets them through: 23 digits 7 ms apart, then Enter."""
    keys = gate.page.context.new_cdp_session(gate.page)
    for digit in gate.tokens[name]:
        number = ord(digit)
        if layout == "native":
            press(keys, f"Digit{digit}", VIETNAMESE_ROW[digit], VIETNAMESE_ROW[digit], number)
        elif layout == "numpad":
            press(keys, f"Numpad{digit}", digit, digit, 0x60 + int(digit))
        elif layout == "vni":  # after a vowel a digit is a tone: the method takes the key, and the field gets another letter
            press(keys, f"Digit{digit}", "Process", "", COMPOSING)
            keys.send("Input.imeSetComposition", {"text": f"ị{digit}", "selectionStart": 2, "selectionEnd": 2})
        else:  # plain, and Telex, which has nothing to say about digits
            press(keys, f"Digit{digit}", digit, digit, number)
        gate.page.wait_for_timeout(KEY_MS)
    press(keys, "Enter", "Enter", "\r", 13)
    keys.detach()


@pytest.mark.parametrize("layout", ["plain", "telex", "vni", "native", "numpad"])
def test_digits_are_read_by_their_place_whatever_is_made_of_them(gate: Gate, hall: Hall, layout: str) -> None:
    page = gate.page
    burst(gate, BINH, layout)  # nothing has the focus
    gate.expect("in", "VÀO", BINH)
    page.locator("#entry").fill("hoa")  # somebody was about to search
    page.locator("#entry").focus()
    burst(gate, DAO, layout)
    gate.expect("in", "VÀO", DAO)
    page.get_by_role("button", name="Cài đặt cửa").click()  # a button has the focus, a dialog is open
    page.locator("#set-operator").focus()
    burst(gate, HOA, layout)
    gate.expect("in", "VÀO", HOA)
    assert [(scan.result, scan.how) for scan in hall.scans()] == [("ok", "token")] * 3
    if layout == "vni":
        expect(page.locator("#door-ime")).to_have_text(re.compile(r"tắt Unikey \(Ctrl\+Shift\)"))
        page.keyboard.press("KeyA")
        expect(page.locator("#door-ime")).to_be_hidden()


def test_a_scanner_that_sends_no_enter_is_understood(gate: Gate) -> None:
    gate.page.keyboard.type(gate.tokens[DAO], delay=KEY_MS)
    gate.expect("in", "VÀO", DAO)
    gate.page.keyboard.type(gate.tokens[BINH], delay=KEY_MS)
    gate.page.keyboard.press("Tab")
    gate.expect("in", "VÀO", BINH)


def test_a_misread_code_and_a_code_of_another_kind_say_so(gate: Gate, hall: Hall) -> None:
    page = gate.page
    page.keyboard.type("1" * 23, delay=KEY_MS)
    gate.expect("stop", "DỪNG")
    expect(page.locator(".door-message")).to_have_text("Không đọc được mã. Quét lại, hoặc gõ số thẻ.")
    page.keyboard.type(hall.code("gate"), delay=KEY_MS)
    expect(page.locator(".door-message")).to_have_text("Mã này không phải thẻ đại biểu. Hỏi thẻ đại biểu.")
    assert [scan.code for scan in hall.scans()] == ["malformed", "wrong_kind"]


def test_the_line_says_whether_the_scanner_s_keys_reach_the_page(gate: Gate) -> None:
    page = gate.page
    line = page.locator("#door-ready")
    expect(line).to_have_text(re.compile("Máy quét sẵn sàng"))
    page.evaluate("document.hasFocus = () => false; dispatchEvent(new Event('blur'))")  # another window has it
    expect(line).to_have_attribute("data-ready", "false")
    expect(line.locator("[data-part=away]")).to_be_visible()
    page.evaluate("delete document.hasFocus")
    line.click()
    expect(line).to_have_attribute("data-ready", "true")


def test_the_rules_answer_in_the_browser_as_they_do_in_python(gate: Gate) -> None:
    told = gate.page.evaluate(
        """async ([vectors, sentences]) => {
            const rules = await import(document.querySelector('[src*="/js/door.js"]').src.replace("door.js", "door-rules.js"));
            return {
              tokens: vectors.tokens.map(([token]) => rules.misread(token)),
              openings: vectors.openings.map(({ opening, moment }) => rules.barred(opening, moment)),
              judgements: vectors.judgements.map((asked) => rules.judge(asked.found, asked)),
              sentences: vectors.sentences.map((asked) => rules.say(sentences, asked.code, asked)),
            };
        }""",
        [VECTORS, SENTENCES],
    )
    assert told == {
        "tokens": [why for _, why in VECTORS["tokens"]],
        "openings": [case["barred"] for case in VECTORS["openings"]],
        "judgements": [{"result": case["result"], "code": case["code"]} for case in VECTORS["judgements"]],
        "sentences": [case["sentence"] for case in VECTORS["sentences"]],
    }
    assert all(len(cases) > 5 for cases in told.values())
