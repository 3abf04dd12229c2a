"""The pathway that each programme goes by."""

from functools import lru_cache

from commongoal.access.engine.permissions import Viewer, ask
from commongoal.pathway.engine.in_force import InForce, NoPathway
from commongoal.pathway.engine.programme import Casework, Programme
from commongoal.pathway.files.programmes import common_casework, programme_of
from commongoal.pathway.models import PathwayFile


def pathway_of(programme: int) -> InForce:
    """The pathway that a programme goes by now; one query. Raises `NoPathway`."""
    row = PathwayFile.objects.filter(programme_id=programme).order_by("-pk").values_list("pk", "digest").first()
    if row is None:
        raise NoPathway
    return _in_force(*row)


def pathway_as_of(file: int) -> InForce:
    """A pathway by its file, in force or not: what an assessment or a snapshot went by."""
    return _in_force(file, PathwayFile.objects.filter(pk=file).values_list("digest", flat=True).get())


def pathway_text(file: int, viewer: Viewer) -> str:
    """The file as it was put there. Raises `NotAllowed`."""
    ask(viewer, "see pathways")
    return PathwayFile.objects.filter(pk=file).values_list("text", flat=True).get()


@lru_cache(maxsize=64)
def _in_force(file: int, digest: str) -> InForce:
    row = PathwayFile.objects.get(pk=file)
    programme, casework = read_pathway(row.text, "the pathway's file")
    if row.digest != digest:
        raise AssertionError("a pathway file has changed")
    return InForce(file, programme, casework, row.organisations["providers"], row.organisations["partners"])


def read_pathway(text: str, name: str) -> tuple[Programme, Casework]:
    """A pathway's text read, with the default ways of working where it has none. Raises `BadInput`."""
    programme = programme_of(text.encode(), name)
    return programme, programme.casework or common_casework()
