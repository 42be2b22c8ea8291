"""Failures over HTTP: each is a page, or a piece of JSON, with a sentence; a stack trace never leaves the server."""

import contextvars
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from congress.models import db
from tests.conftest import close
from tests.pages import Page, PageClient, lint
from tests.web.contract import Office, fresh, toasts

JSON = {"Accept": "application/json"}
TROUBLE = "Việc vừa làm chưa được ghi. Thử lại; nếu vẫn vậy, báo người quản trị giờ xảy ra."


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def real(office: Office, database: Any, build_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application as it runs for people: without the tests' setting that lets exceptions through."""
    app = build_app(database.url, TESTING=False)
    yield app
    close(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


def sentence(page: Page) -> tuple[int, str, list[str]]:
    """The status, the heading and the paragraphs of a failure's page."""
    assert lint(page.html) == []
    return page.status, page.h1, page.texts("p")


@contextmanager
def without_table(name: str) -> Iterator[None]:
    """Meanwhile a table is away: whatever reads it fails as nobody foresaw."""
    db.session.execute(text(f'ALTER TABLE "{name}" RENAME TO gone'))
    db.session.commit()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.execute(text(f'ALTER TABLE gone RENAME TO "{name}"'))
        db.session.commit()


def test_an_unforeseen_failure_is_a_sentence_for_the_user_and_a_trace_for_the_log(
    office: Office, real: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    office.app = real
    client = office.sign_in("organiser")
    client.get(office.home)
    with without_table("attendance"), caplog.at_level(logging.ERROR):
        page = client.open(office.home)
        answer = contextvars.Context().run(client.http.get, office.home, headers=JSON)
    status, heading, words = sentence(page)
    assert (status, heading, words[-3:]) == (500, "Máy chủ gặp trục trặc", [TROUBLE, "Về trang đầu", "Mã 500"])
    assert [trace for trace in ("Traceback", "Error", "attendance", "SELECT", ".py") if trace in page.html] == []
    record = next(record for record in caplog.records if record.exc_info)
    assert "Error in congresses.home" in record.getMessage()
    assert (answer.status_code, answer.get_json()) == (500, {"code": "http_500", "message": f"Máy chủ gặp trục trặc. {TROUBLE}"})
    client.get(office.home)


def test_what_fails_half_way_is_not_written(office: Office, real: Flask) -> None:
    office.app = real
    client = office.sign_in("organiser")
    client.get(office.home)
    with without_table("audit_entry"):
        page = client.open(f"{office.home}/size", "POST", data={"csrf_token": client.csrf_token, "planned_size": "99"})
    assert (page.status, fresh(office.congress).planned_size) == (500, 10)


def test_without_a_database_there_are_still_words(office: Office, real: Flask) -> None:
    office.app = real
    client = office.sign_in("organiser")
    with without_table("user"):
        page = client.open(office.home)
    assert sentence(page) == (500, "Máy chủ gặp trục trặc", [TROUBLE])


def test_what_is_not_there_and_what_is_not_ones_own_look_alike(office: Office, organiser: PageClient) -> None:
    texts = "Trang này không có, hoặc không thuộc đơn vị của bạn."
    for url in ("/khong-co", "/congress/999999", f"/congress/{office.other_congress.id}", "/congress/99999999999999999999"):
        status, heading, words = sentence(organiser.open(url))
        assert (status, heading, words[-3]) == (404, "Không tìm thấy", texts)


def test_what_is_not_ones_task_says_whom_to_ask(office: Office, organiser: PageClient) -> None:
    status, heading, words = sentence(organiser.open("/accounts"))
    told = "Tài khoản của bạn không được giao việc này. Hỏi người quản trị nếu cần."
    assert (status, heading, words[-3]) == (403, "Không có quyền", told)


def test_a_form_without_its_token_writes_nothing(office: Office, organiser: PageClient) -> None:
    organiser.get(office.home)
    for token in ("", "x"):
        page = organiser.open(f"{office.home}/size", "POST", data={"csrf_token": token, "planned_size": "99"})
        status, heading, words = sentence(page)
        assert (status, heading, words[-3]) == (400, "Yêu cầu chưa đúng", "Tải lại trang rồi làm lại.")
    assert fresh(office.congress).planned_size == 10


def test_a_wrong_method_is_a_page_too(office: Office, organiser: PageClient) -> None:
    status, heading, words = sentence(organiser.open(f"{office.home}/size"))
    assert (status, heading, words[-3]) == (405, "Không mở được như vậy", "Quay lại trang trước rồi bấm nút trên trang.")


def test_a_script_gets_json(office: Office, organiser: PageClient) -> None:
    missing = organiser.open("/khong-co", headers=JSON)
    assert (missing.status, missing.json["code"]) == (404, "http_404")
    token = {"csrf_token": organiser.csrf_token, "planned_size": "999"}
    refused = organiser.open(f"{office.home}/size", "POST", data=token, headers=JSON)
    words = "Quy mô 999 vượt mức tối đa 300 của kế hoạch. Chọn 300 trở xuống."
    assert (refused.status, refused.json) == (409, {"code": "size_cap", "message": words})
    stranger = PageClient(office.app)
    assert stranger.open(office.home, headers=JSON).status == 401


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/district?page=1", "/district?page=1"),
        ("http://elsewhere.vn/district", "{home}"),
        ("", "{home}"),
        ("http://localhost{home}/size", "{home}"),
    ],
)
def test_a_refused_button_leads_back_to_where_one_was(office: Office, organiser: PageClient, referrer: str, back: str) -> None:
    organiser.get(office.home)
    headers = {"Referer": referrer.format(home=office.home)} if referrer else {}
    answer = organiser.post(f"{office.home}/size", {"planned_size": "x"}, headers=headers)
    assert answer.location == back.format(home=office.home)
    assert toasts(organiser.follow(answer)) == ["Nhập quy mô bằng chữ số."]


def test_a_secret_address_reaches_no_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        app.logger.error("Exception on %s [GET]", "/m/AbCdEfGhIjKlMnOpQrStUv/watch")
        logging.getLogger("waitress").error("Exception while serving /d/AbCdEfGhIjKlMnOpQrStUv")
    assert [record.getMessage() for record in caplog.records] == [
        "Exception on /m/…/watch [GET]", "Exception while serving /d/…",
    ]  # fmt: skip
