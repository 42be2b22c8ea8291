"""The list that goes up: the vote, and who may sit in its seats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.refusals import Refused
from congress.domain.upward import ListedSeat, Vote, check_passed, check_people, check_vote
from congress.domain.wording import say


@pytest.mark.parametrize(
    ("figures", "passed"), [((100, 51, 49, 0), True), ((100, 50, 50, 0), False), ((3, 2, 1, 0), True), ((1, 1, 0, 0), True)]
)
def test_more_than_half_of_those_present(figures: tuple[int, int, int, int], passed: bool) -> None:
    assert Vote(*figures).passed is passed


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(-3, 3))
def test_the_three_answers_are_those_present(yes: int, no: int, other: int, off: int) -> None:
    vote = Vote(yes + no + other + off, yes, no, other)
    if off or vote.present <= 0:
        with pytest.raises(Refused) as refused:
            check_vote(vote)
        assert refused.value.field == "present"
    else:
        check_vote(vote)
        assert vote.passed == (yes > no + other)


@pytest.mark.parametrize(
    ("figures", "field", "sentence"),
    [
        ((0, 0, 0, 0), "present", "Nhập số người có mặt."),
        ((10, -1, 11, 0), "votes_for", "Số người phải từ 0 trở lên."),
        ((10**20, 10**20, 0, 0), "present", "Số người nhiều nhất là 100000."),
        ((10, 4, 4, 1), "present", "Ba loại ý kiến cộng lại là 9, số có mặt là 10. Sửa cho khớp."),
    ],
)
def test_impossible_figures_are_said(figures: tuple[int, int, int, int], field: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        check_vote(Vote(*figures))
    assert (refused.value.field, refused.value.message) == (field, sentence)


def test_a_share_has_a_decimal_comma() -> None:
    assert Vote(180, 127, 53, 0).share(127) == "70,55 %"


def test_without_a_passed_vote_nothing_is_sent() -> None:
    assert [v.code for v in check_passed(None)] == ["vote_missing"]
    assert check_passed(Vote(3, 2, 1, 0)) == []
    [failed] = check_passed(Vote(10, 5, 5, 0))
    assert say(failed) == "Biểu quyết không đạt: 5/10 tán thành (50 %), cần quá nửa số có mặt. Biểu quyết lại."


def seat(name: str = "Lò Thị A", component: str = "exemplar", side: str = "honoured", **more: object) -> ListedSeat:
    values = {"own_side": side, "registered": True, **more}
    return ListedSeat(name, component, component.title(), side, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("people", "seats", "found"),
    [
        ([], {"exemplar": 2}, ["upward_empty"]),
        ([seat()] * 2, {"exemplar": 2}, []),
        ([seat()] * 3, {"exemplar": 2}, ["upward_over"]),
        ([seat(component="guest", side="invited")], {"exemplar": 2}, ["upward_over"]),
        ([seat(component="staff", side="uncounted")] * 9, {}, []),
        ([seat(withdrawn=True)], {"exemplar": 2}, ["upward_withdrawn"]),
        ([seat(own_side="invited")], {"exemplar": 2}, ["upward_not_model"]),
        ([seat(component="guest", side="invited", own_side="honoured")], {"guest": 1}, []),
        ([seat(registered=False)], {"exemplar": 2}, ["upward_unregistered"]),
        ([seat(component="guest", side="invited", registered=False)], {"guest": 1}, []),
    ],
)
def test_who_may_sit_in_the_seats(people: list[ListedSeat], seats: dict[str, int], found: list[str]) -> None:
    assert [v.code for v in check_people(people, seats, register_required=True)] == found


def test_the_register_counts_only_where_the_plan_asks() -> None:
    assert check_people([seat(registered=False)], {"exemplar": 1}, register_required=False) == []


def test_too_many_are_counted_in_the_sentence() -> None:
    [over] = check_people([seat()] * 5, {"exemplar": 2}, register_required=False)
    assert say(over) == "Phân bổ 2 chỗ “Exemplar”, danh sách có 5. Bớt 3 người, hoặc chuyển sang dự khuyết."
