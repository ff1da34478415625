"""The ledger balances, and says where it does not."""

from datetime import UTC, datetime

import pytest

from penchant.kg.account import RowsAccount
from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.proposal import BadLine, EventRecord, ItemRecord, Proposal, Reading, TextRecord, Window
from penchant.kg.write_events import log_events
from penchant.kg.write_texts import write_readings

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEXT = "I love horror, but musicals bore me."


def event(item="f1", **more):
    return EventRecord("ana", item, "Like", NOW, source="events.csv", line=2, **more)


@pytest.fixture
def full(workspace):
    """A workspace with something at every level: runs 2 (items), 3 (events) and 4 (texts)."""
    ledger = workspace.ledger
    items = ledger.begin("items", "items.csv")
    write_items(workspace, items, [ItemRecord("f1", "Alien"), ItemRecord("f2", "")])
    ledger.count_lines(items, 1, used=1)
    events = ledger.begin("events", "events.csv")
    log_events(workspace, events, [event(), event("gone")])
    with ledger.transaction():
        ledger.bad_line(events, BadLine("events.csv", 4, "no item", "{}"))
        ledger.count_lines(events, 2, used=1)
    texts = ledger.begin("texts", "texts.jsonl", "model")
    read = Reading(
        TextRecord("ana", TEXT, NOW, "texts.jsonl", 1),
        (Window(0, len(TEXT), "decoded", "reply"),),
        (Proposal("horror", 7, 13, "likes", 0.9, 0.9), Proposal("musicals", 19, 27, "adores", 0.9, 0.9)),
    )
    failed = Reading(TextRecord("ana", "…", NOW, "texts.jsonl", 2), failed="the text has no letters")
    write_readings(workspace, texts, "model", [read, failed])
    with ledger.transaction():
        ledger.bad_line(texts, BadLine("texts.jsonl", 3, "not JSON", "{"))
        ledger.count_lines(texts, 1)
    return workspace


def test_what_is_whole_balances(full):
    assert check(full) == []
    assert full.ledger.rows_accounts() == [
        RowsAccount("events", lines=3, used=1, rejected=1, withheld=0, bad_lines=1),
        RowsAccount("items", lines=2, used=1, rejected=1, withheld=0, bad_lines=0),
    ]
    assert full.ledger.rows_accounts(2) == [RowsAccount("items", lines=2, used=1, rejected=1)]
    assert full.ledger.rows_accounts(4) == []
    account = full.ledger.account(4)
    assert (account.lines, account.bad_lines, account.texts) == (3, 1, {"failed": 1, "read": 1})
    assert (account.windows, account.mentions) == ({"decoded": 1}, {"accepted": 1, "rejected": 1})


@pytest.mark.parametrize(
    ("sql", "where", "found"),
    [
        ("DELETE FROM bad_lines WHERE run = 4", "run 4", "3 lines, but 2 texts and 0 bad lines"),
        ("DELETE FROM texts WHERE status = 'failed'", "run 4", "3 lines, but 1 texts and 1 bad lines"),
        ("UPDATE texts SET status = 'duplicate' WHERE status = 'read'", "texts", "1 not read, but with windows"),
        ("DELETE FROM windows; UPDATE texts SET windows = 0", "ledger", "1 texts count as read without a window"),
        ("DELETE FROM windows", "ledger", "1 texts have other windows or mentions"),
        ("DELETE FROM mentions WHERE status = 'rejected'", "ledger", "1 texts have other windows or mentions"),
        ("DELETE FROM rejected WHERE kind = 'event'", "run 3", "3 lines, but 1 events used, 0 rejected, 0 withheld"),
        ("DELETE FROM rejected WHERE kind = 'item'", "run 2", "2 lines, but 1 items used, 0 rejected"),
        ("DELETE FROM bad_lines WHERE run = 3", "run 3", "1 rejected, 0 withheld and 0 bad lines"),
        ("UPDATE runs SET used = used + 1 WHERE id = 2", "run 2", "2 items used"),
        ("UPDATE runs SET withheld = 1 WHERE id = 3", "run 3", "1 withheld"),
        ("UPDATE mentions SET state = 'replayed'", "mentions", "2 replayed in no run"),
        ("UPDATE bad_lines SET replayed = 4 WHERE run = 4", "bad_lines", "1 replayed in no run, or in one and still"),
        ("UPDATE rejected SET state = 'mended'", "rejected", "2 mended, but without"),
    ],
)
def test_check_finds_what_does_not_add_up(full, sql, where, found):
    full.ledger.connection.executescript(sql)
    findings = [finding for finding in check(full) if finding.rule == "the ledger balances"]
    assert [finding.where for finding in findings] == [where]
    assert found in findings[0].found


def test_one_run_too_many_does_not_make_up_for_one_too_few(full):
    full.ledger.connection.execute("UPDATE runs SET lines = lines + 1 WHERE id = 2")
    run = full.ledger.begin("items", "other.csv")
    full.ledger.count_lines(run, 0, used=1)
    assert full.ledger.rows_accounts()[1].imbalances() == []
    assert [finding.where for finding in check(full)] == ["run 2", f"run {run}"]


def test_what_goes_along_with_a_transaction_is_durable_with_it_or_not_at_all(workspace):
    ledger = workspace.ledger
    run = ledger.begin("events", "x")
    with ledger.along(lambda: ledger.count_lines(run, 5)):
        with pytest.raises(ZeroDivisionError), ledger.transaction():
            ledger.reject(run, event(), "why")
            _ = 1 / 0
        with ledger.transaction():
            ledger.reject(run, event(), "why")
    assert ledger.rows_accounts(run)[0].lines == 1  # the first transaction took it along, and was taken back
    with ledger.along(lambda: ledger.count_lines(run, 5)), ledger.transaction():
        ledger.reject(run, event(), "why")
    assert ledger.rows_accounts(run)[0].lines == 7
    with ledger.along(lambda: ledger.count_lines(run, 50)):
        pass
    with ledger.transaction():
        ledger.reject(run, event(), "why")
    assert ledger.rows_accounts(run)[0].lines == 8


def test_how_a_source_was_read_is_kept_beside_the_counts(workspace):
    ledger = workspace.ledger
    run = ledger.begin("texts", "x", read_with={"person": '李 "四"', "at": None})
    ledger.finish(run, note={"texts": {"read": 1}})
    assert ledger.read_with(run) == {"person": '李 "四"'}
    assert "李" in str(ledger.runs()[0]["note"])
    assert ledger.read_with(ledger.begin("texts", "y")) == {}
