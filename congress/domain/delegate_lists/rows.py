"""From the cells of a row to one text per field: divided names, dates and marks put together."""

import re
from collections.abc import Mapping, Sequence

from ..legacy_text import LegacyEncoding, convert
from ..names import capitalise_name, fold, normalise
from ..reference_lists import find_people, find_religion
from .headers import Header
from .records import Cell
from .values import find_mark, read_sex

# One person's own: never filled down through merged cells or ditto marks.
OWN = frozenset({
    "_number", "name", "_family_name", "_middle_name", "_given_name", "born", "_born_male", "_born_female", "_born_day",
    "_born_month", "_born_year", "sex", "_sex_male", "_sex_female", "phone", "email", "id_number", "degree", "_name_title",
    "_representative", "_contact",
})
_DITTO = frozenset(
    before + sign + before[::-1]
    for before in ("", "-", "- ")
    for sign in ('"', "''", "’’", "”", "″", "〃", "//", "nt", "NT", "nt.", "như trên", "Như trên")
)
_NAME_THEN_TITLE = re.compile(r"\s*(?:[,;:\n]|\s[-–—]\s)\s*")
_WORDS_FOR_SEX = {"male": "Nam", "female": "Nữ"}
_BORN_PARTS = ("_born_day", "_born_month", "_born_year")


def name_columns(header: Header) -> list[int]:
    """Return the columns a name is put together from."""
    columns = header.columns
    whole = next((columns[key] for key in ("name", "_name_title") if key in columns), None)
    if whole is not None:
        return [whole]
    return [columns[key] for key in ("_family_name", "_middle_name", "_given_name") if key in columns]


def gather_row(
    row: Sequence[str], header: Header, *, raw: Sequence[Cell], above: Mapping[str, str], encoding: LegacyEncoding | None
) -> dict[str, str]:
    """Return the texts of a row by field. `raw` is the row as it stands in the file, `above` the texts of the person before."""
    columns = header.columns
    texts = {key: row[column] for key, column in columns.items() if key[0] != "_"}
    if not _DITTO.isdisjoint(row):
        texts |= {key: above.get(key, "") for key in texts.keys() - OWN if texts[key] in _DITTO}
    names = name_columns(header)
    texts["name"] = row[names[0]] if len(names) == 1 else _join_name(row, names)
    if "_name_title" in columns:
        _divide_name_title(texts, raw, names[0], encoding)
    elif any(isinstance(cell := raw[column], str) and "\n" in cell for column in names if column < len(raw)):
        texts["name"] = _two_names(raw, names, encoding) or texts["name"]
    if "_representative" in columns and (person := row[columns["_representative"]]):
        if not texts.get("represents") and fold(person) != fold(texts["name"]):
            texts["represents"] = texts["name"]
        texts["name"] = person
    if "_contact" in columns:
        _divide_contact(texts, row[columns["_contact"]])
    if "_ethnic_religion" in columns:
        _divide_ethnic_religion(texts, row[columns["_ethnic_religion"]])
    if "_born_year" in columns:
        parts = [row[columns[key]] for key in _BORN_PARTS if key in columns]
        texts.setdefault("born", "/".join(part for part in parts if part))
    born = {side: row[columns[key]] for side in _WORDS_FOR_SEX if (key := f"_born_{side}") in columns}
    marks = {side: row[columns[key]] for side in _WORDS_FOR_SEX if (key := f"_sex_{side}") in columns}
    if born:
        written = {side: text for side, text in born.items() if text}
        texts.setdefault("born", " và ".join(written.values()))
        if not marks:
            texts.setdefault("sex", _WORDS_FOR_SEX[next(iter(written))] if len(written) == 1 else "")
    if marks:
        texts.setdefault("sex", _marked_sex(marks))
    return texts


def _divide_name_title(texts: dict[str, str], raw: Sequence[Cell], column: int, encoding: LegacyEncoding | None) -> None:
    """Divide "Nông Văn An, Bí thư" where its header says that the post stands behind the name."""
    cell = raw[column] if column < len(raw) else None
    lines = _lines(cell, encoding) if isinstance(cell, str) else []
    name, *rest = _NAME_THEN_TITLE.split("\n".join(lines) or texts["name"], maxsplit=1)
    texts["name"] = name
    if rest and not texts.get("title"):
        texts["title"] = normalise(rest[0])


def _divide_contact(texts: dict[str, str], text: str) -> None:
    """Put what has an @ of "0912 345 678 / an@x.vn" into the e-mail, the rest into the telephone, where these have no cell."""
    emails = [piece for piece in text.split() if "@" in piece]
    phone = " ".join(piece for piece in text.split() if "@" not in piece)
    texts["email"] = texts.get("email") or " ".join(emails).strip(" /;,-()")
    texts["phone"] = texts.get("phone") or phone.strip(" /;,-")


def _divide_ethnic_religion(texts: dict[str, str], text: str) -> None:
    """Divide "Kinh/không"; one word alone is what it is, a people or a religion."""
    ethnic, *religion = [part.strip() for part in re.split(r"[/;,]|\s[-–]\s", text, maxsplit=1)]
    if not religion and find_religion(ethnic) and not find_people(ethnic):
        ethnic, religion = "", [ethnic]
    texts["ethnic"] = texts.get("ethnic") or ethnic
    texts["religion"] = texts.get("religion") or "".join(religion)


def _join_name(row: Sequence[str], columns: Sequence[int]) -> str:
    """Return a divided name; "LÝ THỊ" and "Hoa" come from two hands."""
    return " ".join(capitalise_name(row[column]) for column in columns if row[column])


def typed_name(raw: Sequence[Cell], header: Header) -> str:
    """Return the name in the letters of the file; even a soft hyphen is one of them in an old font."""
    cells = [str(raw[column]) for column in name_columns(header) if column < len(raw) and raw[column]]
    return " ".join(" ".join(cells).split())


def split_title(text: str) -> tuple[str, str]:
    """Return post and unit, divided at the last comma; all of it is the post when there is none."""
    before, comma, after = text.rpartition(",")
    return (before.strip(), after.strip()) if comma else (text, "")


def _two_names(raw: Sequence[Cell], columns: Sequence[int], encoding: LegacyEncoding | None) -> str:
    """Return the names of a cell whose lines each name somebody with " / " between them, else ""."""
    cells = [raw[column] for column in columns if column < len(raw)]
    broken = [cell for cell in cells if isinstance(cell, str) and "\n" in cell]
    if not broken or len(broken) != len(columns):
        return ""
    lines = [_lines(cell, encoding) for cell in broken]
    people = [" ".join(parts) for parts in zip(*lines, strict=False)]
    named = len(people) > 1 and all(" " in person and person[0] not in "([" for person in people)
    return " / ".join(people) if named else ""


def _lines(cell: str, encoding: LegacyEncoding | None) -> list[str]:
    text = convert(cell, encoding) if encoding else cell
    return [line for part in text.split("\n") if (line := normalise(part))]


def _marked_sex(marks: Mapping[str, str]) -> str:
    """Return Nam or Nữ by the column that is marked; a text read_sex refuses when it is both or not a mark."""
    marked = []
    for side, text in marks.items():
        is_marked = True if read_sex(text).value == side else find_mark(text)
        if is_marked is None:
            return text
        if is_marked:
            marked.append(_WORDS_FOR_SEX[side])
    if len(marks) == 1 and not marked:      # a single column "Nữ": blank is a man
        return next(word for side, word in _WORDS_FOR_SEX.items() if side not in marks)
    return " và ".join(marked)
