"""The demo's records of fusion: in different states, measured and hashed like real ones, checked like real adapters."""

from __future__ import annotations

from datetime import date

from etl.demo import fusion as demo
from etl.fusion.adapter import parse_adapter
from tests.warehouse.chain_world import World
from warehouse.fusion import newest, steps
from warehouse.fusion_hosts import hosts


def test_a_few_provinces_have_records_and_a_second_time_changes_nothing(them: World) -> None:
    for _ in range(2):
        demo.keep_records(them.worker, date(2026, 11, 20))
    with them.worker.writing() as writer:
        found = steps(writer)
        allowed = {one.place_id: hosts(writer, one.place_id) for one in found}
    last = newest(found)

    assert {one.state for one in last.values()} >= {"examined", "returned", "applied", "withdrawn"}
    assert len(last) == len(demo.RECORDS)
    assert all(one.is_whole for one in found)
    assert sorted(len(lines) for lines in allowed.values()) == [0] * (len(allowed) - len(demo.ALLOWED)) + [1] * len(demo.ALLOWED)  # fmt: skip
    assert sum(one.deed == "apply" for one in found) == len(last)
    for one in last.values():
        adapter = parse_adapter("synthetic", one.adapter.encode())
        assert list(adapter.forms) == one.forms
        assert adapter.site == demo.SITE
        assert adapter.province == them.worker.ladder.place(one.place_id).code
