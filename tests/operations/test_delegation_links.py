"""One-time links: one browser opens one, secrets are kept nowhere, a newer or a revoked one is dead."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from congress.domain.access import COMMAND_LINE, Actor, GrantFact
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Delegation, DelegationLink, db
from congress.operations import delegation_links as links
from congress.operations.delegations import DelegationValues, add_delegation
from congress.operations.sealing import Sealer
from tests.world import NOW, World

pytestmark = pytest.mark.usefixtures("session")
SEALER = Sealer(bytes(32))
ROOT = Path(__file__).parents[2]


class Post(World):
    """The district's congress with one delegation."""

    def __init__(self) -> None:
        super().__init__()
        self.a = add_delegation(self.congress.id, DelegationValues("Xã A"), actor=COMMAND_LINE, now=NOW)
        db.session.commit()

    def link(self, delegation: Delegation | None = None, days: int = 14) -> tuple[str, DelegationLink]:
        secret = links.make_link(delegation or self.a, days=days, actor=COMMAND_LINE, sealer=SEALER, now=NOW)
        found = links.find_link(secret, sealer=SEALER)
        assert found
        return secret, found


@pytest.fixture
def post() -> Post:
    return Post()


def why(link: DelegationLink, browser: str = "", **later: int) -> str:
    reason = links.why_dead(link, browser=browser, sealer=SEALER, now=NOW + timedelta(**later))
    return reason.split(".")[0]


REVOKED = "Liên kết này đã bị thu hồi hoặc thay bằng liên kết mới"
EXPIRED = "Liên kết này đã hết hạn"
ELSEWHERE = "Liên kết này đã mở ở một trình duyệt khác"


def test_a_link_is_good_for_its_days(post: Post) -> None:
    _, link = post.link(days=3)
    assert [why(link, days=2), why(link, days=3)] == ["", EXPIRED]


@pytest.mark.parametrize("days", [0, -1, 61])
def test_the_days_have_bounds(post: Post, days: int) -> None:
    with pytest.raises(Refused, match="từ 1 đến 60 ngày"):
        post.link(days=days)


def test_the_first_browser_keeps_it_and_another_is_refused(post: Post) -> None:
    _, link = post.link()
    kept = links.open_link(link, sealer=SEALER, now=NOW)
    assert [why(link, kept), why(link), why(link, "made up"), why(link, kept, days=14)] == ["", ELSEWHERE, ELSEWHERE, EXPIRED]
    with pytest.raises(Refused, match="trình duyệt khác"):
        links.open_link(link, sealer=SEALER, now=NOW)


def test_a_new_link_and_a_revoked_one_kill_the_old_opened_or_not(post: Post) -> None:
    _, first = post.link()
    kept = links.open_link(first, sealer=SEALER, now=NOW)
    _, second = post.link()
    assert [why(first, kept), why(second)] == [REVOKED, ""]
    links.revoke_link(post.a, actor=COMMAND_LINE, now=NOW)
    assert why(second) == REVOKED
    with pytest.raises(Refused, match="không có liên kết nào"):
        links.revoke_link(post.a, actor=COMMAND_LINE, now=NOW)


def test_what_a_browser_keeps_opens_its_own_link_only(post: Post) -> None:
    b = add_delegation(post.congress.id, DelegationValues("Xã B"), actor=COMMAND_LINE, now=NOW)
    (_, one), (_, two) = post.link(), post.link(b)
    kept_one, kept_two = (links.open_link(link, sealer=SEALER, now=NOW) for link in (one, two))

    def found(kept: dict[int, str], **later: int) -> list[int]:
        return [link.delegation_id for link in links.links_of_browser(kept, sealer=SEALER, now=NOW + timedelta(**later))]

    assert found({one.id: kept_one, two.id: kept_two}) == [post.a.id, b.id]
    assert found({one.id: kept_two, two.id: kept_one, 99: kept_one}) == []
    assert found({one.id: kept_one}, days=14) == []
    assert found({}) == []


def test_who_acts_by_a_link(post: Post) -> None:
    _, link = post.link()
    grant = GrantFact("delegation_contact", delegation_id=post.a.id)
    assert links.contact_actor([link]) == Actor(None, "Đầu mối Đoàn Xã A", (grant,))
    clerk = Actor(7, "Lan", (GrantFact("viewer", 1, "/1/"),))
    assert links.contact_actor([link], clerk) == Actor(7, "Lan", (GrantFact("viewer", 1, "/1/"), grant))


def test_the_secret_and_what_the_browser_keeps_are_stored_nowhere(post: Post, app: Flask) -> None:
    secret, link = post.link()
    kept = links.open_link(link, sealer=SEALER, now=NOW)
    db.session.commit()
    stored = " ".join(
        str(row) for table in db.metadata.sorted_tables for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
    )
    assert len(secret) >= 22 and secret not in stored and kept not in stored
    lines = db.session.execute(select(AuditEntry.action, AuditEntry.actor_name, AuditEntry.difference).order_by(AuditEntry.id))
    assert [tuple(line) for line in lines][1:] == [
        ("delegations.link", "dòng lệnh", {"link": link.id, "days": 14}),
        ("delegations.open_link", "Đầu mối Đoàn Xã A", {"link": link.id}),
    ]


def test_a_secret_of_another_key_or_purpose_opens_nothing(post: Post) -> None:
    secret, _ = post.link()
    assert links.find_link(secret, sealer=Sealer(bytes(31) + b"1")) is None
    assert links.find_link(secret + "x", sealer=SEALER) is None
    assert links.find_link("", sealer=SEALER) is None


# Processes that open one link at the same moment, each on its own connections.
RIVALS = """
import json, multiprocessing, sys
from datetime import datetime
from congress import create_app
from congress.domain.refusals import Refused
from congress.models import DelegationLink, db
from congress.operations import delegation_links as links
from congress.operations.sealing import Sealer

def rival(app, link_id, now, barrier, answers):
    with app.app_context():
        link = db.session.get(DelegationLink, link_id)
        db.session.rollback()
        barrier.wait(timeout=60)
        try:
            links.open_link(link, sealer=Sealer(bytes(32)), now=now)
            db.session.commit()
            answer = "opened"
        except Exception as fault:
            db.session.rollback()
            answer = fault.code if isinstance(fault, Refused) else repr(fault)
        answers.put(answer)

settings, link_id, now = json.loads(sys.stdin.read())
app, now = create_app(settings), datetime.fromisoformat(now)
fork = multiprocessing.get_context("fork")
barrier, answers = fork.Barrier(4), fork.Queue()
processes = [fork.Process(target=rival, args=(app, link_id, now, barrier, answers)) for _ in range(4)]
for process in processes:
    process.start()
print(json.dumps(sorted(answers.get(timeout=60) for _ in processes)))
for process in processes:
    process.join()
"""


def test_of_those_who_open_it_at_the_same_moment_one_gets_it(post: Post, app: Flask) -> None:
    _, link = post.link()
    db.session.commit()
    settings: dict[str, Any] = {
        key: app.config[key] for key in ("SQLALCHEMY_DATABASE_URI", "INSTANCE_KEY", "INSTANCE_DIR", "SECRET_KEY")
    }
    asked = json.dumps([settings, link.id, NOW.isoformat()])
    db.session.rollback()
    ended = subprocess.run(
        [sys.executable, "-c", RIVALS], input=asked, capture_output=True, text=True, cwd=ROOT, timeout=120, check=True
    )
    assert json.loads(ended.stdout) == ["dead_link", "dead_link", "dead_link", "opened"]
    assert db.session.scalars(select(AuditEntry.action)).all().count("delegations.open_link") == 1
