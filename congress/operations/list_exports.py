"""What of the delegate list leaves as a workbook: columns, order, sections; each time written into the audit."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..domain.access import Actor, may_at
from ..domain.person_words import CAPACITIES, SEXES, show_born, show_yes_no
from ..domain.refusals import Refused
from ..domain.structure import ECONOMIC_SECTORS
from ..models import Congress, Delegate, db
from . import audit
from .admission import STATES
from .delegate_queries import CODES, MISSING, ListFilter, delegates_of

Say = Callable[[Delegate], str | None]


@dataclass(frozen=True)
class ExportColumn:
    """A column that may be taken along: its title, its width in characters, what it says of a person."""

    title: str
    width: float
    say: Say
    usual: bool = False


# In the order of the sheet. The titles are those by which an import reads the columns again.
COLUMNS: dict[str, ExportColumn] = {
    "number": ExportColumn("Số thẻ", 7, lambda d: str(d.number), usual=True),
    "name": ExportColumn("Họ và tên", 24, lambda d: d.name, usual=True),
    "sex": ExportColumn("Giới tính", 7, lambda d: SEXES.get(d.sex or "")),
    "born": ExportColumn("Ngày sinh", 12, lambda d: show_born(d.born), usual=True),
    "title": ExportColumn("Chức vụ", 27, lambda d: d.title, usual=True),
    "unit": ExportColumn("Đơn vị công tác", 26, lambda d: d.unit_text, usual=True),
    "delegation": ExportColumn("Đoàn", 18, lambda d: d.delegation.name if d.delegation else ""),
    "group": ExportColumn("Thành phần", 25, lambda d: d.component.label, usual=True),
    "capacity": ExportColumn("Tư cách", 14, lambda d: CAPACITIES.get(d.capacity or "")),
    "represents": ExportColumn("Tập thể, hộ được đại diện", 22, lambda d: d.represents),
    "state": ExportColumn("Trạng thái", 11, lambda d: STATES[d.state], usual=True),
    "seat": ExportColumn("Số ghế", 8, lambda d: d.seat),
    "phone": ExportColumn("Số điện thoại", 14, lambda d: d.phone, usual=True),
    "email": ExportColumn("Email", 24, lambda d: d.email),
    "id_number": ExportColumn("Số CCCD", 15, lambda d: d.id_number),
    "field": ExportColumn("Lĩnh vực", 18, lambda d: d.field),
    "direct_labour": ExportColumn("Lao động trực tiếp", 10, lambda d: show_yes_no(d.direct_labour)),
    "new_model": ExportColumn("Mô hình mới", 9, lambda d: show_yes_no(d.new_model)),
    "economic_sector": ExportColumn("Thành phần kinh tế", 18, lambda d: ECONOMIC_SECTORS.get(d.economic_sector or "")),
    "education": ExportColumn("Trình độ chuyên môn", 14, lambda d: d.education),
    "schooling": ExportColumn("Trình độ văn hóa", 10, lambda d: d.schooling),
    "highest_award": ExportColumn("Khen thưởng cao nhất", 24, lambda d: d.highest_award),
    "achievements": ExportColumn("Thành tích tiêu biểu", 36, lambda d: d.achievements),
    "note": ExportColumn("Ghi chú", 16, lambda d: d.note),
}
SENSITIVE: dict[str, ExportColumn] = {
    "ethnic": ExportColumn("Dân tộc", 9, lambda d: d.ethnic),
    "religion": ExportColumn("Tôn giáo", 10, lambda d: d.religion),
    "party": ExportColumn("Đảng viên", 9, lambda d: show_yes_no(d.party)),
    "political_theory": ExportColumn("Lý luận chính trị", 12, lambda d: d.political_theory),
}
USUAL = tuple(code for code, column in COLUMNS.items() if column.usual)
NO_DELEGATION = "Chưa thuộc đoàn nào"


@dataclass(frozen=True)
class ExportedList:
    """The list as plain values: columns as (title, width), sections as (heading, rows of texts)."""

    columns: Sequence[tuple[str, float]]
    sections: Sequence[tuple[str, list[tuple[str, ...]]]]


def export_list(
    congress: Congress, show: ListFilter, *, columns: Collection[str], by_delegation: bool, actor: Actor, now: datetime
) -> ExportedList:
    """Everybody whom the filter shows, in the order of the list, with these columns; by delegations in protocol order.

    Raises Refused for a sensitive column that the actor may not see. The audit keeps how many people left and which columns.
    """
    sensitive = sorted(set(columns) & set(SENSITIVE))
    if sensitive and not may_at(actor, "delegates.sensitive", unit_id=congress.unit_id, unit_path=congress.unit.path):
        raise Refused("not_yours", "Tài khoản của bạn không được xuất các cột nhạy cảm. Bỏ các cột ấy rồi xuất.")
    every = COLUMNS | SENSITIVE
    chosen = {code: every[code] for code in every if code in columns or code == "name"}
    people = list(db.session.scalars(delegates_of(congress, show)))
    found: dict[tuple[int, str], list[tuple[str, ...]]] = {}
    for person in people:
        texts = tuple(column.say(person) or "" for column in chosen.values())
        found.setdefault(_section_of(person) if by_delegation else (0, ""), []).append(texts)
    changed: dict[str, Any] = {"people": len(people), "columns": list(chosen), "sensitive": bool(sensitive)}
    changed |= {"filter": show.codes(), "by_name": bool(show.text)}
    audit.record(actor, "delegates.export", congress, now=now, congress_id=congress.id, changed=changed)
    sections = [(heading, found[place, heading]) for place, heading in sorted(found)]
    return ExportedList([(column.title, column.width) for column in chosen.values()], sections)


def _section_of(person: Delegate) -> tuple[int, str]:
    """The place and the heading of a person's delegation; those without one come last."""
    delegation = person.delegation
    if delegation is None:
        return 10**9, NO_DELEGATION
    name = delegation.name
    return delegation.position, name if name.casefold().startswith("đoàn") else f"Đoàn {name}"


def describe_filter(congress: Congress, show: ListFilter, delegation: str) -> str:
    """The codes of a filter in words, for the heading of the list; never a typed name."""
    components = {component.code: component.label for component in congress.plan.components}
    sides = {"honoured": "bên điển hình", "invited": "bên khách mời và lãnh đạo", "uncounted": "không tính tỷ lệ"}
    words = {
        "state": STATES.get(show.state), "group": components.get(show.group), "side": sides.get(show.side),
        "delegation": delegation, "capacity": CAPACITIES.get(show.capacity), "sex": SEXES.get(show.sex),
        "missing": f"thiếu {MISSING[show.missing][0]}" if show.missing else "", "door": "đến tại cửa" if show.door else "",
        "photo": "có ảnh" if show.photo else "",
    }  # fmt: skip
    return "; ".join(text for code in CODES if (text := words.get(code)))
