"""A small province with a plan, congresses and one person of each role: what tests of operations and pages stand on."""

from datetime import UTC, date, datetime

from congress.domain.access import Actor, GrantFact
from congress.domain.names import fold, sort_key
from congress.models import (
    Component,
    Congress,
    Delegate,
    Delegation,
    Exemplar,
    Grant,
    Plan,
    PlanStep,
    PlanTier,
    ProgrammeItem,
    Sitting,
    Unit,
    User,
    db,
)
from congress.operations.accounts import hash_password

NOW = datetime(2025, 3, 10, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam
PASSWORD = "mat-khau-thu-1"

FORMS = [
    {"code": "tuyen-duong", "name": "Hội nghị tuyên dương điển hình tiên tiến"},
    {"code": "dai-hoi", "name": "Đại hội Thi đua yêu nước"},
]
TIERS = (
    ("commune", "Xã, phường, thị trấn", "tuyen-duong", ["commune"], "district", 200, (7, 3), "min_models", (1, 3)),
    ("department", "Sở, ban, ngành", "tuyen-duong", ["department"], "province", 300, (7, 3), "min_models", (4, 6)),
    ("district", "Huyện, thành phố", "dai-hoi", ["district"], "province", 300, (7, 3), "min_models", (4, 6)),
    ("province", "Tỉnh", "dai-hoi", ["province"], "national", 500, (None, None), "none", (7, 9)),
)
COMPONENTS = (
    ("leader", "Lãnh đạo các cấp, các ngành", "invited", "#1d4ed8"),
    ("guest", "Khách mời", "invited", "#b45309"),
    ("exemplar", "Điển hình tiên tiến", "honoured", "#b3131b"),
    ("staff", "Ban Tổ chức, phục vụ", "uncounted", "#1f7a4d"),
)
PROGRAMME = (
    ("flag_salute", "Chào cờ", True, ["dai-hoi"], 5),
    ("opening", "Tuyên bố lý do, giới thiệu đại biểu và khai mạc", True, [], 10),
    ("report", "Báo cáo tổng kết phong trào thi đua", True, [], 30),
    ("exchange", "Giao lưu với các điển hình tiên tiến", False, [], 20),
    ("closing", "Tổng kết và bế mạc", True, [], 10),
)


def make_unit(code: str, name: str, kind: str, parent: Unit | None = None) -> Unit:
    """A unit under its parent."""
    unit = Unit(code=code, name=name, kind=kind, parent=parent, path="", folded=name.lower(), sort_key=name.lower())
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def make_plan(unit: Unit) -> Plan:
    """The test plan: 200/300/300/500, 70/30 on three tiers."""
    plan = Plan(
        code="thu", title="Kế hoạch thử", issuer="UBND tỉnh", unit_id=unit.id, period_from=2020, period_to=2025, forms=FORMS
    )
    for position, (code, label, form, kinds, upper, cap, ratio, mode, months) in enumerate(TIERS, 1):
        plan.tiers.append(
            PlanTier(
                position=position,
                code=code,
                label=label,
                forms=[form],
                unit_kinds=kinds,
                upper_tier=upper,
                cap=cap,
                ratio_honoured=ratio[0],
                ratio_invited=ratio[1],
                ratio_mode=mode,
                plenary_allowed=code == "department",
                window_from=date(2025, months[0], 1),
                window_to=date(2025, months[1], 28),
                max_minutes=240,
                plan_approval="pilots",
            )
        )
    for position, (code, label, side, colour) in enumerate(COMPONENTS, 1):
        plan.components.append(
            Component(position=position, code=code, label=label, badge_label=label.upper(), side=side, colour=colour, aliases=[])
        )
    for position, (code, title, required, forms, minutes) in enumerate(PROGRAMME, 1):
        plan.programme.append(
            ProgrammeItem(position=position, code=code, title=title, required=required, forms=forms, minutes=minutes)
        )
    for position, (code, label, days) in enumerate((("list_closed", "Chốt danh sách", 8), ("held", "Tổ chức", 0)), 1):
        plan.steps.append(PlanStep(position=position, code=code, label=label, days_before=days))
    db.session.add(plan)
    db.session.flush()
    return plan


def make_congress(
    plan: Plan, unit: Unit, *, planned: int = 10, stage: str = "list_open", held_on: date = date(2025, 3, 20)
) -> Congress:
    """A congress of a unit, its list open, with one main sitting at half past seven."""
    tier = next(tier for tier in plan.tiers if unit.kind in tier.unit_kinds)
    start = datetime(held_on.year, held_on.month, held_on.day, 0, 30, tzinfo=UTC)
    congress = Congress(
        plan=plan,
        tier=tier,
        unit=unit,
        form=tier.forms[0],
        ordinal=6,
        title1=f"Hội nghị {unit.name}",
        title2="Lần thứ VI",
        title3="ngày 20 tháng 3 năm 2025",
        held_on=held_on,
        planned_size=planned,
        stage=stage,
        created_at=NOW,
        sittings=[Sitting(kind="main", name="Buổi chính", starts_at=start)],
    )
    db.session.add(congress)
    db.session.flush()
    return congress


def make_delegate(congress: Congress, name: str, group: str = "exemplar", state: str = "proposed", **more: object) -> Delegate:
    """A person in a congress, with the next badge number."""
    number = (db.session.scalar(db.select(db.func.max(Delegate.number)).filter_by(congress_id=congress.id)) or 100) + 1
    component = next(c for c in congress.plan.components if c.code == group)
    delegate = Delegate(
        congress_id=congress.id,
        number=number,
        name=name,
        sort_key=name.lower(),
        folded=name.lower(),
        component=component,
        state=state,
        created_at=NOW,
        **more,
    )
    db.session.add(delegate)
    db.session.flush()
    return delegate


def make_exemplar(unit: Unit, name: str, kind: str = "individual", **more: str) -> Exemplar:
    """An entry in a unit's register of advanced models."""
    exemplar = Exemplar(unit_id=unit.id, kind=kind, name=name, folded=fold(name), sort_key=sort_key(name), created_at=NOW, **more)
    db.session.add(exemplar)
    db.session.flush()
    return exemplar


def make_user(
    username: str,
    role: str,
    *,
    unit: Unit | None = None,
    congress: Congress | None = None,
    delegation: Delegation | None = None,
) -> User:
    """An account with one grant; its password is PASSWORD."""
    user = User(
        username=username,
        name=f"Người {username}",
        password_hash=hash_password(PASSWORD, fast=True),
        session_key=username,
        created_at=NOW,
    )
    places = {"unit_id": unit, "congress_id": congress, "delegation_id": delegation}
    user.grants.append(Grant(role=role, **{column: row.id for column, row in places.items() if row}))
    db.session.add(user)
    db.session.flush()
    return user


def actor_for(role: str, *, unit: Unit | None = None, congress: Congress | None = None) -> Actor:
    """Somebody with one grant, without an account."""
    fact = GrantFact(role, unit.id if unit else None, unit.path if unit else "", congress.id if congress else None)
    return Actor(None, f"{role} thử", (fact,))


class World:
    """The province: two districts, a commune under the first, a department, one congress each."""

    def __init__(self) -> None:
        self.province = make_unit("T", "Tỉnh Thử", "province")
        self.district = make_unit("H1", "Huyện Một", "district", self.province)
        self.commune = make_unit("X1", "Xã Một", "commune", self.district)
        self.other_district = make_unit("H2", "Huyện Hai", "district", self.province)
        self.department = make_unit("S1", "Sở Một", "department", self.province)
        self.plan = make_plan(self.province)
        self.congress = make_congress(self.plan, self.district, held_on=date(2025, 5, 20))
        self.lower_congress = make_congress(self.plan, self.commune)
        self.other_congress = make_congress(self.plan, self.other_district, held_on=date(2025, 5, 21))
        db.session.commit()
