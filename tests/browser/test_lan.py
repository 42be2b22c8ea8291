"""The office network in a real Chromium: one that trusts the authority, one that does not, and plain http under a name."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from congress.lan_server import this_machine
from tests.browser.conftest import SWITCHES
from tests.test_start import run, serving

pytestmark = pytest.mark.browser
NAME = f"{socket.gethostname().partition('.')[0].lower()}.local"


class Lan:
    """The addresses that a started service told, with the authority as a phone downloads it."""

    def __init__(self, secure: str, plain: str, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.secure_port, self.plain_port = urlsplit(secure).port, urlsplit(plain).port
        self.root = folder / "root.pem"
        with urllib.request.urlopen(f"{plain}lan/authority.crt", timeout=20) as answer:
            self.root.write_text(ssl.DER_cert_to_PEM_cert(answer.read()))

    def secure(self, host: str = NAME) -> str:
        return f"https://{host}:{self.secure_port}"

    def plain(self, host: str = NAME) -> str:
        return f"http://{host}:{self.plain_port}"


@pytest.fixture(scope="module")
def lan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lan]:
    """The service as an office starts it, with somebody who can sign in."""
    with started(tmp_path_factory.mktemp("lan")) as lan:
        yield lan


@contextmanager
def started(folder: Path) -> Iterator[Lan]:
    user = ("user", "create", "sep", "--name", "Sếp", "--role", "administrator", "--generate")
    assert run(folder, *user).returncode == 0
    with serving(folder, "--lan", "--https-port", "0") as (process, secure, said):
        yield Lan(secure, said[-1].split()[5], folder, process)


@contextmanager
def chromium_of(home: Path, chromium: str) -> Iterator[BrowserContext]:
    """A Chromium with a home of its own, for which names of this network lead here as they would by mDNS."""
    names = f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP cua.thu 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*SWITCHES, names], env={**os.environ, "HOME": str(home)}
        )  # fmt: skip
        context = browser.new_context(locale="vi-VN", viewport={"width": 360, "height": 780})
        yield context
        browser.close()


@pytest.fixture
def stranger(chromium: str, tmp_path: Path) -> Iterator[Page]:
    """A browser that has never heard of the authority."""
    with chromium_of(tmp_path, chromium) as context:
        yield context.new_page()


@pytest.fixture
def trusting(chromium: str, lan: Lan, tmp_path: Path) -> Iterator[Page]:
    """A browser in whose store the authority was installed."""
    install(lan.root, tmp_path)
    with chromium_of(tmp_path, chromium) as context:
        yield context.new_page()


def install(root: Path, home: Path) -> None:
    """Put an authority into the store that Chromium reads in a home."""
    if shutil.which("certutil") is None:
        pytest.skip("no certutil here: install it (Debian: apt install libnss3-tools)")
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for arguments in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "congress", "-i", str(root)]):
        subprocess.run(["certutil", "-d", f"sql:{store}", *arguments], check=True)


def test_a_device_that_trusts_is_in_a_secure_context_and_its_check_turns_green(trusting: Page, lan: Lan) -> None:
    trusting.goto(lan.plain())
    expect(trusting).to_have_url(f"{lan.plain()}/lan")
    expect(trusting.locator(".trust")).to_have_attribute("data-trust", "yes")
    assert trusting.evaluate("isSecureContext") is False
    trusting.get_by_role("link", name="Mở trang an toàn").click()
    expect(trusting).to_have_url(re.compile(f"^{lan.secure()}/"))
    assert trusting.evaluate("isSecureContext && 'serviceWorker' in navigator && 'subtle' in crypto") is True


def test_a_device_that_trusts_may_come_by_an_address_too(trusting: Page, lan: Lan) -> None:
    trusting.goto(f"{lan.secure('127.0.0.1')}/lan")
    expect(trusting.locator(".trust")).to_have_attribute("data-trust", "yes")
    for address in this_machine()[1]:
        if re.match(r"10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.", address):
            trusting.goto(f"{lan.secure(address)}/lan")
            assert trusting.evaluate("isSecureContext") is True


def test_the_gate_of_a_device_that_trusts_opens_again_when_the_server_has_died(chromium: str, tmp_path: Path) -> None:
    with started(tmp_path / "instance") as lan:
        install(lan.root, tmp_path)
        with chromium_of(tmp_path, chromium) as context:
            page = context.new_page()
            page.goto(f"{lan.secure()}/gate")
            page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            heading = page.locator("h1").inner_text()
            lan.process.kill()
            lan.process.wait()
            page.reload()
            expect(page.locator("h1")).to_have_text(heading)
            assert page.evaluate("isSecureContext") is True
            with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
                page.goto(f"{lan.secure()}/sign-in")


def test_trust_reaches_no_further_than_the_certificate(trusting: Page, lan: Lan) -> None:
    with pytest.raises(Exception, match="ERR_CERT_COMMON_NAME_INVALID"):
        trusting.goto(lan.secure("cua.thu"))


def test_a_device_that_does_not_trust_is_told_what_to_do(stranger: Page, lan: Lan) -> None:
    faults: list[str] = []
    stranger.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    stranger.goto(f"{lan.plain()}/sign-in")
    expect(stranger).to_have_url(f"{lan.plain()}/lan")
    trust = stranger.locator(".trust")
    expect(trust).to_have_attribute("data-trust", "no")
    expect(trust).to_contain_text("Máy này chưa tin máy chủ. Làm theo các bước dưới đây")
    expect(trust.get_by_role("link", name="Mở trang an toàn")).to_be_hidden()
    stranger.wait_for_timeout(4000)  # it has tried again
    expect(trust).to_have_attribute("data-trust", "no")
    with stranger.expect_download() as download:
        trust.get_by_role("link", name="Tải chứng chỉ").click()
    assert download.value.suggested_filename == "thi-dua-yeu-nuoc.crt"
    assert ssl.DER_cert_to_PEM_cert(Path(download.value.path()).read_bytes()) == lan.root.read_text()
    assert len(faults) >= 2 and {fault for fault in faults if "ERR_CERT_AUTHORITY_INVALID" not in fault} == set()
    assert stranger.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        stranger.goto(lan.secure())


def test_the_check_turns_green_when_the_server_can_be_trusted_at_last(stranger: Page, lan: Lan) -> None:
    """Chromium reads its store at the start, so here the trust comes by way of the secure address being answered."""
    stranger.goto(f"{lan.plain()}/lan")
    trust = stranger.locator(".trust")
    expect(trust).to_have_attribute("data-trust", "no")
    stranger.route("**/api/gate/ping", lambda route: route.fulfill(json={}))
    expect(trust).to_have_attribute("data-trust", "yes")
    expect(trust.get_by_role("link", name="Mở trang an toàn")).to_have_attribute("href", f"{lan.secure()}/")


def test_the_gate_opens_over_plain_http_and_says_what_is_missing(stranger: Page, lan: Lan) -> None:
    stranger.goto(f"{lan.plain()}/gate")
    expect(stranger).to_have_url(f"{lan.plain()}/gate")
    expect(stranger.locator("#door-plain")).to_contain_text("Trang này chưa an toàn (http)")
    stranger.locator("#door-plain").get_by_role("link").click()
    expect(stranger).to_have_url(f"{lan.plain()}/lan")


def test_plain_http_under_a_name_is_no_secure_context(stranger: Page, lan: Lan) -> None:
    stranger.goto(lan.plain("cua.thu"))
    expect(stranger).to_have_url(f"{lan.plain('cua.thu')}/lan")
    assert stranger.evaluate("isSecureContext") is False
    assert stranger.evaluate("'serviceWorker' in navigator || 'subtle' in crypto") is False
