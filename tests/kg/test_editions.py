"""What an edition holds, and what it means for stored evidence."""

import rdflib
import rdflib.compare

from penchant.kg.apply_ontology import apply_ontology, undo_ontology
from penchant.kg.effect import changed_meaning
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.comparing.compare import compare
from penchant.ontology.files import read_triples
from penchant.ontology.modules import ontology_file


def changed(workspace, edits, text, more):
    path = edits.edited(change=(text, more))
    new = read_vocabulary(path)
    comparison = compare(workspace.ontology.triples, read_triples(path))
    return {iri.value.partition("#")[2] for iri in changed_meaning(workspace.vocabulary, new, comparison)}


def test_a_stance_takes_its_kinds_along_and_a_label_changes_nothing(workspace, edits):
    wants = 'pen:word "wants" ;\n                pen:shortcut pen:wants ;'
    assert changed(workspace, edits, wants, wants.replace("pen:shortcut pen:wants", "pen:shortcut pen:likes")) == {
        "WantsStance",
        "Save",
    }
    assert changed(workspace, edits, 'rdfs:label "view"@en', 'rdfs:label "look"@en') == set()


def test_an_edition_is_turtle_whatever_the_file_was_called(workspace, edits, tmp_path):
    source = ontology_file("goods").read_text(encoding="utf-8")
    named = tmp_path / "goods.owl"
    named.write_text("# a comment that Turtle keeps\n" + source, encoding="utf-8")
    apply_ontology(workspace, named)
    kept = workspace.ontology.files["https://w3id.org/penchant/goods"]
    assert kept.read_text(encoding="utf-8") == named.read_text(encoding="utf-8")
    graph = rdflib.Graph().parse(kept, format="turtle")
    as_xml = tmp_path / "goods.ttl"  # the ending lies
    as_xml.write_text(graph.serialize(format="xml"), encoding="utf-8")
    undo_ontology(workspace)
    apply_ontology(workspace, as_xml)
    again = rdflib.Graph().parse(workspace.ontology.files["https://w3id.org/penchant/goods"], format="turtle")
    assert rdflib.compare.isomorphic(graph, again)
