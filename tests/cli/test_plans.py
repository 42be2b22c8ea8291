"""`plan load|check|export` and `units import`: data to stdout, words to stderr, exit 0, 1 or 2."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from congress.models import Plan, Unit, db
from congress.operations.presets import FOLDER, get_preset, preset_text, read_preset
from tests.world import make_unit

UNITS = str(FOLDER / "bac-kan-units.csv")


def run(app: Flask, *words: str) -> Result:
    db.session.commit()
    return app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def bad(tmp_path: Path) -> str:
    path = tmp_path / "xau.yaml"
    path.write_text(
        preset_text("hai-cap-2025").replace("cap: 500", "cap: 0").replace("period: [2025", "period: [2035"), encoding="utf-8"
    )
    return str(path)


FAULTS = [
    "dòng 8, period: Giai đoạn 2035 - 2030 đi ngược: năm đầu phải trước năm cuối.",
    "dòng 70, tiers.province.cap: Cần số nguyên từ 1 đến 100000, đang là “0”.",
]


def test_load_a_shipped_plan_and_again(app: Flask, session: Any) -> None:
    title = get_preset("bac-kan-2024").title
    for _ in range(2):
        done = run(app, "plan", "load", "bac-kan-2024")
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", f"Đã có kế hoạch bac-kan-2024: {title}.\n")
    assert session.scalar(select(func.count(Plan.id))) == 1


def test_load_for_another_unit(app: Flask, session: Any) -> None:
    make_unit("Q", "Tỉnh Khác", "province")
    assert run(app, "plan", "load", "hai-cap-2025", "--unit", "Q").exit_code == 0
    assert session.scalars(select(Unit.code)).all() == ["Q"]
    missing = run(app, "plan", "load", "bac-kan-2024", "--unit", "Z")
    assert (missing.exit_code, missing.stderr) == (1, "Không có đơn vị mã Z.\n")


@pytest.mark.parametrize("command", ["load", "check"])
def test_every_fault_of_a_file_on_its_line(app: Flask, session: Any, bad: str, command: str) -> None:
    done = run(app, "plan", command, bad)
    assert (done.exit_code, done.stdout, done.stderr.splitlines()) == (1, "", FAULTS)
    assert session.scalar(select(func.count(Plan.id))) == 0


def test_check_a_right_file(app: Flask, session: Any, tmp_path: Path) -> None:
    path = tmp_path / "tot.yaml"
    path.write_text("\ufeff" + preset_text("hai-cap-2025"), encoding="utf-8")
    done = run(app, "plan", "check", str(path))
    assert (done.exit_code, done.stderr) == (0, f"Đúng: {get_preset('hai-cap-2025').title}, 3 cấp.\n")


def test_neither_a_code_nor_a_file_is_a_wrong_call(app: Flask, session: Any) -> None:
    assert [run(app, "plan", command, "khong-co").exit_code for command in ("load", "check")] == [2, 2]


def test_export_what_was_loaded(app: Flask, session: Any) -> None:
    run(app, "plan", "load", "hai-cap-2025")
    done = run(app, "plan", "export", "hai-cap-2025")
    assert (done.exit_code, done.stderr, done.exception) == (0, "", None)
    assert read_preset(done.stdout) == get_preset("hai-cap-2025")
    missing = run(app, "plan", "export", "x")
    assert (missing.exit_code, missing.stdout, missing.stderr) == (1, "", "Không có kế hoạch mã x.\n")


def test_units_come_in_once(app: Flask, session: Any) -> None:
    first, again = run(app, "units", "import", UNITS), run(app, "units", "import", UNITS)
    assert (first.exit_code, first.stderr) == (0, "Đã thêm 150, sửa 0, giữ nguyên 0 đơn vị.\n")
    assert (again.exit_code, again.stderr) == (0, "Đã thêm 0, sửa 0, giữ nguyên 150 đơn vị.\n")


def test_faulty_units_are_named_and_not_written(app: Flask, session: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("code,name,kind\nA,Tỉnh A,province\nB,Xã B,làng xã\nB,,commune\n", encoding="utf-8")
    done = run(app, "units", "import", str(path))
    assert (done.exit_code, done.stdout) == (1, "")
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "dòng 3, cột Loại",
        "dòng 4, cột Tên",
        "dòng 4, cột Mã",
    ]
    assert session.scalar(select(func.count(Unit.id))) == 0
    assert run(app, "units", "import", str(tmp_path / "khong-co.csv")).exit_code == 2
