"""Explanations, kept because making one asks the model once for each word."""

import json
from typing import Any

from sqlite_utils import Database


class Explanations:
    """The table of explanations, by statement and model."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, statement: str, model: str) -> dict[str, Any] | None:
        """What was found earlier, None where nothing was."""
        rows = list(
            self._db.query("select found from explanations where statement = ? and model = ?", [statement, model])
        )
        return dict(json.loads(rows[0]["found"])) if rows else None

    def put(self, statement: str, model: str, found: dict[str, Any]) -> None:
        """Keep an explanation, replacing an earlier one."""
        self._db.table("explanations").insert(
            {"statement": statement, "model": model, "found": json.dumps(found)}, replace=True
        )
