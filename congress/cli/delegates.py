"""`delegates …` and `badges …`: the list, its import and its badges."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..documents.badges import BadgeFace, SheetHeading, print_badges
from ..domain.access import COMMAND_LINE
from ..domain.delegate_lists import COLUMN_TITLES, CellNote, Listing, column_index
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..models import Delegate, db
from ..operations import admission, badges, imports, scope
from ..operations.delegate_queries import pick_delegates
from ..operations.import_diff import Wishes, preview_import
from ..operations.presets import preset_groups
from .output import commits, now, print_json, say

group = AppGroup("delegates", help="Đại biểu: liệt kê, chuyển trạng thái, nhập danh sách.")
badges_group = AppGroup("badges", help="Thẻ đại biểu.")

# What a preview tells of a person, in this order; everything the reader found but what only checking again needs.
PERSON_KEYS = (
    "sheet",
    "row",
    "name",
    "sex",
    "born",
    "ethnic",
    "religion",
    "group",
    "party",
    "phone",
    "email",
    "unit",
    "delegation",
    "title",
    "id_number",
    "capacity",
    "represents",
    "degree",
    "field",
    "direct_labour",
    "economic_sector",
    "new_model",
    "education",
    "schooling",
    "political_theory",
    "highest_award",
    "achievements",
    "wants_speech",
    "note",
)


def _sealer() -> Any:
    return current_app.extensions["sealer"]


@group.command("list")
@click.option("--congress", "number", type=int, required=True)
@click.option("--json", "as_json", is_flag=True)
@commits
def list_delegates(number: int, as_json: bool) -> None:
    """Danh sách đại biểu của một hội nghị."""
    congress = scope.get_congress(number)
    tokens = badges.tokens_of(congress, _sealer())
    query = select(Delegate).filter_by(congress_id=congress.id).order_by(Delegate.number)
    people = db.session.scalars(query.options(joinedload(Delegate.component), joinedload(Delegate.delegation)))
    rows = [
        {
            "id": d.id,
            "number": d.number,
            "name": d.name,
            "group": d.component.code,
            "side": d.component.side,
            "state": d.state,
            "delegation": d.delegation.name if d.delegation else None,
            "badge_token": tokens.get(d.id),
        }
        for d in people
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("{id}\t{number}\t{state}\t{group}\t{name}".format_map(row))


@group.command("set-state")
@click.option("--congress", "number", type=int, required=True)
@click.option("--state", type=click.Choice(list(admission.STATES)), required=True)
@click.option("--group", "component", default="", help="Mã thành phần: chuyển cả nhóm thay vì từng mã.")
@click.option("--limit", type=click.IntRange(min=1))
@click.option("--reason", default="", help="Lý do, khi danh sách đã chốt.")
@click.argument("ids", type=int, nargs=-1)
@commits
def set_state(*, number: int, state: str, component: str, limit: int | None, reason: str, ids: tuple[int, ...]) -> None:
    """Chuyển trạng thái đại biểu: tất cả hoặc không ai."""
    if bool(ids) == bool(component) or (limit and not component):
        raise click.UsageError("Cho các mã đại biểu, hoặc --group (với --limit nếu cần), không cả hai.")
    chosen = list(ids)
    if component:
        congress = admission.lock_congress(number)
        if component not in {c.code for c in congress.plan.components}:
            raise Refused("no_component", f"Kế hoạch không có thành phần “{component}”.")
        chosen = pick_delegates(congress, group=component, state=state, limit=limit)
    moved = admission.set_states(number, chosen, state, actor=COMMAND_LINE, sealer=_sealer(), now=now(), reason=reason)
    say(f"Đã chuyển {moved} đại biểu sang “{admission.STATES[state]}”.")


@group.command("preview")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--congress", "number", type=int)
@click.option("--sheet", default="", help="Tên trang tính, khi tệp có nhiều danh sách.")
@click.option("--encoding", type=click.Choice(["tcvn3", "vni"]), help="Phông chữ cũ, để chuyển sang Unicode.")
@click.option("--column", "columns", multiple=True, help="Nghĩa của một cột, ví dụ D=phone; D= là không đọc.")
@click.option("--json", "as_json", is_flag=True)
@commits
def preview(*, file: Path, number: int | None, sheet: str, encoding: str | None, columns: tuple[str, ...], as_json: bool) -> None:
    """Đọc thử một danh sách, không ghi gì."""
    components = None if number is None else scope.get_congress(number).plan.components
    how = imports.Reading(sheet=sheet, columns=_said_columns(columns), encoding=encoding)
    listing = _read(
        file,
        preset_groups() if components is None else imports.groups_of(components),
        None if components is None else imports.known_units(),
        how=how,
    )
    rows = [_person(p) for p in listing.people]
    faulty = sum(bool(p.errors) for p in listing.people)
    totals: dict[str, Any] = {"rows": len(rows), "good": len(rows) - faulty, "faulty": faulty}
    if as_json:
        print_json({"file": file.name, "sheet": listing.sheet, "delegates": rows, "totals": totals} | _layout(listing))
        return
    for p in listing.people:
        for note in p.errors:
            click.echo(f"{p.sheet}\tdòng {p.row}\t{note.title}\t{note.value}\t{note.reason}")
    for remark in listing.notes:
        say(remark)
    say("{rows} dòng: {good} đọc được, {faulty} có lỗi.".format_map(totals))


def _said_columns(columns: tuple[str, ...]) -> dict[int, str]:
    """What was said about columns, by column from 0."""
    said = {}
    for text in columns:
        letters, equals, key = text.partition("=")
        if not (equals and letters.isascii() and letters.isalpha() and len(letters) <= 3 and key in {"", *COLUMN_TITLES}):
            raise click.UsageError(
                f"Ghi --column CỘT=trường, ví dụ D=phone, không phải “{text}”. Các trường: {', '.join(COLUMN_TITLES)}."
            )
        said[column_index(letters)] = key
    return said


def _layout(listing: Listing) -> dict[str, Any]:
    """How a list was understood: what must be asked, which headings were met, what was passed over."""
    return {
        "questions": [
            {"column": c.letter, "title": c.title, "choices": list(c.choices), "samples": list(c.samples)}
            for c in listing.questions
        ],
        "sections": [asdict(section) for section in listing.sections],
        "notes": list(listing.notes),
        "encoding": listing.encoding,
    }


def _read(file: Path, groups: Any, units: dict[str, str] | None, *, how: imports.Reading | None = None) -> Listing:
    how = how or imports.Reading()
    grids = imports.open_list(file.read_bytes(), file_name=file.name)
    names = [grid.sheet for grid in grids]
    if how.sheet and how.sheet not in names:
        raise Refused("no_sheet", f"Không có danh sách ở trang “{how.sheet}”. Trang có danh sách: {', '.join(names)}.")
    if not how.sheet:
        grids[0] = replace(grids[0], other_sheets=tuple(names[1:]))
    today = now().astimezone(VIETNAM).date()
    return imports.read_grids(grids, file_name=file.name, groups=groups, units=units, today=today, how=how)


def _person(person: Any) -> dict[str, Any]:
    return {key: getattr(person, key) for key in PERSON_KEYS} | {
        "errors": [_note(note) for note in person.errors],
        "warnings": [_note(note) for note in person.warnings],
    }


def _note(note: CellNote) -> dict[str, str]:
    plain = {"column": note.column, "title": note.title, "value": note.value, "reason": note.reason}
    return plain | ({"suggestion": note.suggestion} if note.suggestion else {})


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--congress", "number", type=int, required=True)
@click.option("--replaces", type=int, help="Mã danh sách đã nhập mà tệp này là bản mới.")
@click.option("--reason", default="", help="Lý do, khi danh sách đã chốt.")
@commits
def import_file(file: Path, number: int, replaces: int | None, reason: str) -> None:
    """Nhập một danh sách: người mới được đề cử, người đã có được sửa theo tệp; dòng có lỗi được nêu ra và không nhập."""
    congress = admission.lock_congress(number)
    listing = _read(file, imports.groups_of(congress.plan.components), imports.known_units())
    replaced = imports.get_list(congress, replaces).id if replaces is not None else 0
    rows = preview_import(congress, listing.people, sealer=_sealer(), wishes=Wishes(replaces=replaced)).rows
    faulty, unclear = ([row for row in rows if row.state == state] for state in ("faulty", "duplicate"))
    wishes = Wishes(left_out=frozenset(row.person.key for row in (*faulty, *unclear)), replaces=replaced)
    doing: dict[str, Any] = {"actor": COMMAND_LINE, "sealer": _sealer(), "now": now(), "reason": reason}
    written = imports.finish_import(number, listing.people, wishes=wishes, file_name=file.name, **doing)
    for row in faulty:
        for note in row.person.errors:
            say(f"Không nhập dòng {row.person.row}, cột {note.title}: {note.reason}")
    for row in unclear:
        numbers = ", ".join(str(one.number) for one in row.candidates)
        say(f"Không nhập dòng {row.person.row}: có thể là người đã có, số thẻ {numbers}. Chọn trên trang Nhập danh sách.")
    known = len(rows) - written.added - written.changed - len(faulty) - len(unclear)
    if written.changed:
        say(f"Đã sửa {written.changed} người đã có, theo tệp.")
    said = f"Đã thêm {written.added} đại biểu vào hội nghị {number}"
    say(f"{said}; {len(faulty)} dòng có lỗi, {known} dòng đã có từ trước.")


@badges_group.command("print")
@click.option("--congress", "number", type=int, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@commits
def print_sheet(number: int, out: Path) -> None:
    """In thẻ của mọi người đã duyệt ra một tệp PDF."""
    congress = admission.lock_congress(number)
    faces = badges.start_print(congress, "all", actor=COMMAND_LINE, sealer=_sealer(), now=now())
    heading = SheetHeading((congress.title1, congress.title2, congress.title3))
    out.write_bytes(print_badges([BadgeFace(**face.printed_values()) for face in faces], heading))
    say(f"Đã ghi {len(faces)} thẻ vào {out}.")
