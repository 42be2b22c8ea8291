"""Who may do what: role × permission × reach. Everything not written here is denied."""

from collections.abc import Iterator
from dataclasses import dataclass

# How far a permission of a grant reaches.
OWN = "own"  # the granted unit's own congresses
BELOW = "below"  # those, and of all units below
ALL = "all"  # everything
NAMED = "named"  # the congress named by the grant
PART = "part"  # the delegation named by the grant, and nothing else of its congress

ROLES = {
    "administrator": "Quản trị",
    "plan_owner": "Chủ kế hoạch",
    "organiser": "Đơn vị tổ chức",
    "secretary": "Thư ký",
    "checkin_staff": "Điểm danh",
    "viewer": "Người xem số liệu",
    "delegation_contact": "Đầu mối đoàn",
}

TABLE: dict[str, dict[str, str]] = {
    "administrator": {
        "accounts.manage": ALL,
        "plans.read": ALL,
        "units.read": ALL,
        "congresses.read": ALL,
    },
    "plan_owner": {
        "plans.read": ALL,
        "plans.edit": BELOW,
        "units.read": ALL,
        "units.edit": BELOW,
        "congresses.read": BELOW,
        "congresses.edit": BELOW,
        "congresses.move": BELOW,
        "congresses.approve_plan": BELOW,
        "congresses.override": BELOW,
        "delegates.read": BELOW,
        "delegates.sensitive": BELOW,
        "delegates.edit": BELOW,
        "delegates.approve": BELOW,
        "agenda.read": BELOW,
        "agenda.edit": BELOW,
        "badges.print": BELOW,
        "checkin.scan": BELOW,
        "checkin.supervise": BELOW,
        "allocations.read": BELOW,
        "allocations.edit": BELOW,
        "delegates.export": BELOW,
        "delegations.manage": BELOW,
        "exemplars.read": BELOW,
        "exemplars.edit": BELOW,
        "reports.read": BELOW,
        "reports.make": BELOW,
        "upward.send": BELOW,
    },
    "organiser": {
        "plans.read": ALL,
        "units.read": ALL,
        "congresses.read": BELOW,
        "congresses.edit": OWN,
        "congresses.move": OWN,
        "congresses.override_if_plan": OWN,
        "delegates.read": BELOW,
        "delegates.sensitive": OWN,
        "delegates.edit": OWN,
        "delegates.approve": OWN,
        "agenda.read": BELOW,
        "agenda.edit": OWN,
        "badges.print": OWN,
        "checkin.scan": OWN,
        "checkin.supervise": OWN,
        "allocations.read": BELOW,
        "allocations.edit": OWN,
        "delegates.export": OWN,
        "delegations.manage": OWN,
        "exemplars.read": BELOW,
        "exemplars.edit": OWN,
        "reports.read": BELOW,
        "reports.make": OWN,
        "upward.send": OWN,
    },
    "secretary": {
        "plans.read": ALL,
        "units.read": ALL,
        "congresses.read": BELOW,
        "delegates.read": BELOW,
        "delegates.sensitive": OWN,
        "delegates.edit": OWN,
        "agenda.read": BELOW,
        "agenda.edit": OWN,
        "badges.print": OWN,
        "allocations.read": BELOW,
        "delegates.export": OWN,
        "delegations.manage": OWN,
        "exemplars.read": BELOW,
        "exemplars.edit": OWN,
        "reports.read": BELOW,
        "reports.make": OWN,
    },
    "checkin_staff": {
        "checkin.scan": NAMED,
    },
    "viewer": {
        "plans.read": ALL,
        "units.read": ALL,
        "congresses.read": BELOW,
        "reports.read": BELOW,
    },
    "delegation_contact": {
        "portal.fill": PART,
    },
}

PERMISSIONS = sorted({permission for row in TABLE.values() for permission in row})

# Roles granted on a unit, on a congress, on a delegation, or on nothing.
GRANTED_ON = {
    "administrator": "nothing",
    "checkin_staff": "congress",
    "delegation_contact": "delegation",
    **dict.fromkeys(("plan_owner", "organiser", "secretary", "viewer"), "unit"),
}


@dataclass(frozen=True)
class GrantFact:
    """A grant as the rules see it: `unit_path` is the granted unit's path; a congress or a delegation may be named."""

    role: str
    unit_id: int | None = None
    unit_path: str = ""
    congress_id: int | None = None
    delegation_id: int | None = None


@dataclass(frozen=True)
class Reach:
    """Where one permission holds because of one grant."""

    kind: str
    unit_id: int | None
    unit_path: str
    congress_id: int | None
    delegation_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts. The command line acts as the machine's owner: `everything`."""

    user_id: int | None
    name: str
    grants: tuple[GrantFact, ...] = ()
    everything: bool = False

    def may(self, permission: str) -> bool:
        """Whether the actor holds a permission anywhere."""
        return any(True for _ in reaches(self, permission))


COMMAND_LINE = Actor(None, "dòng lệnh", everything=True)


def reaches(actor: Actor, permission: str) -> Iterator[Reach]:
    """Everywhere a permission holds for an actor."""
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")
    if actor.everything:
        yield Reach(ALL, None, "", None)
    for grant in actor.grants:
        kind = TABLE[grant.role].get(permission)
        placed = grant.unit_id is not None or kind not in (OWN, BELOW)  # a unit's role without its unit reaches nothing
        if kind and placed:
            yield Reach(kind, grant.unit_id, grant.unit_path, grant.congress_id, grant.delegation_id)


def may_at(actor: Actor, permission: str, *, unit_id: int, unit_path: str, congress_id: int | None = None) -> bool:
    """Whether a permission holds at a unit (and, where one is given, for a congress of that unit)."""
    return any(_covers(reach, unit_id, unit_path, congress_id) for reach in reaches(actor, permission))


def _covers(reach: Reach, unit_id: int, unit_path: str, congress_id: int | None) -> bool:
    if reach.kind == ALL:
        return True
    if reach.kind == OWN:
        return reach.unit_id == unit_id
    if reach.kind == BELOW:
        return unit_path.startswith(reach.unit_path)
    if reach.kind == PART:
        return False  # a delegation is less than a congress
    return congress_id is not None and reach.congress_id == congress_id
