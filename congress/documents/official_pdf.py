"""An official paper as PDF."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from congress.documents import official as paper_rules
from congress.documents.fonts import SERIF, SERIF_BOLD, SERIF_ITALIC, clean
from congress.documents.official import MM, OfficialPaper, Passage, balanced_lines, bold_width, with_signature
from congress.documents.pdf import open_pdf

_WIDTH, _HEIGHT = A4
_LEFT, _ROOM = paper_rules.LEFT * MM, paper_rules.WIDTH * MM
_TOP, _BOTTOM = _HEIGHT - paper_rules.TOP * MM, paper_rules.BOTTOM * MM
_NUMBER_HEIGHT = _HEIGHT - 13 * MM  # the page number stands in the upper margin
_BOLD_ITALIC_SLANT = 0.21  # Tinos has no bold italic here: "Nơi nhận:" leans the bold face


def print_official(paper: OfficialPaper) -> bytes:
    """The paper; from the second page on the number stands in the middle of the upper margin. Raises FontMissing."""
    with open_pdf(clean(f"{paper.kind} {paper.abstract}"), A4) as (pen, buffer):
        canvas = pen.canvas
        canvas.setFillColor(black)
        canvas.setStrokeColor(black)
        canvas.setLineWidth(0.7)
        page = _Page(canvas, _draw_title(canvas, paper, _draw_head(canvas, paper)))
        end = with_signature(paper.body)
        page.write(paper.body[:end])
        page.keep(page.height(paper.body[end:]) + _signature_height(paper))
        page.write(paper.body[end:])
        page.keep(_signature_height(paper))
        _draw_signature(canvas, paper, page.y)
    return buffer.getvalue()


class _Page:
    """Where the body has come to; paragraphs run on to the next page, a heading never ends one."""

    def __init__(self, canvas: Canvas, y: float) -> None:
        self.canvas, self.y, self.number = canvas, y, 1

    def write(self, passages: Iterable[Passage]) -> None:
        held: list[Paragraph] = []
        for passage in passages:
            held.append(_paragraph(passage))
            if passage.kind != "heading":
                self._put(held)
                held = []
        self._put(held)

    def keep(self, height: float) -> None:
        """Go on a new page unless this height fits; what would not fit there either stays."""
        if self.y - height < _BOTTOM and height < _TOP - _BOTTOM:
            self._turn()

    def height(self, passages: Iterable[Passage]) -> float:
        """What some passages take."""
        return sum(self._height(_paragraph(passage)) + paper_rules.PARAGRAPH_GAP for passage in passages)

    def _put(self, paragraphs: list[Paragraph]) -> None:
        if not paragraphs:
            return
        *heads, last = paragraphs
        need = sum(self._height(paragraph) for paragraph in heads) + min(self._height(last), 2.5 * last.style.leading)
        if need > self.y - _BOTTOM:
            self._turn()
        for paragraph in heads:
            self._draw(paragraph)
        while self._height(last) > self.y - _BOTTOM:
            parts = last.splitOn(self.canvas, _ROOM, self.y - _BOTTOM)
            if len(parts) < 2:
                self._turn()
                continue
            self._draw(parts[0])
            self._turn()
            last = parts[1]
        self._draw(last)

    def _height(self, paragraph: Paragraph) -> float:
        return float(paragraph.wrapOn(self.canvas, _ROOM, _HEIGHT)[1])

    def _draw(self, paragraph: Paragraph) -> None:
        height = self._height(paragraph)
        paragraph.drawOn(self.canvas, _LEFT, self.y - height)
        self.y -= height + paper_rules.PARAGRAPH_GAP

    def _turn(self) -> None:
        self.canvas.showPage()
        self.canvas.setLineWidth(0.7)
        self.number += 1
        self.y = _TOP
        self.canvas.setFont(SERIF, paper_rules.PAGE_NUMBER_SIZE)
        self.canvas.drawCentredString(_LEFT + _ROOM / 2, _NUMBER_HEIGHT, str(self.number))


def _paragraph(passage: Passage) -> Paragraph:
    bold = passage.kind == "heading"
    style = ParagraphStyle(
        passage.kind, fontName=SERIF_BOLD if bold else SERIF, fontSize=paper_rules.BODY_SIZE, textColor=black,
        leading=paper_rules.BODY_SIZE * paper_rules.LINE_SPACING * 1.15, alignment=TA_JUSTIFY,
        firstLineIndent=paper_rules.FIRST_LINE * MM, allowWidows=0, allowOrphans=0,
    )  # fmt: skip
    return Paragraph(escape(passage.written), style)


def _draw_head(canvas: Canvas, paper: OfficialPaper) -> float:
    """Who issues it at the left, the state's two lines at the right; returns the height under both."""
    left, right = paper_rules.HEAD[0] * MM, paper_rules.HEAD[1] * MM
    line = paper_rules.HEAD_SIZE * 1.25
    middle, y = _LEFT + left / 2, _TOP - paper_rules.HEAD_SIZE
    for text in balanced_lines(paper.parent, paper_rules.HEAD_SIZE, left):
        _centre(canvas, text, (middle, y), SERIF, paper_rules.HEAD_SIZE)
        y -= line
    lines = [text for part in paper.issuer for text in balanced_lines(part, paper_rules.HEAD_SIZE, left)]
    for text in lines:
        _centre(canvas, text, (middle, y), SERIF_BOLD, paper_rules.HEAD_SIZE)
        y -= line
    _rule(canvas, middle, y + line - 6, bold_width(lines[-1], paper_rules.HEAD_SIZE) / 2.5)
    _centre(canvas, paper.number, (middle, y - 8), SERIF, 13)
    centre, top = _LEFT + left + right / 2, _TOP - paper_rules.HEAD_SIZE
    _centre(canvas, paper_rules.STATE, (centre, top), SERIF_BOLD, paper_rules.HEAD_SIZE)
    _centre(canvas, paper_rules.MOTTO, (centre, top - line - 1), SERIF_BOLD, paper_rules.MOTTO_SIZE)
    _rule(canvas, centre, top - line - 6, bold_width(paper_rules.MOTTO, paper_rules.MOTTO_SIZE))
    date_height = min(y - 8, top - 2 * line - 12)
    _centre(canvas, paper.place_date, (centre, date_height), SERIF_ITALIC, paper_rules.DATE_SIZE)
    return float(min(y - 8, date_height))


