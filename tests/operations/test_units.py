"""Units: made, changed, moved, imported all or nothing, searched."""

import zipfile
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from congress.domain.access import COMMAND_LINE, Actor
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Unit, db
from congress.operations import presets, units
from congress.operations.unit_files import UnitFaults, say_fault
from congress.operations.units import ImportResult, UnitValues, import_units, search_units
from tests.world import NOW, World, actor_for, make_unit

OUT_OF_REACH = "Đơn vị này ngoài phạm vi bạn được giao."


@pytest.fixture
def world(session: Any) -> World:
    return World()


def owner(world: World) -> Actor:
    return actor_for("plan_owner", unit=world.province)


def load(text: str | bytes, name: str = "don-vi.csv", actor: Actor = COMMAND_LINE) -> ImportResult:
    return import_units(text if isinstance(text, bytes) else text.encode(), name, actor=actor, now=NOW)


def faults_of(text: str | bytes, name: str = "don-vi.csv", actor: Actor = COMMAND_LINE) -> list[str]:
    with pytest.raises(UnitFaults) as refused:
        load(text, name, actor)
    return [say_fault(fault) for fault in refused.value.faults]


def stored() -> list[tuple[Any, ...]]:
    """Every unit as the database has it, with its parent's code; checks that each path is its parent's and its own number."""
    db.session.commit()
    db.session.expire_all()
    found = db.session.scalars(select(Unit).order_by(Unit.code)).all()
    for unit in found:
        assert unit.path == f"{unit.parent.path if unit.parent else '/'}{unit.id}/"
    return [(unit.code, unit.name, unit.kind, unit.parent and unit.parent.code) for unit in found]


def workbook(*rows: list[str | int]) -> bytes:
    """A small .xlsx of texts and numbers, with what a reader needs and nothing else."""
    cells = [
        "".join(f"<c><v>{v}</v></c>" if isinstance(v, int) else f'<c t="inlineStr"><is><t>{escape(v)}</t></is></c>' for v in row)
        for row in rows
    ]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Đơn vị" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1"'
        f' Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{"".join(f"<row>{row}</row>" for row in cells)}'
        "</sheetData></worksheet>",
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file.getvalue()


# ---- a list of units ---------------------------------------------------------------------------------------------------


def test_the_150_units_of_bac_kan_come_in_once(session: Any) -> None:
    name, data = presets.preset_units("bac-kan-2024") or ("", b"")
    assert load(data, name) == ImportResult(created=150, updated=0, unchanged=0)
    first = stored()
    assert (len(first), first[0]) == (150, ("BK", "Tỉnh Bắc Kạn", "province", None))
    assert load(data, name) == ImportResult(created=0, updated=0, unchanged=150)
    assert stored() == first
    assert session.scalar(select(func.count(AuditEntry.id))) == 150
    assert session.scalars(select(Unit.emulation_block).where(Unit.code == "BKS03")).one() == "Khối sở, ban, ngành"


@pytest.mark.parametrize("form", ["csv", "bom", "semicolon", "quoted", "xlsx"])
def test_the_same_list_in_every_form(session: Any, form: str) -> None:
    rows: list[list[str | int]] = [
        ["Mã", "Tên", "Loại", "Mã cấp trên", "Khối thi đua", "Số người", "Đến ngày"],
        ["X9", "Xã Chín", "Xã", "H9", "", 25, "30/06/2025"],  # its parent comes after it
        ["H9", "Huyện Chín", "district", "T9", "Khối huyện, thị", "", ""],
        ["T9", "Tỉnh Chín", "Tỉnh", "", "", "", ""],
    ]
    if form == "xlsx":
        data = workbook(*rows)
    else:
        sign = ";" if form == "semicolon" else ","
        text = "\r\n".join(sign.join(f'"{v}"' if sign in str(v) or form == "quoted" else str(v) for v in row) for row in rows)
        data = text.encode("utf-8-sig" if form == "bom" else "utf-8")
    assert load(data, "don-vi.xlsx" if form == "xlsx" else "don-vi.csv") == ImportResult(3, 0, 0)
    assert stored() == [
        ("H9", "Huyện Chín", "district", "T9"), ("T9", "Tỉnh Chín", "province", None), ("X9", "Xã Chín", "commune", "H9"),
    ]  # fmt: skip
    extra = session.execute(select(Unit.emulation_block, Unit.headcount, Unit.valid_to).order_by(Unit.code)).all()
    assert [tuple(row) for row in extra] == [("Khối huyện, thị", None, None), ("", None, None), ("", 25, date(2025, 6, 30))]


