"""A browser without script for the tests: it asks over HTTP, reads every page as a tree and refuses a careless one."""

import contextvars
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, has_app_context
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}  # kinds of <input> that carry their own name or none
REDIRECTS = (302, 303)


@dataclass
class Element:
    """One element of a page with what is inside it."""

    tag: str
    attrs: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text a reader sees, white space joined."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style", "template"):
                yield from child._texts()
                yield "" if child.tag in ("a", "b", "em", "i", "span", "strong", "sup", "sub") else " "

    def walk(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag: str | None = None, css_class: str | None = None, **attrs: str) -> list["Element"]:
        """Elements inside this one, in order, with this tag, class and attributes (`data_id="3"` means data-id="3")."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            element
            for element in self.walk()
            if (tag is None or element.tag == tag)
            and (css_class is None or css_class in element.attrs.get("class", "").split())
            and all(element.attrs.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str | None = None, css_class: str | None = None, **attrs: str) -> "Element":
        """The only such element; fails when there is none or more than one."""
        found = self.all(tag, css_class, **attrs)
        assert len(found) == 1, f"{len(found)} elements {tag or ''}.{css_class or ''} {attrs}"
        return found[0]

    def texts(self, tag: str | None = None, css_class: str | None = None, **attrs: str) -> list[str]:
        return [element.text for element in self.all(tag, css_class, **attrs)]

    def rows(self) -> list[list[str]]:
        """The cells of the table rows below this element, header rows too."""
        return [[cell.text for cell in row.walk() if cell.tag in ("td", "th")] for row in self.all("tr")]


class TreeBuilder(HTMLParser):
    """Builds the tree and notes every element that is closed wrongly."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if doubled := [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]:
            self.faults.append(f"<{tag}> has an attribute twice: {doubled}")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.here = self.here.parent or self.root

    def handle_endtag(self, tag: str) -> None:
        if tag != self.here.tag:
            self.faults.append(f"</{tag}> on line {self.getpos()[0]} closes <{self.here.tag}>")
        around: Element | None = self.here
        while around and around.tag != tag:
            around = around.parent
        self.here = (around and around.parent) or self.here

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def parse(html: str) -> tuple[Element, list[str]]:
    """The tree of a page or fragment, and the faults of its nesting."""
    builder = TreeBuilder()
    builder.feed(html)
    builder.close()
    if builder.here is not builder.root:
        builder.faults.append(f"<{builder.here.tag}> is never closed")
    return builder.root, builder.faults


def lint(html: str) -> list[str]:
    """Everything that is wrong with a page, or with a fragment (no <html>) that a script puts into a page."""
    root, faults = parse(html)
    elements = list(root.walk())
    if root.all("html"):
        faults += lint_page(root)
    if not unicodedata.is_normalized("NFC", html):
        faults.append("text is not NFC")
    ids = [element.attrs["id"] for element in elements if "id" in element.attrs]
    faults += [f"id {name!r} is used {count} times" for name, count in Counter(ids).items() if count > 1]
    for element in elements:
        faults += lint_element(element, root, set(ids))
    return faults


def lint_page(root: Element) -> list[str]:
    faults = []
    if root.one("html").attrs.get("lang") != "vi":
        faults.append('<html> lacks lang="vi"')
    if len(root.all("h1")) != 1:
        faults.append(f"{len(root.all('h1'))} <h1> instead of one")
    if [bool(title.text) for head in root.all("head") for title in head.all("title")] != [True]:
        faults.append("no <title>, an empty one or several")
    return faults


def lint_element(element: Element, root: Element, ids: set[str]) -> list[str]:
    tag, attrs = element.tag, element.attrs
    faults = [f"<{tag}> has inline {name}" for name in attrs if name == "style" or name.startswith("on")]
    if tag == "style" or (tag == "script" and "src" not in attrs):
        faults.append(f"inline <{tag}>")
    if any(attrs.get(name, "").strip().lower().startswith("javascript:") for name in ("href", "src", "action", "formaction")):
        faults.append(f"<{tag}> runs a javascript: address")
    if tag == "img" and "alt" not in attrs:
        faults.append(f"<img src={attrs.get('src')!r}> has no alt")
    if tag == "form" and attrs.get("method", "").lower() == "post" and not element.all("input", name="csrf_token"):
        faults.append(f"<form action={attrs.get('action', '')!r}> has no csrf_token")
    if is_field(element) and not is_labelled(element, root):
        faults.append(f"<{tag} name={attrs.get('name')!r}> has no label")
    if tag in ("a", "button") and not name_of(element):
        faults.append(f"<{tag} {attrs}> has no name")
    for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form"):
        faults += [f"<{tag}> {name}={target!r} points nowhere" for target in attrs.get(name, "").split() if target not in ids]
    return faults


def is_field(element: Element) -> bool:
    if element.tag == "input":
        return element.attrs.get("type", "text").lower() not in UNLABELLED
    return element.tag in ("select", "textarea")


def is_labelled(element: Element, root: Element) -> bool:
    """By its own words, by <label for>, or by the label around it; the words must not be empty."""
    if element.attrs.get("aria-label", "").strip() or element.attrs.get("aria-labelledby", "").strip():
        return True
    around = element.parent
    while around:
        if around.tag == "label" and around.text:
            return True
        around = around.parent
    name = element.attrs.get("id")
    return bool(name) and any(label.text for label in root.all("label", for_=name))


def name_of(element: Element) -> str:
    """What a screen reader says for a link or button: its words, its label, or the words of the picture inside."""
    own = element.attrs.get("aria-label") or element.attrs.get("aria-labelledby") or element.attrs.get("title") or element.text
    return own or " ".join(inner.attrs.get("alt", "") + inner.attrs.get("aria-label", "") for inner in element.walk()).strip()


