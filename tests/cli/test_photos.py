"""`delegates photos`: a folder or an archive of photos, matched by file name."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AuditEntry, Delegate, Photo, db
from tests.cli.running import run
from tests.operations.pictures import archive, picture
from tests.web.contract import Office


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    office = Office(app)
    for name in ("Nông Văn An", "Lò Thị Bình"):
        office.person(name)
    return office


def names() -> list[str]:
    return list(db.session.scalars(select(Delegate.name).join(Photo, Photo.delegate_id == Delegate.id).order_by(Delegate.number)))


def test_a_folder_is_taken_with_all_below_it(office: Office, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "xa").mkdir()
    (tmp_path / "101.jpg").write_bytes(picture())
    (tmp_path / "xa" / "lo thi binh.png").write_bytes(picture(kind="PNG"))
    (tmp_path / "ai do.jpg").write_bytes(picture())
    (tmp_path / ".DS_Store").write_bytes(b"x")
    ended = run(app, "delegates", "photos", tmp_path, "--congress", office.congress.id)
    assert (ended.code, ended.data) == (0, "")
    assert ended.words.splitlines() == [
        "ai do.jpg: Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy.",
        "2 người có ảnh lần đầu, 0 thay ảnh, 0 như cũ; bỏ 1 tệp.",
    ]
    assert names() == ["Nông Văn An", "Lò Thị Bình"]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_name) == ("photos.store", "dòng lệnh")


def test_an_archive_is_taken_and_a_wrong_one_is_one_sentence(office: Office, app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "anh.zip"
    book.write_bytes(archive({"anh/102.jpg": picture()}))
    assert run(app, "delegates", "photos", book, "--congress", office.congress.id).code == 0
    assert names() == ["Lò Thị Bình"]
    book.write_bytes(b"PK\x03\x04hong")
    ended = run(app, "delegates", "photos", book, "--congress", office.congress.id)
    assert (ended.code, ended.words) == (1, "Tệp zip bị hỏng hoặc có mật khẩu. Nén lại không đặt mật khẩu rồi gửi.\n")
    assert run(app, "delegates", "photos", book, "--congress", 999).words == "Không có hội nghị số 999.\n"
