"""Gates, the devices that stand at them, and the keys that open what a device carries away."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .congresses import Congress
from .database import Base, UtcTime
from .delegates import Badge, Delegate
from .units import Unit


class Gate(Base):
    """A door of a congress's hall, by its name."""

    __tablename__ = "gate"
    __table_args__ = (UniqueConstraint("congress_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"))
    name: Mapped[str]
    folded: Mapped[str]


class Device(Base):
    """A browser that checks people in for one congress, or for whichever congress of one unit is held that day."""

    __tablename__ = "device"
    __table_args__ = (CheckConstraint("(congress_id IS NULL) <> (unit_id IS NULL)", name="one_place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)  # keyed hash of the secret in its cookie
    name: Mapped[str]
    profile: Mapped[str]  # gate, desk, kiosk
    congress_id: Mapped[int | None] = mapped_column(ForeignKey("congress.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    operator: Mapped[str] = mapped_column(default="")  # who stands there, as typed
    paired_by: Mapped[str]
    paired_at: Mapped[datetime] = mapped_column(UtcTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    queue_length: Mapped[int] = mapped_column(default=0)  # scans it has not sent yet, as it last said
    version: Mapped[str] = mapped_column(default="")  # of the page it runs
    snapshot_at: Mapped[datetime | None] = mapped_column(UtcTime)  # of the list it carries
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    wiped_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when it learnt that, and deleted what it carried

    congress: Mapped[Congress | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    gate: Mapped[Gate | None] = relationship()


class Pairing(Base):
    """A code that makes one browser a device, once, within a quarter of an hour."""

    __tablename__ = "pairing"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    code_sealed: Mapped[str]  # to show it again while it is good
    name: Mapped[str]
    profile: Mapped[str]
    congress_id: Mapped[int | None] = mapped_column(ForeignKey("congress.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))  # the device it made


class BadgeKey(Base):
    """What PBKDF2 makes of a badge's token and the congress's salt: a name for the record, and the key that opens it."""

    __tablename__ = "badge_key"

    badge_id: Mapped[int] = mapped_column(ForeignKey("badge.id"), primary_key=True)
    lookup: Mapped[str] = mapped_column(unique=True)  # bytes 0-31, base64
    opener_sealed: Mapped[str]  # bytes 32-63, sealed like the token

    badge: Mapped[Badge] = relationship()


class DeskCard(Base):
    """The printed card whose code opens a desk's index of names."""

    __tablename__ = "desk_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    congress_id: Mapped[int] = mapped_column(ForeignKey("congress.id"), index=True)
    token_sealed: Mapped[str]
    lookup: Mapped[str]  # as of a badge
    opener_sealed: Mapped[str]
    actor_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class DelegateLink(Base):
    """The address of a delegate's own page: a 128-bit secret, printed on the invitation."""

    __tablename__ = "delegate_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    secret_sealed: Mapped[str]  # to print it again
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)

    delegate: Mapped[Delegate] = relationship()
