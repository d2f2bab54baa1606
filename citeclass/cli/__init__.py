"""The command line: ``citeclass COMMAND``. Each command lives in the module of its name."""

from citeclass.cli.main import app, run

__all__ = ["app", "run"]
