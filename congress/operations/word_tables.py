"""Reading the tables of a Word document (.docx) as sheets: rows count from 1, merged cells stay one text and a range."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..domain.delegate_lists import Grid, has_header
from ..domain.delegate_lists.records import MergedRange
from ..domain.delegate_lists.sections import split_marker
from .list_files import TOO_LARGE, Table, WorkbookRefused, too_far
from .packages import Package

# What is not part of the text one reads: text taken out under "track changes", and the second copy of a text box.
_ASIDE = ("del", "moveFrom", "Fallback")
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_KNOWN = frozenset(("tr", "gridBefore", "tc", "gridSpan", "vMerge", "t", *_SIGNS))
_LINES_ABOVE = 12                       # paragraphs over a table that may name what it is
_LONGEST_LINE = 200


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
    above: list[str] = field(default_factory=list)              # the paragraphs since the table before

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
        return Grid(sheet=name, rows=rows, merged=tuple(merged), above=tuple(self.above))


class _Document:
    """Takes document.xml as it is parsed; nothing of it is kept but the tables."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.open: list[tuple[_Table, _Cell]] = []      # a table within a cell is a table of its own
        self.aside = 0
        self.writing = False
        self.lines: list[str] = []                      # paragraphs outside tables since the last one
        self.line: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.aside or name in _ASIDE:
            self.aside += 1
        elif name == "tbl":
            self.tables.append(_Table(above=[] if self.open else self.lines[-_LINES_ABOVE:]))
            self.lines = []
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
        elif name == "t":
            self.writing = True
        elif name in _SIGNS:
            self.line.append(" ")

    def data(self, text: str) -> None:
        if self.writing:
            (self.open[-1][1].text if self.open else self.line).append(text)

    def end(self, name: str) -> None:
        if self.aside:
            self.aside -= 1
        elif not self.open:
            self.writing = self.writing and name != "t"
            if name == "p":
                self._end_line()
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


    def _end_line(self) -> None:
        text = " ".join("".join(self.line).split())
        self.line = []
        if text and len(text) <= _LONGEST_LINE:
            self.lines.append(text)


def read_word_tables(package: Package) -> Iterator[Table]:
    """Yield the tables of a document as "Bảng 1", "Bảng 2" …; one that goes on with the list before it is read into that.

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
    """Tell a table broken in two, with or without its header again, and the next numbered section of a list of sections."""
    if not below.rows or not has_header(above.rows):
        return False
    if not has_header(below.rows):
        return len(above.rows[0]) == len(below.rows[0])
    return above.rows[0] == below.rows[0] or (_is_section(above) and _is_section(below))


def _is_section(grid: Grid) -> bool:
    return bool(grid.above) and bool(split_marker("", grid.above[-1])[0])


def _is_heading(text: str) -> bool:
    return bool(split_marker("", text)[0]) or text.isupper()


def _joined(above: Grid, below: Grid) -> Grid:
    """Put a table under another, the lines between them as rows: they may say what the people below are."""
    width = len(below.rows[0])
    lines = [[text] + [""] * (width - 1) for text in below.above if _is_heading(text)]
    height = len(above.rows) + len(lines)
    moved = [((top + height, left), (bottom + height, right)) for (top, left), (bottom, right) in below.merged]
    why = "không có dòng tiêu đề"
    if has_header(below.rows):
        why = "có cùng dòng tiêu đề" if above.rows[0] == below.rows[0] else "là mục tiếp theo"
    remark = f"{below.sheet} {why}, được đọc tiếp vào {above.sheet} từ dòng {height + 1}."
    return replace(
        above, rows=[*above.rows, *lines, *below.rows], merged=(*above.merged, *moved), remarks=(*above.remarks, remark)
    )
