"""The parts of a congress and the settings of their doors."""

from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from ..domain import sittings as rules
from ..domain.door import OPENS_BEFORE, STAYS_OPEN
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Sitting, db
from ..operations import sittings as operations
from ..operations.sittings import SittingValues
from .access import actor, requires
from .clock import from_local, local, now
from .congress_forms import YEARS
from .delegation_forms import MOMENTS
from .forms import Form

bp = Blueprint("sittings", __name__, url_prefix="/congress/<int:congress_id>/checkin/sittings")

TIMES = ("starts_at", "opens_at", "closes_at", "auto_exit_at")


def in_our_days(_form: Form, field: DateTimeLocalField) -> None:
    """A year of two digits is a slip."""
    moment: datetime | None = field.data
    if moment and moment.year not in YEARS:
        raise ValidationError(f"Ghi đủ năm, từ {YEARS[0]} đến {YEARS[-1]}.")


class SittingForm(Form):
    """A sitting: what it is, when it starts, and what its door does; blank times follow from the start."""

    name = StringField(
        "Tên buổi",
        [DataRequired("Nhập tên buổi."), Length(max=rules.NAME_LENGTH, message=f"Tối đa {rules.NAME_LENGTH} ký tự.")],
    )
    kind = SelectField("Loại", choices=rules.KINDS)
    starts_at = DateTimeLocalField("Bắt đầu", [Optional(), in_our_days], format=MOMENTS)
    opens_at = DateTimeLocalField("Mở điểm danh", [Optional(), in_our_days], format=MOMENTS)
    closes_at = DateTimeLocalField("Đóng điểm danh", [Optional(), in_our_days], format=MOMENTS)
    reentry = BooleanField("Cho vào lại", description="Người đã ra được vào lại bằng thẻ của mình.", default=True)
    auto_exit_at = DateTimeLocalField("Tự tính là đã ra", [Optional(), in_our_days], format=MOMENTS)

    @classmethod
    def for_sitting(cls, sitting: Sitting | None) -> "SittingForm":
        """The form of a sitting, or an empty one for one more part of the day; each blank time says what it comes to."""
        if sitting is None:
            form = cls()
            if not form.is_submitted():
                form.kind.data = next(iter(rules.KINDS))
        else:
            shown = {name: moment and local(moment).replace(tzinfo=None) for name in TIMES if (moment := getattr(sitting, name))}
            form = cls(name=sitting.name, kind=sitting.kind, reentry=sitting.reentry, **shown)
        start = sitting.starts_at if sitting else None
        by_itself = rules.Times(start)
        before, after = OPENS_BEFORE // timedelta(minutes=1), STAYS_OPEN // timedelta(hours=1)
        form.opens_at.description = _blank(by_itself.opening.opens, f"{before} phút trước giờ bắt đầu")
        form.closes_at.description = _blank(by_itself.opening.closes, f"{after} giờ sau giờ bắt đầu")
        form.auto_exit_at.description = _blank(by_itself.exit_at, "nửa đêm sau giờ bắt đầu")
        return form

    def values(self) -> SittingValues:
        """What was typed, as the operations take it."""
        times = {name: from_local(field.data) if (field := self[name]).data else None for name in TIMES}
        return SittingValues(self.name.data or "", self.kind.data or "", rules.Times(**times), bool(self.reentry.data))

    def validate(self, extra_validators: object = None) -> bool:
        """Also that the times go together; every fault is told at once."""
        right = super().validate(extra_validators)
        if any(self[name].errors for name in TIMES):
            return False
        faults = rules.check_times(self.values().times)
        for name, sentence in faults:
            self.refuse(Refused("times", sentence, name))
        return right and not faults


def _blank(moment: datetime | None, rule: str) -> str:
    """What a time left blank means."""
    return f"Để trống: {local(moment):%H:%M %d/%m/%Y} ({rule})." if moment else f"Để trống: {rule}."


@bp.get("")
@requires("checkin.supervise")
def index(congress_id: int) -> str:
    """The parts of the congress: when each starts, when its door is open, whether who left may come back."""
    can_change = allows(g.congress.stage, "agenda")
    lines = operations.sittings_of(g.congress, now())
    return render_template(
        "checkin/sittings.html", congress=g.congress, lines=lines, kinds=rules.KINDS, can_change=can_change,
        can_open=allows(g.congress.stage, "check_in"),
    )  # fmt: skip


def _done(sitting: Sitting, words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for(".index", congress_id=g.congress.id, _anchor=f"sitting-{sitting.id}"), code=303)


@bp.route("/new", methods=["GET", "POST"])
@requires("checkin.supervise")
def new(congress_id: int) -> str | Response | tuple[str, int]:
    """Add a part: a rehearsal, a preparatory session, lunch, one more main sitting."""
    form = SittingForm.for_sitting(None)
    if form.validate_on_submit():
        try:
            sitting = operations.add_sitting(congress_id, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return _done(sitting, f"Đã thêm “{sitting.name}”.")
    page = render_template("checkin/sitting.html", congress=g.congress, form=form, sitting=None)
    return page, 422 if form.errors else 200


@bp.route("/<int:sitting_id>", methods=["GET", "POST"])
@requires("checkin.supervise")
def edit(congress_id: int, sitting_id: int) -> str | Response | tuple[str, int]:
    """Change a sitting and what its door does."""
    sitting = operations.find_sitting(g.congress, sitting_id) or abort(404)
    form = SittingForm.for_sitting(sitting)
    if form.validate_on_submit():
        try:
            operations.edit_sitting(sitting, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return _done(sitting, "Đã ghi.")
    page = render_template("checkin/sitting.html", congress=g.congress, form=form, sitting=sitting)
    return page, 422 if form.errors else 200


@bp.post("/<int:sitting_id>/remove")
@requires("checkin.supervise")
def remove(congress_id: int, sitting_id: int) -> Response:
    """Delete a sitting that nobody came to and that has no running order."""
    sitting = operations.find_sitting(g.congress, sitting_id) or abort(404)
    name = sitting.name
    operations.remove_sitting(sitting, actor=actor(), now=now())
    db.session.commit()
    flash(f"Đã xóa “{name}”.", "ok")
    return redirect(url_for(".index", congress_id=congress_id), code=303)
