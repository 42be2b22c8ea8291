"""What the door sends, by a form or as JSON, and where it stands."""

from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from flask import abort, g, request, session, url_for
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ..domain.names import normalise
from ..models import Sitting
from ..operations.checkin import choose_sitting
from .clock import now
from .forms import Form

GATE = "Cửa 1"
GATE_LENGTH = 40


@dataclass(frozen=True)
class Place:
    """A door: which sitting people come to, and what the door is called."""

    sitting: Sitting
    gate: str

    def url(self, endpoint: str, **more: Any) -> str:
        """The address of one of the door's pages, at this place."""
        return url_for(endpoint, congress_id=self.sitting.congress_id, sitting=self.sitting.id, gate=self.gate, **more)


def find_place() -> Place | None:
    """The door named by the address, else the likely one; None when the congress has no sitting."""
    sittings = g.congress.sittings
    gate = normalise(request.args.get("gate", ""))[:GATE_LENGTH] or GATE
    if "sitting" in request.args:
        wanted = request.args.get("sitting", type=int)
        return Place(next((s for s in sittings if s.id == wanted), None) or abort(404), gate)
    sitting = choose_sitting(sittings, now())
    return Place(sitting, gate) if sitting else None


def get_place() -> Place:
    """The door named by the address; 404 when there is none."""
    return find_place() or abort(404)


def device() -> str:
    """The random id of this browser, as long as it is signed in."""
    if "device" not in session:
        session["device"] = token_hex(8)
    name: str = session["device"]
    return name


def sent() -> MultiDict[str, str]:
    """The fields of a request, sent by a form or as a JSON object."""
    if not request.is_json:
        return request.form
    body = request.get_json()
    if not isinstance(body, dict):
        abort(400)
    return MultiDict({key: str(value) for key, value in body.items() if value is not None})


class ScanForm(Form):
    """One scan: exactly one of token, number and delegate."""

    nonce = StringField(validators=[InputRequired(), Length(max=64)])
    sitting_id = IntegerField(validators=[InputRequired()])
    gate = StringField(validators=[Length(max=GATE_LENGTH)])
    token = StringField(validators=[Length(max=200)])
    number = IntegerField(validators=[Optional()])
    delegate_id = IntegerField(validators=[Optional()])

    class Meta(Form.Meta):
        csrf = False  # the header's token is checked before every view

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that one thing is asked, and only one."""
        return super().validate(extra_validators) and len(self.asked()) == 1

    def asked(self) -> dict[str, Any]:
        """What is asked, as `record_scan` takes it."""
        fields = {"token": self.token.data or None, "number": self.number.data, "delegate_id": self.delegate_id.data}
        return {key: value for key, value in fields.items() if value is not None}


class EntryForm(Form):
    """The typed door: a badge number, a token's digits, or words of a name; a button of the list sends its delegate."""

    nonce = HiddenField(validators=[InputRequired(), Length(max=64)])
    entry = StringField("Số thẻ hoặc tên", validators=[Length(max=100)])
    delegate_id = IntegerField(validators=[Optional()])

    @property
    def digits(self) -> str:
        """What was typed when it is a number, without the blanks between groups of digits; else nothing."""
        typed = "".join((self.entry.data or "").split())
        return typed if typed.isascii() and typed.isdigit() else ""


class WalkInForm(Form):
    """Somebody who is not on the list."""

    nonce = HiddenField(validators=[InputRequired(), Length(max=64)])
    name = StringField("Họ và tên", validators=[InputRequired("Nhập họ và tên."), Length(max=120, message="Tên dài quá.")])
    unit_text = StringField("Đơn vị", validators=[Length(max=200, message="Tên đơn vị dài quá.")])
    component = SelectField("Thành phần", validators=[InputRequired("Chọn thành phần.")])
    reason = TextAreaField(
        "Lý do cho vào", validators=[InputRequired("Ghi lý do cho vào."), Length(max=500, message="Lý do dài quá.")]
    )


def new_nonce() -> str:
    """The mark of one attempt: sent twice, it is still one attempt."""
    return token_hex(16)
