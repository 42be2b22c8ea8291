"""A list on its way in: the draft that its preview shows, what was said about it, and how it ends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from ..domain.access import Actor
from ..domain.delegate_lists import Grid, ListedPerson, Listing, recheck
from ..domain.legacy_text import convert
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import Congress, ImportDraft, db
from . import audit
from .column_mappings import recall_columns, remember_columns
from .delegates import find_component
from .import_diff import Wishes
from .imports import Reading, Written, finish_import, groups_of, known_units, open_list, read_grids
from .sealing import Sealer
from .workbooks import open_pasted, open_sheets

DRAFTS_LIVE = timedelta(days=2)
_WISH = re.compile("(?:keep|take|new|as:[0-9]{1,9})?")
# Nobody has to take these columns from a list (Luật 91/2025/QH15).
SKIPPABLE = ("ethnic", "religion", "_ethnic_religion", "party", "political_theory", "id_number")
LEFT_OUT = "Chưa nhập: được bỏ ra khi xem trước."
ENCODINGS = {"tcvn3": "TCVN3 (.VnTime)", "vni": "VNI"}


@dataclass(frozen=True)
class Upload:
    """What somebody sent: a file, or the text of a pasted range in UTF-8."""

    data: bytes
    file_name: str
    pasted: bool = False


@dataclass(frozen=True)
class Questions:
    """What has to be said before a list can be read without guessing. Only `columns` and `encoding` hold the import back."""

    sheets: tuple[str, ...]
    columns: tuple[str, ...]  # titles
    encoding: str | None
    sections: tuple[int, ...]  # Excel's rows

    @property
    def blocking(self) -> bool:
        """Whether nothing can be previewed before these are answered."""
        return bool(self.columns or self.encoding)

    def __bool__(self) -> bool:
        return bool(self.sheets or self.columns or self.encoding or self.sections)


def start_import(
    congress: Congress, upload: Upload, *, user_id: int | None, sealer: Sealer, now: datetime, today: date
) -> ImportDraft:
    """Read what was sent into a draft; it is kept sealed, so that it can be read again another way.

    Columns are read as somebody of the unit said before about the same headers. Raises Refused.
    """
    require(congress.stage, "propose")
    listing, choices = _read_remembered(congress, upload, Reading(), today=today)
    forget_drafts(now=now, congress_id=congress.id, user_id=user_id)
    draft = ImportDraft(
        congress_id=congress.id, user_id=user_id, listing=listing.to_json(), left_out=[], choices=choices, result={},
        file_sealed=sealer.seal_bytes(upload.data), created_at=now,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    return draft


def _read_remembered(congress: Congress, upload: Upload, how: Reading, *, today: date) -> tuple[Listing, dict[str, Any]]:
    """Read a list with its columns as somebody of the unit said before about the same headers, if anybody has."""
    listing, choices = _read(congress, upload, how, today=today)
    remembered = recall_columns(congress, listing.header)
    if remembered:
        try:
            listing, choices = _read(congress, upload, replace(how, columns=remembered), today=today)
        except Refused:
            return listing, choices  # what was said then would leave this list without names
    return listing, choices | {"remembered": bool(remembered)}


def _read(congress: Congress, upload: Upload, how: Reading, *, today: date) -> tuple[Listing, dict[str, Any]]:
    grids = open_list(upload.data, file_name=upload.file_name, pasted=upload.pasted)
    groups = groups_of(congress.plan.components)
    listing = read_grids(grids, file_name=upload.file_name, groups=groups, units=known_units(), today=today, how=how)
    choices = {"pasted": upload.pasted, "sheets": [grid.sheet for grid in grids], **_plain(how)}
    return listing, choices


def _plain(how: Reading) -> dict[str, Any]:
    """A way of reading as the draft keeps it; JSON has no numbers for keys."""
    return {
        "sheet": how.sheet,
        "columns": {str(column): key for column, key in how.columns.items()},
        "sections": {str(row): meaning for row, meaning in how.sections.items()},
        "encoding": how.encoding,
        "split": how.split_title_unit,
    }


def reading_of(draft: ImportDraft) -> Reading:
    """How a draft's file was read."""
    said = draft.choices
    return Reading(
        sheet=said.get("sheet", ""),
        columns={int(column): key for column, key in said.get("columns", {}).items()},
        sections={int(row): meaning for row, meaning in said.get("sections", {}).items()},
        encoding=said.get("encoding"),
        split_title_unit=said.get("split", False),
    )


def read_again(draft: ImportDraft, how: Reading, *, congress: Congress, sealer: Sealer, now: datetime, today: date) -> None:
    """Read a draft's file another way, as somebody said; what was mended in it is kept while the sheet is the same.

    What was said about the columns is remembered for the unit. Raises Refused.
    """
    other_sheet = how.sheet not in ("", draft.listing["sheet"])
    read = _read_remembered if other_sheet else _read
    listing, choices = read(congress, upload_of(draft, sealer), how, today=today)
    if other_sheet:
        draft.left_out, draft.choices = [], {}
    draft.choices = {**draft.choices, "remembered": False, **choices, "asked": True}
    mends = {int(key): changes for key, changes in draft.choices.get("mends", {}).items()}
    draft.listing = _mended(listing, mends, congress=congress, today=today).to_json()
    if how.columns:
        remember_columns(congress, listing.header, how.columns, now=now)


