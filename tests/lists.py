"""Makers of list files as offices send them, and of broken and odd ones; rows are sequences of cells."""

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import docx
import xlsxwriter
import xlwt

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OASIS = "urn:oasis:names:tc:opendocument:xmlns"

LIST = [["TT", "Họ và tên", "Chức vụ"], ["1", "Nông Văn An", "Chủ tịch"]]
Rows = Sequence[Sequence[Any]]
Area = tuple[int, int, int, int]        # first row, first column, last row, last column, from 0

# The legacy alphabets letter by letter: the sign of the old font, then the Vietnamese letter.
TCVN3 = (
    "µà¶ả·ã¸á¹ạ¨ă»ằ¼ẳ½ẵ¾ắÆặ©âÇầÈẩÉẫÊấËậÌèÎẻÏẽÐéÑẹªêÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞịßòáỏâõãóäọ«ôåồæổçỗèốéộ¬ơêờëởìỡíớîợïùñủòũóúôụ"
    "\xadưõừöử÷ữøứùựúỳûỷüỹýýþỵ®đ¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ"
)
VNI = (
    "aø à aû ả aõ ã aù á aï ạ aê ă aè ằ aú ẳ aü ẵ aé ắ aë ặ aâ â aà ầ aå ẩ aã ẫ aá ấ aä ậ eø è eû ẻ eõ ẽ eù é eï ẹ eâ ê eà ề "
    "eå ể eã ễ eá ế eä ệ ì ì æ ỉ ó ĩ í í ò ị oø ò oû ỏ oõ õ où ó oï ọ oâ ô oà ồ oå ổ oã ỗ oá ố oä ộ ô ơ ôø ờ ôû ở ôõ ỡ ôù ớ "
    "ôï ợ uø ù uû ủ uõ ũ uù ú uï ụ ö ư öø ừ öû ử öõ ữ öù ứ öï ự yø ỳ yû ỷ yõ ỹ yù ý î ỵ ñ đ"
)
_TO_TCVN3 = dict(zip(TCVN3[1::2], TCVN3[::2], strict=True))
_TO_VNI = dict(zip(VNI.split()[1::2], VNI.split()[::2], strict=True))
_TO_VNI |= {letter.upper(): sign.upper() for letter, sign in _TO_VNI.items()}


def tcvn3(text: str) -> str:
    """A Vietnamese text as typed for .VnTime; toned capitals have only the code of the small letter."""
    return "".join(_TO_TCVN3.get(letter) or _TO_TCVN3.get(letter.lower(), letter) for letter in text)


def vni(text: str) -> str:
    """A Vietnamese text as typed for VNI-Times."""
    return "".join(_TO_VNI.get(letter, letter) for letter in text)


# ---- .xlsx ------------------------------------------------------------------------------------------------------------


def xlsx(sheets: Mapping[str, Rows] | Rows, *, merged: Sequence[Area] = (), options: Mapping[str, Any] | None = None) -> bytes:
    """A workbook by xlsxwriter; merged ranges are of its first sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, **(options or {})}) as workbook:
        dated = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for place, (name, rows) in enumerate((sheets if isinstance(sheets, Mapping) else {"DS": sheets}).items()):
            sheet = workbook.add_worksheet(name)
            for area in merged if place == 0 else ():
                sheet.merge_range(*area, "")
            for index, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(index, column, value, *([dated] if hasattr(value, "year") else []))
    return target.getvalue()


def cell(place: str, value: object) -> str:
    """A cell of a sheet's XML."""
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def sheet_xml(rows: Rows, more: str = "", *, before: str = "", after: str = "") -> str:
    """A sheet's XML: rows of texts, then `more` rows; `before` and `after` stand around the rows."""
    lines = [
        f'<row r="{number}">' + "".join(cell(f"{chr(65 + column)}{number}", value) for column, value in enumerate(row)) + "</row>"
        for number, row in enumerate(rows, start=1)
    ]
    return f'<worksheet {MAIN}>{before}<sheetData>{"".join(lines)}{more}</sheetData>{after}</worksheet>'


