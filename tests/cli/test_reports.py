"""`reports make|print`."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.report_figures import TITLES
from congress.models import DelegateReport, db
from tests.cli.running import run
from tests.documents.paper import pages_lines
from tests.web.contract import Office


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    """Four approved people, one of them a Dao."""
    office = Office(app)
    for number, people in enumerate(("Kinh", "Kinh", "Kinh", "Dao")):
        office.person(f"Lò Văn {'ABCD'[number]}", "exemplar", "approved", ethnic=people, born="1960")
    return office


def test_a_report_is_made_and_its_figures_are_data(app: Flask, office: Office) -> None:
    found = run(app, "reports", "make", "--congress", 1, "--json").json
    ethnic = next(group for group in found["groups"] if group["code"] == "ethnic")
    assert (found["number"], found["title"], found["called"], found["present"], found["ages"]["mean"][-3:]) == (
        1,
        TITLES[0],
        4,
        0,
        ",00",
    )
    assert [(row["label"], row["count"]) for row in ethnic["rows"]] == [
        ("Kinh", 3), ("Dân tộc thiểu số", 1), ("Chưa có thông tin", 0),
    ]  # fmt: skip
    ended = run(app, "reports", "make", "--congress", 1, "--title", "Báo cáo nhanh")
    assert ended == (0, "", "Đã lập báo cáo số 2 của hội nghị số 1.\n")
    assert db.session.scalars(select(DelegateReport.title).order_by(DelegateReport.number)).all() == [TITLES[0], "Báo cáo nhanh"]


def test_it_is_printed_whole_or_for_publication(app: Flask, office: Office, tmp_path: Path) -> None:
    run(app, "reports", "make", "--congress", 1)
    full, public, file = tmp_path / "day-du.pdf", tmp_path / "cong-bo.pdf", tmp_path / "bao-cao.docx"
    assert run(app, "reports", "print", 1, "--congress", 1, "--out", full).words == f"Đã ghi báo cáo số 1 vào {full}.\n"
    assert run(app, "reports", "print", 1, "--congress", 1, "--public", "--out", public).code == 0
    assert run(app, "reports", "print", 1, "--congress", 1, "--out", file).code == 0
    texts = [" ".join(" ".join(lines) for lines in pages_lines(path.read_bytes())) for path in (full, public)]
    assert [("Lò Văn A" in text, "Dao 01" in text) for text in texts] == [(True, True), (False, False)]
    assert file.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "--congress", 3), "Chưa duyệt đại biểu nào: chưa có gì để báo cáo.\n"),
        (("make", "--congress", 1, "--whose", "present"),
         "Chưa có đại biểu nào điểm danh ở buổi này. Tính trên đại biểu được triệu tập.\n"),
        (("print", 7, "--congress", 1, "--out", "x.pdf"), "Hội nghị số 1 không có báo cáo số 7.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_sentence(app: Flask, office: Office, words: tuple[Any, ...], said: str) -> None:
    assert run(app, "reports", *words) == (1, "", said)
    assert db.session.scalar(select(func.count(DelegateReport.id))) == 0


def test_a_file_of_another_kind_is_refused(app: Flask, office: Office, tmp_path: Path) -> None:
    run(app, "reports", "make", "--congress", 1)
    ended = run(app, "reports", "print", 1, "--congress", 1, "--out", tmp_path / "bao-cao.txt")
    assert (ended.code, ended.words, list(tmp_path.iterdir())) == (1, "Tên tệp phải có đuôi .pdf hoặc .docx.\n", [])
