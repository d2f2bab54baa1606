"""A library for agents, by the Model Context Protocol. Needs ``citeclass[mcp]``."""

from citeclass.mcp.server import create_server

__all__ = ["create_server"]
