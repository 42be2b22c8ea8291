"""The delegate list of a congress."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ..domain.admission import UNCOUNTED
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Congress, Delegate, db
from ..operations import admission, audit, counting
from ..operations import badges as badge_operations
from ..operations import delegates as operations
from .access import actor, may, requires
from .clock import now, today
from .errors import row_number
from .forms import Form, tidy
from .presentation import show_born

bp = Blueprint("delegates", __name__, url_prefix="/congress/<int:congress_id>/delegates")

PAGE = 100
YES_NO = {"": "Chưa có thông tin", "yes": "Có", "no": "Không"}
SEXES = {"": "Chưa có thông tin", "male": "Nam", "female": "Nữ"}
CAPACITIES = {
    "": "Chưa có thông tin",
    "individual": "Cá nhân",
    "collective": "Đại diện tập thể",
    "household": "Đại diện hộ gia đình",
}
MOVES = {"approved": "Duyệt", "proposed": "Đề cử", "reserve": "Dự khuyết", "withdrawn": "Rút"}
LONG = Length(max=300, message="Tối đa 300 ký tự.")


class DelegateForm(Form):
    """A person's data without the sensitive columns."""

    name = StringField("Họ và tên", [DataRequired("Nhập họ và tên."), Length(max=120, message="Tối đa 120 ký tự.")])
    component = SelectField("Thành phần")
    delegation = StringField("Đoàn", [LONG])
    title = StringField("Chức vụ", [LONG])
    unit_text = StringField("Đơn vị", [LONG])
    sex = SelectField("Giới tính", choices=SEXES)
    born = StringField("Ngày sinh", [LONG], description="Ngày, tháng/năm hoặc chỉ năm: 12/5/1970, 5/1970, 1970.")
    capacity = SelectField("Tư cách", choices=CAPACITIES)
    field = StringField("Lĩnh vực", [LONG])
    direct_labour = SelectField("Trực tiếp lao động, sản xuất", choices=YES_NO)
    education = StringField("Trình độ chuyên môn", [LONG])
    highest_award = StringField("Khen thưởng cao nhất", [LONG])
    achievements = TextAreaField("Thành tích tiêu biểu", [Length(max=5000, message="Tối đa 5.000 ký tự.")])
    phone = StringField("Số điện thoại", [LONG])
    email = StringField("Email", [LONG])
    id_number = StringField("Số CCCD", [LONG])
    note = TextAreaField("Ghi chú", [Length(max=1000, message="Tối đa 1.000 ký tự.")])
    reason = StringField("Lý do đổi thành phần", [LONG], description="Chỉ cần khi danh sách đã chốt.")


class NewDelegateForm(DelegateForm):
    """A new person; the second of the same name and birth date is asked for twice."""

    namesake = BooleanField("Là người khác, cùng tên và ngày sinh")


class SensitiveForm(Form):
    """What is shown on purpose only (Luật 91/2025/QH15)."""

    ethnic = StringField("Dân tộc", [LONG])
    religion = StringField("Tôn giáo", [LONG], description="Ghi “Không” nếu không theo tôn giáo; để trống nếu chưa biết.")
    party = SelectField("Đảng viên", choices=YES_NO)


