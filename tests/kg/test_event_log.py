from __future__ import annotations

import random
import shutil
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from penchant.errors import StoreError
from penchant.kg import event_log, event_sums
from penchant.kg.event_log import append, drop, drop_before, files, scan
from penchant.kg.event_sums import PAUSE, EngagementSum
from penchant.kg.proposal import EventRecord

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(person="ana", item="i1", kind="View", hours=0.0, **more) -> EventRecord:
    return EventRecord(person, item, kind, NOON + timedelta(hours=hours), **more)


def undone(person="ana", item="i1", kind="View", hours=0.0, **more) -> EventRecord:
    return event(person, item, kind, hours, retracted=True, **more)


def node(name: str) -> NamedNode:
    return NamedNode(f"https://shop.example/{name}")


def summed(folder: Path, *people: str) -> dict[str, list[EngagementSum]]:
    return dict(event_sums.sums(folder, people or ["ana", "bo"], node, node))


def counts(folder: Path, *rows: EventRecord) -> list[int]:
    append(folder, rows)
    return [s.count for sums in summed(folder).values() for s in sums]


def referee(rows: list[EventRecord]) -> dict[str, list[EngagementSum]]:
    """What the rows add up to, worked out one by one."""
    events: dict[tuple[object, ...], tuple[datetime, bool, float]] = {}
    for r in rows:
        if not r.retracted:
            key = (r.person, r.item, r.kind, r.id, None if r.id else r.at)
            new = (r.at, r.value is not None, r.value or 0.0)
            events[key] = max(events.get(key, new), new)

    def stands(person, item, kind, id, at) -> bool:
        back = [r for r in rows if r.retracted and r.person == person]
        named = [
            r for r in back if r.id and id and r.id in (id, id.partition("#")[0])
            and r.item in ("", item) and r.kind in ("", kind)
        ]  # fmt: skip
        return not named and not any(r.id is None and (r.item, r.kind) == (item, kind) and at <= r.at for r in back)

    left = {k: v for k, v in events.items() if stands(*k[:4], v[0])}
    sitting: dict[tuple[str, datetime], int] = {}
    for person in {r.person for r in rows}:
        moments = sorted({at for k, (at, _, _) in left.items() if k[0] == person})
        number = 0
        for before, at in zip([*moments[:1], *moments], moments, strict=False):
            number += at - before >= PAUSE
            sitting[person, at] = number
    groups = defaultdict(list)
    for (person, item, kind, _, _), value in left.items():
        groups[person, item, kind].append(value)
    found: dict[str, list[EngagementSum]] = {person: [] for person in sorted({r.person for r in rows})}
    for (person, item, kind), several in sorted(groups.items()):
        rated = [v for v in several if v[1]]
        found[person].append(
            EngagementSum(
                *(person, node(item), node(kind), len(several), len({sitting[person, at] for at, _, _ in several})),
                *(min(several)[0], max(several)[0], max(rated)[2] if rated else None),
            )
        )
    return found


def test_what_is_appended_is_scanned(tmp_path: Path):
    rows = [event(hours=2, value=4.5, id="e1", source="a.csv", line=7), event('bo "x" {}\'', "wd:Q1 ☃")]
    rows.append(undone(hours=3))
    assert append(tmp_path, rows) is not None
    assert set(scan(tmp_path)) == set(rows)
    assert list(scan(tmp_path, "ana")) == [rows[0], rows[2]]
    assert list(scan(tmp_path, "nobody")) == []


def test_the_same_rows_in_any_order_are_one_file(tmp_path: Path):
    rows = [event(hours=h) for h in range(5)]
    first = append(tmp_path, rows)
    assert first is not None
    before = first.read_bytes()
    assert append(tmp_path, [*reversed(rows), rows[0]]) == first
    assert [p.name for p in tmp_path.iterdir()] == [first.name]
    other = append(tmp_path / "other", rows)
    assert other is not None
    assert other.read_bytes() == before


def test_no_rows_make_no_file(tmp_path: Path):
    assert append(tmp_path / "events", []) is None
    assert list(scan(tmp_path / "events")) == []
    assert summed(tmp_path / "events") == {}


