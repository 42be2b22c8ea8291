"""`congress list|check|set-planned|close`."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AuditEntry, StageEvent, db
from tests.cli.running import run
from tests.web.contract import Office, counted, stage_of
from tests.world import make_congress


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    """The small province; its first district's congress is number 1."""
    return Office(app)


def approve(office: Office, exemplars: int, guests: int, staff: int = 0) -> None:
    for group, count in (("exemplar", exemplars), ("guest", guests), ("staff", staff)):
        for number in range(count):
            office.person(f"Nông Văn {group} {number}", group, "approved")


def test_the_list_has_every_congress_with_its_figures(app: Flask, office: Office) -> None:
    approve(office, 2, 1, staff=4)
    office.person("Lò Văn Chờ")
    office.lower_congress.postponed = True
    office.other_congress.stage, office.other_congress.title2 = "held", ""
    assert run(app, "congress", "list", "--json").json == [
        {
            "id": 1, "tier": "district", "unit": "Huyện Một", "name": "Hội nghị Huyện Một lần thứ VI", "state": "list_open",
            "planned": 10, "approved": 3, "uncounted": 4, "present": 0,
        },
        {
            "id": 2, "tier": "commune", "unit": "Xã Một", "name": "Hội nghị Xã Một lần thứ VI", "state": "postponed",
            "planned": 10, "approved": 0, "uncounted": 0, "present": 0,
        },
        {
            "id": 3, "tier": "district", "unit": "Huyện Hai", "name": "Hội nghị Huyện Hai", "state": "held",
            "planned": 10, "approved": 0, "uncounted": 0, "present": 0,
        },
    ]  # fmt: skip
    plain = run(app, "congress", "list")
    assert plain.data.splitlines()[0] == "1\tdistrict\tlist_open\t3/10\tHội nghị Huyện Một lần thứ VI"
    assert (plain.code, plain.words) == (0, "")


def test_the_list_of_many_takes_as_many_statements_as_of_few(app: Flask, office: Office) -> None:
    with counted() as few:
        run(app, "congress", "list", "--json")
    for _ in range(3):
        make_congress(office.plan, office.commune)
    db.session.commit()
    with counted() as many:
        assert len(run(app, "congress", "list", "--json").json) == 6
    assert len(many) == len(few)


def test_check_names_what_stands_against_closing(app: Flask, office: Office) -> None:
    approve(office, 7, 4)
    office.congress.planned_size = 14
    office.congress.held_on = office.congress.held_on.replace(month=8)
    low, late = run(app, "congress", "check", 1, "--json").json
    assert low == {
        "code": "ratio_low", "severity": "block", "message":
        "7/11 = 63,63 % điển hình (cần 70 %). Thêm 3 điển hình, hoặc bớt 1 khách mời.",
        "numbers": {"honoured": 7, "total": 11, "share": "63,63 %", "need": "70 %", "add": 3, "drop": 1},
    }  # fmt: skip
    assert (list(late), late["code"], late["severity"]) == (["code", "severity", "numbers", "message"], "after_window", "warn")
    plain = run(app, "congress", "check", 1)
    assert [line.split("\t")[:2] for line in plain.data.splitlines()] == [["block", "ratio_low"], ["warn", "after_window"]]


def test_check_of_a_right_congress_is_empty(app: Flask, office: Office) -> None:
    approve(office, 7, 3)
    assert run(app, "congress", "check", 1, "--json").json == []
    assert run(app, "congress", "check", 1) == (0, "", "Không có gì sai.\n")


def test_the_planned_size_changes_under_the_rule(app: Flask, office: Office) -> None:
    approve(office, 0, 3)
    assert run(app, "congress", "set-planned", 1, 200) == (0, "", "Quy mô hội nghị 1: 200 đại biểu.\n")
    assert office.congress.planned_size == 200
    refused = "Quy mô 301 vượt mức tối đa 300 của kế hoạch. Chọn 300 trở xuống.\n"
    assert run(app, "congress", "set-planned", 1, 301) == (1, "", refused)
    smallest = "Đã duyệt 3 khách mời và lãnh đạo, quy mô 9 chỉ cho 2. Quy mô nhỏ nhất được: 10.\n"
    assert run(app, "congress", "set-planned", 1, 9) == (1, "", smallest)
    assert office.congress.planned_size == 200
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor_name, entry.difference) == ("dòng lệnh", {"planned_size": [10, 200]})


def test_closing_is_refused_in_one_sentence_then_done_once(app: Flask, office: Office) -> None:
    approve(office, 7, 4)
    office.congress.planned_size = 14
    reason = "7/11 = 63,63 % điển hình (cần 70 %). Thêm 3 điển hình, hoặc bớt 1 khách mời.\n"
    assert run(app, "congress", "close", 1) == (1, "", reason)
    assert stage_of(office.congress) == "list_open"
    approve(office, 3, 0)
    closed = run(app, "congress", "close", 1)
    assert (closed.code, closed.data, closed.words[:31]) == (0, "", "Đã chốt danh sách hội nghị 1 lú")
    assert stage_of(office.congress) == "list_closed"
    assert run(app, "congress", "close", 1) == (1, "", "Chỉ chốt được khi danh sách đang mở.\n")


def test_closing_against_the_ratio_wants_somebody_who_may(app: Flask, office: Office) -> None:
    approve(office, 6, 4)
    override = ("congress", "close", 1, "--override-reason", "Theo ý kiến UBND tỉnh")
    alone = run(app, *override)
    assert (alone.code, alone.data) == (2, "") and "--override-reason cần --as USER" in alone.words
    assert run(app, *override, "--as", "khong-co") == (1, "", "Không có tài khoản “khong-co”.\n")
    refused = run(app, *override, "--as", "organiser")
    assert refused.code == 1 and refused.words.startswith("Chỉ chủ kế hoạch được quyết định khác tỷ lệ.")
    assert stage_of(office.congress) == "list_open"
    assert run(app, *override, "--as", "Plan_Owner").code == 0
    step = db.session.scalars(select(StageEvent)).one()
    assert (step.overridden, step.reason, step.actor_name) == (True, "Theo ý kiến UBND tỉnh", "Người plan_owner")


def test_an_override_passes_over_the_ratio_never_over_the_size(app: Flask, office: Office) -> None:
    approve(office, 10, 1)
    refused = run(app, "congress", "close", 1, "--override-reason", "Cần thêm", "--as", "plan_owner")
    assert (refused.code, refused.words) == (1, "Đã duyệt 11 người, quá quy mô 10. Rút bớt, hoặc tăng quy mô.\n")


@pytest.mark.parametrize("command", [("check", 99, "--json"), ("set-planned", 99, 5), ("close", 99)])
def test_a_congress_that_is_not_there(app: Flask, office: Office, command: tuple[Any, ...]) -> None:
    assert run(app, "congress", *command) == (1, "", "Không có hội nghị số 99.\n")


@pytest.mark.parametrize("command", [("check",), ("check", "x"), ("set-planned", 1), ("set-planned", 1, "mười"), ("khong-co",)])
def test_a_wrong_call_ends_with_two(app: Flask, office: Office, command: tuple[Any, ...]) -> None:
    ended = run(app, "congress", *command)
    assert (ended.code, ended.data) == (2, "") and ended.words
