"""Files made to be too much: each is answered with one sentence, or read, within 10 seconds and 300 MB of memory."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lists import LIST, MAIN, cell, ods, ods_cell, sheet_xml, word_xml, workbook, xls, xlsb

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory and time are measured by what Linux tells")
MOST_SECONDS, MOST_MEGABYTES = 10, 300
# Opens the file with the memory and processor time it may have; going over either ends the process.
OPENING = """
import json, re, sys
from resource import RLIMIT_CPU, setrlimit
from congress.operations.workbooks import WorkbookRefused, open_grids
setrlimit(RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
data = open(sys.argv[1], "rb").read()
try:
    said = [len(grid.rows) for grid in open_grids(data, file_name="ds.xlsx")]
except WorkbookRefused as refused:
    said = refused.message
most = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())
print(json.dumps([said, int(most[1]) // 1024]))
"""

TOO_LARGE = "Trang tính có quá 20.000 dòng hoặc quá rộng. Xóa phần thừa, chỉ để lại danh sách."
TOO_HEAVY = "Tệp quá lớn (tối đa 20 MB). Bỏ hình ảnh và các trang không cần rồi tải lên lại."
FAR = f'<row r="1048576">{cell("XFD1048576", "x")}</row>'
TEXTS = b"<sst>" + b"<si><t/></si>" * 2_500_000
REPEATED = f'<table:table-row table:number-rows-repeated="1048000">{ods_cell("x")}</table:table-row>'


def blank_rows(cells: int, last: int) -> str:
    places = [chr(65 + column) for column in range(cells)]
    return "".join(
        f'<row r="{row}" spans="1:20" s="5" ht="18.75">' + "".join(f'<c r="{place}{row}" s="3"/>' for place in places) + "</row>"
        for row in range(3, last)
    )


def filled_rows() -> str:
    return "".join(f"<row r='{row}'>{cell(f'A{row}', 'x') * 60}</row>" for row in range(3, 16_000))


BOMBS: dict[str, tuple[Callable[[], bytes], object]] = {
    "a million formatted rows": (lambda: workbook({"DS": sheet_xml(LIST, blank_rows(0, 1_000_001))}), [2]),
    "formatted cells": (lambda: workbook({"DS": sheet_xml(LIST, blank_rows(20, 60_000))}), [2]),
    "filled cells": (lambda: workbook({"DS": sheet_xml(LIST, filled_rows())}), TOO_LARGE),
    "one cell at the far corner": (lambda: workbook({"DS": sheet_xml(LIST, FAR)}), TOO_LARGE),
    "shared texts": (lambda: workbook({"DS": sheet_xml(LIST)}, parts={"xl/sharedStrings.xml": TEXTS}), TOO_LARGE),
    "unpacked to two hundred times": (lambda: workbook({"DS": "<x>" + " " * 230_000_000}), TOO_HEAVY),
    "one endless cell": (lambda: workbook({"DS": f"<worksheet {MAIN}><sheetData>" + "a" * 150_000_000}), TOO_LARGE),
    "merged ranges": (lambda: workbook({"DS": sheet_xml(LIST, after='<mergeCell ref="A1:C2"/>' * 600_000)}), TOO_LARGE),
    "an old workbook's far cell": (lambda: xls(LIST, far=(65_535, 255)), TOO_LARGE),
    "a binary workbook's far cell": (lambda: xlsb(LIST, far=(1_048_575, 16_383)), TOO_LARGE),
    "repeated rows": (lambda: ods(LIST, REPEATED), TOO_LARGE),
    "elements in each other": (lambda: word_xml("<w:tbl><w:tr>" + "<w:tc>" * 3_000_000), TOO_LARGE),
    "a text of one line": (lambda: ("Họ và tên;Chức vụ\n" + '"a;' * 4_000_000).encode()[:12_000_000], TOO_LARGE),
    "a text of many lines": (lambda: ("Họ và tên;Chức vụ\n" + "Nông Văn An;\n" * 700_000).encode(), TOO_LARGE),
    "quotes never closed": (lambda: ('"a\n;' * 2_900_000).encode(), TOO_LARGE),
    "western letters": (lambda: "é;".encode("cp1252") * 5_900_000, TOO_LARGE),
}


@pytest.mark.parametrize("name", BOMBS)
def test_too_much_is_answered_within_time_and_memory(name: str, tmp_path: Path) -> None:
    make, expected = BOMBS[name]
    path = tmp_path / "ds.xlsx"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", OPENING, str(path), str(MOST_SECONDS)], cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said, megabytes = json.loads(done.stdout)
    assert said == expected
    assert megabytes < MOST_MEGABYTES
