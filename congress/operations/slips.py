"""Slips with the address of each delegate's own page, to be put in with the invitation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.refusals import Refused
from ..models import Congress, Delegate, DelegateLink, db
from . import audit
from .agenda import sittings_of
from .badges import place_of
from .personal import OVER
from .personal_page import say_start
from .sealing import Sealer


@dataclass(frozen=True)
class Slip:
    """The plain values of one slip; the secret is the end of the page's address."""

    number: int
    name: str
    title: str
    unit: str
    secret: str


@dataclass(frozen=True)
class SlipHeading:
    """What stands on every slip of a congress; `when` and `place` may be empty."""

    titles: tuple[str, str, str]
    when: str
    place: str


def start_print(
    congress: Congress,
    *,
    delegation_id: int | None = None,
    numbers: Collection[int] = (),
    actor: Actor,
    sealer: Sealer,
    now: datetime,
) -> list[Slip]:
    """The slips of everybody approved who has a page, of one delegation, or of some badge numbers; in the order of badges.

    Raises Refused when there is none, or one of the numbers has none.
    """
    if congress.stage in OVER:
        raise Refused("stage", "Hội nghị đã tổ chức hoặc đã hủy, không in phiếu nữa.")
    slips = [_slip(link, sealer) for link in _links(congress, delegation_id, numbers)]
    if missing := sorted(set(numbers) - {slip.number for slip in slips}):
        shown = ", ".join(map(str, missing[:10]))
        raise Refused("no_slips", f"Số thẻ {shown} chưa có trang riêng. Chưa in phiếu nào.", "numbers")
    if not slips:
        raise Refused("no_slips", "Không có phiếu nào để in. Tạo trang riêng cho đại biểu đã duyệt trước.")
    audit.record(actor, "slips.print", congress, now=now, congress_id=congress.id, changed={"count": len(slips)})
    return slips


def _links(congress: Congress, delegation_id: int | None, numbers: Collection[int]) -> list[DelegateLink]:
    query = select(DelegateLink).join(DelegateLink.delegate).where(DelegateLink.revoked_at.is_(None))
    query = query.where(Delegate.congress_id == congress.id, Delegate.state == "approved")
    if delegation_id is not None:
        query = query.where(Delegate.delegation_id == delegation_id)
    if numbers:
        query = query.where(Delegate.number.in_(numbers))
    links = db.session.scalars(query.options(joinedload(DelegateLink.delegate).joinedload(Delegate.delegation)))
    return sorted(links, key=lambda link: place_of(link.delegate))


def _slip(link: DelegateLink, sealer: Sealer) -> Slip:
    person = link.delegate
    name = " ".join(part for part in (person.degree, person.name) if part)
    return Slip(person.number, name, person.title, person.unit_text, sealer.open(link.secret_sealed))


def heading_of(congress: Congress) -> SlipHeading:
    """What is printed above every name."""
    titles = (congress.title1, congress.title2, congress.title3)
    return SlipHeading(titles, when=say_start(congress, sittings_of(congress)), place=congress.place)
