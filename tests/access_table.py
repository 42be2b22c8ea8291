"""docs/access.md as it must read: `python -m tests.access_table > docs/access.md` writes it anew."""

from collections.abc import Iterator

from flask import Flask

from congress.domain.access import GRANTED_ON, PERMISSIONS, ROLES, TABLE
from congress.operations.devices import PROFILES
from congress.web.access import DEVICE

INTRODUCTION = """# Who may do what

Everything is denied unless it is written here. Both tables are made from the code (`congress/domain/access.py` and the views'
`@requires`); a test compares them with this page and tries every view with every role. `python -m tests.access_table >
docs/access.md` writes it anew: read the difference before committing it.

How far a permission reaches: `own` is the granted unit's congresses, `below` also those of the units under it, `named` the one
congress that the grant names, `all` everything. Who may see a congress gets 403 for a page of it that is not theirs; to everybody
else the congress does not exist (404).
"""


DEVICES = """A device is a browser that was paired by a one-time code, or opened by somebody signed in (`operations/devices.py`).
It is known by the HttpOnly, SameSite=Strict cookie `device`, or by `Authorization: Bearer`; it belongs to one congress, or to
whichever one of its unit is held that day, and its views answer about that one only. No key: 401 `no_device`. Revoked: 410
`revoked`, but for the views by which it ends. A profile that may not: 403 `wrong_profile`. A body of another type than the one
named: 415, which is why these views ask for no CSRF token: no form can send that type.
"""


def table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |"


def role_table() -> Iterator[str]:
    """Permission × role."""
    head = ["permission", *(f"{role} ({label})" for role, label in ROLES.items())]
    rows = [[permission, *(TABLE[role].get(permission, "") for role in ROLES)] for permission in PERMISSIONS]
    return table(head, [["granted on", *(GRANTED_ON[role] for role in ROLES)], *rows])


def view_table(app: Flask) -> Iterator[str]:
    """Address × permission, of every view that says what it requires."""
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if access:
            methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            rows.append([methods, f"`{rule.rule}`", rule.endpoint, access])
    return table(["", "address", "view", "requires"], rows)


def device_table(app: Flask) -> Iterator[str]:
    """Address × profile × body, of every view that is for scripts: those of devices, and those open to anybody."""
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        if getattr(view, "access", None) == DEVICE or hasattr(view, "takes"):
            marks = ["x" if profile in getattr(view, "profiles", ()) else "" for profile in PROFILES]
            ended = "x" if getattr(view, "revoked", False) else ""
            body = view.takes if "POST" in (rule.methods or ()) else ""
            rows.append([f"`{rule.rule}`", *marks, ended, "x" if view.access != DEVICE else "", body])
    return table(["address", *PROFILES, "revoked", "anybody", "a POST carries"], rows)


def access_page(app: Flask) -> str:
    """The whole page."""
    roles, views, devices = role_table(), view_table(app), device_table(app)
    return "\n".join([
        INTRODUCTION, "## Roles", "", *roles, "", "## Views", "", *views, "", "## Devices", "", DEVICES, *devices, "",
    ])  # fmt: skip


if __name__ == "__main__":
    from congress import create_app

    print(access_page(create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", "INSTANCE_KEY": "00" * 32})), end="")
