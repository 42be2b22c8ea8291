"""The running order on both databases: made from the plan, changed item by item, timed, printed."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from congress.cli.agenda import group
from congress.domain.access import Actor
from congress.domain.refusals import Refused, Violation
from congress.domain.stages import ALLOWS, allows
from congress.models import AgendaItem, AuditEntry, Sitting, db
from congress.operations import agenda
from congress.operations.agenda import AgendaState, ItemValues, SheetLine
from tests.world import NOW, World, actor_for

OPENING = "Tuyên bố lý do, giới thiệu đại biểu và khai mạc"
REPORT = "Báo cáo tổng kết phong trào thi đua"
EXCHANGE = "Giao lưu với các điển hình tiên tiến"
CLOSING = "Tổng kết và bế mạc"
REQUIRED = ["Chào cờ", OPENING, REPORT, CLOSING]


class Programme(World):
    """The province with an organiser of the first district and its congress's only sitting."""

    def __init__(self) -> None:
        super().__init__()
        self.sitting = self.congress.sittings[0]
        self.by: dict[str, Any] = {"actor": actor_for("organiser", unit=self.district), "now": NOW}

    def create(self, **more: Any) -> list[int]:
        """Fill the sitting; the items' ids."""
        return [item.id for item in agenda.create_agenda(self.sitting, **self.by, **more)]

    def titles(self) -> list[str]:
        """The titles as they are stored."""
        db.session.commit()
        return [item.title for item in self.sitting.items]

    def state(self) -> AgendaState:
        return agenda.agenda_state(self.congress)


@pytest.fixture
def world(session: Any) -> Programme:
    return Programme()


def refusal(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code, caught.value.field


def audits() -> list[tuple[str, dict[str, Any]]]:
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("agenda.")).order_by(AuditEntry.id))
    return [(row.action, row.difference) for row in rows]


# ---- made from the plan ------------------------------------------------------------------------------------------------


def test_the_plan_s_required_items_fill_an_empty_sitting(world: Programme) -> None:
    world.create()
    assert world.titles() == REQUIRED
    assert [(i.position, i.programme_code, i.minutes) for i in world.sitting.items] == [
        (1, "flag_salute", 5), (2, "opening", 10), (3, "report", 30), (4, "closing", 10),
    ]  # fmt: skip
    assert world.state() == AgendaState(4, 55, [])
    assert audits() == [("agenda.create", {"items": 4})]


def test_optional_items_come_when_they_are_asked_for(world: Programme) -> None:
    world.create(with_optional=True)
    assert world.titles() == ["Chào cờ", OPENING, REPORT, EXCHANGE, CLOSING]


def test_an_item_for_another_form_is_left_out(world: Programme) -> None:
    agenda.create_agenda(world.lower_congress.sittings[0], **world.by)
    assert [item.title for item in world.lower_congress.sittings[0].items] == [OPENING, REPORT, CLOSING]
    assert agenda.agenda_state(world.lower_congress).violations == []


def test_a_sitting_is_filled_once(world: Programme) -> None:
    world.create()
    assert refusal(world.create) == ("has_items", None)
    assert world.titles() == REQUIRED


def test_a_plan_without_a_programme_fills_nothing(world: Programme) -> None:
    world.plan.programme.clear()
    assert refusal(world.create) == ("no_programme", None)


# ---- changed item by item ----------------------------------------------------------------------------------------------


def test_an_item_of_one_s_own_goes_before_the_closing_or_where_it_is_told(world: Programme) -> None:
    world.create()
    agenda.add_item(world.sitting, ItemValues("Trao quà", 5), **world.by)
    agenda.add_item(world.sitting, ItemValues("Văn nghệ", 15, "Đội văn nghệ", "Ba tiết mục"), place=0, **world.by)
    agenda.add_item(world.sitting, ItemValues("Chụp ảnh", 5), place=99, **world.by)
    assert world.titles() == ["Văn nghệ", "Chào cờ", OPENING, REPORT, "Trao quà", CLOSING, "Chụp ảnh"]
    assert [item.position for item in world.sitting.items] == [1, 2, 3, 4, 5, 6, 7]
    first = world.sitting.items[0]
    assert (first.programme_code, first.presenter, first.note) == (None, "Đội văn nghệ", "Ba tiết mục")
    assert world.state() == AgendaState(7, 80, [])
    agenda.add_item(world.sitting, ItemValues("Tiễn khách", 5), **world.by)
    assert world.titles()[-1] == "Tiễn khách"  # the closing no longer stands last


