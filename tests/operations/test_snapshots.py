"""The list a gate carries: opened only by badges, of one length, and never older than it says; on both databases."""

import io
import json
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask
from PIL import Image

from congress.domain.door import SENTENCES
from congress.models import DeskCard, DoorNotice, Photo, db
from congress.operations import audit
from congress.operations.badges import replace_badge
from congress.operations.doors import get_door
from congress.operations.sealing import Sealer
from congress.operations.snapshot_keys import derive, ensure_salt, find_salt, seal_opener
from congress.operations.snapshot_photos import read_photos
from congress.operations.snapshot_records import cursor_of
from congress.operations.snapshots import badges_without_keys, derive_keys, keep_keys, make_snapshot
from congress.operations.substitutions import Decision, substitute
from tests.hall import NOW, Hall
from tests.operations.pictures import picture


class Carried(Hall):
    """A hall whose lists are made."""

    def make(self, since: str = "", with_index: bool = False, now: Any = NOW) -> dict[str, Any] | None:
        salt = ensure_salt(self.congress.id)
        keep_keys(derive_keys(badges_without_keys(self.congress.id), salt, self.sealer))
        return make_snapshot(get_door(self.congress.id), since=since, with_index=with_index, sealer=self.sealer, now=now)

    def open(self, snapshot: dict[str, Any], token: str) -> dict[str, Any] | None:
        """What somebody with a badge's token can read of a list."""
        lookup, opener = derive(token, b64decode(snapshot["salt"]))
        entry = next((entry for entry in snapshot["entries"] if entry["k"] == lookup), None)
        return unseal(entry, opener) if entry else None


def unseal(entry: dict[str, str], opener: bytes) -> dict[str, Any]:
    return json.loads(AESGCM(opener).decrypt(b64decode(entry["n"]), b64decode(entry["d"]), None))


@pytest.fixture
def hall(session: Any, app: Flask) -> Carried:
    return Carried(app)


def test_a_badge_opens_its_own_record_and_no_other(hall: Carried) -> None:
    snapshot = hall.make()
    assert hall.open(snapshot, hall.token(hall.dao)) == {
        "id": hall.dao.id, "number": 101, "name": "Nông Thị Bích Đào", "unit": "Trường Tiểu học Một", "delegation": "Xã Một",
        "group": "exemplar", "group_label": "Điển hình tiên tiến", "side": "honoured", "state": "approved", "seat": "",
        "revoked": False, "replaced": None, "walk_in": False, "notices": [], "handout": [], "photo": "", "in": {}, "given": {},
        "bundle": None,
    }  # fmt: skip
    _, opener = derive(hall.token(hall.dao), b64decode(snapshot["salt"]))
    others = [entry for entry in snapshot["entries"] if unsealed(entry, opener) is None]
    assert len(others) == 1
    assert (snapshot["full"], snapshot["iterations"], snapshot["cancelled"]) == (True, 10_000, False)
    assert snapshot["sentences"] == SENTENCES
    assert snapshot["expires_at"] == "2025-05-20T16:30:00+00:00"  # four hours and twelve after half past seven
    [sitting] = snapshot["sittings"]
    assert (sitting["opens_at"], sitting["closes_at"]) == ("2025-05-19T23:00:00+00:00", "2025-05-20T04:30:00+00:00")


def unsealed(entry: dict[str, str], opener: bytes) -> dict[str, Any] | None:
    try:
        return unseal(entry, opener)
    except InvalidTag:
        return None


def test_without_a_badge_nothing_can_be_told_apart(hall: Carried) -> None:
    hall.person("Ân")
    hall.person("Hoàng Phạm Nguyễn Thị Phương Thảo Nguyên", unit_text="Ủy ban Mặt trận Tổ quốc Việt Nam xã Khang Ninh")
    snapshot = hall.make()
    assert len({len(entry["d"]) for entry in snapshot["entries"]}) == 1
    text = json.dumps(snapshot, ensure_ascii=False)
    words = ("Đào", "Trường", "Xã Một", "Ân", "101", *(hall.token(d) for d in (hall.dao, hall.binh)))
    assert [word for word in words if word in text] == []
    again = hall.make()
    assert {entry["n"] for entry in snapshot["entries"]}.isdisjoint(entry["n"] for entry in again["entries"])


