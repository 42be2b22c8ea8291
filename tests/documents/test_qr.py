import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from congress.documents.qr import MODULES, QUIET_MODULES, link_path, printed_link_path, qr_path, token_path
from congress.domain.tokens import TokenKind, make_token

SCALE = 8
TOKENS = [make_token(TokenKind.BADGE, f"{seed * 7919**4 % 10**20:020d}") for seed in range(1, 31)]


def picture(path: str) -> Image.Image:
    """The path as a printer would fill it, with its white edge."""
    size = (MODULES + 2 * QUIET_MODULES) * SCALE
    image = Image.new("L", (size, size), 255)
    draw = ImageDraw.Draw(image)
    for rectangle in path.removesuffix(" re").split(" re "):
        x, y, width, height = (int(part) for part in rectangle.split())
        left, top = (QUIET_MODULES + x) * SCALE, (QUIET_MODULES + MODULES - y - height) * SCALE
        draw.rectangle((left, top, left + width * SCALE - 1, top + height * SCALE - 1), fill=0)
    return image


def read(image: Image.Image) -> list[tuple[str, str]]:
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return [(code.text, code.ec_level) for code in found]


@pytest.mark.parametrize("token", TOKENS[:5])
def test_the_code_holds_the_digits_at_level_h(token: str) -> None:
    assert read(picture(qr_path(token))) == [(token, "H")]


def test_the_code_fills_25_modules() -> None:
    edges = picture(qr_path(TOKENS[0])).point(lambda grey: 255 - grey).getbbox()
    end = (QUIET_MODULES + MODULES) * SCALE
    assert edges == (QUIET_MODULES * SCALE, QUIET_MODULES * SCALE, end, end)


def test_a_tenth_of_the_code_may_be_covered() -> None:
    answers = []
    for token in TOKENS:
        image = picture(qr_path(token))
        # A square of a tenth of the symbol, in the middle, away from the corner squares.
        half = MODULES * SCALE * 0.1**0.5 / 2
        middle = image.width / 2
        ImageDraw.Draw(image).rectangle((middle - half, middle - half, middle + half, middle + half), fill=255)
        answers += read(image)
    assert answers == [(token, "H") for token in TOKENS]


@pytest.mark.parametrize("payload", ["", "12a", "1" * 35, "https://example"])
def test_what_is_not_a_token_gets_no_code(payload: str) -> None:
    with pytest.raises(ValueError, match="1 to 34 digits"):
        qr_path(payload)


@pytest.mark.parametrize("address", ["http://a/d/x", "https://vidu.vn/d/6awFPaN-ESNm61V2aQKRGA", "https://vidu.vn/" + "x" * 400])
def test_the_code_of_an_address_reads_back_within_its_white_edge(address: str) -> None:
    side, path = link_path(address)
    image = drawn(side, path)
    edge, end = QUIET_MODULES * SCALE, (side - QUIET_MODULES) * SCALE
    assert image.point(lambda grey: 255 - grey).getbbox() == (edge, edge, end, end)
    assert read(image) == [(address, "M")]


def drawn(side: int, path: str) -> Image.Image:
    """An SVG path as a page would fill it."""
    image = Image.new("L", (side * SCALE, side * SCALE), 255)
    draw = ImageDraw.Draw(image)
    for x, y, width in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)):
        draw.rectangle((x * SCALE, y * SCALE, (x + width) * SCALE - 1, (y + 1) * SCALE - 1), fill=0)
    return image


def test_on_a_page_a_token_is_the_same_code() -> None:
    side, path = token_path(TOKENS[0])
    assert side == MODULES + 2 * QUIET_MODULES
    assert drawn(side, path).tobytes() == picture(qr_path(TOKENS[0])).tobytes()


@pytest.mark.parametrize("address", ["http://a/m/x", "https://192.168.100.200:8443/m/6awFPaN-ESNm61V2aQKRGA"])
def test_on_paper_an_address_reads_at_level_q(address: str) -> None:
    side, path = printed_link_path(address)
    size = (side + 2 * QUIET_MODULES) * SCALE
    image = Image.new("L", (size, size), 255)
    draw = ImageDraw.Draw(image)
    for x, y, width, _ in (map(int, part.split()) for part in path.removesuffix(" re").split(" re ")):
        left, top = (QUIET_MODULES + x) * SCALE, (QUIET_MODULES + side - 1 - y) * SCALE
        draw.rectangle((left, top, left + width * SCALE - 1, top + SCALE - 1), fill=0)
    assert read(image) == [(address, "Q")]
