"""The gate page as it is sent: one shell for everybody, without a question to the database; its worker keeps every file of it."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from tests.pages import PageClient, lint
from tests.world import PASSWORD, World, make_user

ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(session: object) -> World:
    world = World()
    make_user("sep", "administrator")
    return world


def kept_by_worker(client: PageClient) -> dict[str, object]:
    """What stands above the worker's script."""
    script = client.get("/gate/sw.js").data.decode()
    return {name: json.loads(value) for name, value in re.findall(r"(?m)^const (VERSION|SHELL|FILES) = (.*);$", script)}


def test_everybody_gets_the_same_shell_without_a_question_to_the_database(app: Flask, client: PageClient, world: World) -> None:
    stranger = client.get("/gate")
    assert lint(stranger.html) == []
    client.sign_in("sep", PASSWORD)
    statements: list[str] = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    pages = [client.get(address) for address in ("/gate", "/gate/pair", "/gate")]
    client.get("/gate/sw.js")
    client.get("/gate/manifest.webmanifest")
    assert statements == []
    assert {page.data for page in pages} == {stranger.data}
    assert world.congress.title1 not in stranger.html
    assert all("Set-Cookie" not in page.headers for page in pages)


def test_the_worker_keeps_every_file_that_the_page_and_its_modules_name(client: PageClient, world: World) -> None:
    facts = kept_by_worker(client)
    page = client.get("/gate")
    assert facts["SHELL"] == "/gate"
    assert page.one("body").attrs["data-version"] == facts["VERSION"]
    kept = set(facts["FILES"])
    named = {address.partition("#")[0] for address in re.findall(r'"(/assets/[^"]+)"', page.html)}
    modules = {address for address in kept if address.endswith(".js") and "/js/" in address}
    for module in modules:
        for name in re.findall(r'(?:from|import) "\./([^"]+)"|import\("\./([^"]+)"\)', client.get(module).data.decode()):
            named.add(module.rpartition("/")[0] + "/" + "".join(name))
    assert named - kept == set()
    assert all(client.get(address).headers["Cache-Control"].endswith("immutable") for address in kept)
    assert not any("door-sw" in address or "door-people" in address for address in kept)


def test_the_worker_may_keep_the_page_and_nothing_beside_it(client: PageClient, world: World) -> None:
    answer = client.get("/gate/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/gate"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.response.mimetype == "text/javascript"
    assert "/api" not in "".join(map(str, kept_by_worker(client)["FILES"]))


def test_the_page_can_be_put_on_a_home_screen(client: PageClient, world: World) -> None:
    manifest = json.loads(client.get("/gate/manifest.webmanifest").data)
    shown = {key: manifest[key] for key in ("name", "start_url", "scope", "display", "lang")}
    assert shown == {"name": "Cửa điểm danh", "start_url": "/gate", "scope": "/gate", "display": "standalone", "lang": "vi"}
    for icon in manifest["icons"]:
        answer = client.get(icon["src"])
        assert answer.response.mimetype == icon["type"]
    assert {"192x192", "512x512", "any"} == {icon["sizes"] for icon in manifest["icons"]}
    assert client.get("/gate").one("link", rel="manifest").attrs["href"] == "/gate/manifest.webmanifest"


def test_a_changed_file_is_another_version(client: PageClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept_by_worker(client)["VERSION"]
    monkeypatch.setattr("congress.web.gate.kept_files", lambda: ["/assets/0/app.css"])
    assert kept_by_worker(client)["VERSION"] != before


def test_no_module_of_the_gate_is_long(client: PageClient) -> None:
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "static" / "js").glob("door*.js")}
    assert {name: lines for name, lines in long.items() if lines > 250} == {}
