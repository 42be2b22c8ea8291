"""Delegate reports: frozen when made, numbered, the same for ever after."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from congress.domain.refusals import Refused
from congress.domain.report_figures import TITLES, read_report
from congress.domain.report_words import report_lines
from congress.models import AuditEntry, Delegate, DelegateReport, db
from congress.operations import reports
from tests.operations.test_structure import enter
from tests.world import NOW, World, actor_for, make_delegate

ACTOR = actor_for("organiser")


@pytest.fixture
def world(session: Any) -> World:
    """Two approved exemplars, one of them in; a guest proposed; somebody of the staff."""
    world = World()
    inside = make_delegate(
        world.congress, "Lò Văn A", state="approved", sex="male", born="1960", ethnic="Tày", unit_text="Xã Một", party=True
    )
    make_delegate(world.congress, "Lò Thị B", state="approved", sex="female", born="1990-02", absence_reason="ốm")
    make_delegate(world.congress, "Lò Văn C", "guest")
    make_delegate(world.congress, "Lò Văn D", "staff", "approved")
    enter(world.congress, inside)
    return world


def freeze(world: World, **more: Any) -> DelegateReport:
    given: dict[str, Any] = {"title": TITLES[0], "sitting": world.congress.sittings[0], "actor": ACTOR, "now": NOW, **more}
    row = reports.freeze_report(given.pop("congress", world.congress), **given)
    db.session.commit()
    return row


def words(row: DelegateReport) -> list[str]:
    return [line.text for line in report_lines(reports.figures_of(row)[0])]


def test_a_report_holds_the_figures_of_its_moment(world: World) -> None:
    row = freeze(world, closing="Đủ tư cách. \n Hết.")
    report, wrong = reports.figures_of(row)
    assert (row.number, row.title, row.actor_name, row.at, wrong) == (1, TITLES[0], "organiser thử", NOW, [])
    assert (report.planned, report.called, report.present, report.excused, report.whose, report.sitting, report.closing) == (
        10, 2, 1, 1, "approved", "Buổi chính", "Đủ tư cách. Hết.",
    )  # fmt: skip
    assert (report.congress, report.unit, report.form) == (
        "Hội nghị Huyện Một lần thứ VI", "Huyện Một", "Đại hội Thi đua yêu nước",
    )  # fmt: skip
    assert report.ages is not None
    assert (report.ages.mean, report.ages.oldest.people) == ("50,00", (("Lò Văn A", "Xã Một"),))
    assert words(row)[0].startswith("Tính đến 08 giờ 00 phút ngày 10 tháng 3 năm 2025, tình hình đại biểu dự Hội nghị Huyện Một")


def test_the_place_is_that_of_the_congress_own_title(world: World) -> None:
    assert reports.figures_of(freeze(world))[0].place == "Một"
    world.congress.title3 = "Bắc Kạn, ngày 20 tháng 5 năm 2025"
    assert reports.figures_of(freeze(world))[0].place == "Bắc Kạn"


def test_the_audit_keeps_the_fact_and_no_figure(world: World) -> None:
    row = freeze(world)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.subject_id, entry.congress_id, entry.difference) == (
        "reports.make", "delegate_report", row.id, world.congress.id, {"number": 1, "title": TITLES[0]},
    )  # fmt: skip


def test_a_frozen_report_stays_as_it_was(world: World) -> None:
    before = words(freeze(world))
    for delegate in db.session.scalars(select(Delegate)):
        delegate.name, delegate.sex, delegate.ethnic, delegate.born, delegate.state = "Khác", "female", "Dao", "2001", "withdrawn"
    world.congress.title1, world.congress.unit.name, world.plan.young_until = "Tên khác", "Huyện Khác", 20
    db.session.commit()
    assert words(reports.reports_of(world.congress)[0]) == before
    assert read_report(reports.reports_of(world.congress)[0].figures).group("sex").rows[0].count == 1


def test_reports_are_numbered_within_their_congress_and_listed_from_the_last(world: World) -> None:
    make_delegate(world.other_congress, "Lò Văn E", state="approved")
    rows = [freeze(world), freeze(world, now=NOW + timedelta(hours=1), title="Báo cáo của chúng tôi"), freeze(world)]
    other = freeze(world, congress=world.other_congress, sitting=None)
    assert ([row.number for row in rows], other.number) == ([1, 2, 3], 1)
    assert [row.id for row in reports.reports_of(world.congress)] == [rows[2].id, rows[1].id, rows[0].id]
    assert reports.find_report(world.congress, rows[1].id) is rows[1]
    assert reports.find_report(world.congress, other.id) is None
    assert "Có mặt: 0" not in " ".join(words(other))


def test_the_composition_may_be_that_of_those_present(world: World) -> None:
    report, _ = reports.figures_of(freeze(world, whose="present"))
    assert (report.base, [(row.label, row.count) for row in report.group("sex").rows]) == (
        1,
        [("Nam", 1), ("Chưa có thông tin", 0)],
    )


def test_names_are_left_out_when_asked(world: World) -> None:
    assert "Lò" not in str(freeze(world, names=False).figures)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "title", "own_title"),
        ({"title": "x" * 201}, "title", "own_title"),
        ({"whose": "listed"}, "report", None),
    ],
)
def test_what_cannot_be_reported_is_refused(world: World, changes: dict[str, Any], code: str, field: str | None) -> None:
    with pytest.raises(Refused) as refused:
        freeze(world, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert db.session.scalar(select(func.count(DelegateReport.id))) == 0


def test_a_sitting_of_another_congress_is_refused(world: World) -> None:
    with pytest.raises(Refused) as refused:
        freeze(world, sitting=world.other_congress.sittings[0])
    assert refused.value.code == "report"


def test_an_empty_list_and_an_empty_hall_have_nothing_to_report(world: World) -> None:
    with pytest.raises(Refused, match="Chưa duyệt đại biểu nào: chưa có gì để báo cáo."):
        freeze(world, congress=world.other_congress, sitting=None)
    make_delegate(world.other_congress, "Lò Văn E", state="approved")
    with pytest.raises(Refused) as refused:
        freeze(world, congress=world.other_congress, sitting=None, whose="present")
    assert (refused.value.code, refused.value.field) == ("nobody_in", "whose")


def test_a_report_takes_as_many_queries_for_one_as_for_many(world: World) -> None:
    def queries() -> int:
        db.session.commit()
        _ = world.congress.plan.components, world.congress.unit.name, world.congress.sittings[0].name
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        freeze(world)
        return len(seen)

    few = queries()
    for n in range(3):
        make_delegate(world.congress, f"Lò Văn {n}", state="approved")
    assert queries() == few
