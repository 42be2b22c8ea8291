"""The door on paper: the sheet that is signed, and what was signed typed in later."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from ..documents.sign_in_sheet import SignInPerson, SignInSection, SignInSheet, print_sign_in_sheet
from ..domain import paper as rules
from ..domain.delegation_lists import call_delegation
from ..models import Delegation, Sitting, db
from ..operations import paper as operations
from ..operations.delegations import find_delegation
from ..operations.paper import OUTSIDE, SheetRow, Tick
from .access import actor, requires
from .checkin import find_place
from .clock import now
from .downloads import send_paper
from .errors import row_number
from .forms import Form, tidy

bp = Blueprint("paper", __name__, url_prefix="/congress/<int:congress_id>/checkin/paper")

NOBODY = "Chưa đánh dấu ai."
LONGEST_CLOCK = 40


class TicksForm(Form):
    """One time for everybody who is ticked; `read_ticks` reads the rows "here" and "at-<delegate>" under it."""

    clock = StringField("Giờ đến chung", [Length(max=LONGEST_CLOCK, message=rules.BAD_CLOCK.format(typed="…"))])


class NumbersForm(Form):
    """Badge numbers with their times, a line each."""

    clock = StringField("Giờ đến chung", [Length(max=LONGEST_CLOCK, message=rules.BAD_CLOCK.format(typed="…"))])
    lines = TextAreaField("Số thẻ, giờ", [Length(max=20_000, message="Nhiều dòng quá. Chia làm hai lần ghi.")])


@bp.get("")
@requires("checkin.supervise")
def index(congress_id: int) -> str:
    """The sitting and the delegation whose sheet is to be printed or typed in."""
    place = find_place()
    if place is None:
        return render_template("checkin/no_sitting.html")
    parties = operations.parties_of(g.congress, place.sitting)
    return render_template("paper/index.html", congress=g.congress, sitting=place.sitting, parties=parties)


@bp.post("/sheet.pdf")
@requires("checkin.supervise")
def sheet(congress_id: int) -> Response:
    """The sheet to sign as PDF: of every delegation, or of one; each on its own page where that was asked for."""
    sitting = _sitting()
    delegation_id = request.form.get("delegation", type=row_number)
    party = _party(delegation_id) if delegation_id else None
    made = operations.make_sheet(g.congress, sitting, delegation_id=delegation_id, actor=actor(), now=now())
    pdf = print_sign_in_sheet(_paper(made, apart="apart" in request.form))
    db.session.commit()
    return send_paper(pdf, "pdf", "Phieu ky ten", party.name if party else g.congress.unit.name)


def _paper(made: operations.Sheet, *, apart: bool) -> SignInSheet:
    """What the document prints, of what the operation gave."""
    sections = tuple(
        SignInSection(s.title, s.leader, tuple(SignInPerson(p.number, p.name, p.place, p.seat) for p in s.people))
        for s in made.sections
    )
    return SignInSheet(made.lines, made.title, made.subtitle, sections, apart)


@bp.route("/delegations/<int:delegation_id>", methods=["GET", "POST"])
@requires("checkin.supervise")
def delegation(congress_id: int, delegation_id: int) -> str | Response | tuple[str, int]:
    """A delegation's signed sheet: who signed is ticked, with one time for all or each with their own; 0: people of none."""
    sitting, party = _sitting(), _party(delegation_id)
    form, rows = TicksForm(), operations.rows_of(g.congress, sitting, party)
    faults: dict[int, str] = {}
    if form.validate_on_submit():
        ticks, faults = read_ticks(form, rows, sitting)
        if not faults and not form.errors:
            return _record(sitting, ticks)
    shown = {"sitting": sitting, "party": party, "rows": rows, "day": _day(sitting), "call": call_delegation}
    page = render_template(
        "paper/delegation.html", congress=g.congress, form=form, faults=faults, typed=request.form, **shown
    )  # fmt: skip
    return page, 422 if form.errors or faults else 200


