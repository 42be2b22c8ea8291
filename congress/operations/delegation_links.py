"""One-time links for the contacts of delegations: made, opened by one browser, revoked."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor, GrantFact
from ..domain.delegation_lists import MOST_LINK_DAYS, call_delegation, require_open
from ..domain.refusals import Refused
from ..models import Delegation, DelegationLink, db, lock_row
from . import audit
from .admission import lock_congress
from .sealing import Sealer

SECRET_BYTES = 16  # 128 bits: nobody guesses one, so nothing counts the guesses
MOST_KEPT = 20  # links of one browser that are looked at


def make_link(delegation: Delegation, *, days: int, actor: Actor, sealer: Sealer, now: datetime) -> str:
    """A new link for the contact, good for `days` days; its secret is given once and kept nowhere. The old one dies.

    Raises Refused for other days, and when the congress takes no list any more.
    """
    if not 1 <= days <= MOST_LINK_DAYS:
        raise Refused("days", f"Liên kết dùng được từ 1 đến {MOST_LINK_DAYS} ngày.", "days")
    require_open(lock_congress(delegation.congress_id).stage)  # locked: two at once would leave two alive
    for old in _live(delegation, now):
        old.revoked_at = now
    secret = token_urlsafe(SECRET_BYTES)
    link = DelegationLink(
        delegation=delegation, secret_hash=_digest(sealer, "secret", secret), actor_name=actor.name, created_at=now,
        expires_at=now + timedelta(days=days),
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    _record(actor, "delegations.link", link, now, {"days": days})
    return secret


def revoke_link(delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """Kill the link of a delegation, opened or not. Raises Refused when there is none."""
    lock_congress(delegation.congress_id)
    live = _live(delegation, now)
    if not live:
        raise Refused("no_link", "Đoàn này không có liên kết nào đang dùng.")
    for link in live:
        link.revoked_at = now
        _record(actor, "delegations.revoke_link", link, now, {})
    db.session.flush()


def find_live_link(delegation: Delegation, *, now: datetime) -> DelegationLink | None:
    """The link of a delegation that still opens, or None."""
    return next(iter(_live(delegation, now)), None)


def _live(delegation: Delegation, now: datetime) -> list[DelegationLink]:
    query = select(DelegationLink).where(DelegationLink.delegation_id == delegation.id, DelegationLink.revoked_at.is_(None))
    return list(db.session.scalars(query.where(DelegationLink.expires_at > now).order_by(DelegationLink.id)))


def find_link(secret: str, *, sealer: Sealer) -> DelegationLink | None:
    """The link of a secret, live or dead, with its delegation and congress; None for a secret nobody was given."""
    query = select(DelegationLink).where(DelegationLink.secret_hash == _digest(sealer, "secret", secret))
    whole = joinedload(DelegationLink.delegation).joinedload(Delegation.congress)
    return db.session.scalars(query.options(whole)).one_or_none()


def why_dead(link: DelegationLink, *, browser: str, sealer: Sealer, now: datetime) -> str:
    """Why a link cannot be opened in the browser that holds this value, in a sentence; "" when it can be."""
    if link.revoked_at is not None:
        return "Liên kết này đã bị thu hồi hoặc thay bằng liên kết mới. Xin đơn vị tổ chức liên kết mới nhất."
    if link.expires_at <= now:
        return "Liên kết này đã hết hạn. Xin đơn vị tổ chức một liên kết mới."
    if link.opened_at is not None and not is_bound(link, browser, sealer=sealer):
        return "Liên kết này đã mở ở một trình duyệt khác. Dùng lại trình duyệt đó, hoặc xin đơn vị tổ chức một liên kết mới."
    return ""


def is_bound(link: DelegationLink, browser: str, *, sealer: Sealer) -> bool:
    """Whether a link was opened by the browser that holds this value."""
    given = _digest(sealer, "browser", str(link.id), browser)
    return bool(browser) and compare_digest(link.browser_hash, given)


def open_link(link: DelegationLink, *, sealer: Sealer, now: datetime) -> str:
    """Bind a link to the browser that opens it; the value that browser is to keep.

    Of two that open it at the same moment one gets it, the other is refused. Raises Refused for a dead link.
    """
    link = lock_row(DelegationLink, link.id)
    if reason := why_dead(link, browser="", sealer=sealer, now=now):
        raise Refused("dead_link", reason)
    browser = token_urlsafe(SECRET_BYTES)
    link.browser_hash, link.opened_at = _digest(sealer, "browser", str(link.id), browser), now
    _record(contact_actor([link]), "delegations.open_link", link, now, {})
    db.session.flush()
    return browser


def links_of_browser(kept: Mapping[int, str], *, sealer: Sealer, now: datetime) -> list[DelegationLink]:
    """The live links that a browser has opened, by what it keeps for each: {link id: value}."""
    ids = sorted(kept)[-MOST_KEPT:]
    if not ids:
        return []
    query = select(DelegationLink).where(DelegationLink.id.in_(ids)).options(joinedload(DelegationLink.delegation))
    links = db.session.scalars(query.order_by(DelegationLink.id))
    return [
        link for link in links
        if is_bound(link, kept[link.id], sealer=sealer) and not why_dead(link, browser=kept[link.id], sealer=sealer, now=now)
    ]  # fmt: skip


def contact_actor(links: Collection[DelegationLink], signed_in: Actor | None = None) -> Actor:
    """Who acts by these links: the contact of their delegations; somebody signed in stays who they are, and may do that too."""
    grants = tuple(GrantFact("delegation_contact", delegation_id=link.delegation_id) for link in links)
    if signed_in is not None:
        return replace(signed_in, grants=(*signed_in.grants, *grants))
    return Actor(None, "Đầu mối " + ", ".join(call_delegation(link.delegation.name) for link in links), grants)


def _record(actor: Actor, action: str, link: DelegationLink, now: datetime, changed: dict[str, int]) -> None:
    """A line about a link names the delegation; of its secrets nothing is written."""
    delegation = link.delegation
    audit.record(actor, action, delegation, now=now, congress_id=delegation.congress_id, changed={"link": link.id, **changed})


def _digest(sealer: Sealer, what: str, *parts: str) -> str:
    return sealer.digest(f"delegation_link_{what}", *parts)
