"""Static files: hashed, compressed, kept; light enough; readable colours; the headers of every answer."""

import gzip
import itertools
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import brotli
import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from congress.web.assets import ICONS, build_sprite, init_assets, load_assets

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "static"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@pytest.fixture(scope="module")
def small_app() -> Flask:
    """The page frame and its files alone: nothing here needs a database."""
    app = Flask("small", static_folder=str(STATIC), template_folder=str(ROOT / "templates"))
    app.config["SECRET_KEY"] = "a secret of the tests"
    init_assets(app)
    app.add_url_rule("/page", "page", lambda: render_template("layout.html", user=None, nav=[]))
    app.add_url_rule("/door", "door", lambda: render_template("door_layout.html"))
    return app


@pytest.fixture
def browser(small_app: Flask) -> FlaskClient:
    return small_app.test_client()


def files_of(browser: FlaskClient, page: str) -> set[str]:
    """The addresses a browser fetches for a page: named in it, or imported by a module that is."""
    html = browser.get(page).get_data(as_text=True)
    found = {address.partition("#")[0] for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', html)}
    waiting = [address for address in found if address.endswith(".js")]
    while waiting:
        module = waiting.pop()
        for name in re.findall(r'from "\./([^"]+)"|import "\./([^"]+)"', browser.get(module).get_data(as_text=True)):
            address = module.rpartition("/")[0] + "/" + "".join(name)
            if address not in found:
                found.add(address)
                waiting.append(address)
    return found


@pytest.mark.parametrize("coding", ["gzip", "br"])
@pytest.mark.parametrize("page", ["/page", "/door"])
def test_a_first_visit_is_light(browser: FlaskClient, page: str, coding: str) -> None:
    """110 kB for the frame leave 40 kB of the 150 kB for the page itself. Plain http browsers take gzip only."""
    addresses = {page, *files_of(browser, page)}
    weight = sum(len(browser.get(address, headers={"Accept-Encoding": coding}).data) for address in addresses)
    assert len(addresses) >= 6
    assert weight < 110_000


def test_the_page_frame_names_its_files(browser: FlaskClient) -> None:
    names = {address.split("/", 3)[3] for address in files_of(browser, "/page")}
    scripts = {"js/app.js", "js/toast.js", "js/dialog.js", "js/table-select.js"}
    assert names == {"bootstrap.css", "app.css", "icons.svg", "img/favicon.svg"} | scripts


@pytest.mark.parametrize("coding, unpack", [("gzip", gzip.decompress), ("br", brotli.decompress)])
def test_every_text_file_travels_compressed_and_is_kept_for_a_year(browser: FlaskClient, coding: str, unpack) -> None:
    for address in files_of(browser, "/page"):
        plain = browser.get(address, headers={"Accept-Encoding": "identity"})
        packed = browser.get(address, headers={"Accept-Encoding": coding})
        assert plain.headers.get("Content-Encoding") is None
        assert packed.headers["Content-Encoding"] == coding
        assert unpack(packed.data) == plain.data
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert packed.headers["Content-Length"] == str(len(packed.data))


def test_the_compressed_form_is_made_once() -> None:
    asset = load_assets(STATIC)["app.css"]
    assert asset.encode("br") is asset.encode("br")
    assert asset.encode("gzip") is asset.encode("gzip")


def test_pages_travel_compressed_and_are_not_kept(browser: FlaskClient) -> None:
    page = browser.get("/page", headers={"Accept-Encoding": "gzip, br"})
    assert (page.headers["Content-Encoding"], page.headers["Cache-Control"]) == ("br", "no-store")


def test_an_older_release_gets_todays_file_and_does_not_keep_it(browser: FlaskClient) -> None:
    response = browser.get("/assets/000000000000/app.css")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["none.css", "css/theme.css", "../run.py", "..%2f..%2frun.py"])
def test_what_is_not_an_asset_is_not_served(browser: FlaskClient, name: str) -> None:
    assert browser.get(f"/assets/x/{name}").status_code == 404


def test_a_changed_module_changes_the_address_of_its_neighbours(tmp_path: Path) -> None:
    shutil.copytree(STATIC, tmp_path / "static")
    before = {name: asset.version for name, asset in load_assets(tmp_path / "static").items()}
    with (tmp_path / "static" / "js" / "toast.js").open("a", encoding="utf-8") as module:
        module.write("// changed\n")
    after = {name: asset.version for name, asset in load_assets(tmp_path / "static").items()}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {name for name in before if name.startswith("js/")}


