"""Asking the delegate list: filters by code, words of a name, order, and what its rows and chips show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import joinedload

from ..domain.admission import Approved, mending_side
from ..domain.names import fold
from ..domain.stages import allows
from ..models import Component, Congress, Delegate, DelegateLink, Delegation, Photo, db
from .counting import rule_of

LARGEST_NUMBER = 2**31 - 1  # of a row, on both databases

_HAS_PHOTO = exists().where(Photo.delegate_id == Delegate.id)
_HAS_PAGE = exists().where(DelegateLink.delegate_id == Delegate.id, DelegateLink.revoked_at.is_(None))

# What a row may lack, in words for its chip, and how that is asked.
MISSING: dict[str, tuple[str, ColumnElement[bool]]] = {
    "born": ("ngày sinh", Delegate.born.is_(None)),
    "sex": ("giới tính", Delegate.sex.is_(None)),
    "phone": ("số điện thoại", Delegate.phone.is_(None)),
    "title": ("chức vụ", Delegate.title == ""),
    "unit": ("đơn vị", Delegate.unit_text == ""),
    "delegation": ("đoàn", Delegate.delegation_id.is_(None)),
    "represents": ("đại diện cho ai", and_(Delegate.capacity.in_(("collective", "household")), Delegate.represents == "")),
    "photo": ("ảnh", ~_HAS_PHOTO),
    "capacity": ("tư cách tham dự", Delegate.capacity.is_(None)),
    "field": ("lĩnh vực", Delegate.field == ""),
    "economic_sector": ("thành phần kinh tế", Delegate.economic_sector.is_(None)),
    "direct_labour": ("thông tin lao động trực tiếp", Delegate.direct_labour.is_(None)),
    "new_model": ("thông tin mô hình mới", Delegate.new_model.is_(None)),
    "ethnic": ("thông tin dân tộc", Delegate.ethnic.is_(None)),
    "religion": ("thông tin tôn giáo", Delegate.religion.is_(None)),
    "party": ("thông tin đảng viên", Delegate.party.is_(None)),
}
# What somebody answered to the invitation, in words for its chip, and how that is asked.
ANSWERED: dict[str, tuple[str, ColumnElement[bool]]] = {
    "yes": ("Sẽ đến", Delegate.coming.is_(True)),
    "no": ("Không đến", Delegate.coming.is_(False)),
    "none": ("Chưa trả lời", and_(Delegate.coming.is_(None), Delegate.state == "approved", _HAS_PAGE)),
}
SENSITIVE_MISSING = frozenset(("ethnic", "religion", "party"))  # asked only by those who may see these columns


@dataclass(frozen=True)
class ListFilter:
    """What the list shows: codes, which may stand in an address, and words of a name in any order without accents."""

    state: str = ""
    group: str = ""
    side: str = ""
    delegation: int = 0
    capacity: str = ""
    sex: str = ""
    missing: str = ""
    door: str = ""  # "yes": people who came to the door without being on the list
    photo: str = ""  # "yes": people with a photo; those without are missing="photo"
    answer: str = ""  # one of ANSWERED
    text: str = ""

    def codes(self) -> dict[str, Any]:
        """The codes that say something, as an address or a saved filter keeps them; never the name."""
        return {code: value for code, value in asdict(self).items() if value and code != "text"}

    def but(self, **codes: Any) -> "ListFilter":
        """This filter with some codes changed."""
        return replace(self, **codes)


CODES = tuple(field.name for field in fields(ListFilter) if field.name != "text")


def missing_words(*, sensitive: bool) -> dict[str, str]:
    """What a row may lack, in words; the sensitive columns only where `sensitive` says so."""
    return {code: words for code, (words, _) in MISSING.items() if sensitive or code not in SENSITIVE_MISSING}


def read_filter(codes: Mapping[str, Any], *, text: str = "", sensitive: bool = False) -> ListFilter:
    """A filter out of an address, a form or a saved row; what it does not know, or may not ask for, is left out."""
    values: dict[str, Any] = {code: str(codes.get(code, "") or "")[:60].replace("\0", "") for code in CODES}
    number = values["delegation"]
    values["delegation"] = int(number) if number.isascii() and number.isdigit() and int(number) <= LARGEST_NUMBER else 0
    values["missing"] = values["missing"] if values["missing"] in missing_words(sensitive=sensitive) else ""
    values["answer"] = values["answer"] if values["answer"] in ANSWERED else ""
    return ListFilter(**values, text=text)


def delegates_of(congress: Congress, show: ListFilter) -> Select[Delegate]:
    """The list in Vietnamese order by given name, with what its rows show."""
    query = select(Delegate).options(joinedload(Delegate.component), joinedload(Delegate.delegation))
    return query.where(*_conditions(congress, show)).order_by(Delegate.sort_key, Delegate.id)


def ids_of(congress: Congress, show: ListFilter) -> list[int]:
    """Everybody a filter shows, on whatever page, in the order of the list."""
    query = select(Delegate.id).where(*_conditions(congress, show)).order_by(Delegate.sort_key, Delegate.id)
    return list(db.session.scalars(query))


def count_shown(congress: Congress, show: ListFilter) -> int:
    """How many people a filter shows."""
    return db.session.scalar(select(func.count(Delegate.id)).where(*_conditions(congress, show))) or 0


_ROW = (
    Delegate.id, Delegate.number, Delegate.name, Delegate.title, Delegate.unit_text, Delegate.state, Delegate.walk_in,
    Delegate.component_id, Delegate.delegation_id, Delegate.capacity, Delegate.represents,
)  # fmt: skip


def list_rows(congress: Congress, show: ListFilter, *, page: int, per: int) -> Sequence[Any]:
    """The rows of one page, counted from 1, in columns and not as mapped people, which a page of 500 need not make."""
    query = select(*_ROW).where(*_conditions(congress, show)).order_by(Delegate.sort_key, Delegate.id)
    return db.session.execute(query.limit(per).offset((page - 1) * per)).all()


def _conditions(congress: Congress, show: ListFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Delegate.congress_id == congress.id]
    found.append(Delegate.state == show.state if show.state else Delegate.state != "withdrawn")
    if show.group:
        found.append(Delegate.component.has(Component.code == show.group))
    if show.side:
        found.append(Delegate.component.has(Component.side == show.side))
    if show.delegation:
        found.append(Delegate.delegation_id == show.delegation)
    if show.capacity:
        found.append(Delegate.capacity == show.capacity)
    if show.sex:
        found.append(Delegate.sex == show.sex)
    if show.missing:
        found.append(MISSING[show.missing][1])
    if show.door:
        found.append(Delegate.walk_in.is_(True))
    if show.photo:
        found.append(_HAS_PHOTO)
    if show.answer:
        found.append(ANSWERED[show.answer][1])
    found += [Delegate.folded.contains(word, autoescape=True) for word in fold(show.text).split()]
    return found


def count_chips(congress: Congress) -> dict[str, int]:
    """How many people not withdrawn lack each thing of MISSING, have a photo ("photos"), came to the door ("door"), and answered
    the invitation ("answer_" and a code of ANSWERED). One query.
    """
    asked = {code: condition for code, (_, condition) in MISSING.items()} | {"photos": _HAS_PHOTO, "door": Delegate.walk_in}
    asked |= {f"answer_{code}": condition for code, (_, condition) in ANSWERED.items()}
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in asked.values()]
    row = db.session.execute(select(*sums).where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn")).one()
    return dict(zip(asked, row, strict=True))


def offer_reserve(congress: Congress, approved: Approved) -> list[Delegate]:
    """Once a closed list has lost its ratio: the first ten of the reserve who would bring it back."""
    side = mending_side(rule_of(congress), approved) if allows(congress.stage, "amend") else None
    if side is None:
        return []
    return list(db.session.scalars(delegates_of(congress, ListFilter(state="reserve", side=side)).limit(10)))


def pick_delegates(congress: Congress, *, group: str, state: str, limit: int | None = None) -> list[int]:
    """The people of a group who would move to a state, by badge number: the proposed to approve, else those not there."""
    query = select(Delegate.id).join(Component).where(Delegate.congress_id == congress.id, Component.code == group)
    if state == "approved":
        query = query.where(Delegate.state == "proposed")
    else:
        query = query.where(Delegate.state.not_in((state, "withdrawn")))
    return list(db.session.scalars(query.order_by(Delegate.number).limit(limit)))


def count_by_delegation(congress: Congress) -> Sequence[Any]:
    """(delegation id, name, people not withdrawn) in protocol order; those who have nobody too."""
    here = and_(Delegate.delegation_id == Delegation.id, Delegate.state != "withdrawn")
    query = (
        select(Delegation.id, Delegation.name, func.count(Delegate.id))
        .outerjoin(Delegate, here)
        .where(Delegation.congress_id == congress.id)
        .group_by(Delegation.id, Delegation.name, Delegation.position)
        .order_by(Delegation.position, Delegation.id)
    )
    return db.session.execute(query).all()
