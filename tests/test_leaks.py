"""What is sensitive and how to reach somebody stand in the person's row, and nowhere else after everything has been used."""

import json
from typing import Any

import pytest
from flask import Flask

from congress.models import Delegate, ImportDraft, db
from tests.pages import PageClient
from tests.places import Places
from tests.test_access import ask, rows, sign_in

pytestmark = pytest.mark.usefixtures("session")

SENSITIVE = {"ethnic": "Brâu", "religion": "Bửu Sơn Kỳ Hương", "party": "yes", "political_theory": "Lý luận kín"}
CONTACT = {"phone": "0900999111", "email": "kin@vidu.vn", "id_number": "006099001122", "born": "29/12/1961"}
SECRETS = [
    "Brâu",
    "Bửu Sơn",
    "Lý luận kín",
    "0900999111",
    "0900 999 111",
    "kin@vidu.vn",
    "006099001122",
    "1961-12-29",
    "29/12/1961",
]
LIST = (
    "Họ và tên\tNgày sinh\tDân tộc\tTôn giáo\tSố CCCD\tSố điện thoại\tĐiển hình\n"
    "Vi Thị Mới\t{born}\t{ethnic}\t{religion}\t{id}\t{phone}\tx"
)


def act(client: PageClient, url: str, fields: dict[str, Any] | None = None) -> str:
    """Send a form that must be taken; where it leads to."""
    answer = ask(client, "POST", url, fields)
    assert answer.status in (200, 303), (url, answer)
    return answer.location


def edit_people(client: PageClient, home: str, own: dict[str, Any]) -> None:
    """By the person's own forms, in bulk and back."""
    person = f"{home}/delegates/{own['delegate_id']}"
    act(client, f"{person}/sensitive", SENSITIVE)
    assert act(client, person, {"name": "Hoàng Thị Kín", "component": "exemplar", "delegation": "Đoàn Một", **CONTACT})
    kept = dict.fromkeys(("component", "capacity", "direct_labour", "new_model", "economic_sector"), "")
    act(client, f"{home}/delegates/bulk", {"ids": [own["delegate_id"], own["other_id"]], "write": "1", "note": "Mời sớm", **kept})
    act(client, f"{home}/delegates/state", {"ids": [own["other_id"]], "state": "proposed", "keep_page": "1"})


def take_list_in(client: PageClient, home: str, own: dict[str, Any]) -> None:
    """A pasted list whose one faulty cell is mended on the page."""
    texts = {"born": "29/12/1961", "ethnic": "Brâu", "religion": "Bửu Sơn Kỳ Hương", "id": "006099001122", "phone": "12"}
    preview = act(client, f"{home}/delegates/import", {"pasted": LIST.format(**texts)})
    act(client, f"{preview}/rows/2", {"cell_phone": "0900999111", "cell_religion": "Bửu Sơn Kỳ Hương"})
    act(client, f"{preview}/group", {"group": "exemplar"})
    act(client, f"{preview}/rows/2/decision", {"wish": "new"})
    page = client.get(preview)
    finish = next(form for form in page.all("form") if form.attrs.get("action") == f"{preview}/finish")
    act(client, f"{preview}/finish", {"seen": finish.one("input", name="seen").attrs["value"]})
    [draft] = db.session.query(ImportDraft).filter_by(congress_id=own["congress_id"])
    assert draft.finished_at is not None and draft.file_sealed is None
    db.session.rollback()


def let_out(client: PageClient, home: str, own: dict[str, Any]) -> None:
    """Workbook, list and report."""
    columns = ["name", "phone", "email", "id_number", "born"]
    act(client, f"{home}/delegates/export", {"make": "1", "columns": columns, "sensitive": [*SENSITIVE], "keep_q": "Kín"})
    act(client, f"{home}/delegations/print", {"who": "everybody"})
    report = {"title": "Báo cáo tình hình đại biểu", "sitting": own["sitting_id"], "whose": "approved", "names": "y"}
    act(client, f"{home}/reports/new", report)


def test_nothing_private_stands_outside_the_person(app: Flask, client: PageClient) -> None:
    places = Places(app, "plan_owner", at_province=True)
    own = places.values["own"]
    home = f"/congress/{own['congress_id']}"
    sign_in(client)
    edit_people(client, home, own)
    take_list_in(client, home, own)
    let_out(client, home, own)
    act(client, f"{home}/duplicates/{own['delegate_id']}/{twin(own)}/merge", {"keep": "left", "reason": "Một người"})
    visitor = PageClient(app)
    portal = visitor.submit(visitor.get(f"/d/{own['secret']}"), {})
    person = {"name": "Lý Văn Riêng", "component": "exemplar", "state": "reserve", **dict.fromkeys(("sex", "capacity"), "")}
    visitor.get(f"/portal/{own['delegation_id']}/people/new")
    visitor.post(f"/portal/{own['delegation_id']}/people/new", {**person, **CONTACT, **SENSITIVE})
    assert portal.status == 303
    people = plain(rows()["delegate"])
    assert "Brâu" in people and "0900999111" in people  # it was there to leak
    kept = {name: plain(found) for name, found in rows().items() if name != "delegate"}
    secrets = [*SECRETS, own["secret"], own["page_secret"]]
    found = {name: [secret for secret in secrets if secret in text] for name, text in kept.items()}
    # A report counts peoples and religions, of nobody by name.
    assert found == dict.fromkeys(kept, []) | {"delegate_report": ["Brâu", "Bửu Sơn"]}


def twin(own: dict[str, Any]) -> int:
    """A second row of the person, to be merged."""
    person = db.session.get_one(Delegate, own["delegate_id"])
    values = {
        "name": person.name,
        "folded": person.folded,
        "sort_key": person.sort_key,
        "born": person.born,
        **{"ethnic": "Brâu"},
    }
    other = Delegate(congress_id=own["congress_id"], number=900, component_id=person.component_id, state="proposed", **values)
    other.created_at = person.created_at
    db.session.add(other)
    db.session.flush()
    number = other.id
    db.session.commit()
    return number


def plain(found: list[Any]) -> str:
    """The rows of a table as text."""
    return json.dumps([list(map(str, row)) for row in found], ensure_ascii=False)
