"""The door of today's congress as it looks some minutes after it opened: gates, devices, notices, people, one conflict."""

from datetime import datetime, timedelta

from sqlalchemy import select

from .domain.access import Actor
from .models import Component, Congress, Delegate, Device, Gate, db
from .operations import badges, desk_cards, devices, gates, notices, personal
from .operations.checkin import Asked, ScanSource, record_scan
from .operations.desk_work import set_opening
from .operations.sealing import Sealer

GATES = ("Cửa chính", "Cửa phụ")
FRONT_ROW, ON_STAGE, FOLDER = "Mời ngồi hàng đầu", "Nhận khen thưởng: mời lên khu chờ bên trái sân khấu", "Cặp tài liệu, phù hiệu"
CALLED_UP = (101, 102, 103, 104, 105, 106)  # badge numbers
ANSWERED, EXCUSE = 21, "Đi công tác nước ngoài theo quyết định của tỉnh"
EVERY_OTHER = 4  # one in so many is in already; the others are left for whoever tries the door
EVERY = timedelta(seconds=23)


def open_doors(congress: Congress, *, actor: Actor, sealer: Sealer, now: datetime) -> str:
    """Make the door of a congress; what there is, in words."""
    _say_and_hand_out(congress, actor=actor, now=now)
    sources = [_stand_at(gates.ensure_gate(congress.id, name, actor=actor, now=now), congress, sealer, now) for name in GATES]
    desk_cards.make_card(congress, actor=actor, sealer=sealer, now=now)
    personal.make_links(congress.id, actor=actor, sealer=sealer, now=now)
    _answer_invitations(congress, sealer, now)
    came = _let_come(congress, sources, actor=actor, sealer=sealer, now=now)
    return f"{congress.unit.name}: {len(GATES)} cửa, {came} người đã đến, một lượt cần xem lại"


def _say_and_hand_out(congress: Congress, *, actor: Actor, now: datetime) -> None:
    leaders = db.session.scalars(select(Component.id).filter_by(plan_id=congress.plan_id, code="leader")).one()
    wanted = (
        notices.NoticeValues("notice", FRONT_ROW, component_id=leaders),
        notices.NoticeValues("notice", ON_STAGE, numbers=CALLED_UP),
        notices.NoticeValues("handout", FOLDER),
    )
    for values in wanted:
        notices.add_notice(congress, values, actor=actor, now=now)


def _answer_invitations(congress: Congress, sealer: Sealer, now: datetime) -> None:
    """Some have answered on their own page: most come, one does not."""
    approved = select(Delegate).filter_by(congress_id=congress.id, state="approved").order_by(Delegate.number)
    for place, person in enumerate(db.session.scalars(approved.limit(ANSWERED))):
        secret = personal.find_secret(person, sealer=sealer)
        reason = EXCUSE if place == ANSWERED - 1 else ""
        personal.answer(secret, coming=not reason, reason=reason, sealer=sealer, now=now - timedelta(days=1))


def _stand_at(gate: Gate, congress: Congress, sealer: Sealer, now: datetime) -> ScanSource:
    """A device at a gate: a sample nobody holds, its key is thrown away."""
    device: Device = devices.make_device(
        congress, profile="gate", name=f"Máy {gate.name.lower()}", gate=gate, version="", paired_by="Bản chạy thử", sealer=sealer,
        now=now,
    )[0]  # fmt: skip
    return ScanSource(f"device:{device.id}", gate.name, device.name, "gate", device.id, device.name)


def _let_come(congress: Congress, sources: list[ScanSource], *, actor: Actor, sealer: Sealer, now: datetime) -> int:
    """Some come one after the other; the first of them is let in at both gates while the network is gone."""
    tokens = badges.tokens_of(congress, sealer)
    people = list(db.session.scalars(select(Delegate.id).where(Delegate.id.in_(tokens)).order_by(Delegate.number)))
    people = people[EVERY_OTHER - 1 :: EVERY_OTHER]
    begin = now - EVERY * (len(people) + 2)
    for opened in (None, True):  # open since then, not since a moment ago
        set_opening(congress.sittings[0], opened, actor=actor, now=begin)
    passages = [(who, sources[place % 3 == 2], begin + EVERY * place, False) for place, who in enumerate(people)]
    passages.append((people[0], sources[1], begin + EVERY * 2, True))
    for place, (who, source, at, offline) in enumerate(passages):
        record_scan(
            congress=congress, sitting=congress.sittings[0], asked=Asked("token", tokens[who]), nonce=f"sample-{place}",
            source=source, happened_at=at, offline=offline, sealer=sealer, now=now if offline else at,
        )  # fmt: skip
    return len(people)
