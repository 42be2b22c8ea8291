"""Whose photo a file is, by its name: badge number, identity number, or the person's name without accents."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .names import fold, normalise

_APART = re.compile(r"[\s_\-.,;()\[\]+&]+")
_COUNT = re.compile(r"\(\d{1,2}\)\s*$")  # what a computer adds to a second copy
_ID_DIGITS = (9, 12)  # CMND, CCCD


@dataclass(frozen=True)
class Owner:
    """Somebody of the list, as much as a file's name may tell. `place` is unit and delegation in words."""

    id: int
    number: int
    name: str
    id_number: str = ""
    place: str = ""


@dataclass(frozen=True)
class Match:
    """Whose photo a file is; without an owner `why` says why not, and `candidates` who it may be."""

    owner: Owner | None
    why: str = ""
    candidates: tuple[Owner, ...] = ()


class Owners:
    """The people of a list, found by what a file may be called."""

    def __init__(self, people: Iterable[Owner]) -> None:
        self._by_number: dict[int, Owner] = {}
        self._by_id: dict[str, list[Owner]] = {}
        self._by_name: dict[str, list[Owner]] = {}
        self._run_together: dict[str, list[Owner]] = {}
        for person in people:
            self._by_number[person.number] = person
            if person.id_number:
                self._by_id.setdefault(person.id_number, []).append(person)
            self._by_name.setdefault(" ".join(_words(person.name)), []).append(person)
            self._run_together.setdefault("".join(_words(person.name)), []).append(person)

    def match(self, file_name: str) -> Match:
        """Whose photo a file is: by its number first, then by the longest name that stands in it.

        A number and a name that belong to two people, and two people of one name whom nothing tells apart, are nobody's.
        """
        stem = _COUNT.sub("", _stem(file_name))
        words = _words(stem)
        named = self._named(words, stem)
        numbered = [owner for word in words if word.isascii() and word.isdigit() and (owner := self._numbered(word))]
        likely = (named.owner,) if named.owner else named.candidates
        if not numbered:
            return named
        owner = numbered[0]
        if likely:
            both = [each for each in numbered if each in likely]
            if both:
                return Match(both[0])
            return Match(None, f"Số {owner.number} là {owner.name}, tên trong tệp là {likely[0].name}.", (owner, likely[0]))
        leads = words[0].isdigit() and self._numbered(words[0]) is owner
        if leads or all(word.isdigit() for word in words):
            return Match(owner)
        return Match(None, f"Không có ai tên như vậy; số {owner.number} là {owner.name}.", (owner,))

    def _numbered(self, digits: str) -> Owner | None:
        if len(digits) in _ID_DIGITS:
            found = self._by_id.get(digits, [])
            return found[0] if len(found) == 1 else None
        return self._by_number.get(int(digits)) if len(digits) <= 6 else None

    def _named(self, words: list[str], stem: str) -> Match:
        found, rest = self._run_together.get("".join(words), []), list[str]()
        for start, end in () if found else _spans(len(words)):
            if found := self._by_name.get(" ".join(words[start:end]), []):
                rest = [word for word in words[:start] + words[end:] if not word.isdigit()]
                break
        if not found:
            return Match(None, "Không có ai trong danh sách có số thẻ, số CCCD hoặc tên như vậy.")
        if len(found) > 1:
            found = _told_apart(found, rest, stem)
        if len(found) > 1:
            who = ", ".join(f"{owner.name} số {owner.number}" for owner in found[:5])
            return Match(None, f"Có {len(found)} người như vậy: {who}. Đặt tên tệp theo số thẻ.", tuple(found))
        return Match(found[0])


def _told_apart(found: list[Owner], rest: list[str], stem: str) -> list[Owner]:
    """Of people of one name without accents: who is spelt so, else whose place the other words name."""
    spelt = [owner for owner in found if normalise(owner.name).lower() in normalise(stem).lower()]
    found = spelt if spelt else found
    if len(found) > 1 and rest:
        placed = [owner for owner in found if set(rest) <= set(_words(owner.place))]
        return placed if len(placed) == 1 else found
    return found


def _spans(count: int) -> list[tuple[int, int]]:
    """Where names of two words and more may stand among so many words, the longest first."""
    return [(start, start + length) for length in range(count, 1, -1) for start in range(count - length + 1)]


def _stem(file_name: str) -> str:
    base = re.split(r"[/\\]", normalise(file_name))[-1]
    return base.rpartition(".")[0] or base


def _words(text: str) -> list[str]:
    return [word for word in _APART.split(fold(text)) if word]
