"""A delegate report in words: the same lines for the page, the DOCX and the PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from .report_figures import BASES, Ages, Extreme, Group, Report, Row
from .structure import UNKNOWN, percent_text
from .titles import VIETNAM, long_date

HIDDEN = "(*)"
HIDDEN_NOTE = "Số nhỏ hơn 3, và số mà từ đó tính ra được số nhỏ hơn 3, không nêu: ghi (*) hoặc gộp vào “Các dòng khác”."
_OMITTED = {"delegation"}  # too long for the paper; the page shows it
_DETAIL = {"ethnic": "peoples", "religion": "religions"}  # told inside the other


@dataclass(frozen=True)
class Line:
    """One line of the paper: "heading" (numbered), "text", or "item" (after a dash)."""

    kind: str
    text: str


def number_text(number: int | None) -> str:
    """A count in official text: "02", "1.234"; the sign of what is not told."""
    if number is None:
        return HIDDEN
    return f"{number:02d}" if 0 < number < 10 else f"{number:,}".replace(",", ".")


def moment_text(report: Report) -> str:
    """ "07 giờ 30 phút ngày 20 tháng 5 năm 2025", in Vietnam's time."""
    at = report.at.astimezone(VIETNAM)
    return f"{at:%H} giờ {at:%M} phút {long_date(at.date())}"


def share_of(row: Row, base: int | None) -> str:
    """The share of a line among the base of its group, "" where either is not told."""
    return "" if row.count is None or base is None else percent_text(row.count, base)


def shown_rows(group: Group) -> list[Row]:
    """The lines that say something; none where nothing is known of anybody."""
    rows = [row for row in group.rows if row.count != 0]
    return [] if [row.label for row in rows] == [UNKNOWN] else rows


def unknown_titles(report: Report) -> list[str]:
    """The titles of the groups of which nothing is known."""
    return [group.title for group in report.groups if group.base and not shown_rows(group)]


def report_lines(report: Report) -> list[Line]:
    """The paper from the first sentence to the last."""
    lines = [Line("text", _opening(report)), *_attendance(report)]
    number = 1
    for group in report.groups:
        if group.code in _OMITTED or group.code in _DETAIL.values() or not shown_rows(group):
            continue
        number += 1
        lines.append(Line("heading", f"{number}. {group.title}"))
        lines += _group_lines(report, group)
        if group.code == "age" and report.ages:
            lines += _age_lines(report.ages)
    if nothing := unknown_titles(report):
        lines.append(Line("heading", f"{number + 1}. Chưa có thông tin"))
        first, *others = nothing
        lines.append(Line("item", "; ".join([first, *(title[0].lower() + title[1:] for title in others)]) + "."))
    if report.masked:
        lines.append(Line("text", HIDDEN_NOTE))
    if report.closing:
        lines.append(Line("text", report.closing))
    lines[-1] = Line(lines[-1].kind, lines[-1].text.rstrip(".;") + "./.")
    return lines


def _opening(report: Report) -> str:
    base = f"Cơ cấu dưới đây tính trên {number_text(report.base)} {BASES[report.whose]}"
    return f"Tính đến {moment_text(report)}, tình hình đại biểu dự {report.congress} như sau. {base}."


def _attendance(report: Report) -> Iterator[Line]:
    yield Line("heading", "1. Số lượng đại biểu")
    yield Line("item", f"Quy mô theo kế hoạch tổ chức: {number_text(report.planned)} đại biểu.")
    yield Line("item", f"Đại biểu được triệu tập: {number_text(report.called)} đại biểu.")
    if report.uncounted:
        staff = "; ".join(f"{row.label} {number_text(row.count)}" for row in report.uncounted)
        yield Line("item", f"Người không tính là đại biểu: {staff}.")
    where = f" tại {report.sitting[0].lower()}{report.sitting[1:]}" if report.sitting else ""
    if not report.present:
        known = f"; báo vắng có lý do {number_text(report.excused)} đại biểu" if report.excused else ""
        yield Line("item", f"Chưa có đại biểu nào điểm danh{where}{known}.")
        return
    share = percent_text(report.present, report.called)
    yield Line("item", f"Có mặt{where}: {number_text(report.present)} đại biểu, bằng {share} số được triệu tập.")
    if report.absent:
        reasons = f"có lý do {number_text(report.excused)}, không có lý do {number_text(report.absent - report.excused)}"
        yield Line("item", f"Vắng mặt: {number_text(report.absent)} đại biểu, trong đó {reasons}.")
    else:
        yield Line("item", "Vắng mặt: không có.")
    if report.outside:
        yield Line("item", f"Vào ngoài danh sách triệu tập: {number_text(report.outside)} người.")


def _group_lines(report: Report, group: Group) -> Iterator[Line]:
    detail = _DETAIL.get(group.code)
    for row in shown_rows(group):
        text = f"{row.label}: {_amount(row, group.base)}"
        inner = report.group(detail) if detail else None
        if inner and inner.within == (group.code, row.label) and row.count is not None and shown_rows(inner):
            text += f", gồm: {'; '.join(f'{r.label} {number_text(r.count)}' for r in shown_rows(inner))}"
        yield Line("item", f"{text}.")


def _amount(row: Row, base: int | None) -> str:
    share = share_of(row, base)
    words = f"{number_text(row.count)} đại biểu"
    return f"{words}, chiếm {share}" if share and row.label != UNKNOWN else words


def _age_lines(ages: Ages) -> Iterator[Line]:
    yield Line("item", f"Tuổi bình quân: {ages.mean} tuổi (tính trên {number_text(ages.known)} đại biểu có năm sinh).")
    yield Line("item", f"Nhiều tuổi nhất: {_extreme_text(ages.oldest)}.")
    yield Line("item", f"Ít tuổi nhất: {_extreme_text(ages.youngest)}.")


def _extreme_text(extreme: Extreme) -> str:
    if not extreme.people:
        return f"{extreme.age} tuổi"
    who = "; ".join(f"{name} ({unit})" if unit else name for name, unit in extreme.people)
    return f"{extreme.age} tuổi, {number_text(len(extreme.people))} đại biểu: {who}"
