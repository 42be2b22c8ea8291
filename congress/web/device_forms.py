"""The forms around devices: this browser, another one by a code, and the names of gates."""

from collections.abc import Sequence
from typing import Any, Self

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from ..models import Gate, Pairing
from ..operations.devices import LONGEST, PROFILES
from ..operations.gates import FIRST
from ..operations.gates import LONGEST as GATE_LONGEST
from .forms import Form

NEW_GATE = 0
HERE, EVERYWHERE = "congress", "unit"
GATE_NAME = Length(max=GATE_LONGEST, message=f"Tên cửa tối đa {GATE_LONGEST} ký tự.")
HINTS = {
    "gate": "quét thẻ, cho vào",
    "desk": "tìm theo tên, in lại thẻ, khách ngoài danh sách",
    "kiosk": "đại biểu tự quét thẻ của mình, không thấy tên ai khác",
}


class DeviceForm(Form):
    """What a browser becomes: its work, where it stands, what it is called."""

    profile = RadioField("Làm việc gì", [InputRequired("Chọn việc của máy.")], default="gate")
    gate = SelectField("Đứng ở cửa", coerce=int, description="Bàn hỗ trợ không cần cửa.")
    new_gate = StringField("Tên cửa mới", [GATE_NAME])
    name = StringField("Tên máy", [Length(max=LONGEST, message=f"Tên máy tối đa {LONGEST} ký tự.")])

    def offer(self, gates: Sequence[Gate], profiles: Sequence[str] = tuple(PROFILES)) -> Self:
        """What there is to choose from; the first gate there is stands chosen."""
        self.profile.choices = [(profile, f"{PROFILES[profile]}: {HINTS[profile]}") for profile in profiles]
        self.gate.choices = [*((gate.id, gate.name) for gate in gates), (NEW_GATE, "Cửa mới, đặt tên ở dưới")]
        if not self.is_submitted():
            known = [gate.id for gate in gates]
            self.gate.data = self.gate.data if self.gate.data in known else next(iter(known), NEW_GATE)
            self.new_gate.data = "" if gates else FIRST
        return self

    @property
    def gate_name(self) -> str:
        """What the gate is called; "" for a desk, and for a new gate that was given no name."""
        if self.profile.data == "desk":
            return ""
        if self.gate.data == NEW_GATE:
            return self.new_gate.data or ""
        chosen: dict[int, str] = dict(self.gate.choices)
        return chosen[self.gate.data]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that a new gate has a name where one is needed."""
        right = super().validate(extra_validators)
        if right and self.gate.data == NEW_GATE and not self.new_gate.data and self.needs_gate():
            self.new_gate.errors = ["Nhập tên cửa, ví dụ Cửa chính."]
            return False
        return right

    def needs_gate(self) -> bool:
        """Whether what is made stands at a gate from the start."""
        return self.profile.data != "desk"


class PairForm(DeviceForm):
    """The same for another browser, which may also belong to all congresses of the unit."""

    scope = RadioField("Dùng cho", default=HERE)

    @classmethod
    def like(cls, pairing: Pairing | None) -> Self:
        """The form as it was filled in for another machine, but its name."""
        if pairing is None:
            return cls()
        return cls(profile=pairing.profile, gate=pairing.gate_id, scope=HERE if pairing.congress_id else EVERYWHERE)

    def offer_unit(self, unit: str) -> Self:
        """Which places there are to choose from."""
        self.scope.choices = {HERE: "Hội nghị này", EVERYWHERE: f"Mọi hội nghị của {unit}: máy tự theo hội nghị của ngày hôm đó"}
        return self

    def needs_gate(self) -> bool:
        """A unit's device chooses its gate in the hall."""
        return super().needs_gate() and self.scope.data == HERE


class GateForm(Form):
    """The name of a gate."""

    name = StringField("Tên cửa", [InputRequired("Nhập tên cửa, ví dụ Cửa chính."), GATE_NAME])
