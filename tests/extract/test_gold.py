"""The gold sentences keep their own rules: counts, literal quotes, splits, and no sentence known to training."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process, utils

from penchant.extract.answer import clean
from penchant.extract.tuning import gold as trained_gold
from penchant.extract.tuning import own, written
from penchant.extract.tuning.build import OWN_SENTENCES
from penchant.ontology.terms import STANCE_WORDS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROWS: list[dict[str, Any]] = [json.loads(line) for line in (HERE / "gold.jsonl").read_text("utf-8").splitlines()]
PAIRS = [(row, pair) for row in ROWS for pair in row["pairs"]]

DOMAINS = {"film", "shop", "news", "video"}
FIELDS = {"quote", "stance", "antecedent", "beneficiary", "condition", "aspect", "opinion", "experience"}
EXPERIENCES = {"Seen", "Own", "Buy", "Read"}
#: Least number of mentions of each stance.
STANCES = {"likes": 90, "dislikes": 70, "wants": 60, "interested": 45, "neutral": 25}
#: Least number of texts with each tag.
TAGS = {
    "empty": 75,
    "coreference": 36,
    "negation": 30,
    "contrast": 30,
    "condition": 24,
    "beneficiary": 18,
    "correction": 18,
    "past_now": 18,
    "short_answer": 18,
    "lowercase": 24,
    "intensity": 10,
    "aspect": 10,
    "typo": 10,
}
#: Least number of empty texts of each kind.
EMPTIES = {"others": 16, "fact": 16, "question": 12, "past": 8, "hypothesis": 8, "delivery": 3}
#: In percent: as alike as this, and a sentence was known.
ALIKE = 85


def literal(words: str, text: str) -> bool:
    """The words stand in the text, as whole words."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


@pytest.fixture(scope="module")
def known() -> list[tuple[str, list[str]]]:
    """Every sentence that training, the README, the docs or the demo shows, with what it mentions."""
    return list(_known())


def _known() -> Iterator[tuple[str, list[str]]]:
    for example in (*trained_gold.load(), *own.load(OWN_SENTENCES), *written.load()):
        yield example.text, [quote for quote, _ in example.pairs]
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for quoted in re.findall(r"[\"“]([^\"”\n]{12,300})[\"”]", page.read_text("utf-8")):
            yield quoted, []
    demo = ROOT / "penchant" / "demo" / "data"
    for line in (demo / "texts.jsonl").read_text("utf-8").splitlines():
        text = json.loads(line)["text"]
        yield text, []
        yield from ((sentence, []) for sentence in re.split(r"(?<=[.!?])\s+", text))
    yield json.loads((demo / "story.json").read_text("utf-8"))["sentence"], []


def masked(text: str, quotes: list[str]) -> str:
    """The text without its names, so that one frame with two names is seen."""
    for quote in sorted(quotes, key=len, reverse=True):
        text = text.replace(quote, "_")
    return text


def alike(texts: list[str], others: list[str]) -> list[str]:
    """The pairs of a text and another that are ``ALIKE``, as lines to read."""
    # ``default_process`` drops case and punctuation, which hide a copy.
    table = process.cdist(texts, others, scorer=fuzz.ratio, processor=utils.default_process)
    return [
        f"{texts[i]!r} is like {others[j]!r}: {table[i, j]:.0f}"
        for i, j in zip(*(table >= ALIKE).nonzero(), strict=True)
    ]


def test_rows_have_the_fields_and_no_others() -> None:
    for row in ROWS:
        assert {"id", "split", "domain", "tags", "text", "pairs"} <= row.keys(), row
        assert row.keys() <= {"id", "split", "domain", "tags", "text", "context", "pairs"}, row
        assert row["tags"] == sorted(set(row["tags"])), row["id"]
        assert row["text"] == row["text"].strip() and 1 <= len(row["text"].split()) <= 45, row["id"]
        assert row.get("context", "x").strip(), row["id"]
    for row, pair in PAIRS:
        assert {"quote", "stance"} <= pair.keys() <= FIELDS, row["id"]
        assert pair["stance"] in STANCE_WORDS, row["id"]
        assert pair.get("experience", "Own") in EXPERIENCES, row["id"]
        assert all(value.strip() == value and value for value in pair.values()), row["id"]


def test_counts_of_texts() -> None:
    assert [row["id"] for row in ROWS] == [f"g{i:03d}" for i in range(1, 301)]
    assert len({row["text"].casefold() for row in ROWS}) == 300
    assert Counter(row["domain"] for row in ROWS) == dict.fromkeys(DOMAINS, 75)
    tags = Counter(tag for row in ROWS for tag in row["tags"])
    assert not {tag: tags[tag] for tag, least in TAGS.items() if tags[tag] < least}
    empties = Counter(tag for row in ROWS if not row["pairs"] for tag in row["tags"])
    assert not {tag: empties[tag] for tag, least in EMPTIES.items() if empties[tag] < least}
    assert sum(len(row["text"].split()) >= 20 for row in ROWS) >= 24  # long ones are there too


