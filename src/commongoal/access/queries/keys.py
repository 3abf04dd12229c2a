"""The installation's keys, as settings give them."""

from functools import cache

from django.conf import settings

from commongoal.access.engine.keyring import KeyRing


@cache
def key_ring() -> KeyRing:
    """The ring that every sealed field is sealed with."""
    return KeyRing(tuple(settings.COMMONGOAL_KEYS), settings.COMMONGOAL_BLIND_KEY)
