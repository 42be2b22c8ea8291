"""The running order of a sitting: made from the plan's programme, then changed item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ..domain import agenda as rules
from ..domain.access import Actor
from ..domain.refusals import Refused, Violation
from ..domain.stages import require
from ..domain.titles import VIETNAM, weekday_date
from ..models import AgendaItem, Congress, ProgrammeItem, Sitting, db
from . import audit
from .admission import lock_congress
from .sittings import move_start

MAIN = "main"


@dataclass(frozen=True)
class ItemValues:
    """What a form says about an item; `minutes` is 0–600."""

    title: str
    minutes: int
    presenter: str = ""
    note: str = ""


@dataclass(frozen=True)
class AgendaState:
    """The congress's running order in figures: items, minutes, and what is not as the plan has it."""

    items: int
    minutes: int
    violations: list[Violation]


@dataclass(frozen=True)
class SheetLine:
    """One item as it is printed; without a start time `starts` says how long it takes."""

    starts: str
    ends: str
    title: str
    presenter: str
    note: str


@dataclass(frozen=True)
class AgendaSheet:
    """A sitting's running order as it is printed."""

    lines: tuple[str, str, str]
    subtitle: str
    date_text: str
    place: str
    items: tuple[SheetLine, ...]


def agenda_state(congress: Congress) -> AgendaState:
    """How the main sitting's running order stands against the plan."""
    query = (
        select(AgendaItem.programme_code, AgendaItem.title, AgendaItem.minutes)
        .join(Sitting)
        .where(Sitting.congress_id == congress.id, Sitting.kind == MAIN)
        .order_by(Sitting.id, AgendaItem.position)
    )
    items = [rules.Item(*row) for row in db.session.execute(query)]
    main = next((sitting for sitting in congress.sittings if sitting.kind == MAIN), None)
    violations = rules.check_agenda(
        programme_rules(congress),
        items,
        form=congress.form,
        start=start_minute(main) if main else None,
        max_minutes=congress.tier.max_minutes,
    )
    return AgendaState(len(items), sum(item.minutes for item in items), violations)


def programme_rules(congress: Congress) -> list[rules.ProgrammeRule]:
    """The plan's programme as the rules see it, in its order."""
    return [rules.ProgrammeRule(p.code, p.title, p.required, tuple(p.forms)) for p in congress.plan.programme]


def missing_items(congress: Congress, sitting: Sitting) -> list[ProgrammeItem]:
    """What the plan has for this form, required or not, and the sitting has not."""
    there = {item.programme_code for item in sitting.items}
    return [p for p in congress.plan.programme if _applies(p, congress) and p.code not in there]


def start_minute(sitting: Sitting) -> int | None:
    """When a sitting starts, in minutes after midnight in Vietnam; None while that is not set."""
    if sitting.starts_at is None:
        return None
    local = sitting.starts_at.astimezone(VIETNAM)
    return local.hour * 60 + local.minute


def item_times(sitting: Sitting) -> list[tuple[str, str]]:
    """The start and end of each item as "07:30"; empty while the sitting has no start time, no end where nothing is to pass."""
    start = start_minute(sitting)
    if start is None:
        return [("", "")] * len(sitting.items)
    spans = rules.span_items(start, [item.minutes for item in sitting.items])
    return [(rules.clock(span.starts), rules.clock(span.ends) if span.ends > span.starts else "") for span in spans]


def sittings_of(congress: Congress) -> Sequence[Sitting]:
    """The congress's sittings with their items, in the order of their starts."""
    query = select(Sitting).filter_by(congress_id=congress.id).order_by(Sitting.starts_at, Sitting.id)
    return db.session.scalars(query.options(selectinload(Sitting.items))).all()


def find_sitting(congress: Congress, sitting_id: int) -> Sitting | None:
    """A sitting of this congress, or None."""
    return db.session.scalars(select(Sitting).filter_by(id=sitting_id, congress_id=congress.id)).one_or_none()


def get_item(sitting: Sitting, item_id: int) -> AgendaItem:
    """An item of this sitting; raises Refused when somebody has removed it."""
    item = next((item for item in sitting.items if item.id == item_id), None)
    if item is None:
        raise Refused("no_item", "Mục này không còn trong chương trình. Tải lại trang.")
    return item


def create_agenda(sitting: Sitting, *, actor: Actor, now: datetime, with_optional: bool = False) -> list[AgendaItem]:
    """Fill an empty sitting from the plan's programme for the congress's form; raises Refused when it has items."""
    congress = _open_for_change(sitting)
    if sitting.items:
        raise Refused("has_items", "Buổi này đã có chương trình. Thêm từng mục còn thiếu.")
    wanted = [p for p in congress.plan.programme if _applies(p, congress) and (p.required or with_optional)]
    if not wanted:
        raise Refused("no_programme", "Kế hoạch không có chương trình cho hình thức này. Thêm từng mục.")
    sitting.items = _numbered([AgendaItem(programme_code=p.code, title=p.title, minutes=p.minutes) for p in wanted])
    db.session.flush()
    audit.record(actor, "agenda.create", sitting, now=now, congress_id=congress.id, changed={"items": len(wanted)})
    return sitting.items


def add_item(sitting: Sitting, values: ItemValues, *, place: int | None = None, actor: Actor, now: datetime) -> AgendaItem:
    """Put an item of one's own at a place (0 = first; None = where `suggest_place` says)."""
    _open_for_change(sitting)
    item = AgendaItem(programme_code=None)
    _fill(item, values)
    return _insert(sitting, item, suggest_place(sitting) if place is None else place, actor, now)


