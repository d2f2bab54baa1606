"""Predictions, by statement and model."""

from collections.abc import Iterable

from sqlite_utils import Database

from citeclass.records import OperatingPoint, Prediction


class Predictions:
    """The table of predictions. The model last used is the one shown."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, predictions: Iterable[Prediction], *, point: OperatingPoint) -> None:
        """Store predictions made at ``point``, replacing earlier ones of the same statement and model."""
        with self._db.atomic():
            self._db.table("predictions").insert_all(
                (
                    {
                        "statement": p.statement_id, "model": p.model, "point": point, "type": p.type,
                        "supporting": p.supporting, "contrasting": p.contrasting, "mentioning": p.mentioning,
                        "note": p.note, "intent": p.intent,
                    }
                    for p in predictions
                ),
                replace=True,
            )  # fmt: skip

    @property
    def current_model(self) -> str | None:
        """The model whose predictions are shown."""
        rows = list(self._db.query("select value from settings where name = 'model'"))
        return str(rows[0]["value"]) if rows else None

    def use(self, model: str) -> None:
        """Show the predictions of ``model`` from now on."""
        self._db.table("settings").insert({"name": "model", "value": model}, replace=True)

    def counts(self) -> dict[str, int]:
        """Statements by the type shown: the correction where there is one, else the prediction."""
        rows = self._db.query(
            "select coalesce(c.type, p.type, 'unclassified') type, count(*) n from statements s "
            "left join corrections c on c.statement = s.id "
            "left join predictions p on p.statement = s.id and p.model = ? group by 1",
            [self.current_model or ""],
        )
        return {str(r["type"]): int(r["n"]) for r in rows}
