"""The rules of the door as shared with the gate's script: `tests/browser` asks the same vectors in JavaScript."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from congress.domain.door import Entry, Found, Opening, Successor, judge, misread, say

VECTORS: dict[str, list[Any]] = json.loads((Path(__file__).parents[1] / "data" / "door-vectors.json").read_text(encoding="utf-8"))


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def entry(given: dict[str, str] | None) -> Entry | None:
    return Entry(datetime.fromisoformat(given["at"]), given["gate"], given["device"]) if given else None


def opening(given: dict[str, Any] | None) -> Opening | None:
    return Opening(**{key: value if key == "by_hand" else moment(value) for key, value in given.items()}) if given else None


@pytest.mark.parametrize(("token", "why"), VECTORS["tokens"])
def test_tokens(token: str, why: str | None) -> None:
    assert misread(token) == why


@pytest.mark.parametrize("case", VECTORS["openings"])
def test_openings(case: dict[str, Any]) -> None:
    assert opening(case["opening"]).barred(datetime.fromisoformat(case["moment"])) == case["barred"]


@pytest.mark.parametrize("case", VECTORS["judgements"])
def test_judgements(case: dict[str, Any]) -> None:
    given = case["found"]
    successor = Successor(**given["successor"]) if given["successor"] else None
    found = Found(
        given["revoked"], given["state"], given["here"], entry(given["first"]), moment(given["left"]), entry(given["given"]),
        successor,
    )  # fmt: skip
    verdict = judge(found, **{key: case[key] for key in ("kind", "cancelled", "barred", "reentry")})
    assert (verdict.result, verdict.code) == (case["result"], case["code"])


@pytest.mark.parametrize("case", VECTORS["sentences"])
def test_sentences(case: dict[str, Any]) -> None:
    successor = Successor(**case["successor"]) if case["successor"] else None
    said = say(
        case["code"], now=datetime.fromisoformat(case["now"]), first=entry(case["first"]), left=moment(case["left"]),
        opening=opening(case["opening"]), successor=successor, listed=moment(case["listed"]),
    )  # fmt: skip
    assert said == case["sentence"]
