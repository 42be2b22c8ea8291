"""A hall for the tests of the gate page: a congress on its morning behind a real server, devices, and what a camera sees."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic
from typing import Any

import pypdfium2
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from congress.documents.badges import BadgeFace, SheetHeading, print_badges
from congress.domain.names import fold, sort_key
from congress.models import Delegate, Delegation, DoorNotice, Scan, db
from congress.operations.badges import issue_badges, tokens_of
from congress.operations.desk_cards import make_card, token_of
from congress.operations.pairings import code_of, make_pairing
from congress.operations.photos import put_photo
from tests.world import World, actor_for, make_delegate, make_user

NOW = datetime(2025, 5, 20, 0, 41, tzinfo=UTC)  # 07:41 in Vietnam, eleven minutes after the start
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP gate.test 127.0.0.1",
]  # fmt: skip
REPORT_CSP = "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))"
DAO, BINH, MY, HOA = "Nông Thị Bích Đào", "Đàm Văn Bình", "Lý Thị Mỷ", "Hoàng Thị Ánh Hoa"
PEOPLE = ((DAO, "approved"), (BINH, "approved"), (MY, "proposed"), (HOA, "approved"))
# What a browser says by itself when an answer is lost or is no success; the page shows its own words for each.
NETWORK_WORDS = re.compile(r"Failed to load resource|net::ERR_")


def furnish(world: World, now: datetime, sealer: Any, more: int = 0) -> None:
    """People with badges; the first leads a delegation with the second and the fourth, has a photo, a seat, and is greeted."""
    congress = world.congress
    delegation = Delegation(congress_id=congress.id, name="Xã Một", folded="xa mot", position=1, unit_id=world.commune.id)
    db.session.add(delegation)
    db.session.flush()
    for name, state in (*PEOPLE, *((f"Người Thứ {number}", "approved") for number in range(more))):
        delegate = make_delegate(congress, name, state=state, unit_text="Trường Tiểu học Bành Trạch")
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        if name in (DAO, BINH, HOA):
            delegate.delegation_id = delegation.id
        if name == DAO:
            delegation.head_id, delegate.seat = delegate.id, "C-17"
            put_photo(delegate, portrait(), actor=actor_for("organiser", unit=world.province), now=now)
    notice = {"congress_id": congress.id, "numbers": [101]}
    db.session.add(DoorNotice(position=1, kind="notice", text="Mời ngồi hàng đầu", **notice))
    db.session.add(DoorNotice(position=2, kind="handout", text="Cặp tài liệu", **notice))
    people = db.session.scalars(db.select(Delegate).filter_by(congress_id=congress.id)).all()
    issue_badges([delegate.id for delegate in people], sealer=sealer, now=now)
    make_user("sep", "administrator")
    db.session.commit()


def portrait() -> bytes:
    """A photo, as a JPEG."""
    jpeg = io.BytesIO()
    Image.new("RGB", (300, 400), (90, 120, 160)).save(jpeg, "JPEG")
    return jpeg.getvalue()


def film(token: str) -> bytes:
    """What a camera sees of a badge as it is printed: the sheet rendered, the badge on a grey ground; one JPEG."""
    face = BadgeFace(
        number=101, name=DAO, title="Giáo viên", unit="Trường Một", delegation="Xã Một", group_label="ĐIỂN HÌNH TIÊN TIẾN",
        colour="#b3131b", token=token,
    )  # fmt: skip
    pdf = print_badges([face], SheetHeading(("Hội nghị Huyện Một", "Lần thứ VI", "ngày 20 tháng 5 năm 2025")))
    sheet = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil().convert("RGB")
    badge = sheet.crop((0, 0, sheet.width // 2 + 60, sheet.height // 2 + 60))
    badge.thumbnail((640, 480))
    frame = Image.new("RGB", (640, 480), (120, 110, 100))
    frame.paste(badge, ((640 - badge.width) // 2, 0))
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=90)
    return jpeg.getvalue()


@dataclass
class Gate:
    """An open gate page."""

    page: Page
    tokens: dict[str, str]
    faults: list[str] = field(default_factory=list)

    def scan(self, name: str, delay: float = 0) -> None:
        """What a hand-held scanner does: a burst of digits and Enter."""
        self.page.keyboard.type(self.tokens[name], delay=delay)
        self.page.keyboard.press("Enter")

    def expect(self, tone: str, word: str, name: str | None = None) -> None:
        """Wait for an answer."""
        expect(self.page.locator(".door-word")).to_have_text(word)
        expect(self.page.locator("#door-answer")).to_have_attribute("data-answer", tone)
        if name:
            expect(self.page.locator(".door-name")).to_have_text(name)

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def wait_for_list(self) -> None:
        """The list is in the machine, and the page is kept by its worker."""
        expect(self.page.locator("#door-age")).to_have_text(re.compile("^danh sách lúc "))
        self.until("navigator.serviceWorker.controller !== null")

    def until(self, script: str, seconds: float = 15) -> None:
        """Wait until a script says true; the page's policy forbids Playwright's own way."""
        end = monotonic() + seconds
        while not self.page.evaluate(script):
            assert monotonic() < end, script
            self.page.wait_for_timeout(50)

    def count(self, figures: str) -> None:
        """Wait for the figures in the bar."""
        expect(self.page.locator("#door-count")).to_have_text(re.compile("^" + figures))

    def beat(self) -> None:
        """Let the page say how it is now, and not within five seconds."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def wait_for_network(self, words: str) -> None:
        """The bar says this of the network."""
        words_now = self.page.locator("#door-net [data-part=words]")
        for _ in range(10):
            if words_now.inner_text() == words:
                return
            self.beat()
            self.page.wait_for_timeout(200)
        expect(self.page.locator("#door-net [data-part=words]")).to_have_text(words, timeout=15000)

    def wait_until_sent(self) -> None:
        """Nothing waits any more."""
        expect(self.page.locator("#door-queue")).to_have_text("", timeout=20000)


