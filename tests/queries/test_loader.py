import pytest
from pyoxigraph import Literal, NamedNode

from penchant.errors import QueryError, UnknownError
from penchant.kg.embedded import EmbeddedStore
from penchant.queries import loader

ANA = NamedNode("https://shop.example/u/ana")


def query(text):
    return loader.parse("test", text)


def test_values_take_the_place_of_parameters_only():
    text = 'SELECT * { $person ?p "$person" ; <http://x/$person> ?y # $person\n}'
    assert loader.bind(query(text), {"person": ANA}) == (
        f'SELECT * {{ {ANA} ?p "$person" ; <http://x/$person> ?y # $person\n}}'
    )


@pytest.mark.parametrize("nasty", ['"} DROP ALL #', "\\", "'''", '"""', "\n", "$person", "é 🎬"])
def test_no_value_can_leave_its_place(nasty):
    store = EmbeddedStore.memory()
    bound = loader.bind(query("SELECT ?x { BIND($value AS ?x) }"), {"value": Literal(nasty)})
    assert store.ask_text(bound).rows == ({"x": Literal(nasty)},)


def test_missing_and_extra_values_are_refused():
    with pytest.raises(QueryError, match="no value for person"):
        loader.bind(query("SELECT * { $person ?p ?o }"), {})
    with pytest.raises(QueryError, match="no parameter thing"):
        loader.bind(query("SELECT * { $person ?p ?o }"), {"person": ANA, "thing": ANA})


@pytest.mark.parametrize("name", ["nope", "../pyproject", "/etc/passwd", "person"])
def test_unknown_queries_are_refused(name):
    with pytest.raises(UnknownError, match="penchant queries"):
        loader.load(name)


DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
VALUES = {
    "IRI": ANA,
    "graph": ANA,
    "datatype": DECIMAL,
    "string": Literal("x"),
    "integer": Literal(1),
    "number or time": Literal(1),
}


@pytest.mark.parametrize("name", loader.names())
def test_every_query_says_what_it_answers_names_its_parameters_and_is_sparql(name):
    loaded = loader.load(name)
    assert loaded.purpose, "no purpose"
    assert set(loaded.parameters) == loader.used(loaded.text)
    assert all(loaded.parameters.values()), "a parameter without a meaning"
    values = {p: VALUES.get(loaded.kinds[p], Literal(1)) for p in loaded.parameters}
    EmbeddedStore.memory().query(name, values)


@pytest.mark.parametrize("name", loader.names())
def test_queries_stay_in_sparql_1_1(name):
    text = loader.load(name).text
    for word in ("LATERAL", "{|", "<<", "ADJUST"):
        assert word not in text
