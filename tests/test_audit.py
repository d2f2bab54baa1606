"""Audits: what is drawn, what readers say, and what follows for all statements."""

import csv
import json

import pytest
from typer.testing import CliRunner

from citeclass.cli import app
from citeclass.errors import BadRow, UsageError
from citeclass.evidence import (
    audit_report,
    audit_sheet,
    audit_verdicts,
    draw_audit,
    statements_by_id,
    take_audit_sheet,
    wilson,
)
from citeclass.records import Stance
from citeclass.store import Audit, Reading, Store


def ran(*args: object, **options):
    return CliRunner().invoke(app, [str(a) for a in args], **options)


@pytest.fixture
def audited(own_sample):
    """The specimens' library with an audit drawn."""
    with Store(own_sample) as store:
        draw_audit(store, "first", natural=10, each=5)
    return own_sample


def test_a_draw_holds_enough_of_each_class_and_is_the_same_each_time(own_sample):
    with Store(own_sample) as store:
        made = draw_audit(store, "first", natural=10, each=5)
        drawn = store.audits.drawn("first")
        assert all(sum(s == t for s in drawn.values()) >= min(5, n) for t, n in made.strata.items())
        assert len(drawn) >= 10
        assert sum(made.strata.values()) == sum(
            r["n"] for r in store.db.query("select count(*) n from shown where stance < 3")
        )
        store.db.execute("delete from audits")
        store.db.execute("delete from draws")
        draw_audit(store, "first", natural=10, each=5)
        assert store.audits.drawn("first") == drawn
        draw_audit(store, "second", natural=10, each=5)
        assert store.audits.drawn("second") != drawn


def test_a_sheet_shows_no_class(audited):
    with Store(audited) as store:
        rows = audit_sheet(store, "first")
        order = [r["id"] for r in rows]
    assert all(r["type"] == r["note"] == "" and "«" in r["sentence"] for r in rows)
    assert order != sorted(order)


WRONG = [
    ({"type": "perhaps"}, "perhaps"),
    ({"type": "unclassified"}, "row 1"),
    ({"type": "supporting", "certainty": "very"}, "very"),
    ({"type": "supporting", "id": "0000000000000000"}, "not of this audit"),
]


