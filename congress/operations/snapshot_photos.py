"""Photos a gate carries: small, each sealed with the key of its person's badge, all of one length."""

from typing import Any

from sqlalchemy import select

from ..models import Badge, BadgeKey, Delegate, Photo, db
from .photo_files import shrink_photo
from .sealing import Sealer
from .snapshot_keys import open_opener
from .snapshots import seal_entry

AT_ONCE = 50
BLOCK = 4096  # bytes: the length all photos of one answer share is rounded up to this
ABOUT = b"photo"


def read_photos(congress_id: int, *, after: int, sealer: Sealer) -> dict[str, Any]:
    """Photos of people with a live badge, after a badge's number, some at a time: {photos: [{k, v, n, d}], next}."""
    query = (
        select(Badge.id, BadgeKey.lookup, BadgeKey.opener_sealed, Photo.digest, Photo.jpeg)
        .join(BadgeKey, BadgeKey.badge_id == Badge.id)
        .join(Delegate, Badge.delegate_id == Delegate.id)
        .join(Photo, Photo.delegate_id == Delegate.id)
        .where(Delegate.congress_id == congress_id, Badge.revoked_at.is_(None), Badge.id > after)
        .order_by(Badge.id)
        .limit(AT_ONCE)
    )
    rows = db.session.execute(query).all()
    small = [shrink_photo(row.jpeg) for row in rows]
    size = -(-max((len(jpeg) + 4 for jpeg in small), default=0) // BLOCK) * BLOCK
    photos = [
        seal_entry(row.lookup, open_opener(row.opener_sealed, sealer), _padded(jpeg, size), ABOUT) | {"v": row.digest[:16]}
        for row, jpeg in zip(rows, small, strict=True)
    ]
    return {"photos": photos, "next": rows[-1].id if len(rows) == AT_ONCE else None}


def _padded(jpeg: bytes, size: int) -> bytes:
    return (len(jpeg).to_bytes(4, "big") + jpeg).ljust(size, b"\0")
