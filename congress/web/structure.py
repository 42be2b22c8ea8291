"""The composition of the list against the plan's targets: to look at, never to block."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain import structure as rules
from ..domain.delegate_report import Question, count_groups
from ..domain.reference_lists import PEOPLES, RELIGIONS
from ..domain.refusals import Refused
from ..domain.report_figures import Group, mask_groups
from ..domain.report_words import HIDDEN_NOTE
from ..domain.structure import Calendar, PersonFact
from ..models import db
from ..operations import structure as operations
from ..operations.delegate_queries import missing_words
from .access import actor, may, requires
from .clock import now
from .forms import Form
from .plan_forms import CheckboxesField, choices

bp = Blueprint("structure", __name__, url_prefix="/congress/<int:congress_id>/structure")

WHOM = {"listed": "Đề cử và đã duyệt", "approved": "Đã duyệt", "present": "Có mặt"}
DIMENSIONS = ("women", "minority", "religion", "young", "direct_labour", "party", "new_model")
GROUPS = ("capacity", "peoples", "religions", "sector", "economic")
# What a person lacks when a dimension cannot be told, as the list's own filter calls it where it has one.
LACKING = {
    "women": "sex", "minority": "ethnic", "religion": "religion", "young": "born", "direct_labour": "direct_labour",
    "party": "party", "non_party": "party", "new_model": "new_model", "individual": "capacity", "collective": "capacity",
    "household": "capacity", "sector": "field", "economic": "economic_sector",
}  # fmt: skip
LACKING_WORDS = {
    "sex": "giới tính", "ethnic": "dân tộc", "religion": "tôn giáo", "born": "năm sinh", "direct_labour": "lao động trực tiếp",
    "party": "đảng viên", "new_model": "mô hình mới, điển hình mới", "capacity": "tư cách tham dự", "field": "lĩnh vực",
    "economic_sector": "thành phần kinh tế",
}  # fmt: skip
# A dimension for the line "Chưa có thông tin" of a group whose lines are not measured one by one; any of the group's would do.
ANY_OF = {"capacity": "individual", "sector": "sector:khác", "economic": "economic:state"}


@bp.get("")
@requires("delegates.read")
def show(congress_id: int) -> str:
    """Each dimension against its target, by delegation, and who of the place is not there."""
    congress, whom = g.congress, _whom()
    everybody = operations.read_people(congress)
    people = rules.counted_people(everybody, whom)
    calendar, masked = operations.calendar_of(congress, now=now()), not may("delegates.sensitive", congress)
    order = operations.delegation_names(congress)
    shares = rules.measure(people, DIMENSIONS, operations.targets_of(congress), calendar)
    shown: dict[str, Any] = {
        "shares": rules.mask_shares(shares) if masked else shares,
        "lines": rules.measure_delegations(people, DIMENSIONS, calendar, order=order, masked=masked),
        "groups": _groups(people, calendar, masked=masked),
        "absent_peoples": rules.absent_peoples(congress.declared_peoples, people),
        "absent_religions": rules.absent_religions(congress.declared_religions, people),
    }
    counts = {code: len(rules.counted_people(everybody, code)) for code in WHOM}
    return render_template(
        "structure/show.html", congress=congress, whom=whom, whom_names=WHOM, counts=counts, masked=masked,
        young_until=calendar.young_until, dimensions=[rules.DIMENSIONS[code] for code in DIMENSIONS],
        hidden_note=HIDDEN_NOTE, any_of=ANY_OF, unknown=rules.UNKNOWN, **shown,
    )  # fmt: skip


def _groups(people: list[PersonFact], calendar: Calendar, *, masked: bool) -> list[Group]:
    question = Question(moment=now(), calendar=calendar, planned=g.congress.planned_size)
    groups = tuple(count_groups(people, question))
    by_code = {group.code: group for group in (mask_groups(groups) if masked else groups)}
    return [replace(by_code[code], rows=tuple(row for row in by_code[code].rows if row.count != 0)) for code in GROUPS]


def _whom() -> str:
    whom = request.args.get("whom", "")
    return whom if whom in WHOM else "listed"


@bp.get("/missing")
@requires("delegates.read")
def missing(congress_id: int) -> str:
    """The people of whom a dimension is not known."""
    congress, dimension, whom = g.congress, request.args.get("dimension", ""), _whom()
    dimension = dimension if rules.is_dimension(dimension) else DIMENSIONS[0]
    calendar = operations.calendar_of(congress, now=now())
    people = rules.counted_people(operations.read_people(congress), whom)
    people = [person for person in people if rules.stands_in(person, dimension, calendar) is None]
    lacking = LACKING[dimension.partition(":")[0]]
    filters = missing_words(sensitive=may("delegates.sensitive", congress))
    return render_template(
        "structure/missing.html", congress=congress, label=LACKING_WORDS[lacking], whom_name=WHOM[whom], people=people,
        lacking=lacking if lacking in filters else None,
    )  # fmt: skip


class DeclareForm(Form):
    """The peoples and religions that live in the place."""

    peoples = CheckboxesField("Dân tộc", choices=choices((name, name) for name in PEOPLES))
    religions = CheckboxesField("Tôn giáo", choices=choices((name, name) for name in RELIGIONS))


@bp.route("/declare", methods=["GET", "POST"])
@requires("congresses.edit")
def declare(congress_id: int) -> str | Response | tuple[str, int]:
    """Write down which peoples and religions live in the place."""
    congress = g.congress
    form = DeclareForm(data={"peoples": congress.declared_peoples, "religions": congress.declared_religions})
    if form.validate_on_submit():
        chosen = {"peoples": form.peoples.data or [], "religions": form.religions.data or []}
        try:
            operations.declare_composition(congress, **chosen, actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("Đã ghi dân tộc, tôn giáo của địa phương.", "ok")
            return redirect(url_for(".show", congress_id=congress_id), code=303)
    return render_template("structure/declare.html", congress=congress, form=form), 422 if form.errors else 200
