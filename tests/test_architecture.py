"""The rules of the house that a machine can check; each names the file that breaks it, and each has been seen red."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS = ("congress", "tests", "benchmarks", "migrations")  # folders of Python, beside run.py

# What a layer must not import; a name stands for everything below it.
FORBIDDEN = {
    "congress/models": ["congress.operations", "congress.documents", "congress.web", "congress.cli"],
    "congress/documents": ["flask", "sqlalchemy", "congress.models", "congress.operations", "congress.web", "congress.cli"],
    "congress/operations": ["flask", "congress.documents", "congress.web", "congress.cli"],
    "congress/web": ["congress.cli"],
}
# Modules of the standard library through which a clock, chance or the outside comes in.
IMPURE = {"os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "time", "urllib", "uuid"}
IMPURE_CALLS = {"input", "now", "open", "print", "read_bytes", "read_text", "today", "utcnow", "write_bytes", "write_text"}
MAY_COMMIT = ("congress/web/", "congress/cli", "congress/demo.py", "congress/worker.py")
NO_NAMES = {"base", "common", "helper", "helpers", "misc", "shared", "util", "utils"}
OUTSIDE = re.compile(r"(?:https?:|wss?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]", re.IGNORECASE)
VENDOR = "static/vendor/"  # what npm has put there is not ours (run.py)
INLINE = re.compile(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE)

Rule = Callable[[Path], list[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(root: Path, *patterns: str) -> Iterator[tuple[str, str]]:
    """Path from the root and text of each file."""
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if path.is_file() and "__pycache__" not in path.parts and not name.startswith(VENDOR):
                yield name, path.read_text(encoding="utf-8")


def programs(root: Path) -> Iterator[tuple[str, str]]:
    yield from files(root, "*.py", *(f"{folder}/**/*.py" for folder in PROGRAMS))


def imports(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Line and full name of all that a file imports, in functions too; relative names are resolved."""
    package = name.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def below(name: str, parent: str) -> bool:
    return name == parent or name.startswith(parent + ".")


def layer_faults(root: Path) -> list[str]:
    faults = []
    for layer, forbidden in FORBIDDEN.items():
        for name, text in files(root, f"{layer}/**/*.py"):
            faults += [
                f"{name}:{line} imports {module}"
                for line, module in imports(name, text)
                if any(below(module.lower(), other) or module.lower().startswith(f"{other}_") for other in forbidden)
            ]
    return faults


