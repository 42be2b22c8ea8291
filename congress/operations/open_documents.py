"""Reading the sheets of an OpenDocument workbook (.ods), with its merged cells, which the general reader leaves out."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from ..domain.delegate_lists import Grid
from ..domain.delegate_lists.records import Cell
from ..domain.names import normalise
from .list_files import LOCKED, MAX_COLUMNS, MAX_ROWS, TOO_LARGE, SheetFacts, Table, WorkbookRefused, column_letters
from .packages import Package

_CELLS = ("table-cell", "covered-table-cell")
_ASIDE = ("annotation", "shapes", "frame", "custom-shape", "line", "rect", "tracked-changes")


class _Sheet:
    def __init__(self, name: str, visible: bool) -> None:
        self.name, self.visible = normalise(name), visible
        self.rows: list[list[Cell]] = []
        self.blank_rows = 0             # not yet written: a sheet ends in a million of them
        self.facts = SheetFacts()

    def add_row(self, cells: list[Cell], times: int, hidden: bool) -> None:
        if not cells:
            self.blank_rows += times
            return
        if len(self.rows) + self.blank_rows + times > MAX_ROWS:
            raise WorkbookRefused(TOO_LARGE)
        self.rows += [[]] * self.blank_rows
        self.blank_rows = 0
        if hidden:
            self.facts.hidden_rows |= set(range(len(self.rows), len(self.rows) + times))
        self.rows += [cells] * times

    def table(self) -> Table:
        width = max(map(len, self.rows), default=0)
        rows = [row + [None] * (width - len(row)) for row in self.rows]
        remarks = self.facts.remarks(self.name, height=len(rows), width=width)
        grid = Grid(sheet=self.name, rows=rows, merged=tuple(self.facts.merged), remarks=tuple(remarks))
        return Table(self.name, self.visible, lambda count: grid)


class _Contents:
    """Takes content.xml as it is parsed; nothing of it is kept but the cells."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.aside = 0                  # inside a comment or a drawing
        self.cells: list[Cell] = []
        self.blank_cells = 0
        self.row: Mapping[str, str] = {}
        self.cell: Mapping[str, str] | None = None
        self.text: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if self.aside or name in _ASIDE:
            self.aside += 1
        elif name == "style":
            self.style = plain.get("name", "")
        elif name == "table-properties" and plain.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif name == "table":
            self.sheets.append(_Sheet(plain.get("name", ""), plain.get("style-name") not in self.hidden_styles))
        elif name == "table-row":
            self.row, self.cells, self.blank_cells = plain, [], 0
        elif name in _CELLS:
            failed = any(key.endswith("}value-type") and value == "error" for key, value in attributes.items())
            self.cell, self.text = plain | ({"value-type": "error"} if failed else {}), []
        elif name == "s":
            self.text.append(" " * min(int(plain.get("c", "1")), 100))
        elif name in ("tab", "line-break"):
            self.text.append("\n" if name == "line-break" else "\t")
        elif name == "p" and self.text:
            self.text.append("\n")

    def data(self, text: str) -> None:
        if self.cell is not None and not self.aside:
            self.text.append(text)

    def end(self, name: str) -> None:
        if self.aside:
            self.aside -= 1
        elif name in _CELLS and self.cell is not None and self.sheets:
            self._end_cell(self.cell)
            self.cell = None
        elif name == "table-row" and self.sheets:
            self.sheets[-1].add_row(self.cells, _times(self.row, "number-rows-repeated"), "visibility" in self.row)

    def _end_cell(self, cell: Mapping[str, str]) -> None:
        sheet, times = self.sheets[-1], _times(cell, "number-columns-repeated")
        value = _value(cell, "".join(self.text).strip("\n"))
        row, column = len(sheet.rows) + sheet.blank_rows, len(self.cells) + self.blank_cells
        down, across = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
        if (down > 1 or across > 1) and row < MAX_ROWS and column < MAX_COLUMNS:
            sheet.facts.merged.append(((row, column), (row + down - 1, column + across - 1)))
        if value is None or value == "":
            self.blank_cells += times
            if "formula" in cell and "value-type" not in cell:
                sheet.facts.valueless.append(f"{column_letters(column)}{row + 1}")
            return
        if column + times > MAX_COLUMNS:
            raise WorkbookRefused(TOO_LARGE)
        self.cells += [*[None] * self.blank_cells, *[value] * times]
        self.blank_cells = 0


def read_open_document(package: Package) -> Iterator[Table]:
    """Yield the sheets of an .ods. Raises WorkbookRefused."""
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise WorkbookRefused(LOCKED)
    contents = _Contents()
    package.parse("content.xml", contents)
    for sheet in contents.sheets:
        yield sheet.table()


def _times(attributes: Mapping[str, str], name: str) -> int:
    return max(int(attributes.get(name, "1")), 1)


def _value(cell: Mapping[str, str], text: str) -> Cell:
    kind = cell.get("value-type")
    if kind == "error":
        return text if text.startswith("#") else "#VALUE!"
    if kind in ("float", "percentage", "currency"):
        return float(cell.get("value", "0"))
    if kind == "date":
        written = cell.get("date-value", "")
        return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
    if kind == "boolean":
        return cell.get("boolean-value") == "true"
    return text
