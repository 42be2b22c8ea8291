"""Reading a list that is only text: .csv and .txt in whatever encoding Excel saved them, and ranges pasted from a window."""

import re
import unicodedata
from codecs import charmap_encode
from collections.abc import Callable, Iterator
from itertools import islice

from ..domain.delegate_lists import Grid, has_header
from ..domain.legacy_text import detect_encoding, is_syllable
from .list_files import DAMAGED, MAX_COLUMNS, MAX_ROWS, TOO_LARGE, UNKNOWN, WorkbookRefused

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"[^\W\d_]+")
_SPACES = re.compile(r" {2,}")
# Western letters and their bytes; those without a letter pass as control characters.
_WESTERN = {number: number for number in range(256)} | {
    ord(letter): number for number in range(0x80, 0xA0) for letter in bytes([number]).decode("cp1252", "ignore")
}
_SAMPLE = 20_000                        # bytes that tell the code page
_MAX_TEXT_BYTES = 12 * 1024 * 1024      # as long as 20,000 rows of 300 letters in UTF-16
_HEAD_ROWS = 80
_LONGEST_CELL = 32_767                  # as in Excel
_SEPARATORS = ("\t", ";", ",", "|")

_PASTED = "Vùng dán"
_REPAIRED = "Chữ trong tệp bị mở sai bảng mã và đã được đọc lại; kiểm tra vài họ tên trước khi nhập."
_NO_PASTED_LIST = (
    "Không thấy danh sách trong phần dán. Chép cả dòng tiêu đề có “Họ và tên” và các cột khác rồi dán lại."
)


def read_text_table(data: bytes, *, name: str) -> Grid:
    """Return the records of a text file as a sheet; a record with line breaks within quotes is one row, as Excel shows it.

    Raises WorkbookRefused when it is no text.
    """
    if len(data) > _MAX_TEXT_BYTES:
        raise WorkbookRefused(TOO_LARGE)
    text = _decode(data)
    remarks: tuple[str, ...] = ()
    if not _has_header(text):
        repaired = next((other for other in _repairs(text) if _has_header(other)), None)
        if repaired is not None:
            text, remarks = repaired, (_REPAIRED,)
    return _grid(text, name, remarks)


def read_pasted(text: str) -> Grid:
    """Return a pasted range as a sheet: columns by tabs as Excel and Word copy them, else by ; , | or two spaces.

    Raises WorkbookRefused when nothing in it looks like a list.
    """
    text = text.strip("\r\n")
    if len(text) > _MAX_TEXT_BYTES:
        raise WorkbookRefused(TOO_LARGE)
    if not text.strip():
        raise WorkbookRefused("Chưa dán gì. Chép vùng danh sách trong Excel hoặc Word rồi dán vào ô.")
    grid = _grid(text, _PASTED, ())
    if not has_header(grid.rows) and detect_encoding([str(cell) for row in grid.rows[:200] for cell in row]) is None:
        raise WorkbookRefused(_NO_PASTED_LIST)
    return grid


