"""Pages of plans: to read, to load, to change rule by rule with what each change affects."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as Redirect

from ..domain.access import ALL, reaches
from ..domain.presets import TIERS
from ..domain.refusals import Refused
from ..domain.units import KINDS
from ..models import Plan, Unit, db
from ..operations import plans as operations
from ..operations import presets, scope
from ..operations.plans import RuleEffects
from .access import actor, may, requires
from .clock import now
from .plan_forms import (
    APPROVALS,
    MODES,
    PART_FORMS,
    SIDES,
    STEP_NAMES,
    TIER_NAMES,
    BasicsForm,
    NewPlanForm,
    TierForm,
    target_lines,
)

bp = Blueprint("plans", __name__, url_prefix="/plans")

Page = str | Redirect | tuple[str, int]
TABS = {
    "tiers": "Các cấp", "programme": "Chương trình", "components": "Thành phần",
    "steps": "Việc cần làm", "general": "Thông tin chung",
}  # fmt: skip
_PARTS = "<any(components, programme, steps):section>"


@bp.get("")
@requires("plans.read")
def index() -> str:
    """Every plan."""
    query = select(Plan).options(joinedload(Plan.unit), selectinload(Plan.tiers)).order_by(Plan.period_from.desc(), Plan.id)
    return render_template("plans/index.html", plans=db.session.scalars(query).all())


@bp.get("/<int:plan_id>")
@requires("plans.read")
def show(plan_id: int) -> str:
    """All rules of a plan, a part at a time."""
    plan, shown = _plan(plan_id, "plans.read"), request.args.get("part", "tiers")
    pilots = {unit.code: unit for unit in db.session.scalars(select(Unit).where(Unit.code.in_(plan.pilots)))}
    return render_template(
        "plans/show.html", plan=plan, pilots=pilots, editable=_may_edit(plan), tier_use=operations.tier_use(plan),
        component_use=operations.component_use(plan), form_names={form["code"]: form["name"] for form in plan.forms},
        missing_tiers=[code for code in TIERS if code not in {tier.code for tier in plan.tiers}],
        tier_names=TIER_NAMES, modes=MODES, approvals=APPROVALS, sides=SIDES, step_names=STEP_NAMES,
        target_lines=target_lines, unit_kinds=KINDS, shown=shown if shown in TABS else "tiers", tabs_of_plan=_tabs(plan, shown),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires("plans.edit")
def new() -> Page:
    """Load a shipped preset or a file; every fault of a file is listed by line and path."""
    form = NewPlanForm.offering(presets.preset_names(), _owners())
    faults: list[str] = []
    if form.validate_on_submit():
        try:
            file = form.file.data
            preset = presets.read_preset(presets.decode_preset(file.read())) if file else presets.get_preset(form.preset.data)
            owner = scope.find_unit(actor(), "plans.edit", form.unit_id.data)
            plan = presets.load_preset(preset, unit=owner or abort(404), actor=actor(), now=now())
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            faults = [presets.say_fault(fault) for fault in getattr(refusal, "faults", ())]
        else:
            flash("Đã có kế hoạch. Xem lại từng mục trước khi tạo hội nghị.", "ok")
            return redirect(url_for(".show", plan_id=plan.id), code=303)
    return render_template("plans/new.html", form=form, faults=faults), 422 if form.errors else 200


@bp.get("/<int:plan_id>/export")
@requires("plans.read")
def export(plan_id: int) -> Response:
    """A plan as a YAML file."""
    plan = _plan(plan_id, "plans.read")
    headers = {"Content-Disposition": f'attachment; filename="{plan.code}.yaml"'}
    return Response(presets.export_plan(plan), mimetype="application/yaml", headers=headers)


@bp.route("/<int:plan_id>/edit", methods=["GET", "POST"])
@requires("plans.edit")
def edit(plan_id: int) -> Page:
    """Title, number, dates, forms, bases, movements, pilots."""
    plan = _plan(plan_id, "plans.edit")
    form = BasicsForm.for_plan(plan)
    if form.validate_on_submit():
        try:
            operations.edit_basics(plan, form.values(), actor=actor(), now=now())
            return _done(plan_id, part="general")
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return render_template("plans/edit.html", plan=plan, form=form), 422 if form.errors else 200


@bp.route("/<int:plan_id>/tiers/<any(commune, department, district, province):code>", methods=["GET", "POST"])
@requires("plans.edit")
def tier(plan_id: int, code: str) -> Page:
    """The rules of a tier; a change that puts congresses in the wrong is asked for twice."""
    plan = _plan(plan_id, "plans.edit")
    row = next((tier for tier in plan.tiers if tier.code == code), None)
    form = TierForm.for_tier(plan, row)
    effects = operations.rule_effects(row) if row else RuleEffects(0)
    if form.validate_on_submit():
        try:
            wanted = operations.check_tier(plan, code, form.values(row))
            effects = operations.rule_effects(row, wanted) if row else effects
            if not effects.broken or form.confirmed.data:
                operations.put_tier(plan, code, form.values(row), actor=actor(), now=now())
                return _done(plan_id)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    shown = {"plan": plan, "tier": row, "code": code, "form": form, "effects": effects, "tier_names": TIER_NAMES}
    return render_template("plans/tier.html", **shown), 422 if form.errors or effects.broken else 200


@bp.post("/<int:plan_id>/tiers/<any(commune, department, district, province):code>/remove")
@requires("plans.edit")
def remove_tier(plan_id: int, code: str) -> Redirect:
    """Take a tier out of the plan."""
    plan = _plan(plan_id, "plans.edit")
    operations.remove_tier(plan, code, actor=actor(), now=now())
    return _done(plan_id, "Đã bỏ cấp khỏi kế hoạch.")


@bp.route(f"/<int:plan_id>/{_PARTS}/new", methods=["GET", "POST"])
@requires("plans.edit")
def new_part(plan_id: int, section: str) -> Page:
    """A new component, programme item or step."""
    return _edit_part(_plan(plan_id, "plans.edit"), section, None)


@bp.route(f"/<int:plan_id>/{_PARTS}/<code>", methods=["GET", "POST"])
@requires("plans.edit")
def part(plan_id: int, section: str, code: str) -> Page:
    """A component, programme item or step."""
    plan = _plan(plan_id, "plans.edit")
    row = next((row for row in getattr(plan, section) if row.code == code), None)
    return _edit_part(plan, section, row or abort(404))


@bp.post(f"/<int:plan_id>/{_PARTS}/<code>/move")
@requires("plans.edit")
def move_part(plan_id: int, section: str, code: str) -> Redirect:
    """Up or down by one."""
    plan = _plan(plan_id, "plans.edit")
    operations.move_part(plan, section, code, -1 if request.form.get("by") == "up" else 1, actor=actor(), now=now())
    return _done(plan_id, "Đã đổi thứ tự.", section)


@bp.post(f"/<int:plan_id>/{_PARTS}/<code>/remove")
@requires("plans.edit")
def remove_part(plan_id: int, section: str, code: str) -> Redirect:
    """Take a component, programme item or step out of the plan."""
    plan = _plan(plan_id, "plans.edit")
    operations.remove_part(plan, section, code, actor=actor(), now=now())
    return _done(plan_id, "Đã bỏ khỏi kế hoạch.", section)


def _edit_part(plan: Plan, section: str, row: Any | None) -> Page:
    form = PART_FORMS[section].for_row(plan, row)
    effects = operations.side_effects(row, row.side) if row and section == "components" else None
    if form.validate_on_submit():
        try:
            if row and section == "components":
                effects = operations.side_effects(row, form.side.data)
            if not (effects and effects.broken) or form.confirmed.data:
                operations.put_part(plan, section, row and row.code, form.values(plan, row), actor=actor(), now=now())
                return _done(plan.id, "Đã ghi.", section)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    used = operations.programme_use(plan).get(row.code, 0) if row and section == "programme" else None
    shown = {"plan": plan, "section": section, "row": row, "form": form, "effects": effects, "used": used}
    return render_template("plans/part.html", **shown), 422 if form.errors or (effects and effects.broken) else 200


def _done(plan_id: int, words: str = "Đã ghi.", part: str | None = None) -> Redirect:
    db.session.commit()
    flash(words, "ok")
    return redirect(url_for(".show", plan_id=plan_id, part=part), code=303)


def _tabs(plan: Plan, shown: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": url_for(".show", plan_id=plan.id, part=part if part != "tiers" else None),
            "current": part == shown,
        }
        for part, label in TABS.items()
    ]


def _plan(plan_id: int, permission: str) -> Plan:
    return scope.find_plan(actor(), permission, plan_id) or abort(404)


def _may_edit(plan: Plan) -> bool:
    return may("plans.edit") and scope.find_unit(actor(), "plans.edit", plan.unit_id) is not None


def _owners() -> list[Unit]:
    """The units for which somebody may load a plan: those granted, not all below them."""
    grants = list(reaches(actor(), "plans.edit"))
    ground = (
        Unit.kind == "province"
        if any(reach.kind == ALL for reach in grants)
        else Unit.id.in_([reach.unit_id for reach in grants])
    )
    return list(db.session.scalars(select(Unit).where(ground).order_by(Unit.sort_key)))
