"""What a right preset is: each thing that can be wrong is named by its path, and nothing else is said."""

from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.presets import FIELDS, Component, Item, Preset, Step, check_preset

TIER = {
    "label": "Xã", "forms": ["hop"], "unit_kinds": ["commune"], "upper_tier": None, "cap": 200, "ratio": [7, 3],
    "ratio_mode": "exact",
    "window": [date(2025, 1, 1), date(2025, 3, 31)], "max_minutes": 240,
}  # fmt: skip
RIGHT: dict[str, Any] = {
    "code": "thu", "title": "Kế hoạch thử", "issuer": "UBND tỉnh", "period": [2020, 2025],
    "unit": {"code": "T", "name": "Tỉnh Thử", "kind": "province"}, "forms": [{"code": "hop", "name": "Hội nghị"}],
    "tiers": {"commune": TIER, "province": {**TIER, "unit_kinds": ["province"], "ratio": None, "ratio_mode": "none"}},
    "components": [
        {"code": "exemplar", "label": "Điển hình", "side": "honoured", "colour": "#b3131b"},
        {"code": "guest", "label": "Khách mời", "side": "invited", "colour": "#1D4ED8", "aliases": ["khách"]},
    ],
    "programme": [{"code": "opening", "title": "Khai mạc", "minutes": 10}], "steps": [{"code": "held", "label": "Tổ chức"}],
}  # fmt: skip


def put(path: str, value: Any) -> dict[str, Any]:
    """The right preset with one value changed; `path` goes by "/"."""
    data = deepcopy(RIGHT)
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place: Any = data
    for step in way:
        place = place[step]
    place[last] = value
    return data


def drop(path: str) -> dict[str, Any]:
    data = put(path, None)
    *way, last = path.split("/")
    place: Any = data
    for step in way:
        place = place[step]
    del place[last]
    return data


def faults_of(data: Any) -> list[tuple[str, str]]:
    preset, faults = check_preset(data)
    assert (preset is None) == bool(faults)
    return [(fault.path, fault.message) for fault in faults]


def test_a_right_preset_is_read_with_its_defaults() -> None:
    preset, faults = check_preset(RIGHT)
    assert faults == []
    assert isinstance(preset, Preset)
    commune, province = preset.tiers
    assert (preset.number, preset.issued_on, preset.deadline, preset.units, preset.pilots) == ("", None, None, "", ())
    assert (commune.ratio, commune.plan_approval, commune.plenary_allowed, commune.structure) == ((7, 3), "pilots", False, ())
    assert (province.code, province.ratio, province.ratio_mode) == ("province", None, "none")
    assert (preset.young_until, preset.register_required, commune.uncounted_cap, commune.targets) == (35, False, None, ())
    assert preset.components[1] == Component("guest", "Khách mời", "Khách mời", "#1d4ed8", "invited", ("khách",))
    assert preset.programme == (Item("opening", "Khai mạc", True, (), 10),)
    assert preset.steps == (Step("held", "Tổ chức", None),)


