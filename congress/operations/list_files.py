"""What the readers of list files share: the limits, what is said when a file is refused, and what is remarked about a sheet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ..domain.delegate_lists import Grid

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024      # of the parts that are looked through
MAX_KEPT_BYTES = 40 * 1024 * 1024           # of what is left without blank rows, pictures and other parts nobody reads
MAX_ROWS = 20_000
MAX_COLUMNS = 104                           # A to CZ
MAX_SHEETS = 30

EMPTY = "Tệp rỗng, không có dữ liệu. Kiểm tra lại tệp rồi tải lên."
UNKNOWN = "Tệp không phải bảng tính Excel, Word hay CSV. Mở bằng Excel, lưu lại dạng .xlsx rồi tải lên."
DAMAGED = "Tệp bị hỏng, không mở được. Mở bằng Excel, lưu lại dạng .xlsx rồi tải lên."
LOCKED = "Tệp có mật khẩu. Bỏ mật khẩu rồi tải lên lại."
TOO_LARGE = "Trang tính có quá 20.000 dòng hoặc quá rộng. Xóa phần thừa, chỉ để lại danh sách."
TOO_HEAVY = "Tệp quá lớn (tối đa 20 MB). Bỏ hình ảnh và các trang không cần rồi tải lên lại."
NO_LIST = (
    "Không tìm thấy danh sách đại biểu. Cần có dòng tiêu đề với cột “Họ và tên” và các cột khác, "
    "ví dụ “Ngày sinh”, “Chức vụ”."
)


class WorkbookRefused(Exception):
    """The file cannot be read as a delegate list; the message says in Vietnamese what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Table:
    """A sheet of a workbook, a table of a document or a text; `read(n)` gives its first n rows, `read(None)` all.

    `read` raises WorkbookRefused.
    """

    name: str
    visible: bool
    read: Callable[[int | None], Grid]


@dataclass
class SheetFacts:
    """What a file says about a sheet beside its values. Rows and columns count from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    valueless: list[str] = field(default_factory=list)          # cells with a formula nobody has worked out
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)

    def remarks(self, sheet: str, *, height: int, width: int) -> list[str]:
        """Return what the person who sent the file should know, in sentences."""
        rows, columns = _within(self.hidden_rows, height), _within(self.hidden_columns, width)
        said = []
        if self.filtered and rows:
            said.append(f"Trang “{sheet}” đang lọc; {rows} dòng bị ẩn vẫn được đọc.")
        elif rows:
            said.append(f"Trang “{sheet}” có {rows} dòng đang ẩn; các dòng ấy vẫn được đọc.")
        if columns:
            said.append(f"Trang “{sheet}” có {columns} cột đang ẩn; các cột ấy vẫn được đọc.")
        if self.valueless:
            more = f" và {len(self.valueless) - 1} ô khác" if len(self.valueless) > 1 else ""
            said.append(
                f"Trang “{sheet}”: ô {self.valueless[0]}{more} là công thức chưa có kết quả, đọc như ô trống. "
                "Mở bằng Excel, lưu lại rồi tải lên."
            )
        return said


def too_far(row: int, column: int) -> bool:
    """Tell whether a filled cell lies where no list reaches; the sheet's rectangle would ask for all the memory there is."""
    return row >= MAX_ROWS or column >= MAX_COLUMNS


def column_letters(column: int) -> str:
    """Return Excel's name of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    while column >= 0:
        column, place = divmod(column, 26)
        letters = chr(65 + place) + letters
        column -= 1
    return letters


def _within(places: Iterable[int], end: int) -> int:
    return sum(place < end for place in places)
