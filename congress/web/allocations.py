"""The seats an upper congress shares among units: the table, filling it, its issues, who has answered."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..documents.allocation_table import AllocationSheet, print_allocation, write_allocation
from ..domain.admission import most_invited
from ..domain.allocations import compare_tables
from ..domain.refusals import Refused
from ..domain.stages import WHY_NOT, allows
from ..domain.titles import long_date
from ..domain.units import KINDS
from ..models import AllocationIssue, Congress, Unit, db
from ..operations import allocation_table as operations
from ..operations.allocations import Key, find_last_issue
from ..operations.counting import rule_of
from ..operations.upward_answers import answers_of, count_answers
from .access import actor, may, requires
from .allocation_forms import IssueForm, SeatsForm, ShareForm, TableForm, match_units, read_cells
from .clock import now, today
from .downloads import send_paper
from .forms import Form

bp = Blueprint("allocations", __name__, url_prefix="/congress/<int:congress_id>/allocations")

Done = TypeVar("Done")
Answer = str | Response | tuple[str, int]
ANSWERS = {
    "none": ("Chưa trả lời", "muted"),
    "late": ("Quá hạn", "danger"),
    "entered": ("Đã có người", "ok"),
    "sent": ("Đã gửi", "warn"),
    "returned": ("Trả lại", "info"),
    "accepted": ("Đã nhận", "ok"),
}


@bp.get("")
@requires("allocations.read")
def index(congress_id: int) -> str:
    """The seats as issued, or as they are being worked on; who has answered; every issue."""
    congress = g.congress
    table, issues = operations.table_of(congress), operations.issues_of(congress)
    last = issues[0] if issues else None
    rows, answers = operations.issued_rows(last), answers_of(congress, last, today=today()) if last else []
    shown = request.args.get("state", "")
    return render_template(
        "allocations/index.html",
        **_figures(congress, table),
        issues=issues,
        seats={(row.unit, row.component): row.seats for row in rows},
        columns=columns_of(last) if last else {},
        changes=compare_tables(rows, table.rows()) if last else [],
        answers=[answer for answer in answers if shown in ("", answer.state)],
        counts=count_answers(answers),
        shown=shown,
        words=ANSWERS,
        can_edit=may("allocations.edit", congress) and allows(congress.stage, "allocate"),
        why_not="" if allows(congress.stage, "allocate") else WHY_NOT["allocate"],
    )


def _figures(congress: Congress, table: operations.Table) -> dict[str, Any]:
    """What every page of the table shows: its sums beside the congress's own rule."""
    return {
        "congress": congress,
        "table": table,
        "left": congress.planned_size - table.total,
        "sides": table.by_side,
        "most_invited": most_invited(rule_of(congress), congress.planned_size),
        "violations": operations.split_violations(congress, table),
    }


def columns_of(issue: AllocationIssue) -> dict[str, str]:
    """{component code: label} of an issue, in its order."""
    return {row["component"]: row["label"] for row in issue.seats}


def _back(page: str = "index") -> Response:
    return redirect(url_for(f".{page}", congress_id=g.congress.id), code=303)


def _carry_out(form: Form, act: Callable[[], Done]) -> Done | None:
    """What an operation gave, committed; None when it refused: then the form says why."""
    try:
        done = act()
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return None
    db.session.commit()
    return done


@bp.route("/table", methods=["GET", "POST"])
@requires("allocations.edit")
def table(congress_id: int) -> Answer:
    """Which units and components the table has."""
    form, here = TableForm(), operations.table_of(g.congress)
    usual = operations.usual_units(g.congress, today())
    units = operations.sort_units({unit.id: unit for unit in [*usual, *here.units]}.values())
    components = operations.shared_components(g.congress)
    form.offer(units, components)
    if not form.is_submitted():
        form.units.data = [unit.id for unit in here.units or units]
        form.components.data = [component.id for component in here.components or components]

    def choose() -> operations.Table:
        others = match_units(form.typed(), db.session.scalars(select(Unit))) if form.typed() else []
        picked = {unit.id: unit for unit in [*(unit for unit in units if unit.id in form.units.data), *others]}
        chosen = [component for component in components if component.id in form.components.data]
        return operations.choose_table(congress_id, [*picked.values()], chosen, actor=actor(), now=now())

    if form.validate_on_submit() and (done := _carry_out(form, choose)):
        flash(f"Bảng có {len(done.units)} đơn vị.", "ok")
        return _back("seats")
    page = render_template("allocations/table.html", congress=g.congress, form=form, units=units, kinds=KINDS)
    return page, 422 if form.errors else 200


