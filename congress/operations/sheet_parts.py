"""Looking through the sheets of an .xlsx before they are opened: blank rows thrown out, far cells refused, facts gathered."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from . import list_files
from .list_files import TOO_LARGE, SheetFacts, WorkbookRefused
from .packages import Package, plain_xml, refusing_damage

# The reader keeps a sheet as one dense rectangle: a single cell far away would ask for all the memory there is.
# Such cells are looked for before it is opened: rows past 19,999 or columns past CZ, when they hold something.
_FAR_ROW = rb"(?:[2-9]\d{4}|\d{6,})"
_FAR_CELL = re.compile(
    rb"\br\s*=\s*[\"'](?:[A-Z]{1,2}" + _FAR_ROW + rb"|(?:[A-Z]{3,}|[D-Z][A-Z])\d+)[\"'][^<>]*(?<!/)>(?!</)", re.IGNORECASE
)
_CELL_WITHOUT_PLACE = re.compile(rb"<(?:\w+:)?c(?:\s+(?!r\b)\w+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*>")
_FAR_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b[^<>]*\br\s*=\s*[\"']" + _FAR_ROW)
# A formatted sheet can have a million rows of nothing.
_BLANK_ROW = re.compile(rb"<row\b(?=[^<>]*\br=)[^<>]*(?:/>|>(?:\s*<c\b[^<>]*(?:/>|>\s*</c>))*+\s*</row>)")
_HIDDEN_ROW = re.compile(rb"<row\b[^<>]*\bhidden=\"(?:1|true)\"[^<>]*>")
_HIDDEN_COLUMNS = re.compile(rb"<col\b[^<>]*\bhidden=\"(?:1|true)\"[^<>]*>")
_LONGEST_ROW = 8 * 1024 * 1024
_MOST_TEXTS, _MOST_MERGED = 600_000, 50_000
_NUMBER = {name: re.compile(rb"\b" + name + rb"=\"(\d+)\"") for name in (b"r", b"min", b"max")}
_PLACE = re.compile(rb"\br=\"([A-Z]+)(\d+)\"")
_FORMULA = rb"<f\b[^<>]*(?:/>|>[^<]*</f>)\s*"
_ERROR = re.compile(rb"<c\b([^<>]*\bt=\"e\"[^<>]*)>\s*(?:" + _FORMULA + rb")?<v>([^<]*)</v>")
_VALUELESS = re.compile(rb"<c\b(?![^<>]*\bt=\"str\")([^<>]*)>\s*" + _FORMULA + rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_READ_PART = re.compile(r"xl/(?:workbook|styles|sharedStrings)\.xml|\[Content_Types\]\.xml|.*\.rels", re.IGNORECASE)


def squeeze(package: Package) -> tuple[io.BytesIO, Mapping[str, SheetFacts]]:
    """Return an .xlsx with only what is read of it, and the facts of its sheets by name. Raises WorkbookRefused.

    What the reader then opens is what was measured: the sizes a zip file declares may lie.
    """
    facts = {}
    kept = 0
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as measured:
        for name in package.sizes:
            if _SHEET_PART.fullmatch(name):
                content, facts[name.lower()] = _squeeze_sheet(package, name)
            elif _READ_PART.fullmatch(name):
                content = plain_xml(package.read(name))
                if content.count(b"<si") + content.count(b":si") > _MOST_TEXTS:
                    raise WorkbookRefused(TOO_LARGE)
            else:
                continue
            kept += len(content)
            if kept > list_files.MAX_KEPT_BYTES:
                raise WorkbookRefused(TOO_LARGE)
            measured.writestr(name, content)
    parts = sheet_parts(package)
    return target, {sheet: facts[part] for sheet, part in parts.items() if part in facts}


def sheet_parts(package: Package) -> dict[str, str]:
    """Return the part of each sheet, in small letters, by the sheet's name."""
    targets = relations(package, "xl/_rels/workbook.xml.rels")
    parts = {}
    for element in package.xml("xl/workbook.xml").iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((value for key, value in element.items() if key.endswith("}id")), "")
            parts[element.get("name", "")] = targets.get(link, "")
    return parts


def relations(package: Package, name: str) -> dict[str, str]:
    """Return the parts that xl/workbook points to, in small letters, by the link's id."""
    return {
        link.get("Id", ""): ("" if link.get("Target", "").startswith("/") else "xl/") + link.get("Target", "").lower().lstrip("/")
        for link in package.xml(name)
    }


def _squeeze_sheet(package: Package, name: str) -> tuple[bytes, SheetFacts]:
    facts, kept = SheetFacts(), io.BytesIO()
    without_place = far_row = False
    merged = 0
    for chunk in _whole_rows(package, name):
        content = _BLANK_ROW.sub(b"", plain_xml(chunk))
        without_place = without_place or bool(_CELL_WITHOUT_PLACE.search(content))
        far_row = far_row or bool(_FAR_ROW_TAG.search(content))
        merged += content.count(b"mergeCell ")
        if _FAR_CELL.search(content) or (without_place and far_row) or merged > _MOST_MERGED:
            raise WorkbookRefused(TOO_LARGE)
        with refusing_damage():
            _gather(content, facts)
        kept.write(content)
        if kept.tell() > list_files.MAX_KEPT_BYTES:
            raise WorkbookRefused(TOO_LARGE)
    return kept.getvalue(), facts


def _whole_rows(package: Package, name: str) -> Iterator[bytes]:
    """Yield a sheet in pieces that end where a row ends, so that no cell is cut in two."""
    rest = b""
    for chunk in package.chunks(name):
        rest += chunk
        end = max(rest.rfind(b"</row>") + 6, rest.rfind(b"/>") + 2 if rest.find(b"</row>") < 0 else 0)
        if end > 6:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _LONGEST_ROW:
            raise WorkbookRefused(TOO_LARGE)
    yield rest


def _gather(content: bytes, facts: SheetFacts) -> None:
    if b"hidden=" in content:
        facts.hidden_rows |= {_number(b"r", tag) - 1 for tag in _HIDDEN_ROW.findall(content)}
        for tag in _HIDDEN_COLUMNS.findall(content):
            last = min(_number(b"max", tag), list_files.MAX_COLUMNS)
            facts.hidden_columns |= set(range(_number(b"min", tag) - 1, last))
    facts.filtered = facts.filtered or b"<filterColumn" in content
    if b't="e"' in content:
        for attributes, value in _ERROR.findall(content):
            if place := _PLACE.search(attributes):
                facts.errors[int(place[2]) - 1, _column(place[1])] = value.decode()
    if b"<f" in content:
        for attributes in _VALUELESS.findall(content):
            if place := _PLACE.search(attributes):
                facts.valueless.append((place[1] + place[2]).decode())


def _number(name: bytes, tag: bytes) -> int:
    found = _NUMBER[name].search(tag)
    return int(found[1]) if found else list_files.MAX_ROWS


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