def upload_of(draft: ImportDraft, sealer: Sealer) -> Upload:
    """What somebody sent, as the draft keeps it; raises Refused when it is kept no longer."""
    if draft.file_sealed is None:
        raise Refused("no_file", "Tệp đã được xóa. Tải tệp lên lần nữa.")
    return Upload(sealer.open_bytes(draft.file_sealed), draft.listing["file_name"], draft.choices.get("pasted", False))


def questions_of(draft: ImportDraft, listing: Listing) -> Questions:
    """What is still to be said about a draft; once somebody has seen the questions, only what cannot be guessed is left."""
    how, asked = reading_of(draft), draft.choices.get("asked", False)
    sheets = tuple(draft.choices.get("sheets", ()))
    return Questions(
        sheets=sheets if len(sheets) > 1 and not asked else (),
        columns=tuple(column.title for column in listing.questions if column.index not in how.columns),
        encoding=listing.encoding if how.encoding is None else None,
        sections=() if asked else tuple(s.row for s in listing.sections if s.guessed and s.row not in how.sections),
    )


def converted_names(listing: Listing, how: Reading, most: int = 5) -> list[tuple[str, str]]:
    """Names of a list in an old font as they stand in the file and as they read once converted; none for any other list."""
    if listing.encoding is None or how.encoding:
        return []
    names = (person.name_as_typed for person in listing.people if not person.name_as_typed.isascii())
    return [(name, convert(name, listing.encoding)) for name in list(dict.fromkeys(names))[:most]]  # type: ignore[arg-type]


def forget_drafts(*, now: datetime, congress_id: int = 0, user_id: int | None = None) -> None:
    """Delete the drafts, and with them the files, of two days ago and earlier; and this person's others for this congress."""
    query = delete(ImportDraft).where(
        ((ImportDraft.congress_id == congress_id) & (ImportDraft.user_id == user_id))
        | (ImportDraft.created_at < now - DRAFTS_LIVE)
    )
    db.session.execute(query)


def find_draft(congress: Congress, draft_id: int, user_id: int | None, *, now: datetime) -> ImportDraft | None:
    """A draft of one's own for this congress, or None; after two days it is none any more."""
    query = select(ImportDraft).filter_by(id=draft_id, congress_id=congress.id, user_id=user_id)
    return db.session.scalars(query.where(ImportDraft.created_at >= now - DRAFTS_LIVE)).one_or_none()


def listing_of(draft: ImportDraft) -> Listing:
    """The list a draft holds."""
    return Listing.from_json(draft.listing)


def wishes_of(draft: ImportDraft) -> Wishes:
    """What somebody said becomes of a draft's rows; until something is said, the list that it looks like is replaced."""
    said = draft.choices
    rows = {int(key): wish for key, wish in said.get("rows", {}).items()}
    return Wishes(frozenset(draft.left_out), rows, said.get("replaces"), frozenset(said.get("withdraw", ())))


def mend_row(draft: ImportDraft, key: int, changes: Mapping[str, str], *, congress: Congress, today: date) -> ListedPerson:
    """Read a row again with new texts in some cells; an empty text leaves the cell out."""
    if all(person.key != key for person in listing_of(draft).people):
        raise Refused("no_row", f"Danh sách không có dòng {key}.")
    listing = _mend(draft, {key: changes}, congress=congress, today=today)
    return next(person for person in listing.people if person.key == key)


def rows_without_group(listing: Listing) -> list[int]:
    """The rows that say nothing of a component, in whatever cell or section."""
    return [one.key for one in listing.people if one.group is None and not dict(one.texts).get("group")]


def set_group(draft: ImportDraft, code: str, *, congress: Congress, today: date) -> int:
    """Give one component to every row that says nothing of one; how many. Raises Refused for a code the plan does not have."""
    component = find_component(congress, code)
    if component is None:
        raise Refused("no_component", "Chọn thành phần trong danh sách.")
    keys = rows_without_group(listing_of(draft))
    _mend(draft, {key: {"group": component.label} for key in keys}, congress=congress, today=today)
    return len(keys)


def _mend(draft: ImportDraft, changes: Mapping[int, Mapping[str, str]], *, congress: Congress, today: date) -> Listing:
    """Mend rows and keep how, for when the file is read again another way."""
    listing = _mended(listing_of(draft), changes, congress=congress, today=today)
    draft.listing = listing.to_json()
    mends = dict(draft.choices.get("mends", {}))
    for key, texts in changes.items():
        mends[str(key)] = {**mends.get(str(key), {}), **texts}
    draft.choices = {**draft.choices, "mends": mends}
    return listing


def _mended(listing: Listing, mends: Mapping[int, Mapping[str, str]], *, congress: Congress, today: date) -> Listing:
    groups, units = groups_of(congress.plan.components), known_units()
    people = tuple(
        recheck(one, mends[one.key], groups=groups, known_units=units, today=today, columns=listing.columns)
        if one.key in mends
        else one
        for one in listing.people
    )
    return replace(listing, people=people)


