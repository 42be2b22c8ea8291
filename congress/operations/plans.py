"""Changing a plan that is in use: every change is checked as a whole preset would be, and says what it affects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import joinedload

from ..domain import admission as rules
from ..domain.access import Actor
from ..domain.preset_parts import Fault
from ..domain.presets import Preset, Tier, check_preset
from ..domain.refusals import Refused
from ..domain.schedule import say_window
from ..domain.wording import say
from ..models import (
    AgendaItem,
    Allocation,
    Component,
    Congress,
    Delegate,
    DoorNotice,
    Plan,
    PlanStep,
    PlanTier,
    ProgrammeItem,
    Sitting,
    Unit,
    UpwardPerson,
    db,
)
from . import audit
from .counting import Figures, count_people
from .presets import plan_data, plan_values, tier_values

# Lists of parts that have a code each, in the order of the plan.
SECTIONS: dict[str, type[Any]] = {"components": Component, "programme": ProgrammeItem, "steps": PlanStep}
_CLOSED = ("list_closed", "held", "reported")


# ---- changing ----------------------------------------------------------------------------------------------------------


def edit_basics(plan: Plan, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Change title, number, dates, forms, bases, movements or pilots, named as in a preset; raises Refused when not right."""
    pilots = set(values.get("pilots", ()))
    unknown = sorted(pilots - set(db.session.scalars(select(Unit.code).where(Unit.code.in_(pilots)))) - set(plan.pilots))
    if unknown:
        raise Refused("no_unit", f"Không có đơn vị mã {', '.join(unknown)}.", "pilots")
    _change(plan, {**plan_data(plan), **values}, actor=actor, now=now)


