"""Pages of units: the tree, search, one unit, a list to import."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ..domain.access import may_at
from ..domain.refusals import Refused
from ..domain.unit_lists import COLUMNS
from ..domain.units import KINDS, exists_on
from ..models import Unit, db
from ..operations import scope
from ..operations import units as operations
from ..operations.unit_files import say_fault
from ..operations.units import UnitNode, UnitValues
from .access import actor, requires
from .clock import now, today
from .forms import Form
from .plan_forms import choices
from .presentation import page_urls

bp = Blueprint("units", __name__, url_prefix="/units")

PAGE = 100
Page = str | Response | tuple[str, int]


class UnitForm(Form):
    """One unit."""

    code = StringField(
        "Mã", [InputRequired("Chưa có mã."), Length(max=40)], description="Chữ không dấu và số, không đổi được về sau."
    )
    name = StringField("Tên", [InputRequired("Chưa có tên."), Length(max=300)])
    kind = SelectField("Loại", choices=choices(KINDS.items()))
    parent = SelectField("Trực thuộc", coerce=int)
    emulation_block = StringField("Khối thi đua", [Length(max=200)])
    headcount = IntegerField(
        "Số công chức, viên chức, người lao động", [Optional(), NumberRange(0, 9_999_999, "Nhập một số không âm.")]
    )
    valid_from = DateField("Hoạt động từ ngày", [Optional()], description="Để trống nếu từ trước đến nay.")
    valid_to = DateField(
        "Thôi hoạt động sau ngày", [Optional()], description="Khi giải thể, sáp nhập. Hội nghị cũ giữ nguyên tên."
    )

    def values(self, parent: Unit | None) -> UnitValues:
        """What was typed, as the operations take it."""
        return UnitValues(
            name=self.name.data or "", kind=self.kind.data, parent=parent, emulation_block=self.emulation_block.data or "",
            headcount=self.headcount.data, valid_from=self.valid_from.data, valid_to=self.valid_to.data,
        )  # fmt: skip


class ListForm(Form):
    """One list of units."""

    file = FileField("Tệp danh sách (.csv, .xlsx)", [FileRequired("Chọn tệp danh sách.")])


@bp.route("", methods=["GET", "POST"])
@requires("units.read")
def index() -> str:
    """The tree; with words typed or a kind picked, a plain list."""
    text = request.form.get("q", "").strip()
    kind = request.args.get("kind", "")
    tree = operations.unit_tree(actor())
    shown = _Listing(tree, text=text, kind=kind, page=request.args.get("page", 1, type=int))
    return render_template(
        "units/index.html", shown=shown, text=text, kind=kind, kinds=KINDS, page_url=page_urls(".index", kind=kind or None),
        gone=_is_gone, may_edit=_may_edit,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires("units.edit")
def new() -> Page:
    """Add a unit under one the actor looks after."""
    form = _form(None)
    if not form.is_submitted():
        form.parent.data = request.args.get("under", type=int)
    if form.validate_on_submit():
        try:
            values = form.values(_parent(form.parent.data))
            unit = operations.create_unit(form.code.data or "", values, actor=actor(), now=now())
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(f"Đã thêm {unit.name}.", "ok")
            return redirect(url_for(".index"), code=303)
    return render_template("units/edit.html", form=form, unit=None), 422 if form.errors else 200


@bp.route("/<int:unit_id>", methods=["GET", "POST"])
@requires("units.edit")
def edit(unit_id: int) -> Page:
    """Change a unit; moving it takes along all below it."""
    unit = scope.find_unit(actor(), "units.edit", unit_id) or abort(404)
    form = _form(unit)
    if form.validate_on_submit():
        try:
            parent = unit.parent if form.parent.data == (unit.parent_id or 0) else _parent(form.parent.data)
            operations.edit_unit(unit, form.values(parent), actor=actor(), now=now())
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(f"Đã ghi {unit.name}.", "ok")
            return redirect(url_for(".index"), code=303)
    return render_template("units/edit.html", form=form, unit=unit), 422 if form.errors else 200


@bp.route("/import", methods=["GET", "POST"])
@requires("units.edit")
def import_list() -> Page:
    """Make and change units as a list says, all or nothing."""
    form = ListForm()
    faults: list[str] = []
    if form.validate_on_submit():
        file = form.file.data
        try:
            result = operations.import_units(file.read(), file.filename or "", actor=actor(), now=now())
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
            faults = [say_fault(fault) for fault in getattr(refusal, "faults", ())]
        else:
            flash(f"Đã thêm {result.created}, sửa {result.updated}, giữ nguyên {result.unchanged} đơn vị.", "ok")
            return redirect(url_for(".index"), code=303)
    return render_template(
        "units/import.html", form=form, faults=faults, columns=COLUMNS, kinds=KINDS
    ), 422 if form.errors else 200


class _Listing:
    """What the page of units shows: branches of the tree, or the units that were asked for, a hundred at a time."""

    def __init__(self, tree: list[UnitNode], *, text: str, kind: str, page: int) -> None:
        everything = [node for root in tree for node in _walk(root)]
        self.all_units = len(everything)
        self.counts = {code: sum(node.unit.kind == code for node in everything) for code in KINDS}
        self.root = tree[0].unit if len(tree) == 1 else None
        self.flat = bool(text or kind)
        if text:
            found = {unit.id for unit in operations.search_units(actor(), text)}
            nodes = [node for node in everything if node.unit.id in found]
        elif kind:
            nodes = [node for node in everything if node.unit.kind == kind]
        else:
            nodes = tree[0].children if self.root else tree
        if self.flat:
            nodes = sorted(nodes, key=lambda node: (node.unit.sort_key, node.unit.id))
        self.names = {node.unit.id: node.unit.name for node in everything}
        self.total, self.pages = len(nodes), -(-len(nodes) // PAGE) or 1
        self.page = min(max(page, 1), self.pages)
        self.has_prev, self.has_next = self.page > 1, self.page < self.pages
        self.nodes = nodes[(self.page - 1) * PAGE : self.page * PAGE]


def _is_gone(unit: Unit) -> bool:
    return not exists_on(today(), valid_from=unit.valid_from, valid_to=unit.valid_to)


def _may_edit(unit: Unit) -> bool:
    return may_at(actor(), "units.edit", unit_id=unit.id, unit_path=unit.path)


def _walk(node: UnitNode) -> list[UnitNode]:
    return [node, *(below for child in node.children for below in _walk(child))]


def _form(unit: Unit | None) -> Any:
    """The form with the units that may be chosen to stand under; a root stays a root."""
    form = UnitForm(obj=unit)
    if unit and not form.is_submitted():
        form.parent.data = unit.parent_id or 0
    query = scope.units_for(actor(), "units.edit").where(Unit.kind.in_(("province", "district"))).order_by(Unit.sort_key)
    places = {place.id: place.name for place in db.session.scalars(query) if unit is None or not place.path.startswith(unit.path)}
    if unit:
        del form.code
        here = {unit.parent.id: unit.parent.name} if unit.parent else {0: "Không trực thuộc đơn vị nào"}
        places = {**here, **places} if unit.parent else here
    form.parent.choices = choices(places.items())
    return form


def _parent(unit_id: int) -> Unit | None:
    return scope.find_unit(actor(), "units.edit", unit_id) if unit_id else None
