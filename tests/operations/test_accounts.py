"""Accounts, roles and signing in, on both databases."""

import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select

from congress.domain.access import Actor
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Delegation, Grant, SignInAttempt, User, db
from congress.operations import accounts
from congress.operations.sealing import Sealer
from tests.world import NOW, PASSWORD, World, make_user

pytestmark = pytest.mark.usefixtures("session")

ADMIN = Actor(None, "Quản trị thử")
SEALER = Sealer(bytes(32))
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra Caps Lock và bộ gõ rồi thử lại."


def create(username: str = "lan", name: str = "Nguyễn Thị Lan", password: str = PASSWORD) -> User:
    return accounts.create_user(username, name, password, actor=ADMIN, now=NOW, fast=True)


def attempt(
    username: str = "lan", password: str = PASSWORD, *, minute: float = 0, address: str = "10.0.0.1"
) -> accounts.SignInAnswer:
    at = NOW + timedelta(minutes=minute)
    return accounts.sign_in(username, password, address=address, sealer=SEALER, now=at, fast=True)


def refusal(act: Callable[[], object]) -> tuple[str, str | None]:
    """Code and field of the refusal that `act` raises."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code, caught.value.field


def audit_lines() -> list[tuple[str, str, dict[str, object]]]:
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(line.actor_name, line.action, line.difference) for line in lines]


def test_create_user_folds_the_username_and_writes_who_did_it() -> None:
    user = create(" Lan.NGUYEN ", "  Nguyễn   Thị Lan ")
    assert (user.username, user.name, user.active, user.grants) == ("lan.nguyen", "Nguyễn Thị Lan", True, [])
    assert user.password_hash.startswith("$argon2id$") and PASSWORD not in user.password_hash
    assert audit_lines() == [("Quản trị thử", "create", {"username": [None, "lan.nguyen"], "name": [None, "Nguyễn Thị Lan"]})]


@pytest.mark.parametrize(
    ("username", "name", "password", "refused"),
    [
        ("la", "Lan", PASSWORD, ("bad_username", "username")),
        ("x" * 33, "Lan", PASSWORD, ("bad_username", "username")),
        ("lan nguyen", "Lan", PASSWORD, ("bad_username", "username")),
        ("nguyễn", "Lan", PASSWORD, ("bad_username", "username")),
        (".lan", "Lan", PASSWORD, ("bad_username", "username")),
        ("HOA", "Lan", PASSWORD, ("username_taken", "username")),
        ("lan", " ", PASSWORD, ("no_name", "name")),
        ("lan", "Lan", "ngan", ("weak_password", "password")),
        ("nguyenthilan", "Lan", "nguyenthilan", ("weak_password", "password")),
    ],
)
def test_create_user_refuses(username: str, name: str, password: str, refused: tuple[str, str]) -> None:
    create("hoa")
    assert refusal(lambda: create(username, name, password)) == refused
    assert db.session.scalars(select(User.username)).all() == ["hoa"]


def test_hashes_of_the_service_are_slow_and_of_the_tests_fast() -> None:
    slow, fast = (extract_parameters(accounts.hash_password(PASSWORD, fast=fast)) for fast in (False, True))
    assert (slow.memory_cost, fast.memory_cost) == (65536, 8)


def test_the_first_administrator_is_the_first_account_only() -> None:
    assert not accounts.has_users()
    user = accounts.create_first_administrator("admin", "Quản trị", PASSWORD, now=NOW, fast=True)
    assert accounts.has_users()
    assert [grant.role for grant in user.grants] == ["administrator"]
    again = refusal(lambda: accounts.create_first_administrator("admin2", "Quản trị", PASSWORD, now=NOW, fast=True))
    assert again == ("not_first", None)


def test_sign_in_with_the_right_password_whatever_the_keyboard_composed() -> None:
    user = create(password="Đường về quê mẹ")
    answer = attempt(" LAN ", unicodedata.normalize("NFD", "Đường về quê mẹ"))
    assert (answer.result, answer.user, answer.message) == ("ok", user, "")


def test_wrong_password_unknown_name_and_stopped_account_get_the_same_answer() -> None:
    create()
    stopped = create("hoa")
    stopped.active = False
    answers = [attempt(password="sai-mat-khau"), attempt("khong-co"), attempt("hoa")]
    assert [(answer.result, answer.user, answer.message) for answer in answers] == [("wrong", None, WRONG)] * 3


def test_every_attempt_that_was_looked_at_is_kept_without_the_name_typed() -> None:
    create()
    attempt(password="sai-mat-khau", address="10.0.0.9")
    attempt(minute=1)
    rows = db.session.scalars(select(SignInAttempt).order_by(SignInAttempt.id)).all()
    assert [(row.address, row.succeeded, row.at - NOW) for row in rows] == [
        ("10.0.0.9", False, timedelta()), ("10.0.0.1", True, timedelta(minutes=1)),
    ]  # fmt: skip
    assert {row.account for row in rows} == {SEALER.digest("sign_in", "lan")}


def test_five_failures_make_an_account_wait_until_the_first_is_a_quarter_old() -> None:
    create()
    assert [attempt(password="sai", minute=minute).result for minute in range(5)] == ["wrong"] * 5
    waiting = attempt(minute=5, address="10.0.0.2")
    assert (waiting.result, waiting.wait_minutes, waiting.user) == ("wait", 10, None)
    assert waiting.message == "Thử sai nhiều lần. Chờ 10 phút rồi đăng nhập lại."
    assert attempt(minute=14.5).wait_minutes == 1
    assert attempt(minute=15).result == "ok"


def test_an_attempt_while_waiting_does_not_make_the_wait_longer() -> None:
    create()
    for minute in (0, 0, 0, 0, 0, 5, 10, 14):
        attempt(password="sai", minute=minute)
    assert attempt(minute=15).result == "ok"


def test_signing_in_forgives_the_failures_before_it() -> None:
    create()
    for minute in (0, 1, 2, 3):
        attempt(password="sai", minute=minute)
    assert attempt(minute=4).result == "ok"
    assert [attempt(password="sai", minute=minute).result for minute in (5, 6, 7, 8, 9, 10)] == ["wrong"] * 5 + ["wait"]


def test_another_account_at_the_same_address_does_not_wait() -> None:
    create()
    create("hoa")
    for _ in range(6):
        attempt(password="sai")
    assert (attempt().result, attempt("hoa").result) == ("wait", "ok")


def test_an_address_waits_after_sixty_failures_so_that_a_hall_is_not_locked_out() -> None:
    create()
    for number in range(59):
        attempt(f"khong-co-{number}")
    assert attempt().result == "ok"
    attempt("khong-co-60", minute=1)
    assert (attempt(minute=2).result, attempt(minute=2).wait_minutes) == ("wait", 13)
    assert attempt(minute=2, address="10.0.0.2").result == "ok"
    assert attempt(minute=15).result == "ok"


def test_signing_in_renews_a_hash_made_with_other_costs() -> None:
    user = create()
    user.password_hash = old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert attempt(password="sai").result == "wrong" and user.password_hash == old
    assert attempt().result == "ok" and user.password_hash != old
    assert attempt().result == "ok"


def test_set_password_ends_other_sessions_and_writes_no_value() -> None:
    user = create()
    before = user.get_id()
    accounts.set_password(user, "mat-khau-moi-2", actor=ADMIN, now=NOW, fast=True)
    assert user.get_id() != before
    assert (attempt().result, attempt(password="mat-khau-moi-2").result) == ("wrong", "ok")
    assert audit_lines()[-1] == ("Quản trị thử", "set_password", {})
    assert refusal(lambda: accounts.set_password(user, "ngan", actor=ADMIN, now=NOW)) == ("weak_password", "password")


def test_edit_user_writes_the_difference_and_stopping_ends_the_sessions() -> None:
    user = create()
    session_before = user.get_id()
    accounts.edit_user(user, name="Trần Thị Lan", active=True, actor=ADMIN, now=NOW)
    assert (user.name, user.get_id()) == ("Trần Thị Lan", session_before)
    db.session.flush()
    accounts.edit_user(user, name="Trần Thị Lan", active=False, actor=ADMIN, now=NOW)
    assert user.get_id() != session_before
    db.session.flush()
    accounts.edit_user(user, name="Trần Thị Lan", active=False, actor=ADMIN, now=NOW)
    _, name, stop = [difference for _, _, difference in audit_lines()]
    assert (name, stop) == ({"name": ["Nguyễn Thị Lan", "Trần Thị Lan"]}, {"active": [True, False]})
    assert refusal(lambda: accounts.edit_user(user, name=" ", active=True, actor=ADMIN, now=NOW)) == ("no_name", "name")


def test_grant_role_keeps_only_what_the_role_is_granted_on() -> None:
    world, user = World(), create()
    for role in ("administrator", "viewer", "checkin_staff"):
        accounts.grant_role(user, role, world.district, world.congress, actor=ADMIN, now=NOW)
    assert [(grant.role, grant.unit_id, grant.congress_id) for grant in user.grants] == [
        ("administrator", None, None), ("viewer", world.district.id, None), ("checkin_staff", None, world.congress.id),
    ]  # fmt: skip
    assert [difference for _, action, difference in audit_lines() if action == "grant"] == [
        {"grant": [None, "Quản trị"]},
        {"grant": [None, "Người xem số liệu · Huyện Một"]},
        {"grant": [None, "Điểm danh · Hội nghị Huyện Một"]},
    ]


def test_grant_role_refuses_what_is_missing_or_there_already() -> None:
    world, user = World(), create()

    def grant(role: str, **where: object) -> tuple[str, str | None]:
        return refusal(lambda: accounts.grant_role(user, role, **where, actor=ADMIN, now=NOW))

    accounts.grant_role(user, "secretary", world.district, actor=ADMIN, now=NOW)
    assert grant("secretary", unit=world.district) == ("grant_twice", "role")
    assert grant("organiser") == ("grant_needs_unit", "unit")
    assert grant("organiser", congress=world.congress) == ("grant_needs_unit", "unit")
    assert grant("checkin_staff", unit=world.district) == ("grant_needs_congress", "congress")
    assert [(grant.role, grant.unit_id) for grant in user.grants] == [("secretary", world.district.id)]


def test_a_contact_is_granted_a_delegation_and_nothing_else() -> None:
    world, user = World(), create()
    one, two = (Delegation(congress_id=world.congress.id, name=f"xã {n}", folded=f"xa {n}", position=n) for n in (1, 2))
    db.session.add_all([one, two])
    db.session.flush()
    grant = accounts.grant_role(
        user, "delegation_contact", world.district, world.congress, delegation=one, actor=ADMIN, now=NOW
    )
    assert (grant.unit_id, grant.congress_id, grant.delegation_id) == (None, None, one.id)
    accounts.grant_role(user, "delegation_contact", delegation=two, actor=ADMIN, now=NOW)
    for given, refused in ((one, ("grant_twice", "role")), (None, ("grant_needs_delegation", "delegation"))):
        assert refusal(
            lambda given=given: accounts.grant_role(user, "delegation_contact", delegation=given, actor=ADMIN, now=NOW)
        ) == refused
    accounts.withdraw_grant(user.grants[1], actor=ADMIN, now=NOW)
    lines = db.session.execute(select(AuditEntry.congress_id, AuditEntry.difference).order_by(AuditEntry.id)).all()
    assert [tuple(line) for line in lines][1:] == [
        (world.congress.id, {"grant": [None, "Đầu mối đoàn · Đoàn xã 1, Hội nghị Huyện Một"]}),
        (world.congress.id, {"grant": [None, "Đầu mối đoàn · Đoàn xã 2, Hội nghị Huyện Một"]}),
        (world.congress.id, {"grant": ["Đầu mối đoàn · Đoàn xã 2, Hội nghị Huyện Một", None]}),
    ]


def test_withdraw_grant_takes_this_role_only() -> None:
    world, user = World(), create()
    for unit in (world.district, world.commune):
        accounts.grant_role(user, "secretary", unit, actor=ADMIN, now=NOW)
    accounts.withdraw_grant(user.grants[0], actor=ADMIN, now=NOW)
    db.session.flush()
    assert db.session.execute(select(Grant.role, Grant.unit_id)).all() == [("secretary", world.commune.id)]
    assert audit_lines()[-1] == ("Quản trị thử", "withdraw_grant", {"grant": ["Thư ký · Huyện Một", None]})


def test_the_last_active_administrator_keeps_role_and_account() -> None:
    boss, other = make_user("boss", "administrator"), make_user("other", "administrator")
    accounts.edit_user(other, name="Other", active=False, actor=ADMIN, now=NOW)
    last = ("last_administrator", None)
    assert refusal(lambda: accounts.edit_user(boss, name="Boss", active=False, actor=ADMIN, now=NOW)) == last
    assert refusal(lambda: accounts.withdraw_grant(boss.grants[0], actor=ADMIN, now=NOW)) == last
    assert (boss.active, [grant.role for grant in boss.grants]) == (True, ["administrator"])

    accounts.edit_user(other, name="Other", active=True, actor=ADMIN, now=NOW)
    accounts.withdraw_grant(boss.grants[0], actor=ADMIN, now=NOW)
    db.session.flush()
    assert refusal(lambda: accounts.withdraw_grant(other.grants[0], actor=ADMIN, now=NOW)) == last
    accounts.edit_user(boss, name="Boss", active=False, actor=ADMIN, now=NOW)
    assert not boss.active


def test_find_users_without_accents_in_any_order() -> None:
    for username, name in (("lan", "Nguyễn Thị Lan"), ("hoa.dang", "Đặng Thị Hoa"), ("binh", "Trần Văn Bình")):
        create(username, name)
    words = ("lan nguyen", "thị", "hoa.d", "dang", "x", "")
    assert {typed: [user.username for user in accounts.find_users(typed)] for typed in words} == {
        "lan nguyen": ["lan"], "thị": ["hoa.dang", "lan"], "hoa.d": ["hoa.dang"], "dang": ["hoa.dang"], "x": [],
        "": ["binh", "hoa.dang", "lan"],
    }  # fmt: skip
