"""`python3 run.py demo`: the sample province made once, kept for ever, and never in a database with real users."""

import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func

from congress.demo_data import ACCOUNTS, PASSWORD
from congress.domain.access import ROLES
from congress.domain.titles import VIETNAM
from congress.models import Congress, Delegate, User, db
from congress.operations import accounts
from congress.operations.accounts import describe
from tests.test_start import RUN, environment, run, serving

STATES = [
    ("Tỉnh Bắc Kạn", "draft", 0, 500),
    ("Thành phố Bắc Kạn", "submitted", 0, 300),
    ("Sở Y tế", "list_open", 98, 150),
    ("Huyện Ba Bể", "list_closed", 300, 300),
    ("Xã Bành Trạch", "list_open", 186, 200),
    ("Phường Sông Cầu", "draft", 0, 120),
    ("Xã Khang Ninh", "draft", 0, 150),
    ("Xã Bằng Thành", "list_open", 28, 100),
    ("Xã Mỹ Phương", "postponed", 0, 120),
    ("Xã Yến Dương", "cancelled", 0, 80),
    ("Xã Địa Linh", "held", 60, 60),
    ("Xã Quảng Khê", "reported", 40, 40),
    ("Sở Nội vụ", "list_closed", 120, 120),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], subprocess.CompletedProcess[str]]:
    """The demo's folder after a first run that was killed in the middle and a second one that took it up."""
    folder = tmp_path_factory.mktemp("thử nghiệm")
    command = [sys.executable, str(RUN), "demo", "--no-serve"]
    with subprocess.Popen(command, env=environment(folder), stderr=subprocess.PIPE, text=True, encoding="utf-8") as first:
        assert first.stderr is not None
        steps = []
        for line in first.stderr:
            steps.append(line.strip())
            if line.startswith("[5/"):
                first.kill()
                break
    return folder, steps, run(folder, "demo", "--no-serve")


@pytest.fixture
def folder(made: tuple[Path, list[str], object], tmp_path: Path) -> Path:
    """A copy of what the demo made, to change at will; its instance is the folder above."""
    shutil.copytree(made[0] / "demo", tmp_path / "demo")
    return tmp_path


@pytest.fixture
def opened(build_app: Callable[..., Flask]) -> Callable[[Path], object]:
    @contextmanager
    def open_demo(folder: Path) -> Iterator[Flask]:
        key = (folder / "demo" / "key").read_text()
        app = build_app(f"sqlite:///{folder / 'demo' / 'demo.sqlite3'}", INSTANCE_KEY=key, ARGON2_FAST=False)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    return open_demo


def test_a_first_run_taken_up_after_a_kill_makes_everything_once(made, opened) -> None:
    folder, first, second = made
    assert [line.split("]")[0] for line in first[1:]] == [f"[{number}/17" for number in range(1, 6)]
    assert second.returncode == 0
    left = second.stderr.splitlines()[1].split("]")[0]
    assert left in ("[1/12", "[1/11")  # the step in which it was killed may have been finished
    with opened(folder) as app:
        rows = app.test_cli_runner().invoke(args=["congress", "list"]).output.splitlines()
        by_unit = {c.id: c.unit.name for c in db.session.scalars(db.select(Congress))}
    found = []
    for number, _, state, people, _ in (row.split("\t") for row in rows):
        approved, planned = people.split("/")
        found.append((by_unit[int(number)], state, int(approved), int(planned)))
    assert found == STATES


def test_the_notice_says_where_it_is_and_how_each_role_signs_in(made) -> None:
    folder, _, answer = made
    said = answer.stdout.splitlines()
    assert said[1] == "Bản chạy thử: tỉnh Bắc Kạn, kế hoạch năm 2024. Ngày họp trong kế hoạch nằm trong năm 2025."
    today = datetime.now(VIETNAM).date()
    assert said[2] == f"Để thử cửa: hội nghị số 13 của Sở Nội vụ, họp ngày {today:%d/%m/%Y}, điểm danh đang mở."
    assert said[3].split()[2] == "http://127.0.0.1:8080/"
    table = [re.split(r"\s{2,}", line.strip()) for line in said[8:-1]]
    assert table == [[ROLES[a.role], a.username, PASSWORD, a.name] for a in ACCOUNTS]
    for name in ("the-dai-bieu.pdf", "chuong-trinh.pdf"):
        assert (folder / "demo" / name).read_bytes()[:5] == b"%PDF-"
        assert str(folder / "demo" / name) in answer.stdout


def test_every_account_signs_in_and_has_its_role(made, opened) -> None:
    with opened(made[0]) as app:
        now = datetime.now(VIETNAM)
        for account in ACCOUNTS:
            answer = accounts.sign_in(account.username, PASSWORD, address="::1", sealer=app.extensions["sealer"], now=now)
            assert answer.result == "ok" and answer.user is not None and answer.user.is_sample
        grants = {user.username: [describe(grant) for grant in user.grants] for user in db.session.scalars(db.select(User))}
        assert grants == {
            "quan-tri": ["Quản trị"],
            "so-noi-vu": ["Chủ kế hoạch · Tỉnh Bắc Kạn"],
            "ba-be": ["Đơn vị tổ chức · Huyện Ba Bể"],
            "banh-trach": ["Đơn vị tổ chức · Xã Bành Trạch"],
            "thu-ky-xa": ["Thư ký · Xã Bành Trạch"],
            "thu-ky-so": ["Thư ký · Sở Y tế"],
            "cua": ["Điểm danh · Hội nghị điển hình tiên tiến Sở Nội vụ"],
            "nguoi-xem": ["Người xem số liệu · Tỉnh Bắc Kạn"],
        }
        db.session.rollback()


