"""Photos through the pages: sent in bulk, given by hand, one by one, and seen only by those who may."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Delegate, Photo, db
from congress.operations.door_people import find_people
from congress.operations.photo_files import read_photo
from tests.operations.pictures import archive, picture
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, said, statements_for


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def people(office: Office) -> list[Delegate]:
    return [office.person(name) for name in ("Nông Văn An", "Lò Thị Bình", "Vi Văn Chi")]


@pytest.fixture
def home(office: Office) -> str:
    return f"{office.home}/photos"


def send(client: PageClient, home: str, files: dict[str, bytes], status: int = 200, field: str = "files") -> Page:
    client.get(home)
    return client.post(home, {field: [(BytesIO(data), name) for name, data in files.items()]}, status)


def photo_of(person: Delegate) -> Photo | None:
    db.session.expire_all()
    return db.session.get(Photo, person.id)


def test_photos_are_sent_and_the_page_says_whose_they_are(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    assert organiser.get(home).texts("span", "stat-value") == ["0/3"]
    files = {"anh.zip": archive({"101.jpg": picture(), "trong/khong ai.jpg": picture()}), "lo thi binh.png": picture(kind="PNG")}
    page = send(organiser, home, files)
    assert page.one("div", "ok").text == "Đã nhận 2 ảnh: 2 người có ảnh lần đầu, 0 người thay ảnh, 0 ảnh như cũ."
    [row] = page.one("ul", "photo-rows").all("li")
    assert "trong/khong ai.jpg Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy." in row.text
    assert page.texts("span", "stat-value") == ["2/3"]
    assert page.texts(css_class="row-title") == ["Vi Văn Chi"]
    assert [photo_of(person) is not None for person in people] == [True, True, False]
    again = send(organiser, home, {"Vi Văn Chi.jpg": picture()}, field="folder")
    assert again.texts("h2")[-1] == "Mọi người đều có ảnh"


def test_an_unmatched_photo_is_given_by_hand_from_the_page(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    page = send(organiser, home, {"khong ai.jpg": picture()})
    assert [option.attrs["value"] for option in page.one("datalist").all("option")] == [
        "101 Nông Văn An", "102 Lò Thị Bình", "103 Vi Văn Chi",
    ]  # fmt: skip
    answer = organiser.submit(page, {"number": "102 Lò Thị Bình"}, action=f"{home}/give")
    assert said(organiser, answer) == "Đã ghi ảnh cho Lò Thị Bình, số 102."
    stored = photo_of(people[1])
    assert stored is not None and stored.jpeg[:2] == b"\xff\xd8"
    script = {"Accept": "application/json"}
    fields = {"number": "103", "jpeg": b64encode(picture()).decode()}
    assert organiser.post(f"{home}/give", fields, 200, headers=script).json == {"message": "Đã ghi ảnh cho Vi Văn Chi, số 103."}
    for number in ("999", "Lò Thị Bình", "", "9" * 30):
        refused = organiser.post(f"{home}/give", {**fields, "number": number}, 409, headers=script)
        assert refused.json["message"].startswith("Không có ai mang số thẻ này.")
    assert (
        organiser.post(f"{home}/give", {**fields, "jpeg": b64encode(b"x").decode()}, 409, headers=script).json["code"] == "photo"
    )
    organiser.post(f"{home}/give", {**fields, "jpeg": "không phải"}, 400)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Chọn tệp ảnh, tệp zip hoặc một thư mục có ảnh."),
        ({"a.zip": archive({"Thumbs.db": b"x"})}, "Chọn tệp ảnh, tệp zip hoặc một thư mục có ảnh."),
        ({"a.zip": b"PK\x03\x04hong"}, "Tệp zip bị hỏng hoặc có mật khẩu. Nén lại không đặt mật khẩu rồi gửi."),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(
    office: Office, home: str, organiser: PageClient, files: dict[str, bytes], words: str
) -> None:
    assert words in send(organiser, home, files, 422).text
    assert actions() == []


def test_one_person_gets_a_photo_and_loses_it(office: Office, home: str, organiser: PageClient, people: list[Delegate]) -> None:
    url = f"{home}/{people[0].id}"
    organiser.get(home)
    answer = organiser.post(url, {"photo": (BytesIO(picture()), "an.jpg")})
    assert answer.location == f"{office.home}/delegates/{people[0].id}#photo"
    shown = organiser.get(url)
    assert (shown.headers["Content-Type"], shown.data) == ("image/jpeg", read_photo(picture()))
    assert shown.headers["Cache-Control"] == "private, no-cache"
    organiser.get(url, 304, headers={"If-None-Match": shown.headers["ETag"]})
    organiser.get(f"{office.home}/delegates/{people[0].id}")
    assert said(organiser, organiser.post(url, {})) == "Chọn một tệp ảnh."
    assert said(organiser, organiser.post(url, {"photo": (BytesIO(b"x"), "an.jpg")})).startswith("Không phải tệp ảnh")
    organiser.post(f"{url}/remove")
    organiser.get(url, 404)
    assert actions() == ["photos.put", "photos.remove"]


def test_a_photo_is_seen_by_those_who_read_the_list(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    send(organiser, home, {"101.jpg": picture()})
    number = people[0].id
    reads = office.statuses(f"{home}/{number}")
    assert reads == {**dict.fromkeys(reads, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    stranger = f"/congress/{office.lower_congress.id}"
    office.sign_in("plan_owner").get(f"{stranger}/photos/{number}", 404)


@pytest.mark.parametrize("path", ["", "/give", "/1", "/1/remove"])
def test_who_sends_photos(office: Office, home: str, organiser: PageClient, people: list[Delegate], path: str) -> None:
    found = office.statuses(home + path, "POST")
    assert {role for role, status in found.items() if status != 403} == {"plan_owner", "organiser", "secretary"}
    organiser.post(f"/congress/{office.lower_congress.id}/photos{path}", {}, 403)
    organiser.post(f"/congress/{office.other_congress.id}/photos{path}", {}, 404)
    assert db.session.scalars(select(Photo)).all() == []


def test_the_door_tells_which_photo_to_show(office: Office, home: str, organiser: PageClient, people: list[Delegate]) -> None:
    send(organiser, home, {"101.jpg": picture()})
    stored = photo_of(people[0])
    found = {person.number: person.to_json()["photo_v"] for person in find_people(office.congress, "van")}
    assert stored and found == {101: stored.digest[:16], 103: ""}


def test_the_page_takes_as_many_statements_for_three_as_for_one(office: Office, home: str, organiser: PageClient) -> None:
    office.person("Nông Văn An")
    one = statements_for(organiser, home)
    for name in ("Hai", "Ba"):
        office.person(f"Nông Văn {name}")
    assert statements_for(organiser, home) == one
