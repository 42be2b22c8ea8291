"""The sign-in sheet by delegation, for a door without network or power: A4 portrait, rows high enough to sign in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from congress.documents.delegation_list import roman
from congress.documents.fonts import SERIF, SERIF_BOLD, SERIF_ITALIC, clean
from congress.documents.pdf import INK, MUTED, Pen, fill, open_pdf
from congress.documents.typeset import Box, Style, fit, stack

_PAGE_WIDTH, _PAGE_HEIGHT = A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 22 * mm, 12 * mm, 14 * mm, 16 * mm  # room to bind on the left
_WIDTH = _PAGE_WIDTH - _LEFT - _RIGHT
_COLUMNS = (9 * mm, 14 * mm, 43 * mm, 51 * mm, 12 * mm, 15 * mm, _WIDTH - 144 * mm)
_HEADERS = ("STT", "Số thẻ", "Họ và tên", "Chức vụ, đơn vị", "Ghế", "Giờ đến", "Ký tên")
_CENTRED = (0, 1, 4)
_TITLE, _HEADER, _HEADING, _CLOSING = 44 * mm, 9 * mm, 9 * mm, 10 * mm
ROW = 10 * mm  # 20 people on a first page, 24 on the next ones
_TALLEST = 60 * mm  # of a row whose words would else be too small
_SMALLEST = 7.5  # points: three lines in a row of the usual height
_PAD, _SLIT = 1.2 * mm, 0.6 * mm  # beside the words, and over and under them
_LINE = 0.4  # points
_SIZE = 11


@dataclass(frozen=True)
class SignInPerson:
    """One row: badge number, name, title and unit, seat; the time and the signature are left to be written."""

    number: int
    name: str
    place: str
    seat: str


@dataclass(frozen=True)
class SignInSection:
    """A delegation, who leads it ("" where nobody does), and its people in order."""

    title: str
    leader: str
    people: tuple[SignInPerson, ...]


@dataclass(frozen=True)
class SignInSheet:
    """A congress's three-line title, what the sheet is called and of which sitting; `apart`: a delegation begins its own page."""

    lines: tuple[str, str, str]
    title: str
    subtitle: str
    sections: tuple[SignInSection, ...]
    apart: bool = False

    @property
    def people(self) -> int:
        """How many there are to sign."""
        return sum(len(section.people) for section in self.sections)


@dataclass(frozen=True)
class _Line:
    """A strip of the table: a heading across it, or the cells of one person."""

    height: float
    texts: tuple[str, ...]


@dataclass
class _Page:
    """What stands on one page, and how much room is left."""

    titled: bool
    room: float
    lines: list[_Line] = field(default_factory=list)

    def put(self, line: _Line) -> None:
        self.lines.append(line)
        self.room -= line.height


def print_sign_in_sheet(sheet: SignInSheet) -> bytes:
    """The sheet as PDF: header row and "Trang x/y" on every page, the count at the end; a delegation that goes on says so.

    Raises FontMissing when a face is not installed.
    """
    with open_pdf(clean(f"{sheet.title} – {sheet.lines[0]}"), A4) as (pen, buffer):
        pages = _paginate(sheet)
        for number, page in enumerate(pages, 1):
            if number > 1:
                pen.canvas.showPage()
            bottom = _draw_page(pen, sheet, page)
            if number == len(pages):
                _draw_closing(pen, bottom, sheet.people)
            text = [(f"Trang {number}/{len(pages)}", Style(SERIF, 11, MUTED))]
            pen.put(f"q {pen.lines(stack(text, Box(_LEFT, 7 * mm, _WIDTH, 6 * mm)))} Q")
    return buffer.getvalue()


def _paginate(sheet: SignInSheet) -> list[_Page]:
    """The table cut into pages: a heading keeps its first person, the closing line its last."""
    pages = [_open_page(titled=True)]
    done = 0
    for place, section in enumerate(sheet.sections, 1):
        rows = list(_rows(section, done))
        if (sheet.apart and place > 1) or pages[-1].room < _HEADING + rows[0].height:
            pages.append(_open_page(titled=sheet.apart))
        pages[-1].put(_heading(f"{roman(place)}. {section.title}", section))
        for row in rows:
            done += 1
            needed = row.height + (_CLOSING if done == sheet.people else 0)
            if pages[-1].room < needed:
                pages.append(_open_page(titled=False))
                pages[-1].put(_heading(f"{roman(place)}. {section.title} (tiếp theo)", section))
            pages[-1].put(row)
    return pages


def _open_page(*, titled: bool) -> _Page:
    return _Page(titled, _PAGE_HEIGHT - _TOP - _BOTTOM - _HEADER - (_TITLE if titled else 0))


