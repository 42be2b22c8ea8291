"""The documents name what there is: every page, every command, every role."""

from pathlib import Path

import click

from congress import create_app

ROOT = Path(__file__).resolve().parent.parent
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_page_is_on_the_map() -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True, "INSTANCE_KEY": "00" * 32})
    addresses = {rule.rule.replace("/department", "/commune").replace("/district", "/commune").replace("/province", "/commune")
                 for rule in app.url_map.iter_rules() if rule.endpoint not in ("static", "bootstrap.static")}  # fmt: skip
    assert {address for address in addresses if f"`{address}`" not in MAP} == set()


def test_every_command_is_on_the_map() -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True, "INSTANCE_KEY": "00" * 32})
    groups = {name: group for name, group in app.cli.commands.items() if isinstance(group, click.Group) and name != "db"}
    commands = {f"{name} {command}" for name, group in groups.items() for command in group.commands}
    assert {command for command in commands if f"`{command} " not in MAP} == set()
