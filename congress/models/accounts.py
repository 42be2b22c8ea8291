"""Accounts, grants, sign-in attempts and the audit."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .congresses import Congress
from .database import Base, UtcTime
from .delegates import Delegation
from .units import Unit


class User(UserMixin, Base):
    """A person who signs in."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)  # folded to lower case
    name: Mapped[str]
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    is_sample: Mapped[bool] = mapped_column(default=False)  # made by the demo, which refuses a database with real users
    session_key: Mapped[str]  # changes with the password: other sessions end
    created_at: Mapped[datetime] = mapped_column(UtcTime)

    grants: Mapped[list["Grant"]] = relationship(order_by="Grant.id", cascade="all, delete-orphan", back_populates="user")

    @property
    def is_active(self) -> bool:
        """Whether the account may be used; Flask-Login asks."""
        return self.active

    def get_id(self) -> str:
        """What the session cookie holds: the account, and the key that a new password changes."""
        return f"{self.id}:{self.session_key}"


class Grant(Base):
    """user × role × unit; check-in staff are granted congresses by name, contacts a delegation."""

    __tablename__ = "grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "unit_id", "congress_id", "delegation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str]  # one of domain.access.ROLES
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    congress_id: Mapped[int | None] = mapped_column(ForeignKey("congress.id"))
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))

    user: Mapped[User] = relationship(back_populates="grants")
    unit: Mapped[Unit | None] = relationship()
    congress: Mapped[Congress | None] = relationship()
    delegation: Mapped[Delegation | None] = relationship()


class SignInAttempt(Base):
    """A sign-in that was tried: counted per account and per address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]  # keyed hash of the name typed: a password typed into the wrong field is not kept
    address: Mapped[str]
    succeeded: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcTime)


class AuditEntry(Base):
    """Who did what, with the difference."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    actor_name: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]  # a table's name
    subject_id: Mapped[int | None]
    congress_id: Mapped[int | None] = mapped_column(ForeignKey("congress.id"), index=True)
    difference: Mapped[dict[str, Any]] = mapped_column(default=dict)