def test_a_draft_left_by_a_crash_is_not_read(tmp_path: Path):
    path = append(tmp_path, [event()])
    assert path is not None
    path.with_name(f".{path.stem}.tmp").write_bytes(b"half a file")
    assert len(list(scan(tmp_path))) == 1
    assert list(summed(tmp_path)) == ["ana"]


def test_a_broken_file_is_named(tmp_path: Path):
    path = append(tmp_path, [event()])
    assert path is not None
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoreError, match=path.name):
        list(scan(tmp_path))
    with pytest.raises(StoreError, match=path.name):
        summed(tmp_path)


def test_files_of_version_0_1_are_read(tmp_path: Path):
    path = append(tmp_path, [event(id="e1"), event(hours=1, id="e2")])
    assert path is not None
    pq.write_table(pq.read_table(path).drop_columns(["retracted"]), path)
    assert {r.retracted for r in scan(tmp_path)} == {False}
    assert [s.count for s in summed(tmp_path)["ana"]] == [2]
    append(tmp_path, [undone(id="e1")])
    assert [s.count for s in summed(tmp_path)["ana"]] == [1]
    assert drop_before(tmp_path, "ana", NOON + timedelta(minutes=1)) == 2
    assert [(r.id, r.retracted) for r in scan(tmp_path)] == [("e2", False)]


