"""The service: plans congresses, admits delegates under the plan's rule, prints and checks in."""

import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application.

    `config` overrides; otherwise the database is CONGRESS_DATABASE_URL or instance/congress.sqlite3. The instance key (32
    random bytes in hex, made once, readable by its owner only) is the file `key` beside an SQLite database, else in instance/:
    what one database has sealed is opened wherever it is opened from.
    """
    # Here and not above, so that a rule of `congress.domain` can be used without the web and the database.
    from flask_migrate import Migrate

    from .cli import register_commands
    from .models import db, set_up_engine
    from .operations.sealing import Sealer
    from .web import init_web

    settings = dict(config or {})
    url = settings.get("SQLALCHEMY_DATABASE_URI") or os.environ.get("CONGRESS_DATABASE_URL") or ""
    file = _sqlite_file(url)
    beside = file.parent if file else ROOT / "instance"
    instance = Path(settings.get("INSTANCE_DIR") or os.environ.get("CONGRESS_INSTANCE") or beside).resolve()
    app = Flask(
        __name__, instance_path=str(instance), template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.update(
        SQLALCHEMY_DATABASE_URI=url or f"sqlite:///{instance / 'congress.sqlite3'}",
        MAX_CONTENT_LENGTH=25 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        BEHIND_PROXY=os.environ.get("CONGRESS_BEHIND_PROXY") == "1",
        BEHIND_HTTPS=os.environ.get("CONGRESS_BEHIND_HTTPS") == "1",
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # an error in the log must not carry anybody's data
    )
    app.config.update(settings)
    if app.config["SQLALCHEMY_DATABASE_URI"] != "sqlite://":
        # A connection for each thread of the server, opened when first asked for and kept; a database in memory has one.
        app.config["SQLALCHEMY_ENGINE_OPTIONS"]["pool_size"] = 32
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{file}" if file else _with_driver(app.config["SQLALCHEMY_DATABASE_URI"])
    key = app.config.get("INSTANCE_KEY") or _instance_key(instance)
    app.config.setdefault("SECRET_KEY", None)
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or sha256(b"session" + bytes.fromhex(key)).hexdigest()
    app.extensions["sealer"] = Sealer(bytes.fromhex(key))

    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    with app.app_context():
        set_up_engine(db.engine)
    init_web(app)
    register_commands(app)
    return app


def _sqlite_file(url: str) -> Path | None:
    """The file of an SQLite address, from the working directory where it is relative; None for any other database."""
    path, _, _ = url.removeprefix("sqlite:///").partition("?")
    return Path(path).resolve() if url.startswith("sqlite:///") and path not in ("", ":memory:") else None


def _with_driver(url: str) -> str:
    """Managed servers hand out postgres:// addresses; our driver is psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def _instance_key(instance: Path) -> str:
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / "key"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
