"""The pages in a real browser: what a reader does, that nothing is refused by the policy, and that axe finds no serious fault."""

import shutil
import socket
import sqlite3
import threading
import time
from contextlib import contextmanager

import pytest
from conftest import CONTRASTING, SAMPLE

pytest.importorskip("playwright", reason="playwright is not installed")
pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

import uvicorn  # noqa: E402 - only where it is installed
from playwright.sync_api import expect, sync_playwright  # noqa: E402

from citeclass.web import Settings, create_app  # noqa: E402

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore"),
]

ASKED = "/report/10.5555/specimen.2014.07"
CONTRAST = "750b740d616041ae"
ELSEWHERE = "library.example"
PAGES = [
    "/", "/overview", "/failures", "/label", "/check", "/token", "/find?q=supervision", "/find", "/nowhere", ASKED,
    f"{ASKED}?direction=citing", f"{ASKED}?hidden=true", f"{ASKED}?words=zebra", f"/statement/{CONTRAST}",
    "/report/10.5555/specimen.2019.01?direction=citing",
]  # fmt: skip


@contextmanager
def served(db, settings):
    """The port of a server over a library, on this machine."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(db, settings=settings), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def address(sample_db, tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "library.db"
    with sqlite3.connect(sample_db) as source, sqlite3.connect(path) as target:
        source.backup(target)
    with served(path, Settings(rate=0)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address):
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints = []
    opened.on(
        "console", lambda m: complaints.append(m.text) if m.type == "error" and "status of 404" not in m.text else None
    )
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    opened.set_default_timeout(15_000)
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(page, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme)
    for path in PAGES:
        page.goto(path)
        found = axe.run(page).response["violations"]
        serious = [
            f"{path}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")
        ]
        assert serious == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(page, path):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_from_the_front_page_to_a_report(page):
    page.goto("/")
    page.fill("#big", "practitioner strain")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(
        "Reflective supervision, practitioner strain and family engagement in infant home visiting"
    )
    page.fill("#q", "supervision")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("statements")
    assert page.locator(".found").count() > 0


def test_filters_act_without_reload_and_stand_in_the_address(page):
    page.goto(ASKED)
    page.evaluate("window.same = true")
    page.locator(".filters").get_by_label("contrasting").check()
    expect(page.locator("#statements .statement")).to_have_count(CONTRASTING)
    assert "type=contrasting" in page.url
    page.locator(".filters").get_by_label("Words in the sentence").fill("attrition")
    expect(page.locator("#statements .statement")).to_have_count(1)
    assert page.evaluate("window.same") is True
    page.reload()
    expect(page.locator("#statements .statement")).to_have_count(1)
    expect(page.locator(".filters").get_by_label("contrasting")).to_be_checked()


def test_filters_work_without_scripts(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(ASKED)
    page.locator(".filters").get_by_label("contrasting").check()
    page.get_by_role("button", name="Show").click()
    assert page.locator("#statements .statement").count() == CONTRASTING
    page.goto(f"/statement/{CONTRAST}/why")
    assert "Contrary" in page.content()
    context.close()


def test_why_shades_the_words(page):
    page.goto(f"/statement/{CONTRAST}")
    page.get_by_text("Why?").click()
    expect(page.locator(".because .for5")).to_have_text("Contrary")
    expect(page.locator(".because")).to_contain_text("the model would say mentioning")


def test_a_label_is_given_and_taken_back_in_place(page):
    page.goto(ASKED)
    card = page.locator(f"#s-{CONTRAST}")
    card.get_by_text("Correct", exact=True).click()
    card.get_by_role("button", name="supporting").click()
    expect(card.locator(".facts")).to_contain_text("labelled by hand")
    expect(card).to_have_class("statement supporting")
    card.get_by_text("Correct", exact=True).click()
    card.get_by_role("button", name="take the label back").click()
    expect(card).to_have_class("statement contrasting")


def test_classes_can_be_hidden(page):
    page.goto(ASKED)
    page.get_by_role("link", name="Hide the classes").click()
    assert page.locator("#statements .statement").count() > 0
    told = page.locator("main").inner_text()
    assert "supporting" not in told
    assert (
        page.locator("main .supporting, main .contrasting, main .fill-supporting").count()
        <= page.locator(".choices button").count()
    )
    page.get_by_role("link", name="Show the classes").click()
    expect(page.locator("#statements .chip.supporting").first).to_be_visible()


def test_a_statement_is_shown_on_its_page(page):
    page.goto(f"/statement/{CONTRAST}")
    page.wait_for_function("document.querySelector('.printed img').complete")
    assert page.evaluate("document.querySelector('.printed img').naturalWidth") > 500


def test_a_manuscript_is_checked_while_one_waits(page):
    page.goto("/check")
    page.set_input_files("#file", SAMPLE / "hale-2019.pdf")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#checked h1")).to_contain_text(
        "Reflective supervision and emotional exhaustion", timeout=60_000
    )
    expect(page.locator("ol.checked > li")).to_have_count(10)


def test_keys_are_enough(page):
    page.goto(ASKED)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.why') !== null"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".because")).to_be_visible()


def test_print_leaves_the_tools_away(page):
    page.goto(ASKED)
    page.emulate_media(media="print")
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator(".statement").first).to_be_visible()


def test_elsewhere_a_token_is_asked_for_and_taken(browser, own_sample):
    """Over plain http, under a name that browsers do not trust, they say less of where a request comes from."""
    with served(own_sample, Settings(rate=0, token="secret", hosts=(ELSEWHERE,))) as port:
        context = browser.new_context(base_url=f"http://{ELSEWHERE}:{port}")
        page = context.new_page()
        page.goto(f"/statement/{CONTRAST}")
        page.get_by_text("Correct", exact=True).click()
        page.get_by_role("button", name="mentioning").click()
        expect(page.locator("#alarm")).to_contain_text("needs the server's token")
        page.get_by_role("link", name="Give the token").click()
        page.get_by_label("Token").fill("secret")
        page.get_by_role("button", name="Keep").click()
        page.goto(f"/statement/{CONTRAST}")
        page.get_by_text("Correct", exact=True).click()
        page.get_by_role("button", name="mentioning").click()
        expect(page.locator(".facts")).to_contain_text("labelled by hand")
        context.close()
