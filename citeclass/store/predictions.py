"""Predictions, by statement and model."""

from collections.abc import Iterable

from sqlite_utils import Database

from citeclass.records import OperatingPoint, Prediction, Stance
from citeclass.store.many import insert_rows, writing

SHOWN = (Stance.SUPPORTING, Stance.CONTRASTING, Stance.MENTIONING, Stance.UNCLASSIFIED)
"""The types by their place in the table ``shown``, which is also the order in which evidence is read."""


class Predictions:
    """The table of predictions. The model last used is the one shown."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, predictions: Iterable[Prediction], *, point: OperatingPoint) -> None:
        """Store predictions made at ``point``, replacing earlier ones of the same statement and model."""
        insert_rows(
            self._db,
            "predictions",
            (
                {
                    "statement": p.statement_id, "model": p.model, "point": point.value, "type": p.type.value,
                    "supporting": p.supporting, "contrasting": p.contrasting, "mentioning": p.mentioning,
                    "note": p.note, "intent": p.intent.value if p.intent else None,
                }
                for p in predictions
            ),
            instead="or replace",
        )  # fmt: skip

    @property
    def current_model(self) -> str | None:
        """The model whose predictions are shown."""
        rows = list(self._db.query("select value from settings where name = 'model'"))
        return str(rows[0]["value"]) if rows else None

    @property
    def current_point(self) -> OperatingPoint | None:
        """The operating point at which the model shown judged last; None where nothing was judged yet."""
        asked = (
            "select value from settings where name = 'point' union all "
            "select * from (select point from predictions where model = ? limit 1) limit 1"
        )
        rows = list(self._db.query(asked, [self.current_model or ""]))
        return OperatingPoint(str(rows[0]["value"])) if rows else None

    def use(self, model: str, *, point: OperatingPoint | None = None) -> None:
        """Show the predictions of ``model``, made at ``point``, from now on."""
        if point is not None and point != self.current_point:
            with writing(self._db):
                self._db.table("settings").insert({"name": "point", "value": point.value}, replace=True)
        if model == self.current_model:
            return
        with writing(self._db):
            self._db.table("settings").insert({"name": "model", "value": model}, replace=True)
            self._db.execute("delete from shown")
            self._db.execute("insert into shown select * from judged")

    def counts(self) -> dict[str, int]:
        """Statements by the type shown: the correction where there is one, else the prediction."""
        rows = self._db.query("select stance, count(*) n from shown group by stance")
        return {SHOWN[r["stance"]].value: int(r["n"]) for r in rows}