def purity_faults(root: Path) -> list[str]:
    """What makes the domain more than a function of its arguments."""
    faults = []
    for name, text in files(root, "congress/domain/**/*.py"):
        for line, module in imports(name, text):
            top = module.split(".")[0]
            if top in IMPURE or not (top in sys.stdlib_module_names or below(module, "congress.domain")):
                faults.append(f"{name}:{line} imports {module}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and called(node) in IMPURE_CALLS:
                faults.append(f"{name}:{node.lineno} calls {called(node)}()")
    return faults


def called(node: ast.Call) -> str:
    """The last word of what is called: `today` in `date.today()`."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def commit_faults(root: Path) -> list[str]:
    return [
        f"{name}:{node.lineno} commits"
        for name, text in files(root, "congress/**/*.py")
        if not name.startswith(MAY_COMMIT)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def name_faults(root: Path) -> list[str]:
    return [f"{name} says nothing by its name" for name, _ in programs(root) if Path(name).stem in NO_NAMES]


def functions(text: str) -> Iterator[Function]:
    yield from (node for node in ast.walk(ast.parse(text)) if isinstance(node, Function))


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_view(node: Function) -> bool:
    """Whether a decorator gives the function an address (`@bp.get("/…")`)."""
    calls = [decorator for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(call.func, ast.Attribute) and called(call) in ("get", "post", "route") for call in calls)


def size_faults(root: Path) -> list[str]:
    faults = []
    for name, text in programs(root):
        lines, limit = len(text.splitlines()), 600 if name.startswith("tests/") else 350
        if lines > limit and not name.startswith("migrations/versions/"):
            faults.append(f"{name} has {lines} lines, more than {limit}")
        for node in functions(text):
            longest = 25 if name.startswith("congress/web/") and is_view(node) else 60
            if length(node) > longest and not (name.startswith("migrations/versions/") and node.name in ("upgrade", "downgrade")):
                faults.append(f"{name}:{node.lineno} {node.name} has {length(node)} lines, more than {longest}")
            positional = [*node.args.posonlyargs, *node.args.args]
            if len(positional) - (positional[:1] != [] and positional[0].arg in ("self", "cls")) > 5:
                faults.append(f"{name}:{node.lineno} {node.name} takes {len(positional)} parameters by position")
    return faults


def left_over_faults(root: Path) -> list[str]:
    """Marks of work left undone; the words are put together here, so that this file does not break its own rule."""
    mark = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"]) + r")\b")
    texts = [*programs(root), *files(root, "templates/**/*", "static/**/*.css", "static/**/*.js", "docs/*.md", "*.md")]
    return [f"{name}:{number} {line.strip()}" for name, text in texts for number, line in numbered(text) if mark.search(line)]


def numbered(text: str) -> Iterator[tuple[int, str]]:
    yield from enumerate(text.splitlines(), 1)


def inline_faults(root: Path) -> list[str]:
    return [
        f"{name}:{number} {found[0].strip()}"
        for name, text in files(root, "templates/**/*.html", "templates/**/*.svg")
        for number, line in numbered(text)
        if (found := INLINE.search(line))
    ]


def outside_faults(root: Path) -> list[str]:
    return [
        f"{name}:{number} {line.strip()[:100]}"
        for name, text in files(root, "templates/**/*", *(f"static/**/*.{kind}" for kind in ("css", "js", "svg", "json")))
        for number, line in numbered(text)
        if OUTSIDE.search(line)
    ]


RULES = [
    layer_faults, purity_faults, commit_faults, name_faults, size_faults, left_over_faults, inline_faults, outside_faults,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_nine_functions_in_ten_fit_on_half_a_screen() -> None:
    lengths = [length(node) for name, text in files(ROOT, "congress/**/*.py") for node in functions(text)]
    assert quantiles(lengths, n=10)[-1] <= 25


@pytest.mark.parametrize(
    ("rule", "name", "text", "fault"),
    [
        (layer_faults, "congress/models/x.py", "from congress.web import y", ":1 imports congress.web.y"),
        (layer_faults, "congress/models/x.py", "from ..operations import y", ":1 imports congress.operations.y"),
        (layer_faults, "congress/documents/x.py", "import flask", ":1 imports flask"),
        (layer_faults, "congress/documents/x.py", "from .. import models", ":1 imports congress.models"),
        (layer_faults, "congress/operations/a/x.py", "import flask_login", ":1 imports flask_login"),
        (layer_faults, "congress/operations/x.py", "def f():\n from ..documents import y", ":2 imports congress.documents.y"),
        (purity_faults, "congress/domain/x.py", "import random", ":1 imports random"),
        (purity_faults, "congress/domain/x.py", "import yaml", ":1 imports yaml"),
        (purity_faults, "congress/domain/x.py", "from ..models import y", ":1 imports congress.models.y"),
        (purity_faults, "congress/domain/x.py", "from datetime import date\ndate.today()", ":2 calls today()"),
        (purity_faults, "congress/domain/x.py", "open('x')", ":1 calls open()"),
        (commit_faults, "congress/operations/x.py", "db.session.commit()", ":1 commits"),
        (name_faults, "congress/web/utils.py", "", " says nothing by its name"),
        (size_faults, "congress/x.py", "x = 1\n" * 351, " has 351 lines, more than 350"),
        (size_faults, "tests/x.py", "x = 1\n" * 601, " has 601 lines, more than 600"),
        (size_faults, "congress/x.py", "def f():\n" + " x\n" * 60, ":1 f has 61 lines, more than 60"),
        (size_faults, "congress/web/x.py", "@bp.get('/')\ndef f():\n" + " x\n" * 25, ":2 f has 26 lines, more than 25"),
        (size_faults, "congress/x.py", "def f(a, b, c, d, e, g): ...", ":1 f takes 6 parameters by position"),
        (left_over_faults, "congress/x.py", "# TO" + "DO later", ":1 # TO" + "DO later"),
        (inline_faults, "templates/x.html", "<p>\n<b style='x'>", ":2 style="),
        (inline_faults, "templates/x.html", "<script>x</script>", ":1 <script"),
        (inline_faults, "templates/a/x.html", '<b onclick="x">', ':1 onclick="'),
        (outside_faults, "templates/x.html", '<img src="//cdn.example.com/a">', ':1 <img src="//cdn.example.com/a">'),
        (outside_faults, "static/css/x.css", "@import 'https://fonts.example.com'", ":1 @import 'https://fonts.example.com'"),
    ],
)  # fmt: skip
def test_each_rule_names_what_breaks_it(rule: Rule, name: str, text: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert rule(tmp_path) == [name + fault]


@pytest.mark.parametrize(
    ("rule", "name", "text"),
    [
        (layer_faults, "congress/models/x.py", "from flask_sqlalchemy import SQLAlchemy\nfrom ..domain import y"),
        (layer_faults, "congress/operations/x.py", "from ..models import y\nfrom ..domain.z import y"),
        (purity_faults, "congress/domain/x.py", "from datetime import date\nfrom .y import z\nfrom congress.domain import y"),
        (commit_faults, "congress/web/x.py", "db.session.commit()"),
        (commit_faults, "congress/cli/x.py", "db.session.commit()"),
        (size_faults, "congress/x.py", "class A:\n def f(self, a, b, c, d, e, *, g, h): ..."),
        (inline_faults, "templates/x.html", '<script type="module" src="/x.js"></script><b data-on="1">once = one</b>'),
        (outside_faults, "templates/x.svg", '<svg xmlns="http://www.w3.org/2000/svg"><!-- a // b.c -->'),
    ],
)
def test_no_rule_forbids_what_is_right(rule: Rule, name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert rule(tmp_path) == []
