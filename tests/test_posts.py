"""No button breaks the service: every POST with fields that are missing, empty, hostile or another office's is answered in words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from congress import web
from congress.models import db
from tests.pages import PageClient, parse, values_of
from tests.places import Places, addresses
from tests.test_access import Committed, ask, rows, sign_in, views, while_listening

pytestmark = pytest.mark.usefixtures("session")

ANSWERS = {"committed", 200, 303, 400, 401, 403, 404, 405, 409, 410, 413, 422}
# What stands in a field that a person did not fill in: nothing, no number, numbers no row has, text no column takes.
HOSTILE = ("", "x", "-1", "0", "99999999999999999999", "2147483647", "1e9", "٣", "²", "\0", "\x1b[0m\r\n", "ă" * 6000, "=cmd|' /C calc'!A0", "9" * 5000)
READ_BY_HAND = re.compile(r"""request\.(?:form|files)(?:\.get|\.getlist)?[(\[]["'](\w+)["']|["'](\w+)["'] in request\.form""")
Fields = dict[str, Any]


def stop(session: Session, *_: object) -> None:
    """Write what would be written, so that the database says what it cannot keep; then go no further."""
    session.flush()
    raise Committed


@pytest.fixture
def flushed_commits(app: Flask) -> Iterator[None]:
    yield from while_listening(db.session, "before_commit", stop)


def words_by_hand() -> dict[str, set[str]]:
    """The fields that a module's views read without a form: {endpoint's blueprint: names}."""
    folder = Path(web.__file__).parent
    return {
        file.stem: {one or other for one, other in READ_BY_HAND.findall(file.read_text(encoding="utf-8"))}
        for file in folder.glob("*.py")
    }


def forms_of(app: Flask, client: PageClient, places: Places) -> dict[str, Fields]:
    """What a browser would send to each address, as the forms of the pages of a place stand."""
    found: dict[str, Fields] = {}
    for rule, method, _ in views(app):
        for url in addresses(rule, places.values["own"]) if method == "GET" else ():
            answer = ask(client, "GET", url)
            for form in parse(answer.text)[0].all("form") if answer.status == 200 else ():
                if form.attrs.get("method", "").lower() == "post":
                    target = urlsplit(urljoin(url, form.attrs.get("action") or url)).path
                    found.setdefault(target, {}).update(values_of(form))
                    for item in form.walk():
                        if item.attrs.get("name"):
                            found[target].setdefault(item.attrs["name"], [])
    return found


def posts(app: Flask, places: Places) -> Iterator[tuple[str, str]]:
    """(address, endpoint) of every view that takes a POST."""
    for rule, method, _ in views(app):
        if method == "POST":
            yield from ((url, rule.endpoint) for url in addresses(rule, places.values["own"]))
