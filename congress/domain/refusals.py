"""The two ways to say no."""

from dataclasses import dataclass, field

Numbers = dict[str, int | str]


@dataclass(frozen=True)
class Violation:
    """One broken rule. `severity` is "block" or "warn"; `numbers` are the figures its sentence needs."""

    code: str
    severity: str
    numbers: Numbers = field(default_factory=dict)


class Refused(Exception):
    """An operation changed nothing, and says why in one Vietnamese sentence.

    `field` is the form field the sentence belongs to, if one.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
