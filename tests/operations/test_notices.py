"""What the door says of some people: to whom, in which order, and what becomes of it when a delegation goes."""

from typing import Any

import pytest
from sqlalchemy import select

from congress.domain.door_notices import MOST_NOTICES, TEXT_LENGTH
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Component, Delegate, Delegation, DoorNotice, db
from congress.operations import delegations, notices, plans
from congress.operations.notices import NoticeValues
from tests.web.contract import counted
from tests.world import NOW, World, actor_for, make_delegate


class Board(World):
    """The province; the first district's congress has three people, two of them of one delegation."""

    def __init__(self) -> None:
        super().__init__()
        self.by: dict[str, Any] = {"actor": actor_for("organiser", unit=self.district), "now": NOW}
        self.one, self.two = self.delegation("xã Một", 1), self.delegation("xã Hai", 2)
        self.head = make_delegate(self.congress, "Lò Văn Trưởng", "leader", "approved", delegation=self.one)
        self.member = make_delegate(self.congress, "Lò Thị Thành", "exemplar", "approved", delegation=self.one)
        self.alone = make_delegate(self.congress, "Lò Văn Lẻ", "exemplar", "approved")
        self.gone = make_delegate(self.congress, "Lò Thị Rút", "guest", "withdrawn", delegation=self.two)
        db.session.commit()

    def delegation(self, name: str, position: int) -> Delegation:
        row = Delegation(congress_id=self.congress.id, name=name, folded=name.lower(), position=position)
        db.session.add(row)
        db.session.flush()
        return row

    def component(self, code: str) -> Component:
        return next(c for c in self.plan.components if c.code == code)

    def add(self, text: str, kind: str = "notice", **whom: Any) -> DoorNotice:
        return notices.add_notice(self.congress, NoticeValues(kind, text, **whom), **self.by)

    def said(self, person: Delegate) -> tuple[list[str], list[str]]:
        board = notices.notices_for(person.congress_id)
        return board.of(component_id=person.component_id, delegation_id=person.delegation_id, number=person.number)

    def texts(self) -> list[str]:
        db.session.flush()
        db.session.expire_all()
        return list(db.session.scalars(select(DoorNotice.text).order_by(DoorNotice.position)))


@pytest.fixture
def world(session: Any) -> Board:
    return Board()


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as told:
        call(*arguments, **named)
    return told.value.code, told.value.field


def test_everybody_a_component_a_delegation_and_numbers(world: Board) -> None:
    world.add("Cặp tài liệu", "handout")
    world.add("Mời ngồi hàng đầu", component_id=world.component("leader").id)
    world.add("Xe đón ở cổng B", delegation_id=world.one.id)
    world.add("Lên khu chờ", numbers=(world.alone.number, world.member.number, 999))
    world.add("Phiếu ăn", "handout", component_id=world.component("leader").id)
    assert world.said(world.head) == (["Mời ngồi hàng đầu", "Xe đón ở cổng B"], ["Cặp tài liệu", "Phiếu ăn"])
    assert world.said(world.member) == (["Xe đón ở cổng B", "Lên khu chờ"], ["Cặp tài liệu"])
    assert world.said(world.alone) == (["Lên khu chờ"], ["Cặp tài liệu"])


def test_another_congress_says_nothing_of_it(world: Board) -> None:
    world.add("Cặp tài liệu", "handout")
    stranger = make_delegate(world.other_congress, "Người Huyện Khác", "leader", "approved")
    assert world.said(stranger) == ([], [])
    assert notices.find_notice(world.other_congress, db.session.scalars(select(DoorNotice.id)).one()) is None


def test_the_board_is_read_once_for_any_number_of_people(world: Board) -> None:
    for n in range(3):
        world.add(f"Lời {n}")
    db.session.flush()
    with counted() as statements:
        board = notices.notices_for(world.congress.id)
        for number in range(200):
            board.of(component_id=1, delegation_id=None, number=number)
    assert len(statements) == 1


def test_the_list_says_whom_each_reaches(world: Board) -> None:
    world.add("a")
    world.add("b", component_id=world.component("exemplar").id)
    world.add("c", delegation_id=world.one.id)
    world.add("d", numbers=(105, 106, 107, world.alone.number, world.gone.number))
    lines = [(n.audience, n.reach, n.nobody, n.withdrawn) for n in notices.notices_of(world.congress)]
    assert lines == [
        ("Mọi người", 3, "", ""), ("Điển hình tiên tiến", 2, "", ""), ("Đoàn xã Một", 2, "", ""),
        ("Số thẻ 103-107", 1, "105-107", "104"),
    ]  # fmt: skip


def test_the_list_takes_a_fixed_number_of_queries(world: Board) -> None:
    counts = []
    for n in range(3):
        world.add(f"Lời {n}", numbers=(101 + n,))
        db.session.flush()
        with counted() as statements:
            notices.notices_of(world.congress)
        counts.append(len(statements))
    assert counts == [5, 5, 5]