@bp.route("/numbers", methods=["GET", "POST"])
@requires("checkin.supervise")
def numbers(congress_id: int) -> str | Response | tuple[str, int]:
    """Badge numbers and times as they come, a line each; every fault is named by its line."""
    sitting, form = _sitting(), NumbersForm()
    if form.validate_on_submit():
        ticks = read_numbers(form, sitting)
        if not form.errors:
            return _record(sitting, ticks)
    page = render_template("paper/numbers.html", congress=g.congress, form=form, sitting=sitting, day=_day(sitting))
    return page, 422 if form.errors else 200


def _sitting() -> Sitting:
    place = find_place() or abort(404)
    return place.sitting


def _party(delegation_id: int) -> Delegation | None:
    """The delegation of this number; None for `OUTSIDE`."""
    return None if delegation_id == OUTSIDE else find_delegation(g.congress, delegation_id) or abort(404)


def _day(sitting: Sitting) -> date:
    return operations.day_of(g.congress, sitting, now=now())


def read_ticks(form: TicksForm, rows: Sequence[SheetRow], sitting: Sitting) -> tuple[list[Tick], dict[int, str]]:
    """(ticks, faults by delegate) of the rows that were sent; what is wrong with the common time stands in the form.

    A time beside a name says that the person signed, whether the box is ticked or not.
    """
    ticked, common = set(request.form.getlist("here")), form.clock.data or ""
    ticks: list[Tick] = []
    faults: dict[int, str] = {}
    if common and (fault := rules.read_moment(common, _day(sitting), now=now())[1]):
        form.clock.errors = [fault]
    for row in rows:
        own = tidy(request.form.get(f"at-{row.id}", ""))
        if not (own or str(row.id) in ticked):
            continue
        if row.at:  # sent twice, or by somebody else meanwhile
            ticks.append(Tick(row.id, row.at))
            continue
        moment, fault = rules.read_moment(own or common, _day(sitting), now=now()) if own or common else (None, rules.NO_CLOCK)
        if moment:
            ticks.append(Tick(row.id, moment))
        elif own or not common:
            faults[row.id] = fault
    if not ticks and not faults and not form.errors:
        form.form_errors.append(NOBODY)
    return ticks, faults


def read_numbers(form: NumbersForm, sitting: Sitting) -> list[Tick]:
    """The ticks of the typed lines; what is wrong with any of them stands in the form."""
    common, lines = form.clock.data or "", list(rules.read_lines(form.lines.data or ""))
    if common and (fault := rules.read_moment(common, _day(sitting), now=now())[1]):
        form.clock.errors = [fault]
        return []
    known = operations.find_numbers(g.congress, [line.number for line in lines if not line.fault])
    ticks: list[Tick] = []
    faults = []
    for line in lines:
        fault = line.fault or ("" if line.number in known else f"Không có số thẻ {line.number} trong hội nghị.")
        moment, typed = None, line.clock or common
        if not fault:
            moment, fault = rules.read_moment(typed, _day(sitting), now=now()) if typed else (None, rules.NO_CLOCK)
        if moment:
            ticks.append(Tick(known[line.number], moment))
        else:
            faults.append(f"Dòng {line.place}: {fault}")
    form.lines.errors = faults or ([] if ticks else ["Ghi ít nhất một số thẻ."])
    return ticks


def _record(sitting: Sitting, ticks: Sequence[Tick]) -> Response:
    done = operations.record_ticks(
        g.congress, sitting, ticks, actor=actor(), sealer=current_app.extensions["sealer"], now=now()
    )  # fmt: skip
    db.session.commit()
    words = [f"Đã ghi {done.new} người có mặt." if done.new else "Không có ai mới để ghi."]
    if done.already:
        words.append(f"{done.already} người đã có mặt từ trước, giữ nguyên.")
    if done.conflicts:
        words.append(f"{done.conflicts} lượt cần xem lại.")
    flash(" ".join(words), "warn" if done.conflicts else "ok")
    return redirect(url_for(".index", congress_id=g.congress.id, sitting=sitting.id), code=303)