@pytest.mark.parametrize(("change", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_wrong_row_is_refused_and_nothing_is_kept(audited, change, told):
    with Store(audited) as store:
        rows = audit_sheet(store, "first")
        with pytest.raises(BadRow, match=told):
            take_audit_sheet(store, "first", [{**rows[0], **change}, {**rows[1], "type": "mentioning"}], by="me")
        assert store.audits.readings("first") == []


def test_names_must_be_known_and_new(audited):
    with Store(audited) as store:
        with pytest.raises(UsageError, match="already"):
            draw_audit(store, "first")
        with pytest.raises(UsageError, match=r"no audit 'other' \(there are: first\)"):
            audit_report(store, "other")
        with pytest.raises(UsageError, match="nobody"):
            audit_report(store, "first")


def put(store: Store, sizes: dict[str, int], read: list[tuple[str, str]]) -> None:
    """An audit of strata of these sizes, of which (stratum, judged) were read."""
    drawn = {f"{i:016x}": stratum for i, (stratum, _) in enumerate(read)}
    store.audits.put(Audit("made", "m", sizes), drawn)
    store.audits.judge("made", [Reading(f"{i:016x}", "me", Stance(t)) for i, (_, t) in enumerate(read)])


def test_estimates_stand_for_the_whole_library():
    """800 mentions of which 1 in 20 read was support: 40 in all. 80 given support, 3 of 4 right: 60. So recall is 60 in 100."""
    read = [("supporting", "supporting")] * 15 + [("supporting", "mentioning")] * 5
    read += [("mentioning", "mentioning")] * 19 + [("mentioning", "supporting")]
    with Store(":memory:") as store:
        put(store, {"supporting": 80, "contrasting": 20, "mentioning": 800}, read)
        found = audit_report(store, "made")
        figures = found.classes["supporting"]
        assert (figures.given, figures.right, figures.precision) == (20, 15, 0.75)
        assert figures.recall == pytest.approx(0.6)
        assert figures.share == pytest.approx(100 / 880)  # of the strata that were read
        low, high = figures.recall_interval
        assert low < 0.6 < high
        assert figures.precision_interval == pytest.approx(wilson(15, 20))
        assert found.classes["contrasting"].precision is None
        strict = audit_report(store, "made", given=lambda _, __: "mentioning")
        assert (strict.classes["supporting"].recall, strict.classes["supporting"].precision) == (0.0, None)


def test_wilson():
    """Against the worked values of Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for right, given, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(right, given) == pytest.approx((low, high), abs=1e-4)


def test_readers_are_compared_and_the_majority_counts(audited):
    with Store(audited) as store:
        ids = list(store.audits.drawn("first"))[:4]
        for by, types in (("a", "smmc"), ("b", "smms"), ("c", "s__s")):
            kinds = {"s": Stance.SUPPORTING, "m": Stance.MENTIONING, "c": Stance.CONTRASTING}
            store.audits.judge(
                "first", [Reading(i, by, kinds[t]) for i, t in zip(ids, types, strict=True) if t in kinds]
            )
        assert audit_verdicts(store, "first")[ids[3]].type is Stance.SUPPORTING
        both, alike, kappa = audit_report(store, "first").agreement
    assert (both, alike) == (4, 3)
    assert kappa == pytest.approx((0.75 - 0.375) / 0.625, abs=1e-3)


def test_the_whole_way_on_the_command_line(own_sample, tmp_path):
    db = ("--db", own_sample)
    assert ran("audit", "draw", "first", "--natural", 6, "--each", 3, *db).exit_code == 0
    assert ran("audit", "sheet", "first", "--out", tmp_path / "s.csv", *db).exit_code == 0
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    read = ran("audit", "judge", "first", "--by", "me", *db, input="s\nx\nm\nq\n")
    assert read.exit_code == 0, read.output
    for row in rows:
        row["type"] = "mentioning"
    with (tmp_path / "s.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert ran("audit", "judge", "first", "--by", "you", "--sheet", tmp_path / "s.csv", *db).exit_code == 0
    told = json.loads(ran("audit", "report", "first", "--operating-point", "precise", "--json", *db).stdout)
    assert told["read"] == told["drawn"] == len(rows)
    assert told["agreement"]["both"] == 2
    assert told["classes"]["mentioning"]["recall"] is not None
    text = ran("audit", "report", "first", "--errors", *db)
    assert "two readers of 2 statements" in text.stdout
    assert ran("audit", "report", "none", *db).exit_code == 2


def test_a_saved_audit_holds_no_text_and_comes_back_on_the_same_articles(audited, sample_db, tmp_path):
    with Store(audited) as store:
        sentences = {s.statement.sentence for s in statements_by_id(store, list(store.audits.drawn("first")))}
        take_audit_sheet(store, "first", [{**r, "type": "mentioning"} for r in audit_sheet(store, "first")], by="me")
        before = audit_report(store, "first").to_json()
    assert ran("audit", "save", "first", "--out", tmp_path / "saved", "--db", audited).exit_code == 0
    text = (tmp_path / "saved" / "labels.csv").read_text(encoding="utf-8")
    assert not any(s[:30] in text for s in sentences)
    other = tmp_path / "other.db"
    other.write_bytes(sample_db.read_bytes())
    assert ran("audit", "load", tmp_path / "saved", "--by", "me", "--db", other).exit_code == 0
    with Store(other) as store:
        assert audit_report(store, "first").to_json() == before
    assert ran("audit", "load", tmp_path, "--db", other).exit_code == 2