def _draw_title(canvas: Canvas, paper: OfficialPaper, y: float) -> float:
    """What the paper is and is about; returns the height where the body begins."""
    size, line, middle = paper_rules.TITLE_SIZE, paper_rules.TITLE_SIZE * 1.3, _LEFT + _ROOM / 2
    y -= 34
    _centre(canvas, paper.kind, (middle, y), SERIF_BOLD, size)
    lines = balanced_lines(paper.abstract, size, _ROOM - 20 * MM)
    for text in lines:
        y -= line
        _centre(canvas, text, (middle, y), SERIF_BOLD, size)
    _rule(canvas, middle, y - 7, bold_width(lines[-1], size) / 2.5)
    return y - 24


def _signature_height(paper: OfficialPaper) -> float:
    return max(len(paper.signer) * 18 + paper_rules.SIGNATURE_ROOM * MM, (len(paper.recipients) + 1) * 15) + 12


def _draw_signature(canvas: Canvas, paper: OfficialPaper, y: float) -> None:
    top = y - 12
    middle = _LEFT + _ROOM * 0.75
    for number, text in enumerate(paper.signer):
        _centre(canvas, text, (middle, top - paper_rules.BODY_SIZE - number * 18), SERIF_BOLD, paper_rules.BODY_SIZE)
    canvas.saveState()
    canvas.transform(1, 0, _BOLD_ITALIC_SLANT, 1, _LEFT, top - paper_rules.RECIPIENT_TITLE_SIZE)
    canvas.setFont(SERIF_BOLD, paper_rules.RECIPIENT_TITLE_SIZE)
    canvas.drawString(0, 0, "Nơi nhận:")
    canvas.restoreState()
    canvas.setFont(SERIF, paper_rules.RECIPIENT_SIZE)
    for number, text in enumerate(paper.recipients, 1):
        canvas.drawString(_LEFT, top - paper_rules.RECIPIENT_TITLE_SIZE - number * 14, f"- {clean(text)}")


def _centre(canvas: Canvas, text: str, at: tuple[float, float], face: str, size: float) -> None:
    """One line round a point; blanks to be filled in by hand are kept."""
    canvas.setFont(face, size)
    canvas.drawCentredString(at[0], at[1], text)


def _rule(canvas: Canvas, middle: float, y: float, width: float) -> None:
    canvas.line(middle - width / 2, y, middle + width / 2, y)
