"""`flask --app congress …`: the same operations as the pages, for administrators and scripts."""

from flask import Flask

from . import accounts, agenda, checkin, congresses, delegates, plans, units

GROUPS = (
    accounts.group,
    agenda.group,
    checkin.group,
    congresses.group,
    delegates.badges_group,
    delegates.group,
    plans.group,
    units.group,
)


def register_commands(app: Flask) -> None:
    """Register every command group."""
    for group in GROUPS:
        app.cli.add_command(group)