def test_a_listed_unit_is_changed_and_moved_with_all_below_it(world: World) -> None:
    make_unit("D1", "Phòng Một", "department", world.district)
    db.session.commit()
    text = "code,name,kind,parent_code\nX1,Xã Một mới,commune,H2\nH2,Huyện Hai,district,T\n"
    assert load(text, actor=owner(world)) == ImportResult(created=0, updated=1, unchanged=1)
    assert ("X1", "Xã Một mới", "commune", "H2") in stored()
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_id, entry.difference["name"]) == ("edit", world.commune.id, ["Xã Một", "Xã Một mới"])


def test_a_column_that_is_missing_changes_nothing(world: World) -> None:
    world.commune.emulation_block, world.commune.valid_to = "Khối Một", date(2025, 6, 30)
    assert load("code,name,kind\nX1,Xã Một,commune\n") == ImportResult(0, 0, 1)
    assert load("code,name,kind,valid_to\nX1,Xã Một,commune,\n") == ImportResult(0, 1, 0)
    assert (world.commune.emulation_block, world.commune.valid_to, world.commune.parent.code) == ("Khối Một", None, "H1")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["X8,Xã Tám,commune,H8"], ["dòng 2, cột Mã cấp trên: Không có đơn vị mã H8, trong tệp cũng không."]),
        (["X8,Xã Tám,commune,H1", "X8,Xã Chín,commune,H1"], ["dòng 3, cột Mã: Mã X8 đã có ở dòng 2."]),
        (["X8,Xã Tám,commune,X1"], ["dòng 2, cột Mã cấp trên: Đơn vị loại “Xã, phường, thị trấn” không trực thuộc X1 được."]),
        (["X8,Xã Tám,commune,"], ["dòng 2, cột Mã cấp trên: Đơn vị loại “Xã, phường, thị trấn” cần có đơn vị cấp trên."]),
        (["S1,Sở Một,enterprise,T", "H1,Huyện Một,commune,T"], [
            "dòng 3, cột Loại: Xã Một đang trực thuộc, không hợp với loại mới.",
            "dòng 3, cột Loại: Huyện Một đã có hội nghị, không đổi loại được.",
        ]),
        (["X8,Xã Tám,làng,H1", ",Xã Chín,commune,H1"], [
            "dòng 2, cột Loại: Không có loại “làng”. Ghi một trong: province, district, commune, department, mass_organization, "
            "enterprise, central_agency (hoặc Tỉnh, Huyện, thành phố, Xã, phường, thị trấn, Sở, ban, ngành, MTTQ, đoàn thể, "
            "Doanh nghiệp, Cơ quan Trung ương).",
            "dòng 3, cột Mã: Thiếu mã.",
        ]),
    ],
)  # fmt: skip
def test_a_fault_anywhere_and_nothing_is_written(world: World, rows: list[str], said: list[str]) -> None:
    before = stored()
    text = "\n".join(["code,name,kind,parent_code", *rows, "X7,Xã Bảy,commune,H2"])
    assert faults_of(text) == said
    assert stored() == before


def test_a_file_that_is_no_list(session: Any) -> None:
    assert faults_of("") == ["dòng 1: Tệp trống."]
    not_text = "dòng 1: Tệp CSV không phải UTF-8 hoặc bị hỏng. Lưu lại dạng “CSV UTF-8” rồi thử lại."
    not_excel = "dòng 1: Không mở được tệp Excel. Lưu lại dạng .xlsx rồi thử lại."
    assert (faults_of(b"\xff\xfe\x00"), faults_of(b"PK\x03\x04x"), faults_of(b"x", "a.xlsx")) == (
        [not_text],
        [not_excel],
        [not_excel],
    )


