"""Accounts: who signs in, with which roles, and how often one may try."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from secrets import token_hex

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, delete, func, select

from ..domain.access import GRANTED_ON, ROLES, Actor
from ..domain.delegation_lists import call_delegation
from ..domain.names import fold
from ..domain.passwords import password_fault
from ..domain.refusals import Refused
from ..models import Congress, Delegation, Grant, SignInAttempt, Unit, User, db, lock_row
from . import audit
from .sealing import Sealer

WINDOW = timedelta(minutes=15)
ACCOUNT_FAILURES = 5  # failures within the window after which an account waits
ADDRESS_FAILURES = 60  # of an address: a hall of people behind one address mistype more often than one person

KEPT = timedelta(days=30)  # how long an attempt, and the address it came from, is kept

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
_SLOW = PasswordHasher()
_FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class SignInAnswer:
    """What came of an attempt to sign in: `result` is "ok", "wrong" or "wait"; `user` only when it is "ok"."""

    result: str
    message: str = ""
    user: User | None = None
    wait_minutes: int = 0


def hash_password(password: str, *, fast: bool = False) -> str:
    """The argon2 hash of a password; `fast` is for tests only."""
    return _hasher(fast).hash(unicodedata.normalize("NFC", password))


def has_users() -> bool:
    """Whether anybody can sign in at all."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def fold_username(typed: str) -> str:
    """A name for signing in as it is stored: NFC, lower case, no blanks round it."""
    return unicodedata.normalize("NFC", typed).strip().lower()


def create_user(username: str, name: str, password: str, *, actor: Actor, now: datetime, fast: bool = False) -> User:
    """A new account without any role; refuses a name that is taken or malformed and a weak password."""
    username = fold_username(username)
    if not _USERNAME.fullmatch(username):
        raise Refused("bad_username", "Tên đăng nhập gồm 3–32 chữ không dấu, số, dấu chấm hoặc gạch nối.", "username")
    if db.session.scalar(select(User.id).filter_by(username=username)):
        raise Refused("username_taken", f"Đã có tài khoản {username}. Chọn tên đăng nhập khác.", "username")
    _require_good(password, username)
    user = User(username=username, name=_require_name(name), active=True, session_key=token_hex(16), created_at=now)
    user.password_hash = hash_password(password, fast=fast)
    db.session.add(user)
    db.session.flush()
    audit.record(actor, "create", user, now=now, changed={"username": [None, username], "name": [None, user.name]})
    return user


def create_first_administrator(username: str, name: str, password: str, *, now: datetime, fast: bool = False) -> User:
    """The first account of an empty installation; refuses when there is one already."""
    if has_users():
        raise Refused("not_first", "Đã có tài khoản. Đăng nhập để tiếp tục.")
    setter_up = Actor(None, "lần chạy đầu tiên")
    user = create_user(username, name, password, actor=setter_up, now=now, fast=fast)
    grant_role(user, "administrator", actor=setter_up, now=now)
    return user


def edit_user(user: User, *, name: str, active: bool, actor: Actor, now: datetime) -> None:
    """Change a person's name and whether the account may be used; the last administrator stays active."""
    if user.active and not active:
        if any(grant.role == "administrator" for grant in user.grants):
            _keep_an_administrator(Grant.user_id != user.id)
        user.session_key = token_hex(16)  # whoever is signed in with it is out, also after it is made active again
    user.name, user.active = _require_name(name), active
    changed = {column: values for column, values in audit.difference(user).items() if column != "session_key"}
    if changed:
        audit.record(actor, "edit", user, now=now, changed=changed)


def set_password(user: User, password: str, *, actor: Actor, now: datetime, fast: bool = False) -> None:
    """Give an account a new password: every session signed in with the old one ends."""
    _require_good(password, user.username)
    user.password_hash, user.session_key = hash_password(password, fast=fast), token_hex(16)
    audit.record(actor, "set_password", user, now=now)


def grant_role(
    user: User,
    role: str,
    unit: Unit | None = None,
    congress: Congress | None = None,
    *,
    delegation: Delegation | None = None,
    actor: Actor,
    now: datetime,
) -> Grant:
    """Give an account a role on a unit, on a congress, on a delegation or on nothing, as the role asks."""
    wanted = GRANTED_ON[role]
    if wanted == "unit" and unit is None:
        raise Refused("grant_needs_unit", f"Chọn đơn vị cho vai trò {ROLES[role]}.", "unit")
    if wanted == "congress" and congress is None:
        raise Refused("grant_needs_congress", f"Chọn hội nghị cho vai trò {ROLES[role]}.", "congress")
    if wanted == "delegation" and delegation is None:
        raise Refused("grant_needs_delegation", f"Chọn hội nghị và đoàn cho vai trò {ROLES[role]}.", "delegation")
    places = {"unit": unit, "congress": congress, "delegation": delegation}
    place = places.get(wanted)
    if any(grant.role == role and (wanted == "nothing" or getattr(grant, wanted) == place) for grant in user.grants):
        raise Refused("grant_twice", "Tài khoản đã có vai trò này.", "role")
    grant = Grant(role=role, **({wanted: place} if place else {}))
    user.grants.append(grant)
    db.session.flush()
    changed = {"grant": [None, describe(grant)]}
    audit.record(actor, "grant", user, now=now, congress_id=_congress_of(grant), changed=changed)
    return grant


