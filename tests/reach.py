"""Who may do what, written a second time: the tests hold the rules of `congress.domain.access` and every page against this."""

# How far a permission of a role reaches: `own` the granted unit, `below` also the units under it, `named` the granted
# congress, `part` the granted delegation of it.
_TEXT = """
                             administrator  plan_owner  organiser  secretary  checkin_staff  viewer  delegation_contact
accounts.manage              all            -           -          -          -              -       -
agenda.edit                  -              below       own        own        -              -       -
agenda.read                  -              below       below      below      -              -       -
allocations.edit             -              below       own        -          -              -       -
allocations.read             -              below       below      below      -              -       -
badges.print                 -              below       own        own        -              -       -
checkin.scan                 -              below       own        -          named          -       -
checkin.supervise            -              below       own        -          -              -       -
congresses.approve_plan      -              below       -          -          -              -       -
congresses.edit              -              below       own        -          -              -       -
congresses.move              -              below       own        -          -              -       -
congresses.override          -              below       -          -          -              -       -
congresses.override_if_plan  -              -           own        -          -              -       -
congresses.read              all            below       below      below      -              below   -
delegates.approve            -              below       own        -          -              -       -
delegates.edit               -              below       own        own        -              -       -
delegates.export             -              below       own        own        -              -       -
delegates.read               -              below       below      below      -              -       -
delegates.sensitive          -              below       own        own        -              -       -
delegations.manage           -              below       own        own        -              -       -
exemplars.edit               -              below       own        own        -              -       -
exemplars.read               -              below       below      below      -              -       -
plans.edit                   -              below       -          -          -              -       -
plans.read                   all            all         all        all        -              all     -
portal.fill                  -              -           -          -          -              -       part
reports.make                 -              below       own        own        -              -       -
reports.read                 -              below       below      below      -              below   -
units.edit                   -              below       -          -          -              -       -
units.read                   all            all         all        all        -              all     -
upward.send                  -              below       own        -          -              -       -
"""

_HEAD, *_ROWS = (line.split() for line in _TEXT.strip().splitlines())
ROLES = _HEAD
REACH = {permission: dict(zip(ROLES, reaches, strict=True)) for permission, *reaches in _ROWS}

# The places of the tests as seen from a grant on the district and on its congress.
HOLDS_AT = {
    "all": {"own", "below", "beside"}, "below": {"own", "below"}, "own": {"own"}, "named": {"own"}, "part": {"own"}, "-": set(),
}  # fmt: skip


def places_of(role: str, permission: str) -> set[str]:
    """Where a permission holds for somebody granted a role on the district and on its congress; "nobody" has no grant."""
    return HOLDS_AT[REACH[permission].get(role, "-")]
