"""Who may do what: every pair of role and permission that is not written here is denied."""

import pytest

from congress.domain.access import (
    COMMAND_LINE,
    GRANTED_ON,
    PERMISSIONS,
    ROLES,
    TABLE,
    Actor,
    GrantFact,
    Reach,
    may_at,
    reaches,
)

# The places as seen from a grant on the district "/1/2/": itself, a commune below it, its province, a district whose path
# only begins with the same figures.
PLACES = {"own": (2, "/1/2/"), "below": (3, "/1/2/3/"), "above": (1, "/1/"), "beside": (20, "/1/20/")}
NOWHERE, OWN, OWN_AND_BELOW, EVERYWHERE = set(), {"own"}, {"own", "below"}, set(PLACES)


def places(role: str, permission: str, *, congress_id: int | None = 7) -> set[str]:
    """Where a permission holds for somebody granted a role on the district and on the congress number 7."""
    actor = Actor(1, "Người thử", (GrantFact(role, unit_id=2, unit_path="/1/2/", congress_id=7),))
    return {
        place
        for place, (unit_id, path) in PLACES.items()
        if may_at(actor, permission, unit_id=unit_id, unit_path=path, congress_id=congress_id)
    }


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("accounts.manage", {"administrator": EVERYWHERE}),
        (
            "congresses.read",
            {"administrator": EVERYWHERE, **dict.fromkeys(["plan_owner", "organiser", "secretary", "viewer"], OWN_AND_BELOW)},
        ),
        ("congresses.edit", {"plan_owner": OWN_AND_BELOW, "organiser": OWN}),
        ("congresses.move", {"plan_owner": OWN_AND_BELOW, "organiser": OWN}),
        ("congresses.approve_plan", {"plan_owner": OWN_AND_BELOW}),
        ("congresses.override", {"plan_owner": OWN_AND_BELOW}),
        ("congresses.override_if_plan", {"organiser": OWN}),
        ("delegates.read", dict.fromkeys(["plan_owner", "organiser", "secretary"], OWN_AND_BELOW)),
        ("delegates.sensitive", {"plan_owner": OWN_AND_BELOW, "organiser": OWN, "secretary": OWN}),
        ("delegates.edit", {"plan_owner": OWN_AND_BELOW, "organiser": OWN, "secretary": OWN}),
        ("delegates.approve", {"plan_owner": OWN_AND_BELOW, "organiser": OWN}),
        ("agenda.read", dict.fromkeys(["plan_owner", "organiser", "secretary"], OWN_AND_BELOW)),
        ("agenda.edit", {"plan_owner": OWN_AND_BELOW, "organiser": OWN, "secretary": OWN}),
        ("badges.print", {"plan_owner": OWN_AND_BELOW, "organiser": OWN, "secretary": OWN}),
        ("checkin.scan", {"plan_owner": OWN_AND_BELOW, "organiser": OWN, "checkin_staff": EVERYWHERE}),
        ("checkin.supervise", {"plan_owner": OWN_AND_BELOW, "organiser": OWN}),
        ("plans.read", dict.fromkeys(["administrator", "plan_owner", "organiser", "secretary", "viewer"], EVERYWHERE)),
        ("plans.edit", {"plan_owner": OWN_AND_BELOW}),
        ("units.read", dict.fromkeys(["administrator", "plan_owner", "organiser", "secretary", "viewer"], EVERYWHERE)),
        ("units.edit", {"plan_owner": OWN_AND_BELOW}),
    ],
)
def test_reach_of_each_role(permission: str, expected: dict[str, set[str]]) -> None:
    assert {role: found for role in ROLES if (found := places(role, permission))} == expected


def test_every_permission_is_judged_above() -> None:
    [marker] = test_reach_of_each_role.pytestmark
    assert sorted(permission for permission, _ in marker.args[1]) == PERMISSIONS


def test_checkin_staff_reach_the_named_congress_only() -> None:
    assert places("checkin_staff", "checkin.scan", congress_id=8) == NOWHERE
    assert places("checkin_staff", "checkin.scan", congress_id=None) == NOWHERE


def test_somebody_without_a_grant_may_nothing() -> None:
    nobody = Actor(1, "Người mới")
    assert [permission for permission in PERMISSIONS if nobody.may(permission)] == []


def test_the_command_line_may_everything_everywhere() -> None:
    assert [permission for permission in PERMISSIONS if not COMMAND_LINE.may(permission)] == []
    assert list(reaches(COMMAND_LINE, "delegates.approve")) == [Reach("all", None, "", None)]


def test_two_grants_add_up() -> None:
    both = Actor(1, "Hai vai", (GrantFact("viewer", 1, "/1/"), GrantFact("secretary", 3, "/1/2/3/")))
    assert may_at(both, "congresses.read", unit_id=20, unit_path="/1/20/")
    assert may_at(both, "delegates.edit", unit_id=3, unit_path="/1/2/3/")
    assert not may_at(both, "delegates.read", unit_id=2, unit_path="/1/2/")


def test_an_unknown_permission_is_a_mistake_not_a_no() -> None:
    with pytest.raises(ValueError, match="unknown permission delegates.raed"):
        Actor(1, "x").may("delegates.raed")


def test_the_table_names_every_role_and_what_it_is_granted_on() -> None:
    assert sorted(TABLE) == sorted(ROLES) == sorted(GRANTED_ON)
    assert set(GRANTED_ON.values()) == {"nothing", "unit", "congress"}