def test_nothing_comes_while_nothing_changed_and_only_who_came_in_after_a_scan(hall: Carried) -> None:
    cursor = hall.make()["cursor"]
    assert hall.make(since=cursor) is None
    hall.scan(hall.dao, now=NOW + timedelta(minutes=9))
    changed = hall.make(since=cursor)
    assert (changed["full"], len(changed["entries"])) == (False, 1)
    record = hall.open(changed, hall.token(hall.dao))
    came = {"at": "2025-05-20T00:50:00+00:00", "gate": "Cửa 1", "device": "", "left": None}
    assert record["in"] == {str(hall.sitting.id): came}
    assert changed["counts"][str(hall.sitting.id)] == {"inside": 1, "expected": 2, "walk_ins": 0}
    assert hall.make(since=changed["cursor"]) is None
    hall.binh.seat = "A12"
    assert hall.make(since=changed["cursor"])["full"]


def test_a_hand_out_is_known_offline(hall: Carried) -> None:
    hall.scan(hall.dao, kind="handout")
    record = hall.open(hall.make(), hall.token(hall.dao))
    assert record["given"] == {str(hall.sitting.id): {"at": "2025-05-20T00:41:00+00:00", "gate": "Cửa 1", "device": ""}}


def test_a_scan_taken_back_changes_the_list_too(hall: Carried) -> None:
    from congress.operations.desk_work import annul_scan

    scan_id = hall.scan(hall.dao, now=NOW).scan_id or 0
    cursor = hall.make()["cursor"]
    annul_scan(scan_id, congress=hall.congress, actor=hall.chief, now=NOW + timedelta(hours=1))
    changed = hall.make(since=cursor)
    assert not changed["full"] and hall.open(changed, hall.token(hall.dao))["in"] == {}


def test_dead_badges_say_so_offline(hall: Carried) -> None:
    old = hall.token(hall.dao)
    replace_badge(hall.dao, actor=hall.chief, sealer=hall.sealer, now=NOW)
    snapshot = hall.make()
    assert hall.open(snapshot, old)["revoked"] and not hall.open(snapshot, hall.token(hall.dao))["revoked"]
    new = hall.person("Lý Thị Mỷ", state="reserve")
    gone = hall.token(hall.dao)
    substitute(hall.congress.id, hall.dao.id, new.id, Decision("ốm", "Ban"), actor=hall.chief, sealer=hall.sealer, now=NOW)
    assert hall.open(hall.make(), gone)["replaced"] == {"name": "Lý Thị Mỷ", "number": 101}


def test_the_head_s_record_opens_the_delegation(hall: Carried) -> None:
    hall.delegation.head_id = hall.dao.id
    member = hall.person("Hoàng Văn Thành Viên", delegation_id=hall.delegation.id)
    snapshot = hall.make()
    head = hall.open(snapshot, hall.token(hall.dao))
    [bundle] = snapshot["bundles"]
    assert head["bundle"]["k"] == bundle["k"]
    opened = unseal(bundle, b64decode(head["bundle"]["key"]))
    assert opened["delegation"] == "Xã Một"
    names = set()
    for each in opened["members"]:
        entry = next(entry for entry in snapshot["entries"] if entry["k"] == each["k"])
        names.add(unseal(entry, b64decode(each["key"]))["name"])
    assert names == {"Nông Thị Bích Đào", "Hoàng Văn Thành Viên"}
    assert hall.open(snapshot, hall.token(member))["bundle"] is None


def test_a_desk_card_opens_the_names_and_only_where_a_desk_asked(hall: Carried) -> None:
    lookup, opener = derive("3" + "0" * 22, ensure_salt(hall.congress.id))
    card = DeskCard(
        congress_id=hall.congress.id, token_sealed="x", lookup=lookup, opener_sealed=seal_opener(opener, hall.sealer),
        actor_name="x", made_at=NOW,
    )  # fmt: skip
    db.session.add(card)
    db.session.flush()
    assert hall.make()["index"] == []
    [index] = hall.make(with_index=True)["index"]
    people = unseal(index, opener)["people"]
    assert [(person["number"], person["folded"]) for person in people] == [(102, "dam van binh"), (101, "nong thi bich dao")]
    card.revoked_at = NOW
    assert hall.make(with_index=True)["index"] == []


