"""What each room of a part may do, as its code shows: who writes, who reads the clock, which verbs are asked."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WRITES = {
    "save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "update", "raw",
    "execute", "executemany", "select_for_update",
}  # fmt: skip
CLOCKS = {("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"), ("date", "today"),
          ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("time", "time")}  # fmt: skip
ROOMS_WITHOUT_CLOCK = {"engine", "queries", "actions", "models"}
ASKING = {"acting": 0, "allowed": 1, "within_reach": 1, "require": 2, "relations_allowing": 1, "Route": 3}
# Writing that is no change to the platform's tables, or is the framework's own.
EXCUSED = {
    ("access/queries/chain.py", "execute"): "asks for one view of the database for the whole of a checking",
    ("people/queries/search.py", "execute"): "adds up points over the index in one statement that reads",
    ("access/queries/compiled.py", "execute"): "one statement that reads, compiled once",
    ("access/queries/bulk.py", "execute"): "reads whole tables, in one view of the database",
    ("access/models.py", "save"): "the framework makes a user through its manager; actions call that",
}


def modules(root: Path, *, rooms: set[str] | None = None) -> Iterator[tuple[str, ast.Module]]:
    """Name below `src/commongoal` and code of every module that may meet the platform."""
    source = root / "src" / "commongoal"
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source)
        room = name.parts[1].removesuffix(".py") if len(name.parts) > 1 else ""
        if "migrations" not in name.parts and (rooms is None or room in rooms):
            yield name.as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Every call with the name called and what it is called on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            value = node.func.value
            owner = value.id if isinstance(value, ast.Name) else value.attr if isinstance(value, ast.Attribute) else ""
            yield node, node.func.attr, owner
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id, ""


def writes(code: str | ast.Module) -> list[str]:
    """The calls in a module that write to a database. A dictionary is updated with another, rows only by keyword."""
    tree = ast.parse(code) if isinstance(code, str) else code
    found = []
    for node, name, owner in calls(tree):
        of_a_row = isinstance(node.func, ast.Attribute) and name in WRITES and owner not in {"session", "_locks"}
        if of_a_row and not (name == "update" and (node.args or not node.keywords)):
            found.append(f"{name} in line {node.lineno}")
    return found


def clocks(code: str | ast.Module) -> list[str]:
    """The places where a module reads the clock, or hands it on to be read."""
    tree = ast.parse(code) if isinstance(code, str) else code
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = getattr(node.value, "id", getattr(node.value, "attr", ""))
            if (owner, node.attr) in CLOCKS and not _localises(tree, node):
                found.append(f"{owner}.{node.attr} in line {node.lineno}")
    return found


def _localises(tree: ast.AST, name: ast.Attribute) -> bool:
    """`timezone.localdate(at)` turns a moment that was given into its day."""
    return name.attr.startswith("local") and any(call.func is name and call.args for call, _, _ in calls(tree))


def platform_modules(root: Path) -> list[tuple[str, ast.Module]]:
    """The modules outside `actions` that could reach the tables: models, queries, and what is above the parts."""
    rooms = {"models", "queries", "run"}
    above = [(name, tree) for name, tree in modules(root) if name.split("/")[0] in {"web", "jobs", "config"}]
    return [*modules(root, rooms=rooms), *above]


def test_only_actions_write(root: Path) -> None:
    found = []
    for name, tree in platform_modules(root):
        found += [f"{name}: {what}" for what in writes(tree) if (name, what.split()[0]) not in EXCUSED]
    assert found == []


def test_queries_actions_and_engines_read_no_clock(root: Path) -> None:
    found = [f"{name}: {what}" for name, tree in modules(root, rooms=ROOMS_WITHOUT_CLOCK) for what in clocks(tree)]
    assert found == []


@pytest.mark.parametrize(
    "code", ["row.save()", "Row.objects.create(a=1)", "rows.update(a=1)", "rows.filter(b=2).delete()", "c.execute('x')"]
)
def test_planted_write_is_found(code: str) -> None:
    assert writes(code)


@pytest.mark.parametrize("code", ["timezone.now()", "dt.date.today()", "x = F(default=timezone.now)", "time.time()"])
def test_planted_clock_is_found(code: str) -> None:
    assert clocks(code)


def test_a_day_of_a_given_moment_and_a_dictionary_are_no_faults() -> None:
    assert clocks("timezone.localdate(at)") == []
    assert writes("values.update(other)") == []


def asked(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every verb that is asked by name in a module, with its line."""
    for node, name, _ in calls(tree):
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        at = ASKING.get(name)
        value = given.get("verb", node.args[at] if at is not None and len(node.args) > at else None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and (at is not None or "verb" in given):
            yield value.value, node.lineno


def test_every_verb_asked_is_in_the_table(root: Path) -> None:
    from commongoal.access.engine.permissions import table

    found = [f"{name}:{line} {verb}" for name, tree in modules(root) for verb, line in asked(tree) if verb]
    assert [place for place in found if place.partition(" ")[2] not in table()] == []
    assert found


def test_every_verb_of_the_table_is_asked(root: Path) -> None:
    from commongoal.access.engine.permissions import table

    used = {
        node.value
        for name, tree in modules(root)
        if name != "access/engine/permissions.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(set(table()) - used) == []


def test_every_module_of_pages_is_in_the_list_of_routes() -> None:
    import importlib
    import pkgutil

    from commongoal.web import pages
    from commongoal.web.routes import ROUTES

    names = [found.name for found in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}.")]
    own = {route for name in names for route in getattr(importlib.import_module(name), "ROUTES", ())}
    assert sorted(route.name for route in own - set(ROUTES)) == []
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert len({route.address for route in ROUTES}) == len(ROUTES)


def test_every_view_has_a_route(root: Path) -> None:
    from commongoal.web.routes import ROUTES

    routed = {(route.view.__module__, route.view.__qualname__) for route in ROUTES}
    bare = []
    for name, tree in modules(root, rooms={"pages"}):
        module = "commongoal." + name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _is_view(node):
                bare += [] if (module, node.name) in routed else [f"{module}.{node.name}"]
    assert bare == []


def _is_view(node: ast.FunctionDef) -> bool:
    """A function of a request that gives back a page."""
    returns = ast.unparse(node.returns) if node.returns else ""
    return (
        bool(node.args.args)
        and node.args.args[0].arg == "request"
        and bool({"Page", "HttpResponse"} & {*returns.replace("|", " ").split()})
    )
