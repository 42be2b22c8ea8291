"""The composition: who counts in each dimension, what adds up, what stays hidden."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.structure import (
    DIMENSIONS,
    SENSITIVE,
    SMALL,
    Calendar,
    PersonFact,
    Target,
    absent_peoples,
    absent_religions,
    age_of,
    counted_people,
    dimension_label,
    find_dimension,
    hidden_cells,
    is_dimension,
    mask_shares,
    measure,
    measure_delegations,
    people_of,
    percent_text,
    read_targets,
    religion_of,
    stands_in,
)

NOW = Calendar(2025, 35)
EVERY = (*DIMENSIONS, "sector:Y tế", "economic:private")


def person(**facts: Any) -> PersonFact:
    return PersonFact(**{"side": "honoured", "component": "Điển hình", **facts})


PEOPLE = st.lists(
    st.builds(
        PersonFact,
        side=st.sampled_from(["honoured", "invited", "uncounted"]),
        component=st.sampled_from(["Điển hình", "Khách mời", "Phục vụ"]),
        state=st.sampled_from(["proposed", "approved", "reserve"]),
        present=st.booleans(),
        absence_reason=st.sampled_from(["", "ốm"]),
        delegation=st.sampled_from(["", "Đoàn A", "Đoàn B", "Đoàn C"]),
        name=st.sampled_from(["Lò Văn A", "Lò Thị B"]),
        sex=st.sampled_from([None, "male", "female"]),
        born=st.none() | st.integers(1900, 2030),
        ethnic=st.sampled_from([None, "Kinh", "Tày", "Dao", "Người nước ngoài", "Dân tộc lạ"]),
        religion=st.sampled_from([None, "Không", "Phật giáo", "Công giáo", "Đạo lạ"]),
        party=st.sampled_from([None, True, False]),
        direct_labour=st.sampled_from([None, True, False]),
        field=st.sampled_from(["", "Y tế", "y tế", "Giáo dục"]),
        economic_sector=st.sampled_from([None, "state", "private"]),
        new_model=st.sampled_from([None, True, False]),
        capacity=st.sampled_from([None, "individual", "collective", "household"]),
        education=st.sampled_from(["", "ĐH", "ThS", "12/12"]),
        political_theory=st.sampled_from([None, "", "TC", "Cao cấp"]),
        schooling=st.sampled_from(["", "12/12", "THCS"]),
        highest_award=st.sampled_from(["", "Giấy khen", "Huân chương Lao động"]),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("dimension", "inside", "outside", "unknown"),
    [
        ("women", {"sex": "female"}, {"sex": "male"}, {}),
        ("minority", {"ethnic": "H'Mông"}, {"ethnic": "Kinh"}, {}),
        ("minority", {"ethnic": "Cao Lan"}, {"ethnic": "Người nước ngoài"}, {"ethnic": "không rõ"}),
        ("religion", {"religion": "Đạo Phật"}, {"religion": "Không"}, {}),
        ("religion", {"religion": "Đạo lạ"}, {"religion": "lương"}, {"religion": ""}),
        ("young", {"born": 1990}, {"born": 1989}, {}),
        ("direct_labour", {"direct_labour": True}, {"direct_labour": False}, {}),
        ("party", {"party": True}, {"party": False}, {}),
        ("non_party", {"party": False}, {"party": True}, {}),
        ("new_model", {"new_model": True}, {"new_model": False}, {}),
        ("individual", {"capacity": "individual"}, {"capacity": "collective"}, {}),
        ("collective", {"capacity": "collective"}, {"capacity": "household"}, {}),
        ("household", {"capacity": "household"}, {"capacity": "individual"}, {}),
        ("sector:Y tế", {"field": "Y TẾ"}, {"field": "Giáo dục"}, {"field": " "}),
        ("economic:private", {"economic_sector": "private"}, {"economic_sector": "state"}, {}),
    ],
)
def test_each_dimension_has_three_sides(
    dimension: str, inside: dict[str, Any], outside: dict[str, Any], unknown: dict[str, Any]
) -> None:
    assert [stands_in(person(**facts), dimension, NOW) for facts in (inside, outside, unknown)] == [True, False, None]


def test_the_age_is_the_difference_of_the_years_and_a_slip_is_not_known() -> None:
    assert [age_of(person(born=born), 2025) for born in (1990, 2025, 1905, 1904, 2026, None)] == [35, 0, 120, None, None, None]
    assert stands_in(person(born=1995), "young", Calendar(2025, 30)) is True
    assert stands_in(person(born=1994), "young", Calendar(2025, 30)) is False


def test_peoples_and_religions_by_their_official_names() -> None:
    assert [people_of(person(ethnic=text)) for text in ("H'Mông", "mèo", None, "?")] == ["Mông", "Mông", "", ""]
    texts = ("thiên chúa", "Không", None, "Đạo lạ")
    assert [religion_of(person(religion=text)) for text in texts] == ["Công giáo", "Không", "", "Tôn giáo khác"]


def test_words_and_codes_of_dimensions() -> None:
    assert {words: find_dimension(words) for words in ("nu", "Lĩnh vực  Y tế", "ngành Giáo dục", "kinh te tap the", "men")} == {
        "nu": "women", "Lĩnh vực  Y tế": "sector:Y tế", "ngành Giáo dục": "sector:Giáo dục",
        "kinh te tap the": "economic:collective", "men": None,
    }  # fmt: skip
    for code in EVERY:
        assert (is_dimension(code), find_dimension(dimension_label(code))) == (True, code)
    assert [is_dimension(code) for code in ("men", "sector:", "sector: ", "economic:", "economic:x", "state", "")] == [False] * 7
    assert dimension_label("young", 30) == "Trẻ tuổi (từ 30 tuổi trở xuống)"


def test_a_target_asks_for_people_or_a_share_rounded_up() -> None:
    rows = [{"dimension": "women", "percent": 30}, {"dimension": "party", "count": 5}]
    share, count = read_targets(rows)
    assert [share.row(), count.row()] == rows
    assert [share.needed(base) for base in (0, 1, 10, 11, 200)] == [0, 1, 3, 4, 60]
    assert count.needed(3) == 5


def test_what_is_short_of_a_target_is_told() -> None:
    people = [person(sex="female"), person(sex="male"), person(), person(sex="male")]
    women, young, minority = measure(people, ("women", "young"), [Target("women", percent=50), Target("minority", count=2)], NOW)
    assert (women.count, women.unknown, women.base, women.needed, women.short, women.percent) == (1, 1, 4, 2, 1, "25%")
    assert (young.label, young.unknown, young.needed, young.short) == ("Trẻ tuổi (từ 35 tuổi trở xuống)", 4, None, 0)
    assert (minority.dimension, minority.count, minority.short) == ("minority", 0, 2)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1733, 2025, "85,58%"), (1, 2, "50%"), (1, 3, "33,33%"), (2, 3, "66,67%"), (1, 800, "0,13%"), (0, 5, "0%"), (0, 0, "0%"),
     (5, 5, "100%"), (85, 200, "42,5%"), (1, 20000, "0,01%")],
)  # fmt: skip
def test_a_share_is_rounded_half_up_with_a_comma(part: int, whole: int, text: str) -> None:
    assert percent_text(part, whole) == text


@given(PEOPLE)
def test_in_not_in_and_not_known_are_everybody(people: list[PersonFact]) -> None:
    for dimension in EVERY:
        sides = [stands_in(person, dimension, NOW) for person in people]
        [share] = measure(people, [dimension], [], NOW)
        assert share.count == sides.count(True)
        assert share.count + sides.count(False) + share.unknown == share.base == len(people)
    [party], [other] = (measure(people, [code], [], NOW) for code in ("party", "non_party"))
    assert (party.count or 0) + (other.count or 0) + party.unknown == len(people)


@given(PEOPLE)
def test_only_people_on_a_side_are_counted(people: list[PersonFact]) -> None:
    listed, approved, present = (counted_people(people, whom) for whom in ("listed", "approved", "present"))
    assert [p for p in listed if p.state == "approved"] == approved
    assert [p for p in approved if p.present] == present
    assert {p.side for p in listed} <= {"honoured", "invited"}
    assert {p.state for p in listed} <= {"proposed", "approved"}


@given(PEOPLE)
def test_the_delegations_add_up_to_the_whole(people: list[PersonFact]) -> None:
    lines = measure_delegations(people, EVERY, NOW, order=["Đoàn B", "Đoàn A", "Đoàn C"], masked=False)
    assert [line.name for line in lines] == [
        name for name in ("Đoàn B", "Đoàn A", "Đoàn C", "") if any(p.delegation == name for p in people)
    ]
    totals = [sum(line.counts[place] or 0 for line in lines) for place in range(len(EVERY))]
    for place, share in enumerate(measure(people, EVERY, [], NOW)):
        assert sum(line.unknown[place] for line in lines) == share.unknown
    assert (sum(line.base for line in lines), totals) == (
        len(people), [share.count for share in measure(people, EVERY, [], NOW)] if lines else [0] * len(EVERY),
    )  # fmt: skip


@given(PEOPLE)
def test_masked_lines_never_show_one_or_two_people(people: list[PersonFact]) -> None:
    names = ["Đoàn A", "Đoàn B", "Đoàn C"]
    plain = measure_delegations(people, EVERY, NOW, order=names, masked=False)
    masked = measure_delegations(people, EVERY, NOW, order=names, masked=True)
    for place, dimension in enumerate(EVERY):
        for before, after in zip(plain, masked, strict=True):
            assert after.counts[place] in (before.counts[place], None)
            if dimension not in SENSITIVE:
                assert after.counts[place] == before.counts[place]
            else:
                assert after.counts[place] not in (1, 2)
                assert after.base >= SMALL or after.counts[place] is None
        hidden = [b.counts[place] or 0 for b, a in zip(plain, masked, strict=True) if a.counts[place] is None]
        total = sum(line.counts[place] or 0 for line in plain)
        if any(hidden) and total > SMALL:  # the total and the cells shown do not give the hidden ones away
            assert len(hidden) > 1 or all(line.counts[place] in (0, None) for line in masked)


@given(st.lists(st.integers(0, 9), max_size=8))
def test_hidden_cells_cannot_be_told_from_the_total(counts: list[int]) -> None:
    hidden = hidden_cells(counts)
    assert all(hide for count, hide in zip(counts, hidden, strict=True) if 0 < count < SMALL)
    kept = [count for count, hide in zip(counts, hidden, strict=True) if hide]
    shown = [count for count, hide in zip(counts, hidden, strict=True) if not hide and count]
    assert not kept or not shown or (len(kept) > 1 and sum(kept) >= SMALL)
    assert bool(kept) == any(0 < count < SMALL for count in counts)


def test_small_sensitive_shares_are_hidden_and_with_them_what_is_short() -> None:
    people = [person(party=True, sex="female"), *[person(party=False, sex="male")] * 5]
    shares = mask_shares(measure(people, ("party", "non_party", "women"), [Target("party", count=3)], NOW))
    assert [(share.count, share.short, share.percent) for share in shares] == [(None, 0, ""), (None, 0, ""), (1, 0, "16,67%")]


def test_declared_peoples_and_religions_nobody_stands_for() -> None:
    people = [person(ethnic="H'Mông", religion="Đạo Phật"), person(ethnic="Kinh", religion="Không")]
    assert absent_peoples(["Mông", "Dao", "Tày"], people) == ["Dao", "Tày"]
    assert absent_religions(["Phật giáo", "Tin lành"], people) == ["Tin lành"]
