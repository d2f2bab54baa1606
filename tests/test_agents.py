"""The tools that agents get, asked through the protocol's own client."""

import asyncio
import json

import pytest
from conftest import CONTRASTING

pytest.importorskip("mcp", reason="the extra 'mcp' is not installed")

from mcp import Client

from citeclass.mcp import create_server

ASKED = "10.5555/specimen.2014.07"


def ask(db, tool: str, **arguments):
    async def asked():
        async with Client(create_server(db)) as client:
            return await client.call_tool(tool, arguments)

    result = asyncio.run(asked())
    told = result.structured_content
    return told.get("result", told) if isinstance(told, dict) else json.loads(result.content[0].text)


def test_the_tools_are_named_and_described(sample_db):
    async def listed():
        async with Client(create_server(sample_db)) as client:
            return (await client.list_tools()).tools

    tools = {t.name: t.description for t in asyncio.run(listed())}
    assert set(tools) == {"find_works", "evidence", "search_statements", "tallies", "why"}
    assert all(tools.values())


def test_agents_get_evidence_with_definitions_and_coverage(sample_db):
    told = ask(sample_db, "evidence", work=ASKED, types="contrasting", limit=2)
    assert (told["matching"], len(told["statements"]), told["tally"]["total"]) == (CONTRASTING, 2, 23)
    assert told["definitions"]
    assert told["coverage"]
    assert "works" in ask(sample_db, "evidence", work="infant home")
    assert ask(sample_db, "evidence", work="10.5555/nowhere")["work"] is None


def test_agents_search_count_and_ask_why(sample_db):
    assert ask(sample_db, "find_works", query="practitioner strain")[0]["doi"] == ASKED
    found = ask(sample_db, "search_statements", words='"reflective supervision"', limit=3)
    assert len(found["statements"]) == 3
    counted = ask(sample_db, "tallies", dois=[ASKED.upper(), "10.5555/nowhere"])
    assert counted[ASKED]["contrasting"] == CONTRASTING
    assert counted["10.5555/nowhere"] is None
    assert ask(sample_db, "why", statement="750b740d616041ae")["type"] == "contrasting"


def test_too_many_works_are_refused_not_cut(sample_db):
    async def asked():
        async with Client(create_server(sample_db)) as client:
            return await client.call_tool("tallies", {"dois": [f"10.5555/{i}" for i in range(501)]})

    result = asyncio.run(asked())
    assert result.is_error
    assert "at most 500" in result.content[0].text
