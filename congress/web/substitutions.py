"""Replacing a delegate: places to fill, who takes one, and who replaced whom."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Delegate, db
from ..operations import admission, delegates
from ..operations import substitutions as operations
from .access import actor, may, requires
from .clock import now
from .forms import Form, tidy

bp = Blueprint("substitutions", __name__, url_prefix="/congress/<int:congress_id>/substitutions")

SHORT = Length(max=300, message="Tối đa 300 ký tự.")
NEW_PERSON = "Người mới, ghi ở dưới"


class SubstitutionForm(Form):
    """Who takes a place, why, and who decided; somebody new is typed in."""

    new_id = SelectField("Người thay", coerce=int)
    name = StringField("Họ và tên người mới", [SHORT])
    component = SelectField("Thành phần")
    title = StringField("Chức vụ", [SHORT])
    unit_text = StringField("Đơn vị", [SHORT])
    reason = TextAreaField("Lý do thay", [DataRequired("Nêu lý do thay."), Length(max=1000, message="Tối đa 1.000 ký tự.")])
    decided_by = StringField(
        "Người quyết định", [DataRequired("Ghi người quyết định."), SHORT], description="Ví dụ: Trưởng Ban Tổ chức."
    )

    @classmethod
    def for_place(cls, old: Delegate, candidates: list[Delegate]) -> "SubstitutionForm":
        """The form with everybody of the side who may come; somebody new is the last choice."""
        form = cls()
        form.new_id.choices = {**{d.id: _choice(d) for d in candidates}, 0: NEW_PERSON}
        same_side = [c for c in g.congress.plan.components if c.side == old.component.side]
        form.component.choices = {c.code: c.label for c in same_side}
        if not form.is_submitted():
            form.component.data = old.component.code
        return form


def _choice(candidate: Delegate) -> str:
    known = (candidate.name, admission.STATES[candidate.state], candidate.delegation and candidate.delegation.name)
    rank = f"thứ tự {candidate.rank}" if candidate.rank else ""
    return " · ".join(text for text in (*known, rank, candidate.title) if text)


@bp.route("", methods=["GET", "POST"])
@requires("delegates.read")
def index(congress_id: int) -> str:
    """Places nobody has taken, who replaced whom, and a search for whoever cannot come; the name travels by POST."""
    text = tidy(request.form.get("q", ""))[:100]
    return render_template(
        "substitutions/index.html", congress=g.congress, text=text, found=operations.find_holders(g.congress, text),
        open_places=operations.open_places(g.congress), history=operations.substitutions_of(g.congress),
        can_replace=may("delegates.approve", g.congress) and stage_allows(g.congress.stage),
    )  # fmt: skip


def stage_allows(stage: str) -> bool:
    """Whether somebody may be replaced in a stage: while the list is open, and as an amendment once it is closed."""
    return allows(stage, "approve") or allows(stage, "amend")


@bp.route("/<int:delegate_id>", methods=["GET", "POST"])
@requires("delegates.approve")
def new(congress_id: int, delegate_id: int) -> str | Response | tuple[str, int]:
    """Choose who takes somebody's place, or type in somebody new."""
    old = delegates.find_delegate(g.congress, delegate_id) or abort(404)
    operations.check_replaceable(old, now=now())
    candidates = operations.candidates_for(old)
    form = SubstitutionForm.for_place(old, candidates)
    if form.validate_on_submit():
        try:
            replaced = _substitute(old, form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"{replaced.new.name} đã thay {replaced.old.name}, số thẻ {replaced.number}. In thẻ mới ở mục Chưa in.", "ok")
            return redirect(url_for(".index", congress_id=congress_id), code=303)
    page = render_template("substitutions/new.html", congress=g.congress, old=old, form=form, candidates=candidates)
    return page, 422 if form.errors else 200


def _substitute(old: Delegate, form: SubstitutionForm) -> Any:
    who: dict[str, Any] = {"actor": actor(), "now": now()}
    new_id = form.new_id.data or _add(form, **who).id
    decision = operations.Decision(form.reason.data or "", form.decided_by.data or "")
    return operations.substitute(g.congress.id, old.id, new_id, decision, sealer=current_app.extensions["sealer"], **who)


def _add(form: SubstitutionForm, **who: Any) -> Delegate:
    component = delegates.find_component(g.congress, form.component.data)
    values = {"name": form.name.data or "", "title": form.title.data or "", "unit_text": form.unit_text.data or ""}
    assert component is not None  # one of the choices
    return delegates.add_delegate(g.congress.id, values, component=component, **who)  # of the delegation whose place it is
