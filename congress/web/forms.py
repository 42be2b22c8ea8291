"""What all forms share: text is normalised at the entrance, and a refusal stands beside its field."""

import re
import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from ..domain.refusals import Refused

# NUL, which PostgreSQL cannot keep, and what else no key types: neither a page nor a paper can show it.
_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def tidy(value: Any) -> Any:
    """Text in NFC without blanks at its ends and without control characters; anything else as it is."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", value)).strip() if isinstance(value, str) else value


# WTForms' own sentences, for the faults it finds by itself.
_WORDS = {
    "Not a valid choice.": "Chọn một mục trong danh sách.",
    "Not a valid choice": "Chọn một mục trong danh sách.",
    "Invalid Choice: could not coerce.": "Chọn một mục trong danh sách.",
    "Not a valid integer value.": "Nhập một số nguyên, ví dụ 200.",
    "Not a valid date value.": "Nhập ngày theo dạng ngày/tháng/năm.",
    "Not a valid time value.": "Nhập giờ theo dạng 07:30.",
    "'%(value)s' are not valid choices for this field.": "Chọn các mục trong danh sách.",
    "This field is required.": "Không để trống ô này.",
    "Not a valid datetime value.": "Nhập ngày và giờ.",
}


class _Vietnamese:
    """What WTForms asks for a sentence in the interface's language."""

    def gettext(self, text: str) -> str:
        return _WORDS.get(text, text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _WORDS.get(plural, plural)


class Form(FlaskForm):
    """A form whose text fields are tidied and that can carry a refusal."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _Vietnamese:
            return _Vietnamese()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            if "PasswordField" not in unbound_field.field_class.__name__:
                unbound_field.kwargs["filters"] = [tidy, *[f for f in unbound_field.kwargs.get("filters", ()) if f is not tidy]]
            return unbound_field.bind(form=form, **options)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the form; of what could not be read at all, say only that."""
        right = super().validate(extra_validators)
        for field in self:
            if field.process_errors and len(field.errors) > 1:
                field.errors = field.errors[:1]
        return bool(right)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal beside its field, or above the form when it has none."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]