class Quiet(WSGIRequestHandler):
    """Answers without a line for each request: a failed test shows what failed."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


class Hall:
    """A congress, its people's tokens, and its server, which can be stopped and started on its port."""

    def __init__(self, app: Flask) -> None:
        self.app, self.server = app, None
        self.started = monotonic()
        app.config["CLOCK"] = self.now
        self.world = World()
        self.sealer = app.extensions["sealer"]
        self.boss = actor_for("organiser", unit=self.world.district)
        self.port = 0
        self.tokens: dict[str, str] = {}
        self.settle()
        self.start()

    def settle(self, more: int = 0) -> None:
        """Put the people in."""
        furnish(self.world, self.now(), self.sealer, more)
        self.read_tokens()

    def read_tokens(self) -> None:
        """What stands on everybody's badge."""
        tokens = tokens_of(self.world.congress, self.sealer)
        people = db.session.scalars(db.select(Delegate).where(Delegate.id.in_(tokens)))
        self.tokens.update({delegate.name: tokens[delegate.id] for delegate in people})
        db.session.rollback()

    def now(self) -> datetime:
        """The morning of the congress, its clock running."""
        return NOW + timedelta(seconds=monotonic() - self.started)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Serve, on the port of before."""
        server: BaseWSGIServer = make_server("127.0.0.1", self.port, self.app, threaded=True, request_handler=Quiet)
        self.server, self.port = server, server.server_port
        self.thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def stop(self) -> None:
        """Nobody answers any more."""
        if self.server:
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()
            self.server = None

    def code(self, profile: str) -> str:
        """A pairing code."""
        db.session.rollback()
        pairing = make_pairing(
            self.world.congress, profile=profile, gate=None, name="Máy chị Lan", actor=self.boss, sealer=self.sealer,
            now=self.now(),
        )  # fmt: skip
        code = code_of(pairing, sealer=self.sealer, now=self.now())
        db.session.commit()
        return code

    def desk_card(self) -> str:
        """The number on a fresh desk card."""
        make_card(self.world.congress, actor=self.boss, sealer=self.sealer, now=self.now())
        token = token_of(self.world.congress, sealer=self.sealer)
        db.session.commit()
        return token

    def scans(self) -> list[Scan]:
        """Every scan that was kept, in order."""
        db.session.rollback()
        found = list(db.session.scalars(db.select(Scan).order_by(Scan.id)))
        db.session.expunge_all()
        db.session.rollback()  # SQLite has one writer: the server must not wait for this test
        return found

    def gate(self, context: BrowserContext, profile: str = "gate") -> Gate:
        """Pair a page of this context and open it."""
        gate = Gate(context.new_page(), self.tokens)
        listen(gate)
        gate.page.goto(f"{self.url}/gate/pair#{self.code(profile)}")
        expect(gate.page.locator("#door-answer")).to_be_visible()
        return gate


def listen(gate: Gate) -> None:
    """Note every fault of a page, but not the browser's own words on a network that is gone."""
    gate.page.on(
        "console",
        lambda message: gate.faults.append(message.text)
        if message.type in ("error", "warning") and not NETWORK_WORDS.search(message.text)
        else None,
    )
    gate.page.on("pageerror", lambda error: gate.faults.append(str(error)))


@contextmanager
def opened(browser: Browser, width: int = 1440, **more: Any) -> Iterator[BrowserContext]:
    """A window of its own that tells of every breach of the content policy."""
    context = browser.new_context(permissions=["camera"], viewport={"width": width, "height": 800}, locale="vi-VN", **more)
    context.add_init_script(REPORT_CSP)
    try:
        yield context
    finally:
        with suppress(Exception):
            context.close()

