"""What a door says about one attempt."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..domain.door import TONES, WORDS, Entry
from ..domain.titles import VIETNAM
from .door_people import DoorPerson


@dataclass(frozen=True)
class ScanAnswer:
    """What a door says. `inside` of `expected` people of the list are in; walk-ins are in neither figure."""

    result: str  # ok, again, refused, unknown
    code: str
    message: str
    at: datetime
    scan_id: int | None  # None: nothing was kept, the nonce belongs to another scan
    delegate: DoorPerson | None
    first: Entry | None
    inside: int
    expected: int

    def to_json(self) -> dict[str, Any]:
        """Plain values for a script; times as ISO 8601."""
        return {
            "result": self.result, "code": self.code, "message": self.message, "word": WORDS[self.result],
            "tone": TONES[self.result], "at": self.at.isoformat(), "scan_id": self.scan_id,
            "delegate": self.delegate.to_json() if self.delegate else None, "first": entry_to_json(self.first),
            "counts": {"inside": self.inside, "expected": self.expected},
        }  # fmt: skip


def entry_to_json(entry: Entry | None) -> dict[str, str] | None:
    """An entry for a script, and as it is kept with a scan."""
    return {"at": entry.at.isoformat(), "clock": f"{entry.at.astimezone(VIETNAM):%H:%M}", "gate": entry.gate} if entry else None
