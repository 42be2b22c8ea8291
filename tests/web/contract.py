"""What the tests of pages share: an office with one person of each role, the words of a refusal, a count of statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from congress.domain.names import fold, sort_key
from congress.models import AuditEntry, Congress, Delegate, Delegation, StageEvent, db
from congress.operations.badges import issue_badges
from tests.pages import Element, Page, PageClient, values_of
from tests.world import NOW, PASSWORD, World, make_delegate, make_user

ROLES = ("administrator", "plan_owner", "organiser", "secretary", "checkin_staff", "viewer")


class Office(World):
    """The province on one morning; a person of each role, called as it, at the first district (the plan owner: the province)."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app
        app.config["CLOCK"] = lambda: NOW + timedelta(hours=1)
        for role in ROLES:
            unit = {"plan_owner": self.province, "administrator": None, "checkin_staff": None}.get(role, self.district)
            make_user(role, role, unit=unit, congress=self.congress if role == "checkin_staff" else None)
        db.session.commit()
        self.home = f"/congress/{self.congress.id}"

    def sign_in(self, role: str) -> PageClient:
        client = PageClient(self.app)
        client.sign_in(role, PASSWORD)
        return client

    def statuses(self, url: str, method: str = "GET", data: dict[str, Any] | None = None) -> dict[str, int]:
        """What each role gets at an address."""
        found = {}
        for role in ROLES:
            client = self.sign_in(role)
            fields = {"csrf_token": client.csrf_token, **(data or {})} if method == "POST" else None
            found[role] = client.open(url, method, data=fields).status
        return found

    def person(self, name: str, group: str = "exemplar", state: str = "proposed", **more: Any) -> Delegate:
        """Somebody in the district's congress, with a badge when approved."""
        congress = more.pop("congress", self.congress)
        delegate = make_delegate(congress, name, group, state, **more)
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        if state == "approved":
            issue_badges([delegate.id], sealer=self.app.extensions["sealer"], now=NOW)
        db.session.flush()
        return delegate

    def delegation(self, name: str, position: int = 1) -> Delegation:
        delegation = Delegation(congress_id=self.congress.id, name=name, folded=fold(name), position=position)
        db.session.add(delegation)
        db.session.flush()
        return delegation

    def step(self, kind: str = "forward", **more: Any) -> StageEvent:
        """Something that happened to the district's congress."""
        values = {"from_stage": "list_open", "to_stage": "list_closed", "actor_name": "Hoàng Văn Duyệt", "at": NOW, **more}
        event = StageEvent(congress_id=self.congress.id, kind=kind, **values)
        db.session.add(event)
        db.session.flush()
        return event


def fresh(row: Any) -> Any:
    """A row as the pages left it; what the test prepared is kept."""
    db.session.commit()
    return row


def stage_of(congress: Congress) -> str:
    return fresh(congress).stage


def actions() -> list[str]:
    """What the audit holds, in order."""
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def faults(page: Page) -> dict[str, list[str]]:
    """The words beside each field by its id, "" for the form's own; the summary on top says the same and leads to each field."""
    assert page.status == 422
    beside = {box.all("label")[0].attrs["for"]: box.texts("p", "field-error") for box in page.all("div", "field-invalid")}
    found: dict[str, list[str]] = {}
    for line in [line for summary in page.all("div", "error-summary") for line in summary.all("li")]:
        links = line.all("a")
        where, label = (links[0].attrs["href"].removeprefix("#"), f"{links[0].text}: ") if links else ("", "")
        found.setdefault(where, []).append(line.text.removeprefix(label))
    assert {where: words for where, words in found.items() if where} == beside
    return found


def field(page: Page, name: str) -> str:
    """What stands in a field of the page."""
    [item] = [e for e in page.all() if e.tag in ("input", "select", "textarea") and e.attrs.get("name") == name]
    if item.tag == "select":
        [chosen] = [option for option in item.all("option") if "selected" in option.attrs] or item.all("option")[:1]
        return chosen.attrs["value"]
    if item.tag == "textarea":
        return "".join(str(child) for child in item.children).removeprefix("\r").removeprefix("\n")
    return item.attrs.get("value", "")


def options(page: Page, name: str) -> list[str]:
    return page.one("select", name=name).texts("option")


def main_form(page: Page) -> Element:
    """The form that posts to its own address."""
    [form] = [form for form in page.all("form") if form.attrs.get("method") == "post" and not form.attrs.get("action")]
    return form


def send(client: PageClient, page: Page, changes: dict[str, Any], status: int | None = None) -> Page:
    """Fill in the page's own form, beside which buttons may stand."""
    return client.post(page.response.request.path, {**values_of(main_form(page)), **changes}, status)


def toasts(page: Page) -> list[str]:
    """What the page says happened."""
    return [note.one("p").text for note in page.all(css_class="toast-note") if "role" in note.attrs]


def said(client: PageClient, page: Page) -> str:
    """What is said where a redirect leads."""
    [words] = toasts(client.follow(page))
    return words


def buttons(page: Page) -> list[str]:
    """The buttons a person sees, but those of the frame."""
    return [button.text for button in page.one("main").all("button") if button.text]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def statements_for(client: PageClient, url: str) -> int:
    """How many statements a page takes; the session is committed before, so none of them is the test's own."""
    client.get(url)  # what is read once and kept is read now
    with counted() as statements:
        client.get(url)
    return len(statements)