def _decode(data: bytes) -> str:
    """Return the text of a file: by its mark, else UTF-16 by its zero bytes, UTF-8, and one of the two Windows code pages."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), None) or _wide(data)
    try:
        text = data.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        if encoding:
            raise WorkbookRefused(DAMAGED) from None
        text = _decode_windows(data)
    if _NOT_TEXT.search(text[:-1]):         # old programs end a text with U+001A
        raise WorkbookRefused(UNKNOWN)
    return text.rstrip("\x1a")


def _wide(data: bytes) -> str | None:
    head = data[:4000]
    if len(data) % 2 or head.count(0) * 10 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _decode_windows(data: bytes) -> str:
    """Choose between Vietnamese Windows, where tones stand behind their letters, and Western, under which old fonts hide."""
    western, vietnamese = (data[:_SAMPLE].decode(name, "replace") for name in ("cp1252", "cp1258"))
    if _unread(western) < _unread(vietnamese) or detect_encoding([western]) is not None:
        return data.decode("cp1252", "replace")
    return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))


def _unread(text: str) -> int:
    """Count the words that are no Vietnamese syllables though they have letters outside ASCII."""
    words = {word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()}
    return sum(not is_syllable(word) for word in words)


def _repairs(text: str) -> Iterator[str]:
    """Yield what a text was before some program took it for Western: UTF-8 or Vietnamese Windows."""
    if text.isascii():
        return
    try:
        written, _ = charmap_encode(text, "strict", _WESTERN)
    except UnicodeEncodeError:
        return
    for encoding in ("utf-8", "cp1258"):
        try:
            yield unicodedata.normalize("NFC", written.decode(encoding))
        except UnicodeDecodeError:
            continue


def _grid(text: str, name: str, remarks: tuple[str, ...]) -> Grid:
    rows: list[list[str]] = []
    blank_rows = 0                  # a saved sheet may go on with rows of nothing but separators
    for row in _best(text)(text):
        if not any(row):
            blank_rows += 1
            continue
        if len(rows) + blank_rows >= MAX_ROWS:
            raise WorkbookRefused(TOO_LARGE)
        rows += [*([] for _ in range(blank_rows)), row]
        blank_rows = 0
    width = max(map(len, rows), default=0)
    return Grid(sheet=name, rows=[row + [""] * (width - len(row)) for row in rows], remarks=remarks)


def _has_header(text: str) -> bool:
    return max(_weigh(text, read) for read in _ways(text))[0]


def _ways(text: str) -> list[Callable[[str], Iterator[list[str]]]]:
    if stated := _SEPARATOR_LINE.match(text):
        return [lambda whole: _records(whole[stated.end():], stated[1])]
    ways = [lambda whole, sign=sign: _records(whole, sign) for sign in _SEPARATORS if sign in text]
    return [*ways, _spaced]


def _best(text: str) -> Callable[[str], Iterator[list[str]]]:
    """Return the way that finds the header and most columns; without a header, the one with most columns."""
    return max(_ways(text), key=lambda read: _weigh(text, read))


def _weigh(text: str, read: Callable[[str], Iterator[list[str]]]) -> tuple[bool, int]:
    try:
        rows = list(islice(read(text), _HEAD_ROWS))
    except WorkbookRefused:
        return False, 0
    widths = sorted(len(row) for row in rows)
    return has_header(rows), widths[len(widths) // 2] if widths else 0


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """Yield the records of a text as Excel divides it: a field within quotes may hold separators, line breaks, doubled quotes."""
    sign = re.escape(separator)
    field = re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"(?=\s*(?:{sign}|[\r\n]|\Z))[ ]*|([^{sign}\r\n]*))({sign}|\r\n|\n|\r|\Z)')
    row: list[str] = []
    for found in field.finditer(text):
        quoted, plain, end = found.groups()
        value = plain if quoted is None else quoted.replace('""', '"')
        if len(value) > _LONGEST_CELL or (value and len(row) == MAX_COLUMNS):
            raise WorkbookRefused(TOO_LARGE)
        if len(row) < MAX_COLUMNS:
            row.append(value)
        if end == separator:
            continue
        yield _unframed(row) if separator == "|" else row
        row = []
        if not end or found.end() == len(text):
            return


def _unframed(row: list[str]) -> list[str]:
    """Take off the frame of "| An | 1970 |"."""
    start = 1 if row and not row[0].strip() else 0
    return row[start : -1 if len(row) > 1 and not row[-1].strip() else None]


def _spaced(text: str) -> Iterator[list[str]]:
    for line in _LINE_END.split(text):
        if len(line) > _LONGEST_CELL:
            raise WorkbookRefused(TOO_LARGE)
        yield _SPACES.split(line.strip(), MAX_COLUMNS)
