"""The running order of a congress's sittings and the programme as a handout."""

import re

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from ..documents.programme import ProgrammeLine, ProgrammeSheet, print_programme
from ..domain.agenda import MOST_MINUTES, TITLE_LENGTH
from ..domain.names import fold, normalise
from ..domain.refusals import Refused
from ..domain.stages import WHY_NOT, allows
from ..models import AgendaItem, Congress, Sitting, db
from ..operations import agenda as operations
from .access import actor, may, requires
from .clock import local, now
from .forms import Form

bp = Blueprint("agenda", __name__, url_prefix="/congress/<int:congress_id>/agenda")

LONG = Length(max=TITLE_LENGTH, message=f"Tối đa {TITLE_LENGTH} ký tự.")


class ItemForm(Form):
    """One item of the running order."""

    title = TextAreaField("Tên mục", [DataRequired("Nhập tên mục."), LONG], filters=[lambda typed: typed and normalise(typed)])
    minutes = IntegerField(
        "Số phút",
        [InputRequired("Nhập số phút bằng chữ số."), NumberRange(0, MOST_MINUTES, f"Từ 0 đến {MOST_MINUTES} phút.")],
        default=10,
    )
    presenter = StringField("Người thực hiện", [LONG])
    note = TextAreaField("Ghi chú", [Length(max=500, message="Tối đa 500 ký tự.")], description="In dưới tên mục, chữ nghiêng.")
    place = SelectField("Vị trí", coerce=int)

    def offer_places(self, sitting: Sitting) -> None:
        """Let the place be chosen after each item that is there."""
        after = [(place, f"Sau {place}. {item.title}"[:120]) for place, item in enumerate(sitting.items, 1)]
        self.place.choices = [(0, "Đầu chương trình"), *after]
        if not self.is_submitted():
            self.place.data = operations.suggest_place(sitting)

    def values(self) -> operations.ItemValues:
        """What was typed, as the operations take it."""
        return operations.ItemValues(
            self.title.data or "", self.minutes.data or 0, presenter=self.presenter.data or "", note=self.note.data or ""
        )


class StartForm(Form):
    """When a sitting starts."""

    start = TimeField("Giờ bắt đầu", [InputRequired("Nhập giờ bắt đầu, ví dụ 07:30.")])


def programme_pdf(congress: Congress, sitting: Sitting) -> bytes:
    """The programme handout of a sitting; raises Refused when it has no items."""
    sheet = operations.agenda_sheet(congress, sitting)
    lines = tuple(ProgrammeLine(**vars(line)) for line in sheet.items)
    return print_programme(ProgrammeSheet(**{**vars(sheet), "items": lines}))


@bp.get("")
@requires("agenda.read")
def index(congress_id: int) -> str:
    """Every sitting's running order with its times, and how it stands against the plan."""
    open_stage = allows(g.congress.stage, "agenda")
    may_edit = may("agenda.edit", g.congress)
    return render_template(
        "agenda/index.html",
        congress=g.congress,
        sittings=operations.sittings_of(g.congress),
        main=operations.MAIN,
        state=operations.agenda_state(g.congress),
        limit=g.congress.tier.max_minutes,
        times=operations.item_times,
        missing=operations.missing_items,
        planned={p.code for p in g.congress.plan.programme},
        start_form=_start_form,
        can_edit=open_stage and may_edit,
        why_not="" if open_stage or not may_edit else WHY_NOT["agenda"],
    )


def _start_form(sitting: Sitting) -> StartForm:
    return StartForm(formdata=None, start=local(sitting.starts_at).time() if sitting.starts_at else None)


def _sitting(sitting_id: int) -> Sitting:
    return operations.find_sitting(g.congress, sitting_id) or abort(404)


def _back(anchor: str = "") -> AnyResponse:
    return redirect(url_for(".index", congress_id=g.congress.id, _anchor=anchor or None), code=303)


def _row(item: AgendaItem) -> str:
    """Where an item stands on the page."""
    return f"item-{item.id}"


