"""The pipeline as people use it from Python: add, ask, change, refresh, correct."""

import os
import shutil
import sqlite3
import time
from pathlib import Path
from threading import Event

import pytest
from conftest import SAMPLE, cite, jats, ref

import citeclass
from citeclass.errors import CiteclassError, UsageError
from citeclass.extraction import article_files, extract_many
from citeclass.extraction import one as extraction_module
from citeclass.pipeline import Ambiguous
from citeclass.reading import ReadOptions
from citeclass.records import Failure, Prediction, Reason, Stance
from citeclass.store.documents import Documents
from citeclass.text import normal_doi

REFS = ref("a", "Smith", "2010", "What Smith found about long visits", doi="10.5555/smith") + ref("b", "Lee", "2011")


def article(n: int, verb: str = "replicate") -> bytes:
    return jats(
        f"<sec><title>Discussion</title><p>Our results {verb} those of {cite('a', 'Smith (2010)')}.</p></sec>",
        refs=REFS,
        doi=f"10.5555/citing.{n}",
    )


def test_adding_twice_changes_nothing(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    first = library.add(tmp_path / "a.xml")
    rows = list(library.export())
    again = library.add(tmp_path / "a.xml")
    assert (first.added, again.added, again.unchanged) == (1, 0, 1)
    assert list(library.export()) == rows


def test_evidence_by_doi_title_words_and_file(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    (tmp_path / "b.xml").write_bytes(article(2, "contradict"))
    library.add(str(tmp_path / "*.xml"))
    for query in ("10.5555/SMITH", "https://doi.org/10.5555/smith", "smith long visits"):
        found = library.evidence(query)
        assert (found.tally.total, found.tally.works, found.coverage.cited_by) == (2, 2, 2)
        assert found.coverage.status == "known from reference lists only"
    own = library.evidence(str(tmp_path / "a.xml"), direction="citing")
    assert own.work.doi == "10.5555/citing.1"
    assert [s.target.doi for s in own.statements] == ["10.5555/smith"]
    assert own.coverage.status == "processed"


def test_an_unknown_work_is_answered_and_several_are_listed(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    unknown = library.evidence("10.5555/nowhere")
    assert (unknown.work, unknown.tally.total, unknown.coverage.status) == (None, 0, "not known")
    with pytest.raises(Ambiguous) as many:
        library.evidence("found visits")
    assert len(many.value.works) == 2


def test_a_changed_file_replaces_its_statements(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    (tmp_path / "a.xml").write_bytes(article(1, "contradict"))
    library.add(tmp_path / "a.xml")
    assert [r["sentence"] for r in library.export()] == ["Our results contradict those of Smith (2010)."]


def test_a_moved_file_is_known(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    shutil.move(tmp_path / "a.xml", tmp_path / "b.xml")
    assert library.add(tmp_path / "b.xml").unchanged == 1
    assert [r["path"] for r in library.store.documents.rows()] == [str(tmp_path / "b.xml")]


def test_another_sentence_after_is_judged_again(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    statement = next(library.export())["id"]
    library.store.db["predictions"].update((statement, library.classifier.id), {"type": "unclassified"})
    (tmp_path / "a.xml").write_bytes(article(1).replace(b".</p>", b". Visits were long.</p>"))
    library.add(tmp_path / "a.xml")
    (row,) = library.export()
    assert (row["id"], row["after"]) == (statement, "Visits were long.")
    assert row["type"] != "unclassified"


def test_self_citations_are_told(tmp_path, library):
    by = b'<contrib-group><contrib contrib-type="author"><name><surname>Smith</surname><given-names>Ann B.</given-names></name></contrib></contrib-group>'
    (tmp_path / "own.xml").write_bytes(article(1).replace(b"</title-group>", b"</title-group>" + by))
    (tmp_path / "other.xml").write_bytes(article(2))
    library.add(tmp_path)
    told = {s.source.doi: [a.family for a in s.self_cites] for s in library.evidence("10.5555/smith").statements}
    assert told == {"10.5555/citing.1": ["Smith"], "10.5555/citing.2": []}


def test_corrections_win_and_survive(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    statement = next(library.export())["id"]
    library.correct(statement, "contradicting", by="me")
    (tmp_path / "a.xml").write_bytes(article(1).replace(b"Our results", b"All our results"))
    summary = library.add(tmp_path / "a.xml")
    (found,) = library.evidence("10.5555/smith").statements
    assert (found.type, found.expert, summary.detached_corrections) == (Stance.CONTRASTING, Stance.CONTRASTING, 0)
    assert found.to_json()["expertClassification"] == "contrasting"
    with pytest.raises(UsageError):
        library.correct("nothing", "supporting")


def test_refresh_redoes_what_older_rules_read(tmp_path, library, monkeypatch):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    assert library.refresh().added == 0
    library.store.db.execute("update documents set version = 'jats-0'")
    assert library.refresh().added == 1
    assert library.refresh().added == 0


def test_a_classifier_that_answers_too_little_hangs_nothing(tmp_path):
    class Silent:
        id = "silent"

        def predict(self, statements, *, point=None):
            return []

    (tmp_path / "a.xml").write_bytes(article(1))
    with citeclass.open(tmp_path / "l.db", classifier=Silent()) as library:
        assert library.add(tmp_path / "a.xml").added == 1


def test_refresh_leaves_what_a_server_read(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    library.store.db.execute("update documents set reader = 'grobid-0', version = 'grobid-0'")
    assert library.refresh().added == 0
    assert library.refresh(options=ReadOptions(grobid="http://localhost:1")).added == 1


class _Fixed:
    """A classifier that says the same of everything, to stand in for a model."""

    def __init__(self, id: str, stance: Stance) -> None:
        self.id, self._stance = id, stance

    def predict(self, statements, *, point=None):
        return [Prediction(s.id, self.id, self._stance, 0.1, 0.2, 0.7) for s in statements]


def test_any_classifier_will_do_and_a_new_one_judges_anew(tmp_path):
    (tmp_path / "a.xml").write_bytes(article(1))
    db = str(tmp_path / "l.db")
    with citeclass.open(db, classifier=_Fixed("one", Stance.MENTIONING)) as library:
        assert library.add(tmp_path / "a.xml").types["mentioning"] == 1
    with citeclass.open(db, classifier=_Fixed("two", Stance.CONTRASTING)) as library:
        assert library.refresh().types["contrasting"] == 1
        assert next(library.export())["model"] == "two"


def test_what_was_judged_before_an_error_is_kept_and_told(tmp_path):
    class Failing(_Fixed):
        def predict(self, statements, *, point=None):
            if any("trial 3" in s.sentence for s in statements):
                raise RuntimeError("no memory")
            return super().predict(statements, point=point)

    for n in range(4):
        text = f"<p>In trial {n} ours agrees with {cite('a', 'Smith, 2010')}.</p>"
        (tmp_path / f"{n}.xml").write_bytes(jats(text, refs=REFS, doi=f"10.5555/t.{n}"))
    told: list[str] = []
    with citeclass.open(tmp_path / "l.db", classifier=Failing("one", Stance.MENTIONING)) as library:
        with pytest.raises(RuntimeError, match="no memory"):
            library.add(tmp_path, watch=lambda done: told.append(done.path))
        assert len(told) == library.store.predictions.counts().get(Stance.MENTIONING, 0)
        library.use(_Fixed("one", Stance.MENTIONING))
        assert library.add(tmp_path).types["mentioning"] == 4


def test_what_was_read_before_an_interruption_is_kept_while_a_classifier_is_slow(tmp_path, monkeypatch):
    asked = Event()

    class Slow(_Fixed):
        def predict(self, statements, *, point=None):
            asked.wait(10)
            return super().predict(statements, point=point)

    def read(path, options=None):
        if path.name == "6.xml":
            asked.set()
            raise KeyboardInterrupt
        return extraction_module.extract_file(path, options=options)

    for n in range(8):
        (tmp_path / f"{n}.xml").write_bytes(article(n))
    with citeclass.open(tmp_path / "l.db", classifier=Slow("one", Stance.MENTIONING)) as library:
        monkeypatch.setattr("citeclass.extraction.many.extract_file", read)
        with pytest.raises(KeyboardInterrupt):
            library.add(tmp_path)
        monkeypatch.undo()
        assert library.store.documents.count()["documents"] == 6
        assert library.add(tmp_path).types["mentioning"] == 8


def test_no_export_is_said_before_a_model_is_looked_for(tmp_path):
    (tmp_path / "bad.txt").write_text("nothing")
    with citeclass.open(tmp_path / "l.db", model="no-such-model") as library, pytest.raises(UsageError, match="export"):
        library.take_in(tmp_path / "bad.txt")


def test_other_languages_are_unclassified_and_counted(tmp_path, library):
    text = (
        "A visita domiciliar foi acompanhada por noites mais calmas em todas as famílias observadas durante o inverno, como mostram outros. "
        * 2
    )
    (tmp_path / "a.xml").write_bytes(jats(f"<p>{text} ({cite('a', 'Smith, 2010')}).</p>", refs=REFS))
    library.add(tmp_path / "a.xml")
    found = library.evidence("10.5555/smith")
    assert found.tally.unclassified == 1
    assert sum(n for why, n in found.coverage.unclassified_because.items() if "'pt'" in why) == 1


def test_two_files_of_one_work_count_once(tmp_path, library):
    shutil.copy(SAMPLE / "hale-2019.pdf", tmp_path / "hale.pdf")
    library.add([tmp_path / "hale.pdf"])
    once = library.evidence("10.5555/specimen.2014.07").tally
    (tmp_path / "copy.pdf").write_bytes((tmp_path / "hale.pdf").read_bytes() + b"\n%copy")
    assert library.add([tmp_path / "copy.pdf"]).added == 1
    assert library.evidence("10.5555/specimen.2014.07").tally == once


def test_a_file_that_another_stands_for_is_not_judged(tmp_path):
    asked: list[str] = []

    class Listening(_Fixed):
        def predict(self, statements, *, point=None):
            asked.extend(s.sentence for s in statements)
            return super().predict(statements, point=point)

    (tmp_path / "a.xml").write_bytes(article(1))
    with citeclass.open(tmp_path / "l.db", classifier=Listening("one", Stance.MENTIONING)) as library:
        library.add(tmp_path)
        assert len(asked) == 1
        (tmp_path / "b.xml").write_bytes(article(1) + b"<!-- another printing -->")
        assert library.add(tmp_path).added == 1
        assert len(asked) == 1


def test_what_changed_is_judged_with_its_file_and_a_copy_not_at_all(tmp_path):
    asked: list[int] = []

    class Listening(_Fixed):
        def predict(self, statements, *, point=None):
            asked.append(len(statements))
            return super().predict(statements, point=point)

    (tmp_path / "a.xml").write_bytes(article(1))
    (tmp_path / "b.xml").write_bytes(article(1))
    said: list[tuple[str, int]] = []
    with citeclass.open(tmp_path / "l.db", classifier=Listening("one", Stance.MENTIONING)) as library:
        assert (library.add(tmp_path).unchanged, sum(asked)) == (1, 1)
        (tmp_path / "b.xml").unlink()
        (tmp_path / "a.xml").write_bytes(article(1).replace(b"Discussion", b"Introduction"))
        library.add(tmp_path, watch=lambda done: said.append((done.outcome, sum(asked))))
        assert said == [("added", 2)]  # before it was told
        assert library.add(tmp_path).types["mentioning"] == 1


def test_nothing_is_stored_before_what_could_not_be(tmp_path, monkeypatch):
    def put(self, extraction):
        if extraction.path.endswith("1.xml"):
            raise sqlite3.OperationalError("database or disk is full")
        return put_as_ever(self, extraction)

    put_as_ever = Documents.put
    for n in range(4):
        (tmp_path / f"{n}.xml").write_bytes(article(n))
    with citeclass.open(tmp_path / "l.db", classifier=_Fixed("one", Stance.MENTIONING)) as library:
        monkeypatch.setattr(Documents, "put", put)
        with pytest.raises(sqlite3.OperationalError):
            library.add(tmp_path)
        monkeypatch.undo()
        assert {Path(r["path"]).name for r in library.store.documents.rows()} <= {"0.xml"}
        assert library.add(tmp_path).types["mentioning"] == 4


def test_what_a_library_cannot_hold_takes_no_other_file_along(tmp_path, monkeypatch):
    class Slow(_Fixed):  # so that what is read meanwhile is stored together
        def predict(self, statements, *, point=None):
            time.sleep(0.3)
            return super().predict(statements, point=point)

    def put(self, extraction):
        if extraction.path.endswith("2.xml"):
            raise sqlite3.IntegrityError("no such thing")
        return put_as_ever(self, extraction)

    put_as_ever = Documents.put
    monkeypatch.setattr(Documents, "put", put)
    for n in range(4):
        (tmp_path / f"{n}.xml").write_bytes(article(n))
    with citeclass.open(tmp_path / "l.db", classifier=Slow("one", Stance.MENTIONING)) as library:
        summary = library.add(tmp_path)
        assert (summary.added, summary.failed, summary.types["mentioning"]) == (3, 1, 3)
        (failure,) = library.failures()
        assert (failure.reason, Path(failure.path).name) == (Reason.INTERNAL, "2.xml")


def test_files_folders_and_patterns(tmp_path):
    for name in ("a.pdf", "sub/b.XML", "sub/.hidden.xml", "c.txt", ".d/e.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    names = [
        f.relative_to(tmp_path).as_posix() for f, _ in article_files([tmp_path, tmp_path / "c.txt", tmp_path / "a.pdf"])
    ]
    assert names == ["a.pdf", "sub/b.XML", "c.txt"]
    assert [f.name for f, _ in article_files([str(tmp_path / "**" / "*.pdf")])] == ["a.pdf"]
    with pytest.raises(UsageError):
        article_files([str(tmp_path / "*.none")])


def test_worker_processes_give_the_same_in_the_same_order(tmp_path):
    for i in range(5):
        (tmp_path / f"{i}.xml").write_bytes(article(i))
    paths = [*sorted(tmp_path.glob("*.xml")), tmp_path / "gone.xml"]
    here, there = (list(extract_many(paths, jobs=jobs)) for jobs in (1, 2))
    assert here == there
    assert isinstance(here[-1], Failure)


def test_an_error_of_ours_is_a_failure_too(tmp_path, monkeypatch):
    (tmp_path / "a.xml").write_bytes(article(1))
    monkeypatch.setattr(extraction_module, "link", lambda document: os.fspath(document))
    failure = extraction_module.extract_file(tmp_path / "a.xml")
    assert (failure.reason, failure.path) == (Reason.INTERNAL, str(tmp_path / "a.xml"))


def test_one_file_without_a_library(tmp_path):
    (tmp_path / "a.xml").write_bytes(article(1))
    ((statement, prediction),) = citeclass.classify(tmp_path / "a.xml")
    assert prediction.statement_id == statement.id
    with pytest.raises(CiteclassError):
        citeclass.classify(tmp_path / "gone.xml")


def test_a_duplicate_comes_back_when_its_better_file_goes(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    (tmp_path / "b.xml").write_bytes(article(1) + b"\n")
    assert library.add(tmp_path / "b.xml").new_statements == 0
    (tmp_path / "a.xml").write_bytes(article(2))
    library.add(tmp_path / "a.xml")
    assert sorted(r["source"]["doi"] for r in library.export()) == ["10.5555/citing.1", "10.5555/citing.2"]
    library.store.db.execute("update documents set version = 'jats-0'")
    library.refresh()
    assert len(list(library.export())) == 2


def test_paths_are_kept_whole(tmp_path, library, monkeypatch):
    (tmp_path / "a.xml").write_bytes(article(1))
    monkeypatch.chdir(tmp_path)
    library.add("a.xml")
    (tmp_path / "a.xml").write_bytes(article(1, "contradict"))
    library.add(tmp_path / "a.xml")
    assert [r["sentence"] for r in library.export()] == ["Our results contradict those of Smith (2010)."]


def test_a_vanished_failure_is_forgotten_and_a_mended_one_cleared(tmp_path, library):
    good = tmp_path / "good.xml"
    good.write_bytes(article(1))
    (tmp_path / "bad.xml").write_bytes(b"junk")
    (tmp_path / "gone.xml").write_bytes(b"junk")
    library.add(tmp_path)
    assert len(library.failures()) == 2
    (tmp_path / "bad.xml").write_bytes(good.read_bytes())
    (tmp_path / "gone.xml").unlink()
    library.add(tmp_path)
    assert library.refresh().complete
    assert library.failures() == []


def test_parts_of_one_list_are_works_of_their_own(tmp_path, library):
    refs = "".join(
        ref(f"p{i}", "Rush", "1988", "Studies of a programme in visits").replace(
            "Specimen Journal", f"Specimen Journal {i}; part {i} of many"
        )
        for i in (4, 5)
    )
    (tmp_path / "a.xml").write_bytes(jats(f"<p>As known [{cite('p4', '4')}, {cite('p5', '5')}].</p>", refs=refs))
    library.add(tmp_path / "a.xml")
    assert len({r["target"]["id"] for r in library.export()}) == 2


@pytest.mark.parametrize("query", ["a long title " * 60, "10.9/x", "10.1/", "100%", "_"])
def test_odd_queries_are_answered(library, query):
    assert library.evidence(query).coverage.status == "not known"
    with pytest.raises(UsageError):
        library.evidence(" ")


def test_accents_do_not_hide_a_title(tmp_path, library):
    refs = ref("a", "Büttner", "2010", "Évaluation des visites du soir")
    (tmp_path / "a.xml").write_bytes(jats(f"<p>So {cite('a', 'Büttner (2010)')}.</p>", refs=refs))
    library.add(tmp_path / "a.xml")
    for query in ("Büttner", "evaluation visites", "Évaluation des visites du soir"):
        assert library.evidence(query).tally.total == 1


def test_a_statement_of_xml_is_shown_on_the_pdf_of_the_same_work(tmp_path, library):
    from citeclass.pipeline import has_picture, statement_picture

    sentence = f"This result is consistent with the association reported by {cite('a', 'Brandt and Osei (2014)')}."
    refs = ref("a", "Brandt", "2014", "Reflective supervision, practitioner strain and family engagement")
    (tmp_path / "hale.xml").write_bytes(jats(f"<p>{sentence}</p>", refs=refs, doi="10.5555/specimen.2019.01"))
    library.add(tmp_path / "hale.xml")
    (statement,) = [r["id"] for r in library.export()]
    assert not has_picture(library.store, statement)
    shutil.copy(SAMPLE / "hale-2019.pdf", tmp_path)
    library.add(tmp_path)
    assert [r["id"] for r in library.export()] == [statement]
    page, picture = statement_picture(library.store, statement)
    assert page == 1
    assert picture.startswith(b"\x89PNG")


SPELLINGS = [
    "https://doi.org/10.5555/smith/",
    "doi.org/10.5555/smith?x=1",
    "https://journals.example.org/one/article?id=10.5555/smith&type=printable",
    "https://www.frontiersin.example.org/articles/10.5555/smith/full",
    "https://link.example.org/content/pdf/10.5555/smith.pdf",
    "PMID: 12345678",
    "https://pubmed.ncbi.nlm.nih.gov/12345678/",
    " 12345678 ",
    "Smith et al. 2010a",
]


@pytest.mark.parametrize("query", SPELLINGS)
def test_a_work_is_found_however_it_is_named(tmp_path, library, query):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    library.store.db.execute("update works set pmid = '12345678' where doi = '10.5555/smith'")
    found = library.find(query)
    assert found is not None
    assert found.doi == "10.5555/smith"


@pytest.mark.parametrize("family", ["Weiß", "Михайлов"])
def test_letters_that_fold_otherwise_are_found(tmp_path, library, family):
    (tmp_path / "a.xml").write_bytes(jats(f"<p>So {cite('w', family)}.</p>", refs=ref("w", family, "2000")))
    library.add(tmp_path / "a.xml")
    assert library.find(f"{family} 2000") is not None


def test_a_copy_stays_when_its_twin_becomes_another_article(tmp_path, library):
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(article(1))
    library.add(tmp_path)
    (tmp_path / "a.xml").write_bytes(article(2, "contradict"))
    library.add(tmp_path)
    assert sorted(Path(d["path"]).name for d in library.store.documents.rows()) == ["a.xml", "b.xml"]
    assert library.evidence("10.5555/smith").tally.works == 2


def test_a_duplicate_that_is_gone_is_forgotten_when_the_other_changes(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    (tmp_path / "b.xml").write_bytes(article(1) + b"\n")
    library.add(tmp_path)
    kept, duplicate = sorted(library.store.documents.rows(), key=lambda d: d["duplicate_of"] is not None)
    Path(duplicate["path"]).unlink()
    Path(kept["path"]).write_bytes(article(1, "contradict"))
    again = library.add(tmp_path)
    assert (again.failed, library.add(tmp_path).failed, library.store.documents.count()["documents"]) == (1, 0, 1)
    assert library.evidence("10.5555/smith").coverage.listed_by == 1


def test_a_work_that_no_list_names_any_more_is_forgotten(tmp_path, library):
    wrong = article(1).replace(b"10.5555/smith", b"10.5555/smith-wrong")
    (tmp_path / "a.xml").write_bytes(wrong)
    library.add(tmp_path)
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path)
    assert library.find("smith long visits").doi == "10.5555/smith"


def test_a_label_stays_with_its_callout_among_two_of_one_sentence(tmp_path, library):
    body = f"<p>While {cite('a', 'Smith (2010)')} told of long visits, we cannot agree at all with {cite('a', 'Smith (2010)')}.</p>"
    (tmp_path / "a.xml").write_bytes(jats(body, refs=REFS, doi="10.5555/one"))
    library.add(tmp_path)
    second = max(library.store.documents.statements(), key=lambda s: s.start)
    library.correct(second.id, Stance.CONTRASTING)
    (tmp_path / "a.xml").write_bytes(jats(body.replace("While", "Although", 1), refs=REFS, doi="10.5555/one"))
    library.add(tmp_path)
    labelled = [s for s in library.evidence("10.5555/smith").statements if s.expert]
    assert [s.statement.start for s in labelled] == [second.start + len("Although") - len("While")]


def test_a_merge_keeps_the_labels_and_the_published_file(tmp_path, library):
    for number in (1, 2):
        (tmp_path / f"{number}.xml").write_bytes(article(number))
        library.add(tmp_path / f"{number}.xml")
    published = library.find("10.5555/citing.2")
    (own,) = library.evidence("10.5555/citing.2", direction="citing").statements
    library.correct(own.statement.id, Stance.CONTRASTING)
    preprint = library.find("10.5555/citing.1")
    library.store.told.version(preprint.id, published.doi, published=True, method="service", score=1.0)
    (shown,) = library.evidence("10.5555/smith").statements
    assert (shown.statement.id, shown.type) == (own.statement.id, Stance.CONTRASTING)
    assert library.store.corrections.detached() == []


def test_a_file_names_its_article_before_it_is_taken_in(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path / "a.xml")
    new = jats("<p>So.</p>", doi="10.5555/none").replace(
        b"A specimen title of some length", b"What Smith found about long visits"
    )
    (tmp_path / "a.xml").write_bytes(new)  # another article at the path of the first
    found = library.find(str(tmp_path / "a.xml"))
    assert found is None or found.doi == "10.5555/smith"


def test_words_that_nearly_name_a_work_do_not(tmp_path, library):
    refs = ref("v", "Smith", "2010", "Vitamin D deficiency in infants and their mothers")
    (tmp_path / "a.xml").write_bytes(jats(f"<p>So {cite('v', 'Smith (2010)')}.</p>", refs=refs))
    library.add(tmp_path)
    for query in ("Vitamin E deficiency in infants", "vitamin e deficiency 2010", "et al 2010", "™", "㎏"):
        assert library.find(query) is None, query


def test_an_article_whose_file_is_gone_can_be_taken_out(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(article(1))
    library.add(tmp_path)
    (tmp_path / "a.xml").unlink()
    (row,) = library.documents()
    assert library.remove(row["path"]) == [row["path"]]
    assert library.documents() == []
    with pytest.raises(UsageError, match="no article"):
        library.remove(row["id"])


@pytest.mark.parametrize("doi", ["10.1234/dataset.pdf", "10.5555/abc/abstract"])
def test_what_stands_behind_the_resolver_is_the_doi(doi):
    assert normal_doi(f"https://doi.org/{doi}") == doi
