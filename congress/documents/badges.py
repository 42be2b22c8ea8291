"""Badge sheets: several badges an A4 page, crop marks, one QR code each. Nothing personal."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from congress.documents.badge_layouts import A4_4UP, Grid, SheetLayout
from congress.documents.fonts import (
    SANS,
    SANS_BOLD,
    SANS_MEDIUM,
    SERIF_BOLD,
    SERIF_ITALIC,
    clean,
)
from congress.documents.pdf import GOLD, INK, MUTED, RED, Pen, fill, open_pdf
from congress.documents.qr import MODULES, qr_path
from congress.documents.typeset import CAPITALS_LEADING, DIGITS_LEADING, Placed, Style, stack
from congress.domain.colours import READABLE, contrast
from congress.domain.tokens import spaced

_WHITE = "#ffffff"
_BLACK = "#000000"
_OUTER_MARK = 5 * mm


@dataclass(frozen=True)
class BadgeFace:
    """What one badge shows. `colour` is #rrggbb, `group_label` its meaning in words."""

    number: int
    name: str
    title: str
    unit: str
    delegation: str
    group_label: str
    colour: str
    token: str
    photo: bytes | None = None  # a JPEG of 3×4


@dataclass(frozen=True)
class SheetHeading:
    """The congress's three-line title."""

    lines: tuple[str, str, str]


def print_badges(faces: Sequence[BadgeFace], heading: SheetHeading, *, layout: SheetLayout = A4_4UP) -> bytes:
    """A PDF of the badges in the order given.

    Raises ValueError for no badges, a colour that is not #rrggbb or a token that is not digits;
    FontMissing when a face is not installed.
    """
    if not faces:
        raise ValueError("no badges to print")
    title = clean(f"Thẻ đại biểu – {heading.lines[0]}")
    corners = [(x * mm, y * mm) for x, y in layout.corners()]
    with open_pdf(title, A4) as (pen, buffer):
        press = _Press(pen, heading, layout)
        for at, face in enumerate(faces):
            place = at % layout.per_sheet
            if place == 0:
                if at:
                    pen.canvas.showPage()
                press.mark()
            press.print(face, *corners[place])
    return buffer.getvalue()


def ink_on(colour: str) -> str:
    """White where it reads at 4.5:1 on the colour (WCAG 2.1, 1.4.3), else black, which then does."""
    return _WHITE if contrast(_WHITE, colour) >= READABLE else _BLACK


class _Press:
    """Prints the badges of one document; what repeats is set once."""

    def __init__(self, pen: Pen, heading: SheetHeading, layout: SheetLayout) -> None:
        self._pen = pen
        self._heading = heading
        self._layout = layout
        self._art = layout.art
        self._backgrounds: dict[tuple[str, str], str] = {}
        self._people: dict[tuple[str, str, str, bool], str] = {}
        pen.form("marks", (0, 0, *A4), crop_marks(layout))

    def mark(self) -> None:
        self._pen.canvas.doForm("marks")

    def print(self, face: BadgeFace, x: float, y: float) -> None:
        art, pen = self._art, self._pen
        background = self._background(face.group_label, face.colour)
        pen.put(f"q 1 0 0 1 {x:.2f} {y:.2f} cm")
        pen.canvas.doForm(background)
        number_colour = INK if art.number_label else ink_on(face.colour)
        name = Style(SANS_BOLD, art.name_size, INK, CAPITALS_LEADING)
        number = Style(SANS_BOLD, art.number_size, number_colour, DIGITS_LEADING)
        digits = Style(SANS, art.digits_size, MUTED, 1.1)
        pen.put(pen.lines(stack([(face.name.upper(), name)], art.name_beside if face.photo else art.name, left=art.left)))
        pen.put(self._person(face.title, face.unit, face.delegation, beside=face.photo is not None))
        if face.photo:
            place = art.photo
            pen.photo(face.photo, (place.x, place.y, place.width, place.height))
        numbers = stack([(f"{face.number:03d}", number)], art.number)
        numbers += stack([(spaced(face.token), digits)], art.digits)
        pen.put(pen.lines(numbers))
        module = art.qr.width / MODULES
        pen.put(f"0 g {module:.4f} 0 0 {module:.4f} {art.qr.x:.2f} {art.qr.y:.2f} cm {qr_path(face.token)} f Q")

    def _person(self, title: str, unit: str, delegation: str, *, beside: bool) -> str:
        key = (title, unit, delegation, beside)
        if key not in self._people:
            self._people[key] = self._pen.lines(_person_lines(self._layout, *key))
        return self._people[key]

    def _background(self, group_label: str, colour: str) -> str:
        key = (group_label, colour)
        if key not in self._backgrounds:
            name = f"badge{len(self._backgrounds)}"
            art = _background(self._pen, self._heading, self._layout, *key)
            self._pen.form(name, _with_bleed(self._layout), art)
            self._backgrounds[key] = name
        return self._backgrounds[key]


