"""Finding the header of a delegate list and what each column holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ..names import fold
from ..reference_lists import find_people
from . import values
from .records import COLUMN_TITLES, ColumnView, HeaderView, MergedRange
from .synonyms import (
    find_choices,
    header_key,
    holds_title_and_unit,
    is_fault_column,
    is_sub_header,
    is_title,
    second_key,
)

Texts = Sequence[Sequence[str]]

SEARCHED_ROWS = 200         # title blocks end long before
_MAX_HEADER_ROWS = 3
_SAMPLE_ROWS = 60
_SHOWN_SAMPLES = 5
_NAMED_COLUMNS = 12
_DIVIDED = ("_family_name", "_given_name")
_NAME_PARTS = ("_family_name", "_middle_name", "_given_name")
_NAMES = ("name", "_name_title", "_representative", *_NAME_PARTS)
# Columns that hold several fields together.
PARTS = {"_name_title": ("name", "title"), "_contact": ("phone", "email"), "_ethnic_religion": ("ethnic", "religion")}
_BORN_PARTS = {"ngay": "_born_day", "thang": "_born_month", "nam": "_born_year"}
# An abbreviation with one meaning among our fields is that field when the cells bear it out.
_BORNE_OUT = {"born": values.looks_like_date, "sex": lambda text: values.read_sex(text).value}


@dataclass(frozen=True)
class Header:
    """Where the header ends and which column holds what. Rows and columns count from 0."""

    start: int
    end: int                                # its last row
    stop: int                               # the first column that belongs to a table beside this one, or the sheet's width
    columns: Mapping[str, int]
    titles: Mapping[str, str]               # field key → header as typed
    views: tuple[ColumnView, ...]
    notes: tuple[str, ...]

    @property
    def names_people(self) -> bool:
        """Whether a column holds names; somebody may have said that none does."""
        return not self.columns.keys().isdisjoint(_NAMES)

    @property
    def title_unit(self) -> int | None:
        """The column that holds post and unit together, when no other holds the unit."""
        column = self.columns.get("title")
        together = column is not None and "unit" not in self.columns and holds_title_and_unit(self.titles["title"])
        return column if together else None


def signature(header: HeaderView) -> str:
    """Return what tells one layout from another: a digest of the folded titles and their columns."""
    titles = "\n".join(f"{column.index} {fold(column.title)}" for column in header.columns if column.title)
    return sha256(titles.encode()).hexdigest()[:32]


def find_header(
    texts: Texts, merged: Sequence[MergedRange], *, start: int = 0, said: Mapping[int, str] | None = None
) -> Header | None:
    """Return the first header at or below row `start`: a name column and one more known column, on 1 to 3 rows."""
    for index in range(start, min(len(texts), start + SEARCHED_ROWS)):
        if _names_people(header_key(text) for text in texts[index] if text):
            first, last = _extent(texts, merged, index)
            if sum(_counts(row) for row in texts[first : last + 1]) >= 2:
                return _map_columns(texts, merged, (first, last), said or {})
    return None


def read_header(texts: Texts, merged: Sequence[MergedRange], *, row: int, said: Mapping[int, str] | None = None) -> Header:
    """Return the header that somebody said begins at a row."""
    return _map_columns(texts, merged, _extent(texts, merged, row), said or {})


def _names_people(keys: Iterable[str | None]) -> bool:
    found = set(keys)
    return not found.isdisjoint(("name", "_name_title", "_representative")) or any(
        pair <= found for pair in ({*_DIVIDED}, {"_number", "_given_name"}, {"_number", "represents"})
    )


def _counts(row: Sequence[str]) -> int:
    """Return how many different known columns a row names, beside the serial number."""
    return len({header_key(text) or find_choices(text) for text in row if text and is_title(text)} - {"_number", None, ()})


def _extent(texts: Texts, merged: Sequence[MergedRange], index: int) -> tuple[int, int]:
    first, last = index, index
    for (top, left), (bottom, right) in merged:
        if top <= index <= bottom and left < right <= left + 12 and bottom - top < _MAX_HEADER_ROWS:
            last = max(last, bottom)
        elif top <= index <= bottom and bottom - top < _MAX_HEADER_ROWS:
            first, last = min(first, top), max(last, bottom)
    last = min(last, len(texts) - 1)
    above = texts[first - 1] if first else ()
    if first == index and any(header_key(text) for text in above) and any(
        header_key(text) in ("_male", "_female") or is_sub_header(text) for text in texts[index]
    ):
        first -= 1
    while last + 1 < len(texts) and last - first + 1 < _MAX_HEADER_ROWS and _is_second_row(texts[last], texts[last + 1]):
        last += 1
    return first, last


def _is_second_row(above: Sequence[str], row: Sequence[str]) -> bool:
    filled = [text for text in row if text]
    if not filled or _names_people(map(header_key, filled)) or list(row) == list(above):
        return False
    if all(header_key(text) in ("_male", "_female") or is_sub_header(text) for text in filled) or _goes_on(above, row):
        return True
    return len(filled) >= 2 and all(is_title(text) or plain_part(text) for text in filled)


def _goes_on(above: Sequence[str], row: Sequence[str]) -> bool:
    """Tell titles typed over two rows, "Dân" over "tộc": together they say what the upper ones alone do not."""
    pairs = [(upper, lower) for upper, lower in zip(above, row, strict=False) if lower]
    if any(not upper or any(sign.isdigit() for sign in lower) for upper, lower in pairs):
        return False
    whole = [upper for upper, lower in pairs if header_key(f"{upper} {lower}")]
    return len(whole) * 4 >= len(pairs) * 3 and sum(header_key(upper) is None for upper in whole) >= 2


def plain_part(text: str) -> str | None:
    """Return the part of a birth date that a column under "Ngày sinh" holds."""
    return _BORN_PARTS.get(fold(text))


def _map_columns(texts: Texts, merged: Sequence[MergedRange], rows: tuple[int, int], said: Mapping[int, str]) -> Header:
    """Give every column of the header its key: as it was said, else by its titles."""
    first, last = rows
    stacks, shared = _stacks(texts, merged, first, last)
    if first < last and _goes_on(texts[last - 1], texts[last]):
        stacks = [[" ".join(stack)] if stack else [] for stack in stacks]
    titles_again = [list(row) for row in texts[first : last + 1]]
    below = [row for row in texts[last + 1 : last + 1 + _SAMPLE_ROWS] if list(row) not in titles_again and _is_full(row)]
    samples = [[row[c] for row in below if c < len(row) and row[c]] for c in range(len(stacks))]
    keys = [_column_key(stack, sample) for stack, sample in zip(stacks, samples, strict=True)]
    stop = _beside(stacks, keys)
    _divide_name(stacks, keys, samples, shared)
    columns = _place(stacks[:stop], keys[:stop], samples, said)
    headers = [" – ".join(stack) for stack in stacks]
    titles = {key: headers[column] or COLUMN_TITLES[key] for key, column in sorted(columns.items(), key=lambda item: item[1])}
    fields = {column: key for key, column in columns.items()}
    views = tuple(
        ColumnView(
            column, letter(column), headers[column], fields.get(column, ""),
            () if column in said or column in fields else _choices(stacks[column]), tuple(sample[:_SHOWN_SAMPLES]),
        )
        for column, sample in enumerate(samples[:stop]) if headers[column] or sample or column in fields
    )
    return Header(first, last, stop, columns, _field_titles(titles), views, tuple(_unread(views, said)))


def _is_full(row: Sequence[str]) -> bool:
    """Tell a row of somebody from a heading, which is one text."""
    return len({text for text in row if text}) > 1


def _place(
    stacks: Sequence[Sequence[str]], keys: Sequence[str | None], samples: Sequence[Sequence[str]], said: Mapping[int, str]
) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, key in said.items():
        if key and key not in COLUMN_TITLES:
            raise ValueError(key)
        if key and column < len(stacks):
            columns.setdefault(key, column)
    taken = set(said)
    for column, found in enumerate(keys):
        if found and column not in taken and found not in columns:
            columns[found] = column
    for column, stack in enumerate(stacks):
        if stack and column not in taken and column not in columns.values() and (second := second_key(stack[-1])):
            columns.setdefault(second, column)
    if not columns.keys() & {"name", *_DIVIDED}:
        for key in ("_name_title", "_representative", "represents"):    # the first that stands in for a column of names
            if key in columns:
                if key != "_name_title":
                    columns["name"] = columns.pop(key)
                break
    if "_given_name" in columns and not columns.keys() & {"name", "_family_name"}:
        columns["name"] = columns.pop("_given_name")
    name = min((columns[key] for key in _NAMES if key in columns), default=0)
    if columns.get("_representative") not in (None, *said) and fold("".join(stacks[name][-1:])).startswith("ho "):
        del columns["_representative"]      # "Họ và tên" is somebody already
    if "_number" not in columns:
        for column in range(name):
            if column not in taken and not stacks[column] and _are_numbers(samples[column]):
                columns["_number"] = column
    return columns


def _stacks(
    texts: Texts, merged: Sequence[MergedRange], first: int, last: int
) -> tuple[list[list[str]], set[int]]:
    """Return for every column its titles from top to bottom, with those merged over it, and the columns that share a title."""
    width = max(len(row) for row in texts[first : last + 1])
    block = [[row[column] if column < len(row) else "" for column in range(width)] for row in texts[first : last + 1]]
    spread = [list(row) for row in block]
    shared: set[int] = set()
    for (top, left), (bottom, right) in merged:
        if first <= top <= last and left < right:
            shared |= set(range(left + 1, right + 1)) if bottom >= last else set()
            for column in range(left, min(right + 1, width)):
                spread[top - first][column] = block[top - first][column] or block[top - first][left]
    for upper, lower in zip(spread, block[1:], strict=False):     # a parent over blank neighbours, not merged
        for column in range(1, width):
            if lower[column] and not upper[column]:
                upper[column] = upper[column - 1]
    return [list(dict.fromkeys(row[column] for row in spread if row[column])) for column in range(width)], shared


def _column_key(stack: Sequence[str], sample: Sequence[str]) -> str | None:
    if not stack:
        return None
    leaf, parent = header_key(stack[-1]), header_key(stack[-2]) if len(stack) > 1 else None
    if leaf not in _NAME_PARTS and "name" in map(header_key, stack[:-1]):
        return "name"
    if leaf in ("_male", "_female"):
        return f"_{_born_or_sex(sample, parent)}{leaf}"
    if parent == "born" and (part := plain_part(stack[-1])):
        return part
    if choices := find_choices(stack[-1]):
        borne_out = _BORNE_OUT.get(choices[0])
        fits = borne_out and sum(bool(borne_out(text)) for text in sample) * 5 >= max(len(sample), 1) * 4
        return choices[0] if fits else None
    if parent == "phone" and leaf not in (None, "phone", "email"):
        return None                         # "Điện thoại – Cơ quan" is no office
    if parent == "education" and leaf not in ("education", "schooling", "political_theory", "degree"):
        return None
    if leaf == "ethnic" and sample and all(values.find_mark(text) is not None for text in sample):
        return None                         # "Dân tộc thiểu số (x)" does not say which
    return leaf or (None if is_sub_header(stack[-1]) else parent)


def _choices(stack: Sequence[str]) -> tuple[str, ...]:
    return find_choices(stack[-1]) if stack else ()


def _are_numbers(sample: Sequence[str]) -> bool:
    return bool(sample) and sum(text.strip(" .").isdigit() for text in sample) * 2 > len(sample)


def _born_or_sex(sample: Sequence[str], parent: str | None) -> str:
    if sample or parent not in ("born", "sex"):
        return "born" if any(values.read_born(text).value for text in sample) else "sex"
    return parent


def _beside(stacks: Sequence[Sequence[str]], keys: Sequence[str | None]) -> int:
    """Return the column where a second table begins that repeats the titles of the first, else the number of columns."""
    titles = [fold(stack[-1]) if stack else "" for stack in stacks]
    names = [column for column, key in enumerate(keys) if key in ("name", "_family_name")]
    for again in names[1:]:
        first = names[0]
        start = max((c for c in range(first + 1, again) if keys[c] == "_number" or not titles[c]), default=again)
        start += not titles[start]
        both = {title for title in titles[:start] if title} & {title for title in titles[start:] if title}
        if titles[again] == titles[first] and len(both) >= 2:
            return start
    return len(stacks)


def _divide_name(
    stacks: Sequence[Sequence[str]], keys: list[str | None], samples: Sequence[Sequence[str]], shared: set[int]
) -> None:
    """Tell "Họ và tên" over two columns, the family and middle names in one and the given name in the next."""
    for column, following in enumerate(range(1, len(stacks))):
        same = following in shared and stacks[following] == stacks[column]
        if keys[column] != "name" or not (same or not stacks[following]):
            continue
        given = samples[following]
        alone = sum(text.isalpha() for text in given)
        peoples = 0 if same else sum(bool(find_people(text)) for text in given)     # "Tày" without a title above it
        if given and peoples * 5 < len(given) * 4 and len(given) * 2 >= len(samples[column]) and alone * 5 >= len(given) * 4:
            keys[column], keys[following] = _DIVIDED
        elif same:
            keys[following] = None


def _unread(views: Sequence[ColumnView], said: Mapping[int, str]) -> list[str]:
    notes: list[str] = []
    read = {view.index for view in views if view.field or view.choices or is_fault_column(view.title)} | set(said)
    known = {view.title for view in views if view.field}        # a title merged over a blank column is read already
    unread = [view for view in views if view.title and view.index not in read and (view.samples or view.title not in known)]
    if len(unread) > _NAMED_COLUMNS:
        first, last = unread[0], unread[-1]
        ends = f"từ “{first.title}” (cột {first.letter}) đến “{last.title}” (cột {last.letter})"
        notes.append(f"{len(unread)} cột không được đọc, {ends}.")
    else:
        notes += [f"Cột “{view.title}” không được đọc." for view in unread]
    for view in views:
        if view.choices:
            names = " hoặc ".join([COLUMN_TITLES[key] for key in view.choices] + ["nội dung khác"])
            notes.append(f"Cột “{view.title}” (cột {view.letter}) có thể là {names}; chưa đọc, cần chọn nghĩa của cột.")
        elif not view.title and not view.field and view.index not in said and len(view.samples) == _SHOWN_SAMPLES:
            notes.append(f"Cột {view.letter} có chữ nhưng không có tiêu đề; không được đọc.")
    return notes


def letter(column: int) -> str:
    """Return a column's letters as Excel shows them: 0 is A, 26 is AA."""
    letters = ""
    while column >= 0:
        column, place = divmod(column, 26)
        letters, column = chr(ord("A") + place) + letters, column - 1
    return letters


def column_index(letters: str) -> int:
    """Return the column, from 0, of the letters Excel shows."""
    index = 0
    for sign in letters.upper():
        index = index * 26 + ord(sign) - ord("A") + 1
    return index - 1


def _field_titles(titles: Mapping[str, str]) -> dict[str, str]:
    """Return the titles by field in the order of the sheet: "Họ đệm / Tên" for a divided name, the parent of Nam | Nữ."""
    fields: dict[str, str] = {}
    for key, title in titles.items():
        if key in _NAME_PARTS:
            parts = dict.fromkeys(titles[part] for part in _NAME_PARTS if part in titles)
            fields.setdefault("name", " / ".join(parts))
        elif key in PARTS:
            for field in PARTS[key]:
                fields.setdefault(field, title)
        elif key.startswith(("_born_", "_sex_")):
            shared = title.rpartition(" – ")[0] or title
            for field in ("born", "sex") if key in ("_born_male", "_born_female") else (key.split("_")[1],):
                if field not in titles:
                    fields.setdefault(field, shared)
        elif key[0] != "_":
            fields[key] = title
    return fields
