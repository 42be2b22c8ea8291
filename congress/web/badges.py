"""Printing badges."""

from flask import Blueprint, Response, abort, current_app, g, render_template, request
from sqlalchemy import select

from ..documents.badge_layouts import LAYOUTS
from ..documents.badges import BadgeFace, SheetHeading, print_badges
from ..domain.names import fold
from ..domain.refusals import Refused
from ..models import PrintBatch, db
from ..operations import badges as operations
from .access import actor, requires
from .clock import now

DIGITS = 6  # of a badge number, with room to spare

bp = Blueprint("badges", __name__, url_prefix="/congress/<int:congress_id>/badges")


@bp.get("")
@requires("badges.print")
def index(congress_id: int) -> str:
    """How many badges there are, are new, have changed; and the prints so far."""
    faces = operations.read_faces(g.congress, sealer=current_app.extensions["sealer"])
    counts = {"all": len(faces), "new": sum(not f.printed for f in faces), "changed": sum(f.changed for f in faces)}
    batches = db.session.scalars(
        select(PrintBatch).filter_by(congress_id=congress_id).order_by(PrintBatch.id.desc()).limit(100)
    ).all()
    return render_template(
        "badges/index.html",
        congress=g.congress,
        counts=counts,
        batches=batches,
        what=operations.WHAT,
        layouts=LAYOUTS,
    )


@bp.post("/print")
@requires("badges.print")
def print_sheets(congress_id: int) -> Response:
    """The sheets as PDF: all, new, changed, or by badge number."""
    what, layout = request.form.get("what", ""), LAYOUTS.get(request.form.get("layout", ""))
    if what not in operations.WHAT or layout is None:
        abort(400)
    numbers = read_numbers(request.form.get("numbers", "")) if what == "picked" else []
    faces = operations.start_print(
        g.congress, what, numbers=numbers, actor=actor(), sealer=current_app.extensions["sealer"], now=now()
    )
    if missing := sorted(set(numbers) - {face.number for face in faces}):
        raise Refused("no_badges", f"Không có thẻ số {', '.join(map(str, missing[:10]))}. Chưa in thẻ nào.")
    heading = SheetHeading((g.congress.title1, g.congress.title2, g.congress.title3))
    sheet = print_badges([BadgeFace(**face.printed_values()) for face in faces], heading, layout=layout)
    db.session.commit()
    name = "The-" + "-".join(fold(g.congress.unit.name).title().split())
    return Response(sheet, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


def read_numbers(text: str) -> list[int]:
    """Typed badge numbers; raises Refused for anything else."""
    words = text.replace(",", " ").replace(";", " ").split()
    if not words or not all(word.isascii() and word.isdigit() and len(word) <= DIGITS for word in words):
        raise Refused("numbers", "Nhập các số thẻ, cách nhau bằng dấu phẩy: 101, 102, 115.")
    return [int(word) for word in words]