@bp.route("/seats", methods=["GET", "POST"])
@requires("allocations.edit")
def seats(congress_id: int) -> Answer:
    """The table as one form: a number in every cell; nothing binds before it is issued."""
    form, here = SeatsForm(), operations.table_of(g.congress)
    faults: dict[Key, str] = {}
    if not here.units:
        return _back("table")
    if form.validate_on_submit():
        numbers, faults = read_cells(request.form, here.seats)
        act = partial(operations.set_seats, congress_id, numbers, actor=actor(), now=now())
        if not faults and (changed := _carry_out(form, act)) is not None:
            flash(f"Đã ghi, {changed} ô thay đổi." if changed else "Không có ô nào thay đổi.", "ok")
            return _back("issue" if "and_issue" in request.form else "seats")
    page = render_template("allocations/seats.html", form=form, faults=faults, typed=request.form, **_figures(g.congress, here))
    return page, 422 if form.errors or faults else 200


@bp.route("/share", methods=["GET", "POST"])
@requires("allocations.edit")
def share(congress_id: int) -> Answer:
    """Fill a column of the table: equally, or by weight with a minimum; nothing is issued."""
    form, here = ShareForm(), operations.table_of(g.congress)
    if not here.units:
        return _back("table")
    form.offer(here)

    def fill() -> dict[int, int]:
        column = next(component for component in here.components if component.id == form.component.data)
        how = form.sharing(request.form, here)
        return operations.share_component(congress_id, column, how, actor=actor(), now=now())

    if form.validate_on_submit() and (done := _carry_out(form, fill)):
        flash(f"Đã chia {sum(done.values())} chỗ cho {len(done)} đơn vị. Xem lại từng ô rồi ban hành.", "ok")
        return _back("seats")
    page = render_template("allocations/share.html", congress=g.congress, form=form, table=here, typed=request.form)
    return page, 422 if form.errors else 200


@bp.route("/issue", methods=["GET", "POST"])
@requires("allocations.edit")
def issue(congress_id: int) -> Answer:
    """Issue the table: dated, numbered, binding from then on."""
    last, here = find_last_issue(g.congress), operations.table_of(g.congress)
    if not here.units:
        return _back("table")
    form = IssueForm.for_next(last, today())
    act = partial(operations.issue_table, congress_id, actor=actor(), now=now())
    if form.validate_on_submit() and (done := _carry_out(form, lambda: act(form.values()).number)):
        flash(f"Đã ban hành phân bổ lần {done}. Từ nay số chỗ này ràng buộc việc duyệt.", "ok")
        return _back()
    here = operations.table_of(g.congress)
    changes = compare_tables(operations.issued_rows(last), here.rows()) if last else []
    below = operations.find_below_used(g.congress, here)
    page = render_template(
        "allocations/issue.html", form=form, last=last, changes=changes, below=below, **_figures(g.congress, here)
    )
    return page, 422 if form.errors else 200


def _issue(number: int) -> tuple[AllocationIssue, AllocationIssue | None]:
    """An issue of this congress and the one before it."""
    issues = {issue.number: issue for issue in operations.issues_of(g.congress)}
    return issues.get(number) or abort(404), issues.get(number - 1)


@bp.get("/issues/<int:issue_number>")
@requires("allocations.read")
def issued(congress_id: int, issue_number: int) -> str:
    """An issue as it was frozen, and what it changed."""
    here, before = _issue(issue_number)
    rows = operations.issued_rows(here)
    return render_template(
        "allocations/issued.html", congress=g.congress, issue=here, before=before, sheet=sheet_of(g.congress, here),
        changes=compare_tables(operations.issued_rows(before), rows) if before else [],
    )  # fmt: skip


@bp.get("/issues/<int:issue_number>/<any(pdf, xlsx):kind>")
@requires("allocations.read")
def paper(congress_id: int, issue_number: int, kind: str) -> Response:
    """An issue as a paper: PDF to print, or a workbook."""
    sheet = sheet_of(g.congress, _issue(issue_number)[0])
    data = print_allocation(sheet) if kind == "pdf" else write_allocation(sheet)
    return send_paper(data, kind, "Phân bổ", g.congress.unit.name, f"lần {issue_number}")


def sheet_of(congress: Congress, issue: AllocationIssue) -> AllocationSheet:
    """An issue as it is printed."""
    columns = columns_of(issue)
    rows: dict[int, tuple[str, dict[str, int]]] = {}
    for row in operations.issued_rows(issue):
        rows.setdefault(row.unit, (row.unit_name, {}))[1][row.component] = row.seats
    reference = f"số {issue.reference} " if issue.reference else ""
    return AllocationSheet(
        title=f"Phân bổ đại biểu dự {congress.title1} {congress.title2[:1].lower()}{congress.title2[1:]}".upper(),
        issued_with=f"(Kèm theo văn bản {reference}{long_date(issue.dated_on)})",
        answer_by=f"Gửi danh sách đại biểu chậm nhất ngày {issue.answer_by:%d/%m/%Y}." if issue.answer_by else "",
        components=tuple(columns.values()),
        rows=tuple((name, tuple(seats.get(code, 0) for code in columns)) for name, seats in rows.values()),
    )
