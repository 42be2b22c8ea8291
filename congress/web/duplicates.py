"""People who look like one: the pairs of a congress, two of them side by side, and what is done about them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from ..domain.access import may_at
from ..domain.duplicates import compare
from ..domain.person_words import CAPACITIES, SEXES, show_born, show_yes_no
from ..domain.refusals import Refused
from ..domain.structure import ECONOMIC_SECTORS
from ..domain.units import KINDS
from ..models import Delegate, db
from ..operations import admission
from ..operations import duplicates as operations
from .access import actor, may, requires
from .clock import now
from .errors import row_number
from .forms import Form
from .presentation import page_urls

bp = Blueprint("duplicates", __name__, url_prefix="/congress/<int:congress_id>/duplicates")

PAGE = 100
Decided = Response | tuple[str, int]
REASONS = {"id_number": "Cùng số CCCD", "name_born": "Cùng tên, cùng năm sinh", "name_unit": "Cùng tên, cùng đơn vị"}


class DecisionForm(Form):
    """Why a pair is decided as it is."""

    reason = StringField("Lý do", [Length(max=500, message="Tối đa 500 ký tự.")])


@dataclass(frozen=True)
class Slice:
    """One page of the pairs, as `pager` takes it."""

    items: list[operations.Duplicate]
    page: int
    pages: int
    total: int

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages


def _slice(pairs: list[operations.Duplicate], page: int) -> Slice:
    pages = max(-(-len(pairs) // PAGE), 1)
    page = min(max(page, 1), pages)
    return Slice(pairs[(page - 1) * PAGE : page * PAGE], page, pages, len(pairs))


@bp.get("")
@requires("delegates.read")
def index(congress_id: int) -> str:
    """The pairs nothing explains yet, and those said to be two people."""
    pairs = operations.find_duplicates(g.congress, actor=actor())
    return render_template(
        "duplicates/index.html", congress=g.congress, pairs=_slice(pairs, request.args.get("page", 1, type=row_number)),
        decided=operations.decisions_of(g.congress, actor=actor()), reasons=REASONS, kinds=KINDS, states=admission.STATES,
        can_edit=may("delegates.edit", g.congress), page_url=page_urls(".index", congress_id=congress_id),
    )  # fmt: skip


@bp.get("/<int:delegate_id>/<int:other_id>")
@requires("delegates.edit")
def show(congress_id: int, delegate_id: int, other_id: int) -> str:
    """Two rows side by side."""
    return _page(_get(delegate_id, other_id), DecisionForm(formdata=None))


def _get(delegate_id: int, other_id: int) -> operations.Duplicate:
    pairs = operations.find_duplicates(g.congress, actor=actor(), delegate_id=delegate_id)
    return next((pair for pair in pairs if pair.right.id == other_id), None) or abort(404)


def _page(pair: operations.Duplicate, form: DecisionForm) -> str:
    return render_template(
        "duplicates/show.html", congress=g.congress, pair=pair, form=form, lines=_lines(pair) if pair.right.visible else [],
        reasons=REASONS, kinds=KINDS, states=admission.STATES,
    )  # fmt: skip


@bp.post("/<int:delegate_id>/<int:other_id>/merge")
@requires("delegates.edit")
def merge(congress_id: int, delegate_id: int, other_id: int) -> Decided:
    """Keep one of two rows of this congress; the other is withdrawn."""
    kept, dropped = (other_id, delegate_id) if request.form.get("keep") == "right" else (delegate_id, other_id)

    def act(pair: operations.Duplicate, reason: str) -> str:
        person = operations.merge(congress_id, kept, dropped, reason=reason, **_who())
        return f"Đã gộp vào {person.name}, số thẻ {person.number}."

    return _decide(delegate_id, other_id, act)


@bp.post("/<int:delegate_id>/<int:other_id>/keep")
@requires("delegates.edit")
def keep(congress_id: int, delegate_id: int, other_id: int) -> Decided:
    """Both stay, with a reason: they are two people, or one who rightly stands in two congresses."""

    def act(pair: operations.Duplicate, reason: str) -> str:
        operations.keep_apart(pair, reason, actor=actor(), now=now())
        return "Đã ghi: giữ cả hai."

    return _decide(delegate_id, other_id, act)


@bp.post("/<int:delegate_id>/<int:other_id>/withdraw")
@requires("delegates.edit")
def withdraw(congress_id: int, delegate_id: int, other_id: int) -> Decided:
    """Somebody who stands in another congress leaves this one."""

    def act(pair: operations.Duplicate, reason: str) -> str:
        operations.withdraw_here(pair, reason, **_who())
        return f"Đã rút {pair.left.name} khỏi danh sách này."

    return _decide(delegate_id, other_id, act)


def _who() -> dict[str, Any]:
    return {"actor": actor(), "sealer": current_app.extensions["sealer"], "now": now()}


def _decide(delegate_id: int, other_id: int, act: Callable[[operations.Duplicate, str], str]) -> Decided:
    """Do what was decided about a pair and say it; a reason that is missing is asked for beside its field."""
    pair, form = _get(delegate_id, other_id), DecisionForm()
    if form.validate():
        try:
            words = act(pair, form.reason.data or "")
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(words, "ok")
            return redirect(url_for(".index", congress_id=g.congress.id), code=303)
    return _page(pair, form), 422


# ---- two rows in words -----------------------------------------------------------------------------------------------

PLAIN = (
    ("Họ và tên", "name"), ("Học hàm, học vị", "degree"), ("Chức vụ", "title"), ("Đơn vị", "unit_text"),
    ("Đại diện cho", "represents"), ("Lĩnh vực", "field"), ("Trình độ văn hóa", "schooling"),
    ("Trình độ chuyên môn", "education"), ("Khen thưởng cao nhất", "highest_award"), ("Thành tích", "achievements"),
    ("Chỗ ngồi", "seat"), ("Ghi chú", "note"),
)  # fmt: skip
CONTACT = (("Số điện thoại", "phone"), ("Email", "email"), ("Số CCCD", "id_number"))
SENSITIVE = (("Dân tộc", "ethnic"), ("Tôn giáo", "religion"), ("Lý luận chính trị", "political_theory"))


def _lines(pair: operations.Duplicate) -> list[dict[str, Any]]:
    """Every column of which one of the two says something; (label, left, right, how they stand to each other)."""
    left, right = operations.get_rows(pair)
    shown = [(label, *words, True) for label, words in _pairs(left, right)]
    contact = _may_read_contact(right)
    shown += [(label, _text(left, name), _text(right, name), contact) for label, name in CONTACT]
    shown.append(("Ngày sinh", show_born(left.born), show_born(right.born), contact))
    hidden = [(label, _text(left, name), _text(right, name), False) for label, name in SENSITIVE]
    hidden.append(("Đảng viên", show_yes_no(left.party), show_yes_no(right.party), False))
    return [_line(*row) for row in shown + hidden if row[1] or row[2]]


def _line(label: str, left: str, right: str, readable: bool) -> dict[str, Any]:
    line = {"label": label, "verdict": compare(left, right), "readable": readable}
    return line | ({"left": left, "right": right} if readable else {})


def _pairs(left: Delegate, right: Delegate) -> list[tuple[str, tuple[str, str]]]:
    words = {
        "Thành phần": lambda d: d.component.label,
        "Trạng thái": lambda d: admission.STATES[d.state],
        "Đoàn": lambda d: d.delegation.name if d.delegation else "",
        "Tư cách": lambda d: CAPACITIES.get(d.capacity, ""),
        "Giới tính": lambda d: SEXES.get(d.sex, ""),
        "Trực tiếp lao động, sản xuất": lambda d: show_yes_no(d.direct_labour),
        "Mô hình mới": lambda d: show_yes_no(d.new_model),
        "Thành phần kinh tế": lambda d: ECONOMIC_SECTORS.get(d.economic_sector, ""),
    }
    plain = [(label, (_text(left, name), _text(right, name))) for label, name in PLAIN]
    return plain[:4] + [(label, (say(left), say(right))) for label, say in words.items()] + plain[4:]


def _text(delegate: Delegate, name: str) -> str:
    return getattr(delegate, name) or ""


def _may_read_contact(right: Delegate) -> bool:
    """Birth date, telephone and ID number are for those who keep the list the other row stands in."""
    unit = right.congress.unit
    return may_at(actor(), "delegates.edit", unit_id=unit.id, unit_path=unit.path)
