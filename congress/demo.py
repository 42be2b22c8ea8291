"""`python3 run.py demo`: the sample province in a database of its own, made through the same operations as the pages.

Every step looks first whether what it makes is there, and commits by itself: an interrupted run is taken up where it
stopped, and a later run changes nothing but the day of today's congress.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import event, func, select

from . import ROOT
from .demo_congresses import make_sample, move_to, share_seats
from .demo_data import (
    ACCOUNTS,
    ASKED_AT,
    BA_BE,
    BANH_TRACH,
    CONGRESSES,
    CONTACT,
    HEALTH,
    PASSWORD,
    PLAN_OWNER,
    PRESET,
    TARGETS,
    TODAYS_UNIT,
    Account,
    Sample,
    todays_sample,
)
from .demo_door import open_doors
from .demo_work import fill_in_open, fill_register, open_party, send_party
from .documents.badges import BadgeFace, SheetHeading, print_badges
from .domain.access import ROLES, Actor
from .domain.refusals import Refused
from .domain.stages import LABELS, allows
from .domain.titles import VIETNAM
from .models import AllocationIssue, Congress, Delegate, Delegation, Exemplar, Gate, Plan, Unit, User, db
from .operations import accounts, badges, plans, presets, units
from .operations.scope import actor_of
from .start import HOST, CannotStart, add_address, address_of, bring_up, listen_as, open_app, say, serve
from .web.agenda import programme_pdf

SETTER_UP = Actor(None, "bản chạy thử", everything=True)
BADGES, PROGRAMME = "the-dai-bieu.pdf", "chuong-trinh.pdf"


def main(argv: list[str]) -> int:
    """Make the sample province where it is not there yet, say how to sign in, and serve unless told not to."""
    parser = argparse.ArgumentParser(prog="run.py demo", description="Chạy thử với dữ liệu mẫu của tỉnh Bắc Kạn.")
    parser.add_argument("--no-serve", action="store_true", help="chỉ tạo dữ liệu, không chạy dịch vụ")
    add_address(parser)
    options = parser.parse_args(argv)
    if options.no_serve:
        _make(f"http://{options.host or HOST}:{options.port}/ (chạy bằng: python3 run.py demo)")
        return 0
    with listen_as(options) as doors:
        app = _make(address_of(*doors))
        # An account made in these pages is a sample like the rest: it must not turn the demo away next time.
        event.listen(User, "before_insert", lambda _mapper, _connection, user: setattr(user, "is_sample", True))
        serve(app, *doors)
    return 0


def demo_folder() -> Path:
    """Where the demo keeps its database, its key and its papers."""
    return Path(os.environ.get("CONGRESS_INSTANCE") or ROOT / "instance").resolve() / "demo"


def _make(address: str) -> Flask:
    folder = demo_folder()
    app = open_app(INSTANCE_DIR=str(folder), SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'demo.sqlite3'}")
    bring_up(app)
    today = datetime.now(VIETNAM).date()
    with app.app_context():
        _refuse_real_users(folder)
        load_sample(today)
        is_new_day = move_todays(today)
        write_papers(folder, again=is_new_day)
        print(_notice(address, folder), flush=True)
        db.session.remove()
    return app


def _refuse_real_users(folder: Path) -> None:
    if db.session.scalar(select(User.id).where(User.is_sample.is_(False)).limit(1)):
        path = folder / "demo.sqlite3"
        raise CannotStart(f"{path} có tài khoản thật nên bản chạy thử không dùng: hãy chuyển tệp ấy đi chỗ khác rồi chạy lại.")


def load_sample(today: date) -> None:
    """Make what is missing of the sample province; `today` is Vietnam's date, for the congress of today."""
    steps = _missing(today)
    for number, make in enumerate(steps, 1):
        start = time.monotonic()
        try:
            done = make()
            db.session.commit()
        except Refused as refusal:  # a visitor took away what it builds on
            db.session.rollback()
            done = f"Không làm được: {refusal.message}"
        say(f"[{number}/{len(steps)}] {done} ({time.monotonic() - start:.1f} giây)")


