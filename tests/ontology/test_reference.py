"""The reference: what the ontology says, in two languages, with links that lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from penchant.errors import OntologyError
from penchant.ontology import terms as t
from penchant.ontology.declared import declarations
from penchant.ontology.files import ontology_path, read_triples
from penchant.ontology.reference.words import WORDS
from penchant.ontology.reference.write import reference

DOCS = Path(__file__).resolve().parents[2] / "docs"
PREFIXES = (
    "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in t.PREFIXES.items())
    + "@prefix shop: <https://shop.example/shop#> .\n"
)
SHOP = """
<https://shop.example/shop> a owl:Ontology ; dcterms:title "Coffee"@en , "咖啡"@zh .
shop:Coffee a owl:Class ; rdfs:label "coffee"@en , "咖啡"@zh ; skos:definition "Beans."@en , "豆。"@zh ;
    rdfs:subClassOf pen:Item ,
    [ a owl:Restriction ; owl:onProperty shop:roast ; owl:qualifiedCardinality 1 ; owl:onDataRange xsd:integer ] ,
    [ a owl:Restriction ; owl:onProperty shop:origin ; owl:maxQualifiedCardinality 2 ; owl:onClass shop:Country ] ,
    [ a owl:Restriction ; owl:onProperty shop:origin ; owl:someValuesFrom owl:Thing ] ,
    [ a owl:Restriction ; owl:onProperty shop:maker ; owl:allValuesFrom [ owl:unionOf ( pen:Person shop:Country ) ] ] .
shop:Espresso a owl:Class ; rdfs:subClassOf shop:Coffee ; rdfs:label "espresso"@en ;
    rdfs:comment "<b>strong</b> | dark"@en .
shop:Country a owl:Class .
shop:roast a owl:DatatypeProperty ; rdfs:label "roast"@en , "烘焙度"@zh ; rdfs:domain shop:Coffee ; rdfs:range
    [ a rdfs:Datatype ; owl:onDatatype xsd:integer ; owl:withRestrictions (
        [ xsd:minInclusive 1 ] [ xsd:maxInclusive 5 ] ) ] .
shop:origin a owl:ObjectProperty ; rdfs:subPropertyOf pen:hasConcept .
shop:maker a owl:ObjectProperty , owl:FunctionalProperty .
shop:Tastes a owl:NamedIndividual , skos:ConceptScheme ; rdfs:label "tastes"@en , "口味"@zh .
shop:Fruity a owl:NamedIndividual , pen:Concept ; skos:prefLabel "fruity"@en , "果香"@zh ; skos:inScheme shop:Tastes .
shop:Berry a owl:NamedIndividual , pen:Concept ; skos:prefLabel "berry"@en , "浆果"@zh ; skos:altLabel "berries"@en ,
    "莓果"@zh ; skos:broader shop:Fruity ; skos:inScheme shop:Tastes .
shop:Nutty a owl:NamedIndividual , pen:Concept ; skos:prefLabel "nutty"@en , "坚果"@zh .
shop:Nostalgic a owl:NamedIndividual , pen:Stance ; pen:refines pen:LikesStance ; pen:word "nostalgic" ;
    rdfs:label "nostalgic"@en , "怀旧"@zh ; skos:example "As when I was a child."@en , "像小时候一样。"@zh .
shop:Sip a owl:NamedIndividual , pen:BehaviourKind ; rdfs:label "sip"@en , "啜"@zh ; pen:stance shop:Nostalgic ;
    pen:intensity 0.50 ; pen:reliability 0.4 ; pen:halfLifeDays 90.0 ; rdfs:comment "A sip."@en , "一口。"@zh .
"""


def page(lang: str, text: str = "") -> str:
    more = [q.triple for q in parse(PREFIXES + text, RdfFormat.TURTLE)]
    return reference([*read_triples(ontology_path()), *more], lang)


def section(text: str, heading: str) -> str:
    """From a heading to the next of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    after = f"\n{text}".split(f"\n{heading}\n", 1)[1]
    return re.split(rf"\n#{{1,{level}}} ", after)[0].strip()


def entries(text: str) -> Counter[str]:
    """Local names of ``pen:`` terms with a heading or a row of their own."""
    return Counter(re.findall(r"(?m)^(?:#+ |\| )`pen:(\w+)`", text))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_in_docs_is_what_the_ontology_says_today(lang):
    """Mend it with ``penchant ontology docs core --lang en -o docs/reference.en.md`` (and ``zh``)."""
    assert (DOCS / f"reference.{lang}.md").read_text(encoding="utf-8") == page(lang)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_own_term_has_one_entry(lang):
    own = {n.value.removeprefix(t.PEN) for n in declarations(read_triples(ontology_path())).named() if t.PEN in n.value}
    assert entries(page(lang)) == Counter(own)
    assert len(own) > 70


