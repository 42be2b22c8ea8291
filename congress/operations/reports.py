"""Delegate reports: counted once from the list, frozen with a number, never counted again."""

from datetime import datetime

from sqlalchemy import func, select

from ..domain.access import Actor
from ..domain.delegate_report import Question, count_report
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..domain.report_figures import BASES, Report, check_report, read_report, report_data
from ..domain.titles import place_name
from ..models import Congress, DelegateReport, Sitting, db
from . import audit
from .admission import lock_congress
from .structure import calendar_of, delegation_names, read_people

LONGEST_TITLE = 200


def freeze_report(
    congress: Congress,
    *,
    title: str,
    sitting: Sitting | None,
    whose: str = "approved",
    names: bool = True,
    closing: str = "",
    actor: Actor,
    now: datetime,
) -> DelegateReport:
    """Count the delegates now and keep the figures under the next number.

    `whose` composition is told: "approved" (called up) or "present" at the sitting. `names`: the oldest and the youngest are
    named. Raises Refused without a title, when nobody is approved, or when nobody is in whose composition could be told.
    """
    title = normalise(title)
    if not title or len(title) > LONGEST_TITLE:
        raise Refused("title", f"Nhập tên báo cáo, không quá {LONGEST_TITLE} ký tự.", "own_title")
    if whose not in BASES or (sitting is not None and sitting.congress_id != congress.id):
        raise Refused("report", "Chọn buổi và đại biểu trong danh sách.")
    stage = lock_congress(congress.id).stage  # locked: two reports at once get two numbers
    if stage == "cancelled":
        raise Refused("stage", "Hội nghị đã hủy, không lập báo cáo đại biểu.")
    question = Question(
        moment=now, calendar=calendar_of(congress, now=now), planned=congress.planned_size, whose=whose, names=names,
        closing=" ".join(closing.split()),
        congress=f"{congress.title1} {congress.title2[:1].lower()}{congress.title2[1:]}", unit=congress.unit.name,
        place=_place(congress),
        form=next((form["name"] for form in congress.plan.forms if form["code"] == congress.form), "Hội nghị"),
        sitting=sitting.name if sitting else "", delegations=delegation_names(congress),
        components=[component.label for component in congress.plan.components],
    )  # fmt: skip
    report = count_report(read_people(congress, sitting), question)
    if not report.called:
        raise Refused("nobody", "Chưa duyệt đại biểu nào: chưa có gì để báo cáo.")
    if not report.base:
        raise Refused("nobody_in", "Chưa có đại biểu nào điểm danh ở buổi này. Tính trên đại biểu được triệu tập.", "whose")
    row = DelegateReport(
        congress_id=congress.id, number=_next_number(congress), title=title, actor_name=actor.name, at=now,
        figures=report_data(report),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "reports.make", row, now=now, congress_id=congress.id, changed={"number": row.number, "title": title})
    return row


def _place(congress: Congress) -> str:
    """The place as the congress's own third line has it, or that of the unit."""
    place, found, _ = congress.title3.partition(", ngày")
    return place if found else place_name(congress.unit.name)


def _next_number(congress: Congress) -> int:
    highest = db.session.scalar(select(func.max(DelegateReport.number)).where(DelegateReport.congress_id == congress.id))
    return (highest or 0) + 1


def reports_of(congress: Congress) -> list[DelegateReport]:
    """Every report of a congress, the last first."""
    query = select(DelegateReport).where(DelegateReport.congress_id == congress.id).order_by(DelegateReport.number.desc())
    return list(db.session.scalars(query))


def find_report(congress: Congress, report_id: int) -> DelegateReport | None:
    """A report of this congress."""
    return db.session.scalars(
        select(DelegateReport).where(DelegateReport.id == report_id, DelegateReport.congress_id == congress.id)
    ).one_or_none()


def figures_of(row: DelegateReport) -> tuple[Report, list[str]]:
    """The frozen figures, and the titles of what in them does not add up."""
    report = read_report(row.figures)
    return report, check_report(report)
