"""Who of a new list is already on the list: by ID number, by name and birth year, by name and unit; else asked."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.delegate_lists import FIELD_TITLES, ListedPerson
from congress.domain.list_matching import (
    COMPARED,
    Change,
    Identity,
    Matches,
    find_changes,
    match_people,
    propose_replaced,
)

AN = "nong van an"
CARD, OTHER_CARD = "006070000123", "006070000124"


def row(key: int, name: str = AN, born: str | None = None, unit: str = "", card: str | None = None) -> Identity:
    return Identity(key, name, born, card, unit)


def matched(rows: list[Identity], known: list[Identity], replaced: set[int] | None = None) -> tuple[dict, dict]:
    found = match_people(rows, known, {}, replaced or set())
    return dict(found.same), dict(found.ask)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row(2, "le thi chi", card=CARD), row(7, card=CARD)),  # the number is the person, whatever the name
        (row(2, born="1970"), row(7, born="1970-05-12", unit="xa mot")),
        (row(2, born="1970-06-01"), row(7, born="1970-05-12")),  # a day mended
        (row(2, unit="xa mot"), row(7, born="1970", unit="xa mot")),
        (row(2, born="1970", unit="xa mot"), row(7, unit="xa mot")),
    ],
)
def test_one_that_leaves_no_choice_is_the_same(one: Identity, other: Identity) -> None:
    assert matched([one], [other]) == ({2: 7}, {})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row(2, born="1970", card=CARD), row(7, born="1970", card=OTHER_CARD)),  # two numbers are two people
        (row(2, born="1970"), row(7, "le thi chi", born="1970")),
        (row(2, born="1970"), row(7, born="1971")),
        (row(2, unit="xa mot"), row(7, unit="xa hai")),
        (row(2, born="1970", unit="xa mot"), row(7, born="1971", unit="xa hai")),
        (row(2, ""), row(7, "")),
    ],
)
def test_one_that_something_speaks_against_is_new(one: Identity, other: Identity) -> None:
    assert matched([one], [other]) == ({}, {})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row(2), row(7)),  # a bare name is no proof
        (row(2, born="1970"), row(7, unit="xa mot")),
        (row(2, born="1970", unit="xa mot"), row(7, born="1990", unit="xa mot")),  # father and son, or a year mended
    ],
)
def test_what_may_be_one_is_asked_but_for_the_list_that_is_replaced(one: Identity, other: Identity) -> None:
    assert matched([one], [other]) == ({}, {2: (7,)})
    assert matched([one], [other], {7}) == ({2: 7}, {})


def test_two_of_one_name_are_told_apart_by_what_tells_most() -> None:
    known = [row(7, born="1970", unit="xa mot"), row(8, born="1970", unit="xa hai"), row(9, born="1980", unit="xa hai")]
    assert matched([row(2, born="1970", unit="xa hai"), row(3, born="1970", unit="xa mot")], known) == ({2: 8, 3: 7}, {})
    assert matched([row(2, born="1970")], known) == ({}, {2: (7, 8)})
    assert matched([row(2, born="1970-01-02")], [row(7, born="1970"), row(8, born="1970-01-02")]) == ({2: 8}, {})


def test_two_rows_are_never_one_delegate() -> None:
    assert matched([row(2, born="1970", unit="xa mot"), row(3, born="1970")], [row(7, born="1970", unit="xa mot")]) == (
        {2: 7},
        {},
    )
    assert matched([row(2, born="1970"), row(3, born="1970")], [row(7, born="1970")]) == ({}, {2: (7,), 3: (7,)})


def test_what_somebody_said_comes_first() -> None:
    known = [row(7, born="1970"), row(8, born="1970")]
    rows = [row(2, born="1970"), row(3, born="1970")]
    assert match_people(rows, known, {2: 8}) == Matches({2: 8, 3: 7}, {})
    assert match_people(rows, known, {2: None}) == Matches({}, {3: (7, 8)})


identities = st.builds(
    Identity,
    key=st.just(0),
    name=st.sampled_from(["an", "binh", "chi"]),
    born=st.sampled_from([None, "1970", "1970-05-12", "1971"]),
    id_number=st.sampled_from([None, CARD, OTHER_CARD]),
    unit=st.sampled_from(["", "xa mot", "xa hai"]),
)


def numbered(people: list[Identity], first: int) -> list[Identity]:
    return [Identity(first + n, one.name, one.born, one.id_number, one.unit) for n, one in enumerate(people)]


@given(st.lists(identities, max_size=8), st.lists(identities, max_size=8), st.sets(st.integers(100, 107)), st.randoms())
def test_matching_is_one_to_one_whatever_the_order(new, there, replaced, random) -> None:
    rows, known = numbered(new, 1), numbered(there, 100)
    found = match_people(rows, known, {}, replaced)
    assert not found.same.keys() & found.ask.keys()
    assert len(set(found.same.values())) == len(found.same)
    by_key = {one.key: one for one in (*rows, *known)}
    for key, other in found.same.items():
        one, match = by_key[key], by_key[other]
        assert one.id_number == match.id_number or not (one.id_number and match.id_number)
        assert one.name == match.name or one.id_number == match.id_number
    asked = {one for ones in found.ask.values() for one in ones}
    assert not asked & set(found.same.values())
    random.shuffle(rows)
    random.shuffle(known)
    again = match_people(rows, known, {}, replaced)
    assert (again.same, {key: set(ones) for key, ones in again.ask.items()}) == (
        found.same,
        {key: set(ones) for key, ones in found.ask.items()},
    )


@given(st.lists(identities, max_size=8, unique_by=lambda one: (one.name, one.unit)))
def test_a_list_sent_again_is_the_same_people(people: list[Identity]) -> None:
    known = [one for one in numbered(people, 100) if one.unit]
    cards = Counter(one.id_number for one in known)
    rows = [Identity(one.key - 99, one.name, one.born, one.id_number, one.unit) for one in known]
    if all(n == 1 for card, n in cards.items() if card):
        assert matched(rows, known) == ({one.key: one.key + 99 for one in rows}, {})


# ---- what it says otherwise --------------------------------------------------------------------------------------------


def test_every_column_of_a_list_is_compared() -> None:
    assert COMPARED.keys() | {"group", "delegation"} == FIELD_TITLES.keys()
    assert COMPARED.keys() <= set(ListedPerson.__dataclass_fields__)


@pytest.mark.parametrize(
    ("field", "old", "new", "differs"),
    [
        ("phone", "0912345678", "0987654321", True),
        ("phone", None, "0987654321", True),
        ("phone", "0912345678", None, False),  # a blank cell says nothing
        ("title", "Chủ tịch", "", False),
        ("title", "Chủ tịch", "Chủ tịch", False),
        ("born", "1970-05-12", "1970", False),
        ("born", "1970-05-12", "1970-05", False),
        ("born", "1970", "1970-05-12", True),
        ("born", "1970-05-12", "1971", True),
        ("party", True, False, True),
        ("party", None, False, True),
    ],
)
def test_a_difference_is_what_the_list_says_otherwise(field: str, old: object, new: object, differs: bool) -> None:
    assert find_changes({field: new}, {field: old}) == ((Change(field, old, new),) if differs else ())


def test_a_newer_list_is_one_that_names_half_of_an_earlier_one() -> None:
    lists = {1: {1, 2, 3, 4}, 2: {5, 6}, 3: set()}
    assert propose_replaced({1, 2}, lists) == 1
    assert propose_replaced({1, 5}, lists) == 2
    assert propose_replaced({1, 2, 3, 5}, lists) == 1
    assert propose_replaced({1, 2, 5, 6}, lists) == 2  # of two as likely the last
    assert propose_replaced({1}, lists) is None
    assert propose_replaced(set(), {3: set()}) is None
