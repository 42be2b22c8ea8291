"""`suggestions …`: the suggested list."""

import click
from flask.cli import AppGroup

from ..domain.access import COMMAND_LINE
from ..models import db
from ..operations import scope, suggestions
from .output import commits, now, print_json, say

group = AppGroup("suggestions", help="Gợi ý danh sách đại biểu.")


@group.command("make")
@click.option("--congress", "number", type=int, required=True)
@click.option("--json", "as_json", is_flag=True)
@commits
def make(number: int, as_json: bool) -> None:
    """Gợi ý danh sách tốt nhất trong quy mô, tỷ lệ, phân bổ; chưa duyệt ai."""
    problem = suggestions.read_problem(scope.get_congress(number), now=now())
    db.session.rollback()  # the solver works for seconds: nobody waits behind it
    result = suggestions.suggest(problem)
    suggestions.keep_suggestion(scope.get_congress(number), result, actor=COMMAND_LINE, now=now())
    if as_json:
        print_json({key: value for key, value in result.items() if key != "digest"})
        return
    say(f"Gợi ý {len(result['chosen'])} người trong {len(problem.candidates)} ứng viên.")
    for trait, short in result["shortfalls"].items():
        say(f"{result['labels'][trait]}: thiếu {short}.")
