"""Common Goal: what each step, provider and intervention of a programme was worth, and how sure that is.

    import commongoal

    result = commongoal.value("programme.toml", "ledger/")
    print(result.total.ratio)

Names are loaded when first used, so that the import itself costs next to nothing.
"""

TYPE_CHECKING = False  # the constant from `typing`, without the cost of importing it
if TYPE_CHECKING:
    from commongoal.kernel.errors import BadInput, Problem, Refused
    from commongoal.pathway.files import check_ledger, import_ledger, read_programme
    from commongoal.valuation.engine.results import Valuation
    from commongoal.valuation.run import value

__version__ = "0.1.0"

__all__ = [
    "BadInput",
    "Problem",
    "Refused",
    "Valuation",
    "__version__",
    "check_ledger",
    "import_ledger",
    "read_programme",
    "value",
]

_HOMES = {
    "read_programme": "commongoal.pathway.files",
    "check_ledger": "commongoal.pathway.files",
    "import_ledger": "commongoal.pathway.files",
    "value": "commongoal.valuation.run",
    "Valuation": "commongoal.valuation.engine.results",
    "Refused": "commongoal.kernel.errors",
    "BadInput": "commongoal.kernel.errors",
    "Problem": "commongoal.kernel.errors",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'commongoal' has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
