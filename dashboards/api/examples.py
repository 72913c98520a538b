"""Examples as the page prints them: short, whole, and run by the tests as they stand."""

from __future__ import annotations

PYTHON = """import io
import urllib.request
from pathlib import Path

import polars as pl

ADDRESS = "{address}"
token = Path("zhijian-token").read_text().strip()
asked = urllib.request.Request(ADDRESS + "&format=parquet", headers={{"Authorization": "Bearer " + token}})
with urllib.request.urlopen(asked) as answer:
    table = pl.read_parquet(io.BytesIO(answer.read()))
print(table.pivot("metric_name", index=["place", "year"], values="value"))
"""

EXCEL = """let
    Source = Web.Contents("{site}", [
        RelativePath = "api/v1/data",
        Query = [{query}, format = "excel-csv"],
        Headers = [Authorization = "Bearer {token}"]
    ]),
    Lines = Csv.Document(Source, [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),
    Table = Table.PromoteHeaders(Lines)
in
    Table
"""


def python(site: str, said: dict[str, str]) -> str:
    """A script with polars; the token stands in a file beside it."""
    query = "&".join(f"{name}={text}" for name, text in said.items())
    return PYTHON.format(address=f"{site}/api/v1/data?{query}")


def excel(site: str, said: dict[str, str], token: str) -> str:
    """A query of Excel (Power Query, M), pasted into its advanced editor."""
    query = ", ".join(f'{name} = "{text}"' for name, text in said.items())
    return EXCEL.format(site=site, query=query, token=token)
