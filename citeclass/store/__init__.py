"""The library: one SQLite file with works, documents, statements, predictions, failures and corrections."""

from citeclass.store.audits import Audit, Reading
from citeclass.store.corrections import Correction
from citeclass.store.database import Store
from citeclass.store.many import rows_for
from citeclass.store.predictions import SHOWN
from citeclass.store.trouble import advice
from citeclass.store.works import Work

__all__ = ["SHOWN", "Audit", "Correction", "Reading", "Store", "Work", "advice", "rows_for"]
