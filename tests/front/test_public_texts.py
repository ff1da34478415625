"""A share of every public set of texts through the house: every line, text, window and mention is accounted for."""

from itertools import islice

import pytest

import penchant
from benchmarks.public_texts import SETS
from penchant.settings import ReadingSettings

EACH = 40


@pytest.fixture
def door(tmp_path):
    penchant.create(tmp_path / "w").close()
    with penchant.open(tmp_path / "w", reading=ReadingSettings(model="rules", encoder=False, batch=64)) as p:
        yield p


def test_the_ledger_balances_over_every_set(public_data, door):
    for name, texts in SETS.items():
        chosen = list(islice(texts(public_data / name), EACH))
        account = door.add_texts(iter(chosen)).account
        assert account.lines == sum(account.texts.values()) == len(chosen) > 30, name
        assert account.imbalances() == []
    whole = door.workspace.ledger.account()
    assert whole.mentions["accepted"] > 50
    assert sum(whole.windows.values()) >= whole.texts["read"]
    assert door.check() == []


def test_reading_the_same_again_is_a_duplicate_and_changes_nothing(public_data, door):
    texts = list(islice(SETS["tg_redial"](public_data / "tg_redial"), EACH))
    door.add_texts(iter(texts))
    before = set(door.workspace.store.dump())
    account = door.add_texts(iter(texts)).account
    assert account.texts == {"duplicate": EACH}
    assert set(door.workspace.store.dump()) == before


def test_nothing_else_is_read_than_what_people_wrote(public_data):
    for name, texts in SETS.items():
        for text in islice(texts(public_data / name), 200):
            assert text.person.startswith(f"{name.removesuffix('_examples')} "), name
            assert "####" not in text.text
            assert "$T$" not in text.text
