"""Running our commands as a script does: data on stdout, words on stderr, and how it ended."""

import contextvars
import json
from typing import Any, NamedTuple

from flask import Flask

from congress.models import db


class Ended(NamedTuple):
    """How a command ended; `words` is stderr."""

    code: int
    data: str
    words: str

    @property
    def json(self) -> Any:
        """The one document on stdout; a command that gives data says nothing beside it."""
        assert (self.code, self.words) == (0, "")
        return json.loads(self.data)


def run(app: Flask, *words: object) -> Ended:
    """Run `flask --app congress …` in a context of its own, after what the test prepared is committed."""
    db.session.commit()
    runner = app.test_cli_runner()
    result = contextvars.Context().run(runner.invoke, args=[str(word) for word in words])
    db.session.rollback()
    db.session.expire_all()
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(result.exit_code, result.stdout, result.stderr)
