"""Draws forms with the templates of this app instead of Django's own."""

from django.forms.renderers import DjangoTemplates

from govuk.bound import BoundField


class Renderer(DjangoTemplates):
    form_template_name = "govuk/forms/form.html"
    field_template_name = "govuk/forms/field.html"
    bound_field_class = BoundField
