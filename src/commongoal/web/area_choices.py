"""The areas that a form offers: the partnership's own, its neighbourhoods, its wards; and the names of areas."""

from dataclasses import dataclass

from commongoal.access.queries.partnerships import front
from commongoal.places.engine.areas import AreaKind
from commongoal.places.engine.figures import AreaName
from commongoal.places.engine.geography import Geography
from commongoal.places.queries.geography import geography
from commongoal.web.routing import Request


@dataclass(frozen=True)
class Areas:
    """The partnership's area, what lies in it, and the name of any other."""

    home: str
    home_name: str
    known: Geography

    @property
    def wards(self) -> tuple[AreaName, ...]:
        """Its wards, of the newest year."""
        return self.known.parts(self.home, AreaKind.WARD)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Codes with names: the whole area, then its neighbourhoods, then its wards."""
        parts = (*self.known.parts(self.home, AreaKind.NEIGHBOURHOOD), *self.wards)
        whole = [(self.home, self.home_name)] if self.home else []
        return [*whole, *((area.code, area.name) for area in parts)]

    def name(self, code: str) -> str:
        """An area's name; its code where nobody named it."""
        return self.home_name if code == self.home else self.known.name(code)


def areas_for(request: Request, known: Geography | None = None) -> Areas:
    """The areas of the viewer's partnership; two queries where the geography is not at hand yet.

    The partnership is asked for once, for the page's frame too.
    """
    request.front = front(request.viewer)
    return Areas(request.front.code, request.front.area, known or geography())
