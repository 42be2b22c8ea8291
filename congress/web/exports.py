"""The list that is shown, as a workbook ready to print."""

import re
import unicodedata
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from wtforms import BooleanField

from ..documents.list_workbook import ListColumn, ListSection, ListSheet, write_list
from ..models import db
from ..operations import list_exports as operations
from ..operations.delegate_queries import CODES, ListFilter, count_by_delegation, count_shown
from .access import actor, may, requires
from .clock import local, now
from .delegates import kept_filter
from .forms import Form
from .plan_forms import CheckboxesField

bp = Blueprint("exports", __name__, url_prefix="/congress/<int:congress_id>/delegates/export")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportForm(Form):
    """Which columns leave, and how the list is divided."""

    columns = CheckboxesField("Các cột", choices={code: column.title for code, column in operations.COLUMNS.items()})
    sensitive = CheckboxesField("Cột nhạy cảm", choices={code: column.title for code, column in operations.SENSITIVE.items()})
    by_delegation = BooleanField("Chia theo đoàn: I, II, III… theo thứ tự lễ tân")
    restart = BooleanField("Đánh số lại từ 1 trong mỗi đoàn")


@bp.post("")
@requires("delegates.export")
def choose(congress_id: int) -> str | Response | tuple[str, int]:
    """Choose columns; the list posts here first, then the form itself, which answers with the workbook."""
    show = kept_filter()
    form = ExportForm() if "make" in request.form else ExportForm(formdata=None, columns=list(operations.USUAL))
    if not may("delegates.sensitive", g.congress):
        del form.sensitive
    if "make" in request.form and form.validate():
        return _workbook(form, show)
    keep = {f"keep_{code}": request.form.get(f"keep_{code}", "") for code in (*CODES, "q")}
    page = render_template(
        "delegates/export.html", congress=g.congress, form=form, keep=keep, count=count_shown(g.congress, show)
    )
    return page, 422 if form.errors else 200


def _workbook(form: ExportForm, show: ListFilter) -> Response:
    congress, made_at = g.congress, now()
    columns = [*(form.columns.data or ()), *(form.sensitive.data or () if "sensitive" in form else ())]
    found = operations.export_list(
        congress, show, columns=columns, by_delegation=form.by_delegation.data, actor=actor(), now=made_at
    )
    delegation = next((name for number, name, _ in count_by_delegation(congress) if number == show.delegation), "")
    filtered = operations.describe_filter(congress, show, delegation)
    sheet = ListSheet(
        lines=(congress.title1, congress.title2, congress.title3),
        title="DANH SÁCH ĐẠI BIỂU",
        as_of=f"(Tính đến {local(made_at):%H:%M ngày %d/%m/%Y}{'; ' + filtered if filtered else ''})",
        made_at=made_at,
        columns=[ListColumn(*column) for column in found.columns],
        sections=[ListSection(*section) for section in found.sections],
        restart=bool(form.restart.data),
    )
    book, name = write_list(sheet), file_name(congress.unit.name)
    db.session.commit()
    return Response(book, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def file_name(unit: Any) -> str:
    """ "Xã Nà Phặc" → "DS_dai_bieu_Xa_Na_Phac.xlsx": ASCII, as any mail and any disk carries it."""
    plain = unicodedata.normalize("NFD", unit.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return f"DS_dai_bieu_{'_'.join(re.findall('[A-Za-z0-9]+', plain))[:60]}.xlsx"
