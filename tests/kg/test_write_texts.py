from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.interests import evidence_of
from penchant.kg.proposal import ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WD_HORROR = "http://www.wikidata.org/entity/Q200092"
TEXT = "I love horror, but musicals bore me. Horror for ever!"


def proposal(text, quote, stance, link=None, confidence=0.9, start=None, **more):
    at = text.index(quote) if start is None else start
    candidates = (LinkCandidate(link, quote, 0.9),) if link else ()
    return Proposal(quote, at, at + len(quote), stance, 0.9, confidence, candidates, link, 0.8, **more)


def reading(text=TEXT, *proposals, person="ana", at=NOW, **more):
    windows = () if more.get("failed") else (Window(0, len(text), "decoded", "reply"),)
    return Reading(TextRecord(person, text, at, "file", 1), windows, proposals, **more)


def write(workspace, *readings, extractor="model 1"):
    run = workspace.ledger.begin("texts", "file", extractor)
    return run, write_readings(workspace, run, extractor, readings)


def ask(workspace, where):
    prefix = "PREFIX pen: <https://w3id.org/penchant/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    return workspace.store.ask_text(prefix + where)


def test_a_sentence_becomes_observation_interest_and_shortcut(workspace):
    write(workspace, reading(TEXT, proposal(TEXT, "horror", "likes", WD_HORROR)))
    rows = ask(
        workspace,
        f"""SELECT * WHERE {{ ?p pen:likes <{WD_HORROR}> .
        ?i a pen:Interest ; pen:holder ?p ; pen:weight ?weight ; pen:confidence ?sure ; pen:conflict ?conflict .
        ?o a pen:Observation ; pen:holder ?p ; pen:quote ?quote ; pen:start ?start ; pen:end ?end }}""",
    ).rows
    assert len(rows) == 1
    (row,) = rows
    assert TEXT[int(row["start"].value) : int(row["end"].value)] == row["quote"].value == "horror"
    # One observation: weight is its intensity; n = q = .9 · .8 = .72, confidence = .72/2.72
    assert float(row["weight"].value) == pytest.approx(0.9)
    assert float(row["sure"].value) == pytest.approx(0.72 / 2.72, abs=1e-4)
    assert check(workspace) == []


def test_budget_of_a_text_observation_with_its_interest_is_28_quads(workspace):
    _, written = write(workspace, reading(TEXT, proposal(TEXT, "horror", "likes", WD_HORROR)))
    quads = [q for q in written.change.insert if q.object != t.PERSON]
    assert len(quads) <= 28


def test_fate_of_each_mention_is_kept_with_its_reason(workspace):
    run, written = write(
        workspace,
        reading(
            TEXT,
            proposal(TEXT, "horror", "likes", WD_HORROR),
            proposal(TEXT, "Horror", "likes", WD_HORROR, confidence=0.5),
            proposal(TEXT, "musicals", "dislikes"),
            proposal(TEXT, "bore", "adores"),
            proposal(TEXT, "Horror", "likes", start=0),
            abstained=((proposal(TEXT, "ever", "likes"), "too unsure"),),
        ),
    )
    (entry,) = written.entries
    assert Counter(v.status for v in entry.verdicts) == {"accepted": 2, "merged": 1, "rejected": 2, "abstained": 1}
    reasons = [v.reason for v in entry.verdicts if v.status == "rejected"]
    assert any("does not stand at 0–6" in r for r in reasons)
    assert any("'adores' is no stance" in r for r in reasons)
    account = workspace.ledger.account(run)
    assert account.mentions == {"abstained": 1, "accepted": 2, "merged": 1, "rejected": 2}
    assert account.lines == sum(account.texts.values()) == 1
    assert account.imbalances() == []


def test_identifiers_come_from_the_candidates_only(workspace):
    invented = Proposal("horror", 7, 13, "likes", 0.9, 0.9, (), "http://www.wikidata.org/entity/Q1", 1.0)
    _, written = write(workspace, reading(TEXT, invented))
    assert written.entries[0].verdicts[0].status == "rejected"
    assert not list(workspace.store.quads(predicate=t.OBSERVED_AT))


def test_what_is_linked_to_nothing_becomes_a_concept_of_the_person_alone(workspace):
    text = "Gorefest nights are my thing."
    write(workspace, reading(text, proposal(text, "Gorefest nights", "likes")))
    write(workspace, reading(text, proposal(text, "Gorefest nights", "likes"), person="bo"))
    concepts = ask(workspace, "SELECT DISTINCT ?c WHERE { ?p pen:likes ?c . ?c skos:prefLabel 'Gorefest nights' }")
    assert len(concepts.rows) == 2
    assert check(workspace) == []