def _missing(today: date) -> list[Callable[[], str]]:
    """The steps that are still to be taken, in order; each says what it made."""
    there = set(db.session.scalars(select(Unit.code).join(Congress, Congress.unit_id == Unit.id)))
    names = set(db.session.scalars(select(User.username)))
    steps: list[Callable[[], str]] = []
    if db.session.scalar(select(Plan.id).filter_by(code=PRESET)) is None:
        steps.append(_make_plan)
    if PLAN_OWNER.username not in names:
        steps.append(partial(_make_accounts, [PLAN_OWNER]))
    if db.session.scalar(select(Exemplar.id).limit(1)) is None:
        steps.append(_fill_register)
    samples = (*CONGRESSES, todays_sample(today))
    steps += [partial(_make_congress, sample, today) for sample in samples if sample.unit not in there]
    if db.session.scalar(select(AllocationIssue.id).limit(1)) is None:
        steps.append(_share_seats)
    if CONTACT.username not in names:
        steps.append(_ask_delegations)
    if db.session.scalar(select(Gate.id).limit(1)) is None:
        steps.append(_open_doors)
    known = {*names, PLAN_OWNER.username, CONTACT.username}
    if others := [account for account in ACCOUNTS if account.username not in known]:
        steps.append(partial(_make_accounts, others))
    return steps


def _make_plan() -> str:
    now = datetime.now(UTC)
    plan = presets.load_preset(presets.get_preset(PRESET), unit=None, actor=SETTER_UP, now=now)
    listed = presets.preset_units(PRESET)
    assert listed is not None
    for tier, targets in TARGETS.items():
        rules = presets.plan_data(plan)["tiers"][tier] | {"targets": targets}
        plans.put_tier(plan, tier, rules, actor=SETTER_UP, now=now)
    file_name, data = listed
    result = units.import_units(data, file_name, actor=SETTER_UP, now=now)
    return f"Kế hoạch của {plan.issuer}, {result.created + result.updated + result.unchanged} đơn vị"


def _make_accounts(wanted: list[Account]) -> str:
    for account in wanted:
        _make_account(account)
    return f"Tài khoản: {', '.join(account.username for account in wanted)}"


def _make_account(account: Account, delegation: Delegation | None = None) -> User:
    now = datetime.now(UTC)
    unit = db.session.scalars(select(Unit).filter_by(code=account.unit)).one() if account.unit else None
    congress = _congress_of(TODAYS_UNIT) if account.role == "checkin_staff" else None
    user = accounts.create_user(account.username, account.name, PASSWORD, actor=SETTER_UP, now=now)
    user.is_sample = True
    accounts.grant_role(user, account.role, unit, congress, delegation=delegation, actor=SETTER_UP, now=now)
    return user


def _fill_register() -> str:
    unit = fill_register(actor=_owner(), now=datetime.now(UTC))
    return f"Sổ điển hình tiên tiến của {unit}"


def _make_congress(sample: Sample, today: date) -> str:
    congress = make_sample(sample, actor=_owner(), today=today)
    people = db.session.scalar(select(func.count()).select_from(Delegate).filter_by(congress_id=congress.id))
    state = LABELS["postponed" if congress.postponed else congress.stage]
    return f"{congress.unit.name}: {people} đại biểu, {state[0].lower()}{state[1:]}"


def _share_seats() -> str:
    upper, lower = _congress_of(BA_BE), _congress_of(BANH_TRACH)
    share_seats(upper, lower, actor=_owner())
    return f"{upper.unit.name}: đã ban hành phân bổ; danh sách của {lower.unit.name} đã gửi lên"


