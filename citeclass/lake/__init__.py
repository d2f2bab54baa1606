"""Statements by the million: Parquet files that many machines write, and that answer without a server.

A lake is a folder: ``raw/`` with a row for each article, ``cited/`` and ``citing/`` with a row for each statement, parted and sorted by work, and
``lake.json`` with its version. Needs ``citeclass[lake]``; many machines need ``citeclass[ray]``.
"""

from citeclass.errors import missing_extra

try:
    import duckdb  # noqa: F401
    import pyarrow  # noqa: F401
    import pydantic  # noqa: F401
except ImportError as error:
    missing_extra("lake", error)

from citeclass.lake.answers import Lake
from citeclass.lake.exchange import lake_to_library, library_to_lake
from citeclass.lake.local import fill
from citeclass.lake.raw import VERSION
from citeclass.lake.statements import compact

__all__ = ["VERSION", "Lake", "compact", "fill", "lake_to_library", "library_to_lake"]
