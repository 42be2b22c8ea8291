"""What is stored."""

from .accounts import AuditEntry, Grant, SignInAttempt, User
from .allocations import Allocation, AllocationIssue, UpwardList, UpwardPerson
from .checkin import Attendance, DoorNotice, Scan, ScanConflict
from .congresses import AgendaItem, Congress, Sitting, StageEvent
from .database import db, is_sqlite, lock_row, may_write, set_up_engine
from .delegates import (
    Badge,
    Delegate,
    Delegation,
    DelegationLink,
    DuplicateDecision,
    Photo,
    PrintBatch,
    Substitution,
)
from .devices import BadgeKey, DelegateLink, DeskCard, Device, Gate, Pairing
from .exemplars import Exemplar
from .imports import ColumnMapping, ImportDraft, ImportedRow, ListVersion
from .list_work import BulkChange, DelegateReport, SavedFilter, Suggestion
from .plans import Component, Plan, PlanStep, PlanTier, ProgrammeItem
from .units import Unit

__all__ = [
    "AgendaItem",
    "Allocation",
    "AllocationIssue",
    "Attendance",
    "AuditEntry",
    "Badge",
    "BadgeKey",
    "BulkChange",
    "ColumnMapping",
    "Component",
    "Congress",
    "Delegate",
    "DelegateLink",
    "DelegateReport",
    "Delegation",
    "DelegationLink",
    "DeskCard",
    "Device",
    "DoorNotice",
    "DuplicateDecision",
    "Exemplar",
    "Gate",
    "Grant",
    "ImportDraft",
    "ImportedRow",
    "ListVersion",
    "Pairing",
    "Photo",
    "Plan",
    "PlanStep",
    "PlanTier",
    "PrintBatch",
    "ProgrammeItem",
    "SavedFilter",
    "Scan",
    "ScanConflict",
    "SignInAttempt",
    "Sitting",
    "StageEvent",
    "Substitution",
    "Suggestion",
    "Unit",
    "UpwardList",
    "UpwardPerson",
    "User",
    "db",
    "is_sqlite",
    "lock_row",
    "may_write",
    "set_up_engine",
]
