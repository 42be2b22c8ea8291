"""Filters of the delegate list that a person keeps under a name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ..domain.access import Actor
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..models import Congress, SavedFilter, db
from . import audit
from .delegate_queries import ListFilter

MOST = 20
LONGEST = 60


def filters_of(congress: Congress, user_id: int) -> Sequence[SavedFilter]:
    """What a person has kept for a congress, in the order of keeping."""
    query = select(SavedFilter).filter_by(congress_id=congress.id, user_id=user_id)
    return db.session.scalars(query.order_by(SavedFilter.id)).all()


def save_filter(congress: Congress, name: str, show: ListFilter, *, user_id: int, actor: Actor, now: datetime) -> SavedFilter:
    """Keep the codes of a filter under a name; the same name again takes the new codes. Raises Refused."""
    name = normalise(name)
    if not name:
        raise Refused("no_name", "Đặt tên cho bộ lọc, ví dụ “Điển hình thiếu ảnh”.")
    if len(name) > LONGEST:
        raise Refused("long_name", f"Tên bộ lọc tối đa {LONGEST} ký tự.")
    if not show.codes():
        raise Refused("no_filter", "Chọn ít nhất một điều kiện lọc rồi lưu. Tên người đã gõ không được lưu.")
    kept = filters_of(congress, user_id)
    found = next((each for each in kept if each.name == name), None)
    if found is None:
        if len(kept) >= MOST:
            raise Refused("too_many", f"Đã có {MOST} bộ lọc. Xóa bớt rồi lưu.")
        found = SavedFilter(congress_id=congress.id, user_id=user_id, name=name)
        db.session.add(found)
    found.query = show.codes()
    db.session.flush()
    audit.record(actor, "filters.save", found, now=now, congress_id=congress.id, changed={"codes": show.codes()})
    return found


def remove_filter(congress: Congress, filter_id: int, *, user_id: int, actor: Actor, now: datetime) -> bool:
    """Forget a kept filter; whether it was there."""
    query = select(SavedFilter).filter_by(congress_id=congress.id, user_id=user_id, id=filter_id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        return False
    audit.record(actor, "filters.remove", found, now=now, congress_id=congress.id)
    db.session.delete(found)
    return True
