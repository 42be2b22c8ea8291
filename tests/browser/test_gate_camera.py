"""The camera of the gate page before a rendered badge: the browser's own reader, the server's, and the decoder offline."""

import json
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.gates import BINH, DAO, Gate, Hall, film

VENDOR = Path(__file__).parents[2] / "static" / "vendor" / "zxing-reader.wasm"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]
# Stands in for the reader of Android's Chrome: it reads the page's test picture, and from the video what the test says.
STUB = """(token) => {
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect(source) {
      if (source instanceof HTMLCanvasElement) return WORKS ? [{ rawValue: "GATE" }] : [];
      return [{ rawValue: token }];
    }
  };
}"""


def test_a_badge_before_the_camera_is_scanned_once_by_frames_of_the_server(gate: Gate, camera: Path) -> None:
    camera.write_bytes(film(gate.tokens[DAO]) * 10)
    gate.press("Quét bằng camera")
    gate.expect("in", "VÀO", DAO)
    gate.page.wait_for_timeout(1200)  # several frames of the same badge
    expect(gate.page.locator("#door-last li")).to_have_count(1)
    gate.press("Tắt camera")
    expect(gate.page.locator("#door-camera")).to_be_hidden()


@pytest.mark.parametrize(("works", "name"), [("true", BINH), ("false", DAO)])
def test_the_browser_s_own_reader_is_used_where_it_reads_the_picture(gate: Gate, camera: Path, works: str, name: str) -> None:
    """One that says it knows QR codes and finds nothing is passed over: the server reads the frames."""
    camera.write_bytes(film(gate.tokens[DAO]) * 10)
    gate.page.evaluate(STUB.replace("WORKS", works), gate.tokens[BINH])
    gate.press("Quét bằng camera")
    gate.expect("in", "VÀO", name)


def test_without_network_the_decoder_of_the_page_reads(gate: Gate, hall: Hall, camera: Path) -> None:
    page = gate.page
    camera.write_bytes(film(gate.tokens[DAO]) * 10)
    hall.stop()
    gate.scan(BINH)
    gate.wait_for_network("Mất mạng")
    page.reload()  # the decoder comes out of what the page has kept
    gate.wait_for_network("Mất mạng")
    gate.press("Quét bằng camera")
    if not VENDOR.exists():  # npm was not here (run.py): the page says so
        expect(page.locator("#door-camera-fault")).to_contain_text("chưa cài bộ giải mã")
        return
    gate.expect("in", "VÀO", DAO)


def test_a_photo_is_read_where_no_camera_opens(gate: Gate, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(film(gate.tokens[DAO]))
    gate.page.locator("#door-photo").set_input_files(photo)
    gate.expect("in", "VÀO", DAO)
    Image.new("RGB", (200, 200)).save(photo, "JPEG")
    gate.page.locator("#door-photo").set_input_files(photo)
    gate.expect("ask", "CHƯA ĐỌC ĐƯỢC")


def test_the_page_s_test_picture_is_a_qr_code_that_can_be_read(gate: Gate) -> None:
    """The picture of `door-camera.js`, read by the server as a frame."""
    read = gate.page.evaluate(
        """async () => {
            let picture;
            window.BarcodeDetector = class {
              static async getSupportedFormats() { return ["qr_code"]; }
              async detect(canvas) { picture = canvas; return []; }
            };
            const page = document.querySelector('[src*="/js/door.js"]').src;
            const { Camera } = await import(page.replace("door.js", "door-camera.js"));
            const frame = document.getElementById("door-camera");
            const api = { network: { reached: true }, post: async () => ({ text: null }) };
            const camera = new Camera(frame, { api, onFault: () => {} });
            await camera.readPhoto(await (await fetch(document.querySelector("[rel=apple-touch-icon]").href)).blob());
            const jpeg = await new Promise((done) => picture.toBlob(done, "image/jpeg"));
            const headers = { "Content-Type": "image/jpeg" };
            const answer = await fetch("/api/gate/frame", { method: "POST", body: jpeg, headers });
            return answer.text();
        }"""
    )
    assert json.loads(read) == {"text": "GATE"}
