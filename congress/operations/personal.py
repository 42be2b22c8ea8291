"""A delegate's own page: its unguessable address, what it says, and the answer to the invitation."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from ..domain import personal as rules
from ..domain.access import Actor
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..models import Congress, Delegate, DelegateLink, db, lock_row
from . import audit
from .admission import lock_congress
from .agenda import sittings_of
from .delegate_queries import ANSWERED
from .personal_page import Personal, page_of, times_of
from .sealing import Sealer

SECRET_BYTES = 16  # 128 bits: nobody guesses one, so nothing counts the guesses
OVER = ("held", "reported", "cancelled")
MERGED_AT_MOST = 10  # rows of one person, one merged into the other

ANSWERS = {code: words for code, (words, _) in ANSWERED.items()}


# ---- the address -------------------------------------------------------------------------------------------------------


def make_links(congress_id: int, *, actor: Actor, sealer: Sealer, now: datetime) -> int:
    """Give every approved delegate who has none a page of their own; how many were made.

    Raises Refused once the congress is held or cancelled: nobody is invited any more.
    """
    congress = lock_congress(congress_id)  # locked: two at once would give somebody two
    if congress.stage in OVER:
        raise Refused("stage", "Hội nghị đã tổ chức hoặc đã hủy, không tạo trang riêng cho đại biểu nữa.")
    live = select(DelegateLink.delegate_id).where(DelegateLink.revoked_at.is_(None))
    query = select(Delegate.id).where(Delegate.congress_id == congress.id, Delegate.state == "approved", Delegate.id.not_in(live))
    rows = [_row(delegate_id, sealer, now) for delegate_id in db.session.scalars(query.order_by(Delegate.id))]
    if rows:
        db.session.execute(insert(DelegateLink), rows)
        audit.record(actor, "personal.links", congress, now=now, congress_id=congress.id, changed={"count": len(rows)})
    db.session.flush()
    return len(rows)


def renew_link(delegate: Delegate, *, actor: Actor, sealer: Sealer, now: datetime) -> None:
    """A new page address for one approved delegate; the old one, if there was one, opens no more. Raises Refused for others."""
    congress = lock_congress(delegate.congress_id)
    db.session.refresh(delegate)
    if delegate.state != "approved" or congress.stage in OVER:
        raise Refused("no_page", "Trang riêng chỉ dành cho đại biểu đã duyệt của hội nghị chưa tổ chức.")
    for old in _live(delegate):
        old.revoked_at = now
    db.session.add(DelegateLink(**_row(delegate.id, sealer, now)))
    audit.record(actor, "personal.renew", delegate, now=now, congress_id=congress.id)
    db.session.flush()


def find_secret(delegate: Delegate, *, sealer: Sealer) -> str:
    """The secret in the address of a delegate's page, "" where there is none."""
    live = _live(delegate)
    return sealer.open(live[0].secret_sealed) if live else ""


def _row(delegate_id: int, sealer: Sealer, now: datetime) -> dict[str, object]:
    secret = token_urlsafe(SECRET_BYTES)
    return {
        "delegate_id": delegate_id, "secret_hash": _digest(secret, sealer), "secret_sealed": sealer.seal(secret), "made_at": now,
    }  # fmt: skip


def _digest(secret: str, sealer: Sealer) -> str:
    return sealer.digest("delegate-link", secret)


def _live(delegate: Delegate) -> list[DelegateLink]:
    query = select(DelegateLink).where(DelegateLink.delegate_id == delegate.id, DelegateLink.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(DelegateLink.id)))


# ---- the page ----------------------------------------------------------------------------------------------------------


def find_owner(secret: str, *, sealer: Sealer) -> Delegate | None:
    """Whose page a secret opens; None for one that nobody was given, or that was replaced.

    Where the row was merged into another of the same person, the page is that one's: the slip in the hand stays good.
    """
    query = select(DelegateLink).where(DelegateLink.secret_hash == _digest(secret, sealer), DelegateLink.revoked_at.is_(None))
    whole = joinedload(DelegateLink.delegate).options(
        joinedload(Delegate.congress).joinedload(Congress.unit), joinedload(Delegate.delegation)
    )
    link = db.session.scalars(query.options(whole)).one_or_none()
    owner = link.delegate if link else None
    for _ in range(MERGED_AT_MOST):
        if owner is None or owner.merged_into_id is None:
            break
        owner = db.session.get(Delegate, owner.merged_into_id)
    return owner


def find_personal(secret: str, *, sealer: Sealer, now: datetime) -> Personal | None:
    """What a delegate's own page says at this moment, as plain values; None for a wrong secret."""
    owner = find_owner(secret, sealer=sealer)
    return page_of(owner, sealer=sealer, now=now) if owner else None


# ---- the answer --------------------------------------------------------------------------------------------------------


def answer(secret: str, *, coming: bool, reason: str, sealer: Sealer, now: datetime) -> None:
    """Keep a delegate's own answer to the invitation; it can be changed until the main sitting starts.

    The reason of a "no" is the reason of absence that the report counts by; a "yes" takes it back. Raises Refused for a wrong
    secret, for somebody not on the list, when it is too late, and for a "no" without a reason.
    """
    owner = find_owner(secret, sealer=sealer)
    if owner is None:
        raise Refused("no_page", "Địa chỉ này không còn dùng được. Dùng phiếu mới nhất.")
    delegate, congress = lock_row(Delegate, owner.id), owner.congress
    times = times_of(congress, sittings_of(congress))
    if delegate.state != "approved":
        raise Refused("not_invited", "Danh sách đã thay đổi, không trả lời ở đây được nữa. Hỏi đơn vị tổ chức.")
    if why_not := rules.why_no_answer(times, stage=congress.stage, postponed=congress.postponed, now=now):
        raise Refused("too_late", why_not)
    reason = "" if coming else normalise(reason)
    rules.check_reason(coming, reason)
    if (delegate.coming, delegate.absence_reason) == (coming, reason):
        return
    delegate.coming, delegate.absence_reason, delegate.answered_at = coming, reason, now
    # Only that it changed: a reason may be an illness.
    who = Actor(None, "đại biểu tự trả lời")
    audit.record(who, "personal.answer", delegate, now=now, congress_id=congress.id, changed={"coming": "đã đổi"})
    db.session.flush()


def answers_of(people: Sequence[Delegate]) -> dict[int, str]:
    """How each of these people answered, one of ANSWERS by the delegate's id; only of those approved whose page was made."""
    approved = [person.id for person in people if person.state == "approved"]
    live = select(DelegateLink.delegate_id).where(DelegateLink.delegate_id.in_(approved), DelegateLink.revoked_at.is_(None))
    asked = set(db.session.scalars(live))
    codes = {True: "yes", False: "no", None: "none"}
    return {
        person.id: codes[person.coming] for person in people
        if person.state == "approved" and (person.coming is not None or person.id in asked)
    }  # fmt: skip


def count_answers(congress: Congress) -> dict[str, int]:
    """How many approved delegates of a congress have answered what: "yes", "no", "none", and "unasked" without a page."""
    live = select(DelegateLink.delegate_id).where(DelegateLink.revoked_at.is_(None))
    query = select(Delegate.coming, Delegate.id.in_(live)).where(
        Delegate.congress_id == congress.id, Delegate.state == "approved"
    )
    found = dict.fromkeys((*ANSWERS, "unasked"), 0)
    for coming, asked in db.session.execute(query):
        found["yes" if coming else "no" if coming is False else "none" if asked else "unasked"] += 1
    return found

