"""`user create`: data to stdout, words to stderr, exit 0, 1 when the data refuses, 2 for a wrong call."""

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from congress.models import Grant, User, db
from congress.operations import accounts
from tests.world import PASSWORD, World


def run(app: Flask, *words: str, typed: str = "") -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=["user", "create", *words], input=typed)


def granted() -> list[tuple[str, str, int | None, int | None]]:
    db.session.rollback()
    query = select(User.username, Grant.role, Grant.unit_id, Grant.congress_id).join(Grant)
    return [tuple(row) for row in db.session.execute(query)]


@pytest.fixture
def world(session: object) -> World:
    return World()


def test_create_with_a_password_from_stdin(app: Flask, world: World) -> None:
    done = run(app, "Lan", "--name", "Lan", "--role", "organiser", "--unit", "H1", "--password-stdin", typed=f"{PASSWORD}\n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "Đã tạo tài khoản lan.\n")
    assert granted() == [("lan", "organiser", world.district.id, None)]
    assert accounts._matches(db.session.scalars(select(User.password_hash)).one(), PASSWORD, True)


def test_create_with_a_generated_password_prints_it(app: Flask, world: World) -> None:
    number = str(world.congress.id)
    done = run(app, "cua1", "--name", "Cửa 1", "--role", "checkin_staff", "--congress", number, "--generate")
    password = done.stdout.removesuffix("\n")
    assert (done.exit_code, len(password), done.stderr) == (0, 16, "Đã tạo tài khoản cua1.\n")
    assert granted() == [("cua1", "checkin_staff", None, world.congress.id)]
    assert accounts._matches(db.session.scalars(select(User.password_hash)).one(), password, True)


def test_create_asks_twice_for_a_password(app: Flask, world: World) -> None:
    done = run(app, "sep", "--name", "Sếp", "--role", "administrator", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert granted() == [("sep", "administrator", None, None)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--role", "organiser", "--unit", "H9"), "Không có đơn vị mã H9."),
        (("--role", "organiser"), "Chọn đơn vị cho vai trò Đơn vị tổ chức."),
        (("--role", "checkin_staff"), "Chọn hội nghị cho vai trò Điểm danh."),
        (("--role", "checkin_staff", "--congress", "999"), "Không có hội nghị số 999."),
    ],
)
def test_create_refuses_in_one_sentence_and_writes_nothing(
    app: Flask, world: World, words: tuple[str, ...], message: str
) -> None:
    done = run(app, "lan", "--name", "Lan", *words, "--generate")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", f"{message}\n")
    assert db.session.scalars(select(User)).all() == []


def test_create_refuses_a_weak_password(app: Flask, world: World) -> None:
    done = run(app, "lan", "--name", "Lan", "--role", "administrator", "--password-stdin", typed="ngan\n")
    assert (done.exit_code, done.stderr) == (1, "Mật khẩu ngắn quá. Cần ít nhất 10 ký tự.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("lan", "--role", "administrator", "--generate"),
        ("lan", "--name", "Lan", "--generate"),
        ("lan", "--name", "Lan", "--role", "king", "--generate"),
        ("lan", "--name", "Lan", "--role", "administrator", "--generate", "--password-stdin"),
    ],
)
def test_a_wrong_call_exits_2(app: Flask, world: World, words: tuple[str, ...]) -> None:
    assert run(app, *words).exit_code == 2
    assert db.session.scalars(select(User)).all() == []
