"""Ledgers and programmes as files: reading, checking, importing, writing, describing."""

from commongoal.pathway.files.describing import Description, describe_ledger
from commongoal.pathway.files.directory import TargetExists, write_ledger
from commongoal.pathway.files.importing import Report, check_ledger, import_ledger
from commongoal.pathway.files.manifest import Manifest, open_manifest
from commongoal.pathway.files.programmes import read_programme

__all__ = [
    "Description",
    "Manifest",
    "Report",
    "TargetExists",
    "check_ledger",
    "describe_ledger",
    "import_ledger",
    "open_manifest",
    "read_programme",
    "write_ledger",
]
