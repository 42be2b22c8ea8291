"""The guard of every page: each view says what it requires, and each role gets exactly that, at home, below and next door."""

import contextvars
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from congress.domain.access import PERMISSIONS
from congress.models import Congress, db
from congress.operations.devices import PROFILES
from congress.web.access import DEVICE, DEVICE_COOKIE, JSON
from tests.access_table import access_page
from tests.pages import PageClient
from tests.places import CONGRESS_OWNED, CONTACT, PLACES, SENSITIVE, Places, addresses
from tests.reach import ROLES, places_of
from tests.world import PASSWORD

pytestmark = pytest.mark.usefixtures("session")

DOCS = Path(__file__).parent.parent / "docs" / "access.md"
# Views of packages, which nobody may open: our own /assets serves the files.
CLOSED = {"static", "bootstrap.static"}
# The view that asks for more by the step wanted, and refuses a request without one: each step is tried below.
BY_STEP = "congresses.move"
STEPS = dict.fromkeys(("submitted", "list_open", "list_closed", "held", "reported"), "congresses.move")
STEPS["plan_approved"] = "congresses.approve_plan"
ANYBODY = {
    "accounts.first_run", "accounts.sign_in", "accounts.sign_out", "assets.send", "portal.open_link", "personal.show",
    "personal.watch", "personal.programme", "gate.door", "gate.pair", "gate.worker", "gate.manifest",
}  # fmt: skip
ANYBODY |= {"personal.show", "personal.watch", "personal.programme"}  # whoever has the address of a delegate's own page
# The same, for scripts: they take one type of body, and no token.
ANY_SCRIPT = {"device_api.redeem", "device_api.ping"}
# What a device that has ended may still say, about itself alone.
ENDING = {"device_api.leave", "device_api.wiped"}
# What an address without a congress may name of another place.
BESIDE_CONGRESSES = {"unit_id", "plan_id", "delegation_id", "exemplar_id"}
READABLE = ("text/html", "application/json", "text/plain", "application/yaml")


class Committed(Exception):
    """A view came as far as its commit: it was allowed. Nothing is written, so that the next view finds all as it was."""


class Answer(NamedTuple):
    """What came back: a status, "committed", or the exception that the view died of."""

    status: int | str
    location: str = ""
    text: str = ""


