import pytest
from pyoxigraph import Literal, NamedNode, Quad

from penchant.kg.catalogue import write_items
from penchant.kg.check import check
from penchant.kg.derive import derivation_change
from penchant.kg.proposal import ItemRecord
from penchant.kg.store import Change
from penchant.ontology import terms as t

SHOP = "https://shop.example/words#"
SUB_PROPERTY, SUB_CLASS = NamedNode(t.RDFS + "subPropertyOf"), NamedNode(t.RDFS + "subClassOf")
ORIGIN, REGION, GRADE = (NamedNode(SHOP + name) for name in ("origin", "region", "grade"))
COFFEE, DRINK, SAUCE = (NamedNode(SHOP + name) for name in ("Coffee", "Drink", "Sauce"))
P279 = NamedNode(t.WDT + "P279")


def c(name):
    return NamedNode(f"https://shop.example/c/{name}")


def put(workspace, graph, *triples):
    workspace.store.apply(Change(insert=tuple(Quad(*triple, graph) for triple in triples)))


def derive(workspace):
    """Bring the graph up to date; what it says then, by predicate."""
    workspace.commit(workspace.ledger.begin("derive", "x"), derivation_change(workspace))
    said = {}
    for quad in workspace.store.dump(workspace.graphs.derived):
        said.setdefault(quad.predicate, set()).add((quad.subject, quad.object))
    said[t.TYPE] = {pair for pair in said.get(t.TYPE, set()) if pair[1] != t.RULE}
    # The tests put words into the ontology's graph that no file says.
    assert [found for found in check(workspace) if found.where != workspace.graphs.ontology.value] == []
    assert not derivation_change(workspace)
    return said


@pytest.fixture
def shop(workspace):
    """Coffees are drinks, drinks are items; a region is an origin, and an origin is a concept of the item."""
    put(
        workspace,
        workspace.graphs.ontology,
        (ORIGIN, SUB_PROPERTY, t.HAS_CONCEPT),
        (REGION, SUB_PROPERTY, ORIGIN),
        (DRINK, SUB_CLASS, t.ITEM),
        (COFFEE, SUB_CLASS, DRINK),
        (SAUCE, SUB_CLASS, c("condiment")),
    )
    items = [
        ItemRecord("yirga", "Yirgacheffe", type=COFFEE.value, concepts=(c("fruity").value,)),
        ItemRecord("tea", "Green tea", type=DRINK.value),
        ItemRecord("pesto", "Pesto", type=SAUCE.value),
    ]
    assert write_items(workspace, workspace.ledger.begin("items", "x"), items) == (3, 0)
    return workspace


def test_every_property_below_has_concept_gives_concepts(shop):
    yirga = shop.namer.item("yirga")
    put(
        shop,
        shop.graphs.catalogue,
        (yirga, REGION, c("sidamo")),
        (yirga, ORIGIN, c("ethiopia")),
        (yirga, GRADE, c("one")),
        (yirga, ORIGIN, Literal("Africa")),
    )
    assert derive(shop)[t.HAS_CONCEPT] == {(yirga, c("sidamo")), (yirga, c("ethiopia"))}


def test_also_through_a_link(shop):
    tea, same = shop.namer.item("tea"), NamedNode(t.WD + "Q484083")
    put(shop, shop.graphs.links, (tea, t.EXACT_MATCH, same))
    put(shop, shop.graphs.world("wikidata"), (same, ORIGIN, c("china")), (same, NamedNode(t.WDT + "P176"), c("maker")))
    assert derive(shop)[t.HAS_CONCEPT] == {(tea, c("china")), (tea, c("maker"))}