def _ask_delegations() -> str:
    """Two delegations that fill in their own lists: one by a link, one by an account."""
    congress = _congress_of(HEALTH)
    send_party(congress, actor=_owner(), sealer=current_app.extensions["sealer"], now=ASKED_AT)
    delegation = open_party(congress, actor=_owner(), now=ASKED_AT)
    fill_in_open(delegation, actor=actor_of(_make_account(CONTACT, delegation)), now=ASKED_AT)
    return f"{congress.unit.name}: một đoàn đã gửi danh sách, một đoàn đang lập; tài khoản {CONTACT.username}"


def _open_doors() -> str:
    congress, sealer = _congress_of(TODAYS_UNIT), current_app.extensions["sealer"]
    return open_doors(congress, actor=_owner(), sealer=sealer, now=datetime.now(UTC))


def _owner() -> Actor:
    return actor_of(db.session.scalars(select(User).filter_by(username=PLAN_OWNER.username)).one())


def _congress_of(code: str) -> Congress:
    """The sample congress of a unit: its first, as a visitor may have made others."""
    query = select(Congress).join(Unit, Congress.unit_id == Unit.id).where(Unit.code == code)
    return db.session.scalars(query.order_by(Congress.id).limit(1)).one()


def move_todays(today: date) -> bool:
    """When another day has come, move today's congress to it; not where a visitor has held, cancelled or handed it in."""
    congress = _congress_of(TODAYS_UNIT)
    if congress.held_on == today or not allows(congress.stage, "edit"):
        return False
    move_to(congress, today, actor=_owner())
    db.session.commit()
    return True


def write_papers(folder: Path, *, again: bool = False) -> None:
    """Write the badges of today's congress and a programme where they are not there; `again` writes the badges anew."""
    if again or not (folder / BADGES).exists():
        _write(folder / BADGES, _badge_sheet)
    if not (folder / PROGRAMME).exists():
        _write(folder / PROGRAMME, _programme)


def _write(path: Path, make: Callable[[], bytes]) -> None:
    try:
        path.write_bytes(make())
        db.session.commit()
        say(f"Đã ghi {path}")
    except Refused as refusal:  # a visitor took away what would be printed
        db.session.rollback()
        say(f"Không ghi {path.name}: {refusal.message}")


def _badge_sheet() -> bytes:
    congress, sealer = _congress_of(TODAYS_UNIT), current_app.extensions["sealer"]
    faces = badges.start_print(congress, "all", actor=_owner(), sealer=sealer, now=datetime.now(UTC))
    heading = SheetHeading((congress.title1, congress.title2, congress.title3))
    return print_badges([BadgeFace(**face.printed_values()) for face in faces], heading)


def _programme() -> bytes:
    congress = _congress_of(BA_BE)
    return programme_pdf(congress, congress.sittings[0])


def _notice(address: str, folder: Path) -> str:
    rows = [("Vai trò", "Tên đăng nhập", "Mật khẩu", "Là ai")]
    rows += [(ROLES[account.role], account.username, PASSWORD, account.name) for account in ACCOUNTS]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    table = ["  " + "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]) for row in rows]
    return "\n".join(
        [
            "",
            "Bản chạy thử: tỉnh Bắc Kạn, kế hoạch năm 2024. Ngày họp trong kế hoạch nằm trong năm 2025.",
            _todays_line(),
            f"Địa chỉ:       {address}",
            f"Thẻ đại biểu:  {folder / BADGES}",
            f"Chương trình:  {folder / PROGRAMME}",
            "",
            *table,
            "",
        ]
    )


def _todays_line() -> str:
    congress = _congress_of(TODAYS_UNIT)
    day = f"họp ngày {congress.held_on:%d/%m/%Y}" if congress.held_on else "chưa có ngày"
    door = ", điểm danh đang mở" if congress.sittings[0].opened_by_hand else ""
    return f"Để thử cửa: hội nghị số {congress.id} của {congress.unit.name}, {day}{door}."
