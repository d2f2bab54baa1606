"""Many machines: a local cluster of two nodes gives what one machine gives, also when a node dies on the way."""

import shutil
import threading
import time

import pytest
from conftest import SAMPLE

pytest.importorskip("ray", reason="the extra 'ray' is not installed")
pytest.importorskip("duckdb", reason="the extra 'lake' is not installed")

import duckdb
import ray
from ray.cluster_utils import Cluster

from citeclass.classifying import load_classifier
from citeclass.errors import UsageError
from citeclass.lake import Lake, compact, fill
from citeclass.lake.rays import article_addresses, fill_with_ray

pytestmark = [pytest.mark.enable_socket, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def articles(tmp_path_factory):
    """Twenty-four articles: the specimens in XML under other names and DOIs."""
    folder = tmp_path_factory.mktemp("articles")
    for n in range(12):
        for name in ("lindqvist-2021.xml", "moreno-2022.tei.xml"):
            text = (SAMPLE / name).read_text(encoding="utf-8")
            (folder / f"{n:02d}-{name}").write_text(
                text.replace("10.5555/specimen.2021.01", f"10.5555/other.{n}.1").replace("10.5555/specimen.2022.01", f"10.5555/other.{n}.2"),
                encoding="utf-8",
            )  # fmt: skip
    (folder / "bad.xml").write_text("<article>", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def alone(articles, tmp_path_factory):
    """What one machine makes of them."""
    folder = tmp_path_factory.mktemp("alone") / "lake"
    fill(folder, [articles], load_classifier())
    compact(folder)
    return told(folder)


def told(folder):
    """All statements of a lake, and its totals."""
    files = f"read_parquet('{folder}/cited/*/*.parquet', hive_partitioning = true)"
    with Lake(folder) as lake:
        return duckdb.sql(f"select * from {files} order by all").fetchall(), lake.totals


@pytest.fixture
def cluster():
    """Two nodes that can work, and a head that cannot."""
    running = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [running.add_node(num_cpus=2) for _ in range(2)]
    running.wait_for_nodes()
    ray.init(address=running.address, log_to_driver=False, logging_level="error")
    yield running, nodes
    ray.shutdown()
    running.shutdown()


def test_two_nodes_give_what_one_machine_gives(cluster, articles, alone, tmp_path):
    assert fill_with_ray(tmp_path / "lake", [str(articles)], model="citeclass-minilm", actors=2) == 25
    compact(tmp_path / "lake")
    assert told(tmp_path / "lake") == alone
    assert fill_with_ray(tmp_path / "lake", [str(articles)], model="citeclass-minilm") == 0  # nothing is new


def test_a_node_that_dies_is_no_loss(cluster, articles, alone, tmp_path):
    running, nodes = cluster
    killed: list[float] = []

    def kill() -> None:
        time.sleep(4)  # actors are coming up by then, or articles under way
        running.remove_node(nodes[1], allow_graceful=False)
        killed.append(time.monotonic())

    killer = threading.Thread(target=kill)
    killer.start()
    fill_with_ray(tmp_path / "lake", [str(articles)], model="citeclass-minilm", actors=2)
    ended = time.monotonic()
    killer.join()
    if killed[0] >= ended:
        pytest.skip("the run was over before the node went")
    compact(tmp_path / "lake")
    assert told(tmp_path / "lake") == alone


def test_inputs_are_folders_patterns_and_manifests(articles, tmp_path):
    listed = tmp_path / "manifest.txt"
    listed.write_text(f"{articles}/bad.xml\n\nhttps://here.invalid/a.pdf\n", encoding="utf-8")
    assert len(article_addresses([str(articles)])) == 25
    assert len(article_addresses([f"{articles}/*.tei.xml"])) == 12
    assert article_addresses([str(listed)]) == [f"{articles}/bad.xml", "https://here.invalid/a.pdf"]
    with pytest.raises(UsageError, match="no articles"):
        article_addresses([f"{tmp_path}/*.pdf"])
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
