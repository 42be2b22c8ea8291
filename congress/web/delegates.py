"""The delegate list of a congress: filters, pages, and moving the picked people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..domain.person_words import CAPACITIES, SEXES
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Congress, Delegate, db
from ..operations import admission, bulk, counting, duplicates, saved_filters
from ..operations import delegate_queries as queries
from ..operations.delegate_queries import ListFilter, read_filter
from ..operations.personal import ANSWERS
from .access import actor, may, requires
from .clock import now
from .errors import row_number
from .forms import tidy
from .presentation import show_number

bp = Blueprint("delegates", __name__, url_prefix="/congress/<int:congress_id>/delegates")

PAGE, LONG_PAGE = 100, 500
MOST_PICKED = 10_000  # no list is as long, and no database is asked for more at once
MOVES = {"approved": "Duyệt", "proposed": "Đề cử", "reserve": "Dự khuyết", "withdrawn": "Rút"}
SIDES = {"honoured": "Bên điển hình", "invited": "Bên khách mời, lãnh đạo", "uncounted": "Không tính tỷ lệ"}


@dataclass(frozen=True)
class Pages:
    """One page of a list, as the pager macro asks for it."""

    page: int
    per: int
    total: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.per) or 1

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages


def pages_of(total: int, per: int = PAGE) -> Pages:
    """The page that the address asks for, or the last one there is."""
    wanted = Pages(request.args.get("page", 1, type=row_number) or 1, per, total)
    return replace(wanted, page=min(wanted.page, wanted.pages))


@bp.route("", methods=["GET", "POST"])
@requires("delegates.read")
def index(congress_id: int) -> str:
    """The list in Vietnamese order; a typed name comes by POST and never stands in an address."""
    congress = g.congress
    sensitive = may("delegates.sensitive", congress)
    show = read_filter(request.args, text=tidy(request.form.get("q", ""))[:100], sensitive=sensitive)
    per = LONG_PAGE if request.args.get("per") == str(LONG_PAGE) else PAGE
    pages = pages_of(queries.count_shown(congress, show), per)
    figures = counting.count_one(congress)
    shown = {
        "show": show, "pages": pages, "rows": queries.list_rows(congress, show, page=pages.page, per=per), "per": per,
        "link": links(congress, show, per), "figures": figures, "meter": counting.meter_of(congress, figures),
        "reserve": queries.offer_reserve(congress, figures.approved), "delegations": queries.count_by_delegation(congress),
        "chips": queries.count_chips(congress), "moves": moves_for(congress), "change": bulk.find_last_change(congress),
        "kept": saved_filters.filters_of(congress, current_user.id), "can_edit": may("delegates.edit", congress),
        "missing": queries.missing_words(sensitive=sensitive), "doubtful": duplicates.find_doubtful(congress),
    }  # fmt: skip
    return render_template("delegates/index.html", congress=congress, **WORDS, **shown)


WORDS = {
    "states": admission.STATES, "sides": SIDES, "capacities": CAPACITIES, "sexes": SEXES,
    "long_page": LONG_PAGE, "answered": ANSWERS,
}  # fmt: skip


def links(congress: Congress, show: ListFilter, per: int) -> Callable[..., str]:
    """Addresses of the list with some codes of a filter changed; the first page, unless one is named."""

    def link(page: int | None = None, per: int = per, **codes: Any) -> str:
        kept = {"per": per if per != PAGE else None, "page": page if page and page > 1 else None}
        return url_for("delegates.index", congress_id=congress.id, **show.but(**codes).codes(), **kept)

    return link


def moves_for(congress: Congress, delegate: Delegate | None = None) -> dict[str, str]:
    """The buttons that move people here and now, as the person's role and the congress's stage allow."""
    stage, approved = congress.stage, delegate is not None and delegate.state == "approved"
    allowed = {
        "approved": may("delegates.approve", congress) and (allows(stage, "approve") or allows(stage, "amend")),
        "proposed": allows(stage, "withdraw" if approved else "propose"),
        "reserve": allows(stage, "withdraw" if approved else "propose"),
        "withdrawn": allows(stage, "withdraw"),
    }
    if not may("delegates.edit", congress) or (approved and not may("delegates.approve", congress)):
        return {}
    return {code: label for code, label in MOVES.items() if allowed[code] and (delegate is None or code != delegate.state)}


@bp.post("/state")
@requires("delegates.edit")
def move(congress_id: int) -> Response:
    """Move the picked people to a state, all or none; from the list it can be undone."""
    state = request.form.get("state", "")
    if state not in admission.STATES:
        abort(400)
    ids, kept = picked(), "keep_page" in request.form
    moved = (bulk.move_people if kept else admission.set_states)(
        congress_id,
        ids,
        state,
        actor=actor(),
        sealer=current_app.extensions["sealer"],
        now=now(),
        reason=tidy(request.form.get("reason", ""))[:1000],
        override="override" in request.form,
    )
    db.session.commit()
    flash(f"{admission.STATES[state]}: {moved} người.", "ok")
    return back_to_list()


def picked() -> Sequence[int]:
    """The people ticked on the list, or with "all" everybody whom its filter shows. Raises Refused for nobody."""
    if "all" in request.form:
        ids = queries.ids_of(g.congress, kept_filter())
    else:
        ids = ticked()
    if not ids:
        raise Refused("nobody", "Đánh dấu ít nhất một người.")
    return ids


def ticked() -> list[int]:
    """The people ticked on a page. Raises Refused for more than there can be."""
    ids = request.form.getlist("ids", type=row_number)
    if len(ids) > MOST_PICKED:
        raise Refused("too_many", f"Chọn tối đa {show_number(MOST_PICKED)} người mỗi lần.")
    return ids


def kept_filter() -> ListFilter:
    """The filter of the page a form came from; the typed name too."""
    codes = {code: request.form.get(f"keep_{code}", "") for code in queries.CODES}
    sensitive = may("delegates.sensitive", g.congress)
    return read_filter(codes, text=tidy(request.form.get("keep_q", ""))[:100], sensitive=sensitive)


def back_to_list() -> Response:
    """The list as it was: its codes and its page, without a typed name."""
    kept = {key: request.form[f"keep_{key}"] for key in ("per", "page") if request.form.get(f"keep_{key}", "").isdigit()}
    return redirect(url_for("delegates.index", congress_id=g.congress.id, **kept_filter().codes(), **kept), code=303)


@bp.post("/filters")
@requires("delegates.read")
def save_filter(congress_id: int) -> Response:
    """Keep the codes of the filter under a name."""
    name = tidy(request.form.get("name", ""))
    kept = saved_filters.save_filter(g.congress, name, kept_filter(), user_id=current_user.id, actor=actor(), now=now())
    words = f"Đã lưu bộ lọc “{kept.name}”."
    db.session.commit()
    flash(words, "ok")
    return back_to_list()


@bp.post("/filters/<int:filter_id>/remove")
@requires("delegates.read")
def remove_filter(congress_id: int, filter_id: int) -> Response:
    """Forget a kept filter."""
    if not saved_filters.remove_filter(g.congress, filter_id, user_id=current_user.id, actor=actor(), now=now()):
        abort(404)
    db.session.commit()
    flash("Đã bỏ bộ lọc.", "ok")
    return redirect(url_for(".index", congress_id=congress_id), code=303)
