"""Every violation has a Vietnamese sentence that its own numbers complete."""

import ast
from datetime import date
from pathlib import Path

import pytest

from congress.domain import wording
from congress.domain.admission import Approved, Rule, check_approve, check_close, check_register, check_size, check_uncounted
from congress.domain.agenda import Item, ProgrammeRule, check_agenda
from congress.domain.allocations import check_kept, check_passed, check_seat, check_split
from congress.domain.refusals import Violation
from congress.domain.schedule import Neighbour, check_date
from congress.domain.upward import ListedSeat, Vote, check_people
from congress.domain.upward import check_passed as upward_vote
from congress.domain.wording import SENTENCES, say

CODE = Path(wording.__file__).parents[1]
RULE = Rule(cap=200, honoured=7, invited=3, mode="exact")
PROGRAMME = [
    ProgrammeRule("opening", "Khai mạc", True),
    ProgrammeRule("report", "Báo cáo", True),
    ProgrammeRule("closing", "Bế mạc", True),
]


def every_violation() -> list[Violation]:
    """One of each, made by the rules themselves."""
    window = (date(2025, 1, 1), date(2025, 3, 31))
    found = check_approve(RULE, 200, Approved(140, 60), "invited") + check_approve(RULE, 200, Approved(140, 59), "honoured")
    for approved in (Approved(0, 0), Approved(120, 60), Approved(160, 41)):
        found += check_close(RULE, 200, approved)
    found += check_close(Rule(200, 7, 3, "exact", uncounted_cap=5), 200, Approved(140, 60), 7)
    found += check_uncounted(Rule(200, 7, 3, "exact", uncounted_cap=5), 5) + check_register(["Nông Thị Ánh"])
    found += check_size(Rule(200, 7, 3, "advisory", plenary=True), 201, Approved(0, 0))
    found += check_size(RULE, 0, Approved(140, 60)) + check_size(RULE, 201, Approved(0, 0))
    found += check_date(date(2024, 12, 31), window=window, pilots=[Neighbour("Sở Y tế", date(2025, 2, 1))])
    found += check_date(date(2025, 4, 1), window=window, uppers=[Neighbour("Huyện Ba Bể", date(2025, 3, 1))])
    items = [Item("closing", "Bế mạc", 200), Item("opening", "Khai mạc", 100)]
    found += seats_violations()
    return found + check_agenda(PROGRAMME, items, form="dai-hoi", start=None, max_minutes=240)


def seats_violations() -> list[Violation]:
    """One of each about the seats of units and the lists that fill them."""
    names = {"unit": "Xã Bành Trạch", "component": "Khách mời"}
    found = check_seat(3, 3, "invited", **names) + check_seat(0, 0, "invited", **names) + check_passed(3, 4, **names)
    found += check_kept(3, 5, **names)
    found += check_split(RULE, 200, {"honoured": 141, "invited": 61})
    model = {"label": "Điển hình", "side": "honoured", "own_side": "honoured", "registered": True}
    people = [
        ListedSeat("Lò Thị A", "a", **{**model, "withdrawn": True}),
        ListedSeat("Lò Thị B", "a", **{**model, "own_side": "invited"}),
        ListedSeat("Lò Thị C", "a", **{**model, "registered": False}),
    ]
    found += check_people([], {}, register_required=True) + check_people(people, {"a": 2}, register_required=True)
    return found + upward_vote(None) + upward_vote(Vote(10, 5, 5, 0))


def codes_in_the_code() -> set[str]:
    """The first argument of every Violation made anywhere, also by a function that only passes it on."""
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("Violation", "_about")
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_code_in_use_has_a_sentence_and_every_sentence_is_in_use() -> None:
    assert codes_in_the_code() == set(SENTENCES)


def test_the_rules_can_make_every_one_of_them() -> None:
    assert {violation.code for violation in every_violation()} == set(SENTENCES)


@pytest.mark.parametrize("violation", every_violation(), ids=lambda violation: violation.code)
def test_a_sentence_takes_the_numbers_of_its_violation(violation: Violation) -> None:
    text = say(violation)
    assert (text[0].isupper() or text[0].isdigit(), text[-1], "{" in text) == (True, ".", False)


@pytest.mark.parametrize(
    ("violation", "sentence"),
    [
        (
            check_approve(RULE, 200, Approved(139, 60), "invited")[0],
            "Đã đủ 60/60 khách mời và lãnh đạo (30 % của 200). Rút 1 người, hoặc tăng quy mô.",
        ),
        (
            check_approve(RULE, 100, Approved(70, 30), "honoured")[0],
            "Đã đủ 100/100 đại biểu. Rút 1 người, hoặc tăng quy mô (tối đa 200).",
        ),
        (
            check_size(RULE, 201, Approved(0, 0))[0],
            "Quy mô 201 vượt mức tối đa 200 của kế hoạch. Chọn 200 trở xuống.",
        ),
        (
            check_size(RULE, 150, Approved(100, 56))[0],
            "Đã duyệt 156 người, quy mô không thể là 150. Quy mô nhỏ nhất được: 187.",
        ),
        (
            check_close(RULE, 200, Approved(160, 40))[0],
            "160/200 = 80 % điển hình (cần đúng 70 %). Thêm 28 khách mời, hoặc bớt 64 điển hình.",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Violation) else "",
)  # fmt: skip
def test_some_sentences_to_the_letter(violation: Violation, sentence: str) -> None:
    assert say(violation) == sentence
