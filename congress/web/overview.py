"""The overview: every congress one may see, by tier."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import case, func, select
from werkzeug.wrappers import Response

from ..models import Congress, PlanTier, db
from ..operations import scope
from .access import actor, may, requires
from .errors import row_number
from .tiers import BY_DATE, TIERS, list_page

bp = Blueprint("overview", __name__)

_DONE = ("held", "reported")


@bp.get("/")
@requires("signed_in")
def show() -> str | Response:
    """All congresses by tier, with window, stage, size, ratio and check-ins; the door for those who only have a door."""
    if not may("congresses.read"):
        if may("accounts.manage"):
            return redirect(url_for("accounts.index"))
        if may("checkin.scan"):
            return redirect(url_for("checkin.doors"))
        return redirect(url_for("portal.index")) if may("portal.fill") else render_template("overview/nothing.html")
    order = case({code: place for place, code in enumerate(reversed(TIERS))}, value=PlanTier.code)
    query = scope.congresses_for(actor()).join(PlanTier, Congress.plan_tier_id == PlanTier.id)
    shown = list_page(query.order_by(order, *BY_DATE), request.args.get("page", 1, type=row_number))
    return render_template("overview/show.html", tiers=_summaries(), tier_names=TIERS, **shown)


def _summaries() -> list[dict[str, Any]]:
    """One line per tier: how many congresses, held, closed, without a date."""
    seen = scope.congresses_for(actor()).with_only_columns(Congress.id)
    rows = db.session.execute(
        select(PlanTier.code, Congress.stage, func.count(), func.sum(Congress.planned_size))
        .join(PlanTier, Congress.plan_tier_id == PlanTier.id)
        .where(Congress.id.in_(seen))
        .group_by(PlanTier.code, Congress.stage)
    ).all()
    found = []
    for code, label in reversed(TIERS.items()):
        mine = [row for row in rows if row[0] == code and row[1] != "cancelled"]
        total = sum(row[2] for row in mine)
        held = sum(row[2] for row in mine if row[1] in _DONE)
        closed = sum(row[2] for row in mine if row[1] == "list_closed")
        found.append(
            {"code": code, "label": label, "total": total, "held": held, "closed": closed, "people": sum(row[3] for row in mine)}
        )
    return found


@bp.get("/congresses")
@requires("congresses.read")
def congresses() -> Response:
    """The highest tier at which this person sees a congress: that of the own unit, if it has one."""
    found = next((s["code"] for s in _summaries() if s["total"]), "province")
    return redirect(url_for(f"tier_{found}.index"))