def add_planned_item(sitting: Sitting, code: str, *, actor: Actor, now: datetime) -> AgendaItem:
    """Put an item of the plan's programme at its right place; raises Refused when it is there already."""
    congress = _open_for_change(sitting)
    planned = next((p for p in missing_items(congress, sitting) if p.code == code), None)
    if planned is None:
        raise Refused("not_missing", "Mục này đã có, hoặc không thuộc chương trình của kế hoạch. Tải lại trang.")
    place = rules.place_for(code, programme_rules(congress), [_fact(item) for item in sitting.items])
    item = AgendaItem(programme_code=code, title=planned.title, minutes=planned.minutes)
    return _insert(sitting, item, place, actor, now)


def suggest_place(sitting: Sitting) -> int:
    """Where an item of one's own goes unless told: before the plan's last item if that stands last, else at the end."""
    programme, items = sitting.congress.plan.programme, sitting.items
    closes = bool(items and programme) and items[-1].programme_code == programme[-1].code
    return len(items) - closes


def edit_item(sitting: Sitting, item_id: int, values: ItemValues, *, actor: Actor, now: datetime) -> AgendaItem:
    """Change an item; its place and where it comes from stay."""
    congress = _open_for_change(sitting)
    item = get_item(sitting, item_id)
    _fill(item, values)
    if changed := audit.difference(item):
        audit.record(actor, "agenda.edit", item, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    return item


def remove_item(sitting: Sitting, item_id: int, *, actor: Actor, now: datetime) -> AgendaItem:
    """Take an item out."""
    congress = _open_for_change(sitting)
    item = get_item(sitting, item_id)
    audit.record(actor, "agenda.remove", item, now=now, congress_id=congress.id, changed={"title": [item.title, None]})
    sitting.items.remove(item)
    _numbered(sitting.items)
    db.session.flush()
    return item


def move_item(sitting: Sitting, item_id: int, place: int, *, actor: Actor, now: datetime) -> AgendaItem:
    """Move an item to a place (0 = first); a place beyond an end means that end."""
    congress = _open_for_change(sitting)
    item = get_item(sitting, item_id)
    _numbered(rules.move(sitting.items, sitting.items.index(item), place))
    if changed := audit.difference(item):
        audit.record(actor, "agenda.move", item, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    db.session.expire(sitting, ["items"])  # to be read again in its new order
    return item


def set_start(sitting: Sitting, start: time, *, actor: Actor, now: datetime) -> Sitting:
    """Set when a sitting starts (Vietnam's time, on the sitting's day or the congress's); its check-in moves along."""
    congress = _open_for_change(sitting)
    day = sitting.starts_at.astimezone(VIETNAM).date() if sitting.starts_at else congress.held_on
    if day is None:
        raise Refused("no_date", "Hội nghị chưa có ngày tổ chức. Đặt ngày ở trang Tổng quan, mục Sửa.", "start")
    move_start(sitting, datetime.combine(day, start, VIETNAM))
    if changed := audit.difference(sitting):
        audit.record(actor, "agenda.start", sitting, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    return sitting


def agenda_sheet(congress: Congress, sitting: Sitting) -> AgendaSheet:
    """What the printed programme says; raises Refused when there is nothing to print."""
    if not sitting.items:
        raise Refused("no_items", "Chưa có chương trình để in. Lập chương trình ở trang Chương trình của hội nghị.")
    times = item_times(sitting)
    return AgendaSheet(
        lines=(congress.title1, congress.title2, congress.title3),
        subtitle="Chương trình" if len(congress.sittings) == 1 else f"Chương trình {sitting.name}",
        date_text=_when(sitting),
        place=congress.place,
        items=tuple(
            SheetLine(starts or f"{item.minutes} phút", ends, item.title, item.presenter, item.note)
            for item, (starts, ends) in zip(sitting.items, times, strict=True)
        ),
    )


def _when(sitting: Sitting) -> str:
    start = start_minute(sitting)
    if sitting.starts_at is None or start is None:
        return ""
    end = start + sum(item.minutes for item in sitting.items)
    return f"Thời gian: {rules.clock(start)} – {rules.clock(end)}, {weekday_date(sitting.starts_at.astimezone(VIETNAM).date())}"


def _open_for_change(sitting: Sitting) -> Congress:
    """The sitting's congress, locked, in a stage where its running order may change; sitting and items as they are now."""
    congress = lock_congress(sitting.congress_id)
    require(congress.stage, "agenda")
    query = select(Sitting).filter_by(id=sitting.id).options(selectinload(Sitting.items))
    db.session.scalars(query, execution_options={"populate_existing": True}).one()
    return congress


def _insert(sitting: Sitting, item: AgendaItem, place: int, actor: Actor, now: datetime) -> AgendaItem:
    sitting.items.insert(max(0, place), item)
    _numbered(sitting.items)
    db.session.flush()
    audit.record(actor, "agenda.add", item, now=now, congress_id=sitting.congress_id, changed={"title": [None, item.title]})
    return item


def _numbered(items: list[AgendaItem]) -> list[AgendaItem]:
    for position, item in enumerate(items, 1):
        item.position = position
    return items


def _fill(item: AgendaItem, values: ItemValues) -> None:
    if not 0 < len(values.title) <= rules.TITLE_LENGTH:
        raise Refused("title", f"Nhập tên mục, tối đa {rules.TITLE_LENGTH} ký tự.", "title")
    if not 0 <= values.minutes <= rules.MOST_MINUTES:
        raise Refused("minutes", f"Từ 0 đến {rules.MOST_MINUTES} phút.", "minutes")
    item.title, item.minutes, item.presenter, item.note = values.title, values.minutes, values.presenter, values.note


def _applies(planned: ProgrammeItem, congress: Congress) -> bool:
    return not planned.forms or congress.form in planned.forms


def _fact(item: AgendaItem) -> rules.Item:
    return rules.Item(item.programme_code, item.title, item.minutes)
