"""The list of delegates a congress sends up, and, at the upper congress, the lists that arrive."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired

from ..documents.upward_list import UpwardLine, UpwardSheet, print_upward_list
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..domain.upward import STATES, Vote
from ..models import Congress, UpwardList, UpwardPerson, db
from ..operations import upward as operations
from ..operations import upward_arrivals as arrivals
from ..operations.delegates import find_component
from ..operations.upward_answers import ARRIVED
from .access import actor, may, requires
from .clock import now, today
from .congress_forms import DATES, in_our_days
from .delegates import ticked
from .downloads import send_paper
from .errors import row_number
from .forms import Form, tidy

bp = Blueprint("upward", __name__, url_prefix="/congress/<int:congress_id>/upward")

TONES = {"draft": "muted", "sent": "warn", "returned": "danger", "accepted": "ok"}
SEXES = {"male": "Nam", "female": "Nữ"}


class VoteForm(Form):
    """The show of hands on the list."""

    voted_on = DateField("Ngày biểu quyết", [InputRequired("Nhập ngày biểu quyết."), in_our_days], format=DATES)
    present = IntegerField("Có mặt", [InputRequired("Nhập số người có mặt.")])
    votes_for = IntegerField("Tán thành", [InputRequired("Nhập số người tán thành.")])
    votes_against = IntegerField("Không tán thành", [InputRequired("Nhập số, 0 nếu không có.")], default=0)
    votes_other = IntegerField("Ý kiến khác", [InputRequired("Nhập số, 0 nếu không có.")], default=0)

    def vote(self) -> Vote:
        """What was typed, as the rule takes it."""
        return Vote(self.present.data, self.votes_for.data, self.votes_against.data, self.votes_other.data)


@bp.get("")
@requires("allocations.read")
def show(congress_id: int) -> str:
    """What the unit was given above, who goes, the vote, and whether the list may be sent."""
    congress = g.congress
    invitation = operations.find_invitation(congress)
    upward = operations.find_list(congress, invitation.upper) if invitation else None
    return render_template(
        "upward/show.html",
        congress=congress,
        invitation=invitation,
        why_not="" if invitation else operations.why_not_invited(congress),
        upward=upward,
        **_people_of(upward),
        violations=operations.check_list(upward, invitation) if upward and invitation else [],
        components=[c for c in congress.plan.components if invitation and invitation.seats.get(c.id)],
        today=today(),
        can_edit=may("delegates.edit", congress) and _is_open(congress, upward),
        can_send=may("upward.send", congress) and _is_open(congress, upward),
    )


def _is_open(congress: Congress, upward: UpwardList | None) -> bool:
    return congress.stage != "cancelled" and (upward is None or upward.state in operations.OPEN)


def _people_of(upward: UpwardList | None) -> dict[str, object]:
    """What every page of a list shows."""
    return {
        "seated": operations.in_seats(upward) if upward else [],
        "reserve": operations.in_reserve(upward) if upward else [],
        "vote": operations.vote_of(upward) if upward else None,
        "states": STATES,
        "tones": TONES,
    }


def _back() -> Response:
    return redirect(url_for(".show", congress_id=g.congress.id), code=303)


@bp.route("/choose", methods=["GET", "POST"])
@requires("delegates.edit")
def choose(congress_id: int) -> str | Response:
    """Pick people of this congress for a seat or for the reserve."""
    upper = operations.find_upper(g.congress)
    if request.method == "POST":
        ids = ticked()
        if not ids:
            raise Refused("nobody", "Đánh dấu ít nhất một người.")
        component, reserve = find_component(g.congress, request.form.get("component", "")), "reserve" in request.form
        added = operations.add_people(congress_id, ids, component=component, reserve=reserve, actor=actor(), now=now())
        db.session.commit()
        flash(f"Đã đưa {added} người vào {'dự khuyết' if reserve else 'danh sách chính thức'}.", "ok")
        return _back()
    if upper is None:
        return _back()
    upward, group = operations.find_list(g.congress, upper), request.args.get("group", "")
    people = operations.candidates_of(g.congress, upward)
    groups = {component.code: component.label for component in g.congress.plan.components}
    shown = [person for person in people if group in ("", person.component.code)]
    return render_template("upward/choose.html", congress=g.congress, people=shown, groups=groups, group=group)


@bp.post("/change")
@requires("delegates.edit")
def change(congress_id: int) -> Response:
    """Move one person of the list up or down, to a seat or the reserve, or take them off."""
    person_id = request.form.get("person", type=row_number)
    if person_id is None:
        abort(400)
    operations.change_person(congress_id, person_id, request.form.get("do", ""), actor=actor(), now=now())
    db.session.commit()
    return _back()


@bp.route("/vote", methods=["GET", "POST"])
@requires("delegates.edit")
def vote(congress_id: int) -> str | Response | tuple[str, int]:
    """Write down the vote on the list."""
    upper = operations.find_upper(g.congress)
    upward = operations.find_list(g.congress, upper) if upper else None
    form = VoteForm(obj=upward if upward and upward.present is not None else None)
    if not form.is_submitted() and form.voted_on.data is None:
        form.voted_on.data = g.congress.held_on
    if form.validate_on_submit():
        try:
            operations.set_vote(congress_id, form.vote(), form.voted_on.data, actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("Đã ghi kết quả biểu quyết.", "ok")
            return _back()
    return render_template("upward/vote.html", congress=g.congress, form=form), 422 if form.errors else 200


@bp.post("/send")
@requires("upward.send")
def send(congress_id: int) -> Response:
    """Send the list to the upper congress."""
    upward = operations.send_list(congress_id, actor=actor(), now=now())
    name = upward.upper_congress.unit.name
    db.session.commit()
    flash(f"Đã gửi danh sách lên {name}. Sửa được khi cấp trên trả lại.", "ok")
    return _back()


@bp.get("/print")
@requires("delegates.read")
def paper(congress_id: int) -> Response:
    """The list and its vote as PDF."""
    upper = operations.find_upper(g.congress)
    upward = operations.find_list(g.congress, upper) if upper else None
    if upper is None or upward is None:
        raise Refused("no_list", "Chưa có danh sách để in. Chọn người trước.")
    return send_paper(_print(g.congress, upper, upward), "pdf", "Danh sách đi dự cấp trên", g.congress.unit.name)


def _print(congress: Congress, upper: Congress, upward: UpwardList) -> bytes:
    vote, voted = operations.vote_of(upward), "Danh sách chưa biểu quyết."
    if vote is not None:
        day = f" ngày {upward.voted_on:%d/%m/%Y}" if upward.voted_on else ""
        parts = (
            ("tán thành", vote.votes_for), ("không tán thành", vote.votes_against), ("ý kiến khác", vote.votes_other),
        )  # fmt: skip
        answers = "; ".join(f"{n} {words} ({vote.share(n)})" for words, n in parts)
        voted = f"Biểu quyết{day}: {vote.present} người có mặt; {answers}. Kết quả: {'đạt' if vote.passed else 'không đạt'}."
    return print_upward_list(
        UpwardSheet(
            title=f"Đại biểu dự {upper.title1} {upper.title2[:1].lower()}{upper.title2[1:]}".upper(),
            unit=congress.unit.name,
            state="" if upward.state in ARRIVED else "(Dự thảo)",
            seats=tuple(map(_line, operations.in_seats(upward))),
            reserve=tuple(map(_line, operations.in_reserve(upward))),
            vote=voted,
        )
    )


def _line(person: UpwardPerson) -> UpwardLine:
    delegate = person.delegate
    place = ", ".join(filter(None, (delegate.title, delegate.unit_text)))
    return UpwardLine(delegate.name, SEXES.get(delegate.sex or "", ""), (delegate.born or "")[:4], place, person.component.label)


# ---- at the upper congress ---------------------------------------------------------------------------------------------


@bp.get("/lists/<int:upward_id>")
@requires("delegates.read")
def arrived(congress_id: int, upward_id: int) -> str:
    """A list that a unit sent here."""
    upward = arrivals.find_arrived(g.congress, upward_id) or abort(404)
    invitation = operations.find_invitation(upward.congress)
    seats = invitation.seats if invitation and invitation.upper.id == congress_id else {}
    return render_template(
        "upward/arrived.html",
        congress=g.congress,
        upward=upward,
        seats=[(component, seats[component.id]) for component in g.congress.plan.components if seats.get(component.id)],
        **_people_of(upward),
        left_over=arrivals.find_left_over(g.congress, upward) if upward.state == "accepted" else [],
        can_answer=may("delegates.approve", g.congress) and allows(g.congress.stage, "propose"),
    )


@bp.post("/lists/<int:upward_id>/accept")
@requires("delegates.approve")
def accept(congress_id: int, upward_id: int) -> Response:
    """Take the list in: its people become people of this congress."""
    taken = arrivals.accept_list(congress_id, upward_id, actor=actor(), now=now())
    db.session.commit()
    known = f", {taken.linked} người đã có nên chỉ nối lại" if taken.linked else ""
    flash(f"Đã nhận danh sách: thêm {taken.added} người ở trạng thái đề cử, dự khuyết{known}.", "ok")
    return redirect(url_for(".arrived", congress_id=congress_id, upward_id=upward_id), code=303)


@bp.post("/lists/<int:upward_id>/return")
@requires("delegates.approve")
def give_back(congress_id: int, upward_id: int) -> Response:
    """Hand the list back with a comment."""
    comment = tidy(request.form.get("comment", ""))[:1000]
    name = arrivals.return_list(congress_id, upward_id, comment, actor=actor(), now=now()).congress.unit.name
    db.session.commit()
    flash(f"Đã trả lại danh sách cho {name}.", "ok")
    return redirect(url_for("allocations.index", congress_id=congress_id), code=303)
