"""Photos of a list: sorted by name, stored once, one by hand, never another congress's."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.models import AuditEntry, Delegate, Photo, db
from congress.operations import photos
from congress.operations.photos import Stored
from tests.operations.pictures import picture
from tests.web.contract import Office, actions, counted
from tests.world import NOW, actor_for


class Desk(Office):
    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.by = {"actor": actor_for("organiser", unit=self.district), "now": NOW}

    def send(self, files: dict[str, bytes]) -> tuple[Stored, list[tuple[str, str]]]:
        found = photos.sort_files(files.items(), photos.owners_of(self.congress))
        stored = photos.store_photos(self.congress.id, found.photos, **self.by)
        return stored, [(each.file, each.why) for each in found.unmatched]


@pytest.fixture
def desk(session: Any, app: Flask) -> Desk:
    return Desk(app)


@pytest.fixture
def people(desk: Desk) -> list[Delegate]:
    return [desk.person(name) for name in ("Nông Văn An", "Lò Thị Bình", "Vi Văn Chi")]


def test_photos_find_their_people_and_a_second_time_change_nothing(desk: Desk, people: list[Delegate]) -> None:
    gone = desk.person("Bàn Văn Rút", state="withdrawn")
    desk.person("Lý Văn Khác", congress=desk.other_congress)
    files = {
        "101.jpg": picture(), "lo thi binh.png": picture(700, 800), "Nông Văn An.jpg": picture(500, 800),
        f"{gone.number}.jpg": picture(), "ly van khac.jpg": picture(), "102.txt": b"x",
    }  # fmt: skip
    nobody = "Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy."
    unmatched = [
        ("Nông Văn An.jpg", "Nông Văn An số 101 đã có ảnh từ tệp 101.jpg."), (f"{gone.number}.jpg", nobody),
        ("ly van khac.jpg", nobody), ("102.txt", "Không phải tệp ảnh đọc được. Lưu lại thành JPG rồi gửi."),
    ]  # fmt: skip
    assert desk.send(files) == (Stored(2, 0, 0), unmatched)
    assert desk.send(files) == (Stored(0, 0, 2), unmatched)
    assert desk.send({"102.jpg": picture(800, 800), "101.jpg": picture()}) == (Stored(0, 1, 1), [])
    assert photos.count_photos(desk.congress) == (2, 3)
    assert [person.name for person in photos.people_without(desk.congress, limit=9)] == ["Vi Văn Chi"]
    assert actions() == ["photos.store"] * 2
    assert "Bình" not in str([entry.difference for entry in db.session.scalars(select(AuditEntry))])


def test_one_photo_is_put_and_taken_away(desk: Desk, people: list[Delegate]) -> None:
    person, other = people[:2]
    for _ in range(2):
        photos.put_photo(person, picture(), **desk.by)
    found = photos.find_photo(desk.congress, person.id)
    assert found and photos.find_version(person.id) == found.digest[:16]
    assert photos.find_photo(desk.other_congress, person.id) is None
    assert (photos.find_photo(desk.congress, other.id), photos.find_version(other.id)) == (None, "")
    with pytest.raises(Refused, match="Không phải tệp ảnh"):
        photos.put_photo(person, b"x", **desk.by)
    for _ in range(2):
        photos.remove_photo(person, **desk.by)
    assert (photos.find_version(person.id), actions()) == ("", ["photos.put", "photos.remove"])


def test_a_photo_is_never_stored_for_another_congress_or_after_the_report(desk: Desk, people: list[Delegate]) -> None:
    theirs = desk.person("Lý Văn Khác", congress=desk.other_congress)
    assert photos.store_photos(desk.congress.id, {theirs.id: b"x"}, **desk.by) == Stored(0, 0, 0)
    desk.congress.stage = "reported"
    db.session.flush()
    for refused in (
        lambda: photos.store_photos(desk.congress.id, {people[0].id: b"x"}, **desk.by),
        lambda: photos.put_photo(people[0], picture(), **desk.by),
        lambda: photos.remove_photo(people[0], **desk.by),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.code == "stage"
    assert db.session.scalars(select(Photo)).all() == []


def test_photos_are_stored_in_as_many_statements_for_three_as_for_one(desk: Desk, people: list[Delegate]) -> None:
    found = []
    for files in ({"101.jpg": picture()}, {"101.jpg": picture(500, 800), "102.jpg": picture(), "103.jpg": picture()}):
        db.session.commit()
        with counted() as statements:
            desk.send(files)
        found.append(len([statement for statement in statements if not statement.startswith(("INSERT", "UPDATE"))]))
    assert found[0] == found[1]