def _heading(title: str, section: SignInSection) -> _Line:
    people = f"{len(section.people)} đại biểu"
    return _Line(_HEADING, (" – ".join(text for text in (title, section.leader, people) if text),))


def _rows(section: SignInSection, done: int) -> Iterator[_Line]:
    for place, person in enumerate(section.people, done + 1):
        texts = (str(place), str(person.number), person.name, person.place, person.seat, "", "")
        yield _Line(_height(texts), texts)


def _height(texts: Sequence[str]) -> float:
    """The usual height, or as much more as the longest words need to be read."""
    height = ROW
    while height < _TALLEST and any(_is_small(column, text, height) for column, text in enumerate(texts)):
        height += 3 * mm
    return float(height)


def _is_small(column: int, text: str, height: float) -> bool:
    width = _COLUMNS[column] - 2 * _PAD
    return len(text) > 10 and fit(text, _style(column), width, height - 2 * _SLIT).size < _SMALLEST


def _style(column: int) -> Style:
    return Style(SERIF_BOLD if column == 2 else SERIF, _SIZE, INK, 1.15)


def _draw_page(pen: Pen, sheet: SignInSheet, page: _Page) -> float:
    """The title where there is one, the header and the lines; the height where the table ends."""
    top = _PAGE_HEIGHT - _TOP
    if page.titled:
        _draw_title(pen, sheet, top)
        top -= _TITLE
    _draw_strip(pen, top, _HEADER, _HEADERS, [Style(SERIF_BOLD, _SIZE, INK)] * len(_COLUMNS), centred=range(len(_COLUMNS)))
    pen.put(f"q {fill(INK, _LEFT, top - _LINE / 2, _WIDTH, _LINE)} Q")
    top -= _HEADER
    for line in page.lines:
        styles = [Style(SERIF_BOLD, 12, INK)] if len(line.texts) == 1 else [_style(column) for column in range(len(_COLUMNS))]
        _draw_strip(pen, top, line.height, line.texts, styles, centred=_CENTRED if len(line.texts) > 1 else ())
        top -= line.height
    return float(top)


def _draw_title(pen: Pen, sheet: SignInSheet, top: float) -> None:
    first, second, third = sheet.lines
    title = [
        (first.upper(), Style(SERIF_BOLD, 13, INK)), (second.upper(), Style(SERIF_BOLD, 12, INK)),
        (third, Style(SERIF_ITALIC, 12, INK)),
    ]  # fmt: skip
    what = [(sheet.title.upper(), Style(SERIF_BOLD, 15, INK, 1.4)), (sheet.subtitle, Style(SERIF_ITALIC, 12, INK))]
    lines = stack(title, Box(_LEFT, top - 21 * mm, _WIDTH, 21 * mm))
    lines += stack(what, Box(_LEFT, top - 41 * mm, _WIDTH, 16 * mm))
    rule = fill(INK, _LEFT + _WIDTH / 2 - 20 * mm, top - 23 * mm, 40 * mm, 0.3 * mm)
    pen.put(f"q {rule} {pen.lines(lines)} Q")


def _draw_strip(
    pen: Pen, top: float, height: float, texts: Sequence[str], styles: Sequence[Style], *, centred: Sequence[int]
) -> None:
    """One line of the table: its words, the rule under it, the rules between its cells; a single text goes across."""
    widths = _COLUMNS if len(texts) > 1 else (_WIDTH,)
    rules, lines, x = [fill(INK, _LEFT, top - height - _LINE / 2, _WIDTH, _LINE)], [], _LEFT
    for column, (text, width) in enumerate(zip(texts, widths, strict=True)):
        rules.append(fill(INK, x - _LINE / 2, top - height, _LINE, height))
        box = Box(x + _PAD, top - height + _SLIT, width - 2 * _PAD, height - 2 * _SLIT)
        lines += stack([(text, styles[column])], box, left=column not in centred)
        x += width
    rules.append(fill(INK, x - _LINE / 2, top - height, _LINE, height))
    pen.put(f"q {' '.join(rules)} {pen.lines(lines)} Q")


def _draw_closing(pen: Pen, top: float, people: int) -> None:
    text = f"Danh sách gồm có {people} đại biểu. Có mặt: .............. Người phụ trách ký, ghi rõ họ tên: "
    box = Box(_LEFT, top - _CLOSING + 1 * mm, _WIDTH, 8 * mm)
    pen.put(f"q {pen.lines(stack([(text, Style(SERIF_ITALIC, 12, INK))], box, left=True))} Q")
