"""Units: the tree province → district or department → commune."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .database import BYTES_ORDER, Base


class Unit(Base):
    """An agency, organisation or locality with the dates between which it exists."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    # "/1/8/40/": the ids from the root down to this unit, so that "everything below" is one prefix.
    path: Mapped[str] = mapped_column(BYTES_ORDER, index=True)
    emulation_block: Mapped[str] = mapped_column(default="")
    headcount: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    folded: Mapped[str] = mapped_column(BYTES_ORDER, index=True)
    sort_key: Mapped[str] = mapped_column(BYTES_ORDER)

    parent: Mapped["Unit | None"] = relationship(remote_side=[id])