def test_text_is_tidied_and_numbers_sorted_once(world: Board) -> None:
    notice = world.add("  Mời\n ngồi   hàng đầu ", numbers=(107, 101, 107))
    assert (notice.text, notice.numbers) == ("Mời ngồi hàng đầu", [101, 107])


def test_what_no_form_lets_through_is_refused(world: Board) -> None:
    foreign = Delegation(congress_id=world.other_congress.id, name="x", folded="x", position=1)
    db.session.add(foreign)
    db.session.flush()
    assert refused(world.add, "x", "shout") == ("kind", "kind")
    assert refused(world.add, "  ") == ("text", "text")
    assert refused(world.add, "x" * (TEXT_LENGTH + 1)) == ("text", "text")
    assert refused(world.add, "x", delegation_id=foreign.id) == ("delegation", "delegation_id")
    assert refused(world.add, "x", component_id=999) == ("component", "component_id")
    assert refused(world.add, "x", component_id=1, numbers=(101,)) == ("audience", "audience")
    assert refused(world.add, "x", numbers=(0,)) == ("numbers", "numbers")
    assert refused(world.add, "x", numbers=tuple(range(1, 2002))) == ("numbers", "numbers")
    assert world.texts() == []


def test_a_twin_is_refused_but_not_the_same_words_to_others(world: Board) -> None:
    first = world.add("Phiếu ăn", "handout")
    assert refused(world.add, "Phiếu  ăn", "handout") == ("twin", "text")
    second = world.add("Phiếu ăn", "handout", delegation_id=world.one.id)
    assert refused(notices.edit_notice, second, NoticeValues("handout", "Phiếu ăn"), **world.by) == ("twin", "text")
    notices.edit_notice(first, NoticeValues("handout", "Phiếu ăn"), **world.by)


def test_there_is_an_end_to_what_a_door_says(world: Board) -> None:
    for n in range(MOST_NOTICES):
        world.add(f"Lời {n}")
    assert refused(world.add, "một lời nữa") == ("too_many", None)


@pytest.mark.parametrize(
    ("row", "place", "order"),
    [(2, 1, "cab"), (0, 2, "bac"), (0, 3, "bca"), (1, 99, "acb"), (1, 0, "bac"), (1, 2, "abc")],
)
def test_moved_up_and_down(world: Board, row: int, place: int, order: str) -> None:
    rows = [world.add(text) for text in "abc"]
    notices.move_notice(rows[row], place, **world.by)
    assert world.texts() == list(order)


def test_removed_the_others_close_up(world: Board) -> None:
    rows = [world.add(text) for text in "abc"]
    notices.remove_notice(rows[0], **world.by)
    assert db.session.execute(select(DoorNotice.text, DoorNotice.position).order_by(DoorNotice.position)).all() == [
        ("b", 1), ("c", 2),
    ]  # fmt: skip


def test_every_change_is_in_the_audit(world: Board) -> None:
    rows = [world.add("a"), world.add("b")]
    notices.edit_notice(rows[0], NoticeValues("handout", "c", numbers=(101,)), **world.by)
    notices.edit_notice(rows[0], NoticeValues("handout", "c", numbers=(101,)), **world.by)  # nothing new, nothing written
    notices.move_notice(rows[0], 2, **world.by)
    notices.move_notice(rows[0], 2, **world.by)
    notices.remove_notice(rows[0], **world.by)
    kept = db.session.execute(select(AuditEntry.action, AuditEntry.difference).order_by(AuditEntry.id)).all()
    assert kept == [
        ("notices.add", {"kind": [None, "notice"], "text": [None, "a"]}),
        ("notices.add", {"kind": [None, "notice"], "text": [None, "b"]}),
        ("notices.edit", {"kind": ["notice", "handout"], "text": ["a", "c"], "numbers": [[], [101]]}),
        ("notices.move", {"position": [1, 2]}),
        ("notices.remove", {"text": ["c", None]}),
    ]


def test_a_merged_delegation_leaves_its_notices_to_the_other(world: Board) -> None:
    world.add("Xe đón ở cổng B", delegation_id=world.one.id)
    delegations.merge_delegation(world.one, world.two, **world.by)
    assert db.session.scalars(select(DoorNotice.delegation_id)).all() == [world.two.id]


def test_a_removed_delegation_takes_its_notices_along(world: Board) -> None:
    empty = world.delegation("xã Ba", 3)
    world.add("a", delegation_id=empty.id)
    world.add("b")
    delegations.remove_delegation(empty, **world.by)
    assert world.texts() == ["b"]


def test_a_component_that_a_notice_names_stays_in_the_plan(world: Board) -> None:
    world.add("a", component_id=world.component("staff").id)
    call = (plans.remove_part, world.plan, "components", "staff")
    assert refused(*call, actor=actor_for("plan_owner", unit=world.province), now=NOW) == ("component_used", None)
