"""What is stored."""

from .accounts import AuditEntry, Grant, SignInAttempt, User
from .checkin import Attendance, Scan
from .congresses import AgendaItem, Congress, Sitting, StageEvent
from .database import db, is_sqlite, lock_row, may_write, set_up_engine
from .delegates import Badge, Delegate, Delegation, ImportDraft, ImportedRow, PrintBatch
from .plans import Component, Plan, PlanStep, PlanTier, ProgrammeItem
from .units import Unit

__all__ = [
    "AgendaItem",
    "Attendance",
    "AuditEntry",
    "Badge",
    "Component",
    "Congress",
    "Delegate",
    "Delegation",
    "Grant",
    "ImportDraft",
    "ImportedRow",
    "Plan",
    "PlanStep",
    "PlanTier",
    "PrintBatch",
    "ProgrammeItem",
    "Scan",
    "SignInAttempt",
    "Sitting",
    "StageEvent",
    "Unit",
    "User",
    "db",
    "is_sqlite",
    "lock_row",
    "may_write",
    "set_up_engine",
]
