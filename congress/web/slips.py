"""Pages of their own for the delegates, and the slips that lead there, to be put in with the invitation."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ..documents.slips import GRID, SlipFace, SlipsHeading
from ..documents.slips import print_slips as print_paper
from ..domain.delegation_lists import call_delegation
from ..domain.names import fold
from ..models import db
from ..operations import personal, slips
from ..operations.delegate_queries import count_by_delegation
from .access import actor, requires
from .badges import read_numbers
from .clock import now
from .errors import row_number

bp = Blueprint("slips", __name__, url_prefix="/congress/<int:congress_id>/delegates")


@bp.route("/slips", methods=["GET", "POST"])
@requires("badges.print")
def index(congress_id: int) -> str | AnyResponse:
    """How many delegates have a page of their own and what they answered; the button makes the missing pages."""
    if request.method == "POST":
        made = personal.make_links(congress_id, actor=actor(), sealer=current_app.extensions["sealer"], now=now())
        db.session.commit()
        flash(f"Đã tạo {made} trang riêng." if made else "Mọi đại biểu đã duyệt đều có trang riêng.", "ok")
        return redirect(url_for(".index", congress_id=congress_id), code=303)
    counts = personal.count_answers(g.congress)
    return render_template(
        "personal/slips.html",
        congress=g.congress,
        counts=counts,
        answers=personal.ANSWERS,
        asked=sum(counts[code] for code in personal.ANSWERS),
        over=g.congress.stage in personal.OVER,
        delegations=[(row.id, call_delegation(row.name)) for row in count_by_delegation(g.congress)],
        sheets=GRID.per_sheet,
        origin=request.host_url.rstrip("/"),
        reach=reach_of(request.host_url),
    )


def reach_of(url: str) -> str:
    """Who can open an address from a phone: "nobody" (this machine alone), "here" (the same network) or "everybody"."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return "nobody"
    try:
        address = ip_address(host)
    except ValueError:
        return "everybody" if "." in host and not host.endswith(".local") else "here"
    return "nobody" if address.is_loopback else "here" if address.is_private else "everybody"


@bp.post("/slips.pdf")
@requires("badges.print")
def print_slips(congress_id: int) -> Response:
    """The slips as PDF, in the order of badges: all, of one delegation, or by badge number."""
    what = request.form.get("what", "")
    numbers = read_numbers(request.form.get("numbers", "")) if what == "picked" else []
    delegation_id = request.form.get("delegation", 0, type=row_number) if what == "delegation" else None
    chosen = slips.start_print(
        g.congress, delegation_id=delegation_id, numbers=numbers, actor=actor(), sealer=current_app.extensions["sealer"],
        now=now(),
    )  # fmt: skip
    faces = [
        SlipFace(slip.name, slip.title, slip.unit, url_for("personal.show", page_secret=slip.secret, _external=True))
        for slip in chosen
    ]
    paper = print_paper(faces, SlipsHeading(**vars(slips.heading_of(g.congress))))
    db.session.commit()
    name = "Phieu-" + "-".join(fold(g.congress.unit.name).title().split())
    return Response(paper, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})