def _congress_of(grant: Grant) -> int | None:
    return grant.delegation.congress_id if grant.delegation else grant.congress_id


def withdraw_grant(grant: Grant, *, actor: Actor, now: datetime) -> None:
    """Take a role from an account; the last administrator keeps theirs."""
    if grant.role == "administrator" and grant.user.active:
        _keep_an_administrator(Grant.id != grant.id)
    changed = {"grant": [describe(grant), None]}
    audit.record(actor, "withdraw_grant", grant.user, now=now, congress_id=_congress_of(grant), changed=changed)
    grant.user.grants.remove(grant)


def describe(grant: Grant) -> str:
    """A grant in words: "Thư ký · Huyện Ba Bể"."""
    where = grant.unit.name if grant.unit else grant.congress.title1 if grant.congress else ""
    if grant.delegation:
        where = f"{call_delegation(grant.delegation.name)}, {grant.delegation.congress.title1}"
    return f"{ROLES[grant.role]} · {where}" if where else ROLES[grant.role]


def find_users(words: str) -> list[User]:
    """Accounts whose name or sign-in name holds every word, whatever the accents; by sign-in name."""
    wanted = fold(words).split()
    users = db.session.scalars(select(User).order_by(User.username))
    return [user for user in users if all(word in f"{user.username} {fold(user.name)}" for word in wanted)]


def sign_in(username: str, password: str, *, address: str, sealer: Sealer, now: datetime, fast: bool = False) -> SignInAnswer:
    """Try to sign in: every attempt that was looked at is kept as a row, right or wrong.

    Five failures of an account, or sixty of an address, within fifteen minutes make it wait; an attempt while waiting is
    neither looked at nor counted, so that the wait ends. An unknown name takes as long as a wrong password.
    """
    username = fold_username(username)
    found = db.session.scalar(select(User.id).filter_by(username=username))
    user: User | None = lock_row(User, found or 0)  # two guesses at once are counted as two
    account = sealer.digest("sign_in", username)
    minutes = _minutes_to_wait(account, address, now)
    if minutes:
        return SignInAnswer("wait", f"Thử sai nhiều lần. Chờ {minutes} phút rồi đăng nhập lại.", wait_minutes=minutes)
    right = _matches(user.password_hash if user else _dummy_hash(fast), password, fast) and user is not None and user.active
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEPT))
    db.session.add(SignInAttempt(account=account, address=address, succeeded=right, at=now))
    if not right or user is None:
        return SignInAnswer("wrong", "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra Caps Lock và bộ gõ rồi thử lại.")
    if _hasher(fast).check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password, fast=fast)
    return SignInAnswer("ok", user=user)


def _minutes_to_wait(account: str, address: str, now: datetime) -> int:
    """Whole minutes until an account or an address may be tried again; 0 when it may be now."""
    since = now - WINDOW
    right = select(func.max(SignInAttempt.at)).where(SignInAttempt.account == account, SignInAttempt.succeeded.is_(True))
    last_right = db.session.scalar(right) or since
    ends = [
        _end_of_wait(SignInAttempt.account == account, max(since, last_right), ACCOUNT_FAILURES),
        _end_of_wait(SignInAttempt.address == address, since, ADDRESS_FAILURES),
    ]
    return max((ceil((end - now) / timedelta(minutes=1)) for end in ends if end), default=0)


def _end_of_wait(whose: ColumnElement[bool], since: datetime, allowed: int) -> datetime | None:
    """When the failure that fills the measure leaves the window; None when it is not full."""
    failed = select(SignInAttempt.at).where(whose, SignInAttempt.at > since, SignInAttempt.succeeded.is_(False))
    filling = db.session.scalar(failed.order_by(SignInAttempt.at.desc()).offset(allowed - 1).limit(1))
    return filling + WINDOW if filling else None


def _keep_an_administrator(others: ColumnElement[bool]) -> None:
    """Refuse when no active administrator is left among the others; the rows are locked until this transaction ends."""
    query = select(Grant.id).join(User).where(others, Grant.role == "administrator", User.active.is_(True))
    if not db.session.scalars(query.order_by(Grant.id).with_for_update()).all():
        raise Refused("last_administrator", "Đây là quản trị cuối cùng. Giao quyền quản trị cho người khác trước.")


def _require_good(password: str, username: str) -> None:
    fault = password_fault(unicodedata.normalize("NFC", password), username)
    if fault:
        raise Refused("weak_password", fault, "password")


def _require_name(name: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if not name:
        raise Refused("no_name", "Chưa có họ tên.", "name")
    return name


def _matches(stored: str, password: str, fast: bool) -> bool:
    try:
        return _hasher(fast).verify(stored, unicodedata.normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _dummy_hash(fast: bool) -> str:
    return hash_password(token_hex(16), fast=fast)


def _hasher(fast: bool) -> PasswordHasher:
    return _FAST if fast else _SLOW