def test_what_another_graph_says_is_left_out_and_comes_back_when_it_does_not(shop):
    yirga = shop.namer.item("yirga")
    put(shop, shop.graphs.catalogue, (yirga, ORIGIN, c("fruity")), (yirga, t.TYPE, DRINK))
    said = derive(shop)
    assert said.get(t.HAS_CONCEPT, set()) == set()
    assert said[t.TYPE] == set()
    gone = Quad(yirga, t.HAS_CONCEPT, c("fruity"), shop.graphs.catalogue)
    shop.store.apply(Change(delete=(gone, Quad(yirga, t.TYPE, DRINK, shop.graphs.catalogue))))
    said = derive(shop)
    assert said[t.HAS_CONCEPT] == {(yirga, c("fruity"))}
    assert said[t.TYPE] == {(yirga, DRINK)}


def test_items_have_the_classes_between_their_own_and_item(shop):
    assert derive(shop)[t.TYPE] == {(shop.namer.item("yirga"), DRINK)}
    put(shop, shop.graphs.world("elsewhere"), (c("sold-nowhere"), t.TYPE, COFFEE))
    assert derive(shop)[t.TYPE] == {(shop.namer.item("yirga"), DRINK)}


def test_an_edit_of_the_ontology_takes_its_consequences_along(shop):
    derive(shop)
    shop.store.apply(Change(delete=(Quad(COFFEE, SUB_CLASS, DRINK, shop.graphs.ontology),)))
    assert derive(shop)[t.TYPE] == set()


def test_what_is_broader_at_any_distance_of_concepts_in_use(shop):
    yirga, ana = shop.namer.item("yirga"), shop.namer.person("ana")
    put(
        shop,
        shop.graphs.world("wikidata"),
        (c("fruity"), t.BROADER, c("aroma")),
        (c("aroma"), P279, c("quality")),
        (c("quality"), t.BROADER, c("fruity")),  # a circle
        (c("sidamo"), P279, c("place")),
        (c("jazz"), P279, c("music")),
        (c("unused"), P279, c("music")),
        (c("music"), P279, Literal("art")),
    )
    put(shop, shop.graphs.catalogue, (yirga, ORIGIN, c("sidamo")))  # a concept only once it is derived
    put(
        shop,
        shop.graphs.user(ana),
        *((c("observation"), *pair) for pair in ((t.HOLDER, ana), (t.ABOUT, c("jazz")))),
    )
    above = {
        (c("fruity"), c("aroma")),
        (c("fruity"), c("quality")),
        (c("sidamo"), c("place")),
        (c("jazz"), c("music")),
    }
    assert derive(shop)[t.BROADER_TRANSITIVE] == above


def test_a_property_that_the_ontology_puts_below_broader_counts(shop):
    kind_of = NamedNode(SHOP + "kindOf")
    put(shop, shop.graphs.ontology, (kind_of, SUB_PROPERTY, t.BROADER))
    put(shop, shop.graphs.catalogue, (c("fruity"), kind_of, c("aroma")))
    assert derive(shop)[t.BROADER_TRANSITIVE] == {(c("fruity"), c("aroma"))}


def test_rules_are_described_in_both_languages(shop):
    derive(shop)
    rule = shop.namer.rule("shared_maker")
    names = {(q.object.language, q.object.value) for q in shop.store.quads(subject=rule, predicate=t.LABEL)}
    assert names == {("en", "same maker"), ("zh", "同一创作者")}


@pytest.mark.parametrize(
    "property",
    ["http://dbpedia.org/ontology/director", "http://schema.org/director", "http://dbpedia.org/ontology/genre"],
)
def test_what_dbpedia_and_yago_say_of_an_item_gives_concepts(workspace, property):
    items = [ItemRecord("heat", "Heat", iri="https://shop.example/heat")]
    assert write_items(workspace, workspace.ledger.begin("items", "x"), items) == (1, 0)
    heat = NamedNode("https://shop.example/heat")
    put(workspace, workspace.graphs.world("road"), (heat, NamedNode(property), c("mann")))
    assert (heat, c("mann")) in derive(workspace)[t.HAS_CONCEPT]
