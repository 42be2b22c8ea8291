"""`allocations …`: the seats an upper congress shares among units."""

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from ..documents.allocation_table import print_allocation, write_allocation
from ..domain.access import COMMAND_LINE
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..models import Congress
from ..operations import allocation_table as operations
from ..operations import scope
from ..operations.allocations import find_last_issue, seats_in
from ..operations.upward_answers import answers_of
from ..web.allocations import sheet_of
from .output import commits, now, print_json, say

group = AppGroup("allocations", help="Phân bổ chỗ cho các đơn vị: xem, chia, ban hành, xuất phụ lục.")
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@group.command("list")
@click.option("--congress", "number", type=int, required=True)
@click.option("--json", "as_json", is_flag=True)
@commits
def list_seats(number: int, as_json: bool) -> None:
    """Số chỗ đang ràng buộc của từng đơn vị, đã dùng bao nhiêu, đã trả lời chưa."""
    congress = scope.get_congress(number)
    issue = find_last_issue(congress)
    if issue is None:
        raise Refused("not_issued", f"Hội nghị số {number} chưa ban hành phân bổ.")
    seats = seats_in(congress, issue)
    codes = {component.id: component.code for component in congress.plan.components}
    rows = [
        {
            "unit": answer.unit_name,
            "seats": {codes[component]: n for (unit, component), n in seats.items() if unit == answer.unit_id},
            "total": answer.seats,
            "proposed": answer.proposed,
            "approved": answer.approved,
            "answer": answer.state,
        }
        for answer in answers_of(congress, issue, today=now().astimezone(VIETNAM).date())
    ]
    if as_json:
        print_json({"issue": issue.number, "dated_on": issue.dated_on.isoformat(), "units": rows})
        return
    for row in rows:
        click.echo("{total}\t{approved}\t{answer}\t{unit}".format_map(row))


@group.command("share")
@click.option("--congress", "number", type=int, required=True)
@click.option("--group", "code", required=True, help="Mã thành phần.")
@click.option("--total", type=int, required=True)
@click.option("--by", type=click.Choice([way for way in operations.WAYS if way != "typed"]), default="equal")
@click.option("--minimum", type=int, default=1)
@commits
def share(number: int, code: str, total: int, by: str, minimum: int) -> None:
    """Chia một thành phần cho các đơn vị trong bảng; chưa có bảng thì lập với các đơn vị thường gửi đại biểu."""
    congress = scope.get_congress(number)
    component = next((c for c in operations.shared_components(congress) if c.code == code), None)
    if component is None:
        raise Refused("no_component", f"Không có thành phần “{code}” để phân bổ.")
    _make_table(congress)
    how = operations.Sharing(total, by, minimum, {})
    seats = operations.share_component(number, component, how, actor=COMMAND_LINE, now=now())
    names = operations.table_of(congress).unit_names
    print_json({names[unit_id]: n for unit_id, n in seats.items()})


def _make_table(congress: Congress) -> None:
    if operations.table_of(congress).units:
        return
    today = now().astimezone(VIETNAM).date()
    units, components = operations.usual_units(congress, today), operations.shared_components(congress)
    operations.choose_table(congress.id, units, components, actor=COMMAND_LINE, now=now())


@group.command("issue")
@click.option("--congress", "number", type=int, required=True)
@click.option("--dated", type=DAY, help="Ngày ban hành; mặc định hôm nay.")
@click.option("--reference", default="", help="Số, ký hiệu văn bản.")
@click.option("--answer-by", type=DAY, help="Hạn gửi danh sách.")
@click.option("--note", default="", help="Nội dung điều chỉnh, từ lần thứ hai.")
@commits
def issue(number: int, dated: datetime | None, reference: str, answer_by: datetime | None, note: str) -> None:
    """Ban hành bảng phân bổ đang soạn."""
    day: date = dated.date() if dated else now().astimezone(VIETNAM).date()
    values = operations.IssueValues(day, reference, answer_by.date() if answer_by else None, note)
    done = operations.issue_table(number, values, actor=COMMAND_LINE, now=now())
    say(f"Đã ban hành phân bổ lần {done.number} của hội nghị {number}.")


@group.command("export")
@click.option("--congress", "number", type=int, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp .pdf hoặc .xlsx.")
@commits
def export(number: int, out: Path) -> None:
    """Ghi phụ lục phân bổ lần mới nhất ra tệp PDF hoặc Excel."""
    writers = {".pdf": print_allocation, ".xlsx": write_allocation}
    if out.suffix.lower() not in writers:
        raise click.UsageError("--out phải là tệp .pdf hoặc .xlsx.")
    congress = scope.get_congress(number)
    last = find_last_issue(congress)
    if last is None:
        raise Refused("not_issued", f"Hội nghị số {number} chưa ban hành phân bổ.")
    out.write_bytes(writers[out.suffix.lower()](sheet_of(congress, last)))
    say(f"Đã ghi phụ lục lần {last.number} vào {out}.")
