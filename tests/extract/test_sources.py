from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penchant.errors import SourceError
from penchant.extract.sources import read_texts
from penchant.kg.proposal import BadLine, TextRecord

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def line(**fields) -> str:
    return json.dumps({"person": "ana", "text": "I like tea.", "at": "2026-01-31T12:00:00Z", **fields})


def read(path: Path, content: str | bytes, **more) -> list[TextRecord | BadLine]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_texts(path, **more))


def test_a_json_line_is_a_text(tmp_path: Path):
    [text] = read(tmp_path / "t.jsonl", line(id="m1", context="Tea or coffee?") + "\n")
    assert text == TextRecord("ana", "I like tea.", AT, "t.jsonl", 1, "m1", "Tea or coffee?")


def test_usual_names_of_fields_are_known(tmp_path: Path):
    rows = [
        {"user": "ana", "body": "x", "timestamp": 1769860800},
        {"User_ID": 7, "content": "x", "created_at": "2026-01-31T12:00:00+00:00"},
        {"AUTHOR": "ana", "Text": "x", "time": "2026-01-31 13:00:00+01:00", "previous": "So?"},
        {"person": {"id": "ana"}, "text": "x", "at": 1769860800000},
    ]
    found = read(tmp_path / "t.jsonl", "\n".join(map(json.dumps, rows)))
    assert [t.person for t in found] == ["ana", "7", "ana", "ana"]
    assert {t.at for t in found} == {AT}
    assert found[2].context == "So?"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"person": "ana", "text": ', "not JSON"),
        (b'["ana", "I like tea."]', "not an object"),
        (b"42", "not an object"),
        (line(person="").encode(), "person is empty"),
        (line(person="  ").encode(), "person is empty"),
        (line(person=None).encode(), "no person"),
        (line(person=True).encode(), "person is a truth value"),
        (line(person=["a", "b"]).encode(), "person is a list"),
        (b'{"text": "x", "at": "2026-01-31"}', "no person"),
        (b'{"person": "ana", "at": "2026-01-31"}', "no text"),
        (line(text=12).encode(), "text is a number"),
        (line(text={"en": "x"}).encode(), "text is an object"),
        (b'{"person": "ana", "text": "x"}', "no time"),
        (line(at="yesterday").encode(), "is no time"),
        (line(at=2026).encode(), "is no time"),
        (line(at="2026-13-01").encode(), "is no time"),
        (line(at=True).encode(), "is no time"),
        (line(at=1e40).encode(), "is no time"),
        (line(text="tea\0pot").encode(), "NUL"),
        (b'{"person": "ana", "text": "tea\0pot", "at": "2026-01-31"}', "NUL"),
        (b'{"person": "ana", "text": "\xff\xfe", "at": "2026-01-31"}', "not valid UTF-8"),
        (b'{"person": "ana", "text": "\\ud83d", "at": "2026-01-31"}', "surrogate"),
        (b"[" * 200_000, "not JSON"),
    ],
)
def test_a_broken_line_is_kept_with_its_reason_and_reading_goes_on(tmp_path: Path, content: bytes, reason: str):
    before, bad, after = read(tmp_path / "t.jsonl", b"\n".join([line().encode(), content, line().encode()]))
    assert isinstance(before, TextRecord)
    assert isinstance(bad, BadLine)
    assert (bad.line, bad.source) == (2, "t.jsonl")
    assert reason in bad.reason
    assert bad.raw.encode() == content.replace(b"\xff\xfe", b"\\udcff\\udcfe")
    bad.raw.encode()
    assert isinstance(after, TextRecord)
    assert after.line == 3


def test_an_empty_text_is_a_text(tmp_path: Path):
    assert [t.text for t in read(tmp_path / "t.jsonl", line(text=""))] == [""]
    assert [t.text for t in read(tmp_path / "t.csv", "person,text,at\nana,,2026-01-31\n")] == [""]


@pytest.mark.parametrize("person", ['a "b" c', "DROP GRAPH <x>; } #", "  ana ", "é\u0301😀", "../../etc", "a\tb"])
def test_identifiers_and_texts_are_kept_as_they_are(tmp_path: Path, person: str):
    text = "  zwei\u2028Zeilen \r\n\t😀‍🔥 " + person
    [found] = read(tmp_path / "t.jsonl", line(person=person, text=text))
    assert (found.person, found.text) == (person, text)


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_a_megabyte_in_one_text(tmp_path: Path, suffix: str):
    text = "tea and cake. " * 80_000
    content = line(text=text) if suffix == "jsonl" else f'person,text,at\nana,"{text}",2026-01-31\n'
    [found] = read(tmp_path / f"t.{suffix}", content)
    assert found.text == text


