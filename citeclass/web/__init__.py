"""A library over HTTP: scite's shapes, our own fuller ones, and pages to read in a browser.

Needs ``citeclass[serve]``.
"""

from citeclass.web.app import create_app
from citeclass.web.settings import LOOPBACK, Settings

__all__ = ["LOOPBACK", "Settings", "create_app"]
