"""Every page of the application opens and is well made: with people, without anybody yet, and on an empty installation."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from congress.models import Grant, db
from congress.web.access import DEVICE
from tests.pages import PageClient, lint
from tests.places import PLACES, Places, addresses, words_of
from tests.reach import REACH, places_of
from tests.world import PASSWORD, make_unit, make_user

pytestmark = pytest.mark.usefixtures("session")

GOOD = (200, 302, 303)
# Files of packages, closed to everybody (tests/test_access.py).
CLOSED = {"static", "bootstrap.static"}


def page_rules(app: Flask) -> Iterator[Rule]:
    """The rules of every view that answers GET to a person; what devices ask is tried in tests/test_access.py."""
    answering = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in CLOSED)
    return (rule for rule in answering if access_of(app, rule) != DEVICE)


def faults_of(client: PageClient, url: str) -> list[str]:
    """What is wrong with a page: an exception, a status that is none of a page, or its making."""
    try:
        page = client.open(url)
    except Exception as error:
        return [f"{url}: {type(error).__name__}: {error}"]
    if page.status not in GOOD:
        return [f"{url}: {page.status} {page.text[:200]}"]
    return [f"{url}: {fault}" for fault in (lint(page.html) if page.is_html else [])]


def walk(client: PageClient, urls: list[str]) -> None:
    """Open all these pages as the person `nguoi`; fails with every fault of every page."""
    client.submit(client.get("/sign-in"), {"username": "nguoi", "password": PASSWORD})
    faults = [fault for url in urls for fault in faults_of(client, url)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", ["administrator", "plan_owner"])
def test_every_page_with_people(app: Flask, client: PageClient, role: str) -> None:
    """The plan's owner opens everything but the accounts, an administrator the rest; at each of the three places."""
    places = Places(app, role, at_province=True)
    urls = {url: rule for place in PLACES for rule in page_rules(app) for url in addresses(rule, places.values[place])}
    of_administrator = {url: access_of(app, rule) == "accounts.manage" for url, rule in urls.items() if not of_contact(app, rule)}
    walk(client, [url for url, theirs in of_administrator.items() if theirs == (role == "administrator")])


@pytest.mark.parametrize("role", ["administrator", "organiser", "secretary", "checkin_staff", "viewer", "delegation_contact"])
def test_every_page_of_the_other_roles(app: Flask, client: PageClient, role: str) -> None:
    """A page leaves out what a role may not do: each role sees its own form of it."""
    places = Places(app, role)
    urls = [url for rule in page_rules(app) if may_open(app, rule, role) for url in addresses(rule, places.values["own"])]
    walk(client, urls)


def test_every_page_while_there_is_nobody_yet(app: Flask, client: PageClient) -> None:
    places = Places(app, "plan_owner", at_province=True, people=False)
    places.user.grants.append(Grant(role="administrator"))
    there = {"code", *places.values["own"]}  # addresses of what does not exist yet are left out
    rules = [r for r in page_rules(app) if r.arguments - (r.defaults or {}).keys() - words_of(r).keys() <= there]
    walk(client, [url for rule in rules if not of_contact(app, rule) for url in addresses(rule, places.values["own"])])


def test_every_page_of_an_empty_installation(app: Flask, client: PageClient) -> None:
    user = make_user("nguoi", "plan_owner", unit=make_unit("T", "Tỉnh Thử", "province"))
    user.grants.append(Grant(role="administrator"))
    db.session.commit()
    rules = [rule for rule in page_rules(app) if not rule.arguments - (rule.defaults or {}).keys()]
    walk(client, [url for rule in rules if not of_contact(app, rule) for url in addresses(rule, {})])


def test_the_page_of_an_unknown_address(app: Flask, client: PageClient) -> None:
    Places(app, "viewer")
    assert client.get("/khong-co", 404).h1 == "Không tìm thấy"
    client.submit(client.get("/sign-in"), {"username": "nguoi", "password": PASSWORD})
    page = client.get("/khong-co", 404)
    assert (page.h1, "Đăng xuất" in page.texts("button")) == ("Không tìm thấy", True)


def of_contact(app: Flask, rule: Rule) -> bool:
    """Whether a page is the delegation contact's alone."""
    return access_of(app, rule) == "portal.fill"


def may_open(app: Flask, rule: Rule, role: str) -> bool:
    """Whether a role may open a page at its own place."""
    access = access_of(app, rule)
    return access not in REACH or "own" in places_of(role, access)


def access_of(app: Flask, rule: Rule) -> str:
    return app.view_functions[rule.endpoint].access
