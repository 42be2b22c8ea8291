"""Processes that decide about one list at the same moment: whatever the order, the rule holds, on SQLite and on PostgreSQL."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.access import COMMAND_LINE
from congress.models import Badge, BulkChange, Congress, Delegate, DuplicateDecision, ImportedRow, Substitution, db
from congress.operations import bulk
from congress.operations.admission import count_approved, count_uncounted
from congress.operations.counting import count_one
from tests.world import NOW, World, make_congress, make_delegate

ROOT = Path(__file__).parents[2]

# One process makes the application and forks before anything is connected: each rival has its own connections, opens one, waits
# until all of them have, and acts.
RIVALS = """
import json, multiprocessing, sys
from datetime import datetime
from pathlib import Path
from congress import create_app
from congress.domain.access import COMMAND_LINE
from congress.domain.refusals import Refused
from congress.models import Congress, Component, Delegate, db
from congress.operations import (
    admission, allocation_table, bulk, congresses, delegates, duplicates, imports, substitutions, upward_arrivals,
)

def act(app, verb, congress_id, arguments, now):
    sealer = app.extensions["sealer"]
    if verb == "state":
        return admission.set_states(congress_id, arguments[:1], arguments[1], actor=COMMAND_LINE, sealer=sealer, now=now)
    if verb == "close":
        congresses.close_list(congress_id, actor=COMMAND_LINE, now=now)
    elif verb == "size":
        congresses.set_planned(congress_id, arguments[0], actor=COMMAND_LINE, now=now)
    elif verb == "component":
        delegate, component = db.session.get(Delegate, arguments[0]), db.session.get(Component, arguments[1])
        admission.change_component(delegate, component, actor=COMMAND_LINE, now=now, reason="Đổi")
    elif verb == "import":
        groups = imports.groups_of(db.session.get(Congress, congress_id).plan.components)
        file = Path(arguments[0])
        listing = imports.read_file(file.read_bytes(), file_name=file.name, groups=groups, units=None, today=now.date())
        return imports.finish_import(congress_id, listing.people, actor=COMMAND_LINE, sealer=sealer, now=now).added
    elif verb == "revise":
        key = tuple(arguments[:2])
        allocation_table.set_seats(congress_id, {key: arguments[2]}, actor=COMMAND_LINE, now=now)
        values = allocation_table.IssueValues(now.date(), "", None, "Điều chỉnh")
        allocation_table.issue_table(congress_id, values, actor=COMMAND_LINE, now=now)
    elif verb == "accept":
        return upward_arrivals.accept_list(congress_id, arguments[0], actor=COMMAND_LINE, now=now).added
    elif verb == "substitute":
        decision = substitutions.Decision("Ốm", "Trưởng ban")
        substitutions.substitute(congress_id, *arguments, decision, actor=COMMAND_LINE, sealer=sealer, now=now)
    elif verb == "undo":
        return len(bulk.undo_change(congress_id, arguments[0], actor=COMMAND_LINE, sealer=sealer, now=now)) + 1
    elif verb == "note":
        delegate = db.session.get(Delegate, arguments[0])
        values = {"name": delegate.name, "note": arguments[1]}
        delegates.edit_delegate(delegate, values, component=delegate.component, actor=COMMAND_LINE, now=now)
    elif verb == "merge":
        duplicates.merge(congress_id, *arguments, actor=COMMAND_LINE, sealer=sealer, now=now)
    elif verb == "apart":
        congress = db.session.get(Congress, arguments[0])
        for pair in duplicates.find_duplicates(congress, actor=COMMAND_LINE):
            duplicates.keep_apart(pair, "Hai người", actor=COMMAND_LINE, now=now)
    elif verb == "return":
        upward_arrivals.return_list(congress_id, arguments[0], "Sửa lại", actor=COMMAND_LINE, now=now)
    return 1

def rival(app, place, congress_id, job, now, barrier, answers):
    with app.app_context():
        with db.engine.connect():
            barrier.wait(timeout=60)
        try:
            answer = act(app, job[0], congress_id, job[1:], now)
            db.session.commit()
        except Exception as fault:
            db.session.rollback()
            answer = fault.code if isinstance(fault, Refused) else repr(fault)
        answers.put((place, answer))

settings, congress_id, jobs, now = json.loads(sys.stdin.read())
app, now = create_app(settings), datetime.fromisoformat(now)
fork = multiprocessing.get_context("fork")
barrier, answers = fork.Barrier(len(jobs)), fork.Queue()
processes = [
    fork.Process(target=rival, args=(app, place, congress_id, job, now, barrier, answers)) for place, job in enumerate(jobs)
]
for process in processes:
    process.start()
print(json.dumps([answer for place, answer in sorted(answers.get(timeout=60) for _ in processes)]))
for process in processes:
    process.join()