class Page:
    """One answer; when it is HTML, also its tree."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.data = response.data
        self.location = response.headers.get("Location", "")
        self.is_html = response.mimetype == "text/html" and self.status not in REDIRECTS
        self.root = Element("", {})
        if self.is_html:
            self.root = parse(self.html)[0]

    @property
    def html(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return self.response.get_json()

    @property
    def text(self) -> str:
        """What a reader sees of the page's body."""
        bodies = self.root.all("body")
        return (bodies[0] if bodies else self.root).text

    @property
    def title(self) -> str:
        return self.root.one("head").one("title").text

    @property
    def h1(self) -> str:
        return self.root.one("h1").text

    @property
    def links(self) -> dict[str, str]:
        """Address of each link by its words."""
        return {name_of(link): link.attrs.get("href", "") for link in self.root.all("a")}

    def all(self, tag: str | None = None, css_class: str | None = None, **attrs: str) -> list[Element]:
        return self.root.all(tag, css_class, **attrs)

    def one(self, tag: str | None = None, css_class: str | None = None, **attrs: str) -> Element:
        return self.root.one(tag, css_class, **attrs)

    def texts(self, tag: str | None = None, css_class: str | None = None, **attrs: str) -> list[str]:
        return self.root.texts(tag, css_class, **attrs)

    def rows(self) -> list[list[str]]:
        return self.root.rows()

    def form(self, action: str | None = None) -> Element:
        """The only form that posts, or the one that posts to this address."""
        forms = [form for form in self.all("form") if form.attrs.get("method", "").lower() == "post"]
        found = [form for form in forms if action is None or form.attrs.get("action") == action]
        assert len(found) == 1, f"{len(found)} forms to {action}; there are {[form.attrs.get('action') for form in forms]}"
        return found[0]


def values_of(form: Element) -> dict[str, list[str]]:
    """What a browser would send for the untouched form, without its buttons."""
    pairs: list[tuple[str, str]] = []
    for item in form.walk():
        name, kind = item.attrs.get("name"), item.attrs.get("type", "text").lower()
        if not name or "disabled" in item.attrs:
            continue
        if item.tag == "textarea":
            pairs.append((name, "".join(str(child) for child in item.children).removeprefix("\n")))
        elif item.tag == "select":
            options = [option for option in item.all("option") if "selected" in option.attrs]
            if not options and "multiple" not in item.attrs:
                options = item.all("option")[:1]
            pairs += [(name, option.attrs.get("value", option.text)) for option in options]
        elif item.tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in item.attrs:
                pairs.append((name, item.attrs.get("value", "on")))
        elif item.tag == "input" and kind not in ("submit", "button", "reset", "image", "file"):
            pairs.append((name, item.attrs.get("value", "")))
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


class PageClient:
    """Asks the application as a browser does: cookies, CSRF tokens from the forms, redirects only when told to follow.

    Each request runs in a context of its own. When the test has an application context open (fixture `session`), its
    transaction is committed first: pages see what the test prepared, and the test sees afterwards what the page changed.
    """

    sign_in_url = "/sign-in"

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http = app.test_client()
        self.csrf_token = ""

    def open(self, url: str, method: str = "GET", **arguments: Any) -> Page:
        if has_app_context():
            self.app.extensions["sqlalchemy"].session.commit()
        page = Page(contextvars.Context().run(self.http.open, url, method=method, **arguments))
        if page.is_html and (tokens := page.all("input", name="csrf_token")):
            self.csrf_token = tokens[0].attrs["value"]
        return page

    def get(self, url: str, status: int = 200, **arguments: Any) -> Page:
        """Fetch a page; `status` is what must come back."""
        return self._expect(self.open(url, **arguments), url, status)

    def post(self, url: str, data: dict[str, Any] | None = None, status: int | None = None, **arguments: Any) -> Page:
        """Send fields with the CSRF token of the form at `url`, or of the last page seen; without `status` it must redirect."""
        if not self.csrf_token:
            self.open(url)
        fields = {"csrf_token": self.csrf_token, **(data or {})}
        return self._expect(self.open(url, "POST", data=fields, **arguments), url, status)

    def submit(self, page: Page, changes: dict[str, Any], *, action: str | None = None, status: int | None = None) -> Page:
        """Fill in the form of a page as a person does, all other fields as they stand, and send it; files as (stream, name)."""
        form = page.form(action)
        url = form.attrs.get("action") or page.response.request.path
        return self._expect(self.open(url, "POST", data={**values_of(form), **changes}), url, status)

    def follow(self, page: Page, status: int = 200) -> Page:
        """Go where a redirect points; it must stay on this site."""
        assert page.status in REDIRECTS and not urlsplit(page.location).netloc, f"{page.status} to {page.location!r}"
        return self.get(page.location, status)

    def sign_in(self, username: str, password: str) -> Page:
        """Sign in through the form and return the page where the user lands."""
        answer = self.submit(self.get(self.sign_in_url), {"username": username, "password": password})
        self.csrf_token = ""  # the session is a new one
        return self.follow(answer)

    @staticmethod
    def _expect(page: Page, url: str, status: int | None) -> Page:
        good = page.status in REDIRECTS if status is None else page.status == status
        words = page.text if page.is_html else page.data.decode(errors="replace")
        assert good, f"{url} answered {page.status} instead of {status or 'a redirect'}: {words[:400]} {page.location}"
        faults = lint(page.html) if page.is_html else []
        assert not faults, "\n".join([f"{url} is a careless page:", *faults])
        return page