def test_a_ring_is_refused(session: Any) -> None:
    """The kinds forbid one today; the ring itself is looked for all the same."""
    rows = [
        units.UnitRow(line, code, {"kind": "district", "parent_code": up}) for line, code, up in ((2, "A", "B"), (3, "B", "A"))
    ]
    found = units._Import(rows, {})
    found._check_parent = lambda row: None  # type: ignore[method-assign]
    found.check(COMMAND_LINE)
    assert [say_fault(fault) for fault in found.faults] == ["dòng 2, cột Mã cấp trên: Cấp trên đi vòng: A → B → A."]


def test_nobody_imports_beyond_his_reach(world: World) -> None:
    district = actor_for("plan_owner", unit=world.district)
    head = "code,name,kind,parent_code\n"
    outside = [
        "X2,Xã Hai,commune,H2", "T,Tỉnh Khác,province,", "S1,Sở Khác,department,T", "X1,Xã Một,commune,H2",
        "T2,Tỉnh Hai,province,",
    ]  # fmt: skip
    columns = ["Mã cấp trên", "Mã", "Mã", "Mã cấp trên", "Mã cấp trên"]
    assert [faults_of(head + row, actor=district) for row in outside] == [[f"dòng 2, cột {c}: {OUT_OF_REACH}"] for c in columns]
    assert load(head + "X1,Xã Một mới,commune,H1\nX3,Xã Ba,commune,H1\nT,Tỉnh Thử,province,", actor=district) == ImportResult(
        1, 1, 1
    )
    assert faults_of(head + "T2,Tỉnh Hai,province,", actor=owner(world)) == [f"dòng 2, cột Mã cấp trên: {OUT_OF_REACH}"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(6)))
def test_the_order_of_the_lines_does_not_matter(session: Any, order: list[int]) -> None:
    rows = ["T,Tỉnh,province,", "H,Huyện,district,T", "K,Kế,district,T", "X,Xã,commune,H", "Y,Yên,commune,K", "S,Sở,department,T"]
    session.query(AuditEntry).delete()
    session.execute(Unit.__table__.update().values(parent_id=None))
    session.execute(Unit.__table__.delete())
    session.expunge_all()
    assert load("code,name,kind,parent_code\n" + "\n".join(rows[place] for place in order)) == ImportResult(6, 0, 0)
    assert stored() == sorted((*row.split(",")[:3], row.split(",")[3] or None) for row in rows)


# ---- one unit ----------------------------------------------------------------------------------------------------------


def values(unit: Unit, **changes: Any) -> UnitValues:
    return UnitValues(**{"name": unit.name, "kind": unit.kind, "parent": unit.parent, **changes})


def test_a_unit_is_added(world: World) -> None:
    new = UnitValues(name="Xã Hai", kind="commune", parent=world.district, headcount=30, valid_from=date(2025, 7, 1))
    unit = units.create_unit("X2", new, actor=owner(world), now=NOW)
    assert (unit.path, unit.folded, unit.headcount) == (f"{world.district.path}{unit.id}/", "xa hai", 30)
    assert ("X2", "Xã Hai", "commune", "H1") in stored()


@pytest.mark.parametrize(
    ("code", "changes", "field", "words"),
    [
        ("H1", {}, "code", "Mã H1 đã có. Chọn mã khác."),
        ("X 2", {}, "code", "Mã “X 2” chỉ được gồm chữ không dấu, số, dấu chấm và gạch nối."),
        ("X2", {"kind": "province"}, "parent", "Đơn vị loại “Tỉnh” không trực thuộc Huyện Một được."),
        ("X2", {"kind": "province", "parent": None}, "parent", "Chọn đơn vị cấp trên."),
        ("X2", {"valid_from": date(2025, 7, 1), "valid_to": date(2025, 6, 30)}, "valid_to",
         "Ngày thôi hoạt động đứng trước ngày bắt đầu."),
    ],
)  # fmt: skip
def test_a_unit_that_is_not_right_is_refused(world: World, code: str, changes: dict[str, Any], field: str, words: str) -> None:
    before = stored()
    with pytest.raises(Refused) as refused:
        new = UnitValues(**{"name": "Xã Hai", "kind": "commune", "parent": world.district, **changes})
        units.create_unit(code, new, actor=owner(world), now=NOW)
    assert (refused.value.field, refused.value.message) == (field, words)
    assert stored() == before


