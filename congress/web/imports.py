"""Importing a list: upload or paste, say what the columns are, preview as a diff, mend, write, and take back what was left."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..documents.list_template import make_template
from ..documents.marked_workbook import MarkedCell, mark_errors
from ..domain.delegate_lists import FIELD_TITLES, Listing
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import ImportDraft, db
from ..operations import import_drafts as drafts
from ..operations.import_beside import find_elsewhere
from ..operations.import_diff import Preview, preview_import
from ..operations.imports import Reading, Written
from .access import actor, may, requires
from .clock import now, today
from .errors import row_number
from .exports import XLSX, file_name
from .forms import Form
from .import_forms import FinishForm, UploadForm, columns_form, reading_from, show_change

bp = Blueprint("imports", __name__, url_prefix="/congress/<int:congress_id>/delegates/import")

PAGE = 100
GONE = "Bản xem trước này không còn: đã bỏ, đã quá hai ngày, hoặc có tệp được tải lên sau."


@bp.route("", methods=["GET", "POST"])
@requires("delegates.edit")
def upload(congress_id: int) -> str | Response | tuple[str, int]:
    """Send a file or a pasted range; it is read, and nothing is written to the list."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            draft = drafts.start_import(
                g.congress, form.upload(), user_id=current_user.id, sealer=_sealer(), now=now(), today=today()
            )
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            asking = bool(drafts.questions_of(draft, drafts.listing_of(draft)))
            page = _page("columns" if asking else "preview", draft.id)  # after the commit the draft would be read again
            db.session.commit()
            return redirect(page, code=303)
    return render_template("imports/upload.html", congress=g.congress, form=form), 422 if form.errors else 200


@bp.route("/<int:draft_id>/columns", methods=["GET", "POST"])
@requires("delegates.edit")
def columns(congress_id: int, draft_id: int) -> str | Response | tuple[str, int]:
    """What each column, heading and font of the list is; what is said is remembered for the unit."""
    draft = _get_open(draft_id)
    listing = drafts.listing_of(draft)
    form = columns_form(draft, listing, g.congress)
    how = reading_from(form, draft, listing) if form.validate_on_submit() else None
    if how is not None and _read_again(draft, how, form):
        return redirect(_page("preview", draft_id), code=303)  # which leads back here while something is unclear
    page = render_template(
        "imports/columns.html",
        congress=g.congress,
        draft=draft,
        listing=listing,
        form=form,
        converted=drafts.converted_names(listing, drafts.reading_of(draft)),
        skippable=drafts.SKIPPABLE,
    )
    return page, 422 if form.errors else 200


def _read_again(draft: ImportDraft, how: Reading, form: Form) -> bool:
    try:
        drafts.read_again(draft, how, congress=g.congress, sealer=_sealer(), now=now(), today=today())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


@bp.get("/<int:draft_id>")
@requires("delegates.edit")
def preview(congress_id: int, draft_id: int) -> str | Response:
    """What the import would do: faults and questions first, then everybody; mended here, nothing written yet."""
    draft = _get(draft_id)
    if draft.finished_at is not None:
        return redirect(_page("result", draft_id))
    listing = drafts.listing_of(draft)
    if drafts.questions_of(draft, listing).blocking:
        flash("Chọn cách đọc cột trước.", "warn")
        return redirect(_page("columns", draft_id))
    found = _preview_of(draft, listing)
    show = request.args.get("show", "")
    rows = [row for row in found.rows if not show or row.state == show]
    pager = _Pages(request.args.get("page", 1, type=row_number), len(rows))
    rows = rows[(pager.page - 1) * PAGE : pager.page * PAGE]
    elsewhere = find_elsewhere(g.congress, [row.person for row in rows if row.state == "new"], actor=actor())
    shown = {"show": show, "rows": rows, "pager": pager, "elsewhere": elsewhere, "form": FinishForm()}
    return render_template("imports/preview.html", draft=draft, listing=listing, **shown, **_words(found, listing))


def _preview_of(draft: ImportDraft, listing: Listing) -> Preview:
    return preview_import(g.congress, listing.people, sealer=_sealer(), wishes=drafts.wishes_of(draft))


