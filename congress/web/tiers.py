"""One blueprint, registered for /commune, /department, /district and /province."""

from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from werkzeug.wrappers import Response

from ..domain.refusals import Refused
from ..domain.stages import LABELS
from ..models import Congress, PlanTier, Unit, db
from ..operations import congresses as operations
from ..operations import counting, scope
from .access import actor, requires
from .clock import now
from .congress_forms import CongressForm
from .errors import row_number

TIERS = {
    "commune": "Cấp xã",
    "department": "Sở, ban, ngành, đoàn thể, doanh nghiệp",
    "district": "Cấp huyện",
    "province": "Cấp tỉnh",
}
PAGE = 100
BY_DATE = (Congress.held_on.is_(None), Congress.held_on, Unit.sort_key)  # without a date last, on both databases
NO_RULES = "Chưa có kế hoạch nào dùng cấp này. Tạo hoặc sửa kế hoạch trước."
NO_UNIT = "Không có đơn vị nào để tạo: bạn không phụ trách đơn vị ở cấp này, hoặc đơn vị nào cũng đã có hội nghị."

bp = Blueprint("tier", __name__)


def register(app: Flask) -> None:
    """Register the blueprint once for each tier; views get the tier's code."""
    for code in TIERS:
        app.register_blueprint(bp, name=f"tier_{code}", url_prefix=f"/{code}", url_defaults={"tier": code})


def rules_of(tier: str) -> list[PlanTier]:
    """The rows of rules that plans have for a tier, the newest plan first."""
    query = select(PlanTier).where(PlanTier.code == tier).options(joinedload(PlanTier.plan)).order_by(PlanTier.plan_id.desc())
    return list(db.session.scalars(query))


def list_page(query: Any, page: int) -> dict[str, Any]:
    """A page of congresses (of a query that joins their units) with their figures and meters, in a fixed number of queries."""
    query = query.options(contains_eager(Congress.unit), selectinload(Congress.tier))
    pages = db.paginate(query, page=page, per_page=PAGE, error_out=False)
    figures = counting.count_people([c.id for c in pages.items])
    meters = {c.id: counting.meter_of(c, figures[c.id]) for c in pages.items}
    return {"pages": pages, "figures": figures, "meters": meters}


@bp.get("")
@requires("congresses.read")
def index(tier: str) -> str:
    """The congresses of a tier with their state and compliance."""
    stage = request.args.get("stage", "")
    query = scope.congresses_for(actor()).where(Congress.tier.has(PlanTier.code == tier))
    if stage in LABELS:
        query = query.where(Congress.stage == stage)
    shown = list_page(query.order_by(*BY_DATE), request.args.get("page", 1, type=row_number))
    rules = rules_of(tier)
    return render_template(
        "congresses/tier.html",
        tier=tier,
        tier_names=TIERS,
        rules=rules,
        stage=stage,
        stages=LABELS,
        can_create=bool(_units_of(rules, free=True)),
        **shown,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires("congresses.edit")
def new(tier: str) -> str | Response | tuple[str, int]:
    """Create a congress of this tier."""
    rules = rules_of(tier)
    units = _units_of(rules, free=request.method == "GET")
    if not units:
        flash(NO_UNIT if rules else NO_RULES, "warn")
        return redirect(url_for(f"tier_{tier}.index"), code=303)
    form = CongressForm.for_new(rules, units)
    if form.validate_on_submit():
        try:
            rule, unit = form.chosen(rules), next(unit for unit in units if unit.id == form.unit_id.data)
            congress = operations.create_congress(rule, unit, form.values(rule, unit), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("Đã tạo hội nghị. Tên ba dòng được ghép tự động, có thể sửa.", "ok")
            return redirect(url_for("congresses.home", congress_id=congress.id), code=303)
    status = 422 if form.errors else 200
    return render_template("congresses/form.html", form=form, tier=tier, tier_names=TIERS, congress=None), status


def _units_of(rules: list[PlanTier], *, free: bool) -> list[Unit]:
    """The units one may create a congress for; with `free` those that have none yet under a rule for their kind."""
    kinds = {kind for rule in rules for kind in rule.unit_kinds}
    query = scope.units_for(actor(), "congresses.edit").where(Unit.kind.in_(kinds)).order_by(Unit.sort_key, Unit.id)
    taken = operations.find_taken(rules) if free else set()
    units = db.session.scalars(query)
    return [u for u in units if any(u.kind in rule.unit_kinds and (rule.id, u.id) not in taken for rule in rules)]
