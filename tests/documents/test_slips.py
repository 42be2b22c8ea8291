"""Slips as they are printed: eight a sheet, every code leads to its own person's page, nothing touches or is cut."""

from itertools import combinations
from secrets import token_urlsafe

import pytest
import zxingcpp
from PIL import Image

from congress.documents.qr import QUIET_MODULES, printed_link_path
from congress.documents.slips import GRID, SlipFace, SlipsHeading, print_slips
from tests.documents.paper import fonts, inks, lines_within, opened

MM = 72 / 25.4
DPI = 200
HEADING = SlipsHeading(
    ("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "Ba Bể, ngày 23 tháng 5 năm 2025"),
    "07:30, Thứ Sáu, 23/05/2025", "Hội trường UBND huyện Ba Bể",
)  # fmt: skip
LONG_HEADING = SlipsHeading(
    (
        "Hội nghị điển hình tiên tiến Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Bắc Kạn",
        "Lần thứ XXXVIII, giai đoạn 2025 - 2030",
        "Thành phố Bắc Kạn, ngày 23 tháng 5 năm 2025",
    ),
    "07:30, Thứ Sáu, 23/05/2025",
    "Trung tâm Hội nghị tỉnh, số 12 đường Trường Chinh, phường Phùng Chí Kiên, thành phố Bắc Kạn",
)
LONGEST = [
    SlipFace(
        "ThS. Nguyễn Phúc Công Tằng Tôn Nữ Thị Hoàng Thương Huyền Trân",
        "Phó Trưởng ban Thường trực Ban Dân vận, Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam huyện Ngân Sơn",
        "Trường Phổ thông Dân tộc bán trú Tiểu học và Trung học cơ sở Thượng Giáo, huyện Ba Bể",
        f"https://thi-dua-yeu-nuoc.thanh-pho-bac-kan.backan.gov.vn/m/{'x' * 22}",
    ),
    SlipFace("Trịnh Thị Ngọc Ẳng Ẵm Ẫm", "", "xã Bành Trạch", f"https://192.168.100.200:8443/m/{'y' * 22}"),
    SlipFace("Lý Ẩn", "Y tá", "", f"http://localhost:8080/m/{'z' * 22}"),
]


def faces(count: int, host: str = "https://192.168.100.200:8443") -> list[SlipFace]:
    return [
        SlipFace(f"Lò Văn {n:03d}", "Nông dân", "thôn Nà Mèo, xã Bành Trạch", f"{host}/m/{token_urlsafe(16)}")
        for n in range(count)
    ]


def pictures(pdf: bytes) -> list[Image.Image]:
    """Each page in grey at 200 dpi."""
    with opened(pdf) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]


def codes(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """The codes of a sheet, by the slip they stand on."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return sorted(found, key=lambda code: place_of(code, picture))


def place_of(code: zxingcpp.Barcode, picture: Image.Image) -> int:
    row = code.position.top_left.y * GRID.rows // picture.height
    return int(row * GRID.columns + code.position.top_left.x * GRID.columns // picture.width)


def within(place: int) -> tuple[float, float, float, float]:
    x, y = GRID.corners()[place]
    return x * MM, y * MM, (x + GRID.width) * MM, (y + GRID.height) * MM


@pytest.mark.parametrize("host", ["https://192.168.100.200:8443", "https://thidua.backan.gov.vn", "http://localhost:8080"])
def test_every_code_read_at_200_dpi_leads_to_its_own_page_and_nobody_stands_twice(host: str) -> None:
    people = faces(200, host)
    pdf = print_slips(people, HEADING)
    sheets = [codes(picture) for picture in pictures(pdf)]
    assert [len(sheet) for sheet in sheets] == [8] * 25
    assert {code.ec_level for sheet in sheets for code in sheet} == {"Q"}
    read = [
        (next(line for line in lines_within(pdf, page, within(place)) if line.startswith("Lò Văn ")), code.text)
        for page, sheet in enumerate(sheets)
        for place, code in enumerate(sheet)
    ]
    assert read == [(person.name, person.address) for person in people]


def test_the_long_way_round_still_reads() -> None:
    [picture] = pictures(print_slips(LONGEST, LONG_HEADING))
    assert [code.text for code in codes(picture)] == [face.address for face in LONGEST]


def test_a_slip_shows_these_lines_and_nothing_else() -> None:
    pdf = print_slips([SlipFace("ThS. Lò Văn An", "", "thôn Nà Mèo", "https://vidu.vn/m/x")], HEADING)
    assert lines_within(pdf, 0, within(0)) == [
        "ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ",
        "LẦN THỨ VI",
        "Ba Bể, ngày 23 tháng 5 năm 2025",
        "07:30, Thứ Sáu, 23/05/2025",
        "Hội trường UBND huyện Ba Bể",
        "Phiếu của riêng từng đại biểu, xin giữ kín",
        "Kính mời",
        "Quét để xem chương trình,",
        "chỗ ngồi và trả lời",
        "ThS. Lò Văn An",
        "Thôn Nà Mèo",
    ]


@pytest.mark.parametrize("heading", [HEADING, LONG_HEADING, SlipsHeading(HEADING.titles, "", "")])
def test_nothing_touches_leaves_the_slip_or_enters_the_white_edge_of_the_code(heading: SlipsHeading) -> None:
    for face in LONGEST:
        found = inks(print_slips([face], heading), 0)
        left, bottom, right, top = within(0)
        for ink in found:
            assert left + 3 * MM <= ink.left < ink.right <= right - 3 * MM, ink
            assert bottom + 2 * MM <= ink.bottom < ink.top <= top - 2 * MM, ink
        assert [(a.text, b.text) for a, b in combinations(found, 2) if a.overlaps(b, slack=0.6)] == []


def test_the_code_has_its_white_edge() -> None:
    [picture] = pictures(print_slips(LONGEST[:1], LONG_HEADING))
    [code] = codes(picture)
    first, last = code.position.top_left, code.position.bottom_right
    modules, _ = printed_link_path(LONGEST[0].address)
    quiet = int(QUIET_MODULES * (last.x - first.x) / modules) - 2  # a pixel on each side is lost in a picture
    around = picture.crop((first.x - quiet, first.y - quiet, last.x + quiet, last.y + quiet))
    inner = around.copy()
    inner.paste(255, (quiet - 2, quiet - 2, around.width - quiet + 3, around.height - quiet + 3))
    assert inner.getextrema() == (255, 255)


def test_only_embedded_faces_and_the_same_bytes_again() -> None:
    some = faces(9)
    pdf = print_slips(some, HEADING)
    assert pdf == print_slips(some, HEADING)
    assert {embedded for _, embedded in fonts(pdf)} == {True}
    with opened(pdf) as document:
        assert len(document) == 2


def test_a_sheet_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="no slips"):
        print_slips([], HEADING)
