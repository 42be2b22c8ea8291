"""`python3 run.py demo`: the sample province made once, kept for ever, and never in a database with real users."""

import io
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func

from congress.demo_data import ACCOUNTS, PASSWORD, PRESET
from congress.domain.access import COMMAND_LINE, ROLES
from congress.domain.report_figures import TITLES
from congress.domain.structure import absent_peoples, absent_religions
from congress.domain.titles import VIETNAM
from congress.models import (
    Attendance,
    AuditEntry,
    Congress,
    Delegate,
    DelegateReport,
    Delegation,
    DoorNotice,
    Exemplar,
    Gate,
    Photo,
    PlanTier,
    ScanConflict,
    Substitution,
    User,
    db,
)
from congress.operations import accounts, delegations, duplicates, exemplars, presets, reports, structure, suggestions
from congress.operations.accounts import describe
from tests.pages import PageClient
from tests.test_start import RUN, environment, run, serving

STATES = [
    ("Tỉnh Bắc Kạn", "draft", 0, 500),
    ("Thành phố Bắc Kạn", "submitted", 0, 300),
    ("Sở Y tế", "list_open", 98, 150),
    ("Huyện Ba Bể", "list_closed", 300, 300),
    ("Xã Bành Trạch", "list_open", 186, 200),
    ("Phường Sông Cầu", "draft", 0, 120),
    ("Xã Khang Ninh", "list_open", 0, 60),
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
    assert [line.split("]")[0] for line in first[1:]] == [f"[{number}/20" for number in range(1, 6)]
    assert second.returncode == 0
    left = second.stderr.splitlines()[1].split("]")[0]
    assert left in ("[1/15", "[1/14")  # the step in which it was killed may have been finished
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
            "dau-moi": ["Đầu mối đoàn · Đoàn Trung tâm Y tế huyện Ba Bể, Hội nghị điển hình tiên tiến Sở Y tế"],
            "nguoi-xem": ["Người xem số liệu · Tỉnh Bắc Kạn"],
        }
        db.session.rollback()


def test_banh_trach_cannot_close_and_says_both_ways_out(made, opened) -> None:
    with opened(made[0]) as app:
        answer = app.test_cli_runner().invoke(args=["congress", "close", "5"])
    assert answer.exit_code == 1
    assert answer.stderr.strip() == "130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."


# ---- what was done on the lists ----------------------------------------------------------------------------------------


def test_the_plan_has_targets_that_the_preset_does_not_state(made, opened) -> None:
    assert [tier.targets for tier in presets.get_preset(PRESET).tiers] == [(), (), (), ()]
    with opened(made[0]):
        tiers = db.session.scalars(db.select(PlanTier).order_by(PlanTier.position))
        assert {tier.code: [tuple(target.values()) for target in tier.targets] for tier in tiers} == {
            "commune": [("women", 30), ("minority", 50), ("young", 20)],
            "department": [],
            "district": [("women", 30), ("young", 15), ("direct_labour", 20)],
            "province": [],
        }


@pytest.mark.parametrize(
    ("number", "pairs"),
    [
        (3, []),
        (4, []),
        (5, [("Phạm Công Huy", 5), ("Liêu Quang Lâm", 11), ("Trần Thị Ngọc Thảo", 7)]),
        (8, []),
        (12, []),
        (13, []),
    ],
)
def test_only_a_few_people_look_like_somebody_else(made, opened, number: int, pairs: list[tuple[str, int]]) -> None:
    with opened(made[0]):
        found = duplicates.find_duplicates(db.session.get(Congress, number), actor=COMMAND_LINE)
        assert [(pair.right.name, pair.right.congress_id) for pair in found] == pairs


def test_no_two_people_made_for_the_demo_share_a_name(made, opened) -> None:
    with opened(made[0]):
        query = db.select(Delegate.folded).where(Delegate.congress_id.in_((7, 8, 11, 12, 13)), Delegate.merged_into_id.is_(None))
        names = db.session.scalars(query).all()
        assert len(set(names)) == len(names) == 90 + 70 + 60 + 40 + 126


def test_banh_trach_lacks_one_of_its_peoples(made, opened) -> None:
    with opened(made[0]):
        congress = db.session.get(Congress, 5)
        assert congress.declared_peoples == ["Kinh", "Tày", "Hoa", "Nùng", "Mông", "Dao"]
        assert congress.declared_religions == ["Phật giáo", "Tin lành"]
        people = structure.read_people(congress)
        assert absent_peoples(congress.declared_peoples, people) == ["Hoa"]
        assert absent_religions(congress.declared_religions, people) == []


def test_the_register_has_entries_and_people_point_to_them(made, opened) -> None:
    with opened(made[0]):
        kinds = Counter(db.session.scalars(db.select(Exemplar.kind)))
        assert kinds == {"individual": 7, "collective": 3, "household": 2}
        assert [exemplars.count_linked(db.session.get(Congress, number)) for number in (4, 5)] == [4, 3]


