"""The forms of an import: what is sent, what is said about columns, and how a difference reads."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from ..domain.delegate_lists import COLUMN_TITLES, FIELD_TITLES, Listing
from ..domain.list_matching import Change
from ..domain.names import fold, normalise
from ..domain.person_words import CAPACITIES, SEXES, show_born, show_yes_no
from ..domain.structure import ECONOMIC_SECTORS
from ..models import Congress, Delegate
from ..operations import import_drafts as drafts
from ..operations.imports import Reading
from .forms import Form

NAME_LENGTH = 80
PASTED_NAME = "Vùng dán vào"
_WORDS: dict[str, dict[str, str]] = {"sex": SEXES, "capacity": CAPACITIES, "economic_sector": ECONOMIC_SECTORS}
_SENSITIVE = {column.name for column in Delegate.__table__.columns if column.info.get("privacy") == "sensitive"}
CAPACITY_SECTIONS = {f"capacity:{code}": f"Tư cách: {label.lower()}" for code, label in CAPACITIES.items()}


class UploadForm(Form):
    """A file, or a pasted range."""

    file = FileField("Tệp danh sách", description="Excel (.xlsx, .xls), Word có bảng (.docx), OpenDocument (.ods) hoặc .csv.")
    pasted = TextAreaField(
        "Hoặc dán vùng đã chép", description="Trong Excel hay Word: chọn cả dòng tiêu đề, chép, rồi dán vào đây."
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two is needed."""
        right = super().validate(extra_validators)
        if right and not self.file.data and not self.pasted.data:
            self.file.errors = ["Chọn tệp danh sách, hoặc dán vùng đã chép."]
            return False
        return right

    def upload(self) -> drafts.Upload:
        """What was sent."""
        if self.file.data:
            return drafts.Upload(self.file.data.read(), _shown_name(self.file.data.filename))
        return drafts.Upload(self.pasted.data.encode(), PASTED_NAME, pasted=True)


class FinishForm(Form):
    """The last word: why, where a reason is needed, and what was seen."""

    reason = StringField("Lý do", [Length(max=300, message="Tối đa 300 ký tự.")])


def _shown_name(file_name: str) -> str:
    """The name a person gave the file, as a heading can show it."""
    name = normalise(file_name)
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"


def columns_form(draft: Any, listing: Listing, congress: Congress) -> Form:
    """A select for every column, every ambiguous heading, the sheet and the font, as the list is read now."""
    how = drafts.reading_of(draft)
    fields: dict[str, Any] = {}
    if len(draft.choices.get("sheets", ())) > 1:
        sheets = {name: name for name in draft.choices["sheets"]}
        fields["sheet"] = SelectField("Trang tính", choices=sheets, default=listing.sheet)
    if listing.encoding:
        fonts = {
            listing.encoding: f"Chuyển từ {drafts.ENCODINGS[listing.encoding]} sang chữ có dấu",
            "": "Giữ nguyên như trong tệp",
        }
        fields["encoding"] = RadioField("Phông chữ", choices=fonts, default=how.encoding)
    if listing.header.title_unit is not None:
        ways = {"": "Giữ cả ô ở Chức vụ", "yes": "Tách ở dấu phẩy cuối: chức vụ, đơn vị"}
        default = "yes" if how.split_title_unit else ""
        fields["split"] = RadioField("Cột “Chức vụ, đơn vị công tác”", choices=ways, default=default)
    by_title = dict(sorted(COLUMN_TITLES.items(), key=lambda item: fold(item[1])))
    for column in listing.header.columns:
        asked = bool(column.choices) and column.index not in how.columns
        options = ({"?": "Chọn…"} if asked else {}) | {"": "Không đọc cột này"} | by_title
        label = f"Cột {column.letter}: {column.title or 'không có tiêu đề'}"
        fields[f"column_{column.index}"] = SelectField(label, choices=options, default="?" if asked else column.field)
    meanings = {f"group:{c.code}": f"Thành phần: {c.label}" for c in congress.plan.components}
    meanings |= {"delegation": "Tên đoàn", **CAPACITY_SECTIONS, "ignore": "Bỏ qua"}
    for section in listing.sections:
        fields[f"section_{section.row}"] = SelectField(
            f"{where(section.row)}: {section.text}", choices=meanings, default=section.meaning
        )
    return type("ColumnsForm", (Form,), fields)()


def where(row: int) -> str:
    """Where a heading stands, in words."""
    return f"Dòng {row}" if row > 0 else "Phía trên bảng"


def reading_from(form: Form, draft: Any, listing: Listing) -> Reading | None:
    """How somebody wants the list read; None when a column that has to be said was not, with the words beside it."""
    if not _is_clear(form):
        return None
    before = drafts.reading_of(draft)
    columns, sections = dict(before.columns), dict(before.sections)
    for column in listing.header.columns:
        chosen = form[f"column_{column.index}"].data
        if chosen != column.field or column.choices or column.index in columns:
            columns[column.index] = chosen
    for section in listing.sections:
        if form[f"section_{section.row}"].data != section.meaning or section.guessed:
            sections[section.row] = form[f"section_{section.row}"].data
    sheet = form["sheet"].data if "sheet" in form else before.sheet
    if sheet and sheet != listing.sheet:  # another sheet has other columns: they are looked at anew
        return Reading(sheet=sheet)
    encoding = form["encoding"].data if "encoding" in form else before.encoding
    split = form["split"].data == "yes" if "split" in form else before.split_title_unit
    return Reading(sheet, columns, sections, encoding, split)


def _is_clear(form: Form) -> bool:
    """Whether every column was said to be something, and no two the same."""
    taken: dict[str, str] = {}
    for field in (f for f in form if f.name.startswith("column_") and f.data):
        if field.data == "?":
            field.errors = ["Chọn cột này là gì, hoặc “Không đọc cột này”."]
        elif field.data in taken:
            field.errors = [f"{taken[field.data]} đã được chọn như vậy. Mỗi mục chỉ đọc từ một cột."]
        taken.setdefault(field.data, field.label.text.partition(":")[0])
    return not form.errors


def show_change(change: Change, labels: dict[str, str], *, sensitive: bool) -> tuple[str, str, str]:
    """Title, old and new value of a difference; of a sensitive column the values only to those who may see them."""
    title = FIELD_TITLES[change.field]
    if change.field in _SENSITIVE and not sensitive:
        return title, "", "đã đổi"
    return title, _show(change.field, change.old, labels), _show(change.field, change.new, labels)


def _show(field: str, value: Any, labels: dict[str, str]) -> str:
    if value is None or value == "":
        return "(trống)"
    if isinstance(value, bool):
        return show_yes_no(value)
    if field == "born":
        return show_born(value)
    return (labels if field == "group" else _WORDS.get(field, {})).get(value, value)
