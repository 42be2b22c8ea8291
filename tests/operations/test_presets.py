"""Presets: what is shipped, faults by path and line, rows and back again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from congress.domain.access import COMMAND_LINE
from congress.domain.delegate_lists.sections import GroupFinder
from congress.domain.preset_parts import Fault
from congress.domain.presets import Preset
from congress.domain.refusals import Refused
from congress.domain.structure import Target
from congress.models import AuditEntry, Plan, Unit, db
from congress.operations import presets
from congress.operations.presets import PresetFaults, export_plan, load_preset, preset_text, read_preset
from tests.world import NOW, World, make_unit

BAC_KAN = "bac-kan-2024"


def load(preset: Preset, unit: Unit | None = None) -> Plan:
    return load_preset(preset, unit=unit, actor=COMMAND_LINE, now=NOW)


def faults_of(text: str) -> list[Fault]:
    with pytest.raises(PresetFaults) as refused:
        read_preset(text)
    return refused.value.faults


# ---- what is shipped ---------------------------------------------------------------------------------------------------


def test_the_bac_kan_plan_says_what_the_plan_says() -> None:
    plan = presets.get_preset(BAC_KAN)
    names = {form.code: form.name for form in plan.forms}
    assert [(t.code, names[t.forms[0]], t.cap, t.ratio, t.ratio_mode, t.window, t.upper_tier, t.clause) for t in plan.tiers] == [
        ("commune", "Hội nghị tuyên dương điển hình tiên tiến", 200, (7, 3), "min_models",
         (date(2025, 1, 1), date(2025, 3, 31)), "district", "II.2.a"),
        ("department", "Hội nghị điển hình tiên tiến", 300, (7, 3), "min_models",
         (date(2025, 4, 1), date(2025, 6, 30)), "province", "II.2.b"),
        ("district", "Đại hội Thi đua yêu nước", 300, (7, 3), "min_models",
         (date(2025, 4, 1), date(2025, 6, 30)), "province", "II.2.c"),
        ("province", "Đại hội Thi đua yêu nước", 500, None, "none",
         (date(2025, 7, 1), date(2025, 9, 30)), "national", "II.2.d"),
    ]  # fmt: skip
    assert [(t.unit_kinds, t.max_minutes, t.plan_approval, t.plenary_allowed) for t in plan.tiers] == [
        (("commune",), 240, "pilots", False),
        (("department", "mass_organization", "enterprise"), 240, "pilots", True),
        (("district",), 240, "pilots", False),
        (("province",), 240, "pilots", False),
    ]
    assert (plan.deadline, plan.pilots, plan.period, len(plan.movements)) == (
        date(2024, 7, 31),
        ("BK058", "BKS03"),
        (2020, 2025),
        7,
    )


def test_the_programme_of_bac_kan_fits_half_a_day() -> None:
    programme = presets.get_preset(BAC_KAN).programme
    assert [(item.title.partition(",")[0][:40], item.required, item.forms) for item in programme] == [
        ("Chào cờ", True, ("dai-hoi",)),
        ("Tuyên bố lý do", True, ()),
        ("Báo cáo tổng kết phong trào thi đua và c", True, ()),
        ("Báo cáo tham luận của các điển hình tiên", True, ()),
        ("Giao lưu với các điển hình tiên tiến", False, ()),
        ("Biểu dương", True, ()),
        ("Phát động phong trào thi đua giai đoạn 2", True, ()),
        ("Phát biểu hưởng ứng phong trào thi đua", True, ()),
        ("Thông qua danh sách đại biểu đi dự Đại h", True, ()),
        ("Tổng kết và bế mạc", True, ()),
    ]
    assert sum(item.minutes for item in programme) == 195


def test_the_two_tier_plan_has_no_district() -> None:
    plan = presets.get_preset("hai-cap-2025")
    assert [(t.code, t.cap, t.ratio, t.upper_tier) for t in plan.tiers] == [
        ("commune", 200, (7, 3), "province"),
        ("department", 300, (7, 3), "province"),
        ("province", 500, None, "national"),
    ]
    assert plan.components == presets.get_preset(BAC_KAN).components
    assert "district" not in preset_text(plan.code).replace("no district", "")


def test_lists_of_offices_name_the_components() -> None:
    find = GroupFinder(presets.preset_groups())
    written = {
        "leader": ["Lãnh đạo", "Đại biểu lãnh đạo", "Lãnh đạo các cấp, các ngành", "ĐẠI BIỂU LÃNH ĐẠO"],
        "guest": ["khách mời", "Khách mời", "Đại biểu khách mời"],
        "exemplar": ["ĐHTT", "Điển hình", "Điển hình tiên tiến", "Đại biểu điển hình tiên tiến"],
        "collective_rep": ["Đại diện tổ dân phố"], "observer": ["Đại biểu dự học tập kinh nghiệm"],
        "staff": ["Ban Tổ chức", "BTC"], "service": ["Phục vụ"], "press": ["Phóng viên"], "artist": ["Văn nghệ"],
    }  # fmt: skip
    assert {code: [find.in_cell(text) for text in texts] for code, texts in written.items()} == {
        code: [code] * len(texts) for code, texts in written.items()
    }
    headings = {
        "ĐẠI BIỂU LÃNH ĐẠO CÁC CẤP, CÁC NGÀNH (18)": "leader", "ĐẠI BIỂU KHÁCH MỜI (38)": "guest",
        "ĐẠI BIỂU ĐIỂN HÌNH TIÊN TIẾN (130)": "exemplar", "Người nhà": None,
    }  # fmt: skip
    assert {text: find.in_heading(text) for text in headings} == headings
    assert find.in_cell("Người nhà") is None


def test_presets_are_listed_and_an_unknown_one_is_refused() -> None:
    assert [code for code, _ in presets.preset_names()] == [BAC_KAN, "hai-cap-2025"]
    assert presets.preset_units("hai-cap-2025") is None
    name, data = presets.preset_units(BAC_KAN) or ("", b"")
    assert (name, data) == ("bac-kan-units.csv", (presets.FOLDER / name).read_bytes())
    with pytest.raises(Refused, match="Không có kế hoạch mẫu “../x”. Có: bac-kan-2024, hai-cap-2025."):
        preset_text("../x")


# ---- faults ------------------------------------------------------------------------------------------------------------


def test_every_fault_is_named_by_path_and_line() -> None:
    text = preset_text(BAC_KAN)
    wrong = {
        "    cap: 200\n": "    cap: nhiều\n", "deadline: 2024-07-31": "deadline: 2024-07-32", '"#b45309"': '"#ffcc00"',
        "    clause: II.2.b\n": "    clauses: II.2.b\n", "code: response": "code: launch", "code: BK,": "code: BK, code: BX,",
    }  # fmt: skip
    for right, broken in wrong.items():
        assert text.count(right) == 1
        text = text.replace(right, broken)
    line = {broken: text[: text.index(broken)].count("\n") + 1 for broken in wrong.values()}
    launch = text[: text.rindex("code: launch")].count("\n") + 1
    assert [(fault.line, fault.path) for fault in faults_of(text)] == [
        (line["deadline: 2024-07-32"], "deadline"),
        (line["code: BK, code: BX,"], "unit.code"),
        (line["    cap: nhiều\n"], "tiers.commune.cap"),
        (line["    clauses: II.2.b\n"], "tiers.department.clauses"),
        (line['"#ffcc00"'], "components[1].colour"),
        (launch, "programme[7].code"),
    ]


def test_what_is_missing_is_told_on_the_line_of_what_it_is_missing_from() -> None:
    text = preset_text(BAC_KAN)
    department = text[: text.index("  department:")].count("\n") + 1
    without = text.replace(
        "    cap: 300\n    ratio: [7, 3]\n    ratio_mode: min_models\n    plenary_allowed: true", "    ratio: null", 1
    )
    assert [(fault.line, fault.path, fault.message) for fault in faults_of(without)] == [
        (department, "tiers.department.ratio_mode", "Thiếu mục này."),
        (department, "tiers.department.cap", "Thiếu mục này."),
    ]


@pytest.mark.parametrize(
    ("text", "line", "path", "words"),
    [
        ("", 1, "", "Tệp trống."),
        ("# chỉ có chú thích\n", 1, "", "Tệp trống."),
        ("code: a\ntitle: b: c\n", 2, "", "Không đọc được YAML ở đây: xem lại thụt dòng, dấu hai chấm và dấu nháy."),
        ("code: a\x07", 1, "", "Tệp không phải văn bản YAML."),
        ("[" * 5000, 1, "", "Tệp không phải văn bản YAML."),
        ("x" * 200_001, 1, "", "Tệp quá dài, không phải một kế hoạch."),
        ("\n- a\n", 2, "", "Cần các mục dạng “tên: giá trị”."),
        ("code: &a [1]\nissuer: *a\n", 2, "issuer", "Không dùng dấu & và * của YAML; ghi lại giá trị."),
        ("code: !!python/object:os.system x\n", 1, "code", "Không hiểu giá trị “x”."),
        ("code: a\n\n? [b]\n: c\n", 3, "", "Tên mục phải là chữ."),
    ],
)
def test_a_file_that_is_no_preset(text: str, line: int, path: str, words: str) -> None:
    assert Fault(path, words, line) in faults_of(text)


def test_a_file_that_is_not_text() -> None:
    with pytest.raises(PresetFaults, match="Tệp kế hoạch có lỗi. dòng 1: Tệp không phải văn bản UTF-8."):
        presets.decode_preset(b"\xff\xfe")
    assert read_preset("\ufeff" + preset_text(BAC_KAN)) == presets.get_preset(BAC_KAN)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#? \n\t", max_size=40))
def test_any_text_gives_faults_and_never_an_error(text: str) -> None:
    assert faults_of(text)


# ---- rows --------------------------------------------------------------------------------------------------------------


def test_a_plan_comes_back_as_it_was_loaded(session: Any) -> None:
    for code, _ in presets.preset_names():
        preset = presets.get_preset(code)
        plan = load(preset)
        session.commit()
        session.expire_all()
        assert read_preset(export_plan(plan)) == replace(preset, units="")


def test_what_a_plan_adds_comes_back_too(session: Any) -> None:
    preset = presets.get_preset(BAC_KAN)
    targets = (Target("women", percent=30), Target("sector:Y tế", count=5), Target("minority", count=1))
    commune = replace(preset.tiers[0], uncounted_cap=0, targets=targets)
    changed = replace(preset, young_until=30, register_required=True, tiers=(commune, *preset.tiers[1:]), units="")
    plan = load(changed)
    session.commit()
    session.expire_all()
    assert plan.tiers[0].targets == [
        {"dimension": "women", "percent": 30}, {"dimension": "sector:Y tế", "count": 5}, {"dimension": "minority", "count": 1},
    ]  # fmt: skip
    assert (plan.young_until, plan.register_required, plan.tiers[0].uncounted_cap) == (30, True, 0)
    assert read_preset(export_plan(plan)) == changed


def test_the_owning_unit_is_made_once(session: Any) -> None:
    plan = load(presets.get_preset(BAC_KAN))
    assert (plan.unit.code, plan.unit.name, plan.unit.kind, plan.unit.path) == (
        "BK",
        "Tỉnh Bắc Kạn",
        "province",
        f"/{plan.unit_id}/",
    )
    again = load(presets.get_preset(BAC_KAN))
    assert (again.id, session.scalar(select(func.count(Plan.id))), session.scalar(select(func.count(Unit.id)))) == (plan.id, 1, 1)
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["create", "load"]


def test_another_unit_may_own_it(session: Any) -> None:
    province = make_unit("Q", "Tỉnh Khác", "province")
    plan = load(presets.get_preset(BAC_KAN), province)
    assert (plan.unit_id, load(presets.get_preset(BAC_KAN)).id) == (province.id, plan.id)


def test_a_plan_that_differs_is_not_written_over(session: Any) -> None:
    plan = load(presets.get_preset(BAC_KAN))
    plan.tiers[0].cap = 250
    with pytest.raises(
        Refused, match="Đã có kế hoạch mã bac-kan-2024 với nội dung khác. Đổi mã trong tệp, hoặc sửa kế hoạch đang có."
    ):
        load(presets.get_preset(BAC_KAN))
    assert plan.tiers[0].cap == 250


def test_the_plan_of_the_tests_is_a_right_one(session: Any) -> None:
    assert presets.plan_preset(World().plan).code == "thu"
    assert db.session.scalars(select(Plan.code)).all() == ["thu"]
