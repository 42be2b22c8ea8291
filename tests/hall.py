"""A hall with people at its doors: what the tests of check-in stand on."""

import itertools
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from congress.domain.access import Actor
from congress.domain.names import fold, sort_key
from congress.models import Delegate, Delegation, Device, db
from congress.operations.badges import issue_badges, tokens_of
from congress.operations.checkin import Asked, ScanSource, record_scan
from congress.operations.desk_work import let_in
from congress.operations.door_answers import ScanAnswer
from congress.operations.door_counts import with_counts
from tests.world import World, actor_for, make_delegate

NOW = datetime(2025, 5, 20, 0, 41, tzinfo=UTC)  # 07:41 in Vietnam, the sitting starts at 07:30
NONCES = (f"n{i}" for i in itertools.count())
GATE = ScanSource("máy 1", gate="Cửa 1", operator="Lan")
OTHER_GATE = ScanSource("máy 2", gate="Cửa 2", operator="Hoa")
DESK = ScanSource("bàn", gate="Bàn hỗ trợ", operator="Minh", profile="desk")


class Hall(World):
    """The province with people at the first district's congress, each with a badge."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.sitting = self.congress.sittings[0]
        self.staff = actor_for("checkin_staff", congress=self.congress)
        self.chief = actor_for("organiser", unit=self.district)
        self.delegation = Delegation(congress_id=self.congress.id, name="Xã Một", folded="xa mot", position=1)
        db.session.add(self.delegation)
        db.session.flush()
        self.dao = self.person("Nông Thị Bích Đào", unit_text="Trường Tiểu học Một", delegation_id=self.delegation.id)
        self.binh = self.person("Đàm Văn Bình", group="guest")
        db.session.commit()

    def plan_owner(self) -> Actor:
        """Somebody who supervises every door of the province."""
        return actor_for("plan_owner", unit=self.province)

    def person(self, name: str, group: str = "exemplar", state: str = "approved", congress: Any = None, **more: Any) -> Delegate:
        """Somebody with a badge."""
        delegate = make_delegate(congress or self.congress, name, group, state, **more)
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        issue_badges([delegate.id], sealer=self.sealer, now=NOW)
        return delegate

    def token(self, delegate: Delegate) -> str:
        """What stands in the QR code of somebody's live badge."""
        return tokens_of(db.session.get_one(type(self.congress), delegate.congress_id), self.sealer)[delegate.id]

    def scan(self, delegate: Delegate | None = None, asked: Asked | None = None, **more: Any) -> ScanAnswer:
        """Hold a badge, or what is asked, to the first gate."""
        given: dict[str, Any] = {"nonce": next(NONCES), "source": GATE, "now": NOW, "sitting": self.sitting, **more}
        if delegate:
            asked = Asked("token", self.token(delegate))
        answer = record_scan(congress=self.congress, asked=asked, sealer=self.sealer, **given)
        return with_counts(answer, given["sitting"], self.congress.id, given["now"])

    def let_in(self, **more: Any) -> ScanAnswer:
        """Let somebody in at the desk."""
        given = {"nonce": next(NONCES), "source": DESK, "now": NOW, "actor": self.chief, "reason": "Đi thay ông Hưng", **more}
        answer = let_in(congress=self.congress, sitting=self.sitting, sealer=self.sealer, **given)
        return with_counts(answer, self.sitting, self.congress.id, given["now"])

    def device(self, profile: str = "gate", key: str = "", congress: Any = None, **more: Any) -> Device:
        """A paired device; its key is its profile unless one is given."""
        values = {"key_hash": self.sealer.digest("device", key or profile), "name": f"Máy {key or profile}", "profile": profile}
        place = {} if "unit_id" in more else {"congress_id": (congress or self.congress).id}
        device = Device(paired_by="x", paired_at=NOW, **values, **place, **more)
        db.session.add(device)
        db.session.flush()
        return device
