"""Photos of delegates: in bulk by file name, one by hand, and each at its private address."""

from base64 import b64decode, b64encode
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_wtf.file import MultipleFileField
from werkzeug.wrappers import Response

from ..domain.refusals import Refused
from ..models import Delegate, db
from ..operations import photo_files
from ..operations import photos as operations
from ..operations.delegates import find_delegate
from .access import actor, requires
from .clock import now
from .errors import wants_json
from .forms import Form

bp = Blueprint("photos", __name__, url_prefix="/congress/<int:congress_id>/photos")

LISTED = 100  # people named on the page; the others are counted
BY_HAND = 40  # unmatched photos that the page itself carries, to be given by hand


class PhotosForm(Form):
    """Pictures, or archives of pictures; a browser sends those of a folder by the second field."""

    files = MultipleFileField("Tệp ảnh hoặc tệp zip")
    folder = MultipleFileField("Hoặc cả một thư mục ảnh")

    def sent(self) -> list[tuple[str, bytes]]:
        """(name, bytes) of what was chosen."""
        chosen = [*(self.files.data or ()), *(self.folder.data or ())]
        return [(file.filename, file.read()) for file in chosen if file and file.filename]


@bp.route("", methods=["GET", "POST"])
@requires("delegates.edit")
def index(congress_id: int) -> str | tuple[str, int]:
    """Send photos; the answer says whose they are, and which file is nobody's and why."""
    form, result = PhotosForm(), None
    if form.validate_on_submit():
        try:
            result = _received(form, congress_id)
        except Refused as refusal:
            db.session.rollback()
            form.files.errors = [*form.files.errors, refusal.message]
    with_photo, people = operations.count_photos(g.congress)
    page = render_template(
        "photos/index.html",
        congress=g.congress,
        form=form,
        result=result,
        by_hand=BY_HAND,
        encode=lambda jpeg: b64encode(jpeg).decode(),
        with_photo=with_photo,
        people=people,
        without=operations.people_without(g.congress, limit=LISTED),
        everybody=operations.name_people(g.congress) if result and result["unmatched"] else [],
    )
    return page, 422 if form.errors else 200


def _received(form: PhotosForm, congress_id: int) -> dict[str, Any]:
    """What became of the files sent."""
    owners = operations.owners_of(g.congress)
    db.session.rollback()  # pictures take their time: let those through who write meanwhile
    files = photo_files.open_files(form.sent())
    if not files:
        raise Refused("no_file", "Chọn tệp ảnh, tệp zip hoặc một thư mục có ảnh.")
    found = operations.sort_files(files, owners)
    stored = operations.store_photos(congress_id, found.photos, actor=actor(), now=now())
    db.session.commit()
    return {"stored": stored, "unmatched": found.unmatched}


@bp.post("/give")
@requires("delegates.edit")
def give(congress_id: int) -> Response | tuple[dict[str, str], int]:
    """Give a photo that the page of unmatched files carries to whom a badge number names."""
    words = request.form.get("number", "").split()
    number = words[0] if words and words[0].isascii() and words[0].isdigit() and len(words[0]) <= 9 else "0"
    delegate = operations.find_by_number(g.congress, int(number))
    if delegate is None:
        raise Refused("no_delegate", "Không có ai mang số thẻ này. Gõ số thẻ, hoặc chọn trong danh sách gợi ý.")
    try:
        data = b64decode(request.form.get("jpeg", ""), validate=True)
    except ValueError:  # not base64
        abort(400)
    operations.put_photo(delegate, data, actor=actor(), now=now())
    message = f"Đã ghi ảnh cho {delegate.name}, số {delegate.number}."
    db.session.commit()
    if wants_json():
        return {"message": message}, 200
    flash(message, "ok")
    return redirect(url_for(".index", congress_id=congress_id), code=303)


@bp.get("/<int:delegate_id>")
@requires("delegates.read")
def show(congress_id: int, delegate_id: int) -> Response:
    """A person's photo, for those who read the list."""
    return send_photo(delegate_id)


@bp.post("/<int:delegate_id>")
@requires("delegates.edit")
def put(congress_id: int, delegate_id: int) -> Response:
    """Give one person a photo."""
    delegate, file = _get(delegate_id), request.files.get("photo")
    if not file or not file.filename:
        raise Refused("no_file", "Chọn một tệp ảnh.")
    operations.put_photo(delegate, file.read(), actor=actor(), now=now())
    db.session.commit()
    flash("Đã ghi ảnh. Thẻ đã in được đánh dấu là đã đổi.", "ok")
    return redirect(_person(congress_id, delegate_id), code=303)


@bp.post("/<int:delegate_id>/remove")
@requires("delegates.edit")
def remove(congress_id: int, delegate_id: int) -> Response:
    """Take a person's photo away."""
    operations.remove_photo(_get(delegate_id), actor=actor(), now=now())
    db.session.commit()
    flash("Đã bỏ ảnh.", "ok")
    return redirect(_person(congress_id, delegate_id), code=303)


def send_photo(delegate_id: int) -> Response:
    """A photo of this congress; kept by the browser alone, which asks each time whether it is still the same."""
    photo = operations.find_photo(g.congress, delegate_id) or abort(404)
    response = Response(photo.jpeg, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(photo.digest)
    return response.make_conditional(request)


def _get(delegate_id: int) -> Delegate:
    return find_delegate(g.congress, delegate_id) or abort(404)


def _person(congress_id: int, delegate_id: int) -> str:
    return url_for("people.edit", congress_id=congress_id, delegate_id=delegate_id, _anchor="photo")


@bp.app_template_global("photo_version")
def photo_version(delegate_id: int) -> str:
    """For templates: "" where somebody has no photo."""
    return operations.find_version(delegate_id)
