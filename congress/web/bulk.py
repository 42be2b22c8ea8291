"""Editing many people at once, and taking the last bulk change back."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from ..domain.person_words import CAPACITIES
from ..domain.refusals import Refused
from ..domain.structure import ECONOMIC_SECTORS
from ..models import db
from ..operations import bulk as operations
from ..operations.delegate_queries import CODES, count_by_delegation
from ..operations.delegates import find_component
from .access import actor, requires
from .clock import now
from .delegates import back_to_list, picked
from .forms import Form, tidy
from .plan_forms import CheckboxesField

bp = Blueprint("bulk", __name__, url_prefix="/congress/<int:congress_id>/delegates/bulk")

SHOWN = 100  # people or steps named on a page; the others are counted
KEEP, UNKNOWN = {"": "Giữ nguyên"}, {"none": "Chưa có thông tin"}
YES_NO = {**KEEP, "yes": "Có", "no": "Không", **UNKNOWN}
LONG = Length(max=300, message="Tối đa 300 ký tự.")
CLEARED = {"delegation": "Đoàn", "title": "Chức vụ", "unit_text": "Đơn vị", "field": "Lĩnh vực", "note": "Ghi chú"}


class BulkForm(Form):
    """What the picked people are given; what is left blank stays as it is."""

    component = SelectField("Thành phần")
    delegation = StringField("Đoàn", [LONG])
    title = StringField("Chức vụ", [LONG])
    unit_text = StringField("Đơn vị", [LONG])
    capacity = SelectField("Tư cách", choices={**KEEP, **CAPACITIES, **UNKNOWN})
    field = StringField("Lĩnh vực", [LONG])
    direct_labour = SelectField("Trực tiếp lao động, sản xuất", choices=YES_NO)
    new_model = SelectField("Mô hình mới, điển hình mới", choices=YES_NO)
    economic_sector = SelectField("Thành phần kinh tế", choices={**KEEP, **ECONOMIC_SECTORS, **UNKNOWN})
    note = TextAreaField("Ghi chú", [Length(max=1000, message="Tối đa 1.000 ký tự.")])
    clear = CheckboxesField("Xóa trống các ô này", choices=CLEARED)
    reason = StringField("Lý do", [LONG])

    def values(self) -> dict[str, Any]:
        """The columns to set, as the list keeps them."""
        cleared, found = set(self.clear.data or ()), {}
        for column in ("title", "unit_text", "field", "note"):
            if self[column].data or column in cleared:
                found[column] = self[column].data or ""
        for column in ("capacity", "direct_labour", "new_model", "economic_sector"):
            if self[column].data:
                found[column] = {"none": None, "yes": True, "no": False}.get(self[column].data, self[column].data)
        return found

    def delegation_name(self) -> str | None:
        """The delegation to come to, "" for none; None where it stays."""
        return self.delegation.data or ("" if "delegation" in (self.clear.data or ()) else None)

    def validate(self, extra_validators: Any = None) -> bool:
        """A column is either given a value or emptied, and something must change."""
        right = super().validate(extra_validators)
        if both := [CLEARED[column] for column in self.clear.data or () if self[column].data]:
            self.clear.errors = [*self.clear.errors, f"Vừa ghi vừa xóa: {', '.join(both)}. Chọn một trong hai."]
        elif right and not (self.values() or self.component.data or self.delegation_name() is not None):
            self.form_errors.append("Chọn ít nhất một ô để đổi.")
        return right and not self.errors


@bp.post("")
@requires("delegates.edit")
def edit(congress_id: int) -> str | Response | tuple[str, int]:
    """Give the picked people the same values; the list posts here first, then the form itself."""
    ids = picked()
    people = operations.find_people(g.congress, ids)
    form = BulkForm() if "write" in request.form else BulkForm(formdata=None)
    form.component.choices = {**KEEP, **{c.code: c.label for c in g.congress.plan.components}}
    if "write" in request.form and form.validate() and _edited(form, ids):
        return back_to_list()
    keep = {key: request.form.get(f"keep_{key}", "") for key in (*CODES, "per", "page")}
    page = render_template(
        "delegates/bulk_edit.html",
        congress=g.congress,
        form=form,
        people=people,
        shown=SHOWN,
        keep=keep,
        delegations=[name for _, name, _ in count_by_delegation(g.congress)],
    )
    return page, 422 if form.errors else 200


def _edited(form: BulkForm, ids: Any) -> bool:
    component = find_component(g.congress, form.component.data) if form.component.data else None
    try:
        changed = operations.edit_people(
            g.congress.id, ids, form.values(), component=component, delegation_name=form.delegation_name(),
            actor=actor(), now=now(), reason=form.reason.data or "",
        )  # fmt: skip
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    flash(f"Đã đổi {changed} người." if changed else "Không ai phải đổi: mọi người đã có các giá trị này.", "ok")
    return True


@bp.get("")
@requires("delegates.edit")
def show(congress_id: int) -> str:
    """The last bulk change: what it did to whom, and what an undo puts back or has put back."""
    change = operations.find_last_change(g.congress)
    steps = operations.read_steps(g.congress, change) if change else []
    return render_template(
        "delegates/bulk_change.html",
        congress=g.congress,
        change=change,
        undo=operations.find_undo(change) if change else None,
        back=[step for step in steps if step.back],
        left=[step for step in steps if not step.back],
        shown=SHOWN,
    )


@bp.post("/<int:change_id>/undo")
@requires("delegates.edit")
def undo(congress_id: int, change_id: int) -> Response:
    """Take back the last bulk change, but for what somebody has changed since."""
    if not operations.is_change_of(g.congress, change_id):
        abort(404)
    left = operations.undo_change(
        congress_id, change_id, actor=actor(), sealer=current_app.extensions["sealer"], now=now(),
        reason=tidy(request.form.get("reason", ""))[:1000],
    )  # fmt: skip
    db.session.commit()
    flash(f"Đã hoàn tác; {len(left)} ô đã được sửa sau đó nên giữ nguyên." if left else "Đã hoàn tác.", "ok")
    return redirect(url_for(".show", congress_id=congress_id), code=303)