@pytest.mark.parametrize(
    ("data", "path", "words"),
    [
        (put("tiers/commune/cap", "nhiều"), "tiers.commune.cap", "Cần số nguyên từ 1 đến 100000, đang là “nhiều”."),
        (put("tiers/commune/cap", True), "tiers.commune.cap", "Cần số nguyên từ 1 đến 100000, đang là true."),
        (put("tiers/commune/cap", 0), "tiers.commune.cap", "Cần số nguyên từ 1 đến 100000, đang là “0”."),
        (drop("tiers/commune/cap"), "tiers.commune.cap", "Thiếu mục này."),
        (drop("tiers/commune"), "", ""),
        (put("tiers/commune", None), "tiers.commune", "Thiếu mục này."),
        (put("tiers", {}), "tiers", "Cần ít nhất một cấp."),
        (put("tiers/village", TIER), "tiers.village", "Không có mục “village”."),
        (put("tiers/commune/capp", 3), "tiers.commune.capp", "Không có mục “capp”. Có phải “cap”?"),
        (put("tiers/commune/window", [date(2025, 3, 1), date(2025, 1, 1)]), "tiers.commune.window",
         "Khung thời gian đi ngược: ngày đầu phải trước ngày cuối."),
        (put("tiers/commune/window", [datetime(2025, 3, 1), 5]), "tiers.commune.window",
         "Cần hai ngày dạng [2025-01-01, 2025-03-31]."),
        (put("tiers/commune/ratio", None), "tiers.commune.ratio_mode", "Không có tỷ lệ thì cách áp dụng phải là none."),
        (put("tiers/province/ratio", [7, 3]), "tiers.province.ratio_mode", "Có tỷ lệ thì cách áp dụng không thể là none."),
        (put("tiers/commune/ratio", [7, 0]), "tiers.commune.ratio", "Cần hai số nguyên từ 1 đến 1000, dạng [a, b]."),
        (put("tiers/commune/ratio", 7), "tiers.commune.ratio", "Cần hai số nguyên từ 1 đến 1000, dạng [a, b]."),
        (put("tiers/commune/ratio_mode", "hard"), "tiers.commune.ratio_mode",
         "Không có giá trị “hard”. Chọn: min_models, exact, advisory, none."),
        (put("tiers/commune/forms", []), "tiers.commune.forms", "Cần ít nhất 1 mục. Chọn trong: hop."),
        (put("tiers/commune/forms", ["hop", "khac"]), "tiers.commune.forms[1]", "Không có giá trị “khac”. Chọn trong: hop."),
        (put("tiers/commune/unit_kinds", ["commune", "commune"]), "tiers.commune.unit_kinds[1]", "“commune” đã ghi ở trên."),
        (put("tiers/province/unit_kinds", ["commune"]), "tiers.province.unit_kinds",
         "Loại đơn vị commune đã họp ở cấp commune: một loại chỉ họp ở một cấp."),
        (put("tiers/commune/upper_tier", "district"), "tiers.commune.upper_tier", "Kế hoạch không có cấp district."),
        (put("tiers/commune/upper_tier", "commune"), "tiers.commune.upper_tier",
         "Cấp trên đi vòng: cấp này lại là cấp trên của chính nó."),
        (put("tiers/commune/plenary_allowed", "có"), "tiers.commune.plenary_allowed", "Cần true hoặc false, đang là “có”."),
        (put("young_until", 5), "young_until", "Cần số nguyên từ 16 đến 99, đang là “5”."),
        (put("register_required", "có"), "register_required", "Cần true hoặc false, đang là “có”."),
        (put("tiers/commune/uncounted_cap", -1), "tiers.commune.uncounted_cap",
         "Cần số nguyên từ 0 đến 100000, đang là “-1”."),
        (put("tiers/commune/targets", [{"dimension": "men", "count": 1}]), "tiers.commune.targets[0].dimension",
         "Không có chỉ tiêu cơ cấu “men”."),
        (put("tiers/commune/targets", [{"dimension": "economic:black", "count": 1}]), "tiers.commune.targets[0].dimension",
         "Không có chỉ tiêu cơ cấu “economic:black”."),
        (put("tiers/commune/targets", [{"dimension": "sector:", "count": 1}]), "tiers.commune.targets[0].dimension",
         "Không có chỉ tiêu cơ cấu “sector:”."),
        (put("tiers/commune/targets", [{"dimension": "women", "count": 1}, {"dimension": "women", "percent": 3}]),
         "tiers.commune.targets[1].dimension", "Chỉ tiêu “Nữ” đã ghi ở trên."),
        (put("tiers/commune/targets", [{"dimension": "women"}]), "tiers.commune.targets[0].count",
         "Ghi một trong hai: count (số người) hoặc percent (phần trăm)."),
        (put("tiers/commune/targets", [{"dimension": "women", "count": 1, "percent": 3}]), "tiers.commune.targets[0].count",
         "Ghi một trong hai: count (số người) hoặc percent (phần trăm)."),
        (put("tiers/commune/targets", [{"dimension": "women", "percent": 101}]), "tiers.commune.targets[0].percent",
         "Cần số nguyên từ 1 đến 100, đang là “101”."),
        (put("tiers/commune/targets", [{"dimension": "women", "share": 1, "count": 1}]), "tiers.commune.targets[0].share",
         "Không có mục “share”."),
        (put("tiers/commune/targets", ["women"]), "tiers.commune.targets[0]", "Cần các mục dạng “tên: giá trị”."),
        (put("components", [RIGHT["components"][0]]), "components",
         "Cấp commune có tỷ lệ mà không thành phần nào thuộc bên invited."),
        (put("components", []), "components", "Cần ít nhất 1 mục."),
        (put("components", "không"), "components", "Cần một danh sách, đang là “không”."),
        (put("components/0/colour", "đỏ"), "components[0].colour", '“đỏ” không phải màu. Ghi như "#b3131b", trong ngoặc kép.'),
        (put("components/0/colour", "#ffcc00"), "components[0].colour",
         "Chữ trắng không đọc được trên màu #ffcc00. Chọn màu đậm hơn."),
        (put("components/1/code", "exemplar"), "components[1].code", "Mã “exemplar” đã dùng ở trên."),
        (put("components/1/code", "Khách"), "components[1].code",
         "Mã “Khách” chỉ được gồm chữ thường không dấu, số và dấu nối."),
        (put("components/1/aliases", ["DIEN HINH"]), "components[1].aliases",
         "Cách ghi “dien hinh” đã dùng cho thành phần exemplar: một cách ghi chỉ thuộc một thành phần."),
        (put("programme/0/forms", ["x"]), "programme[0].forms[0]", "Không có giá trị “x”. Chọn trong: hop."),
        (put("steps/0/code", "lunch"), "steps[0].code",
         "Không có giá trị “lunch”. Chọn: plan_ready, date_set, agenda_ready, list_open, delegates_in, list_closed,"
         " badges_printed, held, reported."),
        (put("period", [2025, 2020]), "period", "Giai đoạn 2025 - 2020 đi ngược: năm đầu phải trước năm cuối."),
        (put("deadline", "2024-07-31"), "deadline", "Cần ngày dạng 2025-03-31, đang là “2024-07-31”."),
        (put("title", "  "), "title", "Mục này đang trống."),
        (put("number", 12), "number", "Cần chữ, đang là “12”. Đặt trong ngoặc kép nếu là số hoặc ngày."),
        (put("units", "../x.csv"), "units", "Ghi tên một tệp .csv hoặc .xlsx nằm cạnh tệp này, không kèm thư mục."),
        (put("pilots", ["A", "B", "A"]), "pilots[2]", "Mã đơn vị A đã ghi ở trên."),
        (put("movements", ["a", 3]), "movements[1]", "Cần chữ, đang là “3”."),
        ([RIGHT], "", "Cần các mục dạng “tên: giá trị”."),
    ],
)  # fmt: skip
def test_each_fault_is_named_by_its_path(data: Any, path: str, words: str) -> None:
    assert faults_of(data) == ([(path, words)] if words else [])


def test_what_a_plan_may_add_is_read() -> None:
    targets = [
        {"dimension": "women", "percent": 30}, {"dimension": "sector:Y tế", "count": 5},
        {"dimension": "economic:private", "count": 1},
    ]  # fmt: skip
    tiers = {**RIGHT["tiers"], "commune": {**TIER, "uncounted_cap": 0, "targets": targets}}
    preset, faults = check_preset({**RIGHT, "young_until": 30, "register_required": True, "tiers": tiers})
    assert faults == []
    assert isinstance(preset, Preset)
    assert (preset.young_until, preset.register_required, preset.tiers[0].uncounted_cap) == (30, True, 0)
    assert [target.row() for target in preset.tiers[0].targets] == targets


def test_all_faults_are_told_at_once() -> None:
    data = put("tiers/commune/cap", 0) | {"title": 5, "period": None}
    assert [path for path, _ in faults_of(data)] == ["title", "period", "tiers.commune.cap"]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(FIELDS), PLAIN, max_size=4))
def test_any_plain_data_gets_faults_and_never_an_error(changes: dict[str, Any]) -> None:
    preset, faults = check_preset({**RIGHT, **changes})
    assert (preset is None) == bool(faults)
