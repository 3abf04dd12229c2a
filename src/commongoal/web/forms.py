"""Forms drawn by the patterns of the GOV.UK Design System; validation is Django's."""

from django.forms.renderers import TemplatesSetting


class GovukRenderer(TemplatesSetting):
    """Draws fields with our templates."""

    form_template_name = "commongoal/forms/form.html"
    field_template_name = "commongoal/forms/field.html"
