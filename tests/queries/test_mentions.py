"""Which terms a query names."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from penchant.errors import QueryError
from penchant.ontology import terms as t
from penchant.queries.loader import load, names
from penchant.queries.mentions import all_mentions, mentioned

HEAD = (
    f"# example: a=<https://no.example/>\nPREFIX pen: <{t.PEN}>\nprefix xsd: <{t.XSD}>\nPREFIX : <https://e.example/>\n"
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT * { ?a pen:likes ?b . ?b a pen:Item}", {t.LIKES.value, t.ITEM.value}),
        ("SELECT * { $user pen:likes* ?b ; ^pen:wants/pen:about $c.}", {t.LIKES.value, t.WANTS.value, t.ABOUT.value}),
        ("ASK { ?a <https://x.example/p> 'pen:Click <https://n.example/>' }", {"https://x.example/p"}),
        ('ASK { ?a :p """pen:Click " pen:View""" } # pen:Buy <https://n.example/>', {"https://e.example/p"}),
        ("ASK { ?a :a.b.c :d. }", {"https://e.example/a.b.c", "https://e.example/d"}),
        (r"ASK { ?a :x\,y :%C3%A9 }", {"https://e.example/x,y", "https://e.example/%C3%A9"}),
        ("ASK { ?a : _:pen }", {"https://e.example/"}),
        ("ASK { FILTER(?a<5 && ?b>$value(STR(?c))) ?a ?b '1'^^xsd:integer }", {t.XSD + "integer"}),
        (
            "BASE <https://b.example/x/> PREFIX r: <r#> ASK { <y> r:z 1 }",
            {f"https://b.example/x/{n}" for n in ("y", "r#z")},
        ),
        ("DELETE { ?a pen:likes ?b } WHERE { GRAPH <urn:g> { ?a pen:likes ?b } }", {t.LIKES.value, "urn:g"}),
    ],
)
def test_iris_and_prefixed_names_are_found_and_nothing_else(text, found):
    assert mentioned(HEAD + text) == {NamedNode(iri) for iri in found}


def test_a_prefix_that_nobody_declares():
    with pytest.raises(QueryError, match="'wd'"):
        mentioned("ASK { ?a wd:Q1 ?b }")


def test_every_shipped_query_is_read_as_the_parser_of_rdflib_reads_it():
    from rdflib import URIRef
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    def iris(node) -> set[str]:
        if isinstance(node, URIRef):
            return {str(node)}
        if isinstance(node, CompValue | dict):
            return {iri for value in node.values() for iri in iris(value)}
        if hasattr(node, "args"):  # property paths
            return iris(node.args)
        if hasattr(node, "arg"):
            return iris(node.arg)
        if hasattr(node, "path"):
            return iris(node.path)
        if isinstance(node, list | tuple | set | frozenset):
            return {iri for value in node for iri in iris(value)}
        return {str(node.datatype)} if getattr(node, "datatype", None) and not isinstance(node, str) else set()

    compared = 0
    for name, found in all_mentions().items():
        try:
            algebra = prepareQuery(load(name).text).algebra
        except Exception:  # noqa: BLE001  $value as a function, updates, what rdflib cannot translate
            continue
        compared += 1
        own = {iri for iri in iris(algebra) if iri.startswith(t.PEN)}
        assert own == {n.value for n in found if n.value.startswith(t.PEN)}, name
    assert compared >= 30


def test_mentions_are_given_for_every_query():
    assert list(all_mentions()) == names()
    assert t.WEIGHT in all_mentions()["profile"]
