"""What can be done about an error of SQLite's."""

import sqlite3


def advice(error: sqlite3.Error) -> str:
    """What to do, by what SQLite says is wrong."""
    told = str(error).casefold()
    if "full" in told or "disk i/o" in told:
        return "make room on the disk, then run it again: what was stored before is kept"
    if "readonly" in told or "read-only" in told:
        return "give yourself the right to write the library and its folder, or copy it to where you have it"
    if "malformed" in told or "not a database" in told or "corrupt" in told:
        return "the file is damaged: take a copy of it from before, or classify the articles anew into another --db"
    if "locked" in told or "busy" in told:
        return "is another citeclass writing to it? wait for that one, then try again"
    if "unable to open" in told:
        return "check that the folder exists and can be written"
    return "run `citeclass doctor`; try again, and report it if it stays"
