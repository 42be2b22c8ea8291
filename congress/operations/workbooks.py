"""Opening an uploaded workbook safely: bytes in, the cells of the sheet with the delegate list out."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from ..domain.delegate_lists import Grid, has_header
from ..domain.names import normalise

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ROWS = 20_000
MAX_SHEETS = 30

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# The reader keeps a sheet as one dense rectangle: a single cell far away would ask for all the memory there is.
# Such cells are looked for before it is opened: rows past 19,999 or columns past CZ, when they hold something.
_FAR_ROW = rb"(?:[2-9]\d{4}|\d{6,})"
_FAR_CELL = re.compile(
    rb"\br\s*=\s*[\"'](?:[A-Z]{1,2}" + _FAR_ROW + rb"|(?:[A-Z]{3,}|[D-Z][A-Z])\d+)[\"'][^<>]*(?<!/)>(?!</)", re.IGNORECASE
)
_CELL_WITHOUT_PLACE = re.compile(rb"<(?:\w+:)?c(?:\s+(?!r\b)\w+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*>")
_FAR_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b[^<>]*\br\s*=\s*[\"']" + _FAR_ROW)

_NOT_A_WORKBOOK = "Tệp không phải bảng tính Excel. Mở bằng Excel, lưu lại dạng .xlsx rồi tải lên."
_DAMAGED = "Tệp Excel bị hỏng, không mở được. Mở bằng Excel, lưu lại dạng .xlsx rồi tải lên."
_LOCKED = "Tệp có mật khẩu. Bỏ mật khẩu trong Excel rồi tải lên lại."
_TOO_LARGE = f"Trang tính có quá {MAX_ROWS:,} dòng hoặc quá rộng. Xóa phần thừa, chỉ để lại danh sách.".replace(",", ".")
_TOO_HEAVY = "Tệp quá lớn (tối đa 20 MB). Bỏ hình ảnh và các trang không cần rồi tải lên lại."
_NO_LIST = (
    "Không tìm thấy danh sách đại biểu. Trang tính cần có dòng tiêu đề với cột “Họ và tên” và các cột khác, "
    "ví dụ “Ngày sinh”, “Chức vụ”."
)


class WorkbookRefused(Exception):
    """The file cannot be read as a delegate list; the message says in Vietnamese what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def open_grid(data: bytes, *, file_name: str) -> Grid:
    """Return the cells of the first visible sheet with a delegate header. Raises WorkbookRefused.

    `data` is an .xlsx, .xlsm or .xls file of at most 20 MB; `file_name` is named in no decision, only its content is.
    """
    workbook = _open(data)
    grids = list(_lists(workbook))
    if not grids:
        raise WorkbookRefused(_NO_LIST)
    first, *others = grids
    return Grid(
        sheet=normalise(first.name), rows=first.to_python(skip_empty_area=False), merged=tuple(first.merged_cell_ranges or ()),
        other_sheets=tuple(normalise(sheet.name) for sheet in others),
    )


def _open(data: bytes) -> CalamineWorkbook:
    if not data:
        raise WorkbookRefused("Tệp rỗng, không có dữ liệu. Kiểm tra lại tệp rồi tải lên.")
    if len(data) > MAX_FILE_BYTES:
        raise WorkbookRefused(_TOO_HEAVY)
    if data.startswith(_OLD_EXCEL):
        if _ENCRYPTED in data:
            raise WorkbookRefused(_LOCKED)
    elif data.startswith(b"PK"):
        data = _repack(data)
    else:
        raise WorkbookRefused(_not_excel(data))
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise WorkbookRefused(_LOCKED) from error
    except CalamineError as error:
        raise WorkbookRefused(_DAMAGED) from error


def _not_excel(data: bytes) -> str:
    head = data[:4096].replace(b"\0", b"").lower()
    if b"<html" in head or b"<table" in head or b"<!doctype" in head:
        return "Tệp là trang web lưu dưới tên Excel. Mở bằng Excel, chọn Lưu thành dạng .xlsx rồi tải lên."
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return "Tệp là bảng tính dạng XML. Mở bằng Excel, chọn Lưu thành dạng .xlsx rồi tải lên."
    if head.startswith(b"%pdf"):
        return "Tệp là PDF, không phải bảng tính Excel. Tải lên tệp .xlsx."
    return _NOT_A_WORKBOOK


def _repack(data: bytes) -> bytes:
    """Return the workbook with only its XML parts, unpacked within the limit and measured.

    What the reader then opens is what was measured: the sizes a zip file declares may lie.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {item.filename: item for item in archive.infolist() if item.filename.endswith((".xml", ".rels"))}
            if "word/document.xml" in parts:
                raise WorkbookRefused("Tệp là văn bản Word. Chép bảng sang Excel, lưu dạng .xlsx rồi tải lên.")
            if "xl/workbook.xml" not in parts:
                raise WorkbookRefused(_NOT_A_WORKBOOK)
            if sum(item.file_size for item in parts.values()) > MAX_UNPACKED_BYTES:
                raise WorkbookRefused(_TOO_HEAVY)
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as measured:
                for name, item in parts.items():
                    part = archive.read(item)
                    _refuse_far_cells(part)
                    measured.writestr(name, part)
    except RuntimeError as error:           # zipfile: "File is encrypted, password required"
        raise WorkbookRefused(_LOCKED) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise WorkbookRefused(_DAMAGED) from error
    return target.getvalue()


def _refuse_far_cells(part: bytes) -> None:
    if _FAR_CELL.search(part) or (_CELL_WITHOUT_PLACE.search(part) and _FAR_ROW_TAG.search(part)):
        raise WorkbookRefused(_TOO_LARGE)


def _lists(workbook: CalamineWorkbook) -> Iterator[CalamineSheet]:
    """Yield the visible sheets with a delegate header, or the hidden ones when no visible one has it."""
    for visible in (True, False):
        found = False
        for item in workbook.sheets_metadata[:MAX_SHEETS]:
            if (item.visible is SheetVisibleEnum.Visible) is visible:
                sheet = _sheet(workbook, item.name)
                if sheet is not None:
                    found = True
                    yield sheet
        if found:
            return


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet | None:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except CalamineError:
        return None                         # a chart sheet, or one this reader does not know
    if sheet.total_height > MAX_ROWS:
        raise WorkbookRefused(_TOO_LARGE)
    return sheet if has_header(sheet.to_python(skip_empty_area=False, nrows=80)) else None

