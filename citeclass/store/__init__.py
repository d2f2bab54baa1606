"""The library: one SQLite file with works, documents, statements, predictions, failures and corrections."""

from citeclass.store.corrections import Correction
from citeclass.store.database import Store
from citeclass.store.documents import Extraction
from citeclass.store.works import Work

__all__ = ["Correction", "Extraction", "Store", "Work"]
