"""`reports …`: delegate reports, frozen and printed."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ..domain.access import COMMAND_LINE
from ..domain.refusals import Refused
from ..domain.report_figures import BASES, TITLES, mask
from ..operations import reports as operations
from ..operations import scope
from ..operations.agenda import MAIN
from ..web.reports import WRITERS, paper_of
from .output import commits, now, print_json, say

group = AppGroup("reports", help="Báo cáo tình hình đại biểu.")


@group.command("make")
@click.option("--congress", "number", type=int, required=True)
@click.option("--title", default=TITLES[0], help="Tên báo cáo.")
@click.option("--whose", type=click.Choice(list(BASES)), default="approved", help="Tính cơ cấu trên người triệu tập hay có mặt.")
@click.option("--json", "as_json", is_flag=True, help="Ghi số liệu ra stdout.")
@commits
def make(number: int, title: str, whose: str, as_json: bool) -> None:
    """Lập báo cáo từ số liệu lúc này; số liệu giữ nguyên từ đó."""
    congress = scope.get_congress(number)
    sitting = next((sitting for sitting in congress.sittings if sitting.kind == MAIN), None)
    row = operations.freeze_report(congress, title=title, sitting=sitting, whose=whose, actor=COMMAND_LINE, now=now())
    if as_json:
        print_json({"number": row.number, "title": row.title, **row.figures})
    else:
        say(f"Đã lập báo cáo số {row.number} của hội nghị số {number}.")


@group.command("print")
@click.argument("report", type=int)
@click.option("--congress", "number", type=int, required=True)
@click.option("--public", is_flag=True, help="Ẩn tên người và số nhỏ hơn 3.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Tệp .pdf hoặc .docx.")
@commits
def print_report(report: int, number: int, public: bool, out: Path) -> None:
    """In một báo cáo đã lập ra tệp PDF hoặc DOCX."""
    row = next((row for row in operations.reports_of(scope.get_congress(number)) if row.number == report), None)
    if row is None:
        raise Refused("no_report", f"Hội nghị số {number} không có báo cáo số {report}.")
    write = WRITERS.get(out.suffix.lower().removeprefix("."))
    if write is None:
        raise Refused("ending", "Tên tệp phải có đuôi .pdf hoặc .docx.")
    figures, _ = operations.figures_of(row)
    out.write_bytes(write(paper_of(row.title, mask(figures) if public else figures)))
    say(f"Đã ghi báo cáo số {report} vào {out}.")