def test_the_decoder_that_npm_brings_is_served_where_it_is_there(tmp_path: Path) -> None:
    shutil.copytree(STATIC, tmp_path / "static", ignore=shutil.ignore_patterns("vendor"))
    assert not [name for name in load_assets(tmp_path / "static") if name.startswith("vendor/")]
    vendor = tmp_path / "static" / "vendor"
    vendor.mkdir()
    for name in ("reader.js", "reader.wasm", "LICENSE.txt", "lock.sha256"):
        (vendor / name).write_bytes(b"\0asm")
    found = {name: asset for name, asset in load_assets(tmp_path / "static").items() if name.startswith("vendor/")}
    types = {"vendor/reader.js": "text/javascript", "vendor/reader.wasm": "application/wasm"}
    assert {name: asset.mimetype for name, asset in found.items()} == types
    assert len({asset.version for asset in found.values()}) == 1


def test_every_answer_has_the_security_headers(browser: FlaskClient) -> None:
    for address in ("/page", "/nowhere", next(iter(files_of(browser, "/page")))):
        headers = browser.get(address).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Permissions-Policy"] == "camera=(self)"


def test_the_sprite_holds_exactly_the_named_icons(small_app: Flask) -> None:
    symbols = list(ElementTree.fromstring(build_sprite()))
    assert tuple(symbol.attrib["id"] for symbol in symbols) == ICONS
    assert all(len(symbol) for symbol in symbols)
    with small_app.test_request_context(), pytest.raises(LookupError):
        small_app.jinja_env.globals["icon"]("no-such-icon")


def test_our_files_name_no_outside_host() -> None:
    namespaces = re.compile(r"http://www\.w3\.org/\d{4}/svg")
    for path in STATIC.rglob("*"):
        if path.is_file() and path.suffix != ".png" and path.parent.name != "vendor":  # what npm put there is not ours
            assert re.findall(r"(?:https?:)?//[\w.-]+\.\w{2,}", namespaces.sub("", path.read_text(encoding="utf-8"))) == [], path


# Which text stands on which ground, by token.
PAGE_GROUNDS = ("paper", "ground", "sunk")
READABLE = [
    *itertools.product(("ink", "muted", "red", "gold"), PAGE_GROUNDS),
    *((tone, ground) for tone in ("green", "amber", "blue", "slate") for ground in (f"{tone}-soft", "paper")),
    *(("on-fill", fill) for fill in ("red-fill", "red-fill-hover", "green-fill", "amber-fill", "slate-fill")),
    ("red", "red-soft"), ("ink", "gold-soft"), ("muted", "gold-soft"), ("paper", "ink"),
]  # fmt: skip


def tokens(dark: bool) -> dict[str, str]:
    css = (STATIC / "css" / "theme.css").read_text(encoding="utf-8")
    light_part, dark_part = css.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light_part))
    return found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark_part)) if dark else found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_readable_on_its_ground(dark: bool) -> None:
    colour = tokens(dark)
    too_faint = {pair: round(contrast(colour[pair[0]], colour[pair[1]]), 2) for pair in READABLE}
    assert {pair: ratio for pair, ratio in too_faint.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("dark", [False, True])
def test_edges_of_fields_can_be_seen(dark: bool) -> None:
    colour = tokens(dark)
    assert min(contrast(colour["line-strong"], colour[ground]) for ground in PAGE_GROUNDS) >= 3


def test_the_door_is_readable_at_two_metres() -> None:
    css = (STATIC / "css" / "door.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--door-([\w-]+): (#[0-9a-f]{6});", css))
    assert min(contrast("#ffffff", colour[answer]) for answer in ("in", "again", "stop", "ask")) >= 4.5
    assert min(contrast(colour["ink"], colour["ground"]), contrast(colour["muted"], colour["panel"])) >= 4.5
    (rule,) = re.findall(r"(?m)^\.door-name \{([^}]*)\}", css)
    assert re.findall(r"font-size: clamp\(([\d.]+)rem", rule) == ["2.5", "2.5"]  # 40 px at the least
