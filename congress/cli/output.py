"""How commands speak: data to stdout, words to stderr, exit 0, 1 (the data refuses) or 2 (wrong call)."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from ..domain.refusals import Refused
from ..models import db

Command = TypeVar("Command", bound=Callable[..., Any])


def say(text: str) -> None:
    """A word to the person at the terminal."""
    click.echo(text, err=True)


def print_json(value: Any) -> None:
    """One JSON document in UTF-8, and nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1).encode())


def now() -> datetime:
    """The present moment (aware, UTC)."""
    return datetime.now(UTC)


def commits(command: Command) -> Command:
    """Commit when a command ends well; a refusal becomes one sentence and exit 1, a file that fails one and exit 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            answer = command(*args, **kwargs)
            db.session.commit()
            return answer
        except Refused as refusal:
            db.session.rollback()
            say(refusal.message)
            raise click.exceptions.Exit(1) from None
        except OSError as error:
            db.session.rollback()
            say(f"Không đọc hoặc ghi được tệp {error.filename}: {error.strerror}.")
            raise click.exceptions.Exit(2) from None
        except (OperationalError, ProgrammingError) as error:
            say(f"Cơ sở dữ liệu chưa sẵn sàng ({error.orig}). Kiểm tra địa chỉ, rồi chạy: flask --app congress db upgrade.")
            raise click.exceptions.Exit(1) from None

    return run  # type: ignore[return-value]
