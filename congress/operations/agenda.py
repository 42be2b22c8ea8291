"""Placeholder so that the application imports until the agenda slice lands; to be replaced as a whole."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class AgendaState:
    items: int = 0
    minutes: int = 0
    violations: list[Any] = field(default_factory=list)


def agenda_state(congress: Any) -> AgendaState:
    return AgendaState()
