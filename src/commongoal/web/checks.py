"""What `manage.py check --deploy` asks besides Django's own questions."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def not_the_demonstration(**_: Any) -> list[Error]:
    """Demonstration settings show passwords, so they are no settings to deploy."""
    if not settings.DEMONSTRATION:
        return []
    hint = "Use commongoal.config.settings."
    return [Error("These are the settings of the demonstration: they show sign-ins.", hint=hint, id="commongoal.E001")]