def test_a_missing_item_comes_to_its_place(world: Programme) -> None:
    ids = world.create()
    agenda.remove_item(world.sitting, ids[2], **world.by)
    assert world.state().violations == [Violation("missing_item", "block", {"title": REPORT, "code": "report"})]
    item = agenda.add_planned_item(world.sitting, "report", **world.by)
    assert (item.title, item.minutes, item.position) == (REPORT, 30, 3)
    assert world.titles() == REQUIRED
    agenda.add_planned_item(world.sitting, "exchange", **world.by)
    assert world.titles() == ["Chào cờ", OPENING, REPORT, EXCHANGE, CLOSING]
    assert agenda.missing_items(world.congress, world.sitting) == []


@pytest.mark.parametrize("code", ["report", "no-such", ""])
def test_what_is_there_or_not_of_the_plan_is_not_added(world: Programme, code: str) -> None:
    world.create()
    assert refusal(lambda: agenda.add_planned_item(world.sitting, code, **world.by)) == ("not_missing", None)


def test_an_item_for_another_form_cannot_be_added(world: Programme) -> None:
    sitting = world.lower_congress.sittings[0]
    assert refusal(lambda: agenda.add_planned_item(sitting, "flag_salute", **world.by)) == ("not_missing", None)


def test_editing_keeps_the_place_and_the_origin_and_writes_the_difference(world: Programme) -> None:
    ids = world.create()
    agenda.edit_item(world.sitting, ids[1], ItemValues("Khai mạc", 20, "Chủ tịch"), **world.by)
    agenda.edit_item(world.sitting, ids[1], ItemValues("Khai mạc", 20, "Chủ tịch"), **world.by)
    assert world.titles() == ["Chào cờ", "Khai mạc", REPORT, CLOSING]
    assert world.state() == AgendaState(4, 65, [])
    changed = {"title": [OPENING, "Khai mạc"], "presenter": ["", "Chủ tịch"], "minutes": [10, 20]}
    assert audits()[1:] == [("agenda.edit", changed)]


@pytest.mark.parametrize(
    ("title", "minutes", "field"), [("", 10, "title"), ("x" * 301, 10, "title"), ("Mục", -1, "minutes"), ("Mục", 601, "minutes")]
)
def test_a_faulty_item_is_refused(world: Programme, title: str, minutes: int, field: str) -> None:
    ids = world.create()
    assert refusal(lambda: agenda.add_item(world.sitting, ItemValues(title, minutes), **world.by)) == (field, field)
    assert refusal(lambda: agenda.edit_item(world.sitting, ids[0], ItemValues(title, minutes), **world.by)) == (field, field)


def test_removing_closes_the_gap(world: Programme) -> None:
    ids = world.create()
    agenda.remove_item(world.sitting, ids[0], **world.by)
    assert world.titles() == [OPENING, REPORT, CLOSING]
    assert [item.position for item in world.sitting.items] == [1, 2, 3]
    assert audits()[1:] == [("agenda.remove", {"title": ["Chào cờ", None]})]
    assert refusal(lambda: agenda.remove_item(world.sitting, ids[0], **world.by)) == ("no_item", None)


@pytest.mark.parametrize(
    ("source", "place", "order"),
    [
        (0, 2, [1, 2, 0, 3]),
        (3, 0, [3, 0, 1, 2]),
        (1, 2, [0, 2, 1, 3]),
        (1, 1, [0, 1, 2, 3]),
        (0, 99, [1, 2, 3, 0]),
        (2, -1, [2, 0, 1, 3]),
    ],
)
def test_an_item_moves_to_a_place(world: Programme, source: int, place: int, order: list[int]) -> None:
    ids = world.create()
    agenda.move_item(world.sitting, ids[source], place, **world.by)
    assert world.titles() == [REQUIRED[index] for index in order]
    assert [item.position for item in world.sitting.items] == [1, 2, 3, 4]
    now = order.index(source)
    assert audits()[1:] == ([] if now == source else [("agenda.move", {"position": [source + 1, now + 1]})])


def test_a_wrong_order_and_too_long_a_programme_warn(world: Programme) -> None:
    ids = world.create()
    agenda.move_item(world.sitting, ids[3], 0, **world.by)
    agenda.edit_item(world.sitting, ids[2], ItemValues(REPORT, 300), **world.by)
    assert world.state().violations == [
        Violation("wrong_order", "warn", {"title": CLOSING, "before": REPORT}),
        Violation("too_long", "warn", {"minutes": 325, "limit": 240, "over": 85}),
    ]


