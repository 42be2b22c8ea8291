"""The live board read from both databases: who counts where, several sittings, exits, and always five queries."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from congress.domain.board import NO_DELEGATION, Party
from congress.domain.names import fold, sort_key
from congress.models import Attendance, Congress, Delegate, Delegation, Scan, Sitting, db
from congress.operations.board import LiveBoard, read_live_board
from congress.operations.checkin import Asked, ScanSource, record_scan
from tests.web.contract import counted
from tests.world import World, make_delegate

CLOCK = timedelta(minutes=12)  # after the start


class Hall(World):
    """The first district's congress with three people expected, twelve minutes after its start at half past seven."""

    def __init__(self) -> None:
        super().__init__()
        self.sitting = self.congress.sittings[0]
        assert self.sitting.starts_at
        self.start: datetime = self.sitting.starts_at
        self.now = self.start + CLOCK
        self.health, self.youth = self.party("Sở Y tế", 2), self.party("Đoàn Thanh niên", 1)
        self.dao = self.person("Nông Thị Đào", delegation=self.health)
        self.binh = self.person("Đàm Văn Bình", "guest", delegation=self.health)
        self.an = self.person("Lò Văn An", "leader")
        db.session.commit()

    def party(self, name: str, position: int) -> Delegation:
        row = Delegation(congress_id=self.congress.id, name=name, folded=fold(name), position=position)
        db.session.add(row)
        db.session.flush()
        return row

    def person(self, name: str, group: str = "exemplar", state: str = "approved", **more: Any) -> Delegate:
        row = make_delegate(more.pop("congress", self.congress), name, group, state, **more)
        row.folded, row.sort_key = fold(name), sort_key(name)
        return row

    def sitting_of(self, congress: Congress, **more: Any) -> Sitting:
        row = Sitting(congress_id=congress.id, **{"name": "Phiên trù bị", "kind": "preparatory", "opened_by_hand": True, **more})
        db.session.add(row)
        db.session.flush()
        db.session.expire(congress, ["sittings"])
        return row

    def enter(self, person: Delegate, *, sitting: Sitting | None = None, minutes: int = -10, **more: Any) -> None:
        """Somebody comes in so many minutes after the start."""
        place, at = sitting or self.sitting, self.start + timedelta(minutes=minutes)
        scan = Scan(
            sitting_id=place.id, device="device:1", nonce=f"{person.id}-{place.id}", how="token", delegate_id=person.id,
            result="ok", code="in", answer={"message": "", "first": None}, actor_name="x", happened_at=at, received_at=at,
        )  # fmt: skip
        db.session.add(scan)
        db.session.flush()
        values = {"gate": "Cửa 1", **more}
        db.session.add(Attendance(delegate_id=person.id, sitting_id=place.id, scan_id=scan.id, at=at, **values))
        db.session.commit()

    def read(self, sitting: Sitting | None = None, **more: Any) -> LiveBoard:
        return read_live_board(self.congress.id, (sitting or self.sitting).id, **{"now": self.now, **more})


@pytest.fixture
def hall(session: Any) -> Hall:
    return Hall()


def figures(live: LiveBoard) -> tuple[int, int, int, int]:
    """(present, inside, expected, outside)."""
    whole = live.board.whole
    return whole.present, whole.inside, whole.expected, live.board.outside


def test_only_approved_people_of_the_list_count_and_others_apart(hall: Hall) -> None:
    reserve = hall.person("Dự", state="reserve")
    hall.person("Đề", state="proposed")
    walk_in = hall.person("Khách", "guest", "approved", walk_in=True)
    gone = hall.person("Rút", state="withdrawn")
    hall.person("Nơi khác", congress=hall.other_congress)
    for person in (hall.dao, reserve, walk_in, gone):
        hall.enter(person)
    assert figures(hall.read()) == (1, 1, 3, 3)


def test_parts_in_the_plans_order_and_the_names_of_the_missing(hall: Hall) -> None:
    hall.binh.coming = False
    hall.person("Lò Thị Ánh", delegation=hall.health)
    hall.person("Phục vụ", "staff")
    hall.enter(hall.dao, gate="Cửa chính")
    hall.enter(hall.an, gate="")
    board = hall.read().board
    assert [(t.label, t.present, t.expected) for t in board.components] == [
        ("Lãnh đạo các cấp, các ngành", 1, 1), ("Khách mời", 0, 1), ("Điển hình tiên tiến", 1, 2), ("Ban Tổ chức, phục vụ", 0, 1),
    ]  # fmt: skip
    assert [(code, t.present, t.expected) for code, t in board.sides.items()] == [
        ("honoured", 1, 2), ("invited", 1, 2), ("uncounted", 0, 1)
    ]  # fmt: skip
    assert [(line.party.label, line.tally.present, line.tally.expected) for line in board.parties] == [
        ("Đoàn Sở Y tế", 1, 3), (NO_DELEGATION, 1, 2),
    ]  # fmt: skip
    assert [(p.name, p.declined) for p in board.parties[0].absent] == [("Lò Thị Ánh", False), ("Đàm Văn Bình", True)]
    assert [(t.label, t.present) for t in board.gates] == [("Cửa chính", 1), ("Không ghi cửa", 1)]
    assert board.curve is not None and (board.curve.totals[-1], board.curve.by_start) == (2, 2)