def put_tier(plan: Plan, code: str, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Set the rules of a tier, given as in a preset; the tier joins the plan when it was not there."""
    data = plan_data(plan)
    data["tiers"][code] = dict(values)
    _change(plan, data, actor=actor, now=now)


def remove_tier(plan: Plan, code: str, *, actor: Actor, now: datetime) -> None:
    """Take a tier out of the plan; refused while congresses use it."""
    data = plan_data(plan)
    del data["tiers"][code]
    _change(plan, data, actor=actor, now=now)


def put_part(plan: Plan, section: str, code: str | None, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Set a component, a programme item or a step, given as in a preset; a new one (code None) comes last."""
    data = plan_data(plan)
    if code is None:
        data[section].append(dict(values))
    else:
        data[section][_place(data, section, code)] = {**values, "code": code}
    _change(plan, data, actor=actor, now=now)


def remove_part(plan: Plan, section: str, code: str, *, actor: Actor, now: datetime) -> None:
    """Take a component, a programme item or a step out; a component in use is refused."""
    data = plan_data(plan)
    del data[section][_place(data, section, code)]
    _change(plan, data, actor=actor, now=now)


def move_part(plan: Plan, section: str, code: str, by: int, *, actor: Actor, now: datetime) -> None:
    """Move a part up (by −1) or down (by 1); at the end of the list nothing changes."""
    data = plan_data(plan)
    parts, place = data[section], _place(data, section, code)
    goal = min(max(place + by, 0), len(parts) - 1)
    parts.insert(goal, parts.pop(place))
    _change(plan, data, actor=actor, now=now)


def check_tier(plan: Plan, code: str, values: Mapping[str, Any]) -> Tier:
    """A tier's rules as they would be; raises Refused at the first that is not right."""
    data = plan_data(plan)
    data["tiers"][code] = dict(values)
    return next(tier for tier in _right(data).tiers if tier.code == code)


def _place(data: Mapping[str, Any], section: str, code: str) -> int:
    for place, part in enumerate(data[section]):
        if part["code"] == code:
            return place
    raise Refused("no_part", "Mục này không còn trong kế hoạch. Tải lại trang.")


def _right(data: Mapping[str, Any]) -> Preset:
    preset, faults = check_preset(dict(data))
    if preset is None:
        raise _refusal(faults)
    return preset


def _refusal(faults: Sequence[Fault]) -> Refused:
    """The first fault, beside the field that the last name of its path stands for."""
    names = faults[0].path.split(".")
    return Refused("plan_fault", faults[0].message, names[-1].partition("[")[0])


def _change(plan: Plan, data: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    preset = _right(data)
    _refuse_lost_forms(plan, preset)
    _write(plan, plan_values(preset), actor, now)
    tiers = {tier.code: tier_values(tier) for tier in preset.tiers}
    _sync(plan, plan.tiers, PlanTier, tiers, actor=actor, now=now)
    for section, model in SECTIONS.items():
        wanted = {part["code"]: part for part in plan_values(preset, section)}
        _sync(plan, getattr(plan, section), model, wanted, actor=actor, now=now)


def _sync(
    plan: Plan, rows: list[Any], model: type[Any], wanted: Mapping[str, Mapping[str, Any]], *, actor: Actor, now: datetime
) -> None:
    """Make the rows of one list what is wanted of them, by code."""
    for row in [row for row in rows if row.code not in wanted]:
        _refuse_removal(row)
        audit.record(actor, "delete", row, now=now, changed={"code": [row.code, None]})
        rows.remove(row)
    found = {row.code: row for row in rows}
    for position, (code, values) in enumerate(wanted.items(), 1):
        if code in found:
            _write(found[code], {**values, "position": position}, actor, now)
            continue
        row = model(plan_id=plan.id, position=position, **values)
        rows.append(row)
        db.session.flush()
        audit.record(actor, "create", row, now=now, changed={"code": [None, code]})
    rows.sort(key=lambda row: row.position)


def _write(row: Any, values: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    for key, value in values.items():
        if getattr(row, key) != value:
            setattr(row, key, value)
    if changed := audit.difference(row):
        audit.record(actor, "edit", row, now=now, changed=changed)


def _refuse_removal(row: Any) -> None:
    if isinstance(row, PlanTier) and (n := _count(select(func.count()).where(Congress.plan_tier_id == row.id))):
        raise Refused("tier_used", f"Cấp “{row.label}” đang có {n} hội nghị, không bỏ được.")
    if isinstance(row, Component) and (n := _count(select(func.count()).where(Delegate.component_id == row.id))):
        raise Refused(
            "component_used", f"Thành phần “{row.label}” đang có {n} người, không bỏ được. Chuyển họ sang thành phần khác trước."
        )
    if isinstance(row, Component) and _is_shared_out(row):
        text = f"Thành phần “{row.label}” có trong một bảng phân bổ hoặc danh sách gửi lên, không bỏ được. Bỏ ở đó trước."
        raise Refused("component_used", text)
    if isinstance(row, Component) and _count(select(func.count()).where(DoorNotice.component_id == row.id)):
        raise Refused("component_used", f"Một lời nhắc ở cửa dành cho “{row.label}”, không bỏ được. Bỏ lời nhắc ấy trước.")


def _is_shared_out(component: Component) -> bool:
    counts = (select(func.count()).where(model.component_id == component.id) for model in (Allocation, UpwardPerson))
    return any(_count(query) for query in counts)


def _refuse_lost_forms(plan: Plan, preset: Preset) -> None:
    kept = {form.code for form in preset.forms}
    for form in plan.forms:
        used = (
            0
            if form["code"] in kept
            else _count(select(func.count()).where(Congress.plan_id == plan.id, Congress.form == form["code"]))
        )
        if used:
            raise Refused("form_used", f"Hình thức “{form['name']}” đang dùng cho {used} hội nghị, không bỏ được.", "forms")


def _count(query: Any) -> int:
    return db.session.scalar(query) or 0


# ---- what a rule affects -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """A congress that a change would put in the wrong, and how."""

    congress: Congress
    sentence: str


@dataclass(frozen=True)
class RuleEffects:
    """The congresses that use a rule (the cancelled ones left out), and those that a change would put in the wrong."""

    used_by: int
    broken: tuple[Effect, ...] = ()


def rule_effects(tier: PlanTier, wanted: Tier | None = None) -> RuleEffects:
    """What a tier's rules hold for, and which congresses other rules would put in the wrong. A fixed number of queries."""
    congresses = _congresses(Congress.plan_tier_id == tier.id)
    if wanted is None:
        return RuleEffects(len(congresses))
    figures = count_people([congress.id for congress in congresses])
    broken: list[Effect] = []
    for congress in congresses:
        after = _troubles(congress, _rule(congress, wanted), figures[congress.id])
        before = _troubles(congress, _rule(congress, tier), figures[congress.id])
        after += _odd_dates(congress, wanted.window)
        before += _odd_dates(congress, (tier.window_from, tier.window_to))
        broken += [Effect(congress, sentence) for code, sentence in after if code not in dict(before)]
    return RuleEffects(len(congresses), tuple(broken))


def side_effects(component: Component, side: str) -> RuleEffects:
    """Which congresses would be put in the wrong if a component counted on another side."""
    approved = dict(
        db.session.execute(
            select(Delegate.congress_id, func.count())
            .where(Delegate.component_id == component.id, Delegate.state == "approved")
            .group_by(Delegate.congress_id)
        ).all()
    )  # fmt: skip
    using = select(Delegate.congress_id).where(Delegate.component_id == component.id)
    congresses = _congresses(Congress.id.in_(using))
    if side == component.side:
        return RuleEffects(len(congresses))
    figures = count_people([congress.id for congress in congresses])
    broken: list[Effect] = []
    for congress in congresses:
        rule, now, n = _rule(congress, congress.tier), figures[congress.id], approved.get(congress.id, 0)
        uncounted = {label: m for label, m in now.uncounted.items() if label != component.label}
        uncounted |= {component.label: n} if side == rules.UNCOUNTED else {}
        moved = replace(now, approved=now.approved.plus(component.side, -n).plus(side, n), uncounted=uncounted)
        before = dict(_troubles(congress, rule, now))
        broken += [Effect(congress, sentence) for code, sentence in _troubles(congress, rule, moved) if code not in before]
    return RuleEffects(len(congresses), tuple(broken))


def programme_use(plan: Plan) -> dict[str, int]:
    """How many congresses have an item of the plan's programme in their running order, by its code."""
    query = (
        select(AgendaItem.programme_code, func.count(distinct(Sitting.congress_id)))
        .join(Sitting, AgendaItem.sitting_id == Sitting.id)
        .join(Congress, Sitting.congress_id == Congress.id)
        .where(Congress.plan_id == plan.id, AgendaItem.programme_code.is_not(None))
        .group_by(AgendaItem.programme_code)
    )
    return {code: n for code, n in db.session.execute(query) if code}


def component_use(plan: Plan) -> dict[int, int]:
    """How many people each component of a plan has, over all its congresses, by the component's id."""
    query = (
        select(Delegate.component_id, func.count())
        .join(Component, Delegate.component_id == Component.id)
        .where(Component.plan_id == plan.id, Delegate.state != "withdrawn")
        .group_by(Delegate.component_id)
    )
    return dict(db.session.execute(query).all())


def tier_use(plan: Plan) -> dict[int, int]:
    """How many congresses (the cancelled ones left out) each tier of a plan has, by the tier's id."""
    query = (
        select(Congress.plan_tier_id, func.count())
        .where(Congress.plan_id == plan.id, Congress.stage != "cancelled")
        .group_by(Congress.plan_tier_id)
    )
    return dict(db.session.execute(query).all())


def _congresses(ground: Any) -> list[Congress]:
    query = select(Congress).where(ground, Congress.stage != "cancelled").order_by(Congress.id)
    return list(db.session.scalars(query.options(joinedload(Congress.unit), joinedload(Congress.tier))))


def _rule(congress: Congress, tier: PlanTier | Tier) -> rules.Rule:
    ratio = tier.ratio if isinstance(tier, Tier) else (tier.ratio_honoured, tier.ratio_invited)
    honoured, invited = ratio or (None, None)
    plenary = congress.attendance == "plenary"
    return rules.rule_for(
        cap=tier.cap, honoured=honoured, invited=invited, mode=tier.ratio_mode, plenary=plenary, uncounted_cap=tier.uncounted_cap
    )


def _troubles(congress: Congress, rule: rules.Rule, figures: Figures) -> list[tuple[str, str]]:
    """Code and sentence of what is wrong with a congress under a rule: its size, its uncounted people, once closed its ratio."""
    found = rules.check_size(rule, congress.planned_size, figures.approved)
    found += rules.check_uncounted_kept(rule, figures.uncounted_total)
    if congress.stage in _CLOSED:
        found += rules.check_ratio(rule, figures.approved)
    return [(violation.code, say(violation)) for violation in found]


def _odd_dates(congress: Congress, window: tuple[Any, Any]) -> list[tuple[str, str]]:
    if congress.held_on is None or window[0] <= congress.held_on <= window[1]:
        return []
    return [("window", f"Ngày họp {congress.held_on:%d/%m/%Y} ngoài khung {say_window(window)}.")]