def test_counts_of_mentions() -> None:
    stances = Counter(pair["stance"] for _, pair in PAIRS)
    assert not {stance: stances[stance] for stance, least in STANCES.items() if stances[stance] < least}
    for domain in DOMAINS:
        inside = Counter(pair["stance"] for row, pair in PAIRS if row["domain"] == domain)
        assert inside.keys() == STANCES.keys(), domain
        assert min(inside.values()) >= 5, (domain, inside)


def test_names_are_diverse() -> None:
    quotes = [pair.get("antecedent", pair["quote"]).casefold() for _, pair in PAIRS]
    repeated = {quote: count for quote, count in Counter(quotes).items() if count > 2}
    assert not repeated
    assert len(set(quotes)) >= 0.95 * len(quotes)


def test_splits() -> None:
    for i, row in enumerate(ROWS, 1):
        assert row["split"] == ("dev" if i % 5 == 0 else "test")
    dev = [row for row in ROWS if row["split"] == "dev"]
    assert Counter(row["domain"] for row in dev) == dict.fromkeys(DOMAINS, 15)
    everywhere = Counter(tag for row in ROWS for tag in row["tags"])
    inside = Counter(tag for row in dev for tag in row["tags"])
    for tag, count in everywhere.items():
        if count >= 15:  # a fifth, give or take
            assert 0.1 <= inside[tag] / count <= 0.3, (tag, inside[tag], count)
    stances = Counter(pair["stance"] for _, pair in PAIRS)
    mentions = Counter(pair["stance"] for row, pair in PAIRS if row["split"] == "dev")
    for stance, count in stances.items():
        assert 0.1 <= mentions[stance] / count <= 0.3, (stance, mentions[stance], count)


@pytest.mark.parametrize("field", ["quote", "beneficiary", "condition", "aspect", "opinion"])
def test_words_stand_in_the_text(field: str) -> None:
    for row, pair in PAIRS:
        if field in pair:
            assert literal(pair[field], row["text"]), (row["id"], pair[field])


def test_antecedents_stand_in_the_context() -> None:
    for row, pair in PAIRS:
        if "antecedent" in pair:
            assert literal(pair["antecedent"], row["context"]), row["id"]
            assert not literal(pair["antecedent"], row["text"]), f"{row['id']}: the text itself has the name"


def test_quotes_can_be_answers() -> None:
    for row, pair in PAIRS:
        for words in (pair["quote"], pair.get("antecedent", "")):
            assert clean(words) == words, f"{row['id']}: the answer format cannot carry {words!r}"


def test_a_mention_is_labelled_once() -> None:
    for row in ROWS:
        seen = [(p["quote"], p.get("antecedent"), p.get("aspect")) for p in row["pairs"]]
        assert len(seen) == len(set(seen)), row["id"]
        quotes = {pair["quote"] for pair in row["pairs"]}
        assert not [q for q in quotes for other in quotes if q != other and literal(q, other)], row["id"]


def test_labels_agree_with_each_other() -> None:
    for row in ROWS:
        has = {field for pair in row["pairs"] for field in pair}
        assert ("empty" in row["tags"]) == (not row["pairs"]), row["id"]
        assert ("coreference" in row["tags"]) == ("antecedent" in has), row["id"]
        assert ("short_answer" not in row["tags"]) or ("context" in row), row["id"]
        assert ("lowercase" in row["tags"]) == (row["text"] == row["text"].lower()), row["id"]
        for tag in ("beneficiary", "condition", "aspect", "experience"):
            assert (tag in row["tags"]) == (tag in has), (row["id"], tag)
        for pair in row["pairs"]:
            if {"beneficiary", "condition"} & pair.keys():
                assert pair["stance"] in {"wants", "interested"}, row["id"]
            assert ("opinion" in pair) <= ("aspect" in pair), row["id"]
            assert not literal(pair["quote"], pair.get("condition", "")), row["id"]


def test_contrasts_hold_two_stances() -> None:
    for row in ROWS:
        if "contrast" in row["tags"]:
            assert len({pair["stance"] for pair in row["pairs"]}) >= 2, row["id"]


def test_no_sentence_was_known_to_training(known: list[tuple[str, list[str]]]) -> None:
    assert len(known) > 3300
    assert not alike([row["text"] for row in ROWS], [text for text, _ in known])


def test_no_frame_was_known_to_training(known: list[tuple[str, list[str]]]) -> None:
    mine = [masked(row["text"], [p["quote"] for p in row["pairs"] if "antecedent" not in p]) for row in ROWS]
    theirs = {masked(text, quotes) for text, quotes in known}
    # Below four words ("Mostly _.") there is little to tell apart.
    assert not alike([t for t in mine if len(t.split()) >= 4], [t for t in theirs if len(t.split()) >= 4])


def test_no_two_gold_sentences_are_alike() -> None:
    texts = [row["text"] for row in ROWS]
    found = alike(texts, texts)
    assert len(found) == len(texts), [line for line in found if not line.endswith(": 100")]