def test_no_english_heading_stands_in_the_chinese_page():
    headings = [line.lstrip("# ") for line in page("zh", SHOP).splitlines() if line.startswith("#")]
    words = [re.sub(r"`[^`]*`|Penchant", "", h) for h in headings]
    lacking = {"Country", "origin", "maker", "espresso"}  # terms of the example without a Chinese name
    assert [w for w in words if re.search("[A-Za-z]", w) and w.strip() not in lacking] == []
    facts = re.findall(r"(?m)^- \*\*(.*?)\*\*", page("zh", SHOP))
    assert len(facts) > 100
    assert [f for f in facts if re.search("[A-Za-z]", f)] == []


def test_every_phrase_is_said_in_both_languages():
    for key, (english, chinese) in WORDS.items():
        assert english.count("{}") == chinese.count("{}"), key
        assert not re.search("[\u4e00-\u9fff]", english), key
        if re.search("[a-z]", english) and key != "made":
            assert not re.search("[A-Za-z]", chinese), key


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_link_leads_to_a_heading(lang):
    text = page(lang, SHOP)
    anchors: Counter[str] = Counter()
    there = set()
    for heading in re.findall(r"(?m)^#+ (.*)$", text):
        slug = "".join(c for c in heading.lower() if c.isalnum() or c in "_- ").replace(" ", "-")  # as GitHub does
        there.add(f"{slug}-{anchors[slug]}" if anchors[slug] else slug)
        anchors[slug] += 1
    links = re.findall(r"\]\(#([^)]*)\)", text)
    assert set(links) - there == set()
    assert len(links) > 300
    assert "\x00" not in text


def test_a_class_shows_its_properties_with_their_values_and_numbers():
    rows = section(page("en", SHOP), "### `shop:Coffee` coffee").splitlines()
    assert rows[0] == "Beans."
    assert "- **Kinds of it**: [espresso](#shopespresso-espresso)" in rows
    assert "| [roast](#shoproast-roast) | a whole number, at least 1, at most 5 | exactly one value |  |" in rows
    [origin] = [row for row in rows if row.startswith("| [origin]")]
    assert origin.split(" | ")[1:3] == [
        "anything",
        "at least one value, at most 2 values: [Country](#shopcountry-country)",
    ]
    [maker] = [row for row in rows if row.startswith("| [maker]")]
    assert maker.split(" | ")[1] == "[Country](#shopcountry-country) or [person](#penperson-person)"
    assert maker.split(" | ")[2] == "at most one value"
    assert any(
        row.startswith("| [available](#penavailable-available) (as every [item](#penitem-item))") for row in rows
    )


def test_classes_stand_in_a_tree():
    tree = section(page("zh", SHOP), "### 类的层次").splitlines()
    at = next(i for i, row in enumerate(tree) if row.startswith("- [物品]"))
    assert tree[at] == "- [物品](#penitem-物品)：可以被推荐的事物：商品、影片、文章、歌曲等"
    assert tree[at + 1] == "  - [咖啡](#shopcoffee-咖啡)：豆"
    assert tree[at + 2] == "    - [espresso](#shopespresso-espresso)"


def test_a_special_case_of_a_stance_says_what_it_inherits():
    assert section(page("en", SHOP), "### `shop:Nostalgic` nostalgic").splitlines() == [
        "- **Special case of**: [likes](#penlikesstance-likes)",
        "- **Facet**: [attitude](#penattitude-attitude)",
        "- **Polarity**: for (1)",
        "- **Half-life**: 730 days",
        "- **Shortcut**: [likes](#penlikes-likes)",
        "- **Word of the language model**: `nostalgic`",
        "",
        "**Examples**",
        "",
        "- As when I was a child.",
    ]


def test_a_behaviour_kind_is_a_row_with_its_numbers_and_their_reason():
    row = "| `shop:Sip` 啜 |  | [怀旧](#shopnostalgic-怀旧) | 0.5 | 0.4 | 90 |  |  | 一口。 |"
    assert row in page("zh", SHOP).splitlines()
    assert "| 1 至 5 |" in page("zh")


def test_concepts_stand_under_their_scheme_and_their_broader_concepts():
    text = page("en", SHOP)
    assert section(text, "### `shop:Tastes` tastes").splitlines() == [
        "- `shop:Fruity` fruity",
        "  - `shop:Berry` berry (also berries)",
    ]
    assert section(text, "## Concepts outside of schemes") == "- `shop:Nutty` nutty"
    assert "`shop:Berry` 浆果（又称莓果）" in page("zh", SHOP)


def test_marks_of_markdown_in_texts_do_no_harm():
    assert r"- **Why**: \<b\>strong\</b\> | dark" in page("en", SHOP)


def test_a_module_alone_can_be_documented():
    alone = reference([q.triple for q in parse(PREFIXES + SHOP, RdfFormat.TURTLE)], "en")
    assert alone.startswith("# Coffee\n")
    assert "### `shop:Coffee` coffee" in alone


def test_the_order_of_triples_does_not_matter():
    triples = [*read_triples(ontology_path()), *(q.triple for q in parse(PREFIXES + SHOP, RdfFormat.TURTLE))]
    assert reference(triples[::-1], "zh") == reference(triples, "zh")


def test_another_language_is_refused():
    with pytest.raises(OntologyError, match="expected en or zh"):
        reference([], "de")
