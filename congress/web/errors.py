"""Every failure becomes a clear sentence: no stack trace ever reaches a user."""

import logging
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from ..domain.refusals import Refused
from ..models import db

SENTENCES = {
    400: ("Yêu cầu chưa đúng", "Tải lại trang rồi làm lại."),
    401: ("Chưa đăng nhập", "Đăng nhập rồi làm lại."),
    403: ("Không có quyền", "Tài khoản của bạn không được giao việc này. Hỏi người quản trị nếu cần."),
    404: ("Không tìm thấy", "Trang này không có, hoặc không thuộc đơn vị của bạn."),
    405: ("Không mở được như vậy", "Quay lại trang trước rồi bấm nút trên trang."),
    413: (
        "Tệp quá lớn",
        "Mỗi lần gửi tối đa 25 MB. Với danh sách, bỏ ảnh và các trang thừa trong tệp; với ảnh, chia làm nhiều lần gửi.",
    ),
    429: ("Thử quá nhiều lần", "Chờ vài phút rồi thử lại."),
    500: ("Máy chủ gặp trục trặc", "Việc vừa làm chưa được ghi. Thử lại; nếu vẫn vậy, báo người quản trị giờ xảy ra."),
}

# Shown when not even the page of a failure can be drawn, because the database is not there: it names nobody and loads nothing.
LAST_WORDS = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""

SECRET_ADDRESS = re.compile(r"/(m|d)/[\w-]{16,}")
LARGEST_NUMBER = 2**31 - 1  # of a row, on both databases


class RowNumber(IntegerConverter):
    """A number in an address that may be a row's; a larger one is nobody's, and the address is not found."""

    def __init__(self, rules: Map, *arguments: Any, **named: Any) -> None:
        super().__init__(rules, *arguments, **{"max": LARGEST_NUMBER, **named})


def row_number(text: str) -> int:
    """The same for a number in a form or after the question mark; ValueError when it is none."""
    number = int(text)
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError("no row has this number")
    return number


def wants_json() -> bool:
    """Whether the caller is a script of ours rather than a person's browser."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def show_error(status: int) -> tuple[Response | str, int]:
    """The page, or the JSON, of a failure."""
    db.session.rollback()
    title, text = SENTENCES.get(status, SENTENCES[400])
    if wants_json():
        return jsonify(code=f"http_{status}", message=f"{title}. {text}"), status
    return render_template("error.html", title=title, text=text, status=status), status


def show_refusal(refusal: Refused) -> Response | tuple[Response, int]:
    """An operation said no after a button: say it where the person was."""
    db.session.rollback()
    if wants_json():
        return jsonify(code=refusal.code, message=refusal.message), 409
    flash(refusal.message, "error")
    return redirect(back_page(), code=303)


def back_page() -> str:
    """The page the request came from, if it is one of ours."""
    came = urlsplit(request.referrer or "")
    if came.netloc == request.host and came.path != request.path:
        return came.path + (f"?{came.query}" if came.query else "")
    congress_id = (request.view_args or {}).get("congress_id")
    return url_for("congresses.home", congress_id=congress_id) if congress_id else url_for("overview.show")


class HideSecrets(logging.Filter):
    """Addresses that are secrets (a delegate's own page, a contact's link) reach no log, whoever writes the line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_ADDRESS.sub(r"/\1/…", record.getMessage()), None
        return True


def init_errors(app: Flask) -> None:
    """Register the handlers, what an address may hold, and what a log may not."""
    for logger in (app.logger, logging.getLogger("waitress")):
        if not any(isinstance(each, HideSecrets) for each in logger.filters):
            logger.addFilter(HideSecrets())
    app.url_map.converters["int"] = RowNumber
    app.register_error_handler(Refused, show_refusal)
    app.register_error_handler(CSRFError, lambda _error: show_error(400))
    app.register_error_handler(HTTPException, lambda error: error.response or show_error(error.code or 500))
    if not app.config.get("TESTING"):

        @app.errorhandler(Exception)
        def unexpected(error: Exception) -> tuple[Response | str, int]:
            app.logger.exception("unexpected %s in %s", type(error).__name__, request.endpoint)
            try:
                return show_error(500)
            except Exception:
                title, text = SENTENCES[500]
                return LAST_WORDS.format(title=title, text=text), 500
