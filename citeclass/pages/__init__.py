"""Pages of a PDF with what was found on them: callouts, links, entries of the reference list, and what found no partner.

Needs ``citeclass[pages]``.
"""

from citeclass.pages.marks import Kind, PageMark, marks_of
from citeclass.pages.overlay import callout_image, inspect_html, inspect_images

__all__ = ["Kind", "PageMark", "callout_image", "inspect_html", "inspect_images", "marks_of"]