def leave_out(draft: ImportDraft, keys: set[int], *, left_out: bool) -> None:
    """Leave rows out of the import, or take them back in."""
    draft.left_out = sorted({*draft.left_out, *keys} if left_out else {*draft.left_out} - keys)


def decide(draft: ImportDraft, key: int, wish: str) -> None:
    """Keep what somebody said about one row: "keep", "take", "new", "as:<delegate>", or "" for what the preview proposes.

    Raises Refused for anything else.
    """
    if not _WISH.fullmatch(wish):
        raise Refused("no_wish", "Chọn một trong các nút của dòng ấy.")
    rows = {row: said for row, said in draft.choices.get("rows", {}).items() if row != str(key)}
    if wish:
        rows[str(key)] = wish
    draft.choices = {**draft.choices, "rows": rows}


def choose_replaced(draft: ImportDraft, version_id: int) -> None:
    """Keep which earlier list this one replaces, 0 for none; whom to withdraw is asked anew."""
    draft.choices = {**draft.choices, "replaces": version_id, "withdraw": []}


def choose_withdrawn(draft: ImportDraft, delegate_ids: list[int]) -> None:
    """Keep which missing people of the replaced list are to be withdrawn."""
    draft.choices = {**draft.choices, "withdraw": sorted(set(delegate_ids))}


def finish_draft(draft: ImportDraft, *, reason: str, seen: str, actor: Actor, sealer: Sealer, now: datetime) -> Written:
    """Write a draft's list. What was not written is kept with the file until the draft goes, to be given back marked."""
    listing = listing_of(draft)
    questions = questions_of(draft, listing)
    if questions.blocking:
        raise Refused("questions", "Còn cột hoặc phông chữ chưa rõ. Chọn cách đọc cột trước.")
    written = finish_import(
        draft.congress_id, listing.people, wishes=wishes_of(draft), file_name=listing.file_name, reason=reason, seen=seen,
        actor=actor, sealer=sealer, now=now,
    )  # fmt: skip
    left_out = set(draft.left_out)
    left = tuple(person for person in listing.people if person.key in left_out)
    forget_drafts(now=now)
    header = replace(listing.header, columns=())  # the samples of every column are nobody's business any more
    draft.listing = replace(listing, people=left, header=header).to_json()
    draft.choices = {key: said for key, said in draft.choices.items() if key != "mends"}  # nor are the texts typed in
    draft.finished_at = now
    draft.result = {"counts": dict(written.counts), "withdrawn": written.withdrawn, "version": written.version_id}
    if not left:
        draft.file_sealed = None  # nothing in it has to be given back
    return written


@dataclass(frozen=True)
class Fault:
    """Something about a cell of a file or a whole row (`column` None), as Excel counts rows; columns from 0."""

    sheet: str
    row: int
    column: int | None
    reason: str


@dataclass(frozen=True)
class GivenBack:
    """A file with what is wrong in it. `data` is b"" for a pasted range; `sheets` are all its sheets."""

    data: bytes
    sheets: list[Grid]
    header_rows: dict[str, int]
    faults: list[Fault]


def give_back(draft: ImportDraft, *, congress: Congress, actor: Actor, sealer: Sealer, now: datetime) -> GivenBack:
    """A draft's file with the faults of its rows, once written those left out. Raises Refused when it is kept no longer."""
    upload, listing = upload_of(draft, sealer), listing_of(draft)
    finished = draft.finished_at is not None
    faults = [fault for person in listing.people for fault in _faults(listing, person, left_out=finished)]
    sheets = [open_pasted(upload.data.decode())] if upload.pasted else open_sheets(upload.data, file_name=upload.file_name)
    audit.record(actor, "delegates.give_back", congress, now=now, congress_id=congress.id, changed={"faults": len(faults)})
    header = listing.header.end
    if any(section.row < 1 for section in listing.sections):  # headings over the table of a document: rows in a workbook
        down = next((len(grid.above) for grid in sheets if grid.sheet == listing.sheet), 0)
        sheets = [_with_lines(grid) if grid.sheet == listing.sheet else grid for grid in sheets]
        faults, header = [replace(fault, row=fault.row + down) for fault in faults], header + down
    return GivenBack(b"" if upload.pasted else upload.data, sheets, {listing.sheet: header}, faults)


def _with_lines(grid: Grid) -> Grid:
    """The table below the lines that stood over it, so that its headings are not lost."""
    down = len(grid.above)
    merged = tuple(((top + down, left), (bottom + down, right)) for (top, left), (bottom, right) in grid.merged)
    return replace(grid, rows=[*([line] for line in grid.above), *grid.rows], merged=merged, above=())


def _faults(listing: Listing, person: ListedPerson, *, left_out: bool) -> list[Fault]:
    found = [
        Fault(person.sheet, person.row, listing.place_of(person, note.column), f"{note.title}: {note.reason}")
        for note in person.errors
    ]
    return found or ([Fault(person.sheet, person.row, None, LEFT_OUT)] if left_out else [])