"""


def race(app: Flask, congress: Congress, *jobs: tuple[Any, ...]) -> list[int | str]:
    """What each process gets that does its job at the same moment as the others: how many moved, or the code of the refusal."""
    db.session.commit()
    keys = ("SQLALCHEMY_DATABASE_URI", "INSTANCE_KEY", "INSTANCE_DIR", "SECRET_KEY")
    told = json.dumps([{key: app.config[key] for key in keys}, congress.id, jobs, NOW.isoformat()])
    db.session.rollback()
    command = [sys.executable, "-W", "error", "-c", RIVALS]
    done = subprocess.run(command, input=told, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    db.session.expire_all()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


class Lists(World):
    """The province with a congress to fill."""

    def fill(self, planned: int, honoured: int, invited: int) -> Congress:
        congress = make_congress(self.plan, self.other_district, planned=planned)
        for group, n in (("exemplar", honoured), ("guest", invited)):
            for place in range(n):
                make_delegate(congress, f"{group} {place}", group, "approved")
        return congress


@pytest.fixture
def lists(session: Any) -> Lists:
    return Lists()


def figures(congress: Congress) -> tuple[int, int]:
    approved = count_approved(congress.id)
    return approved.honoured, approved.invited


def test_sixteen_want_the_last_three_invited_seats(lists: Lists, app: Flask) -> None:
    congress = lists.fill(20, 10, 3)
    guests = [make_delegate(congress, f"Khách {n}", "leader" if n % 2 else "guest") for n in range(16)]
    answers = race(app, congress, *(("state", guest.id, "approved") for guest in guests))
    assert sorted(answers, key=str) == [1] * 3 + ["invited_full"] * 13
    assert figures(congress) == (10, 6)
    admitted = {guest.id for guest, answer in zip(guests, answers, strict=True) if answer == 1}
    assert (
        set(db.session.scalars(select(Delegate.id).where(Delegate.id.in_(g.id for g in guests), Delegate.state == "approved")))
        == admitted
    )
    assert set(db.session.scalars(select(Badge.delegate_id))) == admitted


def test_the_last_seat_of_all_goes_to_one_side_only(lists: Lists, app: Flask) -> None:
    congress = lists.fill(10, 7, 2)
    rivals = [make_delegate(congress, "Khách", "guest"), make_delegate(congress, "Gương", "exemplar")]
    answers = race(app, congress, *(("state", rival.id, "approved") for rival in rivals))
    assert sorted(answers, key=str) == [1, "full"]
    assert figures(congress) == ((7, 3) if answers[0] == 1 else (8, 2))


def test_closing_while_somebody_approves(lists: Lists, app: Flask) -> None:
    congress = lists.fill(30, 14, 6)
    guest = make_delegate(congress, "Khách", "guest")
    answers = race(app, congress, ("state", guest.id, "approved"), ("close",))
    assert answers in ([1, "ratio_low"], ["needs_reason", 1])
    approved_first = answers[0] == 1
    assert (congress.stage, figures(congress)) == (("list_open", (14, 7)) if approved_first else ("list_closed", (14, 6)))


def test_approving_while_somebody_withdraws(lists: Lists, app: Flask) -> None:
    congress = lists.fill(10, 7, 3)
    guest = make_delegate(congress, "Khách", "guest")
    seated = db.session.scalars(select(Delegate).filter_by(congress_id=congress.id, name="guest 0")).one()
    answers = race(app, congress, ("state", guest.id, "approved"), ("state", seated.id, "withdrawn"))
    assert answers in ([1, 1], ["full", 1])
    assert figures(congress) == (7, 3 if answers[0] == 1 else 2)


def test_shrinking_the_congress_while_somebody_approves(lists: Lists, app: Flask) -> None:
    congress = lists.fill(12, 8, 3)
    person = make_delegate(congress, "Gương", "exemplar")
    answers = race(app, congress, ("state", person.id, "approved"), ("size", 11))
    assert answers in ([1, "size_approved"], ["full", 1])
    assert (figures(congress)[0], congress.planned_size) == ((9, 12) if answers[0] == 1 else (8, 11))


def test_changing_a_component_while_that_person_is_approved(lists: Lists, app: Flask) -> None:
    """The last invited seat is taken: an exemplar becomes a guest, or gets approved as an exemplar, never both."""
    congress = lists.fill(20, 10, 6)
    person = make_delegate(congress, "Gương", "exemplar")
    guest = next(c.id for c in lists.plan.components if c.code == "guest")
    answers = race(app, congress, ("state", person.id, "approved"), ("component", person.id, guest))
    assert answers in ([1, "invited_full"], ["invited_full", 1])
    assert figures(congress) == (11 if answers[0] == 1 else 10, 6)


def test_the_same_list_imported_twice_at_once_adds_each_person_once(lists: Lists, app: Flask) -> None:
    congress = lists.fill(200, 0, 0)
    file = str(ROOT / "congress" / "presets" / "samples" / "xa-banh-trach.xlsx")
    lists.plan.components[0].aliases = ["Lãnh đạo"]
    lists.plan.components[2].aliases = ["ĐHTT"]
    assert sorted(race(app, congress, ("import", file), ("import", file)), key=str) == [0, 186]
    assert count_one(congress).states == {"proposed": 186}
    assert db.session.scalar(select(func.count()).select_from(ImportedRow)) == 186


def test_the_last_uncounted_place_is_taken_once(lists: Lists, app: Flask) -> None:
    """By approving helpers, and by an approved guest who becomes one."""
    congress = lists.fill(10, 7, 3)
    congress.tier.uncounted_cap = 1
    staff = next(c.id for c in lists.plan.components if c.code == "staff")
    helpers = [make_delegate(congress, f"Phục vụ {n}", "staff") for n in range(7)]
    guest = db.session.scalars(select(Delegate).filter_by(congress_id=congress.id, name="guest 0")).one()
    jobs = [("state", helper.id, "approved") for helper in helpers]
    answers = race(app, congress, *jobs, ("component", guest.id, staff))
    assert sorted(answers, key=str) == [1] + ["uncounted_full"] * 7
    assert count_uncounted(congress.id) == 1


def test_one_place_is_given_to_one_and_one_person_takes_one_place(lists: Lists, app: Flask) -> None:
    congress = lists.fill(10, 7, 3)
    query = select(Delegate).filter_by(congress_id=congress.id).order_by(Delegate.number)
    one, other = db.session.scalars(query).all()[:2]
    first, second = make_delegate(congress, "Dự khuyết", state="reserve"), make_delegate(congress, "Đề cử")
    answers = race(
        app, congress, ("substitute", one.id, first.id), ("substitute", one.id, second.id), ("substitute", other.id, first.id)
    )
    # Either the first rival goes through alone, or the two others do, who do not meet.
    assert answers in ([1, "replaced", "not_free"], ["replaced", 1, 1], ["not_free", 1, 1])
    assert figures(congress) == (7, 3)
    rows = db.session.execute(select(Substitution.old_id, Substitution.new_id)).all()
    assert len(rows) == len({row.old_id for row in rows}) == len({row.new_id for row in rows}) == answers.count(1)


def test_a_person_is_approved_and_takes_a_place_at_once(lists: Lists, app: Flask) -> None:
    congress = lists.fill(20, 7, 3)
    old = db.session.scalars(select(Delegate).filter_by(congress_id=congress.id, name="exemplar 0")).one()
    new = make_delegate(congress, "Đề cử")
    answers = race(app, congress, ("substitute", old.id, new.id), ("state", new.id, "approved"))
    assert answers in ([1, 0], ["not_free", 1])
    assert figures(congress) == (7 if answers[0] == 1 else 8, 3)
    live = select(func.count()).select_from(Badge).where(Badge.delegate_id == new.id, Badge.revoked_at.is_(None))
    assert db.session.scalar(live) == 1


def test_an_undo_and_somebody_s_edit_at_once_lose_neither(lists: Lists, app: Flask) -> None:
    congress = lists.fill(10, 3, 0)
    people = db.session.scalars(select(Delegate).filter_by(congress_id=congress.id).order_by(Delegate.number)).all()
    bulk.edit_people(congress.id, [p.id for p in people], {"note": "cũ"}, actor=COMMAND_LINE, now=NOW)
    change = db.session.scalars(select(BulkChange)).one()
    answers = race(app, congress, ("undo", change.id), ("note", people[0].id, "mới"), ("undo", change.id))
    assert sorted(map(str, (answers[0], answers[2])))[1] == "undone"
    assert answers[1] == 1
    assert [person.note for person in people] == ["mới", "", ""]


def test_two_rows_merged_into_each_other_at_once_leave_one(lists: Lists, app: Flask) -> None:
    congress = lists.fill(10, 2, 0)
    one, other = db.session.scalars(select(Delegate).filter_by(congress_id=congress.id).order_by(Delegate.number)).all()
    answers = race(app, congress, ("merge", one.id, other.id), ("merge", other.id, one.id))
    assert sorted(answers, key=str) == [1, "no_delegate"]
    assert (figures(congress), {one.state, other.state}) == ((1, 0), {"approved", "withdrawn"})


def test_two_congresses_decide_about_one_pair_at_once(lists: Lists, app: Flask) -> None:
    here, there = lists.fill(10, 0, 0), lists.congress
    for congress in (here, there):
        make_delegate(congress, "Nông Thị Ánh", born="1970")
    answers = race(app, here, *[("apart", here.id), ("apart", there.id)] * 3)
    assert answers == [1] * 6
    assert db.session.scalar(select(func.count()).select_from(DuplicateDecision)) == 1
