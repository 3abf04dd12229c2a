"""Takes in a file of lookups between areas, with their names."""

from commongoal.places.actions.imports import import_lookup
from commongoal.web.management.importing import PlacesCommand


class Command(PlacesCommand):
    """Reads the file once and keeps what it says."""

    help = "Takes in a file of lookups between areas, with their names."
    take_in = staticmethod(import_lookup)
