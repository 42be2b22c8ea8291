"""The live board: the organisers' page and the big screen, both answered out of what is kept for a second."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any

import brotli
from flask import Blueprint, Response, abort, current_app, g, render_template, request
from flask.blueprints import BlueprintSetupState

from ..models import db
from ..operations.board import read_live_board
from ..operations.checkin import choose_sitting
from ..operations.doors import DoorCongress, DoorSitting, find_door
from .access import actor, requires
from .clock import now
from .errors import row_number

bp = Blueprint("board", __name__, url_prefix="/congress/<int:congress_id>/checkin")

KEPT_SECONDS = 1.0  # with a poll every two seconds what a screen shows is at most three seconds old
FORGOTTEN_SECONDS = 60.0  # a page that nobody asks for any more
QUICK = 4  # of brotli's eleven steps: the next body is due in a second

Key = tuple[str, int, int]  # (page and what it shows, congress, sitting)


@dataclass
class Shown:
    """The live part of a page, the same for everybody who may open it; `made_at` is of the moment before it was read."""

    body: bytes
    made_at: float
    encoded: bytes = b""

    def __post_init__(self) -> None:
        self.etag = hashlib.sha256(self.body).hexdigest()[:24]

    def compressed(self) -> bytes:
        """The body in brotli, compressed when first asked for."""
        if not self.encoded:
            self.encoded = brotli.compress(self.body, quality=QUICK)
        return self.encoded


@dataclass
class _Slot:
    """One page and its place in the queue: of all who ask at once, one reads and the others take what it read."""

    lock: Lock = field(default_factory=Lock)
    shown: Shown | None = None


class Kept:
    """What the live pages of one application show. Who may see it was asked before, at every request."""

    def __init__(self, seconds: float = KEPT_SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self.seconds, self.clock = seconds, clock
        self._slots: dict[Key, _Slot] = {}
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], str]) -> Shown:
        """What is kept under a key while it is fresh, else what `make` gives now; an unchanged body keeps its compressed form."""
        slot = self._slot(key)
        if (shown := slot.shown) and self._age(shown) < self.seconds:
            return shown
        with slot.lock:
            if (shown := slot.shown) and self._age(shown) < self.seconds:
                return shown
            made_at = self.clock()
            body = make().encode()
            if shown and shown.body == body:
                shown.made_at = made_at
                return shown
            slot.shown = Shown(body, made_at)
            return slot.shown

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._slots = {}

    def _age(self, shown: Shown) -> float:
        return self.clock() - shown.made_at

    def _slot(self, key: Key) -> _Slot:
        with self._lock:
            if key not in self._slots:
                old = [k for k, s in self._slots.items() if s.shown and self._age(s.shown) > FORGOTTEN_SECONDS]
                for forgotten in old:
                    del self._slots[forgotten]
                self._slots[key] = _Slot()
            return self._slots[key]


def _keep(state: BlueprintSetupState) -> None:
    state.app.extensions["boards"] = Kept()


bp.record(_keep)


@bp.get("/board")
@requires("delegates.read")
def show(congress_id: int) -> str:
    """The organisers' live board of a sitting: figures, arrivals, who is missing by delegation, the quorum sentence."""
    return _page("board", "delegates.read")


@bp.get("/board/live")
@requires("delegates.read", find=find_door)
def live(congress_id: int) -> Response:
    """The figures of the board as they stand now, asked for every two seconds; 304 while nothing changed."""
    sitting = _sitting(g.congress) or abort(404)
    return _answer(_shown("board", congress_id, sitting.id))


@bp.get("/screen")
@requires("congresses.read")
def screen(congress_id: int) -> str:
    """The big screen in the hall: figures only, nobody's name."""
    return _page("screen", "congresses.read")


@bp.get("/screen/live")
@requires("congresses.read", find=find_door)
def screen_live(congress_id: int) -> Response:
    """The figures of the big screen as they stand now; 304 while nothing changed."""
    sitting = _sitting(g.congress) or abort(404)
    return _answer(_shown("screen", congress_id, sitting.id))


def _sitting(door: DoorCongress) -> DoorSitting | None:
    """The sitting named by the address, else the likely one; None when the congress has none."""
    if "sitting" not in request.args:
        return choose_sitting(door.sittings, now())
    wanted = request.args.get("sitting", type=row_number)
    return next((sitting for sitting in door.sittings if sitting.id == wanted), None) or abort(404)


def _page(page: str, permission: str) -> str:
    door = find_door(actor(), permission, g.congress.id) or abort(404)
    sitting = _sitting(door)
    if sitting is None:
        return render_template("checkin/no_sitting.html")
    shown = _shown(page, door.id, sitting.id)
    return render_template(f"board/{page}.html", door=door, sitting=sitting, shown=shown)


def _shown(page: str, congress_id: int, sitting_id: int) -> Shown:
    """The live part of a page: kept by page, congress, sitting and by whether it names telephones, never by person."""
    with_phones = page == "board" and find_door(actor(), "delegations.manage", congress_id) is not None
    db.session.rollback()  # whoever waits for another reader, or only takes what is kept, holds no connection
    key = (f"{page}{'+phones' if with_phones else ''}", congress_id, sitting_id)
    kept: Kept = current_app.extensions["boards"]
    return kept.get(key, partial(_draw, page, congress_id, sitting_id, with_phones))


def _draw(page: str, congress_id: int, sitting_id: int, with_phones: bool) -> str:
    """Draw the live part without anything of the person who asks: the next one gets the same."""
    in_hall = page == "screen"
    here = read_live_board(congress_id, sitting_id, with_phones=with_phones, delegates_only=in_hall, now=now())
    template: Any = current_app.jinja_env.get_template(f"board/_{page}_live.html")
    return str(template.render(live=here, board=here.board))


def _answer(shown: Shown) -> Response:
    response = Response(shown.body, mimetype="text/html")
    response.set_etag(shown.etag, weak=True)  # the same for every way it may be compressed
    if not request.if_none_match.contains_weak(shown.etag) and request.accept_encodings["br"]:
        response.set_data(shown.compressed())
        response.headers["Content-Encoding"] = "br"
    return response.make_conditional(request)
