"""Badge tokens and what is printed on a badge."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import randbelow
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.refusals import Refused
from ..domain.stages import require
from ..domain.tokens import TokenKind, make_token
from ..models import Badge, Congress, Delegate, Photo, PrintBatch, db, lock_row
from . import audit
from .sealing import Sealer


@dataclass(frozen=True)
class PrintedFace:
    """The plain values of one badge, and the row it belongs to."""

    badge_id: int
    number: int
    name: str
    title: str
    unit: str
    delegation: str
    group_label: str
    colour: str
    token: str
    changed: bool  # differs from what was last printed
    printed: bool
    delegate_id: int
    photo_digest: str = ""
    photo: bytes | None = None  # read when it is printed

    def printed_values(self) -> dict[str, Any]:
        """What stands on the paper; when any of it changes, the printed badge is out of date."""
        return {
            "number": self.number,
            "name": self.name,
            "title": self.title,
            "unit": self.unit,
            "delegation": self.delegation,
            "group_label": self.group_label,
            "colour": self.colour,
            "token": self.token,
            "photo": self.photo,
        }

    def digest(self, sealer: Sealer) -> str:
        """A keyed digest of what stands on the paper; a photo is in it by its own digest, and only where there is one."""
        texts = [str(value) for key, value in self.printed_values().items() if key != "photo"]
        return sealer.digest("face", *texts, *([self.photo_digest] if self.photo_digest else []))


def issue_badges(delegate_ids: Collection[int], *, sealer: Sealer, now: datetime) -> None:
    """Give a token to each of these delegates who has no live one."""
    live = set(
        db.session.scalars(select(Badge.delegate_id).where(Badge.delegate_id.in_(delegate_ids), Badge.revoked_at.is_(None)))
    )
    rows = []
    for delegate_id in delegate_ids:
        if delegate_id in live:
            continue
        token = make_token(TokenKind.BADGE, f"{randbelow(10**20):020d}")
        rows.append(
            {
                "delegate_id": delegate_id,
                "token_hash": hash_token(token, sealer),
                "token_sealed": sealer.seal(token),
                "issued_at": now,
            }
        )
    if rows:
        db.session.execute(insert(Badge), [{"printed_face": "", **row} for row in rows])


def hash_token(token: str, sealer: Sealer) -> str:
    """What a token is looked up by."""
    return sealer.digest("token", token)


def tokens_of(congress: Congress, sealer: Sealer) -> dict[int, str]:
    """The live token of every delegate of a congress who has one."""
    query = (
        select(Badge.delegate_id, Badge.token_sealed)
        .join(Delegate)
        .where(Delegate.congress_id == congress.id, Badge.revoked_at.is_(None))
    )
    return {delegate_id: sealer.open(sealed) for delegate_id, sealed in db.session.execute(query)}


def read_faces(congress: Congress, *, sealer: Sealer) -> list[PrintedFace]:
    """The badges of every approved person, uncounted too, by delegation and name."""
    query = (
        select(Badge, Photo.digest)
        .join(Badge.delegate)
        .outerjoin(Photo, Photo.delegate_id == Delegate.id)
        .where(Delegate.congress_id == congress.id, Delegate.state == "approved", Badge.revoked_at.is_(None))
        .options(joinedload(Badge.delegate).options(joinedload(Delegate.component), joinedload(Delegate.delegation)))
    )
    badges = sorted(
        db.session.execute(query),
        key=lambda row: place_of(row[0].delegate),
    )
    return [_face(badge, photo or "", sealer) for badge, photo in badges]


def place_of(delegate: Delegate) -> tuple[int, str, int]:
    """Where somebody stands in a stack of paper: by delegation in protocol order, then by name."""
    return delegate.delegation.position if delegate.delegation else 0, delegate.sort_key, delegate.id


def _face(badge: Badge, photo_digest: str, sealer: Sealer) -> PrintedFace:
    delegate = badge.delegate
    values: dict[str, Any] = {
        "badge_id": badge.id,
        "number": delegate.number,
        "name": delegate.name,
        "title": delegate.title,
        "unit": delegate.unit_text,
        "delegation": delegate.delegation.name if delegate.delegation else "",
        "group_label": delegate.component.badge_label,
        "colour": delegate.component.colour,
        "token": sealer.open(badge.token_sealed),
        "printed": badge.printed_at is not None,
        "delegate_id": delegate.id,
        "photo_digest": photo_digest,
    }
    face = PrintedFace(**values, changed=False)
    return PrintedFace(**values, changed=face.printed and face.digest(sealer) != badge.printed_face)


def revoke_badges(delegate_id: int, *, now: datetime) -> None:
    """Kill the live token of a delegate, if there is one."""
    live = db.session.scalars(select(Badge).where(Badge.delegate_id == delegate_id, Badge.revoked_at.is_(None)))
    for badge in live:
        badge.revoked_at = now
    db.session.flush()


WHAT = {"all": "Tất cả", "new": "Chưa in", "changed": "Đã đổi từ lần in trước", "picked": "Người được chọn"}


def start_print(
    congress: Congress, what: str, *, numbers: Sequence[int] = (), actor: Actor, sealer: Sealer, now: datetime
) -> list[PrintedFace]:
    """Choose the badges of a print ("all", "new", "changed", or "picked" by badge number) and note that they were printed."""
    require(congress.stage, "print_badges")
    faces = read_faces(congress, sealer=sealer)
    wanted = set(numbers)
    chosen = {
        "all": lambda face: True,
        "new": lambda face: not face.printed,
        "changed": lambda face: face.changed,
        "picked": lambda face: face.number in wanted,
    }[what]
    faces = _with_photos([face for face in faces if chosen(face)])
    if not faces:
        raise Refused("no_badges", "Không có thẻ nào để in. Thẻ có từ khi duyệt đại biểu.")
    prints = [{"id": f.badge_id, "printed_at": now, "printed_face": f.digest(sealer)} for f in faces]
    db.session.bulk_update_mappings(Badge, prints)
    batch = PrintBatch(congress_id=congress.id, what=what, count=len(faces), actor_name=actor.name, at=now)
    db.session.add(batch)
    db.session.flush()
    audit.record(actor, "badges.print", batch, now=now, congress_id=congress.id, changed={"count": len(faces), "what": what})
    return faces


def _with_photos(faces: list[PrintedFace]) -> list[PrintedFace]:
    """The faces with their photos; one query, and none where nobody has one."""
    ids = [face.delegate_id for face in faces if face.photo_digest]
    if not ids:
        return faces
    found = db.session.execute(select(Photo.delegate_id, Photo.jpeg).where(Photo.delegate_id.in_(ids)))
    photos = {row.delegate_id: row.jpeg for row in found}
    return [replace(face, photo=photos.get(face.delegate_id)) for face in faces]


def replace_badge(delegate: Delegate, *, actor: Actor, sealer: Sealer, now: datetime) -> None:
    """Kill the live token of a delegate whose badge is lost, and issue another. Raises Refused when there is none."""
    congress = lock_row(Congress, delegate.congress_id)  # two at once would issue two
    require(congress.stage, "print_badges")
    live = db.session.scalars(select(Badge).where(Badge.delegate_id == delegate.id, Badge.revoked_at.is_(None))).all()
    if not live:
        raise Refused("no_badges", "Đại biểu này chưa có thẻ. Thẻ có từ khi duyệt đại biểu.")
    for badge in live:
        badge.revoked_at = now
    db.session.flush()
    issue_badges([delegate.id], sealer=sealer, now=now)
    audit.record(actor, "badges.replace", delegate, now=now, congress_id=delegate.congress_id)