def _yes_no(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


def _from_yes_no(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


@bp.route("", methods=["GET", "POST"])
@requires("delegates.read")
def index(congress_id: int) -> str:
    """The list in Vietnamese order; a typed name comes by POST and never stands in an address."""
    congress = g.congress
    show = _filter()
    page = 1 if show.text else request.args.get("page", 1, type=row_number)
    pages = db.paginate(operations.delegates_of(congress, show), page=page, per_page=PAGE, error_out=False)
    figures = counting.count_one(congress)
    meter = counting.meter_of(congress, figures)
    return render_template(
        "delegates/index.html",
        congress=congress,
        pages=pages,
        show=show,
        figures=figures,
        meter=meter,
        states=admission.STATES,
        delegations=operations.count_by_delegation(congress),
        closed=congress.stage == "list_closed",
        reserve=operations.offer_reserve(congress, figures.approved),
        can_edit=may("delegates.edit", congress),
        moves=_moves(congress),
    )


def _filter() -> operations.ListFilter:
    """Codes from the address, words from the form."""
    return operations.ListFilter(
        state=request.args.get("state", ""),
        group=request.args.get("group", ""),
        delegation_id=request.args.get("delegation", type=row_number),
        text=tidy(request.form.get("q", ""))[:100],
    )


def _moves(congress: Congress, delegate: Delegate | None = None) -> dict[str, str]:
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
    """Move the picked people to a state, all or none."""
    state = request.form.get("state", "")
    ids = request.form.getlist("ids", type=row_number)
    if state not in admission.STATES:
        abort(400)
    if not ids:
        raise Refused("nobody", "Đánh dấu ít nhất một người.")
    moved = admission.set_states(
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
    return redirect(url_for(".index", congress_id=congress_id, **_kept()), code=303)


def _kept() -> dict[str, str]:
    """The filters to come back to: codes only."""
    return {
        key: request.form[f"keep_{key}"] for key in ("state", "group", "delegation", "page") if request.form.get(f"keep_{key}")
    }


@bp.route("/new", methods=["GET", "POST"])
@requires("delegates.edit")
def new(congress_id: int) -> str | Response | tuple[str, int]:
    """Put one person on the list."""
    form = _with_choices(NewDelegateForm())
    sensitive = SensitiveForm()
    if form.validate_on_submit() and sensitive.validate():
        try:
            component, values = _values(form)
            values |= _sensitive_values(sensitive)
            _require_new(values, form.namesake.data)
            operations.add_delegate(
                congress_id, values, component=component, delegation_name=form.delegation.data or "", actor=actor(), now=now()
            )
        except Refused as refusal:
            db.session.rollback()
            (sensitive if refusal.field in ("ethnic", "religion") else form).refuse(refusal)
        else:
            db.session.commit()
            flash("Đã thêm vào danh sách, ở trạng thái đề cử.", "ok")
            return redirect(url_for(".index", congress_id=congress_id), code=303)
    page = render_template("delegates/form.html", congress=g.congress, form=form, sensitive=sensitive, delegate=None)
    return page, 422 if form.errors or sensitive.errors else 200


def _require_new(values: dict[str, Any], namesake: bool) -> None:
    """Somebody who presses twice adds one person; two people of one name and birth date are said to be two."""
    same = operations.find_namesake(admission.lock_congress(g.congress.id), values["name"], values["born"])
    if same and not namesake:
        who = f"{same.name}, số thẻ {same.number}"
        raise Refused("namesake", f"Đã có {who} trong danh sách. Nếu là hai người, đánh dấu ô này rồi thêm.", "namesake")


@bp.route("/<int:delegate_id>", methods=["GET", "POST"])
@requires("delegates.edit")
def edit(congress_id: int, delegate_id: int) -> str | Response | tuple[str, int]:
    """A person: data, state, badge. The sensitive columns have their own door."""
    delegate = _get(delegate_id)
    form = _with_choices(DelegateForm(data=_shown(delegate)))
    if form.validate_on_submit() and _edited(delegate, form):
        flash("Đã ghi.", "ok")
        return redirect(url_for(".index", congress_id=congress_id), code=303)
    page = render_template(
        "delegates/form.html",
        congress=g.congress,
        form=form,
        delegate=delegate,
        sensitive=None,
        states=admission.STATES,
        moves=_moves(g.congress, delegate),
        override=_may_override(delegate),
    )
    return page, 422 if form.errors else 200


def _edited(delegate: Delegate, form: DelegateForm) -> bool:
    delegation, reason = form.delegation.data or "", form.reason.data or ""
    try:
        component, values = _values(form)
        operations.edit_delegate(
            delegate, values, component=component, delegation_name=delegation, actor=actor(), now=now(), reason=reason
        )
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


def _may_override(delegate: Delegate) -> bool:
    """Whether the page offers to approve somebody against the ratio: where there is one, to who may decide that."""
    congress = delegate.congress
    return (
        "approved" in _moves(congress, delegate)
        and delegate.component.side != UNCOUNTED
        and counting.rule_of(congress).ratio is not None
        and admission.may_override(actor(), congress)
    )


@bp.post("/<int:delegate_id>/sensitive")
@requires("delegates.sensitive")
def sensitive(congress_id: int, delegate_id: int) -> str | Response | tuple[str, int]:
    """Ethnicity, religion and Party membership: opened on purpose, and the opening is written down."""
    delegate = _get(delegate_id)
    saving = "ethnic" in request.form
    shown = {"ethnic": delegate.ethnic, "religion": delegate.religion, "party": _yes_no(delegate.party)}
    # Saving never falls back on what is stored: that would show it without the line in the audit.
    form = SensitiveForm() if saving else SensitiveForm(formdata=None, data=shown)
    if not saving:
        audit.record(actor(), "delegates.show_sensitive", delegate, now=now(), congress_id=congress_id)
        db.session.commit()
    elif form.validate() and _saved(delegate, form):
        flash("Đã ghi.", "ok")
        return redirect(url_for(".edit", congress_id=congress_id, delegate_id=delegate_id), code=303)
    return render_template(
        "delegates/sensitive.html", congress=g.congress, form=form, delegate=delegate
    ), 422 if form.errors else 200


def _saved(delegate: Delegate, form: SensitiveForm) -> bool:
    try:
        operations.edit_sensitive(delegate, _sensitive_values(form), actor=actor(), now=now())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


@bp.post("/<int:delegate_id>/replace-badge")
@requires("badges.print")
def replace_badge(congress_id: int, delegate_id: int) -> Response:
    """Kill a lost badge; the new one is printed as "chưa in"."""
    badge_operations.replace_badge(_get(delegate_id), actor=actor(), sealer=current_app.extensions["sealer"], now=now())
    db.session.commit()
    flash("Thẻ cũ hết hiệu lực. In thẻ mới ở trang Thẻ, mục Chưa in.", "ok")
    return redirect(url_for("badges.index", congress_id=congress_id), code=303)


def _shown(delegate: Delegate) -> dict[str, Any]:
    """A person as the form shows them."""
    shown = {name: getattr(delegate, name) or "" for name in ("name", *operations.FIELDS)}
    return shown | {
        "component": delegate.component.code,
        "delegation": delegate.delegation.name if delegate.delegation else "",
        "born": show_born(delegate.born),
        "direct_labour": _yes_no(delegate.direct_labour),
    }


def _get(delegate_id: int) -> Delegate:
    return operations.find_delegate(g.congress, delegate_id) or abort(404)


def _with_choices(form: DelegateForm) -> DelegateForm:
    form.component.choices = {c.code: c.label for c in g.congress.plan.components}
    return form


def _values(form: DelegateForm) -> tuple[Any, dict[str, Any]]:
    """The component, and what was typed as the list keeps it."""
    component = operations.find_component(g.congress, form.component.data)
    if component is None:
        raise Refused("no_component", "Chọn thành phần trong danh sách.", "component")
    values: dict[str, Any] = {f.name: f.data or "" for f in form if f.name in operations.FIELDS}
    values |= {"name": form.name.data, "direct_labour": _from_yes_no(form.direct_labour.data)}
    values |= {"sex": form.sex.data or None, "capacity": form.capacity.data or None}
    values |= operations.read_typed({k: values[k] for k in ("born", "phone", "email", "id_number")}, today=today())
    return component, values


def _sensitive_values(form: SensitiveForm) -> dict[str, Any]:
    texts = operations.read_typed({"ethnic": form.ethnic.data or "", "religion": form.religion.data or ""}, today=today())
    return {**texts, "party": _from_yes_no(form.party.data)}
