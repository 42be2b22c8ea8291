"""The delegate list of a congress."""

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Congress, Delegate, db
from ..operations import admission, counting
from ..operations import delegates as operations
from .access import actor, may, requires
from .clock import now
from .errors import row_number
from .forms import tidy

bp = Blueprint("delegates", __name__, url_prefix="/congress/<int:congress_id>/delegates")

PAGE = 100
MOVES = {"approved": "Duyệt", "proposed": "Đề cử", "reserve": "Dự khuyết", "withdrawn": "Rút"}


@bp.route("", methods=["GET", "POST"])
@requires("delegates.read")
def index(congress_id: int) -> str:
    """The list in Vietnamese order; a typed name comes by POST and never stands in an address."""
    congress = g.congress
    show = _filter()
    page = 1 if show.text else request.args.get("page", 1, type=row_number)
    pages = db.paginate(operations.delegates_of(congress, show), page=page, per_page=PAGE, error_out=False)
    figures = counting.count_one(congress)
    meter = counting.meter_of(congress, figures)
    return render_template(
        "delegates/index.html",
        congress=congress,
        pages=pages,
        show=show,
        figures=figures,
        meter=meter,
        states=admission.STATES,
        delegations=operations.count_by_delegation(congress),
        closed=congress.stage == "list_closed",
        reserve=operations.offer_reserve(congress, figures.approved),
        can_edit=may("delegates.edit", congress),
        moves=moves_for(congress),
    )


def _filter() -> operations.ListFilter:
    """Codes from the address, words from the form."""
    return operations.ListFilter(
        state=request.args.get("state", ""),
        group=request.args.get("group", ""),
        delegation_id=request.args.get("delegation", type=row_number),
        text=tidy(request.form.get("q", ""))[:100],
    )


def moves_for(congress: Congress, delegate: Delegate | None = None) -> dict[str, str]:
    """The buttons that move people here and now, as the person's role and the congress's stage allow."""
    stage, approved = congress.stage, delegate is not None and delegate.state == "approved"
    allowed = {
        "approved": may("delegates.approve", congress) and (allows(stage, "approve") or allows(stage, "amend")),
        "proposed": allows(stage, "withdraw" if approved else "propose"),
        "reserve": allows(stage, "withdraw" if approved else "propose"),
        "withdrawn": allows(stage, "withdraw"),
    }
    if not may("delegates.edit", congress) or (approved and not may("delegates.approve", congress)):
        return {}
    return {code: label for code, label in MOVES.items() if allowed[code] and (delegate is None or code != delegate.state)}


@bp.post("/state")
@requires("delegates.edit")
def move(congress_id: int) -> Response:
    """Move the picked people to a state, all or none."""
    state = request.form.get("state", "")
    ids = request.form.getlist("ids", type=row_number)
    if state not in admission.STATES:
        abort(400)
    if not ids:
        raise Refused("nobody", "Đánh dấu ít nhất một người.")
    moved = admission.set_states(
        congress_id,
        ids,
        state,
        actor=actor(),
        sealer=current_app.extensions["sealer"],
        now=now(),
        reason=tidy(request.form.get("reason", ""))[:1000],
        override="override" in request.form,
    )
    db.session.commit()
    flash(f"{admission.STATES[state]}: {moved} người.", "ok")
    return redirect(url_for(".index", congress_id=congress_id, **_kept()), code=303)


def _kept() -> dict[str, str]:
    """The filters to come back to: codes only."""
    return {
        key: request.form[f"keep_{key}"] for key in ("state", "group", "delegation", "page") if request.form.get(f"keep_{key}")
    }