def test_whom_to_call_is_the_contact_or_else_the_head(hall: Hall) -> None:
    hall.health.head, hall.dao.phone = hall.dao, "0900999111"
    chief = hall.person("Vi Văn Bí", delegation=hall.youth, phone="0900999222")
    hall.youth.head_id, hall.youth.contact_name, hall.youth.contact_phone = chief.id, "Nguyễn Văn A", "0912345678"
    db.session.commit()
    assert [line.party for line in hall.read(with_phones=True).board.parties] == [
        Party(hall.youth.id, "Đoàn Thanh niên", "Nguyễn Văn A", "0912345678"),
        Party(hall.health.id, "Đoàn Sở Y tế", "Trưởng đoàn Nông Thị Đào", "0900999111"),
        Party(0, NO_DELEGATION),
    ]
    assert [(line.party.contact, line.party.phone) for line in hall.read().board.parties] == [
        ("Nguyễn Văn A", ""), ("Trưởng đoàn Nông Thị Đào", ""), ("", "")
    ]  # fmt: skip
    hall.dao.state = "withdrawn"
    hall.youth.contact_name = ""
    db.session.commit()
    assert [(line.party.contact, line.party.phone) for line in hall.read(with_phones=True).board.parties[:2]] == [
        ("", "0912345678"), ("", "")
    ]  # fmt: skip


def test_without_leave_no_telephone_number_is_read(hall: Hall) -> None:
    with counted() as statements:
        hall.read()
        hall.read(delegates_only=True)
    assert not [text for text in statements if "phone" in text]


def test_the_hall_is_told_of_delegates_only(hall: Hall) -> None:
    staff = hall.person("Phục vụ", "staff")
    hall.enter(staff)
    hall.enter(hall.dao)
    assert figures(hall.read()) == (2, 2, 4, 0)
    shown = hall.read(delegates_only=True)
    assert figures(shown) == (1, 1, 3, 0)
    assert "uncounted" not in shown.board.sides and shown.board.whole.present == shown.board.called.present


def test_whoever_left_was_there_and_is_not_inside(hall: Hall) -> None:
    hall.enter(hall.dao, left_at=hall.now)
    hall.enter(hall.binh)
    assert figures(hall.read()) == (2, 1, 3, 0)


def test_exits_scanned_at_the_door_show_on_the_board(hall: Hall, app: Flask) -> None:
    source = ScanSource(device="device:1", gate="Cửa 1", operator="Lan")
    given = {"congress": hall.congress, "sitting": hall.sitting, "sealer": app.extensions["sealer"], "source": source}
    seen = []
    for nonce, kind in enumerate(("entry", "exit", "entry")):
        moment = hall.start + timedelta(minutes=nonce)
        record_scan(asked=Asked("name", hall.dao.id), nonce=str(nonce), kind=kind, now=moment, **given)
        seen.append(figures(hall.read()))
    assert seen == [(1, 1, 3, 0), (1, 0, 3, 0), (1, 1, 3, 0)]


@pytest.mark.parametrize(("exit_after", "over_at"), [(None, 16.5), (2, 2)])
def test_after_the_automatic_exit_nobody_is_inside(hall: Hall, exit_after: float | None, over_at: float) -> None:
    """As set, else the midnight in Vietnam after the sitting's start, half past seven."""
    hall.sitting.auto_exit_at = hall.start + timedelta(hours=exit_after) if exit_after else None
    hall.sitting.opened_by_hand = True
    hall.enter(hall.dao)
    hall.enter(hall.person("Khách", state="reserve"))
    end = hall.start + timedelta(hours=over_at)
    before, after = (hall.read(now=moment) for moment in (end - timedelta(seconds=1), end))
    assert (figures(before), before.inside_anywhere, before.open_sittings) == ((1, 1, 3, 1), 2, 1)
    assert (figures(after), after.inside_anywhere, after.open_sittings) == ((1, 0, 3, 1), 0, 0)


def test_somebody_in_two_open_sittings_is_one_person_inside(hall: Hall) -> None:
    second = hall.sitting_of(hall.congress)
    shut = hall.sitting_of(hall.congress, name="Ăn trưa", kind="lunch", opened_by_hand=False)
    beside = hall.sitting_of(hall.other_congress)
    hall.enter(hall.dao)
    hall.enter(hall.dao, sitting=second)
    hall.enter(hall.binh, sitting=second)
    hall.enter(hall.an, sitting=second, left_at=hall.now)
    hall.enter(hall.an, sitting=shut)
    hall.enter(hall.person("Nơi khác", congress=hall.other_congress), sitting=beside)
    first, other = hall.read(), hall.read(second)
    assert (figures(first), first.sitting) == ((1, 1, 3, 0), "Buổi chính")
    assert (figures(other), other.sitting) == ((3, 2, 3, 0), "Phiên trù bị")
    assert [(live.open_sittings, live.inside_anywhere) for live in (first, other)] == [(2, 2)] * 2


def test_the_ratio_of_those_present_is_told_beside_the_plans(hall: Hall) -> None:
    hall.enter(hall.dao)
    meter = hall.read().meter
    assert (meter.honoured, meter.invited, meter.planned, meter.mark) == (1, 0, 3, 0.7)


def test_as_many_queries_for_many_people_as_for_few(hall: Hall) -> None:
    counts, ids = [], (hall.congress.id, hall.sitting.id)
    for size in (1, 3):
        for n in range(size):
            party = hall.party(f"Xã {size}{n}", 3)
            hall.enter(hall.person(f"Người {size}{n}", delegation=party))
            party.head_id = hall.person(f"Trưởng {size}{n}", delegation=party).id
            hall.sitting_of(hall.congress, name=f"Buổi {size}{n}")
        db.session.commit()
        db.session.expire_all()
        with counted() as statements:
            read_live_board(*ids, with_phones=True, now=hall.now)
        counts.append(len([text for text in statements if text.startswith("SELECT")]))
    assert counts == [5, 5]
