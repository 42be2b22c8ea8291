"""Reading the tables of a Word document (.docx) as sheets: rows count from 1, merged cells stay one text and a range."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..domain.delegate_lists import Grid, has_header
from ..domain.delegate_lists.records import MergedRange
from .list_files import TOO_LARGE, Table, WorkbookRefused, too_far
from .packages import Package

# What is not part of the text one reads: text taken out under "track changes", and the second copy of a text box.
_ASIDE = ("del", "moveFrom", "Fallback")
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_KNOWN = frozenset(("tr", "gridBefore", "tc", "gridSpan", "vMerge", "t", *_SIGNS))


@dataclass
class _Cell:
    span: int = 1
    below: str = ""                     # "restart" begins a merge downwards, "continue" goes on with it
    text: list[str] = field(default_factory=list)


@dataclass
class _Table:
    rows: list[dict[int, str]] = field(default_factory=list)
    areas: list[list[int]] = field(default_factory=list)        # top, left, bottom, right
    open: dict[int, list[int]] = field(default_factory=dict)    # by column: what may go on downwards
    column: int = 0

    def start_row(self) -> None:
        self.rows.append({})
        self.column = 0

    def add(self, cell: _Cell) -> None:
        row, left = len(self.rows) - 1, self.column
        self.column = left + cell.span
        if row < 0 or too_far(row, self.column - 1):
            raise WorkbookRefused(TOO_LARGE)
        if cell.below == "continue" and left in self.open:
            self.open[left][2] = row
            self.rows[row][left] = ""
            return
        area = [row, left, row, self.column - 1]
        self.areas.append(area)
        self.open.pop(left, None)
        if cell.below:
            self.open[left] = area
        self.rows[row][left] = "".join(cell.text).strip("\n ")

    def grid(self, name: str) -> Grid:
        """Return the table without the columns in which no cell begins: Word divides a table wherever an edge was moved."""
        starts = sorted({column for row in self.rows for column in row})
        places = {column: place for place, column in enumerate(starts)}
        rows = [[row.get(column, "") for column in starts] for row in self.rows]
        merged: list[MergedRange] = []
        for top, left, bottom, right in self.areas:
            last = max(place for column, place in places.items() if column <= right) if right > left else places[left]
            if top < bottom or places[left] < last:
                merged.append(((top, places[left]), (bottom, last)))
        return Grid(sheet=name, rows=rows, merged=tuple(merged))


class _Document:
    """Takes document.xml as it is parsed; nothing of it is kept but the tables."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.open: list[tuple[_Table, _Cell]] = []      # a table within a cell is a table of its own
        self.aside = 0
        self.writing = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.aside or name in _ASIDE:
            self.aside += 1
        elif name == "tbl":
            self.tables.append(_Table())
            self.open.append((self.tables[-1], _Cell()))
        elif self.open and name in _KNOWN:
            value = next((text for key, text in attributes.items() if key.endswith("}val")), "")
            table, cell = self.open[-1]
            if name == "tr":
                table.start_row()
            elif name == "gridBefore":
                table.column = int(value)
            elif name == "tc":
                self.open[-1] = (table, _Cell())
            elif name == "gridSpan":
                cell.span = max(int(value), 1)
            elif name == "vMerge":
                cell.below = value or "continue"
            elif name == "t":
                self.writing = True
            else:
                cell.text.append(_SIGNS[name])

    def data(self, text: str) -> None:
        if self.writing:
            self.open[-1][1].text.append(text)

    def end(self, name: str) -> None:
        if self.aside:
            self.aside -= 1
        elif self.open:
            table, cell = self.open[-1]
            if name == "t":
                self.writing = False
            elif name == "p":
                cell.text.append("\n")
            elif name == "tc":
                table.add(cell)
            elif name == "tbl":
                self.open.pop()


def read_word_tables(package: Package) -> Iterator[Table]:
    """Yield the tables of a document as "Bảng 1", "Bảng 2" …; one without a header goes on with the list before it.

    Raises WorkbookRefused.
    """
    document = _Document()
    package.parse("word/document.xml", document)
    grids: list[Grid] = []
    for place, table in enumerate(document.tables, start=1):
        grid = table.grid(f"Bảng {place}")
        if grids and _goes_on(grids[-1], grid):
            grids[-1] = _joined(grids[-1], grid)
        elif grid.rows:
            grids.append(grid)
    for grid in grids:
        yield Table(grid.sheet, True, lambda count, grid=grid: grid)     # type: ignore[misc]


def _goes_on(above: Grid, below: Grid) -> bool:
    return bool(below.rows) and len(above.rows[0]) == len(below.rows[0]) and has_header(above.rows) and not has_header(below.rows)


def _joined(above: Grid, below: Grid) -> Grid:
    height = len(above.rows)
    moved = [((top + height, left), (bottom + height, right)) for (top, left), (bottom, right) in below.merged]
    remark = f"{below.sheet} không có dòng tiêu đề, được đọc tiếp vào {above.sheet} từ dòng {height + 1}."
    return replace(
        above, rows=[*above.rows, *below.rows], merged=(*above.merged, *moved), remarks=(*above.remarks, remark)
    )
