"""`--lan`: the page on trust, and what plain http still opens to another machine."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from congress.lan import LanFacts, make_authority, place_of
from congress.models import db
from congress.web.assets import CONTENT_SECURITY_POLICY
from congress.web.lan import init_lan
from tests.pages import lint, parse
from tests.world import PASSWORD, make_unit, make_user

PLACE = place_of("may-1", ["192.168.1.20", "10.0.0.5", "fd00::2"])
PLAIN, SECURE = "http://192.168.1.20:8080", "https://192.168.1.20:8443"
FACTS = LanFacts(make_authority(PLACE, "may-1", now=datetime(2026, 11, 30, tzinfo=UTC)), PLACE, (), 8080, 8443)

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def browser(app: Flask) -> Client:
    """A browser on another machine of the network."""
    make_user("nhung", "organiser", unit=make_unit("H", "Huyện Một", "district"))
    db.session.commit()
    init_lan(app, FACTS)
    return app.test_client()


def ask(browser: Client, url: str, method: str = "GET", remote: str = "192.168.1.77", **more: object) -> TestResponse:
    return browser.open(url, method=method, environ_base={"REMOTE_ADDR": remote}, **more)


def test_the_page_is_not_there_without_lan(app: Flask) -> None:
    make_user("nhung", "organiser", unit=make_unit("H", "Huyện Một", "district"))
    db.session.commit()
    assert [ask(app.test_client(), f"/lan{name}").status_code for name in ("", "/authority.crt")] == [404, 404]


@pytest.mark.parametrize("origin", [PLAIN, SECURE])
def test_the_page_explains_and_is_well_made(browser: Client, origin: str) -> None:
    page = ask(browser, f"{origin}/lan")
    assert (page.status_code, lint(page.text)) == (200, [])
    root, _ = parse(page.text)
    assert ":".join(root.one("p", "fingerprint").texts("code")) == FACTS.authority.fingerprint
    assert FACTS.authority.name in root.text
    assert root.one("section", "trust").attrs["data-ping"] == f"{SECURE}/api/gate/ping"
    assert {link.attrs["href"] for link in root.all("a", "trust-yes")} == {f"{SECURE}/"}
    assert {link.attrs["href"] for link in root.all("a") if "download" in link.attrs} == {"/lan/authority.crt"}
    assert len(root.all("svg", "shot")) == 8


def test_the_page_may_ask_the_secure_address_and_no_other(browser: Client) -> None:
    allowed = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src {SECURE}")
    assert ask(browser, f"{PLAIN}/lan").headers["Content-Security-Policy"] == allowed
    assert ask(browser, f"{SECURE}/sign-in").headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("host", "secure"),
    [
        ("may-1.local:8080", "https://may-1.local:8443"),
        ("10.0.0.5:8080", "https://10.0.0.5:8443"),
        ("MAY-1", "https://may-1:8443"),
        ("cua.thu:8080", SECURE),  # the certificate does not name it
        ("[fd00::2]:8080", SECURE),  # no policy of a page can name it
        ("8.8.8.8:8080", SECURE),
    ],
)
def test_the_check_asks_at_the_host_that_the_page_came_from(browser: Client, host: str, secure: str) -> None:
    page = ask(browser, f"http://{host}/lan")
    assert parse(page.text)[0].one("section", "trust").attrs["data-ping"] == f"{secure}/api/gate/ping"
    assert f"connect-src {secure};" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("agent", "opened"),
    [
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/142.0 Mobile", ["Điện thoại, máy tính bảng Android"]),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", ["iPhone, iPad"]),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0", ["Máy tính Windows"]),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1", ["Máy Mac, Chromebook"]),
        ("curl/8", ["Điện thoại, máy tính bảng Android"]),
    ],
)
def test_the_steps_of_this_kind_of_machine_stand_open(browser: Client, agent: str, opened: list[str]) -> None:
    root, _ = parse(ask(browser, f"{PLAIN}/lan", headers={"User-Agent": agent}).text)
    assert [each.one("summary").text for each in root.all("details") if "open" in each.attrs] == opened


def test_the_authority_is_handed_out_as_devices_take_it(browser: Client) -> None:
    answer = ask(browser, f"{PLAIN}/lan/authority.crt")
    assert (answer.status_code, answer.mimetype) == (200, "application/x-x509-ca-cert")
    assert answer.data == FACTS.authority.der
    assert answer.headers["Content-Disposition"] == 'attachment; filename="thi-dua-yeu-nuoc.crt"'


@pytest.mark.parametrize("path", ["/", "/sign-in", "/congress/1", "/portal", "/d/x", "/lanx", "/api/other", "/gateway", "/doors"])
def test_over_plain_http_another_machine_gets_the_page_on_trust(browser: Client, path: str) -> None:
    for method in ("GET", "POST"):
        answer = ask(browser, f"{PLAIN}{path}", method)
        assert (answer.status_code, answer.location) == (303, "/lan")
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/lan", "/gate", "/gate/pair", "/api/gate/ping", "/api/devices/me", "/assets/x/app.css"])
def test_the_gate_and_its_files_open_over_plain_http(browser: Client, path: str) -> None:
    assert ask(browser, f"{PLAIN}{path}").location != "/lan"


@pytest.mark.parametrize(
    ("origin", "remote", "opens"),
    [
        ("http://localhost:8080", "127.0.0.1", True),
        ("http://127.0.0.1:8080", "127.0.0.1", True),
        ("http://[::1]:8080", "::1", True),
        ("http://localhost:8080", "192.168.1.77", False),  # anybody can write that host
        ("http://cua.thu:8080", "127.0.0.1", False),  # no secure context
        ("http://localhost:8080", "", False),
    ],
)
def test_this_machine_itself_needs_no_https(browser: Client, origin: str, remote: str, opens: bool) -> None:
    assert (ask(browser, f"{origin}/sign-in", remote=remote).status_code == 200) == opens


@pytest.mark.parametrize(
    ("origin", "remote", "secure"), [(SECURE, "192.168.1.77", True), ("http://localhost:8080", "127.0.0.1", False)]
)
def test_a_session_lives_on_https_or_on_this_machine(browser: Client, origin: str, remote: str, secure: bool) -> None:
    page = ask(browser, f"{origin}/sign-in", remote=remote)
    token = parse(page.text)[0].one("input", name="csrf_token").attrs["value"]
    form = {"username": "nhung", "password": PASSWORD, "csrf_token": token}
    answer = ask(browser, f"{origin}/sign-in", "POST", remote, data=form, headers={"Referer": f"{origin}/sign-in"})
    assert answer.status_code in (302, 303)
    cookies = answer.headers.getlist("Set-Cookie")
    assert [("; Secure" in cookie) for cookie in cookies] == [secure]
