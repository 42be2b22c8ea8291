"""A delegate's own page at an unguessable address: the invitation's answer, the code for the door, the programme.

The 128 bits of the address are the whole permission. Nothing counts wrong guesses: at a thousand a second, one of a thousand
pages would be hit once in 10^25 years. The address is told to nobody: no referrer, no search engine, no log of ours.
"""

from flask import Blueprint, Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from ..documents.qr import token_path
from ..domain.personal import REASON_LENGTH
from ..domain.refusals import Refused
from ..models import db
from ..operations import personal as operations
from ..operations.personal_page import Personal, find_programme
from ..operations.sealing import Sealer
from .access import public
from .agenda import programme_pdf
from .clock import now
from .errors import row_number
from .forms import Form

bp = Blueprint("personal", __name__)

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
THANKS = {"yes": "Đã ghi nhận: quý đại biểu sẽ đến. Xin cảm ơn.", "no": "Đã ghi nhận: quý đại biểu không đến được. Xin cảm ơn."}


class AnswerForm(Form):
    """Whether somebody comes; the reason belongs to a "no"."""

    coming = RadioField("Trả lời", [InputRequired("Chọn sẽ đến hay không đến.")], choices={"yes": "Sẽ đến", "no": "Không đến"})
    reason = TextAreaField("Lý do", [Length(max=REASON_LENGTH, message=f"Tối đa {REASON_LENGTH} ký tự.")])


@bp.record_once
def check_tokens_in_the_form(state: BlueprintSetupState) -> None:
    """Over https the general check asks for a referrer too, which these pages never send: here the form checks its own token."""
    state.app.extensions["csrf"].exempt(show)


@bp.after_request
def keep_the_address(response: Response) -> Response:
    """No page that is reached from here, no search engine and no cache learns the address."""
    response.headers.update(HEADERS)
    return response


def _sealer() -> Sealer:
    sealer: Sealer = current_app.extensions["sealer"]
    return sealer


@bp.route("/m/<page_secret>", methods=["GET", "POST"])
@public
def show(page_secret: str) -> str | AnyResponse | tuple[str, int]:
    """A delegate's own page, found by its unguessable address alone; a POST answers the invitation."""
    form = AnswerForm()
    if form.is_submitted() and _answered(page_secret, form):
        return redirect(url_for(".show", page_secret=page_secret), code=303)
    page = operations.find_personal(page_secret, sealer=_sealer(), now=now())
    if page is None:
        return render_template("personal/unknown.html"), 404
    shown = {"page": page, "form": form, "page_secret": page_secret, "seen": _seen(page)}
    code = token_path(page.token) if page.token else None
    return render_template("personal/show.html", code=code, **shown), 422 if form.errors else 200


def _answered(page_secret: str, form: AnswerForm) -> bool:
    if not form.validate():
        if form.csrf_token.errors:
            abort(400)
        return False
    coming, reason = form.coming.data == "yes", form.reason.data or ""
    try:
        operations.answer(page_secret, coming=coming, reason=reason, sealer=_sealer(), now=now())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    flash(THANKS[form.coming.data], "ok")
    return True


def _seen(page: Personal) -> str:
    """What tells one state of the page from the next."""
    return _sealer().digest("personal-page", repr(page))


@bp.get("/m/<page_secret>/watch")
@public
def watch(page_secret: str) -> Response:
    """Whether the page would say something else by now: 304 while it would not. Its script asks every half minute."""
    page = operations.find_personal(page_secret, sealer=_sealer(), now=now()) or abort(404)
    response = jsonify(seen=_seen(page))
    response.set_etag(_seen(page))
    return response.make_conditional(request)


@bp.get("/m/<page_secret>/programme.pdf")
@public
def programme(page_secret: str) -> Response:
    """The programme as PDF: of the sitting asked for, else of the main one."""
    owner = operations.find_owner(page_secret, sealer=_sealer())
    sitting = find_programme(owner, request.args.get("sitting", type=row_number)) if owner else None
    if owner is None or sitting is None:
        abort(404)
    headers = {"Content-Disposition": 'inline; filename="Chuong-trinh.pdf"'}
    return Response(programme_pdf(owner.congress, sitting), mimetype="application/pdf", headers=headers)
