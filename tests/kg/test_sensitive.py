"""Sensitive topics: which things and names fall under one, and that everyday words do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.apply_ontology import apply_ontology, remove_module
from penchant.kg.catalogue import write_items
from penchant.kg.derive import derivation_change
from penchant.kg.proposal import EventRecord, ItemRecord, LinkCandidate, Proposal, Reading, TextRecord, Window
from penchant.kg.sensitive import SensitiveTopics, refusal
from penchant.kg.store import Change
from penchant.kg.workspace import Workspace, create
from penchant.kg.write_events import log_events
from penchant.kg.write_texts import write_readings
from penchant.ontology import terms as t
from penchant.ontology.files import FOLDER, read_triples
from penchant.ontology.modules import ontology_file

INSTANCE_OF, SUBCLASS_OF = NamedNode(t.WDT + "P31"), NamedNode(t.WDT + "P279")
SHOP = "https://shop.example/"


def wd(number: int) -> NamedNode:
    return NamedNode(f"{t.WD}Q{number}")


def shop(name: str) -> NamedNode:
    return NamedNode(SHOP + name)


@pytest.fixture(scope="module")
def strict(tmp_path_factory) -> Workspace:
    """A workspace with the module in force, some facts of the world and a small catalogue."""
    with create(tmp_path_factory.mktemp("strict") / "w", plain_ids=True) as workspace:
        report = apply_ontology(workspace, ontology_file("sensitive"))
        assert (report.refusals, report.edition) == ((), 1)
        filled(workspace)
        yield workspace


def filled(workspace: Workspace) -> None:
    world, catalogue, links = workspace.graphs.world("wikidata"), workspace.graphs.catalogue, workspace.graphs.links
    facts = [
        (wd(900001), INSTANCE_OF, wd(900002), world),  # an illness that is of a kind that is below disease
        (wd(900002), SUBCLASS_OF, wd(900003), world),
        (wd(900003), SUBCLASS_OF, wd(12136), world),
        (wd(900004), INSTANCE_OF, wd(900005), world),  # a class of a class does not count
        (wd(900005), INSTANCE_OF, wd(12136), world),
        (wd(900006), INSTANCE_OF, wd(5), world),
        (wd(900006), t.LABEL, Literal("Christian Cancer", language="en"), world),
        (wd(900007), t.LABEL, Literal("Catholicism", language="en"), world),
        (wd(900008), t.LABEL, Literal("The Catholic School", language="en"), world),
        (shop("prayers"), t.PREF_LABEL, Literal("Islamic prayer rugs", language="en"), catalogue),
        (shop("rugs"), t.PREF_LABEL, Literal("rugs", language="en"), catalogue),
        (shop("red-rugs"), t.BROADER, shop("rugs"), catalogue),
        (shop("red-rugs"), t.BROADER, shop("prayers"), catalogue),
        (shop("circle"), t.BROADER, shop("round"), catalogue),
        (shop("round"), t.BROADER, shop("circle"), catalogue),
        *((shop(item), t.TYPE, t.ITEM, catalogue) for item in ("rug", "novel", "hymnal", "film")),
        (shop("rug"), t.HAS_CONCEPT, shop("red-rugs"), catalogue),
        (shop("novel"), t.LABEL, Literal("Tropic of Cancer", language="en"), catalogue),
        (shop("novel"), t.HAS_CONCEPT, shop("rugs"), catalogue),
        (shop("hymnal"), t.HAS_CONCEPT, NamedNode(t.SENSITIVE + "#Faith"), catalogue),
        (shop("film"), t.EXACT_MATCH, wd(900009), links),
        (wd(900009), NamedNode(t.WDT + "P921"), wd(900001), world),
    ]
    workspace.store.apply(Change((), tuple(Quad(*fact) for fact in facts)))
    workspace.store.apply(derivation_change(workspace))


@pytest.mark.parametrize(
    ("thing", "topic"),
    [
        (wd(9174), "faith"),
        (wd(12136), "health"),
        (wd(900001), "health"),
        (wd(900003), "health"),
        (wd(900004), None),
        (wd(900006), None),  # a person of that name
        (wd(900007), "faith"),
        (wd(900008), None),  # a title
        (shop("prayers"), "faith"),
        (shop("red-rugs"), "faith"),
        (shop("rugs"), None),
        (shop("circle"), None),
        (shop("rug"), "faith"),
        (shop("novel"), None),
        (shop("hymnal"), "faith"),
        (shop("film"), "health"),
        (NamedNode(t.SENSITIVE + "#TradeUnion"), "trade-union membership"),
        (shop("unheard-of"), None),
    ],
    ids=lambda x: x.value.rpartition("/")[2] if isinstance(x, NamedNode) else str(x),
)
def test_things_by_what_they_are(strict, thing, topic):
    assert SensitiveTopics.of(strict).topic_of(thing) == topic


TOLD = {
    "health": [
        "Health",
        "my chronic illnesses",
        "coping with breast cancer",
        "cancer",
        "Parkinson’s",
        "抑郁症",
        "治疗糖尿病",
    ],
    "faith": ["the Bible", "a Catholic youth choir", "Qur'an recitals", "Buddhist temples", "佛教", "佛教音乐", "信仰"],
    "politics": [
        "politics",
        "left-wing politics",
        "the elections",
        "Labour Party",
        "共产党",
        "美国大选",
        "执政党派的政治新闻",
    ],
    "sexuality": ["gay", "gay novels", "LGBTQ+ cinema", "same-sex couples", "同性恋小说", "出柜"],
    "ethnic origin": ["ethnic minorities", "African-American poets", "少数民族", "藏族"],
    "trade-union membership": ["my trade union", "the teachers' union", "工会", "铁路工会", "加入工会很久"],
}


@pytest.mark.parametrize(("topic", "name"), [(topic, name) for topic, names in TOLD.items() for name in names])
def test_names_of_what_is_not_known_yet(strict, topic, name):
    assert SensitiveTopics.of(strict).topic_of(shop("new"), name) == topic


@pytest.mark.parametrize(
    "name",
    [
        *("", "…", "dinner party", "party games", "cross stitch", "straight jeans", "left-back", "a left-wing player"),
        *("sick beats", "hearing loss of signal", "the Great Depression", "Tropic of Cancer", "Christian Bale", "mass"),
        *("the kitchen bible", "Church’s Chicken", "office politics", "political thriller", "European Union history"),
        *(
            "credit union",
            "Counter-Strike",
            "race cars",
            "Gay Talese",
            "Quaker Oats",
            "health food",
            "miscarriage of justice",
        ),
        *(
            "first aid",
            "computer virus",
            "tennis elbow grease",
            "Rome",
            "black shoes",
            "Union Jack mug",
            "retail therapy",
        ),
        *(
            "化工会议",
            "男同学",
            "女性生活",
            "教会我做饭",
            "最大选择",
            "角色情感",
            "左翼卫",
            "同志们好",
            "人物百合",
            "报道教育",
        ),
        *("政治惊悚片", "民族舞", "强迫症福音", "诵经典", "健康食品", "黑人牙膏", "生日派对", "行业圣经"),
    ],
)
def test_everyday_names_are_not_sensitive(strict, name):
    assert SensitiveTopics.of(strict).topic_of(shop("new"), name) is None


def test_a_name_is_not_held_against_an_item_but_a_whole_one_against_a_thing_of_the_world(strict):
    policy = SensitiveTopics.of(strict)
    assert policy.topic_of(shop("novel"), "religion") is None
    assert policy.topic_of(wd(900008), "catholic school") is None
    assert policy.topic_of(wd(900008), "catholic") == "faith"
    assert policy.topic_of(wd(900008)) is None  # what somebody called it once is not remembered


def test_topics_and_reason(strict):
    policy = SensitiveTopics.of(strict)
    assert policy.topics == ("ethnic origin", "faith", "health", "politics", "sexuality", "trade-union membership")
    assert refusal("health") == "sensitive topic (health): the policy in force keeps none"


def test_nothing_is_refused_when_the_module_is_not_in_force(tmp_path):
    with create(tmp_path / "w", plain_ids=True) as workspace:
        filled(workspace)
        policy = SensitiveTopics.of(workspace)
        assert policy.topics == ()
        assert policy.topic_of(wd(9174), "religion") is None
        assert policy.topic_of(shop("hymnal")) is None
        used = [Quad(shop("hymnal"), t.HAS_CONCEPT, NamedNode(t.SENSITIVE + "#Faith"), workspace.graphs.catalogue)]
        workspace.store.apply(Change(tuple(used), ()))  # a module that is used cannot be removed
        apply_ontology(workspace, ontology_file("sensitive"))
        assert SensitiveTopics.of(workspace).topic_of(wd(9174)) == "faith"
        remove_module(workspace, t.SENSITIVE)
        assert SensitiveTopics.of(workspace).topic_of(wd(9174)) is None


def test_an_ontologist_adds_a_topic_a_part_of_one_and_takes_words_away(tmp_path):
    text = ontology_file("sensitive").read_text(encoding="utf-8")
    assert '"wicca"@en ,' in text
    more = """
    sensitive:Money a owl:NamedIndividual , pen:Concept ; skos:inScheme sensitive:Topics ;
        skos:prefLabel "money"@en , "金钱"@zh ; skos:altLabel "payday loan"@en ; skos:narrowMatch wd:Q3196867 .
    sensitive:Astrology a owl:NamedIndividual , pen:Concept ; skos:inScheme sensitive:Topics ;
        skos:broader sensitive:Faith ; skos:prefLabel "astrology"@en , "占星"@zh ; skos:altLabel "horoscope"@en .
    skos:broader a owl:ObjectProperty .
    """
    edited = tmp_path / "sensitive.ttl"
    edited.write_text(text.replace('"wicca"@en ,', "") + more, encoding="utf-8")
    with create(tmp_path / "w", plain_ids=True) as workspace:
        assert apply_ontology(workspace, edited).refusals == ()
        policy = SensitiveTopics.of(workspace)
        assert "money" in policy.topics
        assert "astrology" not in policy.topics
        assert policy.topic_of(shop("new"), "payday loans") == "money"
        assert policy.topic_of(wd(3196867)) == "money"
        assert policy.topic_of(shop("new"), "weekly horoscopes") == "faith"
        assert policy.topic_of(shop("new"), "wicca") is None


def test_every_topic_has_dozens_of_words_and_none_says_a_word_twice():
    words: dict[tuple[str, str], list[str]] = {}
    for triple in read_triples(FOLDER / "sensitive.ttl"):
        name = triple.predicate.value.removeprefix(t.SKOS)
        if name in ("prefLabel", "altLabel", "hiddenLabel") and isinstance(triple.subject, NamedNode):
            assert isinstance(triple.object, Literal)
            topic = triple.subject.value.rpartition("#")[2]
            words.setdefault((topic, triple.object.language or ""), []).append(triple.object.value.casefold())
    assert {topic for topic, _ in words} == {"EthnicOrigin", "Faith", "Health", "Politics", "Sexuality", "TradeUnion"}
    for key, found in words.items():
        assert len(found) == len(set(found)), key
        assert len(found) >= 20, key
    everywhere = [word for (_, language), found in words.items() if language == "zh" for word in found]
    assert len(everywhere) == len(set(everywhere))


def test_texts_and_events_about_a_sensitive_topic_are_rejected_with_the_topic(workspace):
    apply_ontology(workspace, ontology_file("sensitive"))
    run = workspace.ledger.begin("items", "x")
    write_items(
        workspace, run, [ItemRecord("b1", "A book", concepts=(f"{t.SENSITIVE}#Faith",)), ItemRecord("b2", "A book")]
    )
    text = "I love the church and I have read that."
    said = Proposal("church", 11, 17, "likes", 0.9, 0.9)
    link = workspace.namer.item("b1").value
    told = Proposal("that", 34, 38, "", 0.0, 0.9, (LinkCandidate(link, "that", 1.0),), link, 1.0, "Read")
    record = TextRecord("ana", text, datetime(2026, 1, 1, tzinfo=UTC), "x", 1)
    reading = Reading(record, (Window(0, len(text), "decoded", ""),), (said, told))
    written = write_readings(workspace, run, "m", [reading])
    assert [v.status for v in written.entries[0].verdicts] == ["rejected", "rejected"]
    assert {v.reason for v in written.entries[0].verdicts} == {refusal("faith")}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    logged = log_events(workspace, run, [EventRecord("ana", item, "View", at) for item in ("b1", "b2")])
    assert logged.rejected == 1
    assert [r.reason for r in workspace.ledger.refusals(run) if r.kind == "event"] == [refusal("faith")]
    assert not list(workspace.store.quads(predicate=t.OBSERVED_AT))
