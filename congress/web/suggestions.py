"""The suggested list: asked for, read with its reasons, and approved as a whole."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain.stages import allows, require
from ..domain.suggestion import Problem
from ..domain.suggestion_words import say_reason
from ..models import Delegate, Suggestion, db
from ..operations import suggestions as operations
from .access import actor, may, requires
from .clock import now
from .errors import row_number
from .pages import PageOf

bp = Blueprint("suggestions", __name__, url_prefix="/congress/<int:congress_id>/suggestion")

PAGE = 100


@bp.get("")
@requires("delegates.edit")
def show(congress_id: int) -> str:
    """The last suggested list, why everybody is in or out, and what the targets still lack."""
    congress = g.congress
    people = {delegate.id: delegate for delegate in operations.candidates_of(congress)}
    problem = operations.read_problem(congress, now=now())
    suggestion = operations.find_suggestion(congress)
    part = request.args.get("part", "in")
    rows = _rows(suggestion, problem, people, part) if suggestion else []
    page = PageOf(rows, request.args.get("page", 1, type=row_number), PAGE)
    return render_template(
        "suggestions/show.html",
        congress=congress,
        suggestion=suggestion,
        problem=problem,
        part=part,
        pages=page,
        stale=suggestion is not None and operations.digest_problem(problem) != suggestion.result["digest"],
        unlisted=[d for d in people.values() if operations.lacks_register(congress, d)],
        can_make=allows(congress.stage, "propose"),
        can_apply=may("delegates.approve", congress) and allows(congress.stage, "approve"),
    )


def _rows(
    suggestion: Suggestion, problem: Problem, people: dict[int, Delegate], part: str
) -> list[tuple[Delegate, int | None, str]]:
    """(person, place in the order, reason) of those in, or those out; whoever has left the list since is not shown."""
    result: dict[str, Any] = suggestion.result
    chosen = set(result["chosen"])

    def name_of(number: int) -> str:
        return people[number].name if number in people else "người đã rời danh sách"

    return [
        (
            people[number],
            problem.place.get(number),
            say_reason(reason, chosen=number in chosen, place=problem.place, label_of=result["labels"], name_of=name_of),
        )
        for number, reason in operations.read_reasons(suggestion).items()
        if number in people and (number in chosen) == (part == "in")
    ]


@bp.post("")
@requires("delegates.edit")
def make(congress_id: int) -> Response:
    """Ask the solver. It works for seconds: the transaction ends first, so that nobody waits behind it."""
    require(g.congress.stage, "propose")
    problem = operations.read_problem(g.congress, now=now())
    db.session.rollback()
    result = operations.suggest(problem)
    operations.keep_suggestion(g.congress, result, actor=actor(), now=now())
    db.session.commit()
    flash(f"Đã gợi ý {len(result['chosen'])} người trong {len(problem.candidates)} ứng viên.", "ok")
    return redirect(url_for(".show", congress_id=congress_id), code=303)


@bp.post("/apply")
@requires("delegates.approve")
def apply(congress_id: int) -> Response:
    """Approve everybody the suggestion takes, all or none."""
    approved = operations.apply_suggestion(congress_id, actor=actor(), sealer=current_app.extensions["sealer"], now=now())
    db.session.commit()
    flash(f"Đã duyệt {approved} người theo gợi ý.", "ok")
    return redirect(url_for("delegates.index", congress_id=congress_id), code=303)
