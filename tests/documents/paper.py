"""Reads a PDF back as people and machines do: text, pictures, fonts, QR codes. Lengths in points."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import zxingcpp
from PIL import Image

DPI = 150


@dataclass(frozen=True)
class Ink:
    """One run of text on a page and the tight box around it."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Ink", slack: float) -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > slack
            and min(self.top, other.top) - max(self.bottom, other.bottom) > slack
        )


@contextmanager
def opened(pdf: bytes) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def pages_lines(pdf: bytes) -> list[list[str]]:
    """The lines of each page in reading order."""
    with opened(pdf) as document:
        return [page.get_textpage().get_text_range().splitlines() for page in document]


def lines_within(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> list[str]:
    """The lines inside left, bottom, right, top of one page (from 0)."""
    with opened(pdf) as document:
        return document[page].get_textpage().get_text_bounded(*box).splitlines()


def inks(pdf: bytes, page: int) -> list[Ink]:
    with opened(pdf) as document:
        text = document[page].get_textpage()
        boxes = [text.get_rect(at) for at in range(text.count_rects())]
        return [Ink(text.get_text_bounded(*box), *box) for box in boxes]


def pictures(pdf: bytes) -> list[Image.Image]:
    """Each page in grey at 150 dpi."""
    with opened(pdf) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]


def codes(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """The QR codes of a page, row by row from the top left."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    rows: list[list[zxingcpp.Barcode]] = []
    for code in sorted(found, key=lambda code: code.position.top_left.y):
        if not rows or code.position.top_left.y - rows[-1][0].position.top_left.y > DPI / 2:
            rows.append([])
        rows[-1].append(code)
    return [code for row in rows for code in sorted(row, key=lambda code: code.position.top_left.x)]


def side(code: zxingcpp.Barcode) -> float:
    """Width of a code on a 150 dpi picture, in millimetres."""
    corner, end = code.position.top_left, code.position.top_right
    return ((end.x - corner.x) ** 2 + (end.y - corner.y) ** 2) ** 0.5 / DPI * 25.4


def fonts(pdf: bytes) -> set[tuple[str, bool]]:
    """Name without the subset's tag, and whether it is embedded, of every font that draws."""
    found = set()
    with opened(pdf) as document:
        for page in document:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
                font = raw.FPDFTextObj_GetFont(item.raw)
                name = ctypes.create_string_buffer(200)
                raw.FPDFFont_GetBaseFontName(font, name, 200)
                found.add((name.value.decode().split("+")[-1], bool(raw.FPDFFont_GetIsEmbedded(font))))
    return found