@bp.post("/<int:sitting_id>/create")
@requires("agenda.edit")
def create(congress_id: int, sitting_id: int) -> AnyResponse:
    """Fill the sitting from the plan's programme."""
    optional = "with_optional" in request.form
    items = operations.create_agenda(_sitting(sitting_id), actor=actor(), now=now(), with_optional=optional)
    db.session.commit()
    flash(f"Đã lập {len(items)} mục theo kế hoạch. Sửa số phút và người thực hiện của từng mục.", "ok")
    return _back()


@bp.post("/<int:sitting_id>/add-planned")
@requires("agenda.edit")
def add_planned(congress_id: int, sitting_id: int) -> AnyResponse:
    """Put an item of the plan's programme at its right place."""
    item = operations.add_planned_item(_sitting(sitting_id), request.form.get("code", ""), actor=actor(), now=now())
    db.session.commit()
    flash(f"Đã thêm “{item.title}”.", "ok")
    return _back(_row(item))


@bp.route("/<int:sitting_id>/new", methods=["GET", "POST"])
@requires("agenda.edit")
def new(congress_id: int, sitting_id: int) -> str | AnyResponse | tuple[str, int]:
    """Add an item of one's own."""
    sitting, form = _sitting(sitting_id), ItemForm()
    form.offer_places(sitting)
    if form.validate_on_submit():
        try:
            item = operations.add_item(sitting, form.values(), place=form.place.data, actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"Đã thêm “{item.title}”.", "ok")
            return _back(_row(item))
    page = render_template("agenda/item.html", form=form, congress=g.congress, sitting=sitting, item=None)
    return page, 422 if form.errors else 200


@bp.route("/<int:sitting_id>/items/<int:item_id>", methods=["GET", "POST"])
@requires("agenda.edit")
def edit(congress_id: int, sitting_id: int, item_id: int) -> str | AnyResponse | tuple[str, int]:
    """Change an item."""
    sitting = _sitting(sitting_id)
    if request.method == "GET" and item_id not in {item.id for item in sitting.items}:
        abort(404)
    item = operations.get_item(sitting, item_id)
    form = ItemForm(obj=item)
    del form.place
    if form.validate_on_submit():
        try:
            operations.edit_item(sitting, item_id, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("Đã ghi.", "ok")
            return _back(_row(item))
    page = render_template("agenda/item.html", form=form, congress=g.congress, sitting=sitting, item=item)
    return page, 422 if form.errors else 200


@bp.post("/<int:sitting_id>/items/<int:item_id>/remove")
@requires("agenda.edit")
def remove(congress_id: int, sitting_id: int, item_id: int) -> AnyResponse:
    """Take an item out."""
    item = operations.remove_item(_sitting(sitting_id), item_id, actor=actor(), now=now())
    title = item.title
    db.session.commit()
    flash(f"Đã bỏ “{title}”.", "ok")
    return _back()


@bp.post("/<int:sitting_id>/items/<int:item_id>/move")
@requires("agenda.edit")
def move(congress_id: int, sitting_id: int, item_id: int) -> AnyResponse:
    """Move an item to a place, 0 = first; the buttons and the pointer both come here."""
    place = request.form.get("to", type=int)
    if place is None:
        abort(400)
    item = operations.move_item(_sitting(sitting_id), item_id, place, actor=actor(), now=now())
    db.session.commit()
    return _back(_row(item))


@bp.post("/<int:sitting_id>/start")
@requires("agenda.edit")
def start(congress_id: int, sitting_id: int) -> AnyResponse:
    """Set when the sitting starts; all times follow."""
    form = StartForm()
    if not form.validate():
        raise Refused("start", "Nhập giờ bắt đầu, ví dụ 07:30.")
    operations.set_start(_sitting(sitting_id), form.start.data, actor=actor(), now=now())
    db.session.commit()
    flash(f"Bắt đầu lúc {form.start.data:%H:%M}.", "ok")
    return _back()


@bp.get("/<int:sitting_id>/print")
@requires("agenda.read")
def print_sheet(congress_id: int, sitting_id: int) -> Response:
    """The programme as PDF."""
    pdf = programme_pdf(g.congress, _sitting(sitting_id))
    name = "-".join(re.findall("[a-z0-9]+", fold(g.congress.unit.name))).title()
    headers = {"Content-Disposition": f'inline; filename="Chuong-trinh-{name}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)