def test_a_unit_moves_with_all_below_it(world: World) -> None:
    province = make_unit("T2", "Tỉnh Hai", "province")
    actor = Actor(None, "cả hai", (*owner(world).grants, *actor_for("plan_owner", unit=province).grants))
    units.edit_unit(world.district, values(world.district, parent=province), actor=actor, now=NOW)
    assert stored()[0] == ("H1", "Huyện Một", "district", "T2")
    assert world.commune.path == f"/{province.id}/{world.district.id}/{world.commune.id}/"


def test_a_move_out_of_reach_or_under_itself_is_refused(world: World) -> None:
    province = make_unit("T2", "Tỉnh Hai", "province")
    before = stored()
    with pytest.raises(Refused, match="Tỉnh Hai ngoài phạm vi bạn được giao."):
        units.edit_unit(world.district, values(world.district, parent=province), actor=owner(world), now=NOW)
    with pytest.raises(Refused, match="Xã Một đang trực thuộc Huyện Một: không làm cấp trên của nó được."):
        units.edit_unit(world.district, values(world.district, parent=world.commune), actor=COMMAND_LINE, now=NOW)
    assert stored() == before


def test_a_kind_that_congresses_or_lower_units_rest_on_stays(world: World) -> None:
    with pytest.raises(Refused, match="Huyện Một đã có hội nghị, không đổi loại được."):
        units.edit_unit(world.district, values(world.district, kind="department"), actor=owner(world), now=NOW)
    empty = make_unit("H3", "Huyện Ba", "district", world.province)
    make_unit("X3", "Xã Ba", "commune", empty)
    with pytest.raises(
        Refused, match="Xã Ba đang trực thuộc. Đơn vị loại “Xã, phường, thị trấn” không trực thuộc Huyện Ba được."
    ):
        units.edit_unit(empty, values(empty, kind="department"), actor=owner(world), now=NOW)
    assert {(code, kind) for code, _, kind, _ in stored()} >= {("H1", "district"), ("H3", "district")}


def test_an_edit_is_audited_with_its_difference(world: World) -> None:
    units.edit_unit(world.department, values(world.department, headcount=12), actor=owner(world), now=NOW)
    units.edit_unit(world.department, values(world.department, headcount=12), actor=owner(world), now=NOW)
    entries = [entry.difference for entry in db.session.scalars(select(AuditEntry))]
    assert [difference["headcount"] for difference in entries] == [[None, 12]]


# ---- looking -----------------------------------------------------------------------------------------------------------


def test_search_needs_no_accents_and_no_order(session: Any) -> None:
    name, data = presets.preset_units("bac-kan-2024") or ("", b"")
    load(data, name)

    def names(text: str, actor: Actor = COMMAND_LINE) -> list[str]:
        return [unit.name for unit in search_units(actor, text)]

    assert names("trach banh") == names("BÀNH trạch") == names("bk06101891") == ["Xã Bành Trạch"]
    assert names("cho huyen") == ["Huyện Chợ Đồn", "Huyện Chợ Mới"]
    yen = ["Cư", "Hân", "Mỹ", "Phong", "Thịnh", "Thượng"]
    assert names("yen") == ["Thị trấn Yến Lạc", *(f"Xã Yên {name}" for name in yen), "Xã Yến Dương"]
    assert (names("  "), names("100%"), names("_")) == ([], [], [])
    assert names("so y te", Actor(None, "khách")) == []


def test_known_names_are_those_below(world: World) -> None:
    for unit in (world.province, world.district, world.commune):
        unit.folded = {"T": "tinh thu", "H1": "huyen mot", "X1": "xa mot"}[unit.code]
    db.session.flush()
    assert units.known_unit_names(world.district) == {"huyen mot": "Huyện Một", "xa mot": "Xã Một"}
    assert len(units.known_unit_names(None)) == 5


def test_the_tree_counts_all_below_in_one_query(world: World) -> None:
    db.session.commit()
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]) if "SELECT" in call[2] else None)
    [root] = units.unit_tree(COMMAND_LINE)
    assert len(seen) == 1
    assert (root.unit.code, root.below) == ("T", 4)
    assert [(child.unit.code, child.below) for child in root.children] == [("H2", 0), ("H1", 1), ("S1", 0)]
