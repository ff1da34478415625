"""What a decision about a link changes: the texts that hold its words, judged anew, and the change of their graphs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from penchant.kg.consent import withheld
from penchant.kg.decided_links import decide_mention, decide_statement
from penchant.kg.interests import Rewrite
from penchant.kg.judge import Judged, judge
from penchant.kg.ledger_entries import Verdict
from penchant.kg.link_decisions import Decision, Decisions, in_force, key_of
from penchant.kg.merges import identifiers
from penchant.kg.proposal import Proposal, Reading, Statement
from penchant.kg.store import Change
from penchant.kg.stored_reading import StoredMention, StoredText, stored_text
from penchant.kg.workspace import Workspace
from penchant.kg.write_texts import rewrite_texts

_WORDS: Final = (
    ("mentions", "coalesce(nullif(x.antecedent, ''), x.quote)"),
    ("statements", "json_extract(x.said, '$.subject.quote')"),
    ("statements", "json_extract(x.said, '$.object.quote')"),
)


@dataclass(frozen=True, slots=True)
class RelinkedText:
    """A text under the decisions that hold.

    Args:
        stored: as the ledger holds it.
        mentions: each mention with what it is to be.
        judged: the fate of all.
    """

    stored: StoredText
    mentions: tuple[tuple[StoredMention, Proposal], ...]
    judged: Judged

    def verdicts(self) -> list[tuple[StoredMention, Verdict]]:
        """Every mention with its fate."""
        fates = {id(verdict.proposal): verdict for verdict in self.judged.entry.verdicts}
        return [(old, fates[id(new)]) for old, new in self.mentions]

    def changed(self) -> list[Verdict]:
        """Fates of the mentions with another link, or another certainty of it."""
        return [verdict for old, verdict in self.verdicts() if verdict.proposal != old.proposal]

    def restated(self) -> list[Statement]:
        """Statements of which a thing is another one."""
        before = set(self.stored.statements)
        return [v.statement for v in self.judged.entry.statements if v.statement not in before]


@dataclass(frozen=True, slots=True)
class RelinkPlan:
    """Texts to be written, the change of the graph, and how many texts must stay as they are."""

    texts: tuple[RelinkedText, ...]
    rewrite: Rewrite
    withheld: int


def plan_relink(workspace: Workspace, decision: Decision) -> RelinkPlan:
    """What has to change so that all that ``decision`` speaks of is as the decisions that hold now say."""
    decisions, db = in_force(workspace), workspace.ledger.connection
    plans: list[tuple[StoredText, tuple[tuple[StoredMention, Proposal], ...], Reading]] = []
    kept_away = 0
    for number in _texts_with(workspace, decision):
        text = stored_text(db, number)
        mentions, reading = _decided(workspace, decisions, text)
        if reading is None:
            continue
        if withheld(workspace, text.record.person, text.record.at):
            kept_away += 1
            continue
        plans.append((text, mentions, reading))
    by_run: dict[int, list[int]] = defaultdict(list)
    for place, (text, _, _) in enumerate(plans):
        by_run[text.run].append(place)
    judged: dict[int, Judged] = {}
    for run, places in by_run.items():  # observations keep the run that read them
        found = judge(workspace, run, [(plans[place][0].iri, plans[place][2]) for place in places])
        judged.update(zip(places, found, strict=True))
    texts = tuple(RelinkedText(text, mentions, judged[place]) for place, (text, mentions, _) in enumerate(plans))
    rewrite = rewrite_texts(workspace, [text.judged for text in texts])
    alone = _left_alone(workspace, texts, rewrite.change)
    change = Change((*rewrite.change.delete, *alone), rewrite.change.insert)
    workspace.gate.demand(rewrite.nodes)
    return RelinkPlan(texts, Rewrite(change, rewrite.nodes), kept_away)


def _decided(
    workspace: Workspace, decisions: Decisions, text: StoredText
) -> tuple[tuple[tuple[StoredMention, Proposal], ...], Reading | None]:
    """Mentions with what they are to be, and the reading that they make; None where nothing changes."""
    person = workspace.namer.person(text.record.person)
    mentions: list[tuple[StoredMention, Proposal]] = []
    proposals: list[Proposal] = []
    abstained: list[tuple[Proposal, str]] = []
    same = True
    for mention in text.mentions:
        reason = mention.reason if mention.status == "abstained" else ""
        new, held = mention.proposal, reason
        if mention.state != "mended":  # what it was mended to counts when it is tried again
            new, held = decide_mention(decisions, person, text.iri, new, reason)
        mentions.append((mention, new))
        same = same and new is mention.proposal and held == reason
        if held:
            abstained.append((new, held))
        else:
            proposals.append(new)
    said = tuple(decide_statement(decisions, person, text.iri, one) for one in text.statements)
    if same and said == text.statements:
        return tuple(mentions), None
    reading = Reading(text.record, text.windows, tuple(proposals), tuple(abstained), statements=said)
    return tuple(mentions), reading


def _texts_with(workspace: Workspace, decision: Decision) -> list[int]:
    """Numbers of the texts, in their newest reading, that hold the words where the decision may reach them.

    Looks at every spelling that was ever quoted: a few microseconds for each.
    """
    db, key = workspace.ledger.connection, key_of(decision.words)
    where, values = _reach(workspace, decision)
    found: set[int] = set()
    for table, words in _WORDS:
        spellings = [text for (text,) in db.execute(f"SELECT DISTINCT {words} FROM {table} x") if key_of(text) == key]
        rows = db.execute(
            f"SELECT DISTINCT t.id FROM {table} x JOIN texts t ON t.id = x.text"
            f" WHERE {words} IN (SELECT value FROM json_each(?)) AND t.status = 'read' AND t.superseded = 0{where}",
            (json.dumps(spellings), *values),
        )
        found.update(int(id) for (id,) in rows)
    return sorted(found)


def _reach(workspace: Workspace, decision: Decision) -> tuple[str, list[str]]:
    if decision.text is not None:
        return " AND t.iri = ?", [decision.text.value]
    if decision.person is None:
        return "", []
    return " AND t.person IN (SELECT value FROM json_each(?))", [json.dumps(ids_of(workspace, decision.person))]


def ids_of(workspace: Workspace, person: NamedNode) -> list[str]:
    """What sources call the human being that ``person`` is, under all identifiers."""
    known = (workspace.ledger.called(one) for one in identifiers(workspace, person))
    return [id for id in known if id is not None]


def _left_alone(workspace: Workspace, texts: Sequence[RelinkedText], change: Change) -> list[Quad]:
    """Quads of concepts and people that only these texts had named, and that nothing speaks of any more."""
    gone, new = set(change.delete), set(change.insert)
    found: set[Quad] = set()
    for person, names in _named_before(workspace, texts).items():
        graph = workspace.graphs.user(person)
        for node in names:
            spoken_of = any(quad not in gone for quad in workspace.store.quads(object=node))
            if not spoken_of and not any(quad.object == node or quad.subject == node for quad in new):
                found.update(workspace.store.quads(subject=node, graph=graph))
    return sorted(found - gone, key=str)


def _named_before(workspace: Workspace, texts: Iterable[RelinkedText]) -> dict[NamedNode, set[NamedNode]]:
    """Person → nodes that were made for the words of their mentions and statements, as the ledger holds them."""
    found: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    namer = workspace.namer
    for text in texts:
        person = namer.person(text.stored.record.person)
        for mention in text.stored.mentions:
            if mention.proposal.link is None:
                found[person].add(namer.concept(person, mention.proposal.named))
            if mention.proposal.beneficiary:
                found[person].add(namer.beneficiary(person, mention.proposal.beneficiary))
        for statement in text.stored.statements:
            for named in (statement.subject, statement.object):
                if named.link is None:
                    found[person].add(namer.concept(person, named.quote))
    return found
