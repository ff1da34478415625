"""Rules of prior knowledge: query files that say what a person is likely to care about, and why.

A rule is a file ``queries/rules/<name>.rq``; drop one in and it takes part.  Beside what every query has, its header
says::

    # label@en: same maker                            name, also @zh
    # reason@en: you like {support} works by {thing}  reason given to the person, also @zh
    # weight: 0.4                                     how far the rule can be trusted, above 0 and below 1
    # stance: InterestedStance                        what it concludes; this one if nothing is said
    # intensity: 0.6                                  how strongly, above 0 and at most 1

It answers, for ``$person``, one row for each conclusion: ``?about``, ``?support`` (how many things speak for it),
``?grounds`` (IRIs of the interests it draws on, separated by spaces), and if it can ``?strength`` in [0, 1].
``$items``, if it is used, is the number of items in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from penchant.errors import QueryError
from penchant.kg.identifiers import Namer
from penchant.kg.literals import as_float, integer
from penchant.kg.store import Row, Store, Term
from penchant.ontology.terms import LABEL, RULE, TYPE
from penchant.queries import loader

FOLDER = "rules"
LANGUAGES = ("en", "zh")
_USUAL_STANCE = "InterestedStance"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        name: of its file, without ending.
        labels: language → name for people.
        reasons: language → reason for the person, with ``{thing}`` and ``{support}``.
        weight: how far it can be trusted: the confidence of what it concludes, at most.
        stance: local name of the stance it concludes.
        intensity: how strongly.
    """

    name: str
    labels: dict[str, str]
    reasons: dict[str, str]
    weight: float
    stance: str
    intensity: float

    @property
    def query(self) -> str:
        """Name of its query."""
        return f"{FOLDER}/{self.name}"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a rule concludes about one thing; ``strength`` in [0, 1] scales the rule's weight."""

    about: NamedNode
    support: int
    strength: float
    grounds: frozenset[str]


def rules() -> tuple[Rule, ...]:
    """Every rule, sorted by name.

    Raises:
        QueryError: the header of one lacks something.
    """
    return tuple(read_rule(name.removeprefix(f"{FOLDER}/")) for name in loader.names(FOLDER))


def read_rule(name: str) -> Rule:
    """The rule in ``queries/rules/<name>.rq``.

    Raises:
        UnknownError: there is no such file.
        QueryError: its header lacks something.
    """
    return parse_rule(loader.load(f"{FOLDER}/{name}"))


def parse_rule(query: loader.NamedQuery) -> Rule:
    """A rule's query with what its header says.

    Raises:
        QueryError: its header lacks something, or a number is none or out of bounds.
    """
    head = dict(_header(query.text))
    reasons = {lang: _said(query, head, f"reason@{lang}") for lang in LANGUAGES}
    for lang, reason in reasons.items():
        try:
            reason.format(thing="", support=0)
        except (LookupError, ValueError) as error:
            raise _wrong(query, f"reason@{lang}", reason, "text with {thing} and {support} only") from error
    weight = _number(query, head, "weight")
    if weight == 1.0:
        raise _wrong(query, "weight", head["weight"], "a number above 0 and below 1: no rule is certain")
    return Rule(
        name=query.name.rpartition("/")[2],
        labels={lang: _said(query, head, f"label@{lang}") for lang in LANGUAGES},
        reasons=reasons,
        weight=weight,
        stance=head.get("stance", _USUAL_STANCE),
        intensity=_number(query, head, "intensity"),
    )


def catalogue_size(store: Store) -> int:
    """How many items there are."""
    return sum(int(as_float(row["items"])) for row in store.rows("catalogue/size"))


def values_of(rule: Rule, person: NamedNode, items: int) -> dict[str, Term]:
    """The parameters that the rule's query takes."""
    values: dict[str, Term] = {"person": person, "items": integer(items)}
    wanted = loader.used(loader.load(rule.query).text)
    return {name: value for name, value in values.items() if name in wanted}


def conclusions(store: Store, rule: Rule, person: NamedNode, items: int) -> list[Conclusion]:
    """What ``rule`` concludes for ``person``, sorted by thing; ``items`` is the number of items in the catalogue.

    Raises:
        QueryError: the query takes another parameter, or does not answer what a rule must.
    """
    answer = store.query(rule.query, values_of(rule, person, items))
    if not {"about", "support", "grounds"} <= set(answer.variables):
        raise QueryError(
            "it concludes nothing",
            expected="SELECT ?about ?support ?grounds, and ?strength if it can",
            where=f"query {rule.query}",
            remedy="Correct the file",
        )
    found = (_conclusion(row) for row in answer.rows)
    return sorted((c for c in found if c is not None and c.strength > 0), key=lambda c: c.about.value)


def rule_quads(namer: Namer, graph: NamedNode) -> Iterator[Quad]:
    """Every rule with its names."""
    for rule in rules():
        iri = namer.rule(rule.name)
        yield Quad(iri, TYPE, RULE, graph)
        for lang, label in rule.labels.items():
            yield Quad(iri, LABEL, Literal(label, language=lang), graph)


def _conclusion(row: Row) -> Conclusion | None:
    about, grounds = row.get("about"), row.get("grounds")
    if not isinstance(about, NamedNode) or not isinstance(grounds, Literal):
        return None  # grouping nothing gives one empty row
    strength = min(1.0, as_float(row.get("strength"), 1.0))
    return Conclusion(about, int(as_float(row.get("support"))), strength, frozenset(grounds.value.split()))


def _header(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        key, colon, value = line.lstrip("# ").partition(":")
        if colon:
            yield key.strip(), value.strip()


def _said(query: loader.NamedQuery, head: dict[str, str], key: str) -> str:
    if not head.get(key):
        raise _wrong(query, key, "nothing", f"a line `# {key}: …`")
    return head[key]


def _number(query: loader.NamedQuery, head: dict[str, str], key: str) -> float:
    text = _said(query, head, key)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value <= 1.0:
        raise _wrong(query, key, text, "a number above 0 and at most 1")
    return value


def _wrong(query: loader.NamedQuery, key: str, found: str, expected: str) -> QueryError:
    return QueryError(
        f"its header gives {key} as {found!r}",
        expected=expected,
        where=f"query {query.name}",
        remedy="docs/rules.md says how a rule is written",
    )
