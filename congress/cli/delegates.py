"""`delegates …` and `badges …`: the list, its import and its badges."""

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..documents.badges import BadgeFace, SheetHeading, print_badges
from ..domain.access import COMMAND_LINE
from ..domain.delegate_lists import CellNote, Listing
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..models import Delegate, db
from ..operations import admission, badges, imports, scope
from ..operations.delegates import pick_delegates
from ..operations.presets import preset_groups
from .output import commits, now, print_json, say

group = AppGroup("delegates", help="Đại biểu: liệt kê, chuyển trạng thái, nhập danh sách.")
badges_group = AppGroup("badges", help="Thẻ đại biểu.")

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
@click.option("--json", "as_json", is_flag=True)
@commits
def preview(file: Path, number: int | None, as_json: bool) -> None:
    """Đọc thử một danh sách, không ghi gì."""
    if number is None:
        listing = _read(file, preset_groups(), None)
    else:
        listing = _read(file, imports.groups_of(scope.get_congress(number).plan.components), imports.known_units())
    rows = [_person(p) for p in listing.people]
    faulty = sum(bool(p.errors) for p in listing.people)
    totals: dict[str, Any] = {"rows": len(rows), "good": len(rows) - faulty, "faulty": faulty}
    if as_json:
        print_json({"file": file.name, "sheet": listing.sheet, "delegates": rows, "totals": totals})
        return
    for p in listing.people:
        for note in p.errors:
            click.echo(f"{p.sheet}\tdòng {p.row}\t{note.title}\t{note.value}\t{note.reason}")
    say("{rows} dòng: {good} đọc được, {faulty} có lỗi.".format_map(totals))


def _read(file: Path, groups: Any, units: dict[str, str] | None) -> Listing:
    return imports.read_file(
        file.read_bytes(), file_name=file.name, groups=groups, units=units, today=now().astimezone(VIETNAM).date()
    )


def _person(person: Any) -> dict[str, Any]:
    return {key: getattr(person, key) for key in PERSON_KEYS} | {
        "errors": [_note(note) for note in person.errors],
        "warnings": [_note(note) for note in person.warnings],
    }


def _note(note: CellNote) -> dict[str, str]:
    return {"column": note.column, "title": note.title, "value": note.value, "reason": note.reason}


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--congress", "number", type=int, required=True)
@commits
def import_file(file: Path, number: int) -> None:
    """Nhập một danh sách (ở trạng thái đề cử); dòng có lỗi được nêu ra và không nhập."""
    congress = scope.get_congress(number)
    listing = _read(file, imports.groups_of(congress.plan.components), imports.known_units())
    left_out = {p.row for p in listing.people if p.errors}
    added = imports.finish_import(number, listing.people, left_out=left_out, actor=COMMAND_LINE, sealer=_sealer(), now=now())
    for person in listing.people:
        for note in person.errors:
            say(f"Không nhập dòng {person.row}, cột {note.title}: {note.reason}")
    known = len(listing.people) - added - len(left_out)
    say(f"Đã thêm {added} đại biểu vào hội nghị {number}; {len(left_out)} dòng có lỗi, {known} dòng đã có từ trước.")


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
