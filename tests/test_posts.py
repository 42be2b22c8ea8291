"""No button and no address breaks the service: fields missing, empty or hostile are answered in words, never by a fault."""

import json
import re
from collections.abc import Iterator
from itertools import chain, cycle, product
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from congress import web
from congress.models import Congress, StageEvent, db
from congress.web.access import JSON
from tests.pages import PageClient, parse, values_of
from tests.places import Places, addresses
from tests.test_access import Answer, Committed, ask, ask_as, rows, sign_in, takes, views, while_listening
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("session")

READ, WRITTEN = {200, 302, 303, 304, 400, 403, 404}, {"committed", 200, 303, 400, 403, 404, 405, 409, 410, 413, 422}
SCRIPT = WRITTEN - {303, 405, 422}  # what a view for scripts may answer
# These end or change the session that the walk is in; tests/web/test_accounts.py sends them odd fields.
ENDING = {"accounts.sign_in", "accounts.sign_out", "accounts.first_run"}
# What a person did not type: nothing, no number, numbers of no row, what no database or paper takes, more than a column holds.
HOSTILE = (
    "", "x", "-1", "0", "2147483647", "9" * 30, "9" * 5000, "1e9", "²", "٣", "\0", "\x1b\x08\r\n", "%", "ă" * 6000,
    "=cmd|' /C calc'!A0", "../../etc/passwd",
)  # fmt: skip
FORM_WORD = re.compile(r"""request\.(?:form|files)(?:\.get|\.getlist)?[(\[]"(\w+)"|"(\w+)" in request\.form""")
ARGS_WORD = re.compile(r"""request\.args(?:\.get|\.getlist)?[(\[]"(\w+)"|"(\w+)" in request\.args""")
Fields = dict[str, Any]


@pytest.fixture
def flushed_commits(app: Flask) -> Iterator[None]:
    """From here on a commit writes its rows, so that the database can refuse them, and goes no further."""

    def stop(session: Session) -> None:
        session.flush()
        raise Committed

    yield from while_listening(db.session, "before_commit", stop)


def words_of_areas(pattern: re.Pattern[str]) -> dict[str, set[str]]:
    """The names that the views of each module read by hand: {module: names}."""
    files = sorted(Path(web.__file__).parent.glob("*.py"))
    found = {file.stem: {one or other for one, other in pattern.findall(file.read_text(encoding="utf-8"))} for file in files}
    return found


def forms_of(app: Flask, client: PageClient, places: Places) -> dict[str, Fields]:
    """What a browser would send to each address, as the forms stand on the pages of a place."""
    found: dict[str, Fields] = {}
    for rule, method, _ in views(app):
        for url in addresses(rule, places.values["own"]) if method == "GET" else ():
            answer = ask(client, "GET", url)
            for form in parse(answer.text)[0].all("form") if answer.status == 200 else ():
                target = urlsplit(urljoin(url, form.attrs.get("action") or url)).path
                there = found.setdefault(target, {})
                there.update(dict.fromkeys((e.attrs["name"] for e in form.walk() if e.attrs.get("name")), []) | values_of(form))
    return found


def posts(app: Flask, places: Places) -> Iterator[tuple[str, str]]:
    """(address, area) of every view that takes a POST; one of those that differ by a word only."""
    for rule, method, _ in views(app):
        if method == "POST" and rule.endpoint not in ENDING and takes(app, rule) is None:
            yield next(addresses(rule, places.values["own"])), rule.endpoint.partition(".")[0]


def variants(fields: Fields) -> Iterator[Fields]:
    """Nothing; the form as it stands; every field hostile at once; and each field alone."""
    yield {}
    yield fields
    values = cycle(HOSTILE)
    for value in HOSTILE[1::5]:
        yield dict.fromkeys(fields, value)
    for name in sorted(fields):
        yield {**fields, name: next(values)}


@pytest.mark.parametrize("role", ["plan_owner", "administrator", "delegation_contact"])
def test_no_post_breaks(app: Flask, client: PageClient, role: str, request: pytest.FixtureRequest) -> None:
    places = Places(app, role, at_province=role == "plan_owner")
    sign_in(client)
    before, forms, words = rows(), forms_of(app, client, places), words_of_areas(FORM_WORD)
    request.getfixturevalue("flushed_commits")
    faults, allowed = [], 0
    for url, area in posts(app, places):
        fields = dict.fromkeys(words.get(area, ()), "") | forms.get(url, {})
        fields.pop("csrf_token", None)
        for sent in variants(fields):
            answer = ask(client, "POST", url, sent)
            allowed += answer.status == "committed"
            if answer.status not in WRITTEN:
                faults.append(f"{url} {str(sent)[:200]}: {answer.status}")
            if answer.status in (403, 404):
                break  # not theirs, whatever is sent
    assert not faults, "\n".join(faults)
    assert allowed > 10  # the walk went through the doors
    assert rows() == before


@pytest.mark.parametrize("role", ["plan_owner", "checkin_staff"])
def test_no_odd_address_breaks(app: Flask, client: PageClient, role: str) -> None:
    places = Places(app, role, at_province=role == "plan_owner")
    sign_in(client)
    words, faults = words_of_areas(ARGS_WORD), []
    for rule, method, _ in views(app):
        if method != "GET" or ask(client, "GET", url := next(addresses(rule, places.values["own"]))).status != 200:
            continue
        for name in sorted({"page", "per", *words.get(rule.endpoint.partition(".")[0], ())}):
            answers = {value: ask(client, "GET", url, query_string={name: value}).status for value in ("9" * 30, "\0")}
            faults += [f"{url}?{name}={value!r}: {status}" for value, status in answers.items() if status not in READ]
    assert not faults, "\n".join(faults)


