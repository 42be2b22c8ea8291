"""The desk card: a printed code that opens the index of names which a desk carries for when the network is gone."""

from datetime import datetime
from secrets import randbelow

from sqlalchemy import select

from ..domain.access import Actor
from ..domain.refusals import Refused
from ..domain.tokens import RANDOM_DIGITS, TokenKind, make_token
from ..models import Congress, DeskCard, db
from . import audit
from .admission import lock_congress
from .devices import require_place
from .sealing import Sealer
from .snapshot_keys import derive, ensure_salt, seal_opener


def find_card(congress_id: int) -> DeskCard | None:
    """The live desk card of a congress, or None."""
    return db.session.scalars(select(DeskCard).filter_by(congress_id=congress_id, revoked_at=None)).one_or_none()


def make_card(congress: Congress, *, actor: Actor, sealer: Sealer, now: datetime) -> DeskCard:
    """A new desk card; the former opens nothing that is sent from now on. Raises Refused as `devices.require_place`."""
    require_place(congress, actor, "checkin.supervise")
    lock_congress(congress.id)  # two at once would leave two alive
    former = find_card(congress.id)
    if former is not None:
        former.revoked_at = now
        db.session.flush()
    token = make_token(TokenKind.DESK_CARD, f"{randbelow(10**RANDOM_DIGITS):020d}")
    lookup, opener = derive(token, ensure_salt(congress.id))
    card = DeskCard(
        congress_id=congress.id, token_sealed=sealer.seal(token), lookup=lookup, opener_sealed=seal_opener(opener, sealer),
        actor_name=actor.name, made_at=now,
    )  # fmt: skip
    db.session.add(card)
    db.session.flush()
    audit.record(actor, "desk_cards.make", card, now=now, congress_id=congress.id, changed={"renewed": former is not None})
    return card


def token_of(congress: Congress, *, sealer: Sealer) -> str:
    """The code to print on the card. Raises Refused when there is no card yet."""
    card = find_card(congress.id)
    if card is None:
        raise Refused("no_card", "Chưa có thẻ bàn hỗ trợ. Bấm Tạo thẻ bàn hỗ trợ trước.")
    return sealer.open(card.token_sealed)
