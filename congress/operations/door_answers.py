"""What a door says about one attempt."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..domain.door import TONES, WORDS, Entry
from ..domain.titles import VIETNAM
from .door_people import DoorPerson


@dataclass(frozen=True)
class Member:
    """Somebody of a delegation whose head was just scanned."""

    key: str  # what stands for the badge's token
    number: int
    name: str
    inside: bool


@dataclass(frozen=True)
class Extras:
    """What a door says besides: words to the person, what to hand out, and the delegation that came with its head."""

    notices: tuple[str, ...] = ()
    handout: tuple[str, ...] = ()
    key: str = ""
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class ScanAnswer:
    """What a door says. `inside` of `expected` people of the list are in; `walk_ins` are others who were let in."""

    nonce: str
    result: str  # ok, again, refused, unknown
    code: str
    message: str
    at: datetime  # when it happened
    scan_id: int | None  # None: nothing was kept, the nonce belongs to another scan
    delegate: DoorPerson | None
    first: Entry | None
    inside: int = 0
    expected: int = 0
    walk_ins: int = 0
    extras: Extras = field(default_factory=Extras)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a script; times as ISO 8601."""
        return {
            "nonce": self.nonce, "result": self.result, "code": self.code, "message": self.message,
            "word": WORDS[self.result], "tone": TONES[self.result], "at": self.at.isoformat(), "scan_id": self.scan_id,
            "delegate": self._person(), "first": entry_to_json(self.first),
            "counts": {"inside": self.inside, "expected": self.expected, "walk_ins": self.walk_ins},
        }  # fmt: skip

    def _person(self) -> dict[str, Any] | None:
        if self.delegate is None:
            return None
        extras = self.extras
        person = self.delegate.to_json() | {"notices": list(extras.notices), "handout": list(extras.handout)}
        if extras.key:
            person["key"] = extras.key
        if extras.members:
            person["members"] = [
                {"key": m.key, "number": m.number, "name": m.name, "inside": m.inside} for m in extras.members
            ]  # fmt: skip
        return person


def entry_to_json(entry: Entry | None) -> dict[str, str] | None:
    """An entry for a script, and as it is kept with a scan."""
    if entry is None:
        return None
    clock = f"{entry.at.astimezone(VIETNAM):%H:%M}"
    return {"at": entry.at.isoformat(), "clock": clock, "gate": entry.gate, "device": entry.device}


def entry_from_json(kept: dict[str, str] | None) -> Entry | None:
    """The entry that was kept with a scan."""
    return Entry(datetime.fromisoformat(kept["at"]), kept["gate"], kept.get("device", "")) if kept else None
