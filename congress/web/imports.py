"""Importing a list: upload, preview with its effect on cap and ratio, mend, write."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response

from ..domain.delegate_lists import FIELD_TITLES
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..models import ImportDraft, db
from ..operations import imports as operations
from .access import actor, requires
from .clock import now, today
from .forms import Form

bp = Blueprint("imports", __name__, url_prefix="/congress/<int:congress_id>/delegates/import")

PAGE = 100
NAME_LENGTH = 80
GONE = "Bản xem trước này không còn: danh sách đã được ghi, đã bỏ, hoặc có tệp được tải lên sau."


class UploadForm(Form):
    """One workbook."""

    file = FileField("Tệp danh sách (.xlsx, .xls)", [FileRequired("Chọn tệp danh sách.")])


@bp.route("", methods=["GET", "POST"])
@requires("delegates.edit")
def upload(congress_id: int) -> str | Response | tuple[str, int]:
    """Choose a workbook; it is read, and nothing is written to the list."""
    form = UploadForm()
    if form.validate_on_submit():
        file = form.file.data
        try:
            draft = operations.start_import(
                g.congress, file.read(), file_name=_shown_name(file.filename), user_id=current_user.id, now=now(), today=today()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            page = url_for(".preview", congress_id=congress_id, draft_id=draft.id)  # after the commit it would be read again
            db.session.commit()
            return redirect(page, code=303)
    return render_template("imports/upload.html", congress=g.congress, form=form), 422 if form.errors else 200


def _shown_name(file_name: str) -> str:
    """The name a person gave the file, as a heading can show it."""
    name = normalise(file_name)
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


@bp.get("/<int:draft_id>")
@requires("delegates.edit")
def preview(congress_id: int, draft_id: int) -> str:
    """What the import would do: faults first, then everybody; mended here, nothing written yet."""
    draft = _get(draft_id)
    listing = operations.listing_of(draft)
    found = operations.preview_import(g.congress, listing.people, left_out=draft.left_out, sealer=_sealer())
    show = request.args.get("show", "")
    rows = [row for row in found.rows if not show or row.state == show]
    pages = -(-len(rows) // PAGE) or 1
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "imports/preview.html",
        congress=g.congress,
        draft=draft,
        listing=listing,
        preview=found,
        show=show,
        rows=rows[(page - 1) * PAGE : page * PAGE],
        faulty=[row for row in found.rows if row.state == "faulty"][:PAGE],
        pager=_Pages(page, pages, len(rows)),
        labels={c.code: c.label for c in g.congress.plan.components},
        titles=FIELD_TITLES,
    )


class _Pages:
    """What the pager macro asks of a list that is already in memory."""

    def __init__(self, page: int, pages: int, total: int) -> None:
        self.page, self.pages, self.total = page, pages, total
        self.has_prev, self.has_next = page > 1, page < pages


@bp.post("/<int:draft_id>/rows/<int:row>")
@requires("delegates.edit")
def mend(congress_id: int, draft_id: int, row: int) -> Response:
    """Read a row again with other texts in its faulty cells, or leave it out, or take it back in."""
    draft = _get(draft_id)
    if "leave_out" in request.form:
        operations.leave_out(draft, row, left_out=request.form["leave_out"] == "yes")
    else:
        changes = {key[5:]: text for key, text in request.form.items() if key.startswith("cell_") and key[5:] in FIELD_TITLES}
        if "drop" in request.form:  # "bỏ ô này, lấy người": one cell is left out, the others stay as they are
            changes = {request.form["drop"]: ""} if request.form["drop"] in ("phone", "email") else {}
        person = operations.mend_row(draft, row, changes, congress=g.congress, today=today())
        if person.errors:
            flash(f"Dòng {row} vẫn còn lỗi: {person.errors[0].reason}", "error")
    db.session.commit()
    return redirect(url_for(".preview", congress_id=congress_id, draft_id=draft_id, _anchor="faults"), code=303)


@bp.post("/<int:draft_id>/leave-out-faulty")
@requires("delegates.edit")
def leave_out_faulty(congress_id: int, draft_id: int) -> Response:
    """Leave out every row that still has a fault."""
    operations.leave_out_faulty(_get(draft_id))
    db.session.commit()
    return redirect(url_for(".preview", congress_id=congress_id, draft_id=draft_id), code=303)


@bp.post("/<int:draft_id>/finish")
@requires("delegates.edit")
def finish(congress_id: int, draft_id: int) -> Response:
    """Write the new people as proposed; the draft goes."""
    draft = _find(draft_id)
    if draft is None:
        return _gone(congress_id)
    people = operations.listing_of(draft).people
    added = operations.finish_import(congress_id, people, left_out=draft.left_out, actor=actor(), sealer=_sealer(), now=now())
    db.session.delete(draft)
    db.session.commit()
    flash(f"Đã thêm {added} người, ở trạng thái đề cử." if added else "Không có ai mới: mọi dòng đã có trong danh sách.", "ok")
    return redirect(url_for("delegates.index", congress_id=congress_id), code=303)


@bp.post("/<int:draft_id>/drop")
@requires("delegates.edit")
def drop(congress_id: int, draft_id: int) -> Response:
    """Forget the draft."""
    draft = _find(draft_id)
    if draft is None:
        return _gone(congress_id)
    db.session.delete(draft)
    db.session.commit()
    flash("Đã bỏ. Danh sách giữ nguyên.", "ok")
    return redirect(url_for("delegates.index", congress_id=congress_id), code=303)


def _find(draft_id: int) -> ImportDraft | None:
    return operations.find_draft(g.congress, draft_id, current_user.id)


def _get(draft_id: int) -> ImportDraft:
    return _find(draft_id) or abort(404)


def _gone(congress_id: int) -> Response:
    """Who presses a last button twice is told what became of the list."""
    flash(GONE, "warn")
    return redirect(url_for("delegates.index", congress_id=congress_id), code=303)


def _sealer() -> Any:
    return current_app.extensions["sealer"]
