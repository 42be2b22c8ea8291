"""The register of advanced models, and which delegates of a congress stand in it."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ..domain.access import may_at
from ..domain.exemplars import KINDS
from ..domain.refusals import Refused
from ..models import Delegate, Exemplar, Unit, db
from ..operations import delegates, scope
from ..operations import exemplars as operations
from .access import actor, may, requires
from .clock import now
from .errors import row_number
from .forms import Form, tidy
from .presentation import page_urls

bp = Blueprint("exemplars", __name__)

PAGE = 100
AnyPage = str | Response | tuple[str, int]


class ExemplarForm(Form):
    """One entry of the register."""

    unit = SelectField("Đơn vị", coerce=int)
    kind = SelectField("Loại", choices=KINDS)
    name = StringField("Tên", [DataRequired("Nhập tên."), Length(max=300, message="Tối đa 300 ký tự.")])
    field = StringField("Lĩnh vực", [Length(max=200, message="Tối đa 200 ký tự.")])
    summary = TextAreaField("Thành tích", [Length(max=5000, message="Tối đa 5.000 ký tự.")])
    decision = StringField(
        "Quyết định công nhận",
        [Length(max=300, message="Tối đa 300 ký tự.")],
        description="Ví dụ: QĐ 123/QĐ-UBND ngày 05/02/2025.",
    )

    def values(self) -> operations.ExemplarValues:
        """What was typed, as the operations take it."""
        return operations.ExemplarValues(
            kind=self.kind.data, name=self.name.data or "", field=self.field.data or "", summary=self.summary.data or "",
            decision=self.decision.data or "",
        )  # fmt: skip


@bp.route("/exemplars", methods=["GET", "POST"])
@requires("exemplars.read")
def index() -> str:
    """The register within reach, by pages; a typed name comes by POST and never stands in an address."""
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    text = tidy(request.form.get("q", ""))[:100]
    page = 1 if text else request.args.get("page", 1, type=row_number)
    pages = db.paginate(operations.exemplars_for(actor(), text=text, kind=kind), page=page, per_page=PAGE, error_out=False)
    return render_template(
        "exemplars/index.html", pages=pages, text=text, kind=kind, kinds=KINDS, may_edit=_may_edit,
        page_url=page_urls(".index", kind=kind or None),
    )  # fmt: skip


def _may_edit(unit: Unit) -> bool:
    return may_at(actor(), "exemplars.edit", unit_id=unit.id, unit_path=unit.path)


@bp.route("/exemplars/new", methods=["GET", "POST"])
@requires("exemplars.edit")
def new() -> AnyPage:
    """Put somebody, a collective or a household in the register of a unit."""
    units = list(db.session.scalars(scope.units_for(actor(), "exemplars.edit").order_by(Unit.sort_key, Unit.id)))
    form = ExemplarForm()
    form.unit.choices = {unit.id: unit.name for unit in units}
    if form.validate_on_submit():
        try:
            unit = next(unit for unit in units if unit.id == form.unit.data)
            exemplar = operations.add_exemplar(unit, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"Đã ghi {exemplar.name} vào sổ điển hình.", "ok")
            return redirect(url_for(".index"), code=303)
    return render_template("exemplars/edit.html", form=form, exemplar=None), 422 if form.errors else 200


@bp.route("/exemplars/<int:exemplar_id>", methods=["GET", "POST"])
@requires("exemplars.edit")
def edit(exemplar_id: int) -> AnyPage:
    """Change an entry; its unit stays."""
    exemplar = operations.find_exemplar(actor(), "exemplars.edit", exemplar_id) or abort(404)
    form: Any = ExemplarForm(obj=exemplar)
    del form.unit
    if form.validate_on_submit():
        try:
            operations.edit_exemplar(exemplar, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("Đã ghi.", "ok")
            return redirect(url_for(".index"), code=303)
    return render_template("exemplars/edit.html", form=form, exemplar=exemplar), 422 if form.errors else 200


# ---- the delegates of a congress -------------------------------------------------------------------------------------


@bp.get("/congress/<int:congress_id>/exemplars")
@requires("delegates.read")
def links(congress_id: int) -> str:
    """Who of the honoured side stands in the register and who does not."""
    people = operations.unlinked_people(g.congress)
    matching = operations.match_list(g.congress)
    return render_template(
        "exemplars/links.html", congress=g.congress, people=people, linked=operations.count_linked(g.congress), matching=matching,
        can_edit=may("delegates.edit", g.congress),
    )  # fmt: skip


@bp.post("/congress/<int:congress_id>/exemplars")
@requires("delegates.edit")
def link_by_name(congress_id: int) -> Response:
    """Link everybody whose kind and name stand in the register exactly once."""
    found = operations.link_by_name(congress_id, actor=actor(), now=now())
    db.session.commit()
    words = [f"Đã nối {len(found.links)} người với sổ."]
    if found.doubtful:
        words.append(f"{len(found.doubtful)} người có nhiều mục cùng tên: chọn từng người.")
    if found.missing:
        words.append(f"{len(found.missing)} người chưa có trong sổ.")
    flash(" ".join(words), "warn" if found.doubtful or found.missing else "ok")
    return redirect(url_for(".links", congress_id=congress_id), code=303)


@bp.route("/congress/<int:congress_id>/delegates/<int:delegate_id>/exemplar", methods=["GET", "POST"])
@requires("delegates.edit")
def pick(congress_id: int, delegate_id: int) -> str:
    """Choose the entry of one delegate: those of the same name, or those found by typed words."""
    delegate = _get(delegate_id)
    text = tidy(request.form.get("q", ""))[:100]
    found = operations.search_register(g.congress, text) if text else operations.suggest_exemplars(delegate)
    return render_template(
        "exemplars/pick.html", congress=g.congress, delegate=delegate, found=found, text=text, kinds=KINDS,
        full=len(found) == operations.FOUND_AT_MOST,
    )  # fmt: skip


@bp.post("/congress/<int:congress_id>/delegates/<int:delegate_id>/exemplar/link")
@requires("delegates.edit")
def link(congress_id: int, delegate_id: int) -> Response:
    """Point a delegate to an entry, or to none."""
    exemplar_id = request.form.get("exemplar_id", type=row_number)
    if exemplar_id is None and "exemplar_id" in request.form:  # a number nobody has must not take the link away
        abort(400)
    operations.link_exemplar(_get(delegate_id), exemplar_id, actor=actor(), now=now())
    db.session.commit()
    flash("Đã nối với sổ điển hình." if exemplar_id is not None else "Đã bỏ nối với sổ điển hình.", "ok")
    return redirect(url_for("people.edit", congress_id=congress_id, delegate_id=delegate_id), code=303)


def _get(delegate_id: int) -> Delegate:
    return delegates.find_delegate(g.congress, delegate_id) or abort(404)


def found_in_register(delegate: Delegate) -> list[Exemplar]:
    """What a person's page offers to link: nothing where it is linked already."""
    return [] if delegate.exemplar_id else operations.suggest_exemplars(delegate)
