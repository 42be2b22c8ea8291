"""The shared parts of pages, rendered by themselves and read back."""

from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import StrictUndefined
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired

from congress.domain.admission import Approved, Rule
from congress.domain.meter import read_meter
from congress.web.assets import init_assets
from tests.pages import Element, lint, parse
from tests.web.test_assets import ROOT, STATIC

SEVENTY = Rule(cap=200, honoured=7, invited=3, mode="min_models")


class CongressForm(FlaskForm):
    name = StringField("Tên", [DataRequired("Nhập tên.")], description="Ba dòng.")
    size = IntegerField("Quy mô")
    tier = SelectField("Cấp", choices={"commune": "Xã", "district": "Huyện"}, default="commune")
    form = RadioField(
        "Hình thức", choices={"conference": "Hội nghị", "congress": "Đại hội"}, validators=[DataRequired("Chọn một.")]
    )
    pilot = BooleanField("Làm điểm")


@pytest.fixture(scope="module")
def small_app() -> Flask:
    app = Flask("small", static_folder=str(STATIC), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="a secret of the tests", WTF_CSRF_ENABLED=True)
    app.jinja_env.undefined = StrictUndefined
    CSRFProtect(app)
    init_assets(app)
    return app


def render(app: Flask, source: str, **values: object) -> Element:
    """The tree of a fragment that has no fault."""
    with app.test_request_context():
        html = render_template_string(source, **{name: made() if callable(made) else made for name, made in values.items()})
    assert lint(html) == []
    return parse(html)[0]


def draw_meter(app: Flask, rule: Rule, planned: int, approved: Approved, macro: str = "meter") -> Element:
    source = '{% from "components/meter.html" import meter, mini_meter %}{{ ' + macro + "(m) }}"
    return render(app, source, m=read_meter(rule, planned, approved))


def widths(tree: Element, css_class: str) -> list[tuple[str, str]]:
    bar = tree.one("svg", "meter-bar")
    return [(part.attrs.get("x", "0"), part.attrs["width"]) for part in bar.all("rect", css_class)]


def test_the_meter_of_a_list_that_cannot_be_closed_yet(small_app: Flask) -> None:
    """Bành Trạch: 130 and 56 of 186; 130 carry 55, so one invited person is drawn striped, next to the room."""
    tree = draw_meter(small_app, SEVENTY, 186, Approved(130, 56))
    assert widths(tree, "meter-honoured") == [("0", "69.892%")]
    assert widths(tree, "meter-over") == [("69.892%", "0.538%")]
    assert widths(tree, "meter-invited") == [("70.430%", "29.570%")]
    assert [line.attrs["x1"] for line in tree.all("line", "meter-mark")] == ["70.000%"]
    bar = tree.one("svg", "meter-bar")
    assert bar.attrs["role"] == "img"
    assert bar.attrs["aria-label"].startswith(
        "186 trên 186 đại biểu: 130 điển hình, 56 lãnh đạo và khách mời; mốc 70 phần trăm; 1 người vượt"
    )
    assert tree.texts(css_class="stat-value") == ["186", "69,89 %", "0"]
    assert "warn" in tree.one(css_class="note").attrs["class"].split()
    assert tree.one("strong").text == "Chốt bây giờ chưa được:"


def test_a_meter_without_ratio_has_no_mark_and_no_stripes(small_app: Flask) -> None:
    tree = draw_meter(small_app, Rule(cap=500, honoured=None, invited=None, mode="none"), 500, Approved(10, 400))
    assert widths(tree, "meter-invited") == [("20.000%", "80.000%")]
    assert (tree.all("line"), tree.all("rect", "meter-over")) == ([], [])
    assert tree.texts(css_class="stat-label") == ["Đã duyệt", "Còn chỗ"]


def test_an_empty_meter_is_all_room_and_does_not_call_it_right(small_app: Flask) -> None:
    tree = draw_meter(small_app, SEVENTY, 200, Approved(0, 0))
    assert (widths(tree, "meter-honoured"), widths(tree, "meter-invited")) == ([], [])
    assert tree.one(css_class="note").attrs["class"] == "note info"


def test_the_small_meter_says_the_same_in_words(small_app: Flask) -> None:
    whole, small = (draw_meter(small_app, SEVENTY, 186, Approved(130, 56), macro) for macro in ("meter", "mini_meter"))
    assert small.one("svg", "meter-bar").attrs["aria-label"] == whole.one("svg", "meter-bar").attrs["aria-label"]
    assert small.one(css_class="mini-meter-text").text == "186/186· 69,89 %"


FIELDS = """{% from "components/forms.html" import field, hidden, error_summary %}
{{ error_summary(form) }}<form method="post" novalidate>{{ hidden(form) }}
{% for f in form if f.name != "csrf_token" %}{{ field(f) }}{% endfor %}</form>"""


