"""Make the pictures of the tour anew, from the specimens alone: python docs/pictures.py

Needs the extra `dev` and Chromium.
"""

import shutil
import socket
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from citeclass.pipeline import Library
from citeclass.web import Settings, create_app

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "data" / "sample"
REPORT = "/report/10.5555/specimen.2014.07"
STATEMENT = "/statement/750b740d616041ae"


def keep(page: Page, name: str, *, height: int = 820, width: int = 1180) -> None:
    """One picture, in some colours, so that it is small."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(300)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(200, dither=Image.Dither.NONE).save(HERE / "tour" / f"{name}.png", optimize=True)


def tour(page: Page) -> None:
    """Walk through the pages."""
    page.goto("/")
    keep(page, "home", height=640)
    page.goto(REPORT)
    keep(page, "report")
    page.goto(STATEMENT)
    page.get_by_text("Why?").click()
    page.wait_for_selector(".because")
    page.wait_for_function("document.querySelector('.printed img').complete")
    keep(page, "why", height=760)
    page.goto(f"{REPORT}?hidden=true")
    page.locator(".statement .label summary").first.click()
    page.locator(".statement").first.scroll_into_view_if_needed()
    keep(page, "hidden", height=760)
    page.goto("/check")
    page.set_input_files("#file", SAMPLE / "hale-2019.pdf")
    page.get_by_role("button", name="Check").click()
    page.wait_for_selector("#checked", timeout=60_000)
    keep(page, "check", height=620)
    page.emulate_media(color_scheme="dark")
    page.goto(REPORT)
    keep(page, "phone", width=390, height=820)


def main() -> None:
    """Serve the specimens and walk."""
    (HERE / "tour").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        db = Path(folder) / "library.db"
        with Library(db) as library:
            library.add(SAMPLE)
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(db, settings=Settings(rate=0)), log_level="warning"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        serving.start()
        while not server.started:
            time.sleep(0.05)
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            tour(browser.new_page(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}"))
        finally:
            server.should_exit = True
            serving.join()


if __name__ == "__main__":
    main()
