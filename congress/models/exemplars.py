"""The register of advanced models (điển hình tiên tiến)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .database import BYTES_ORDER, Base, UtcTime
from .units import Unit


class Exemplar(Base):
    """A person, collective or household in the register of a unit."""

    __tablename__ = "exemplar"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]  # individual, collective, household
    name: Mapped[str]
    folded: Mapped[str]
    sort_key: Mapped[str] = mapped_column(BYTES_ORDER)
    field: Mapped[str] = mapped_column(default="")  # lĩnh vực
    summary: Mapped[str] = mapped_column(default="")  # achievements in short
    decision: Mapped[str] = mapped_column(default="")  # how it was recognised: "QĐ 123/QĐ-UBND ngày 05/02/2025"
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    unit: Mapped[Unit] = relationship()