def test_many_small_files_become_one(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(event_log, "MANY", 8)
    for hour in range(30):
        path = append(tmp_path, [event(hours=hour), event("bo", hours=hour)])
        assert path is not None
        assert path.exists()
    assert len(files(tmp_path)) < 8
    assert len(list(scan(tmp_path))) == 60
    assert [s.count for s in summed(tmp_path)["ana"]] == [30]


def test_sums_count_first_last_and_the_last_value(tmp_path: Path):
    rows = [event(hours=3, kind="Rate", value=2.0), event(hours=1, kind="Rate", value=5.0), event(hours=2, kind="Rate")]
    append(tmp_path, rows)
    first, last = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    assert summed(tmp_path) == {"ana": [EngagementSum("ana", node("i1"), node("Rate"), 3, 3, first, last, 2.0)]}


def test_doubles_count_once(tmp_path: Path):
    tokyo = timezone(timedelta(hours=9))
    same_time = EventRecord("ana", "i1", "View", NOON.astimezone(tokyo), source="b.csv", line=9)
    assert counts(tmp_path / "1", event(), event(), same_time) == [1]
    assert counts(tmp_path / "2", event(id="e1", source="a.csv"), event(id="e1", source="copy.csv", line=3)) == [1]
    append(tmp_path, [event(id="e1", kind="Rate", value=1.0), event(id="e1", kind="Rate", value=4.0, hours=1)])
    assert [(s.count, s.value, s.first) for s in summed(tmp_path)["ana"]] == [(1, 4.0, NOON + timedelta(hours=1))]


def test_of_two_ratings_with_one_id_and_one_time_the_higher_counts(tmp_path: Path):
    append(tmp_path, [event(kind="Rate", id="e1", value=v) for v in (2.0, 5.0, 3.0)])
    assert [(s.count, s.value) for s in summed(tmp_path)["ana"]] == [(1, 5.0)]


def test_an_identifier_is_only_one_persons(tmp_path: Path):
    assert counts(tmp_path, event(id="1"), event("bo", id="1"), event(item="i2", id="1")) == [1, 1, 1]


@pytest.mark.parametrize(
    ("hours", "sessions"),
    [((0, 0.4, 0.8, 1.2), 1), ((0, 0.5), 2), ((0, 0.499), 1), ((0, 10, 10.1, 20), 3), ((5,), 1)],
)
def test_a_sitting_ends_after_half_an_hour_without_an_event(tmp_path: Path, hours, sessions):
    append(tmp_path, [event(hours=h) for h in hours])
    assert [(s.count, s.sessions) for s in summed(tmp_path)["ana"]] == [(len(hours), sessions)]


def test_events_with_other_things_keep_a_sitting_going(tmp_path: Path):
    append(tmp_path, [event(hours=0), event(hours=0.4, item="i2"), event(hours=0.8), event("bo", hours=0.4)])
    found = {(s.item, s.count, s.sessions) for s in summed(tmp_path)["ana"]}
    assert found == {(node("i1"), 2, 1), (node("i2"), 1, 1)}
    append(tmp_path, [undone(hours=0.4, item="i2")])
    assert [(s.count, s.sessions) for s in summed(tmp_path)["ana"]] == [(2, 2)]


def test_what_is_taken_back_by_its_id_is_gone_whenever_it_came(tmp_path: Path):
    append(tmp_path, [undone(item="", kind="", id="e1", hours=-5)])
    assert summed(tmp_path) == {"ana": []}
    append(tmp_path, [event(id="e1"), event(id="e2", hours=1), event("bo", id="e1")])
    assert {p: [s.count for s in sums] for p, sums in summed(tmp_path).items()} == {"ana": [1], "bo": [1]}


def test_taking_an_activity_back_takes_back_each_of_its_objects(tmp_path: Path):
    append(
        tmp_path,
        [event(id="a#1"), event(item="i2", id="a#2"), event(item="i3", id="ab"), undone("ana", "", "", id="a")],
    )
    assert [s.item for s in summed(tmp_path)["ana"]] == [node("i3")]


def test_an_id_with_an_item_takes_back_that_item_only(tmp_path: Path):
    append(tmp_path, [event(id="order"), event(item="i2", id="order"), undone(item="i2", id="order")])
    assert [s.item for s in summed(tmp_path)["ana"]] == [node("i1")]


def test_without_an_id_what_happened_until_then_is_gone_and_later_events_count_again(tmp_path: Path):
    append(tmp_path, [event(hours=1), event(hours=2, id="x"), undone(hours=2), event(hours=3), event(kind="Like")])
    found = {s.kind: (s.count, s.first) for s in summed(tmp_path)["ana"]}
    assert found == {node("View"): (1, NOON + timedelta(hours=3)), node("Like"): (1, NOON)}


def test_drop_takes_rows_and_leftovers_of_people_away(tmp_path: Path):
    append(tmp_path, [event("ana"), event("bo")])
    append(tmp_path, [event("ana", hours=1)])
    kept = append(tmp_path, [event("cy")])
    (tmp_path / ".events-1.tmp").write_bytes(b"ana")
    (tmp_path / ".spill").mkdir()
    assert drop(tmp_path, {"ana", "nobody"}) == 2
    assert sorted(r.person for r in scan(tmp_path)) == ["bo", "cy"]
    assert kept in files(tmp_path)
    assert all(b"ana" not in p.read_bytes() for p in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 2
    assert drop(tmp_path, {"ana"}) == 0


def test_drop_before_takes_only_that_persons_old_rows_away(tmp_path: Path):
    append(tmp_path, [event(hours=0), event(hours=1), event(hours=2), event("bo", hours=0)])
    assert drop_before(tmp_path, "ana", NOON + timedelta(hours=1)) == 1
    assert sorted((r.person, r.at) for r in scan(tmp_path)) == [
        ("ana", NOON + timedelta(hours=1)),
        ("ana", NOON + timedelta(hours=2)),
        ("bo", NOON),
    ]


def build(person, item, kind, quarters, value, id, retracted) -> EventRecord:
    blank = retracted and id is not None and quarters % 2
    return event(
        *(person, "" if blank else item, "" if blank else kind, quarters / 4),
        value=None if retracted else value,
        id=id,
        retracted=retracted,
    )


rows = st.lists(
    st.builds(
        build,
        st.sampled_from(["ana", "ana", "bo"]),
        st.sampled_from(["i1", "i2"]),
        st.sampled_from(["View", "Rate"]),
        st.integers(0, 12),
        st.sampled_from([None, 1.0, 5.0]),
        st.sampled_from([None, None, "a", "a#1", "b"]),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows, st.randoms(), st.integers(1, 4))
def test_order_repetition_and_files_change_no_sum(tmp_path: Path, rows: list[EventRecord], chance, parts: int):
    again = rows + rows[: len(rows) // 2]
    chance.shuffle(again)
    folder = tmp_path / str(random.getrandbits(64))
    for part in range(parts):
        append(folder, again[part::parts])
    assert summed(folder) == referee(rows)
    shutil.rmtree(folder)
