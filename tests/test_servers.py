"""Commands that run until they are stopped: serve, watch, mcp."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from conftest import CONTRASTING, SAMPLE
from typer.testing import CliRunner

from citeclass.cli import app
from citeclass.store import Store

pytestmark = [pytest.mark.enable_socket, pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")]


@contextmanager
def running(*arguments: object):
    """A citeclass command in a process of its own, stopped by Ctrl-C at the end."""
    command = [sys.executable, "-c", "from citeclass.cli import run; run()", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def said(process, pattern: str) -> "re.Match[str]":
    """The first line on standard error that holds ``pattern``."""
    lines = []
    for line in process.stderr:
        lines.append(line)
        if found := re.search(pattern, line):
            return found
    raise AssertionError("".join(lines))


def asked(address: str, body: "dict | None" = None, **headers: str) -> tuple[int, dict]:
    """Status and answer, once the server listens; with a body it is a PUT."""
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(
        address, data, {"content-type": "application/json", **headers}, method="PUT" if body else "GET"
    )
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not listen")


def test_serve_says_where_and_answers(sample_db):
    pytest.importorskip("uvicorn")
    with running("serve", "--db", sample_db, "--port", 0) as process:
        address = said(process, r"at (http://127\.0\.0\.1:\d+)")[1]
        assert asked(f"{address}/v1/library")[1]["statements"] == 110
    assert process.returncode in (0, 130)


def test_serve_elsewhere_makes_up_a_token(sample_db):
    pytest.importorskip("uvicorn")
    with running("serve", "--db", sample_db, "--port", 0, "--host", "0.0.0.0") as process:
        token = said(process, r"token is needed: (\S+)")[1]
        address = said(process, r"at (http://127\.0\.0\.1:\d+)")[1]
        path, body = f"{address}/v1/statements/0000000000000000/correction", {"type": "mentioning"}
        assert asked(path, body)[0] == 401
        assert asked(path, body, authorization=f"Bearer {token}")[0] == 404


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("serve", "--db", "nowhere.db"), "no library"),
        (("mcp", "--db", "nowhere.db"), "no library"),
        (("mcp", "--transport", "pigeon"), "--transport"),
        (("watch", "nowhere"), "does not exist"),
        (("check", "nowhere.pdf", "--db", "nowhere.db"), "no library"),
    ],
)
def test_what_cannot_be_is_said_at_once(arguments, told):
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 2
    assert told in done.output


def test_watch_takes_in_what_comes(tmp_path):
    pytest.importorskip("watchfiles")
    folder, db = tmp_path / "papers", tmp_path / "library.db"
    folder.mkdir()
    with running("watch", folder, "--db", db) as process:
        said(process, "watching")
        time.sleep(0.5)
        (folder / "notes.txt").write_text("no article")
        (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
        said(process, r"failed: .*broken\.pdf")
        shutil.copy(SAMPLE / "lindqvist-2021.xml", folder / "a.xml")
        said(process, r"added: .*a\.xml")
    assert process.returncode in (0, 130)
    with Store(db) as store:
        assert store.documents.count()["documents"] == 1
        assert [f.path.endswith("broken.pdf") for f in store.failures] == [True]
    (folder / "broken.pdf").unlink()
    shutil.copy(SAMPLE / "moreno-2022.tei.xml", folder)
    assert CliRunner().invoke(app, ["watch", str(folder), "--db", str(db), "--once"]).exit_code == 0
    with Store(db) as store:
        assert store.documents.count()["documents"] == 2


def test_agents_reach_the_library_over_pipes(sample_db):
    pytest.importorskip("mcp")
    with running("mcp", "--db", sample_db) as process:
        hello = {
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
        }  # fmt: skip
        process.stdin.write(json.dumps(hello) + "\n")
        process.stdin.flush()
        told = json.loads(process.stdout.readline())
    assert told["result"]["serverInfo"]["name"] == "citeclass"


def test_why_search_suggest_and_check_on_the_command_line(sample_db):
    def run(*arguments: object) -> str:
        done = CliRunner().invoke(app, [*map(str, arguments), "--db", str(sample_db)])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "Contrary" in run("why", "750b740d616041ae")
    assert json.loads(run("why", "750b740d616041ae", "--json"))["type"] == "contrasting"
    assert "statements" in run("search", "supervision", "--limit", 2)
    assert json.loads(run("search", "supervision", "--type", "contrasting", "--json"))["matching"] > 0
    assert len(json.loads(run("suggest", "--limit", 3, "--json"))) == 3
    assert "supporting" in run("suggest", "--limit", 1)
    assert "10 references, 10 known to the library" in run("check", SAMPLE / "hale-2019.pdf")
    assert f"### Contrasting ({CONTRASTING})" in run("evidence", "10.5555/specimen.2014.07", "--format", "markdown")