def test_banh_trach_cannot_close_and_says_both_ways_out(made, opened) -> None:
    with opened(made[0]) as app:
        answer = app.test_cli_runner().invoke(args=["congress", "close", "5"])
    print(repr(answer.exception), answer.output)
    assert answer.exit_code == 1
    assert answer.stderr.strip() == "130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."


def test_a_later_run_changes_nothing(folder: Path, opened) -> None:
    with opened(folder):
        delegate = db.session.scalars(db.select(Delegate).filter_by(congress_id=5)).first()
        delegate.state = "withdrawn"
        changed = delegate.id
        db.session.commit()
        before = row_counts()
    papers = {path: path.stat().st_mtime_ns for path in (folder / "demo").glob("*.pdf")}
    answer = run(folder, "demo", "--no-serve")
    assert (answer.returncode, answer.stderr) == (0, f"Cơ sở dữ liệu: {folder / 'demo' / 'demo.sqlite3'}\n")
    assert {path: path.stat().st_mtime_ns for path in (folder / "demo").glob("*.pdf")} == papers
    with opened(folder):
        assert row_counts() == before
        assert db.session.get(Delegate, changed).state == "withdrawn"


def row_counts() -> dict[str, int]:
    return {table.name: db.session.scalar(db.select(func.count()).select_from(table)) for table in db.metadata.sorted_tables}


def test_on_another_day_the_congress_of_today_moves_along(folder: Path, opened) -> None:
    today = datetime.now(VIETNAM).date()
    with opened(folder):
        congress = db.session.get(Congress, 13)
        congress.held_on = today - timedelta(days=1)
        congress.sittings[0].starts_at -= timedelta(days=1)
        congress.sittings[0].opened_by_hand = None
        db.session.commit()
        before = row_counts()
    assert run(folder, "demo", "--no-serve").returncode == 0
    with opened(folder):
        congress = db.session.get(Congress, 13)
        sitting = congress.sittings[0]
        assert (congress.held_on, congress.date_reason, sitting.opened_by_hand) == (today, "Bản chạy thử", True)
        assert sitting.starts_at.astimezone(VIETNAM) == datetime(today.year, today.month, today.day, 7, 30, tzinfo=VIETNAM)
        assert {**row_counts(), "audit_entry": 0, "print_batch": 0} == {**before, "audit_entry": 0, "print_batch": 0}


def test_a_congress_of_today_that_was_held_stays_on_its_day(folder: Path, opened) -> None:
    yesterday = datetime.now(VIETNAM).date() - timedelta(days=1)
    with opened(folder):
        congress = db.session.get(Congress, 13)
        congress.held_on, congress.stage = yesterday, "held"
        db.session.commit()
    answer = run(folder, "demo", "--no-serve")
    assert f"hội nghị số 13 của Sở Nội vụ, họp ngày {yesterday:%d/%m/%Y}" in answer.stdout
    assert answer.returncode == 0


def test_a_database_with_real_users_is_refused(folder: Path, opened) -> None:
    with opened(folder):
        db.session.scalars(db.select(User).filter_by(username="quan-tri")).one().is_sample = False
        db.session.commit()
        before = row_counts()
    (folder / "demo" / "the-dai-bieu.pdf").unlink()
    answer = run(folder, "demo", "--no-serve")
    path = folder / "demo" / "demo.sqlite3"
    assert answer.stderr.splitlines()[1:] == [
        f"{path} có tài khoản thật nên bản chạy thử không dùng: hãy chuyển tệp ấy đi chỗ khác rồi chạy lại."
    ]
    assert (answer.returncode, answer.stdout) == (1, "")
    with opened(folder):
        assert row_counts() == before


def test_an_account_made_in_the_demo_is_a_sample_too(folder: Path, opened) -> None:
    with serving(folder, "demo") as (_, address, _):
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        send(browser, f"{address}sign-in", username="quan-tri", password=PASSWORD)
        send(browser, f"{address}accounts/new", username="nguoi-moi", name="Người Mới", password="mot-cau-kha-dai")
    with opened(folder):
        assert db.session.scalars(db.select(User.is_sample).filter_by(username="nguoi-moi")).all() == [True]
    assert run(folder, "demo", "--no-serve").returncode == 0


def send(browser: urllib.request.OpenerDirector, url: str, **fields: str) -> None:
    """Fill in the form at an address and send it."""
    page = browser.open(url, timeout=20).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    browser.open(url, urllib.parse.urlencode({"csrf_token": token[1], **fields}).encode(), timeout=20).close()