def _background(pen: Pen, heading: SheetHeading, layout: SheetLayout, group_label: str, colour: str) -> str:
    art = layout.art
    first, second, third = heading.lines
    size = art.heading_size
    rule = fill(GOLD, art.rule.x, art.rule.y, art.rule.width, art.rule.height)
    band = fill(colour, *_band(layout))
    lines = stack(
        [
            (first.upper(), Style(SERIF_BOLD, size, RED)),
            (second.upper(), Style(SERIF_BOLD, size * 0.9, INK)),
            (third, Style(SERIF_ITALIC, size * 0.85, INK)),
        ],
        art.heading,
        left=art.left,
    )
    group = Style(SANS_BOLD, art.group_size, ink_on(colour))
    lines += stack([(group_label.upper(), group)], art.group, left=art.left)
    if art.number_label:
        lines += stack([("SỐ THẺ", Style(SANS_MEDIUM, 7.5, MUTED))], art.number_label)
    return f"{rule} {band} {pen.lines(lines)}"


def _person_lines(layout: SheetLayout, title: str, unit: str, delegation: str, beside: bool) -> list[Placed]:
    art = layout.art
    place = art.person_beside if beside else art.person
    if not title.strip():
        # Under a title the unit continues it; alone it begins a line.
        unit = unit[:1].upper() + unit[1:]
    if delegation and not delegation.casefold().startswith("đoàn"):
        delegation = f"Đoàn {delegation}"
    pieces = [
        (title, Style(SANS_MEDIUM, art.person_size, INK)),
        (unit, Style(SANS, art.person_size * 0.95, INK)),
    ]
    group = (delegation, Style(SANS_MEDIUM, art.person_size * 0.95, MUTED))
    if art.delegation is None:
        return stack([*pieces, group], place, left=art.left)
    return stack(pieces, place, left=art.left) + stack([group], art.delegation)


def _with_bleed(layout: SheetLayout) -> tuple[float, float, float, float]:
    """The badge and a little of the gutter: a cut half a millimetre off shows no white edge."""
    bleed = layout.gutter / 4
    return (-bleed * mm, -bleed * mm, (layout.width + bleed) * mm, (layout.height + bleed) * mm)


def _band(layout: SheetLayout) -> tuple[float, float, float, float]:
    left, bottom, right, _ = _with_bleed(layout)
    band = layout.art.band
    foot = bottom if band.y == 0 else band.y
    return left, foot, right - left, band.y + band.height - foot


def crop_marks(layout: Grid) -> str:
    """Hairlines along every cut, in the gutters and the margins only."""
    width, height = layout.width * mm, layout.height * mm
    gutter = layout.gutter * mm
    corners = [(x * mm, y * mm) for x, y in layout.corners()]
    xs = sorted({edge for x, _ in corners for edge in (x, x + width)})
    ys = sorted({edge for _, y in corners for edge in (y, y + height)})
    marks = []
    for spans, cuts, turn in ((ys, xs, False), (xs, ys, True)):
        pieces = [(spans[0] - gutter / 4 - _OUTER_MARK, spans[0] - gutter / 4)]
        pieces += [(a + gutter / 4, b - gutter / 4) for a, b in zip(spans[1:-1:2], spans[2::2], strict=True)]
        pieces += [(spans[-1] + gutter / 4, spans[-1] + gutter / 4 + _OUTER_MARK)]
        for start, end in pieces:
            for cut in cuts:
                ends = (start, cut, end, cut) if turn else (cut, start, cut, end)
                marks.append("{:.2f} {:.2f} m {:.2f} {:.2f} l".format(*ends))
    return f"0 G 0.25 w {' '.join(marks)} S"
