"""A congress's own pages: its home, its data and its stages."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain.refusals import Refused
from ..domain.stages import ALLOWS, LABELS, allows, previous_stage, require
from ..domain.steps import StepState, next_step
from ..domain.titles import weekday_date
from ..models import Congress, db
from ..operations import admission, counting
from ..operations import congresses as operations
from ..operations.progress import read_steps
from .access import actor, may, requires
from .clock import now
from .congress_forms import CongressForm, PostponeForm, ReasonForm
from .forms import tidy
from .tiers import TIERS

bp = Blueprint("congresses", __name__, url_prefix="/congress/<int:congress_id>")

# What the button that leads to a stage says.
FORWARD = {
    "submitted": "Trình kế hoạch",
    "plan_approved": "Ghi ý kiến về kế hoạch",
    "list_open": "Mở danh sách",
    "list_closed": "Chốt danh sách",
    "held": "Đã tổ chức xong",
    "reported": "Đã gửi báo cáo",
}

EVENT_WORDS = {
    "forward": "Chuyển sang",
    "back": "Lùi về",
    "postpone": "Hoãn",
    "resume": "Có ngày mới",
    "cancel": "Hủy",
    "amend": "Bổ sung danh sách đã chốt",
}

# Where a step of the check list is done.
STEP_PAGES = {
    "date_set": ("congresses.edit", "Đặt ngày", "congresses.edit"),
    "agenda_ready": ("agenda.index", "Mở chương trình", "agenda.read"),
    "delegates_in": ("delegates.index", "Mở danh sách đại biểu", "delegates.read"),
    "list_closed": ("delegates.index", "Mở danh sách đại biểu", "delegates.read"),
    "badges_printed": ("badges.index", "In thẻ", "badges.print"),
}

# Steps that the button to the next stage completes.
STEPS_BY_STAGE = ("plan_ready", "list_open", "list_closed", "held", "reported")


@bp.get("")
@requires("congresses.read")
def home(congress_id: int) -> str:
    """The congress at a glance: the rule, the next step, the stages."""
    congress: Congress = g.congress
    figures = counting.count_one(congress)
    states = read_steps(congress, figures)
    return render_template(
        "congresses/home.html",
        congress=congress,
        figures=figures,
        meter=counting.meter_of(congress, figures),
        steps=[_shown(congress, s) for s in states],
        next=_next(congress, next_step(states)),
        when=_when(congress),
        warnings=operations.date_warnings(congress),
        size_warnings=operations.size_warnings(congress),
        event_words=EVENT_WORDS,
        tier_name=TIERS[congress.tier.code],
        names_shown=may("delegates.read", congress),
        **_stage_buttons(congress),
    )


def _stage_buttons(congress: Congress) -> dict[str, Any]:
    """What may be done with the stages here and now."""
    coming = operations.next_stage(congress)
    return {
        "coming": coming if coming and _may_move(coming) else None,
        "forward": FORWARD,
        "back": previous_stage(congress.stage, needs_approval=operations.approval_needed(congress)),
        "doings": ALLOWS[congress.stage],
        "reason_form": ReasonForm(formdata=None, prefix="back"),
        "postpone_form": PostponeForm(formdata=None, prefix="postpone"),
        "cancel_form": ReasonForm(formdata=None, prefix="cancel"),
        "may_override": admission.may_override(actor(), congress),
    }


def _may_move(to_stage: str) -> bool:
    return may("congresses.approve_plan" if to_stage == "plan_approved" else "congresses.move", g.congress)


def _when(congress: Congress) -> str:
    if congress.held_on is None:
        return "Tạm hoãn, chưa có ngày mới" if congress.postponed else "Chưa định ngày"
    return weekday_date(congress.held_on)


def _shown(congress: Congress, step: StepState) -> dict[str, Any]:
    due: date | None = step.due
    return {"label": step.label, "state": step.state, "due": f"hạn {due:%d/%m}" if due and step.state != "done" else ""}


def _next(congress: Congress, step: StepState | None) -> dict[str, str] | None:
    if step is None or congress.stage == "cancelled":
        return None
    endpoint, label, permission = STEP_PAGES.get(step.code, ("", "", ""))
    reachable = endpoint and may(permission, congress) and (endpoint != "congresses.edit" or allows(congress.stage, "edit"))
    url = url_for(endpoint, congress_id=congress.id) if reachable else ""
    coming = operations.next_stage(congress)
    words = [f"Hạn {step.due:%d/%m/%Y}."] if step.due else []
    if step.code in STEPS_BY_STAGE and coming and _may_move(coming) and not congress.postponed:
        words.append(f"Xong thì bấm “{FORWARD[coming]}”.")
    return {"title": step.label, "text": " ".join(words), "url": url, "label": label}


@bp.route("/edit", methods=["GET", "POST"])
@requires("congresses.edit")
def edit(congress_id: int) -> str | Response | tuple[str, int]:
    """Change a congress's data."""
    if request.method == "GET":
        require(g.congress.stage, "edit")  # say so before anybody types
    form = CongressForm.for_edit(g.congress)
    if form.validate_on_submit():
        try:
            operations.edit_congress(congress_id, form.values(g.congress.tier, g.congress.unit), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("Đã ghi.", "ok")
            return redirect(url_for(".home", congress_id=congress_id), code=303)
    composed = operations.own_titles(g.congress)
    page = render_template(
        "congresses/form.html", form=form, congress=g.congress, tier=g.congress.tier.code, tier_names=TIERS, composed=composed
    )
    return page, 422 if form.errors else 200


@bp.post("/move")
@requires("congresses.read")
def move(congress_id: int) -> Response:
    """One step forward: "plan_approved" is the plan owner's, the others the organiser's."""
    to_stage = request.form.get("to", "")
    if to_stage not in FORWARD or not _may_move(to_stage):
        abort(403)
    if to_stage == "list_closed":
        reason = tidy(request.form.get("override_reason", ""))[:1000]
        operations.close_list(congress_id, actor=actor(), now=now(), override_reason=reason)
    else:
        operations.move_on(congress_id, to_stage, actor=actor(), now=now())
    db.session.commit()
    flash(f"Hội nghị ở bước: {LABELS[to_stage]}.", "ok")
    return redirect(url_for(".home", congress_id=congress_id), code=303)


@bp.post("/back")
@requires("congresses.move")
def back(congress_id: int) -> Response:
    """One step back, with a reason."""
    congress = operations.step_back(congress_id, _reason(ReasonForm(prefix="back")), actor=actor(), now=now())
    db.session.commit()
    flash(f"Đã lùi về bước: {LABELS[congress.stage]}.", "ok")
    return redirect(url_for(".home", congress_id=congress_id), code=303)


@bp.post("/postpone")
@requires("congresses.move")
def postpone(congress_id: int) -> Response:
    """Put the congress off; all is kept."""
    form = PostponeForm(prefix="postpone")
    operations.postpone(congress_id, _reason(form), form.new_date.data, actor=actor(), now=now())
    db.session.commit()
    flash("Đã hoãn. Danh sách, chương trình và thẻ được giữ nguyên.", "ok")
    return redirect(url_for(".home", congress_id=congress_id), code=303)


@bp.post("/cancel")
@requires("congresses.move")
def cancel(congress_id: int) -> Response:
    """Cancel the congress, with a reason."""
    operations.cancel(congress_id, _reason(ReasonForm(prefix="cancel")), actor=actor(), now=now())
    db.session.commit()
    flash("Đã hủy hội nghị.", "ok")
    return redirect(url_for(".home", congress_id=congress_id), code=303)


def _reason(form: ReasonForm) -> str:
    if not form.validate():
        raise Refused("needs_reason", next(iter(form.errors.values()))[0])
    return form.reason.data or ""


@bp.post("/size")
@requires("congresses.edit")
def size(congress_id: int) -> Response:
    """Change the planned size alone."""
    planned = request.form.get("planned_size", type=int)
    if planned is None:
        raise Refused("size", "Nhập quy mô bằng chữ số.")
    operations.set_planned(congress_id, planned, actor=actor(), now=now())
    db.session.commit()
    flash(f"Quy mô mới: {planned} đại biểu.", "ok")
    return redirect(url_for(".home", congress_id=congress_id), code=303)