def workbook(
    sheets: Mapping[str, str], *, hidden: Sequence[str] = (), parts: Mapping[str, bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The least an .xlsx needs: sheet names to sheet XML."""
    states = {name: 'state="hidden"' if name in hidden else "" for name in sheets}
    entries = "".join(
        f'<sheet name="{name}" sheetId="{place}" r:id="rId{place}" {states[name]}/>'
        for place, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    start = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{start}</Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        **{f"xl/worksheets/sheet{place}.xml": xml for place, xml in enumerate(sheets.values(), start=1)},
        **(parts or {}),
    }, compression=compression)


def zipped(parts: Mapping[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of named parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_parts(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A zip file with further parts, or with other contents for those it has."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()} | dict(parts))


# ---- .xlsb, by hand: nothing here can write it ------------------------------------------------------------------------


def _record(kind: int, content: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, written = len(content), b""
    while True:
        size, low = size >> 7, size & 0x7F
        written += bytes([low | (0x80 if size else 0)])
        if not size:
            return number + written + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _binary_row(number: int, cells: Sequence[tuple[int, object]], *, hidden: bool = False) -> bytes:
    flags = 0x10 if hidden else 0
    written = _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, flags, 0, 0))
    for column, value in cells:
        place = struct.pack("<II", column, 0)
        if isinstance(value, str) and value.startswith("#"):
            written += _record(3, place + bytes([{"#REF!": 23, "#N/A": 42}[value]]))
        elif isinstance(value, str):
            written += _record(6, place + _wide(value))
        else:
            written += _record(5, place + struct.pack("<d", value))
    return written


def xlsb(
    rows: Rows, *, hidden_rows: Sequence[int] = (), merged: Sequence[Area] = (), far: tuple[int, int] | None = None
) -> bytes:
    """A binary workbook with one sheet "DS"; `far` is a further filled cell."""
    body = b"".join(
        _binary_row(number, [item for item in enumerate(row) if item[1] is not None], hidden=number in hidden_rows)
        for number, row in enumerate(rows)
    )
    if far:
        body += _binary_row(far[0], [(far[1], "x")])
    width = max(map(len, rows))
    size = struct.pack("<4I", 0, len(rows) - 1, 0, width - 1)
    ranges = b"".join(_record(176, struct.pack("<4I", top, bottom, left, right)) for top, left, bottom, right in merged)
    if merged:
        ranges = _record(177, struct.pack("<I", len(merged))) + ranges + _record(178)
    sheet = _record(129) + _record(148, size) + _record(145) + body + _record(146) + ranges + _record(130)
    sheets = _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("DS")) + _record(144)
    link = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.bin"/>'
    start = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{start}</Relationships>',
        "xl/workbook.bin": _record(131) + sheets + _record(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>',
        "xl/worksheets/sheet1.bin": sheet,
    })


# ---- .xls and other old office files ----------------------------------------------------------------------------------


def xls(rows: Rows, *, merged: Sequence[Area] = (), hidden_rows: Sequence[int] = (), far: tuple[int, int] | None = None) -> bytes:
    """A workbook of Excel 97–2003 with one sheet "DS"; texts that begin with # are error cells."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("DS", cell_overwrite_ok=True)
    dated = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and value.startswith("#"):
                sheet.row(index).set_cell_error(column, value)
            elif value is not None:
                sheet.write(index, column, value, *([dated] if hasattr(value, "year") else []))
        sheet.row(index).hidden = index in hidden_rows
    for top, left, bottom, right in merged:
        sheet.merge(top, bottom, left, right)
    if far:
        sheet.write(*far, "x")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An old office file holding streams by name (each filled up to the 4,096 bytes from which it lies in whole sectors)."""
    sectors: list[bytes] = []
    chains: list[int] = []
    starts = []
    contents = [content.ljust(4096, b"\0") for content in streams.values()]
    for content in contents:
        count = -(-len(content) // 512)
        starts.append(len(sectors))
        sectors += [content[place : place + 512].ljust(512, b"\0") for place in range(0, len(content), 512)]
        chains += [*range(len(chains) + 1, len(chains) + count), 0xFFFFFFFE]
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0) + b"".join(
        _entry(name, 2, start, len(content)) for name, start, content in zip(streams, starts, contents, strict=True)
    )
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    first_directory, count = len(sectors), len(directory) // 512
    sectors += [directory[place : place + 512] for place in range(0, len(directory), 512)]
    chains += [*range(first_directory + 1, first_directory + count), 0xFFFFFFFE, 0xFFFFFFFD]
    table = struct.pack("<128I", *chains, *[0xFFFFFFFF] * (128 - len(chains)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<8I", 1, first_directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", len(sectors), *[0xFFFFFFFF] * 108)
    return header + b"".join(sectors) + table


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB3I", len(written), kind, 1, *[0xFFFFFFFF] * 3)
    return (head + bytes(36) + struct.pack("<2I", start, size)).ljust(128, b"\0")


# ---- .ods -------------------------------------------------------------------------------------------------------------


def ods_cell(value: object, attributes: str = "") -> str:
    """A cell of an OpenDocument sheet: a text, a number, or nothing."""
    if value is None:
        return f"<table:table-cell {attributes}/>"
    kind = f'office:value-type="float" office:value="{value}"' if isinstance(value, int | float) else 'office:value-type="string"'
    return f"<table:table-cell {attributes} {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def ods(rows: Rows, more: str = "", *, sheets: str = "", styles: str = "") -> bytes:
    """An OpenDocument workbook with a sheet "DS": rows, then `more` rows of XML; `sheets` stand before it."""
    lines = "".join(f'<table:table-row>{"".join(ods_cell(value) for value in row)}</table:table-row>' for row in rows)
    spaces = " ".join(
        f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text", "style")
    ) + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f'<office:body><office:spreadsheet>{sheets}<table:table table:name="DS">{lines}{more}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
    })


# ---- .docx and text ---------------------------------------------------------------------------------------------------


def docx_tables(*tables: Rows, merged: Sequence[Area] = ()) -> bytes:
    """A Word document with tables between paragraphs; merged ranges are of the first table and keep its first text."""
    document = docx.Document()
    document.add_paragraph("DANH SÁCH ĐẠI BIỂU")
    for place, rows in enumerate(tables):
        table = document.add_table(len(rows), len(rows[0]))
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                table.cell(index, column).text = value or ""
        for top, left, bottom, right in merged if place == 0 else ():
            text = table.cell(top, left).text
            table.cell(top, left).merge(table.cell(bottom, right)).text = text
        document.add_paragraph("Ghi chú")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def word_xml(body: str) -> bytes:
    """A Word document with the XML of its body."""
    return zipped({"word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>"})


def separated(rows: Rows, separator: str, end: str = "\r\n") -> str:
    """Rows as Excel saves them in a text, quoted where needed."""
    def field(value: object) -> str:
        text = "" if value is None else str(value)
        risky = any(sign in text for sign in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if risky else text

    return "".join(separator.join(field(value) for value in row) + end for row in rows)