def test_same_reading_twice_changes_nothing(workspace):
    same = reading(TEXT, proposal(TEXT, "horror", "likes", WD_HORROR))
    write(workspace, same)
    before = set(workspace.store.dump())
    run, _ = write(workspace, same)
    after = {q for q in workspace.store.dump() if q.predicate != t.WAS_GENERATED_BY}
    assert after == {q for q in before if q.predicate != t.WAS_GENERATED_BY}
    assert run


def test_a_newer_extractor_supersedes_and_corrections_of_it_follow(workspace):
    write(workspace, reading(TEXT, proposal(TEXT, "horror", "likes", WD_HORROR)))
    write(workspace, reading(TEXT, proposal(TEXT, "horror", "dislikes", WD_HORROR)), extractor="model 2")
    assert not ask(workspace, f"ASK {{ ?p pen:likes <{WD_HORROR}> }}").truth
    assert ask(workspace, f"ASK {{ ?p pen:dislikes <{WD_HORROR}> }}").truth
    assert len(ask(workspace, "SELECT ?o WHERE { ?o a pen:Observation }").rows) == 1
    assert check(workspace) == []


def test_a_change_of_mind_shows_as_conflict(workspace):
    later = "Horror is dreadful."
    write(workspace, reading(TEXT, proposal(TEXT, "horror", "likes", WD_HORROR)))
    write(workspace, reading(later, proposal(later, "Horror", "dislikes", WD_HORROR), at=NOW + timedelta(days=1)))
    (row,) = ask(workspace, "SELECT ?c ?n WHERE { ?i a pen:Interest ; pen:conflict ?c ; pen:support ?n }").rows
    assert float(row["c"].value) > 0.9
    assert row["n"].value == "2"


def test_a_text_that_counts_as_read_but_was_never_shown_to_the_model_is_found(workspace):
    write(workspace, Reading(TextRecord("ana", TEXT, NOW, "file", 1)))
    assert any("without a window" in finding.found for finding in check(workspace))


def test_failed_texts_are_kept(workspace):
    run, _ = write(workspace, reading("", failed="the text is empty"))
    assert workspace.ledger.account(run).texts == {"failed": 1}
    assert workspace.ledger.refusals(run)[0].reason == "the text is empty"


@pytest.mark.parametrize("person", ["a b", 'x"> ; DROP ALL #', "", "李雷", "../../etc", "a/b?c#d", "🎬"])
def test_any_identifier_of_a_person_is_just_a_name(workspace, person):
    write(workspace, reading(TEXT, proposal(TEXT, "horror", "likes", WD_HORROR), person=person))
    iri = workspace.namer.person(person)
    assert len(evidence_of(workspace, iri)) == 1
    assert check(workspace) == []


@pytest.mark.parametrize(
    "text", ["I love “horror” 🎬🎬 films", "我喜欢恐怖片", 'horror "\\ \u2028 <x>', "a\u0301 horror"]
)
def test_offsets_count_code_points(workspace, text):
    quote = text[2:5]
    write(workspace, reading(text, proposal(text, quote, "likes")))
    (row,) = ask(workspace, "SELECT ?q ?s ?e WHERE { ?o pen:quote ?q ; pen:start ?s ; pen:end ?e }").rows
    assert text[int(row["s"].value) : int(row["e"].value)] == row["q"].value


def test_an_experience_alone_needs_an_item_of_the_catalogue(workspace):
    text = "I have seen Inception."
    elsewhere = proposal(text, "Inception", "", WD_HORROR, experience="Seen")
    nowhere = proposal(text, "Inception", "", experience="Seen")
    for told in (elsewhere, nowhere):
        _, written = write(workspace, reading(text, told))
        (verdict,) = written.entries[0].verdicts
        assert (verdict.status, "of nothing that is in the catalogue" in verdict.reason) == ("rejected", True)
    write_items(workspace, workspace.ledger.begin("items", "x"), [ItemRecord("i1", "Inception")])
    item = workspace.namer.item("i1").value
    _, written = write(workspace, reading(text, proposal(text, "Inception", "", item, experience="Seen")))
    assert [v.status for v in written.entries[0].verdicts] == ["accepted"]
    (row,) = ask(workspace, "SELECT ?kind WHERE { ?e a pen:Engagement ; pen:kind ?kind }").rows
    assert row["kind"] == workspace.vocabulary.kind("Seen").iri
    assert check(workspace) == []
