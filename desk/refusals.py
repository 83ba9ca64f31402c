"""What a command refused, said at the field that it is about."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm


def put(form: BaseForm, error: ValidationError) -> None:
    """Add a command's refusal to the form that was sent: at its fields, or above them all."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error}
    for name, refused in by_field.items():
        form.add_error(name if name in form.fields else None, refused)
