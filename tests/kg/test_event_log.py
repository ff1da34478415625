from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penchant.errors import StoreError
from penchant.kg.event_log import EngagementSum, append, scan, sums
from penchant.kg.proposal import EventRecord

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(person="ana", item="i1", kind="View", hours=0, **more) -> EventRecord:
    return EventRecord(person, item, kind, NOON + timedelta(hours=hours), **more)


def test_what_is_appended_is_scanned(tmp_path: Path):
    rows = [event(hours=2, value=4.5, id="e1", source="a.csv", line=7), event('bo "x" {}\'', "wd:Q1 ☃")]
    assert append(tmp_path, rows) is not None
    assert set(scan(tmp_path)) == set(rows)
    assert list(scan(tmp_path, "ana")) == [rows[0]]
    assert list(scan(tmp_path, "nobody")) == []


def test_the_same_rows_in_any_order_are_one_file(tmp_path: Path):
    rows = [event(hours=h) for h in range(5)]
    first = append(tmp_path, rows)
    before = first.read_bytes()
    assert append(tmp_path, [*reversed(rows), rows[0]]) == first
    assert [p.name for p in tmp_path.iterdir()] == [first.name]
    assert append(tmp_path / "other", rows).read_bytes() == before


def test_no_rows_make_no_file(tmp_path: Path):
    assert append(tmp_path / "events", []) is None
    assert list(scan(tmp_path / "events")) == []


def test_a_draft_left_by_a_crash_is_not_read(tmp_path: Path):
    path = append(tmp_path, [event()])
    path.with_name(f".{path.stem}.tmp").write_bytes(b"half a file")
    assert len(list(scan(tmp_path))) == 1


def test_a_broken_file_is_named(tmp_path: Path):
    path = append(tmp_path, [event()])
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoreError, match=path.name):
        list(scan(tmp_path))


def test_sums_count_first_last_and_the_last_value():
    rows = [event(hours=3, kind="Rate", value=2.0), event(hours=1, kind="Rate", value=5.0), event(hours=2, kind="Rate")]
    assert sums(rows) == [
        EngagementSum("ana", "i1", "Rate", 3, NOON + timedelta(hours=1), NOON + timedelta(hours=3), 2.0)
    ]


def test_doubles_count_once():
    tokyo = timezone(timedelta(hours=9))
    same_time = EventRecord("ana", "i1", "View", NOON.astimezone(tokyo), source="b.csv", line=9)
    assert [s.count for s in sums([event(), event(), same_time])] == [1]
    renamed = [event(id="e1", source="a.csv"), event(id="e1", source="copy.csv", line=3)]
    assert [s.count for s in sums(renamed)] == [1]
    corrected = sums([event(id="e1", kind="Rate", value=1.0), event(id="e1", kind="Rate", value=4.0, hours=1)])
    assert [(s.count, s.value, s.first) for s in corrected] == [(1, 4.0, NOON + timedelta(hours=1))]


def test_an_identifier_is_only_one_persons():
    assert [s.count for s in sums([event(id="1"), event("bo", id="1"), event(item="i2", id="1")])] == [1, 1, 1]


events = st.builds(
    event,
    person=st.sampled_from(["ana", "bo"]),
    item=st.sampled_from(["i1", "i2"]),
    kind=st.sampled_from(["View", "Rate"]),
    hours=st.integers(0, 3),
    value=st.sampled_from([None, 1.0, 5.0]),
    id=st.sampled_from([None, "a", "b"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(events, max_size=12), st.randoms())
def test_order_and_repetition_change_no_sum(rows: list[EventRecord], chance: random.Random):
    again = rows + rows[: len(rows) // 2]
    chance.shuffle(again)
    assert sums(again) == sums(rows)
