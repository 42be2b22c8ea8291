"""`delegates list|set-state|preview|import` and `badges print`."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.names import fold
from congress.models import AuditEntry, Badge, Congress, Delegate, ListVersion, Plan, StageEvent, Unit, db
from congress.operations import presets
from congress.operations.badges import tokens_of
from tests.cli.running import Ended, run
from tests.documents.paper import pages_lines
from tests.lists import tcvn3, xlsx
from tests.odd_lists import workbook
from tests.web.contract import Office
from tests.world import make_congress

OLD_NAMES = ["Nguyễn Văn Trường", "Đặng Thị Hường", "Lưu Đức Thịnh", "Bàn Thị Phượng"]
SAMPLES = presets.FOLDER / "samples"
EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "expected.json").read_text("utf-8"))
# Which unit each workbook is of, and how many people it has, good ones first.
BOOKS = {"xa-banh-trach.xlsx": ("Xã Bành Trạch", 186, 186), "huyen-ba-be.xlsx": ("Huyện Ba Bể", 300, 300)}
BOOKS["so-y-te.xlsx"] = ("Sở Y tế", 138, 150)
KEYS = "sheet row name sex born ethnic religion group party phone email unit delegation title id_number capacity".split()
KEYS += "represents degree field direct_labour economic_sector new_model education schooling political_theory".split()
KEYS += "highest_award achievements wants_speech note errors warnings".split()


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


def states() -> dict[str, str]:
    db.session.expire_all()
    return {d.name: d.state for d in db.session.scalars(select(Delegate).order_by(Delegate.number))}


def set_state(app: Flask, *words: object) -> Ended:
    return run(app, "delegates", "set-state", "--congress", 1, *words)


# ---- the list and moving people --------------------------------------------------------------------------------------


def test_the_list_has_everybody_with_their_badge(app: Flask, office: Office) -> None:
    first = office.person("Nông Thị Ánh", "guest", "approved", delegation=office.delegation("Đoàn Xã Một"), phone="0912345678")
    second = office.person("Ma Văn Phục", "staff", "withdrawn")
    office.person("Người Khác", congress=office.other_congress)
    token = tokens_of(office.congress, app.extensions["sealer"])[first.id]
    listed = run(app, "delegates", "list", "--congress", 1, "--json")
    assert listed.json == [
        {
            "id": first.id, "number": 101, "name": "Nông Thị Ánh", "group": "guest", "side": "invited", "state": "approved",
            "delegation": "Đoàn Xã Một", "badge_token": token,
        },
        {
            "id": second.id, "number": 102, "name": "Ma Văn Phục", "group": "staff", "side": "uncounted", "state": "withdrawn",
            "delegation": None, "badge_token": None,
        },
    ]  # fmt: skip
    assert "0912345678" not in listed.data
    assert run(app, "delegates", "list", "--congress", 1).data.splitlines() == [
        f"{first.id}\t101\tapproved\tguest\tNông Thị Ánh", f"{second.id}\t102\twithdrawn\tstaff\tMa Văn Phục",
    ]  # fmt: skip


def test_people_move_by_number_all_or_none(app: Flask, office: Office) -> None:
    office.congress.planned_size = 2
    ids = [office.person(f"Nông Văn {number}").id for number in range(3)]
    other = office.person("Người Khác", congress=office.other_congress).id
    full = (
        "Chỉ duyệt được 2/3 người đã chọn, nên chưa duyệt ai. Đã đủ 2/2 đại biểu. Rút 1 người, hoặc tăng quy mô (tối đa 300).\n"
    )
    assert set_state(app, "--state", "approved", *ids) == (1, "", full)
    strange = f"Không có đại biểu mã {other} trong hội nghị này. Chưa ai được chuyển.\n"
    assert set_state(app, "--state", "reserve", ids[0], other) == (1, "", strange)
    assert set(states().values()) == {"proposed"}
    assert set_state(app, "--state", "approved", *ids[:2]) == (0, "", "Đã chuyển 2 đại biểu sang “Đã duyệt”.\n")
    assert set_state(app, "--state", "approved", *ids[:2]) == (0, "", "Đã chuyển 0 đại biểu sang “Đã duyệt”.\n")
    assert states() == {
        "Nông Văn 0": "approved", "Nông Văn 1": "approved", "Nông Văn 2": "proposed", "Người Khác": "proposed",
    }  # fmt: skip
    assert len(db.session.scalars(select(Badge)).all()) == 2
    assert {entry.actor_name for entry in db.session.scalars(select(AuditEntry))} == {"dòng lệnh"}


def test_people_move_by_group_the_first_on_the_list_first(app: Flask, office: Office) -> None:
    for number in range(3):
        office.person(f"Khách {number}", "guest")
    office.person("Khách rút", "guest", "withdrawn")
    office.person("Điển hình")
    assert set_state(app, "--state", "approved", "--group", "guest", "--limit", 2).code == 0
    assert states() == {
        "Khách 0": "approved", "Khách 1": "approved", "Khách 2": "proposed", "Khách rút": "withdrawn", "Điển hình": "proposed",
    }  # fmt: skip
    office.congress.planned_size = 9
    refused = set_state(app, "--state", "approved", "--group", "guest")
    assert refused == (1, "", "Đã đủ 2/2 khách mời và lãnh đạo (30 % của 9). Rút 1 người, hoặc tăng quy mô.\n")
    assert set_state(app, "--state", "proposed", "--group", "guest") == (0, "", "Đã chuyển 2 đại biểu sang “Đề cử”.\n")
    assert set_state(app, "--state", "withdrawn", "--group", "guest", "--limit", 1).code == 0
    assert states()["Khách 0"] == "withdrawn"
    unknown = set_state(app, "--state", "approved", "--group", "khong-co")
    assert unknown == (1, "", "Kế hoạch không có thành phần “khong-co”.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("--state", "approved"),
        ("--state", "approved", "1", "--group", "guest"),
        ("--state", "approved", "1", "--limit", "1"),
        ("--state", "approved", "--group", "guest", "--limit", "0"),
        ("--state", "duyệt", "1"),
        ("--group", "guest"),
        ("--state", "approved", "một"),
    ],
)
def test_a_wrong_call_moves_nobody(app: Flask, office: Office, words: tuple[str, ...]) -> None:
    office.person("Khách", "guest")
    ended = set_state(app, *words)
    assert (ended.code, ended.data, states()) == (2, "", {"Khách": "proposed"})


def test_a_closed_list_wants_a_reason(app: Flask, office: Office) -> None:
    person = office.person("Nông Văn Một")
    office.congress.stage = "list_closed"
    assert set_state(app, "--state", "approved", person.id) == (1, "", "Danh sách đã chốt: nêu lý do bổ sung.\n")
    assert set_state(app, "--state", "approved", "--reason", "Thay người", person.id).code == 0


# ---- reading a list --------------------------------------------------------------------------------------------------


def load_the_plan(app: Flask, *names: str) -> list[Congress]:
    """The shipped units and plan through their own commands, and congresses of these units."""
    assert run(app, "units", "import", presets.FOLDER / "bac-kan-units.csv").code == 0
    assert run(app, "plan", "load", "bac-kan-2024").code == 0
    plan = db.session.scalars(select(Plan).filter_by(code="bac-kan-2024")).one()
    units = [db.session.scalars(select(Unit).filter_by(folded=fold(name))).one() for name in names]
    return [make_congress(plan, unit, planned=200) for unit in units]


def check_preview(shown: dict[str, Any], name: str) -> None:
    """The three workbooks to the letter, the bad cells too."""
    _, good, rows = BOOKS[name]
    assert list(shown) == ["file", "sheet", "delegates", "totals", "questions", "sections", "notes", "encoding"]
    assert (shown["questions"], shown["notes"], shown["encoding"]) == ([], [], None)
    assert (shown["file"], shown["totals"]) == (name, {"rows": rows, "good": good, "faulty": rows - good})
    people = shown["delegates"]
    assert len({(person["sheet"], person["row"]) for person in people}) == len(people) == rows
    assert all(list(person) == KEYS for person in people)
    expected = EXPECTED[name]["delegates"]
    read = [person for person in people if not person["errors"]]
    assert [{key: person[key] for key in told} for person, told in zip(read, expected, strict=True)] == expected
    notes = [(person, note) for person in people for note in person["errors"]]
    bad = [{"row": person["row"], "column": note["column"], "value": note["value"]} for person, note in notes]
    assert bad == EXPECTED[name].get("bad_rows", [])
    assert all(list(note) == ["column", "title", "value", "reason"] and note["title"] and note["reason"] for _, note in notes)


@pytest.mark.parametrize("name", sorted(BOOKS))
def test_the_preview_reads_the_workbooks_to_the_letter_and_writes_nothing(app: Flask, office: Office, name: str) -> None:
    check_preview(run(app, "delegates", "preview", SAMPLES / name, "--json").json, name)
    [congress] = load_the_plan(app, BOOKS[name][0])
    check_preview(run(app, "delegates", "preview", SAMPLES / name, "--congress", congress.id, "--json").json, name)
    assert states() == {}


def test_the_preview_in_words_names_the_bad_cells(app: Flask, office: Office) -> None:
    ended = run(app, "delegates", "preview", SAMPLES / "so-y-te.xlsx")
    assert (ended.code, ended.words) == (0, "150 dòng: 138 đọc được, 12 có lỗi.\n")
    lines = [line.split("\t") for line in ended.data.splitlines()]
    assert [int(line[1].removeprefix("dòng ")) for line in lines] == [bad["row"] for bad in EXPECTED["so-y-te.xlsx"]["bad_rows"]]


ODD_LIST = [
    ["TT", "Họ và tên", "DT", "Năm sinh", "CCCD"], ["I", "KHÁCH MỜI"],
    ["1", "Nông Văn An", "0912345678", "30/02/1975", "6075000001"],
    ["II", "Bà con xa"], ["2", "Lý Thị Hoa", "", "1980", ""],
]  # fmt: skip


def preview_of(app: Flask, folder: Path, data: bytes, *words: str) -> Ended:
    file = folder / "ds.xlsx"
    file.write_bytes(data)
    return run(app, "delegates", "preview", file, *words)


def test_the_preview_asks_what_it_does_not_know_and_takes_the_answer(app: Flask, office: Office, tmp_path: Path) -> None:
    data = workbook(ODD_LIST, sheet="Đại biểu")
    shown = preview_of(app, tmp_path, data, "--json").json
    assert shown["questions"] == [
        {"column": "C", "title": "DT", "choices": ["ethnic", "phone"], "samples": ["0912345678"]},
    ]  # fmt: skip
    assert shown["sections"] == [
        {"row": 2, "text": "KHÁCH MỜI", "meaning": "group:guest", "guessed": False},
        {"row": 4, "text": "Bà con xa", "meaning": "ignore", "guessed": True},
    ]
    assert len(shown["notes"]) == 2
    first = shown["delegates"][0]
    assert (first["phone"], first["ethnic"], first["group"]) == (None, None, "guest")
    assert [(note["column"], note["title"], note["value"], note.get("suggestion")) for note in first["errors"]] == [
        ("born", "Năm sinh", "30/02/1975", None), ("id_number", "CCCD", "6075000001", "006075000001"),
    ]  # fmt: skip
    answered = preview_of(app, tmp_path, data, "--json", "--column", "C=phone", "--column", "e=", "--sheet", "Đại biểu").json
    assert (answered["questions"], answered["delegates"][0]["phone"]) == ([], "0912345678")
    assert [note["column"] for note in answered["delegates"][0]["errors"]] == ["born"]


def test_the_preview_in_words_says_what_was_passed_over(app: Flask, office: Office, tmp_path: Path) -> None:
    ended = preview_of(app, tmp_path, workbook(ODD_LIST, sheet="Đại biểu"))
    assert ended.code == 0
    assert [line.split("\t")[:4] for line in ended.data.splitlines()] == [
        ["Đại biểu", "dòng 3", "Năm sinh", "30/02/1975"], ["Đại biểu", "dòng 3", "CCCD", "6075000001"],
        ["Đại biểu", "dòng 5", "Thành phần", ""],
    ]  # fmt: skip
    *notes, total = ended.words.splitlines()
    assert [note.split(" ")[0] for note in notes] == ["Cột", "Dòng"]
    assert total == "2 dòng: 0 đọc được, 2 có lỗi."


@pytest.mark.parametrize("words", [("--column", "C"), ("--column", "C=colour"), ("--column", "3=phone"), ("--encoding", "utf-8")])
def test_an_answer_that_means_nothing_is_a_wrong_call(app: Flask, office: Office, tmp_path: Path, words: tuple[str, ...]) -> None:
    ended = preview_of(app, tmp_path, workbook(ODD_LIST), *words)
    assert (ended.code, ended.data) == (2, "")


def test_a_sheet_that_is_not_there_and_a_list_without_names_are_refused(app: Flask, office: Office, tmp_path: Path) -> None:
    data = workbook(ODD_LIST, sheet="Đại biểu")
    ended = preview_of(app, tmp_path, data, "--sheet", "Khác", "--json")
    assert ended == (1, "", "Không có danh sách ở trang “Khác”. Trang có danh sách: Đại biểu.\n")
    ended = preview_of(app, tmp_path, data, "--column", "B=", "--json")
    assert (ended.code, ended.data, ended.words.count("\n")) == (1, "", 1)


def test_the_preview_of_an_old_font_converts_only_when_told(app: Flask, office: Office, tmp_path: Path) -> None:
    rows = [["TT", "Họ và tên", "Thành phần"], *([str(n), name, "Khách mời"] for n, name in enumerate(OLD_NAMES, 1))]
    data = workbook([[tcvn3(cell) for cell in row] for row in rows])
    shown = preview_of(app, tmp_path, data, "--json").json
    assert (shown["encoding"], shown["totals"]) == ("tcvn3", {"rows": 4, "good": 0, "faulty": 4})
    converted = preview_of(app, tmp_path, data, "--encoding", "tcvn3", "--json").json
    assert [person["name"] for person in converted["delegates"]] == OLD_NAMES
    assert (converted["totals"]["faulty"], converted["notes"]) == (0, [])


def test_importing_twice_adds_nobody(app: Flask, office: Office) -> None:
    congresses = dict(zip(BOOKS, load_the_plan(app, *(unit for unit, *_ in BOOKS.values())), strict=True))
    for name, (_, good, rows) in BOOKS.items():
        command = ("delegates", "import", SAMPLES / name, "--congress", congresses[name].id)
        first = run(app, *command)
        *faults, total = first.words.splitlines()
        number = congresses[name].id
        assert (first.code, first.data, len(faults)) == (0, "", rows - good)
        assert total == f"Đã thêm {good} đại biểu vào hội nghị {number}; {rows - good} dòng có lỗi, 0 dòng đã có từ trước."
        again = run(app, *command).words.splitlines()[-1]
        assert again == f"Đã thêm 0 đại biểu vào hội nghị {number}; {rows - good} dòng có lỗi, {good} dòng đã có từ trước."
        written = db.session.scalars(select(Delegate).filter_by(congress_id=number).order_by(Delegate.number)).all()
        assert [(d.name, d.born, d.component.code) for d in written] == [
            (told["name"], told["born"], told["group"]) for told in EXPECTED[name]["delegates"]
        ]
        assert {d.state for d in written} == {"proposed"}


def test_a_newer_list_changes_who_is_there_and_says_so(app: Flask, office: Office, tmp_path: Path) -> None:
    [congress] = load_the_plan(app, "Xã Bành Trạch")
    header = ["TT", "Họ và tên", "Năm sinh", "Thành phần", "Số điện thoại"]
    rows = [[1, "Nông Văn Một", "1970", "Khách mời", "0912345678"], [2, "Lò Văn Hai", "1971", "Khách mời", ""]]
    first, second = tmp_path / "ban-1.xlsx", tmp_path / "ban-2.xlsx"
    first.write_bytes(xlsx([header, *rows]))
    second.write_bytes(xlsx([header, [*rows[0][:4], "0987654321"], [3, "Vi Văn Ba", "1980", "Khách mời", ""]]))
    command = ("delegates", "import", "--congress", congress.id)
    total = f"đại biểu vào hội nghị {congress.id}; 0 dòng có lỗi, 0 dòng đã có từ trước."
    assert run(app, *command, first).words == f"Đã thêm 2 {total}\n"
    number = db.session.scalars(select(ListVersion.id)).one()
    there = f"Không có danh sách mã 99 trong hội nghị này. Có: {number} (ban-1.xlsx, 2 dòng).\n"
    assert run(app, *command, second, "--replaces", 99) == (1, "", there)
    ended = run(app, *command, second, "--replaces", number)
    assert ended.words.splitlines() == [
        "Đã sửa 1 người đã có, theo tệp.",
        f"Đã thêm 1 {total}",
    ]
    db.session.expire_all()
    assert [(d.name, d.phone, d.state) for d in db.session.scalars(select(Delegate).order_by(Delegate.number))] == [
        ("Nông Văn Một", "0987654321", "proposed"), ("Lò Văn Hai", None, "proposed"), ("Vi Văn Ba", None, "proposed"),
    ]  # fmt: skip
    assert db.session.scalars(select(ListVersion.replaces_id).order_by(ListVersion.id)).all() == [None, number]


def test_a_closed_list_takes_an_import_only_with_a_reason(app: Flask, office: Office, tmp_path: Path) -> None:
    [congress] = load_the_plan(app, "Xã Bành Trạch")
    congress.stage = "list_closed"
    file = tmp_path / "ds.xlsx"
    file.write_bytes(xlsx([["TT", "Họ và tên", "Năm sinh", "Thành phần"], [1, "Nông Văn Một", "1970", "Khách mời"]]))
    command = ("delegates", "import", "--congress", congress.id, file)
    assert run(app, *command) == (1, "", "Danh sách đã chốt: nêu lý do bổ sung, sửa đổi rồi ghi.\n")
    assert run(app, *command, "--reason", "Xã bổ sung").code == 0
    assert db.session.execute(select(StageEvent.kind, StageEvent.reason)).all() == [("amend", "Xã bổ sung")]


def test_who_is_not_clear_is_named_and_not_imported(app: Flask, office: Office, tmp_path: Path) -> None:
    for _ in range(2):
        office.person("Nông Văn Một", "guest", born="1970")
    file = tmp_path / "ds.xlsx"
    file.write_bytes(xlsx([["TT", "Họ và tên", "Năm sinh", "Thành phần"], [1, "Nông Văn Một", "1970", "Khách mời"]]))
    assert run(app, "delegates", "import", "--congress", 1, file).words.splitlines() == [
        "Không nhập dòng 2: có thể là người đã có, số thẻ 101, 102. Chọn trên trang Nhập danh sách.",
        "Đã thêm 0 đại biểu vào hội nghị 1; 0 dòng có lỗi, 0 dòng đã có từ trước.",
    ]


@pytest.mark.parametrize("command", [("preview",), ("import", "--congress", "1")])
def test_what_is_no_list_is_refused_in_one_sentence(app: Flask, office: Office, command: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "ds.xlsx"
    file.write_bytes(b"xin chao")
    words = (
        "Không tìm thấy danh sách đại biểu. Cần có dòng tiêu đề với cột “Họ và tên” và các cột khác, "
        "ví dụ “Ngày sinh”, “Chức vụ”.\n"
    )
    assert run(app, "delegates", command[0], file, *command[1:]) == (1, "", words)
    missing = run(app, "delegates", command[0], tmp_path / "khong-co.xlsx", *command[1:])
    assert (missing.code, missing.data) == (2, "")


def test_a_congress_that_is_not_there_takes_no_list(app: Flask, office: Office) -> None:
    for command in ("preview", "import"):
        ended = run(app, "delegates", command, SAMPLES / "so-y-te.xlsx", "--congress", 99)
        assert ended == (1, "", "Không có hội nghị số 99.\n")
    assert run(app, "delegates", "list", "--congress", 99, "--json") == (1, "", "Không có hội nghị số 99.\n")


# ---- badges ----------------------------------------------------------------------------------------------------------


def test_badges_of_everybody_approved_go_into_a_file(app: Flask, office: Office, tmp_path: Path) -> None:
    office.person("Nông Văn Một", state="approved")
    office.person("Ma Văn Phục", "staff", "approved")
    office.person("Lò Văn Chờ")
    out = tmp_path / "the.pdf"
    assert run(app, "badges", "print", "--congress", 1, "--out", out) == (0, "", f"Đã ghi 2 thẻ vào {out}.\n")
    lines = {line.strip() for page in pages_lines(out.read_bytes()) for line in page}
    assert lines & {"101", "102", "103"} == {"101", "102"}
    assert all(badge.printed_at for badge in db.session.scalars(select(Badge)))


def test_badges_that_cannot_be_written_do_not_count_as_printed(app: Flask, office: Office, tmp_path: Path) -> None:
    office.person("Nông Văn Một", state="approved")
    out = tmp_path / "khong-co" / "the.pdf"
    words = f"Không đọc hoặc ghi được tệp {out}: No such file or directory.\n"
    assert run(app, "badges", "print", "--congress", 1, "--out", out) == (2, "", words)
    assert [badge.printed_at for badge in db.session.scalars(select(Badge))] == [None]
    nobody = "Không có thẻ nào để in. Thẻ có từ khi duyệt đại biểu.\n"
    assert run(app, "badges", "print", "--congress", 2, "--out", tmp_path / "b.pdf") == (1, "", nobody)