def views(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Rule, method and what is required, of every view that somebody may open."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in CLOSED:
            access = app.view_functions[rule.endpoint].access
            yield from ((rule, method, access) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def guarded(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """The views that ask for a permission."""
    return (view for view in views(app) if view[2] in PERMISSIONS)


def by_device(app: Flask) -> Iterator[tuple[Rule, str, Any]]:
    """Rule, method and function of the views that a paired device opens."""
    for rule, method, access in views(app):
        if access == DEVICE:
            yield rule, method, app.view_functions[rule.endpoint]


def takes(app: Flask, rule: Rule) -> str | None:
    """The one type of body that a view takes, None where it takes a form with its token."""
    found: str | None = getattr(app.view_functions[rule.endpoint], "takes", None)
    return found


def ask_as(app: Flask, key: str, method: str, url: str, **more: Any) -> Answer:
    """The answer to a device that sends its cookie and, to a POST, an empty object; more says otherwise."""
    client = PageClient(app)
    client.http.set_cookie(DEVICE_COOKIE, key)
    sent: dict[str, Any] = {"data": "{}", "content_type": JSON} if method == "POST" else {}
    return ask(client, method, url, **{**sent, **more})


def ask(client: PageClient, method: str, url: str, fields: dict[str, str] | None = None, **more: Any) -> Answer:
    """The answer to a request with a good CSRF token and these fields, or with what `more` says."""
    data = {"csrf_token": client.csrf_token, **(fields or {})} if method == "POST" else None
    try:
        response = contextvars.Context().run(client.http.open, url, method=method, **{"data": data, **more})
    except Committed:
        return Answer("committed")
    except Exception as error:
        return Answer(f"{type(error).__name__}: {error}")
    text = response.get_data(as_text=True) if response.mimetype in READABLE else ""
    return Answer(response.status_code, response.location or "", text)


def sign_in(client: PageClient) -> None:
    """As the person with the role; the token of a page everybody may open serves for all later requests."""
    form = {"username": "nguoi", "password": PASSWORD}
    client.submit(client.get("/sign-in"), form)
    client.get("/password")


def rows() -> dict[str, list[Any]]:
    """Every row of every table."""
    tables = db.metadata.sorted_tables
    found = {table.name: db.session.execute(select(table).order_by(*table.primary_key)).all() for table in tables}
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
    return {403, 404} if rule.arguments & BESIDE_CONGRESSES else set()


def is_right(answer: Answer, refused: set[int]) -> bool:
    """Whether an answer is one of the refusals, or none at all where nothing is to be refused."""
    if answer.location.startswith("/sign-in"):
        return False
    return answer.status in (refused or {"committed", 200, 204, 302, 303, 304, 400, 409, 413, 415, 422})


def test_every_view_says_what_it_requires(app: Flask) -> None:
    silent = {rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access")}
    assert silent == CLOSED


def test_only_these_views_are_open_to_anybody(app: Flask) -> None:
    assert {rule.endpoint for rule, _, access in views(app) if access == "public"} == ANYBODY | ANY_SCRIPT


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
        for place in PLACES if rule.arguments & {"congress_id", *BESIDE_CONGRESSES} else PLACES[:1]:
            refused = refusals(role, rule, permission, place) or ({403} if rule.endpoint == BY_STEP else set())
            for url in addresses(rule, places.values[place]):
                answer = ask(client, method, url)
                if not is_right(answer, refused):
                    faults.append(f"{method} {url} ({permission}, {place}): {answer.status}")
    assert not faults, "\n".join(faults)
    assert rows() == before


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_each_step_of_a_congress(app: Flask, client: PageClient, role: str, request: pytest.FixtureRequest) -> None:
    places = Places(app, role)
    sign_in(client)
    before = rows()
    request.getfixturevalue("stopped_commits")
    [rule] = app.url_map.iter_rules(BY_STEP)
    faults = []
    for step, permission in STEPS.items():
        for place in PLACES:
            answer = ask(client, "POST", f"/congress/{places.values[place]['congress_id']}/move", {"to": step})
            if not is_right(answer, refusals(role, rule, permission, place)):
                faults.append(f"{step} {place}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert rows() == before


def test_signed_out_people_are_led_to_sign_in(app: Flask, client: PageClient) -> None:
    places = Places(app)
    client.get("/sign-in")
    before, faults = rows(), []
    for rule, method, access in views(app):
        if access in ("public", DEVICE):
            continue
        for url in addresses(rule, places.values["own"]):
            page, script = ask(client, method, url), ask(client, method, url, headers={"Accept": "application/json"})
            if (page.status, page.location.split("?")[0], script.status) != (302, "/sign-in", 401):
                faults.append(f"{method} {url}: {page.status}, {script.status}")
    assert not faults, "\n".join(faults)
    assert rows() == before


@pytest.mark.parametrize("role", ["administrator", "plan_owner"])
def test_no_view_takes_a_post_without_its_token(app: Flask, client: PageClient, role: str) -> None:
    places = Places(app, role)
    sign_in(client)
    client.csrf_token = "made up"
    before = rows()
    forms = [rule for rule, method, _ in views(app) if method == "POST" and takes(app, rule) is None]
    urls = [url for rule in forms for url in addresses(rule, places.values["own"])]
    assert {url: ask(client, "POST", url).status for url in urls} == dict.fromkeys(urls, 400)
    assert rows() == before


def test_what_belongs_to_another_congress_is_not_found_in_this_one(
    app: Flask, client: PageClient, request: pytest.FixtureRequest
) -> None:
    places = Places(app, "plan_owner", at_province=True)
    sign_in(client)
    before = rows()
    request.getfixturevalue("stopped_commits")
    own, other = places.values["own"], places.values["beside"]
    faults = []
    for rule, method, _ in guarded(app):
        for name in sorted(rule.arguments & CONGRESS_OWNED if "congress_id" in rule.arguments else ()):
            for url in addresses(rule, {**own, name: other[name]}):
                answer = ask(client, method, url)
                # A button may also say no in a sentence, or over the fields that are missing here.
                if answer.status not in ({404} if method == "GET" else {303, 400, 404, 409, 422}):
                    faults.append(f"{method} {url}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert rows() == before


# ---- devices -----------------------------------------------------------------------------------------------------------


def test_only_devices_open_their_views(app: Flask, client: PageClient) -> None:
    places = Places(app, "plan_owner", at_province=True)
    sign_in(client)
    before, faults = rows(), []
    for rule, method, view in by_device(app):
        for url in addresses(rule, places.values["own"]):
            sent: dict[str, Any] = {"data": "{}", "content_type": view.takes} if method == "POST" else {}
            answers = [ask(client, method, url, **sent), ask_as(app, "no key", method, url, **sent)]
            answers.append(ask_as(app, "", method, url, **{**sent, "headers": {"Authorization": "Bearer no-key"}}))
            if [(a.status, '"no_device"' in a.text) for a in answers] != [(401, True)] * 3:
                faults.append(f"{method} {url}: {[a.status for a in answers]}")
    assert not faults, "\n".join(faults)
    assert rows() == before


def test_a_revoked_device_opens_nothing_but_its_end(app: Flask, request: pytest.FixtureRequest) -> None:
    places = Places(app)
    key, before, faults = places.keys["own"]["revoked"], rows(), []
    request.getfixturevalue("stopped_commits")
    for rule, method, view in by_device(app):
        for url in addresses(rule, places.values["own"]):
            answer = ask_as(app, key, method, url, content_type=view.takes if method == "POST" else None)
            ended = (answer.status, '"revoked"' in answer.text) == (410, True)
            if ended == (rule.endpoint in ENDING):
                faults.append(f"{method} {url}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert rows() == before


@pytest.mark.parametrize("profile", PROFILES)
def test_a_device_opens_what_its_profile_may(app: Flask, profile: str, request: pytest.FixtureRequest) -> None:
    places = Places(app)
    key, before, faults = places.keys["own"][profile], rows(), []
    request.getfixturevalue("stopped_commits")
    for rule, method, view in by_device(app):
        for url in addresses(rule, places.values["own"]):
            answer = ask_as(app, key, method, url, content_type=view.takes if method == "POST" else None)
            refused = (answer.status, '"wrong_profile"' in answer.text) == (403, True)
            if refused == (profile in view.profiles) or answer.status in (401, 410, 415) or isinstance(answer.status, str) and (
                answer.status != "committed"
            ):
                faults.append(f"{method} {url}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert rows() == before


def test_a_device_does_not_reach_into_another_congress(app: Flask, request: pytest.FixtureRequest) -> None:
    places = Places(app)
    own, beside = places.values["own"], places.values["beside"]
    # Both congresses are full of the same names, but one title and one person are found in `own` alone.
    congress = db.session.get_one(Congress, own["congress_id"])
    congress.title1 = "Đại hội Kín"
    congress.sittings[0].name = "Buổi Kín"
    db.session.commit()
    before, faults = rows(), []
    request.getfixturevalue("stopped_commits")
    for profile in PROFILES:
        for rule, method, view in by_device(app):
            named = sorted(rule.arguments & CONGRESS_OWNED)
            for url in addresses(rule, {**beside, **{name: own[name] for name in named}}):
                sent = {"content_type": view.takes} if method == "POST" else {}
                answer = ask_as(app, places.keys["beside"][profile], method, url, **sent)
                found = answer.status in (200, "committed") and named
                if found or any(word in answer.text for word in ("Đại hội Kín", "Buổi Kín")):
                    faults.append(f"{profile} {method} {url}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert rows() == before


def test_views_without_tokens_take_no_form(app: Flask) -> None:
    places = Places(app)
    tried, before, faults = set(), rows(), []
    for rule, method, access in views(app):
        body = takes(app, rule)
        if access == DEVICE and body is None:
            faults.append(f"{rule.endpoint} does not say what it takes")
        if body is None or method != "POST":
            continue
        assert body in (JSON, "image/jpeg")  # types that no form can send, and no script of another site without our leave
        for url in addresses(rule, places.values["own"]):
            for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain", None):
                answer = ask_as(app, places.keys["own"]["desk"], method, url, content_type=kind)
                tried.add(url)
                if (answer.status, '"wrong_type"' in answer.text) != (415, True):
                    faults.append(f"{url} {kind}: {answer.status}")
    assert not faults, "\n".join(faults)
    assert len(tried) >= 4 and rows() == before


def readings(app: Flask, client: PageClient, places: Places, place: str) -> dict[str, str]:
    """The text of every page and every answer to a script that the person may read at a place."""
    texts = {}
    for rule, method, _ in views(app):
        for url in addresses(rule, places.values[place]) if method == "GET" else ():
            answer = ask(client, "GET", url)
            if answer.status == 200:
                texts[url] = answer.text
    return texts


@pytest.mark.parametrize(
    ("role", "place", "hidden"),
    [
        ("administrator", "own", ["Kín", *SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("viewer", "own", ["Kín", *SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("viewer", "below", ["Kín", *SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("checkin_staff", "own", [*SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("organiser", "own", [*SENSITIVE.values()]),
        ("organiser", "below", [*SENSITIVE.values(), CONTACT["id_number"]]),
        ("secretary", "below", [*SENSITIVE.values(), CONTACT["id_number"]]),
        ("delegation_contact", "own", [*SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
        ("delegation_contact", "beside", ["Kín", *SENSITIVE.values(), *CONTACT.values(), "29/12/1961"]),
    ],
)
def test_what_a_role_never_reads(app: Flask, client: PageClient, role: str, place: str, hidden: list[str]) -> None:
    places = Places(app, role)
    sign_in(client)
    texts = readings(app, client, places, place)
    assert len(texts) >= 2
    assert [(url, text) for url, page in texts.items() for text in hidden if text in page] == []
