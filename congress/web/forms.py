"""What all forms share: text is normalised at the entrance, and a refusal stands beside its field."""

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

from ..domain.refusals import Refused


def tidy(value: Any) -> Any:
    """Text in NFC without blanks at its ends; anything else as it is."""
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


class Form(FlaskForm):
    """A form whose text fields are tidied and that can carry a refusal."""

    class Meta(FlaskForm.Meta):
        locales = ("vi",)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            if "PasswordField" not in unbound_field.field_class.__name__:
                unbound_field.kwargs["filters"] = [tidy, *[f for f in unbound_field.kwargs.get("filters", ()) if f is not tidy]]
            return unbound_field.bind(form=form, **options)

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal beside its field, or above the form when it has none."""
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.message)
        else:
            field.errors = [*field.errors, refusal.message]