def test_two_delegations_fill_in_their_own_lists(made, opened) -> None:
    with opened(made[0]):
        lines = delegations.delegations_of(db.session.get(Congress, 3), now=datetime.now(VIETNAM))
        found = [(line.delegation.name, line.list_state, line.people) for line in lines]
        assert found == [
            ("Sở Y tế", "none", 138),
            ("Trung tâm Y tế huyện Chợ Đồn", "sent", 4),
            ("Trung tâm Y tế huyện Ba Bể", "waiting", 3),
        ]
        for delegation in (line.delegation for line in lines[1:]):
            assert all((delegation.head, delegation.deputy, delegation.contact_name, delegation.arrives_at))
        blank = [person.name for person in delegations.people_of(lines[2].delegation) if person.born is None]
        assert blank == ["Vi Viết Chấn"]


def test_the_contact_signs_in_and_sees_their_delegation_only(folder: Path, opened) -> None:
    with opened(folder) as app:
        own, other = (
            db.session.scalars(db.select(Delegation.id).filter_by(name=f"Trung tâm Y tế huyện {district}")).one()
            for district in ("Ba Bể", "Chợ Đồn")
        )
        browser = PageClient(app)
        browser.submit(browser.get("/sign-in"), {"username": "dau-moi", "password": PASSWORD})
        assert browser.get("/", status=302).location == "/portal"
        assert browser.get("/portal", status=302).location == f"/portal/{own}"
        assert "Vi Viết Chấn" in browser.get(f"/portal/{own}").text
        browser.get(f"/portal/{other}", status=404)
        browser.get("/congress/3", status=404)


def test_khang_ninh_has_more_ranked_candidates_than_seats(made, opened) -> None:
    with opened(made[0]):
        congress = db.session.get(Congress, 7)
        candidates = suggestions.candidates_of(congress)
        assert sorted(person.rank for person in candidates) == list(range(1, 91))
        assert suggestions.find_suggestion(congress) is None
        found = suggestions.suggest(suggestions.read_problem(congress, now=datetime.now(VIETNAM)))
        assert (len(found["chosen"]), found["shortfalls"]) == (60, {"people:Hoa": 1})


def test_one_person_was_replaced_and_one_report_is_frozen(made, opened) -> None:
    with opened(made[0]):
        [row] = db.session.scalars(db.select(Substitution)).all()
        assert (row.congress_id, row.number, row.new.number) == (13, 120, 120)
        assert (row.old.state, row.new.state) == ("withdrawn", "approved")
        [report] = db.session.scalars(db.select(DelegateReport)).all()
        figures, faults = reports.figures_of(report)
        assert (report.congress_id, report.title, figures.called, figures.base, faults) == (11, TITLES[0], 60, 55, [])


def test_the_first_twelve_of_today_have_photos(made, opened) -> None:
    with opened(made[0]):
        query = db.select(Delegate.congress_id, Delegate.number, Photo.jpeg).join(Photo).order_by(Delegate.number)
        rows = db.session.execute(query).all()
        assert [(row.congress_id, row.number) for row in rows] == [(13, number) for number in range(101, 113)]
        assert {Image.open(io.BytesIO(row.jpeg)).size for row in rows} == {(450, 600)}


# ---- runs after the first ----------------------------------------------------------------------------------------------


def test_what_a_visitor_put_in_the_way_of_a_step_is_told_and_passed_over(folder: Path, opened) -> None:
    """The contact is not there, and one of the delegations is."""
    with opened(folder):
        contact = db.session.scalars(db.select(User).filter_by(username="dau-moi")).one()
        db.session.execute(db.update(AuditEntry).values(user_id=None).where(AuditEntry.user_id == contact.id))
        db.session.delete(contact)
        db.session.commit()
        before = row_counts()
    answer = run(folder, "demo", "--no-serve")
    assert answer.returncode == 0
    refusal = "Đã có Đoàn Trung tâm Y tế huyện Chợ Đồn. Đặt tên khác, hoặc gộp hai đoàn."
    assert answer.stderr.splitlines()[1].split(" (")[0] == f"[1/1] Không làm được: {refusal}"
    with opened(folder):
        assert row_counts() == before


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


def test_today_s_door_is_open_with_people_in_and_one_scan_to_look_at(made, opened) -> None:
    with opened(made[0]):
        gates = db.session.scalars(db.select(Gate.name).order_by(Gate.id)).all()
        assert gates == ["Cửa chính", "Cửa phụ"]
        assert db.session.scalars(db.select(ScanConflict.code)).all() == ["already_in"]
        came = db.select(func.count()).select_from(Attendance).where(Attendance.device_name.startswith("Máy cửa"))
        assert db.session.scalar(came) == 31
        assert db.session.scalar(db.select(func.count()).select_from(DoorNotice)) == 3
