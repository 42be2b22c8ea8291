"""`flask --app congress …`: the same operations as the pages, for administrators and scripts."""

from flask import Flask

from . import (
    accounts,
    agenda,
    allocations,
    checkin,
    congresses,
    delegates,
    delegations,
    photos,
    plans,
    reports,
    substitutions,
    suggestions,
    units,
)

GROUPS = (
    accounts.group,
    agenda.group,
    allocations.group,
    checkin.group,
    congresses.group,
    delegates.badges_group,
    delegates.group,
    delegations.group,
    plans.group,
    reports.group,
    suggestions.group,
    units.group,
)
delegates.group.add_command(photos.store_photos)
delegates.group.add_command(substitutions.substitute)


def register_commands(app: Flask) -> None:
    """Register every command group."""
    for group in GROUPS:
        app.cli.add_command(group)