def _words(found: Preview, listing: Listing) -> dict[str, Any]:
    """What the template says of the whole list, of components and of differences."""
    labels = {c.code: c.label for c in g.congress.plan.components}
    sensitive = may("delegates.sensitive", g.congress)
    return {
        "congress": g.congress,
        "preview": found,
        "seen": found.fingerprint(_sealer()),
        "titles": FIELD_TITLES,
        "labels": labels,
        "show_change": lambda change: show_change(change, labels, sensitive=sensitive),
        "faulty": [row for row in found.rows if row.state == "faulty"][:PAGE],
        "unclear": [row for row in found.rows if row.state == "duplicate"][:PAGE],
        "without_group": len(drafts.rows_without_group(listing)),
        "amending": g.congress.stage == "list_closed",
        "may_write": allows(g.congress.stage, "propose"),
    }


class _Pages:
    """What the pager macro asks of a list that is already in memory."""

    def __init__(self, page: int, total: int) -> None:
        self.pages = -(-total // PAGE) or 1
        self.page, self.total = min(max(page, 1), self.pages), total
        self.has_prev, self.has_next = self.page > 1, self.page < self.pages


@bp.post("/<int:draft_id>/rows/<int:row>")
@requires("delegates.edit")
def mend(congress_id: int, draft_id: int, row: int) -> Response:
    """Read a row again with other texts in its faulty cells, or leave it out, or take it back in."""
    draft = _get_open(draft_id)
    if "leave_out" in request.form:
        drafts.leave_out(draft, {row}, left_out=request.form["leave_out"] == "yes")
    else:
        changes = {key[5:]: text for key, text in request.form.items() if key.startswith("cell_") and key[5:] in FIELD_TITLES}
        if "drop" in request.form:  # "bỏ ô này, lấy người": one cell is left out, the others stay as they are
            changes = {request.form["drop"]: ""} if request.form["drop"] in ("phone", "email", "id_number") else {}
        if "take" in request.form:  # the text that the reader suggests, for one cell
            column, _, text = request.form["take"].partition("=")
            changes = {column: text} if column in FIELD_TITLES else {}
        person = drafts.mend_row(draft, row, changes, congress=g.congress, today=today())
        if person.errors:
            flash(f"Dòng {person.row} vẫn còn lỗi: {person.errors[0].reason}", "error")
    db.session.commit()
    return redirect(_page("preview", draft_id, anchor="faults"), code=303)


@bp.post("/<int:draft_id>/group")
@requires("delegates.edit")
def set_group(congress_id: int, draft_id: int) -> Response:
    """Give one component to every row that says nothing of one."""
    draft = _get_open(draft_id)
    rows = drafts.set_group(draft, request.form.get("group", ""), congress=g.congress, today=today())
    db.session.commit()
    flash(f"Đã đặt thành phần cho {rows} dòng.", "ok")
    return redirect(_page("preview", draft_id, anchor="faults"), code=303)


@bp.post("/<int:draft_id>/rows/<int:row>/decision")
@requires("delegates.edit")
def decide(congress_id: int, draft_id: int, row: int) -> Response:
    """Say who a row is, or whether what it says otherwise is taken."""
    drafts.decide(_get_open(draft_id), row, request.form.get("wish", ""))
    db.session.commit()
    return redirect(_page("preview", draft_id, anchor="rows", show=request.form.get("show") or None), code=303)


@bp.post("/<int:draft_id>/leave-out/<any(faulty, duplicate):state>")
@requires("delegates.edit")
def leave_out(congress_id: int, draft_id: int, state: str) -> Response:
    """Leave out every row that still has a fault, or of which nobody has said who it is."""
    draft = _get_open(draft_id)
    found = _preview_of(draft, drafts.listing_of(draft))
    drafts.leave_out(draft, {row.person.key for row in found.rows if row.state == state}, left_out=True)
    db.session.commit()
    return redirect(_page("preview", draft_id), code=303)


@bp.post("/<int:draft_id>/replaces")
@requires("delegates.edit")
def choose_replaced(congress_id: int, draft_id: int) -> Response:
    """Say which earlier list this one is the newer version of."""
    drafts.choose_replaced(_get_open(draft_id), request.form.get("version", 0, type=row_number))
    db.session.commit()
    return redirect(_page("preview", draft_id, anchor="missing"), code=303)


@bp.post("/<int:draft_id>/missing")
@requires("delegates.edit")
def choose_withdrawn(congress_id: int, draft_id: int) -> Response:
    """Say who of the earlier list, and not in this one, is to be withdrawn."""
    drafts.choose_withdrawn(_get_open(draft_id), request.form.getlist("ids", type=row_number))
    db.session.commit()
    return redirect(_page("preview", draft_id, anchor="missing"), code=303)


@bp.post("/<int:draft_id>/finish")
@requires("delegates.edit")
def finish(congress_id: int, draft_id: int) -> Response:
    """Write what the preview showed; the draft stays as the page of what was done."""
    draft = _find(draft_id)
    if draft is None:
        return _gone(congress_id)
    if draft.finished_at is None:
        form = FinishForm()
        if not form.validate():
            raise Refused("reason", "Lý do dài quá 300 ký tự. Viết ngắn lại.", "reason")
        seen = request.form.get("seen", "")
        written = drafts.finish_draft(
            draft, reason=form.reason.data or "", seen=seen, actor=actor(), sealer=_sealer(), now=now()
        )  # fmt: skip
        db.session.commit()
        flash(_said(written), "ok")
    return redirect(_page("result", draft_id), code=303)


def _said(written: Written) -> str:
    parts = [
        f"Đã thêm {written.added} người, ở trạng thái đề cử." if written.added else "",
        f"Đã sửa {written.changed} người." if written.changed else "",
        f"Đã rút {written.withdrawn} người." if written.withdrawn else "",
    ]
    return " ".join(part for part in parts if part) or "Không có ai mới: mọi dòng đã có trong danh sách."


@bp.get("/<int:draft_id>/result")
@requires("delegates.edit")
def result(congress_id: int, draft_id: int) -> str | Response:
    """What was written and what was left out, which can be taken back as a marked workbook."""
    draft = _get(draft_id)
    if draft.finished_at is None:
        return redirect(_page("preview", draft_id))
    listing = drafts.listing_of(draft)
    return render_template("imports/result.html", congress=g.congress, draft=draft, listing=listing, left=listing.people[:PAGE])


@bp.post("/<int:draft_id>/marked")
@requires("delegates.edit")
def marked(congress_id: int, draft_id: int) -> Response:
    """The very workbook that was sent, with a column "Lỗi" and its faulty cells marked."""
    back = drafts.give_back(_get(draft_id), congress=g.congress, actor=actor(), sealer=_sealer(), now=now())
    faults = [MarkedCell(fault.sheet, fault.row, fault.column, fault.reason) for fault in back.faults]
    book = mark_errors(back.data, faults, sheets=back.sheets, header_rows=back.header_rows)
    db.session.commit()
    return _workbook(book.content, book.file_name_suffix.removesuffix(".xlsx"))


@bp.get("/template")
@requires("delegates.edit")
def template(congress_id: int) -> Response:
    """A workbook to fill in, with the plan's components to choose from; it holds nobody, so no line is kept of it."""
    labels = [component.label for component in g.congress.plan.components]
    return _workbook(make_template(labels, congress_title=g.congress.title1), "_mau")


def _workbook(data: bytes, suffix: str) -> Response:
    name = f"{file_name(g.congress.unit.name).removesuffix('.xlsx')}{suffix}.xlsx"
    return Response(data, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.post("/<int:draft_id>/drop")
@requires("delegates.edit")
def drop(congress_id: int, draft_id: int) -> Response:
    """Forget the draft and its file."""
    draft = _find(draft_id)
    if draft is None:
        return _gone(congress_id)
    finished = draft.finished_at is not None
    db.session.delete(draft)
    db.session.commit()
    flash("Đã xóa tệp." if finished else "Đã bỏ. Danh sách giữ nguyên.", "ok")
    return redirect(url_for("delegates.index", congress_id=congress_id), code=303)


def _page(view: str, draft_id: int, *, anchor: str | None = None, **arguments: Any) -> str:
    return url_for(f".{view}", congress_id=g.congress.id, draft_id=draft_id, _anchor=anchor, **arguments)


def _find(draft_id: int) -> ImportDraft | None:
    return drafts.find_draft(g.congress, draft_id, current_user.id, now=now())


def _get(draft_id: int) -> ImportDraft:
    return _find(draft_id) or abort(404)


def _get_open(draft_id: int) -> ImportDraft:
    """A draft that is not written yet."""
    draft = _get(draft_id)
    if draft.finished_at is not None:
        raise Refused("finished", "Danh sách này đã ghi rồi. Tải tệp lên lần nữa nếu còn thay đổi.")
    return draft


def _gone(congress_id: int) -> Response:
    """Who presses a last button twice is told what became of the list."""
    flash(GONE, "warn")
    return redirect(url_for("delegates.index", congress_id=congress_id), code=303)


def _sealer() -> Any:
    return current_app.extensions["sealer"]
