"""Takes in a file of postcodes, in the layout of the National Statistics Postcode Lookup."""

from commongoal.places.actions.imports import import_postcodes
from commongoal.web.management.importing import PlacesCommand


class Command(PlacesCommand):
    """Reads the file once and keeps what it says."""

    help = "Takes in a file of postcodes, in the layout of the National Statistics Postcode Lookup."
    take_in = staticmethod(import_postcodes)
