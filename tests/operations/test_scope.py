"""What an actor may see: every query starts from the grants, and nothing is granted by accident."""

from typing import Any

import pytest

from congress.domain.access import COMMAND_LINE, ROLES, Actor
from congress.domain.refusals import Refused
from congress.models import Grant, db
from congress.operations.scope import actor_of, congresses_for, find_congress, find_plan, find_unit, get_congress, units_for
from tests.world import World, actor_for, make_congress, make_unit, make_user

EVERY = {"own", "lower", "other", "province"}
BELOW = {"own", "lower"}


class Province(World):
    """The province with a congress of its own, and a unit whose path only begins like the first district's."""

    def __init__(self) -> None:
        super().__init__()
        self.upper = make_congress(self.plan, self.province)
        self.congresses = {
            "own": self.congress,
            "lower": self.lower_congress,
            "other": self.other_congress,
            "province": self.upper,
        }
        self.beside = make_unit("H3", "Huyện Ba", "district", self.province)
        self.beside.path = f"{self.district.path[:-1]}0/"  # "/1/20/" beside "/1/2/"
        db.session.flush()

    def seen(self, actor: Actor, permission: str) -> set[str]:
        found = {congress.id for congress in db.session.scalars(congresses_for(actor, permission))}
        one_by_one = {name for name, c in self.congresses.items() if find_congress(actor, permission, c.id) is c}
        assert {name for name, congress in self.congresses.items() if congress.id in found} == one_by_one
        return one_by_one


@pytest.fixture
def province(session: Any) -> Province:
    return Province()


@pytest.mark.parametrize(
    ("role", "permission", "seen"),
    [
        ("administrator", "congresses.read", EVERY), ("administrator", "delegates.read", set()),
        ("plan_owner", "congresses.read", BELOW), ("plan_owner", "delegates.approve", BELOW),
        ("organiser", "congresses.read", BELOW), ("organiser", "delegates.read", BELOW),
        ("organiser", "congresses.edit", {"own"}),
        ("organiser", "delegates.sensitive", {"own"}), ("organiser", "congresses.override", set()),
        ("secretary", "delegates.edit", {"own"}), ("secretary", "delegates.approve", set()),
        ("viewer", "congresses.read", BELOW), ("viewer", "delegates.read", set()),
        ("checkin_staff", "checkin.scan", {"own"}), ("checkin_staff", "congresses.read", set()),
    ],
)  # fmt: skip
def test_the_congresses_a_grant_on_the_first_district_reaches(
    province: Province, role: str, permission: str, seen: set[str]
) -> None:
    assert province.seen(actor_for(role, unit=province.district, congress=province.congress), permission) == seen


def test_a_grant_on_the_province_reaches_all(province: Province) -> None:
    assert province.seen(actor_for("plan_owner", unit=province.province), "delegates.approve") == EVERY
    assert province.seen(actor_for("organiser", unit=province.province), "congresses.edit") == {"province"}


def test_nobody_without_a_grant_sees_anything_and_the_command_line_sees_all(province: Province) -> None:
    assert province.seen(Actor(None, "Người lạ"), "congresses.read") == set()
    assert province.seen(COMMAND_LINE, "delegates.sensitive") == EVERY


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_named_congress_does_not_open_another_of_the_same_unit(province: Province, role: str) -> None:
    second = make_congress(province.plan, province.district)
    actor = actor_for(role, congress=province.congress, unit=province.commune)
    assert find_congress(actor, "checkin.scan", second.id) is None


def test_several_grants_add_up(province: Province) -> None:
    grants = actor_for("secretary", unit=province.commune).grants + actor_for("organiser", unit=province.other_district).grants
    actor = Actor(None, "Kiêm nhiệm", grants)
    assert province.seen(actor, "delegates.edit") == {"lower", "other"}
    assert province.seen(actor, "delegates.approve") == {"other"}


def test_units_below_by_whole_steps_of_the_path(province: Province) -> None:
    actor = actor_for("plan_owner", unit=province.district)
    assert {unit.code for unit in db.session.scalars(units_for(actor, "units.edit"))} == {"H1", "X1"}
    assert find_unit(actor, "units.edit", province.commune.id) is province.commune
    assert [find_unit(actor, "units.edit", unit.id) for unit in (province.beside, province.province)] == [None, None]
    assert find_unit(actor, "units.read", province.province.id) is province.province
    assert db.session.scalars(units_for(actor_for("checkin_staff", congress=province.congress))).all() == []


def test_a_plan_is_its_owners(province: Province) -> None:
    assert find_plan(actor_for("plan_owner", unit=province.province), "plans.edit", province.plan.id) is province.plan
    assert find_plan(actor_for("plan_owner", unit=province.district), "plans.edit", province.plan.id) is None
    assert find_plan(actor_for("organiser", unit=province.province), "plans.edit", province.plan.id) is None
    assert find_plan(COMMAND_LINE, "plans.edit", 999) is None


def test_an_account_acts_with_all_its_grants(province: Province) -> None:
    user = make_user("lan", "organiser", unit=province.district)
    user.grants.append(Grant(role="checkin_staff", congress_id=province.other_congress.id))
    db.session.flush()
    actor = actor_of(user)
    assert (actor.user_id, actor.name, actor.everything) == (user.id, "Người lan", False)
    assert [(g.role, g.unit_id, g.unit_path, g.congress_id) for g in actor.grants] == [
        ("organiser", province.district.id, province.district.path, None),
        ("checkin_staff", None, "", province.other_congress.id),
    ]  # fmt: skip
    assert province.seen(actor, "checkin.scan") == {"own", "other"}


def test_a_congress_by_number(province: Province) -> None:
    assert get_congress(province.congress.id) is province.congress
    with pytest.raises(Refused, match="Không có hội nghị số 999."):
        get_congress(999)
