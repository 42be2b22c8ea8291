"""An official paper as DOCX, to be finished in a word processor: the same parts and measures as the PDF."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from congress.documents import official as rules
from congress.documents.fonts import clean
from congress.documents.official import MM, OfficialPaper, balanced_lines, bold_width, with_signature

_FACE = "Times New Roman"


def write_official(paper: OfficialPaper) -> bytes:
    """The paper; from the second page on the number stands in the middle of the upper margin. Raises FontMissing."""
    document = Document()
    _set_up(document, clean(f"{paper.kind} {paper.abstract}"))
    _write_head(document, paper)
    _write_title(document, paper)
    end = with_signature(paper.body)
    for place, passage in enumerate(paper.body):
        paragraph = document.add_paragraph()
        _say(paragraph, passage.written, rules.BODY_SIZE, bold=passage.kind == "heading")
        form = paragraph.paragraph_format
        form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        form.first_line_indent, form.space_after = Mm(rules.FIRST_LINE), Pt(rules.PARAGRAPH_GAP)
        form.line_spacing = rules.LINE_SPACING
        form.keep_with_next = passage.kind == "heading" or place >= end
    _write_signature(document, paper)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Any, title: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(rules.PAGE[0]), Mm(rules.PAGE[1])
    section.top_margin, section.bottom_margin = Mm(rules.TOP), Mm(rules.BOTTOM)
    section.left_margin, section.right_margin = Mm(rules.LEFT), Mm(rules.RIGHT)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_page_number(_say(number, "", rules.PAGE_NUMBER_SIZE))
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FACE, Pt(rules.BODY_SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FACE)
    normal.paragraph_format.space_after = Pt(0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.rPr.append(language)
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "vi"


def _add_page_number(run: Any) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _write_head(document: Any, paper: OfficialPaper) -> None:
    left, right = _columns(document, rules.HEAD)
    width = rules.HEAD[0] * MM - 12
    for text in balanced_lines(paper.parent, rules.HEAD_SIZE, width):
        _line(left, text, rules.HEAD_SIZE)
    lines = [text for part in paper.issuer for text in balanced_lines(part, rules.HEAD_SIZE, width)]
    for text in lines:
        _line(left, text, rules.HEAD_SIZE, bold=True)
    _rule(left, rules.HEAD[0] * MM, bold_width(lines[-1], rules.HEAD_SIZE) / 2.5)
    _line(left, paper.number, rules.MOTTO_SIZE)
    _line(right, rules.STATE, rules.HEAD_SIZE, bold=True)
    _line(right, rules.MOTTO, rules.MOTTO_SIZE, bold=True)
    _rule(right, rules.HEAD[1] * MM, bold_width(rules.MOTTO, rules.MOTTO_SIZE))
    _line(right, paper.place_date, rules.DATE_SIZE, italic=True)


def _write_title(document: Any, paper: OfficialPaper) -> None:
    _line(document, paper.kind, rules.TITLE_SIZE, bold=True).paragraph_format.space_before = Pt(18)
    lines = balanced_lines(paper.abstract, rules.TITLE_SIZE, rules.WIDTH * MM - 20 * MM)
    for text in lines:
        _line(document, text, rules.TITLE_SIZE, bold=True)
    _rule(document, rules.WIDTH * MM, bold_width(lines[-1], rules.TITLE_SIZE) / 2.5).paragraph_format.space_after = Pt(12)


def _write_signature(document: Any, paper: OfficialPaper) -> None:
    _line(document, "", 6).paragraph_format.keep_with_next = True
    left, right = _columns(document, (rules.WIDTH / 2, rules.WIDTH / 2))
    _say(_paragraph(left), "Nơi nhận:", rules.RECIPIENT_TITLE_SIZE, bold=True, italic=True)
    for text in paper.recipients:
        _say(_paragraph(left), f"- {clean(text)}", rules.RECIPIENT_SIZE)
    for text in paper.signer:
        _line(right, text, rules.BODY_SIZE, bold=True)
    _line(right, "", rules.BODY_SIZE).paragraph_format.space_after = Mm(rules.SIGNATURE_ROOM)


def _columns(document: Any, widths: tuple[float, float]) -> Any:
    """Two cells without borders, in millimetres, kept on one page."""
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    cells = table.rows[0].cells
    for column, cell, width in zip(table.columns, cells, widths, strict=True):
        column.width = cell.width = Mm(width)
    properties = table._tbl.tblPr
    properties.insert(properties.index(properties.find(qn("w:tblLook"))), _no_margins())  # where the schema has them
    whole = OxmlElement("w:cantSplit")
    table.rows[0]._tr.get_or_add_trPr().append(whole)
    return cells


def _no_margins() -> Any:
    """Cells as wide as their text may be: with the usual margins the state's name breaks in two."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    return margins


def _paragraph(place: Any) -> Any:
    """A new paragraph; a cell begins with an empty one, which is used first."""
    if hasattr(place, "_tc") and len(place.paragraphs) == 1 and not place.paragraphs[0].runs:
        return place.paragraphs[0]
    return place.add_paragraph()


def _line(place: Any, text: str, size: float, *, bold: bool = False, italic: bool = False) -> Any:
    paragraph = _paragraph(place)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(paragraph, text, size, bold=bold, italic=italic)
    return paragraph


def _say(paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return run


def _rule(place: Any, width: float, length: float) -> Any:
    """A solid line of a length in the middle of a width, in points: the lower border of a narrow empty paragraph."""
    paragraph = _line(place, "", 3)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Pt(max(width - length, 0) / 2)
    form.line_spacing, form.space_after = Pt(4), Pt(6)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert(properties.index(properties.find(qn("w:spacing"))), borders)  # the schema has borders before spacing
    return paragraph
