"""Photos of delegates: matched by file name, stored apart from the person, shown on badges and at the door."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import exists, func, select

from ..domain.access import Actor
from ..domain.photo_names import Owner, Owners
from ..domain.refusals import Refused
from ..domain.stages import require
from ..models import Congress, Delegate, Delegation, Photo, db
from . import audit
from .admission import lock_congress
from .photo_files import read_photo


@dataclass(frozen=True)
class Unmatched:
    """A file that was given to nobody, and why; `jpeg` is the photo ready to be given by hand, where it could be read."""

    file: str
    why: str
    jpeg: bytes | None = None
    candidates: tuple[Owner, ...] = ()


@dataclass(frozen=True)
class Sorted:
    """Files told apart before anything is written: photos by delegate, and what belongs to nobody."""

    photos: dict[int, bytes]
    unmatched: list[Unmatched]


@dataclass(frozen=True)
class Stored:
    """How many people got their first photo, another one, or the one they have."""

    new: int
    replaced: int
    same: int


def owners_of(congress: Congress) -> Owners:
    """Everybody of a congress who may get a photo, by what a file may be called. One query."""
    query = (
        select(Delegate.id, Delegate.number, Delegate.name, Delegate.id_number, Delegate.unit_text, Delegation.name)
        .outerjoin(Delegation, Delegate.delegation_id == Delegation.id)
        .where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn")
    )
    rows = db.session.execute(query)
    return Owners(
        Owner(number, badge, name, id_number or "", f"{unit} {delegation or ''}")
        for number, badge, name, id_number, unit, delegation in rows
    )


def sort_files(files: Iterable[tuple[str, bytes]], owners: Owners) -> Sorted:
    """Match pictures by name and bring them into their shape; asks no database, so that it may take its time."""
    taken: dict[int, str] = {}
    found = Sorted({}, [])
    for file, data in files:
        match = owners.match(file)
        try:
            jpeg = read_photo(data)
        except Refused as refusal:
            found.unmatched.append(Unmatched(file, refusal.message))
            continue
        owner = match.owner
        if owner is None:
            found.unmatched.append(Unmatched(file, match.why, jpeg, match.candidates))
        elif owner.id in taken:
            why = f"{owner.name} số {owner.number} đã có ảnh từ tệp {taken[owner.id]}."
            found.unmatched.append(Unmatched(file, why, jpeg, (owner,)))
        else:
            taken[owner.id] = file
            found.photos[owner.id] = jpeg
    return found


def store_photos(congress_id: int, photos: dict[int, bytes], *, actor: Actor, now: datetime) -> Stored:
    """Keep photos that `sort_files` gave; the same photo again changes nothing. A fixed number of queries."""
    congress = lock_congress(congress_id)
    require(congress.stage, "edit_person")
    here = set(db.session.scalars(select(Delegate.id).where(Delegate.congress_id == congress.id, Delegate.id.in_(photos))))
    had = {photo.delegate_id: photo for photo in db.session.scalars(select(Photo).where(Photo.delegate_id.in_(here)))}
    new = replaced = 0
    for delegate_id in photos.keys() & here:
        jpeg = photos[delegate_id]
        if _keep(had.get(delegate_id), delegate_id, jpeg, now):
            new, replaced = new + (delegate_id not in had), replaced + (delegate_id in had)
    stored = Stored(new, replaced, len(here) - new - replaced)
    if new or replaced:
        changed = {"new": new, "replaced": replaced}
        audit.record(actor, "photos.store", congress, now=now, congress_id=congress.id, changed=changed)
    db.session.flush()
    return stored


def _keep(photo: Photo | None, delegate_id: int, jpeg: bytes, now: datetime) -> bool:
    """Whether the photo is another one than before."""
    digest = sha256(jpeg).hexdigest()
    if photo is None:
        db.session.add(Photo(delegate_id=delegate_id, jpeg=jpeg, digest=digest, at=now))
        return True
    if photo.digest == digest:
        return False
    photo.jpeg, photo.digest, photo.at = jpeg, digest, now
    return True


def put_photo(delegate: Delegate, data: bytes, *, actor: Actor, now: datetime) -> None:
    """Give one person a photo. Raises Refused when it cannot be read."""
    jpeg = read_photo(data)
    require(lock_congress(delegate.congress_id).stage, "edit_person")
    if _keep(db.session.get(Photo, delegate.id), delegate.id, jpeg, now):
        audit.record(actor, "photos.put", delegate, now=now, congress_id=delegate.congress_id)
    db.session.flush()


def remove_photo(delegate: Delegate, *, actor: Actor, now: datetime) -> None:
    """Take a person's photo away; nothing happens where there is none."""
    require(lock_congress(delegate.congress_id).stage, "edit_person")
    photo = db.session.get(Photo, delegate.id)
    if photo is not None:
        db.session.delete(photo)
        audit.record(actor, "photos.remove", delegate, now=now, congress_id=delegate.congress_id)
    db.session.flush()


def find_photo(congress: Congress, delegate_id: int) -> Photo | None:
    """The photo of somebody of this congress, or None."""
    query = select(Photo).join(Delegate).where(Delegate.congress_id == congress.id, Delegate.id == delegate_id)
    return db.session.scalars(query).one_or_none()


def find_by_number(congress: Congress, number: int) -> Delegate | None:
    """Who carries a badge number in this congress, or None."""
    return db.session.scalars(select(Delegate).filter_by(congress_id=congress.id, number=number)).one_or_none()


def find_version(delegate_id: int) -> str:
    """What tells a person's photo from an earlier one; "" without a photo. The photo itself is not read."""
    return (db.session.scalar(select(Photo.digest).where(Photo.delegate_id == delegate_id)) or "")[:16]


def count_photos(congress: Congress) -> tuple[int, int]:
    """(people with a photo, people) of those not withdrawn."""
    query = select(func.count(Photo.delegate_id), func.count(Delegate.id)).select_from(Delegate).outerjoin(Photo)
    row = db.session.execute(query.where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn")).one()
    return row[0], row[1]


def name_people(congress: Congress) -> Sequence[Any]:
    """(number, name) of everybody not withdrawn, by badge number."""
    query = select(Delegate.number, Delegate.name).where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn")
    return db.session.execute(query.order_by(Delegate.number)).all()


def people_without(congress: Congress, *, limit: int) -> Sequence[Delegate]:
    """The first people in the order of the list who have no photo."""
    query = select(Delegate).where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn")
    query = query.where(~exists().where(Photo.delegate_id == Delegate.id))
    return db.session.scalars(query.order_by(Delegate.sort_key, Delegate.id).limit(limit)).all()