@pytest.mark.parametrize(
    ("ending", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lambda b: lzma.compress(b, preset=0))]
)
def test_a_truncated_packed_file_keeps_every_complete_line(tmp_path: Path, ending: str, pack):
    chance = random.Random(1)
    lines = [line(id=str(i), text=chance.randbytes(300).hex()) for i in range(4000)]
    whole = pack("\n".join(lines).encode())
    assert len(read(tmp_path / f"whole.jsonl{ending}", whole)) == 4000
    *good, last = read(tmp_path / f"cut.jsonl{ending}", whole[: len(whole) // 2])
    assert isinstance(last, BadLine)
    assert "truncated or damaged" in last.reason
    assert last.line == len(good) + 1
    assert [t.id for t in good] == [str(i) for i in range(len(good))]
    # What one block of the packing holds (900 kB for bzip2) is lost whole.
    assert len(good) > 500


def test_what_cannot_be_read_at_all_is_an_error(tmp_path: Path):
    with pytest.raises(SourceError, match="cannot be opened"):
        list(read_texts(tmp_path / "none.jsonl"))
    with pytest.raises(SourceError, match=r"jsonl.*\.csv"):
        list(read_texts(tmp_path / "t.pdf"))
    with pytest.raises(SourceError, match="is not gz data"):
        read(tmp_path / "t.jsonl.gz", line())
    with pytest.raises(SourceError, match="unknown format 'yaml'"):
        list(read_texts(tmp_path / "t.jsonl", format="yaml"))
    with pytest.raises(SourceError, match="no column for text"):
        read(tmp_path / "t.csv", "person,when\nana,2026\n")
    with pytest.raises(SourceError, match="stands twice"):
        read(tmp_path / "t.csv", "person,text,text\nana,a,b\n")
    with pytest.raises(SourceError, match="who wrote it"):
        read(tmp_path / "t.txt", "I like tea.\n")
    with pytest.raises(SourceError, match="nothing can be read"):
        read(tmp_path / "u.jsonl.gz", gzip.compress(line().encode())[:12])


def test_tables(tmp_path: Path):
    content = '\ufeffPerson,Text,At\nana,"I like ""tea"",\nand cake",2026-01-31\n\nbo,plain,2026-01-31\n'
    found = read(tmp_path / "t.csv", content)
    assert [(t.person, t.text, t.line) for t in found] == [("ana", 'I like "tea",\nand cake', 2), ("bo", "plain", 5)]
    [tabbed] = read(tmp_path / "t.tsv", "user\tbody\tat\nana\tI like, tea\t2026-01-31\n")
    assert tabbed.text == "I like, tea"


def test_broken_rows_of_a_table_cost_one_line_each(tmp_path: Path):
    content = b'person,text,at\nana,a,2026-01-31\nana,"open,2026-01-31\nbo,b\nana,\xff,2026-01-31\nbo,b,2026-01-31\n'
    found = read(tmp_path / "t.csv", content)
    kinds = [(type(t).__name__, t.line) for t in found]
    assert kinds == [("TextRecord", 2), ("BadLine", 3), ("BadLine", 4), ("BadLine", 5), ("TextRecord", 6)]
    assert "has 2 fields where the header has 3" in found[2].reason
    assert "UTF-8" in found[3].reason


def test_plain_text_needs_a_person(tmp_path: Path):
    found = read(tmp_path / "t.txt", "I like tea.\n\nI hate mud.\n", default_person="ana", at=AT)
    assert [(t.person, t.text, t.line, t.at) for t in found] == [
        ("ana", "I like tea.", 1, AT),
        ("ana", "I hate mud.", 3, AT),
    ]


def test_a_default_time_stands_in_only_where_there_is_none(tmp_path: Path):
    found = read(tmp_path / "t.jsonl", '{"person": "ana", "text": "x"}\n' + line(at="bad") + "\n", at=AT)
    assert found[0].at == AT
    assert isinstance(found[1], BadLine)


def test_a_json_list(tmp_path: Path):
    found = read(tmp_path / "t.json", "[" + line() + ",\n 3]")
    assert [type(t) for t in found] == [TextRecord, BadLine]
    with pytest.raises(SourceError, match="not JSON"):
        read(tmp_path / "u.json", "[{")
    assert len(read(tmp_path / "v.json", line() + "\n" + line() + "\n")) == 2


class Standard:
    def __init__(self, content: bytes) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(content))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, pack):
    monkeypatch.setattr(sys, "stdin", Standard(pack(line().encode())))
    [text] = read_texts("-")
    assert (text.source, text.line) == ("-", 1)
    monkeypatch.setattr(sys, "stdin", Standard(b"I like tea.\n"))
    [text] = read_texts("-", default_person="ana", at=AT)
    assert text.text == "I like tea."
    monkeypatch.setattr(sys, "stdin", Standard(b""))
    assert list(read_texts("-")) == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["jsonl", "csv", "tsv", "txt"]))
def test_any_bytes_give_records_bad_lines_or_a_source_error(tmp_path_factory, content: bytes, format: str):
    path = tmp_path_factory.mktemp("any") / "bytes"
    path.write_bytes(content)
    try:
        found = list(read_texts(path, default_person="ana", at=AT, format=format))
    except SourceError:
        return
    assert all(isinstance(f, TextRecord | BadLine) for f in found)
    assert [f.line for f in found] == sorted({f.line for f in found})