def test_notices_travel_with_the_record(hall: Carried) -> None:
    notice = {"congress_id": hall.congress.id, "position": 1}
    db.session.add(DoorNotice(**notice, kind="notice", text="Mời ngồi hàng đầu", numbers=[101]))
    db.session.add(DoorNotice(**notice, kind="handout", text="Cặp tài liệu"))
    db.session.flush()
    record = hall.open(hall.make(), hall.token(hall.dao))
    assert (record["notices"], record["handout"]) == (["Mời ngồi hàng đầu"], ["Cặp tài liệu"])


def test_the_cursor_moves_with_scans_at_once_and_with_the_list_soon(hall: Carried) -> None:
    door = get_door(hall.congress.id)
    made = hall.make()["cursor"]
    first = cursor_of(door, hall.sealer, NOW)
    assert first == made
    hall.scan(hall.dao)
    assert cursor_of(door, hall.sealer, NOW) != first
    before = cursor_of(door, hall.sealer, NOW)
    hall.binh.seat = "B1"
    db.session.flush()
    assert cursor_of(door, hall.sealer, NOW) == before  # nothing says that anybody changed
    audit.record(hall.chief, "delegates.edit", hall.binh, now=NOW, congress_id=hall.congress.id)
    db.session.flush()
    seated = cursor_of(door, hall.sealer, NOW)
    assert seated != before
    hall.binh.seat = "B2"  # as if its line had been committed after a later one
    db.session.flush()
    assert cursor_of(door, hall.sealer, NOW + timedelta(minutes=1)) != seated


def test_a_badge_whose_keys_are_not_made_yet_moves_the_cursor_and_not_the_list(hall: Carried) -> None:
    made = hall.make()
    hall.person("Người Đến Sau")
    ahead = make_snapshot(get_door(hall.congress.id), since=made["cursor"], with_index=False, sealer=hall.sealer, now=NOW)
    assert ahead is not None and ahead["full"] and len(ahead["entries"]) == 2
    assert len(hall.make(since=made["cursor"])["entries"]) == 3


def test_another_instance_opens_nothing(hall: Carried) -> None:
    hall.make()
    with pytest.raises(Exception, match="Tệp key không phải"):
        make_snapshot(get_door(hall.congress.id), since="", with_index=False, sealer=Sealer(b"x" * 32), now=NOW)


def test_the_salt_is_made_once(hall: Carried) -> None:
    assert find_salt(hall.congress.id) is None
    salt = ensure_salt(hall.congress.id)
    assert len(salt) == 16 and ensure_salt(hall.congress.id) == salt == find_salt(hall.congress.id)


def test_photos_are_small_sealed_and_of_one_length(hall: Carried) -> None:
    hall.make()
    for delegate, jpeg in ((hall.dao, picture()), (hall.binh, picture(300, 400))):
        db.session.add(Photo(delegate_id=delegate.id, jpeg=jpeg, digest=f"{delegate.id:064d}", at=NOW))
    db.session.flush()
    answer = read_photos(hall.congress.id, after=0, sealer=hall.sealer)
    assert answer["next"] is None and len(answer["photos"]) == 2
    assert len({len(photo["d"]) for photo in answer["photos"]}) == 1
    lookup, opener = derive(hall.token(hall.dao), ensure_salt(hall.congress.id))
    [mine] = [photo for photo in answer["photos"] if photo["k"] == lookup]
    plain = AESGCM(opener).decrypt(b64decode(mine["n"]), b64decode(mine["d"]), b"photo")
    size = int.from_bytes(plain[:4], "big")
    assert Image.open(io.BytesIO(plain[4 : 4 + size])).size == (210, 280)
    assert set(plain[4 + size :]) <= {0}
