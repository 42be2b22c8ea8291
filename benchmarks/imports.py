"""A list of 5,000 people read up to its preview, then written, against the least that can be done with the same file."""

from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from unicodedata import normalize

from flask import Flask
from python_calamine import CalamineWorkbook

from benchmarks.people import make_workbook
from benchmarks.province import NOW, add_congresses, load_province, open_service, unit_names
from congress.models import Congress, db
from congress.operations import import_drafts as drafts
from congress.operations.first_run import SETTER_UP
from congress.operations.import_diff import preview_import

ROWS = 5_000
ROUNDS = 3
MOST_TO_PREVIEW, MOST_TO_WRITE = 1.5, 1.0  # seconds

# The nineteen cells as they stand but for the serial number: nothing looked up, checked, folded or sorted.
_FLOOR = """
insert into delegate (congress_id, component_id, number, name, sex, born, ethnic, religion, party, title, unit_text, folded,
 sort_key, capacity, field, direct_labour, education, highest_award, phone, email, note, state, walk_in, achievements, degree,
 represents, schooling, seat, absence_reason, created_at)
values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'proposed', 0,
 '', '', '', '', '', '', '2025-03-10 01:00:00')
"""


def run(rows: int = ROWS, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Best of some rounds, in seconds; each reads a new list, so that nothing is remembered from the one before."""
    figures = []
    with TemporaryDirectory() as folder, open_service(Path(folder)) as app, app.app_context():
        user_id = load_province().id
        congress_ids = [congress.id for congress in add_congresses(2 * rounds)]
        units = unit_names()
        db.session.remove()
        for place in range(rounds):
            data = make_workbook(Random(place), rows, units)
            floor = _write_floor(data, congress_ids[2 * place])
            figures.append((floor, *_import(app, data, congress_ids[2 * place + 1], user_id)))
    floor, read, written = (min(column) for column in zip(*figures, strict=True))
    return [
        _row(f"{rows} rows × 19 columns to the preview", read, floor, MOST_TO_PREVIEW),
        _row(f"{rows} rows × 19 columns written", written, floor, MOST_TO_WRITE),
    ]


def _row(name: str, figure: float, floor: float, most: float) -> dict[str, Any]:
    return {
        "name": name, "figure": round(figure, 3), "unit": "s", "floor": round(floor, 3), "ratio": round(figure / floor, 2),
        "aim": f"≤ {most} s", "met": figure <= most,
    }  # fmt: skip


def _import(app: Flask, data: bytes, congress_id: int, user_id: int) -> tuple[float, float]:
    """What the pages do between upload and preview, and after the button; the draft is written and read back, too."""
    sealer = app.extensions["sealer"]
    start = perf_counter()
    congress = db.session.get_one(Congress, congress_id)
    upload = drafts.Upload(data, "so.xlsx")
    draft = drafts.start_import(congress, upload, user_id=user_id, sealer=sealer, now=NOW, today=NOW.date())
    draft_id = draft.id
    db.session.commit()
    db.session.remove()
    congress, draft, people = _open_draft(congress_id, draft_id, user_id)
    seen = preview_import(congress, people, sealer=sealer, wishes=drafts.wishes_of(draft)).fingerprint(sealer)
    read = perf_counter()
    db.session.remove()
    congress, draft, people = _open_draft(congress_id, draft_id, user_id)
    added = drafts.finish_draft(draft, reason="", seen=seen, actor=SETTER_UP, sealer=sealer, now=NOW).added
    db.session.commit()
    written = perf_counter()
    if added != len(people):
        raise RuntimeError(f"{added} of {len(people)} people were imported: the lists should have no fault")
    db.session.remove()
    return read - start, written - read


def _open_draft(congress_id: int, draft_id: int, user_id: int) -> tuple[Congress, Any, tuple[Any, ...]]:
    congress = db.session.get_one(Congress, congress_id)
    draft: Any = drafts.find_draft(congress, draft_id, user_id, now=NOW)
    return congress, draft, drafts.listing_of(draft).people


def _write_floor(data: bytes, congress_id: int) -> float:
    """Calamine, NFC and one executemany into the table of delegates."""
    start = perf_counter()
    grid = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    numbers = count(1)
    rows = []
    for line in grid[1:]:
        c = [normalize("NFC", cell) if isinstance(cell, str) else cell for cell in line]
        rows.append((congress_id, next(numbers), *c[1:9], c[9], c[10], *c[11:]))
    connection = db.engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        cursor.execute("begin immediate")
        cursor.executemany(_FLOOR, rows)
        cursor.execute("commit")
    finally:
        connection.close()
    return perf_counter() - start
