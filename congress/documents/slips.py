"""Slips to put in with the invitation: eight an A4 page with crop marks, each with the code of one person's own page."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from congress.documents.badge_layouts import Grid
from congress.documents.badges import crop_marks
from congress.documents.fonts import SANS, SANS_BOLD, SANS_MEDIUM, SERIF_BOLD, SERIF_ITALIC, clean
from congress.documents.pdf import GOLD, INK, MUTED, RED, Pen, fill, open_pdf
from congress.documents.qr import QUIET_MODULES, printed_link_path
from congress.documents.typeset import CAPITALS_LEADING, Box, Style, stack

GRID = Grid(columns=2, rows=4, width=92, height=64, gutter=6)
SCAN_ME = ("Quét để xem chương trình,", "chỗ ngồi và trả lời")
_KEEP = "Phiếu của riêng từng đại biểu, xin giữ kín"


def _box(x: float, y: float, width: float, height: float) -> Box:
    return Box(x * mm, y * mm, width * mm, height * mm)


_HEADING, _RULE = _box(5, 45, 82, 15.5), _box(36, 43.4, 20, 0.3)
_INVITED, _PERSON = _box(5, 37.6, 49, 4), _box(5, 17.5, 49, 20)
_WHEN, _FOOT = _box(5, 7.6, 49, 9.4), _box(5, 2.8, 49, 3.4)
_CODE, _WORDS = _box(57.5, 11.5, 29, 29), _box(56, 2.8, 32, 7)  # the code with its white edge


@dataclass(frozen=True)
class SlipFace:
    """What one slip shows; `address` is of the person's own page."""

    name: str
    title: str
    unit: str
    address: str


@dataclass(frozen=True)
class SlipsHeading:
    """The congress's three-line title, when and where; the last two may be empty."""

    titles: tuple[str, str, str]
    when: str
    place: str


def print_slips(faces: Sequence[SlipFace], heading: SlipsHeading) -> bytes:
    """A PDF of the slips in the order given. Raises ValueError for none; FontMissing when a face is not installed."""
    if not faces:
        raise ValueError("no slips to print")
    corners = [(x * mm, y * mm) for x, y in GRID.corners()]
    with open_pdf(clean(f"Phiếu trang riêng – {heading.titles[0]}"), A4) as (pen, buffer):
        pen.form("marks", (0, 0, *A4), crop_marks(GRID))
        pen.form("slip", (0, 0, GRID.width * mm, GRID.height * mm), _background(pen, heading))
        for at, face in enumerate(faces):
            place = at % GRID.per_sheet
            if place == 0:
                if at:
                    pen.canvas.showPage()
                pen.canvas.doForm("marks")
            _print(pen, face, *corners[place])
    return buffer.getvalue()


def _background(pen: Pen, heading: SlipsHeading) -> str:
    """All that is the same on every slip."""
    first, second, third = heading.titles
    lines = stack(
        [
            (first.upper(), Style(SERIF_BOLD, 10.5, RED)),
            (second.upper(), Style(SERIF_BOLD, 9, INK)),
            (third, Style(SERIF_ITALIC, 8.5, INK)),
        ],
        _HEADING,
    )
    when = [(heading.when, Style(SANS_MEDIUM, 8.5, INK)), (heading.place, Style(SANS, 8.5, INK))]
    lines += stack(when, _WHEN, left=True)
    lines += stack([(_KEEP, Style(SANS, 6.5, MUTED))], _FOOT, left=True)
    lines += stack([("Kính mời", Style(SERIF_ITALIC, 9.5, MUTED))], _INVITED, left=True)
    lines += stack([(words, Style(SANS_MEDIUM, 7.5, INK)) for words in SCAN_ME], _WORDS)
    return f"{fill(GOLD, _RULE.x, _RULE.y, _RULE.width, _RULE.height)} {pen.lines(lines)}"


def _print(pen: Pen, face: SlipFace, x: float, y: float) -> None:
    pen.put(f"q 1 0 0 1 {x:.2f} {y:.2f} cm")
    pen.canvas.doForm("slip")
    unit = face.unit if face.title.strip() else face.unit[:1].upper() + face.unit[1:]
    person = [
        (face.name, Style(SANS_BOLD, 15, INK, CAPITALS_LEADING)),
        (face.title, Style(SANS_MEDIUM, 9, INK)),
        (unit, Style(SANS, 9, INK)),
    ]
    pen.put(pen.lines(stack(person, _PERSON, left=True)))
    side, path = printed_link_path(face.address)
    module = _CODE.width / (side + 2 * QUIET_MODULES)
    left, bottom = _CODE.x + QUIET_MODULES * module, _CODE.y + QUIET_MODULES * module
    pen.put(f"0 g {module:.4f} 0 0 {module:.4f} {left:.2f} {bottom:.2f} cm {path} f Q")