def test_an_item_of_another_sitting_is_not_touched(world: Programme) -> None:
    world.create()
    other = agenda.create_agenda(world.other_congress.sittings[0], **world.by)[0]
    for act in (
        lambda: agenda.get_item(world.sitting, other.id),
        lambda: agenda.move_item(world.sitting, other.id, 0, **world.by),
        lambda: agenda.remove_item(world.sitting, other.id, **world.by),
        lambda: agenda.edit_item(world.sitting, other.id, ItemValues("Mục", 5), **world.by),
    ):
        assert refusal(act) == ("no_item", None)
    assert (other.title, other.position) == ("Chào cờ", 1)
    assert agenda.find_sitting(world.congress, world.other_congress.sittings[0].id) is None
    assert agenda.find_sitting(world.congress, world.sitting.id) is world.sitting


def test_a_change_sees_what_others_did_before_it(world: Programme) -> None:
    ids = world.create()
    assert [item.position for item in world.sitting.items] == [1, 2, 3, 4]  # known to this session
    for item_id, position in zip(ids, (4, 3, 2, 1), strict=True):
        query = update(AgendaItem).where(AgendaItem.id == item_id).values(position=position)
        db.session.execute(query, execution_options={"synchronize_session": False})
    agenda.move_item(world.sitting, ids[3], 1, **world.by)
    assert world.titles() == [REPORT, CLOSING, OPENING, "Chào cờ"]


def test_the_stage_decides_whether_anything_changes(world: Programme) -> None:
    item_id = world.create()[0]
    acts: list[Callable[[], object]] = [
        lambda: agenda.create_agenda(world.sitting, **world.by),
        lambda: agenda.add_item(world.sitting, ItemValues("Mục", 5), **world.by),
        lambda: agenda.add_planned_item(world.sitting, "exchange", **world.by),
        lambda: agenda.edit_item(world.sitting, item_id, ItemValues("Mục", 5), **world.by),
        lambda: agenda.remove_item(world.sitting, item_id, **world.by),
        lambda: agenda.move_item(world.sitting, item_id, 2, **world.by),
        lambda: agenda.set_start(world.sitting, time(8), **world.by),
    ]
    closed = [stage for stage in ALLOWS if not allows(stage, "agenda")]
    assert closed == ["held", "reported", "cancelled"]
    for stage in closed:
        world.congress.stage = stage
        assert [refusal(act) for act in acts] == [("stage", None)] * 7
    assert world.titles() == REQUIRED


# ---- timed -------------------------------------------------------------------------------------------------------------


def test_times_follow_from_the_start(world: Programme) -> None:
    world.create()
    assert agenda.item_times(world.sitting) == [("07:30", "07:35"), ("07:35", "07:45"), ("07:45", "08:15"), ("08:15", "08:25")]
    agenda.edit_item(world.sitting, world.sitting.items[0].id, ItemValues("Chào cờ", 0), **world.by)
    agenda.set_start(world.sitting, time(23, 45), **world.by)
    assert agenda.item_times(world.sitting) == [("23:45", ""), ("23:45", "23:55"), ("23:55", "00:25"), ("00:25", "00:35")]


def test_the_start_moves_the_check_in_along(world: Programme) -> None:
    before = world.sitting.starts_at
    world.sitting.opens_at, world.sitting.closes_at = before - timedelta(hours=1), before + timedelta(hours=5)
    agenda.set_start(world.sitting, time(13, 15), **world.by)
    db.session.commit()
    assert world.sitting.starts_at == datetime(2025, 5, 20, 6, 15, tzinfo=UTC)
    assert world.sitting.opens_at == datetime(2025, 5, 20, 5, 15, tzinfo=UTC)
    assert world.sitting.closes_at == datetime(2025, 5, 20, 11, 15, tzinfo=UTC)
    assert [action for action, _ in audits()] == ["agenda.start"]


def test_the_first_start_takes_the_congress_s_day_and_leaves_the_door_to_its_rule(world: Programme) -> None:
    world.sitting.starts_at = None
    world.create()
    assert world.state().violations == [Violation("no_start", "warn")]
    assert agenda.item_times(world.sitting) == [("", "")] * 4
    agenda.set_start(world.sitting, time(5, 0), **world.by)  # the day before in UTC
    assert world.sitting.starts_at == datetime(2025, 5, 19, 22, 0, tzinfo=UTC)
    assert (world.sitting.opens_at, world.sitting.closes_at) == (None, None)
    agenda.set_start(world.sitting, time(7, 30), **world.by)
    assert world.sitting.starts_at == datetime(2025, 5, 20, 0, 30, tzinfo=UTC)


def test_a_congress_without_a_day_has_no_start(world: Programme) -> None:
    world.sitting.starts_at = world.congress.held_on = None
    assert refusal(lambda: agenda.set_start(world.sitting, time(8), **world.by)) == ("no_date", "start")


