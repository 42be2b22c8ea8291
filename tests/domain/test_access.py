"""Who may do what: every pair of role and permission that is not written in tests/reach.py is denied."""

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
from tests import reach

# The places as seen from a grant on the district "/1/2/" and on the congress 7; "beside" only begins with the same figures.
PLACES = {"own": (2, "/1/2/", 7), "below": (3, "/1/2/3/", 8), "beside": (20, "/1/20/", 9)}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_reach(role: str, permission: str) -> None:
    actor = Actor(1, "Người thử", (GrantFact(role, unit_id=2, unit_path="/1/2/", congress_id=7, delegation_id=5),))
    found = {
        place
        for place, (unit_id, path, congress_id) in PLACES.items()
        if may_at(actor, permission, unit_id=unit_id, unit_path=path, congress_id=congress_id)
    }
    holds = reach.places_of(role, permission)
    assert found == (set() if reach.REACH[permission][role] == "part" else holds)  # part of a congress is no congress
    assert actor.may(permission) == bool(holds)


def test_nobody_reaches_upwards_but_who_reaches_everything() -> None:
    upwards = [
        (role, permission)
        for role in ROLES
        for permission in PERMISSIONS
        if may_at(Actor(1, "x", (GrantFact(role, 2, "/1/2/", 7),)), permission, unit_id=1, unit_path="/1/", congress_id=1)
    ]
    everywhere = [(role, permission) for role in ROLES for permission in PERMISSIONS if reach.REACH[permission][role] == "all"]
    assert upwards == everywhere


def test_the_table_names_every_role_and_permission_and_what_a_role_is_granted_on() -> None:
    assert list(ROLES) == reach.ROLES
    assert list(reach.REACH) == PERMISSIONS
    assert sorted(TABLE) == sorted(ROLES) == sorted(GRANTED_ON)
    assert set(GRANTED_ON.values()) == {"nothing", "unit", "congress", "delegation"}


def test_checkin_staff_may_nothing_at_a_unit_without_a_congress() -> None:
    staff = Actor(1, "Điểm danh", (GrantFact("checkin_staff", congress_id=7),))
    assert not may_at(staff, "checkin.scan", unit_id=2, unit_path="/1/2/")


def test_a_contact_reaches_the_delegation_that_is_named_and_nothing_else() -> None:
    contact = Actor(1, "Đầu mối", (GrantFact("delegation_contact", delegation_id=5),))
    assert [permission for permission in PERMISSIONS if contact.may(permission)] == ["portal.fill"]
    assert list(reaches(contact, "portal.fill")) == [Reach("part", None, "", None, 5)]


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
    with pytest.raises(ValueError, match=r"unknown permission delegates\.raed"):
        Actor(1, "x").may("delegates.raed")


def test_who_edits_a_list_may_see_its_sensitive_columns() -> None:
    """The preview of an import and the reasons of a suggestion show them to whoever has delegates.edit, and ask no further."""
    reaches_of = {role: (row.get("delegates.edit"), row.get("delegates.sensitive")) for role, row in TABLE.items()}
    assert [role for role, (edit, sensitive) in reaches_of.items() if edit != sensitive] == []
