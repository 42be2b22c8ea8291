"""The stages of a congress: what each allows, the path forward and back, and the words of a refusal."""

import pytest

from congress.domain.refusals import Refused
from congress.domain.stages import (
    ALLOWS,
    LABELS,
    STAGES,
    allows,
    needs_approval,
    next_stage,
    previous_stage,
    require,
    stage_path,
    stages_reached,
)

SHORT = ("draft", "list_open", "list_closed", "held", "reported")
LONG = ("draft", "submitted", "plan_approved", "list_open", "list_closed", "held", "reported")
BEFORE_HELD = {"draft", "submitted", "plan_approved", "list_open", "list_closed"}
NOT_CANCELLED = set(STAGES) - {"cancelled"}

TABLE = {
    "edit": BEFORE_HELD - {"submitted"},
    "resize": BEFORE_HELD - {"list_closed"},
    "propose": BEFORE_HELD,
    "agenda": BEFORE_HELD,
    "allocate": BEFORE_HELD,
    "postpone": BEFORE_HELD,
    "approve": {"list_open"},
    "close": {"list_open"},
    "amend": {"list_closed"},
    "withdraw": NOT_CANCELLED,
    "check_in": NOT_CANCELLED,
    "print_badges": NOT_CANCELLED,
    "edit_person": NOT_CANCELLED - {"reported"},
}


@pytest.mark.parametrize("doing", TABLE)
def test_what_each_stage_allows(doing: str) -> None:
    assert {stage for stage in STAGES if allows(stage, doing)} == TABLE[doing]


def test_nothing_else_is_allowed_anywhere() -> None:
    assert set().union(*ALLOWS.values()) == set(TABLE)
    assert set(ALLOWS) == set(STAGES)


@pytest.mark.parametrize(("needed", "path"), [(False, SHORT), (True, LONG)])
def test_the_path_goes_one_step_at_a_time_both_ways(needed: bool, path: tuple[str, ...]) -> None:
    assert stage_path(needs_approval=needed) == path
    assert [next_stage(stage, needs_approval=needed) for stage in path] == [*path[1:], None]
    assert [previous_stage(stage, needs_approval=needed) for stage in path] == [None, *path[:-1]]


@pytest.mark.parametrize("needed", [True, False])
def test_a_cancelled_congress_goes_nowhere(needed: bool) -> None:
    assert (next_stage("cancelled", needs_approval=needed), previous_stage("cancelled", needs_approval=needed)) == (None, None)


@pytest.mark.parametrize("stage", ["submitted", "plan_approved"])
def test_a_plan_handed_in_goes_on_when_no_opinion_is_asked_any_more(stage: str) -> None:
    assert (next_stage(stage, needs_approval=False), previous_stage(stage, needs_approval=False)) == ("list_open", "draft")


@pytest.mark.parametrize(
    ("plan_approval", "pilot", "other"), [("all", True, True), ("pilots", True, False), ("none", False, False)]
)
def test_who_hands_in_a_plan(plan_approval: str, pilot: bool, other: bool) -> None:
    assert needs_approval(plan_approval=plan_approval, is_pilot=True) is pilot
    assert needs_approval(plan_approval=plan_approval, is_pilot=False) is other


@pytest.mark.parametrize("doing", TABLE)
@pytest.mark.parametrize("stage", STAGES)
def test_every_refusal_has_its_sentence(stage: str, doing: str) -> None:
    if stage in TABLE[doing]:
        require(stage, doing)
        return
    with pytest.raises(Refused) as refused:
        require(stage, doing)
    assert (refused.value.code, refused.value.message[-1]) == ("stage", ".")


@pytest.mark.parametrize(
    ("stage", "doing", "sentence"),
    [
        ("submitted", "edit", "Kế hoạch đang trình, chưa sửa được. Lùi về Nháp để sửa."),
        ("held", "edit", "Hội nghị đã tổ chức hoặc đã hủy, không sửa được nữa."),
        ("list_closed", "resize", "Danh sách đã chốt, không đổi được quy mô. Lùi lại một bước, nêu lý do."),
        ("cancelled", "approve", "Hội nghị đã tổ chức hoặc đã hủy, không duyệt đại biểu được nữa."),
        ("reported", "edit_person", "Hội nghị ở bước “Đã báo cáo”, không làm việc này được."),
        ("draft", "approve", "Danh sách chưa mở. Bấm Mở danh sách ở trang Tổng quan của hội nghị."),
        ("draft", "amend", "Danh sách chưa mở. Bấm Mở danh sách ở trang Tổng quan của hội nghị."),
    ],
)
def test_a_refusal_speaks_of_the_stage_the_congress_is_in(stage: str, doing: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        require(stage, doing)
    assert refused.value.message == sentence


def test_every_stage_has_a_name() -> None:
    assert set(LABELS) == {*STAGES, "postponed"}


def test_the_stages_behind_a_congress() -> None:
    assert stages_reached("draft") == {"draft"}
    assert stages_reached("list_open") == {"draft", "submitted", "plan_approved", "list_open"}
    assert stages_reached("cancelled") == frozenset()
