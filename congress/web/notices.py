"""What the door says of some people, and what it hands out: the supervisor's list of both."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from ..domain import door_notices as rules
from ..domain.delegation_lists import call_delegation
from ..domain.refusals import Refused
from ..models import Delegation, DoorNotice, db
from ..operations import notices as operations
from ..operations.notices import NoticeLine, NoticeValues
from .access import actor, requires
from .clock import now
from .errors import row_number
from .forms import Form

bp = Blueprint("notices", __name__, url_prefix="/congress/<int:congress_id>/checkin/notices")

EVERYBODY, NUMBERS = "everybody", "numbers"


class NoticeForm(Form):
    """One notice: what is said, and to whom; numbers are typed only where people are named by number."""

    kind = RadioField("Loại", choices=rules.KINDS, default="notice")
    text = StringField(
        "Nội dung",
        [DataRequired("Nhập nội dung."), Length(max=rules.TEXT_LENGTH, message=f"Tối đa {rules.TEXT_LENGTH} ký tự.")],
        description="Hiện dưới tên người vừa quét, nên càng ngắn càng tốt.",
    )
    audience = SelectField("Cho ai", default=EVERYBODY)
    numbers = TextAreaField("Số thẻ", [Length(max=6000, message="Dài quá. Chọn theo thành phần hoặc theo đoàn.")])

    @classmethod
    def for_notice(cls, notice: DoorNotice | None) -> "NoticeForm":
        """The form of a notice, or an empty one; `?suggest=2` fills in one of the suggestions."""
        form = cls(**(_shown(notice) if notice else _suggested()))
        here = select(Delegation.id, Delegation.name).filter_by(congress_id=g.congress.id).order_by(Delegation.position)
        components = [(f"component-{c.id}", c.label) for c in g.congress.plan.components]
        delegations = [(f"delegation-{row.id}", call_delegation(row.name)) for row in db.session.execute(here)]
        form.audience.choices = [
            SelectChoice(EVERYBODY, rules.AUDIENCES[EVERYBODY]),
            *(SelectChoice(value, label, optgroup="Thành phần") for value, label in components),
            *(SelectChoice(value, label, optgroup="Đoàn") for value, label in delegations),
            SelectChoice(NUMBERS, rules.AUDIENCES[NUMBERS], optgroup="Từng người"),
        ]
        form.numbers.description = "Chỉ ghi khi chọn “Theo số thẻ”. Ví dụ: 101, 105-110."
        return form

    def validate_numbers(self, field: TextAreaField) -> None:
        """They are there exactly when they are asked for, and every slip is told."""
        by_number = self.audience.data == NUMBERS
        read = rules.read_numbers(field.data or "")
        if read.faults:
            raise ValidationError(" ".join(read.faults))
        if by_number and not read.numbers:
            raise ValidationError("Nhập ít nhất một số thẻ.")
        if read.numbers and not by_number:
            raise ValidationError("Đã ghi số thẻ: chọn “Theo số thẻ” ở mục Cho ai, hoặc xóa ô này.")

    def values(self) -> NoticeValues:
        """What was typed, as the operations take it."""
        kind, _, row_id = (self.audience.data or "").partition("-")
        return NoticeValues(
            self.kind.data or "", self.text.data or "",
            component_id=int(row_id) if kind == "component" else None,
            delegation_id=int(row_id) if kind == "delegation" else None,
            numbers=rules.read_numbers(self.numbers.data or "").numbers,
        )  # fmt: skip


def _shown(notice: DoorNotice) -> dict[str, str]:
    audience = NUMBERS if notice.numbers else EVERYBODY
    if notice.component_id:
        audience = f"component-{notice.component_id}"
    if notice.delegation_id:
        audience = f"delegation-{notice.delegation_id}"
    return {"kind": notice.kind, "text": notice.text, "audience": audience, "numbers": rules.show_numbers(notice.numbers)}


def _suggested() -> dict[str, str]:
    place = request.args.get("suggest", type=row_number)
    if place is None or place >= len(rules.SUGGESTIONS):
        return {}
    kind, text = rules.SUGGESTIONS[place]
    return {"kind": kind, "text": text}


@bp.route("", methods=["GET", "POST"])
@requires("checkin.supervise")
def index(congress_id: int) -> str | Response | tuple[str, int]:
    """What is said and handed out at the door, to whom and to how many; one more is added below."""
    form = NoticeForm.for_notice(None)
    if form.validate_on_submit():
        try:
            notice = operations.add_notice(g.congress, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return _done(notice, "Đã thêm.")
    lines = operations.notices_of(g.congress)
    page = render_template("checkin/notices.html", congress=g.congress, form=form, lines=lines, rules=rules)
    return page, 422 if form.errors else 200


def _done(notice: DoorNotice, words: str) -> Response:
    """Back to the list; numbers that nobody carries are told, and kept: who gets one later is told at the door."""
    line = next(line for line in operations.notices_of(g.congress) if line.notice.id == notice.id)
    flash(f"{words} Đến {line.reach} người đã duyệt.", "ok")
    if warning := warn(line):
        flash(warning, "warn")
    return redirect(url_for(".index", congress_id=g.congress.id, _anchor=f"notice-{notice.id}"), code=303)


def warn(line: NoticeLine) -> str:
    """What is odd about the numbers of a notice, or ""."""
    nobody = f"Số thẻ {line.nobody} chưa có ai trong hội nghị: xem lại, hoặc để nguyên nếu sẽ cấp sau." if line.nobody else ""
    withdrawn = f"Số thẻ {line.withdrawn} là của người đã rút." if line.withdrawn else ""
    return " ".join(text for text in (nobody, withdrawn) if text)


def _get(notice_id: int) -> DoorNotice:
    return operations.find_notice(g.congress, notice_id) or abort(404)


@bp.route("/<int:notice_id>", methods=["GET", "POST"])
@requires("checkin.supervise")
def edit(congress_id: int, notice_id: int) -> str | Response | tuple[str, int]:
    """Change what is said, or to whom."""
    notice = _get(notice_id)
    form = NoticeForm.for_notice(notice)
    if form.validate_on_submit():
        try:
            operations.edit_notice(notice, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return _done(notice, "Đã ghi.")
    page = render_template("checkin/notice.html", congress=g.congress, form=form, notice=notice)
    return page, 422 if form.errors else 200


@bp.post("/<int:notice_id>/move")
@requires("checkin.supervise")
def move(congress_id: int, notice_id: int) -> Response:
    """To another place, 1 = said first."""
    place = request.form.get("to", type=row_number)
    if place is None:
        abort(400)
    operations.move_notice(_get(notice_id), place, actor=actor(), now=now())
    db.session.commit()
    return redirect(url_for(".index", congress_id=congress_id, _anchor=f"notice-{notice_id}"), code=303)


@bp.post("/<int:notice_id>/remove")
@requires("checkin.supervise")
def remove(congress_id: int, notice_id: int) -> Response:
    """Say it no more."""
    notice = _get(notice_id)
    text = notice.text
    operations.remove_notice(notice, actor=actor(), now=now())
    db.session.commit()
    flash(f"Đã bỏ “{text}”.", "ok")
    return redirect(url_for(".index", congress_id=congress_id), code=303)
