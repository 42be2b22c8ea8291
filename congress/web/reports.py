"""Delegate reports: counted once, frozen, and drawn from the frozen figures as a page, a PDF and a DOCX."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from ..documents.official import OfficialPaper, Passage
from ..documents.official_docx import write_official
from ..documents.official_pdf import print_official
from ..domain.names import fold
from ..domain.refusals import Refused
from ..domain.report_figures import BASES, TITLES, Report, mask
from ..domain.report_words import HIDDEN_NOTE, number_text, report_lines, share_of, shown_rows, unknown_titles
from ..domain.titles import VIETNAM
from ..models import Congress, DelegateReport, db
from ..operations import reports as operations
from .access import actor, may, requires
from .clock import now
from .forms import Form
from .plan_forms import choices

bp = Blueprint("reports", __name__, url_prefix="/congress/<int:congress_id>/reports")

OWN = "own"
CLOSING = "Các đại biểu có tên trong danh sách triệu tập đã được duyệt, đủ tư cách tham dự."
WRITERS: dict[str, Callable[[OfficialPaper], bytes]] = {"pdf": print_official, "docx": write_official}
_TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


class ReportForm(Form):
    """What a report is called and whom it tells of."""

    title = RadioField(
        "Tên báo cáo", choices=choices([*((title, title) for title in TITLES), (OWN, "Tên khác")]), default=TITLES[0]
    )
    own_title = StringField(
        "Tên khác", [Length(max=200, message="Tối đa 200 ký tự.")], description="Chỉ dùng khi chọn “Tên khác”."
    )
    sitting = SelectField("Có mặt tính theo buổi", coerce=int)
    whose = RadioField(
        "Tính cơ cấu trên",
        choices=choices((code, words[0].upper() + words[1:]) for code, words in BASES.items()),
        default="approved",
    )
    names = BooleanField("Nêu tên đại biểu nhiều tuổi nhất, ít tuổi nhất", default=True)
    closing = TextAreaField("Câu kết luận", [Length(max=1000, message="Tối đa 1.000 ký tự.")], default=CLOSING)

    @classmethod
    def for_congress(cls, congress: Congress) -> "ReportForm":
        """The form with the sittings of a congress, the main one first."""
        form = cls()
        sittings = sorted(congress.sittings, key=lambda sitting: sitting.kind != "main")
        form.sitting.choices = choices((sitting.id, sitting.name) for sitting in sittings) or choices([(0, "Chưa có buổi nào")])
        return form


@bp.get("")
@requires("reports.read")
def index(congress_id: int) -> str:
    """Every report of the congress."""
    return render_template("reports/index.html", congress=g.congress, reports=operations.reports_of(g.congress))


@bp.route("/new", methods=["GET", "POST"])
@requires("reports.make")
def make(congress_id: int) -> str | Redirect | tuple[str, int]:
    """Count now and freeze."""
    congress, form = g.congress, ReportForm.for_congress(g.congress)
    if form.validate_on_submit():
        sitting = next((sitting for sitting in congress.sittings if sitting.id == form.sitting.data), None)
        title = form.own_title.data if form.title.data == OWN else form.title.data
        try:
            row = operations.freeze_report(
                congress, title=title or "", sitting=sitting, whose=form.whose.data, names=form.names.data,
                closing=form.closing.data or "", actor=actor(), now=now(),
            )  # fmt: skip
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"Đã lập báo cáo số {row.number}. Số liệu giữ nguyên dù danh sách đổi.", "ok")
            return redirect(url_for(".show", congress_id=congress_id, report_id=row.id), code=303)
    return render_template("reports/new.html", congress=congress, form=form), 422 if form.errors else 200


@bp.get("/<int:report_id>")
@requires("reports.read")
def show(congress_id: int, report_id: int) -> str:
    """The frozen figures."""
    row = _row(report_id)
    report, wrong = operations.figures_of(row)
    sensitive = may("delegates.sensitive", g.congress)
    return render_template(
        "reports/show.html", congress=g.congress, row=row, report=report if sensitive else mask(report), wrong=wrong,
        sensitive=sensitive, number_text=number_text,
        share_of=share_of, shown_rows=shown_rows, unknown_titles=unknown_titles, hidden_note=HIDDEN_NOTE, bases=BASES,
    )  # fmt: skip


@bp.get("/<int:report_id>/pdf")
@requires("reports.read")
def pdf(congress_id: int, report_id: int) -> Response:
    """The paper as PDF; ?public hides names and small figures."""
    return _paper(report_id, "pdf")


@bp.get("/<int:report_id>/docx")
@requires("reports.read")
def docx(congress_id: int, report_id: int) -> Response:
    """The paper as DOCX, to be finished by hand; ?public hides names and small figures."""
    return _paper(report_id, "docx")


def _row(report_id: int) -> DelegateReport:
    return operations.find_report(g.congress, report_id) or abort(404)


def _paper(report_id: int, ending: str) -> Response:
    row = _row(report_id)
    report, _ = operations.figures_of(row)
    if "public" in request.args or not may("delegates.sensitive", g.congress):
        report = mask(report)
    name = "-".join(fold(report.unit).title().split())
    how = "inline" if ending == "pdf" else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="Bao-cao-dai-bieu-{name}-{row.number}.{ending}"'}
    return Response(WRITERS[ending](paper_of(row.title, report)), mimetype=_TYPES[ending], headers=headers)


def paper_of(title: str, report: Report) -> OfficialPaper:
    """The report as an official paper: number, day and signature are left blank for the office."""
    at = report.at.astimezone(VIETNAM)
    about = title.removeprefix("Báo cáo ")
    about = f"{about[:1].upper()}{about[1:]}" + (f" dự {report.congress}" if title in TITLES else "")
    month = f"{at.month:02d}" if at.month < 3 else str(at.month)
    return OfficialPaper(
        parent=report.unit.upper(), issuer=(f"BAN TỔ CHỨC {report.form.upper()}",), number="Số:       /BC-BTC",
        place_date=f"{report.place}, ngày      tháng {month} năm {at.year}", kind="BÁO CÁO", abstract=about,
        body=tuple(Passage(line.kind, line.text) for line in report_lines(report)), signer=("TM. BAN TỔ CHỨC", "TRƯỞNG BAN"),
        recipients=("Đoàn Chủ tịch;", "Lưu: VT, Ban Tổ chức."),
    )  # fmt: skip