# ---- what scripts send ---------------------------------------------------------------------------------------------------

ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 10**30, 1.5, "", "x", "9" * 30, "\0", "\ud800", "²", "ă" * 6000, "2025-13-45T99:00", [], ["x"], {},
    {"x": {}},
)  # fmt: skip
# Every field that the device API takes anywhere.
JSON_WORDS = set(
    """pairing_code version queue operator gate_id snapshot_at nonce token key number delegate_id sitting_id kind happened_at
    offline shown override reason text name unit_text component keep""".split()
)


def bodies(own: dict[str, Any]) -> Iterator[Any]:
    """Nothing, no object, and objects whose every field, or one beside good ones, is odd."""
    yield from (None, [], {}, "x", 7, [[]], [None], ["x"], [{}] * 201)
    good = {
        **{name: own[name] for name in ("sitting_id", "delegate_id", "gate_id")}, "nonce": "n" * 22, "kind": "entry",
        "happened_at": "2025-03-10T01:00:00+00:00", "offline": True, "reason": "Thử", "text": "kin", "name": "Lò Văn A",
        "component": "guest",
    }  # fmt: skip
    names = sorted(JSON_WORDS)
    for value in ODD_VALUES:
        yield from (dict.fromkeys(names, value), [dict.fromkeys(names, value)])
    values = cycle(ODD_VALUES)
    for name, _ in product(names, range(4)):
        odd = {**good, name: next(values)}
        yield from (odd, [odd])


@pytest.mark.parametrize("profile", ["desk", "gate"])
def test_no_script_breaks(app: Flask, profile: str, request: pytest.FixtureRequest) -> None:
    places = Places(app)
    own, key = places.values["own"], places.keys["own"][profile]
    before, faults = rows(), []
    request.getfixturevalue("flushed_commits")
    for rule, method, _ in views(app):
        body = takes(app, rule)
        if method != "POST" or body is None:
            continue
        url = next(addresses(rule, own))
        sent = chain(bodies(own), [b"{", b"[" * 50_000]) if body == JSON else (b"", b"x", b"\xff\xd8\xff" + b"x" * 500)
        for each in sent:
            data = each if isinstance(each, bytes) else json.dumps(each)
            answer = ask_as(app, key, "POST", url, data=data, content_type=body)
            if answer.status not in SCRIPT:
                faults.append(f"{url} {str(each)[:200]}: {answer.status}")
            if answer.status == 403:
                break  # not for this profile, whatever is sent
    assert not faults, "\n".join(faults[:50])
    assert rows() == before


def _people(places: Places) -> str:
    return f"/congress/{places.values['own']['congress_id']}"


@pytest.mark.parametrize("address", ["/delegates/state", "/delegates/bulk"])
def test_more_people_than_a_list_has_are_refused_in_words(app: Flask, client: PageClient, address: str) -> None:
    places = Places(app, "organiser")
    sign_in(client)
    fields: Fields = {"ids": [str(number) for number in range(1, 70_002)], "state": "approved"}
    answer = ask(client, "POST", _people(places) + address, fields)
    assert answer.status == 303
    assert "Chọn tối đa 10.000 người mỗi lần." in ask(client, "GET", answer.location).text


# ---- once a congress is over -------------------------------------------------------------------------------------------

OVER = "Hội nghị đã tổ chức hoặc đã hủy, không thêm người được nữa."
LATE = {
    "/delegations/{delegation_id}/link": ({"days": "3"}, {"held": OVER, "reported": OVER, "cancelled": OVER}),
    "/upward/lists/{upward_id}/return": ({"comment": "Sửa"}, {"held": OVER, "reported": OVER, "cancelled": OVER}),
    "/suggestion": ({}, {"held": OVER, "reported": OVER, "cancelled": OVER}),
    "/structure/declare": (
        {"peoples": "Dao"},
        {
            "reported": "Hội nghị ở bước “Đã báo cáo”, không làm việc này được.",
            "cancelled": "Hội nghị ở bước “Đã hủy”, không làm việc này được.",
        },
    ),
    "/reports/new": ({"whose": "approved"}, {"cancelled": "Hội nghị đã hủy, không lập báo cáo đại biểu."}),
}


@pytest.mark.parametrize("stage", ["list_closed", "held", "reported", "cancelled"])
def test_what_can_lead_nowhere_any_more_is_refused(app: Flask, client: PageClient, stage: str) -> None:
    places = Places(app, "organiser")
    own = places.values["own"]
    congress = db.session.get_one(Congress, own["congress_id"])
    congress.stage = stage
    event = {"kind": "cancel", "from_stage": "list_open", "to_stage": stage, "reason": "Bão", "actor_name": "x", "at": NOW}
    db.session.add(StageEvent(congress_id=congress.id, **event))
    db.session.commit()
    sign_in(client)
    before = rows()
    sentences = {address: words[stage] for address, (_, words) in LATE.items() if stage in words}
    if stage == "list_closed":
        sentence = "Danh sách đã chốt, đầu mối không sửa được nữa. Sửa thẳng ở trang Đại biểu, có nêu lý do."
        sentences = {"/delegations/{delegation_id}/link": sentence, "/delegations/{delegation_id}/return": sentence}
    for address, sentence in sentences.items():
        fields, _ = LATE.get(address, ({"comment": "Sửa"}, {}))
        more: Fields = {"title": "Báo cáo tình hình đại biểu", "sitting": own["sitting_id"]} if "reports" in address else {}
        answer = ask(client, "POST", _people(places) + address.format(**own), {**fields, **more})
        assert sentence in _said(client, answer), (address, answer.status)
    assert rows() == before


def _said(client: PageClient, answer: Answer) -> str:
    """The page with a refusal: the form itself, or where a button leads."""
    return ask(client, "GET", answer.location).text if answer.status == 303 else answer.text
