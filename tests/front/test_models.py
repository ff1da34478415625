"""Models by what the ontology asks for."""

import numpy as np
from pyoxigraph import RdfFormat, parse

from penchant.models import refiner
from penchant.ontology.behaviour import read_vocabulary
from penchant.ontology.files import ontology_path, read_triples
from penchant.ontology.terms import PEN, SKOS

NOSTALGIC = f"""@prefix pen: <{PEN}> . @prefix skos: <{SKOS}> . @prefix shop: <https://shop.example/#> .
shop:Nostalgic a pen:Stance ; pen:refines pen:LikesStance ; pen:word "nostalgic" """
FIVE = "".join(f'; skos:example "We had it at home in year {n}."@en ' for n in range(5))


class Blind:
    name, size = "blind", 3

    def encode(self, texts):
        return np.ones((len(texts), 3), dtype=np.float32)


def vocabulary(examples):
    more = parse(NOSTALGIC + examples + ".", RdfFormat.TURTLE)
    return read_vocabulary([*read_triples(ontology_path()), *(q.triple for q in more)])


def test_special_cases_are_told_apart_only_where_there_are_examples_enough():
    assert refiner(read_vocabulary()) is None
    four_and_a_foreign_one = FIVE.replace("We had it at home in year 4.", "小时候家里就有它。")
    assert refiner(vocabulary(four_and_a_foreign_one), Blind()) is None
    found = refiner(vocabulary(FIVE), Blind())
    assert found is not None
    assert "blind" in found.fingerprint
    assert found.refine("I want it", 7, 9, "wants") == "wants"
