"""The guard of every page: each view says what it requires, and each role gets exactly that, at home, below and next door."""

import contextvars
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from congress.domain.access import PERMISSIONS
from congress.models import db
from tests.access_table import access_page
from tests.pages import PageClient
from tests.places import CONGRESS_OWNED, CONTACT, PLACES, SENSITIVE, Places, addresses
from tests.reach import ROLES, places_of
from tests.world import PASSWORD

pytestmark = pytest.mark.usefixtures("session")

DOCS = Path(__file__).parent.parent / "docs" / "access.md"
# Views of packages, which nobody may open: our own /assets serves the files.
CLOSED = {"static", "bootstrap.static"}
ANYBODY = {"accounts.first_run", "accounts.sign_in", "accounts.sign_out", "assets.send"}


class Committed(Exception):
    """A view came as far as its commit: it was allowed. Nothing is written, so that the next view finds all as it was."""


def views(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Rule, method and what is required, of every view that somebody may open."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in CLOSED:
            access = app.view_functions[rule.endpoint].access
            yield from ((rule, method, access) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def guarded(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """The views that ask for a permission."""
    return (view for view in views(app) if view[2] in PERMISSIONS)


def ask(client: PageClient, method: str, url: str, **more: Any) -> TestResponse | None:
    """The answer to a request with a good CSRF token and nothing else; None when the view came as far as its commit."""
    data = {"csrf_token": client.csrf_token} if method == "POST" else None
    try:
        return contextvars.Context().run(client.http.open, url, method=method, data=data, **more)
    except Committed:
        return None


def sign_in(client: PageClient) -> None:
    """As the person with the role; the token of a page everybody may open serves for all later requests."""
    form = {"username": "nguoi", "password": PASSWORD}
    client.submit(client.get("/sign-in"), form)
    client.get("/password")


def rows() -> dict[str, list[Any]]:
    """Every row of every table."""
    found = {table.name: db.session.execute(select(table).order_by(*table.primary_key)).all() for table in db.metadata.sorted_tables}
    db.session.rollback()
    return found


@pytest.fixture
def stopped_commits(app: Flask) -> Iterator[None]:
    """From here on a commit raises Committed."""

    def stop(_session: Session) -> None:
        raise Committed

    yield from while_listening(db.session, "before_commit", stop)


def while_listening(target: Any, name: str, listener: Any) -> Iterator[None]:
    event.listen(target, name, listener)
    yield
    event.remove(target, name, listener)


def refusals(role: str, rule: Rule, permission: str, place: str) -> set[int]:
    """With which statuses somebody is refused at a place, written from the rule in docs/access.md; empty when allowed."""
    if place in places_of(role, permission):
        return set()
    if "congress_id" in rule.arguments:
        seen = places_of(role, "congresses.read") | places_of(role, "checkin.scan")
        return {403} if place in seen else {404}
    if not places_of(role, permission):
        return {403}
    return {403, 404} if rule.arguments & {"unit_id", "plan_id"} else set()


def judge(answer: TestResponse | None, refused: set[int]) -> bool:
    """Whether an answer is as it must be: one of the refusals, or none at all."""
    if answer is None:
        return not refused
    if answer.location and answer.location.startswith("/sign-in"):
        return False
    return answer.status_code in refused if refused else answer.status_code in {200, 204, 302, 303, 304, 400, 409, 413, 415, 422}


def test_every_view_says_what_it_requires(app: Flask) -> None:
    silent = {rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access")}
    assert silent == CLOSED


def test_only_these_views_are_open_to_anybody(app: Flask) -> None:
    assert {rule.endpoint for rule, _, access in views(app) if access == "public"} == ANYBODY


def test_the_page_about_access_is_true(app: Flask) -> None:
    assert access_page(app) == DOCS.read_text(encoding="utf-8"), "python -m tests.access_table > docs/access.md"


def test_files_of_packages_are_closed_to_everybody(app: Flask, client: PageClient) -> None:
    Places(app, "administrator")
    sign_in(client)
    for url in ("/static/css/theme.css", "/bootstrap/static/bootstrap5/css/bootstrap.min.css"):
        client.get(url, 403)


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_each_role_at_each_place(app: Flask, client: PageClient, role: str, request: pytest.FixtureRequest) -> None:
    places = Places(app, role)
    sign_in(client)
    before = rows()
    request.getfixturevalue("stopped_commits")
    faults = []
    for rule, method, permission in guarded(app):
        for place in PLACES if rule.arguments & {"congress_id", "unit_id", "plan_id"} else PLACES[:1]:
            refused = refusals(role, rule, permission, place)
            for url in addresses(rule, places.values[place]):
                answer = ask(client, method, url)
                if not judge(answer, refused):
                    faults.append(f"{method} {url} ({permission}, {place}): {answer.status if answer else 'committed'}")
    assert faults == []
    assert rows() == before


def test_signed_out_people_are_led_to_sign_in(app: Flask, client: PageClient) -> None:
    places = Places(app)
    client.get("/sign-in")
    before, faults = rows(), []
    for rule, method, access in views(app):
        if access == "public":
            continue
        for url in addresses(rule, places.values["own"]):
            page, script = ask(client, method, url), ask(client, method, url, headers={"Accept": "application/json"})
            assert page is not None and script is not None
            if not (page.status_code == 302 and page.location.split("?")[0] == "/sign-in" and script.status_code == 401):
                faults.append(f"{method} {url}: {page.status}, {script.status}")
    assert faults == []
    assert rows() == before


@pytest.mark.parametrize("role", ["administrator", "plan_owner"])
def test_no_view_takes_a_post_without_its_token(app: Flask, client: PageClient, role: str) -> None:
    places = Places(app, role)
    sign_in(client)
    client.csrf_token = "made up"
    before = rows()
    posts = [(rule, url) for rule, method, _ in views(app) if method != "GET" for url in addresses(rule, places.values["own"])]
    answers = {url: ask(client, "POST", url) for _, url in posts}
    assert {url: answer and answer.status_code for url, answer in answers.items()} == dict.fromkeys(answers, 400)
    assert rows() == before


def test_what_belongs_to_another_congress_is_not_found_in_this_one(
    app: Flask, client: PageClient, request: pytest.FixtureRequest
) -> None:
    places = Places(app, "plan_owner", at_province=True)
    sign_in(client)
    before = rows()
    request.getfixturevalue("stopped_commits")
    own, other = places.values["own"], places.values["beside"]
    found = {}
    for rule, method, _ in guarded(app):
        for name in sorted(rule.arguments & CONGRESS_OWNED if "congress_id" in rule.arguments else ()):
            for url in addresses(rule, {**own, name: other[name]}):
                answer = ask(client, method, url)
                found[f"{method} {url}"] = answer and answer.status_code
    assert found == dict.fromkeys(found, 404)
    assert rows() == before


def readings(app: Flask, client: PageClient, places: Places, place: str) -> dict[str, str]:
    """The text of every page and every answer to a script that the person may read at a place."""
    texts = {}
    for rule, method, _ in views(app):
        for url in addresses(rule, places.values[place]) if method == "GET" else ():
            answer = ask(client, "GET", url)
            if answer is not None and answer.status_code == 200 and answer.mimetype in ("text/html", "application/json", "text/plain"):
                texts[url] = answer.get_data(as_text=True)
    return texts


@pytest.mark.parametrize(
    ("role", "place", "hidden"),
    [
        ("administrator", "own", ["Kín", *SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("viewer", "own", ["Kín", *SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("viewer", "below", ["Kín", *SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("checkin_staff", "own", [*SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("organiser", "own", [*SENSITIVE.values(), CONTACT["id_number"]]),
        ("organiser", "below", [*SENSITIVE.values(), CONTACT["id_number"]]),
        ("secretary", "below", [*SENSITIVE.values(), CONTACT["id_number"]]),
    ],
)
def test_what_a_role_never_reads(app: Flask, client: PageClient, role: str, place: str, hidden: list[str]) -> None:
    places = Places(app, role)
    sign_in(client)
    texts = readings(app, client, places, place)
    assert len(texts) >= 2
    assert [(url, text) for url, page in texts.items() for text in hidden if text in page] == []