def test_only_the_main_sitting_is_held_against_the_plan(world: Programme) -> None:
    rehearsal = Sitting(congress=world.congress, kind="rehearsal", name="Tổng duyệt")
    db.session.add(rehearsal)
    db.session.flush()
    agenda.add_item(rehearsal, ItemValues("Chạy thử", 500), **world.by)
    world.create()
    assert world.state() == AgendaState(4, 55, [])
    assert {s.name: len(s.items) for s in agenda.sittings_of(world.congress)} == {"Buổi chính": 4, "Tổng duyệt": 1}


def test_the_state_takes_two_queries(world: Programme) -> None:
    world.create(with_optional=True)
    db.session.commit()
    assert world.congress.sittings and world.congress.tier.code and world.congress.plan.code  # loaded by whoever asks
    seen: list[str] = []
    count = lambda _c, _cursor, statement, *_more: seen.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        world.state()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert [statement.split()[0] for statement in seen if not statement.startswith("BEGIN")] == ["SELECT", "SELECT"]


# ---- printed -----------------------------------------------------------------------------------------------------------


def test_the_sheet_says_what_when_where_and_who(world: Programme) -> None:
    ids = world.create()
    world.congress.place = "Hội trường huyện"
    agenda.edit_item(world.sitting, ids[3], ItemValues(CLOSING, 10, "Chủ tịch", "Chụp ảnh"), **world.by)
    agenda.edit_item(world.sitting, ids[0], ItemValues("Chào cờ", 0), **world.by)
    sheet = agenda.agenda_sheet(world.congress, world.sitting)
    assert sheet.lines == ("Hội nghị Huyện Một", "Lần thứ VI", "ngày 20 tháng 3 năm 2025")
    assert (sheet.subtitle, sheet.place) == ("Chương trình", "Hội trường huyện")
    assert sheet.date_text == "Thời gian: 07:30 – 08:20, Thứ Ba, 20/05/2025"
    assert sheet.items == (
        SheetLine("07:30", "", "Chào cờ", "", ""),
        SheetLine("07:30", "07:40", OPENING, "", ""),
        SheetLine("07:40", "08:10", REPORT, "", ""),
        SheetLine("08:10", "08:20", CLOSING, "Chủ tịch", "Chụp ảnh"),
    )


def test_without_a_start_the_sheet_says_how_long_things_take(world: Programme) -> None:
    world.create()
    world.sitting.starts_at = None
    sheet = agenda.agenda_sheet(world.congress, world.sitting)
    assert sheet.date_text == ""
    assert [line.starts for line in sheet.items] == ["5 phút", "10 phút", "30 phút", "10 phút"]
    assert {line.ends for line in sheet.items} == {""}


def test_of_several_sittings_the_sheet_says_which(world: Programme) -> None:
    world.create()
    db.session.add(Sitting(congress=world.congress, kind="rehearsal", name="Tổng duyệt"))
    db.session.commit()
    assert agenda.agenda_sheet(world.congress, world.sitting).subtitle == "Chương trình Buổi chính"


def test_an_empty_programme_is_not_printed(world: Programme) -> None:
    assert refusal(lambda: agenda.agenda_sheet(world.congress, world.sitting)) == ("no_items", None)


def test_the_command_prints_the_main_sitting(app: Flask, world: Programme, tmp_path: Any) -> None:
    world.create()
    db.session.commit()
    out = tmp_path / "chuong-trinh.pdf"
    run = app.test_cli_runner().invoke
    good = run(group, ["print", "--congress", str(world.congress.id), "--out", str(out)])
    assert (good.exit_code, good.stdout) == (0, "")
    assert out.read_bytes()[:5] == b"%PDF-"
    empty = run(group, ["print", "--congress", str(world.other_congress.id), "--out", str(tmp_path / "none.pdf")])
    assert (empty.exit_code, (tmp_path / "none.pdf").exists()) == (1, False)
    assert empty.stderr == "Chưa có chương trình để in. Lập chương trình ở trang Chương trình của hội nghị.\n"
    assert run(group, ["print", "--congress", "1"]).exit_code == 2


def test_every_change_names_its_actor(world: Programme) -> None:
    ids = world.create()
    agenda.move_item(world.sitting, ids[0], 1, actor=Actor(None, "Thư ký Lan"), now=NOW)
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    found = [(row.action, row.actor_name, row.congress_id) for row in rows if row.action.startswith("agenda.")]
    assert found == [
        ("agenda.create", "organiser thử", world.congress.id),
        ("agenda.move", "Thư ký Lan", world.congress.id),
    ]
