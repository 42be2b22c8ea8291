"""`allocations …`: shared, issued, listed and written to files from a script."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from congress.models import db
from tests.cli.running import run
from tests.documents.paper import pages_lines
from tests.world import World, make_unit


@pytest.fixture
def world(session: Any) -> World:
    world = World()
    world.congress.planned_size = 30
    world.commune.headcount = 30
    make_unit("X2", "Xã Hai", "commune", world.district).headcount = 10
    db.session.commit()
    return world


def allocations(app: Flask, world: World, command: str, *words: object) -> Any:
    return run(app, "allocations", command, "--congress", world.congress.id, *words)


def test_shared_issued_listed(world: World, app: Flask, tmp_path: Path) -> None:
    shared = allocations(app, world, "share", "--group", "exemplar", "--total", 8, "--by", "headcount")
    assert shared.json == {"Xã Hai": 2, "Xã Một": 6}
    assert allocations(app, world, "list") == (1, "", f"Hội nghị số {world.congress.id} chưa ban hành phân bổ.\n")
    issued = allocations(app, world, "issue", "--dated", "2025-03-01", "--answer-by", "20/03/2025", "--reference", "12/CV")
    assert issued == (0, "", f"Đã ban hành phân bổ lần 1 của hội nghị {world.congress.id}.\n")
    rows = [
        {
            "unit": name,
            "seats": {"leader": 0, "guest": 0, "exemplar": n},
            "total": n,
            "proposed": 0,
            "approved": 0,
            "answer": "late",
        }
        for name, n in (("Xã Hai", 2), ("Xã Một", 6))
    ]
    assert allocations(app, world, "list", "--json").json == {"issue": 1, "dated_on": "2025-03-01", "units": rows}
    assert allocations(app, world, "list").data == "2\t0\tlate\tXã Hai\n6\t0\tlate\tXã Một\n"
    pdf, book = tmp_path / "phu-luc.pdf", tmp_path / "phu-luc.xlsx"
    assert allocations(app, world, "export", "--out", pdf).words == f"Đã ghi phụ lục lần 1 vào {pdf}.\n"
    assert "Xã Một" in " ".join(pages_lines(pdf.read_bytes())[0])
    assert allocations(app, world, "export", "--out", book).code == 0
    assert book.read_bytes()[:2] == b"PK"


def test_what_cannot_be_is_one_sentence(world: World, app: Flask, tmp_path: Path) -> None:
    assert allocations(app, world, "share", "--group", "staff", "--total", 8) == (
        1, "", "Không có thành phần “staff” để phân bổ.\n",
    )  # fmt: skip
    few = allocations(app, world, "share", "--group", "exemplar", "--total", 3, "--minimum", 2)
    assert few == (1, "", "Tối thiểu 2 chỗ cho 2 đơn vị cần 4 chỗ, chỉ có 3. Bớt mức tối thiểu.\n")
    assert allocations(app, world, "issue").words == "Bảng chưa có chỗ nào. Nhập số chỗ trước khi ban hành.\n"
    assert allocations(app, world, "export", "--out", tmp_path / "x.pdf").code == 1
    assert allocations(app, world, "export", "--out", tmp_path / "x.doc").code == 2