def test_fields_are_labelled_and_described(small_app: Flask) -> None:
    tree = render(small_app, FIELDS, form=CongressForm)
    assert tree.texts("label")[0] == "Tên (bắt buộc)"
    name = tree.one("input", name="name")
    assert (name.attrs["aria-describedby"], name.attrs["class"].strip()) == ("name-hint", "form-control")
    assert tree.one(id="name-hint").text == "Ba dòng."
    assert tree.one("select").attrs["class"].strip() == "form-select"
    assert tree.one("legend").text == "Hình thức (bắt buộc)"
    assert [box.attrs["type"] for box in tree.all("input", name="form")] == ["radio", "radio"]
    assert tree.one("input", name="pilot").attrs["type"] == "checkbox"
    assert tree.all(css_class="error-summary") == []


def faulty_form() -> CongressForm:
    form = CongressForm(meta={"csrf": False})
    form.validate()
    form.form_errors.append("Chưa ghi được vì kế hoạch đã đóng.")
    return form


def test_errors_stand_beside_their_field_and_in_the_summary(small_app: Flask) -> None:
    tree = render(small_app, FIELDS.replace("{{ hidden(form) }}", '<input type="hidden" name="csrf_token">'), form=faulty_form)
    name = tree.one("input", name="name")
    assert (name.attrs["aria-invalid"], name.attrs["aria-describedby"]) == ("true", "name-hint name-error")
    assert tree.one(id="name-error").text == "Nhập tên."
    assert tree.one("fieldset").attrs["aria-describedby"] == "form-error"
    summary = tree.one(css_class="error-summary")
    assert summary.texts("li") == ["Chưa ghi được vì kế hoạch đã đóng.", "Tên: Nhập tên.", "Hình thức: Chọn một."]
    assert [link.attrs["href"] for link in summary.all("a")] == ["#name", "#form-0"]


def test_what_is_typed_never_becomes_markup(small_app: Flask) -> None:
    source = """{% from "components/page.html" import page_head, pill %}
    {% from "components/table.html" import search_box, pick_box %}
    {{ page_head(text, text) }}{{ pill(text) }}{{ search_box("/x", text) }}{{ pick_box(1, text) }}"""
    tree = render(small_app, source, text='<b>"x"</b>')
    assert tree.all("b") == []
    assert tree.one("h1").text == '<b>"x"</b>'


@pytest.mark.parametrize(
    "number, pages, shown",
    [(1, 3, ["1", "2", "3", ""]), (5, 9, ["", "1", "4", "5", "6", "9", ""]), (9, 9, ["", "1", "8", "9"])],
)
def test_the_pager_names_first_near_and_last_pages(small_app: Flask, number: int, pages: int, shown: list[str]) -> None:
    page = SimpleNamespace(page=number, pages=pages, total=830, has_prev=number > 1, has_next=number < pages)
    source = '{% from "components/page.html" import pager %}{{ pager(page, page_url) }}'
    tree = render(small_app, source, page=page, page_url=lambda: "?page={}".format)
    assert tree.texts("a") == shown
    (current,) = tree.all("a", aria_current="page")
    assert (current.text, current.attrs["href"]) == (str(number), f"?page={number}")


def test_one_page_needs_no_pager(small_app: Flask) -> None:
    page = SimpleNamespace(page=1, pages=1, total=3, has_prev=False, has_next=False)
    assert render(small_app, '{% from "components/page.html" import pager %}{{ pager(page, str) }}', page=page, str="").text == ""


def test_a_post_button_carries_its_token_and_its_fields(small_app: Flask) -> None:
    tree = render(
        small_app, '{% from "components/forms.html" import post_button %}{{ post_button("/x", "Mở lại", state="open") }}'
    )
    assert (tree.one("form").attrs["method"], tree.one("form").attrs["action"]) == ("post", "/x")
    assert tree.one("input", name="state").attrs["value"] == "open"
    assert len(tree.one("input", name="csrf_token").attrs["value"]) > 20


def test_a_dialog_is_named_by_its_heading(small_app: Flask) -> None:
    source = """{% from "components/page.html" import confirm_dialog, dialog_opener, dialog_closer %}
    {{ dialog_opener("drop", "Hủy") }}
    {% call confirm_dialog("drop", "Hủy hội nghị?") %}{{ dialog_closer() }}{% endcall %}"""
    tree = render(small_app, source)
    assert tree.one("button", data_dialog="drop").text == "Hủy"
    assert tree.one("dialog").attrs["aria-labelledby"] == "drop-title"
    assert tree.one(id="drop-title").text == "Hủy hội nghị?"
