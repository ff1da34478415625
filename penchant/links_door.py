"""What words were linked to, and decisions of people about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from sqlite3 import Connection

from pyoxigraph import NamedNode

from penchant import names
from penchant.errors import InputError, UnknownError
from penchant.kg import link_decisions
from penchant.kg.catalogue import item_iri
from penchant.kg.item_quads import as_iri
from penchant.kg.label_index import Entry, LabelIndex
from penchant.kg.link_decisions import ACCEPT, REJECT, Decision, key_of
from penchant.kg.link_overview import NameLinks, overview
from penchant.kg.own_graph import item_of
from penchant.kg.proposal import Proposal
from penchant.kg.relink import Relinked, decide, undo
from penchant.kg.relink_plan import ids_of
from penchant.kg.stored_reading import StoredMention, StoredText, stored_text
from penchant.loaded import Loaded

Links = list[NameLinks]
Every = list[Decision]
Entries = list[Entry]
_NEAR = 5


@dataclass(frozen=True, slots=True)
class MentionLink:
    """One mention with its link.

    Args:
        id: such as ``mention:102``.
        person: who wrote the text, as sources call them.
        at: when, in ISO form.
        text: the whole text.
        proposal: the mention; its candidates are ranked, and ``decided`` holds what the linker had said where somebody
            has decided otherwise.
        status: its fate: ``accepted``, ``merged``, ``rejected`` or ``abstained``.
        reason: why, where it was not accepted.
        decision: the decision that its link follows; None where it is the linker's.
        past: whether the text was read anew since; then nothing can be decided of this mention any more.
    """

    id: str
    person: str
    at: str
    text: str
    proposal: Proposal
    status: str
    reason: str
    decision: Decision | None
    past: bool


@dataclass(frozen=True, slots=True)
class LinksDoor:
    """Links and decisions about them; :attr:`penchant.api.Penchant.links`."""

    _loaded: Loaded

    def list(
        self,
        words: str | None = None,
        *,
        person: str | None = None,
        nil: bool = False,
        doubtful: bool = False,
        limit: int | None = 50,
    ) -> Links:
        """Mentions by the words that they quote, those met most often first; see :mod:`penchant.kg.link_overview`.

        Args:
            words: only these, in any spelling of one normal form.
            person: only in this person's texts, under any of their identifiers.
            nil: only words that were linked to nothing somewhere.
            doubtful: only words of which the linker was not sure somewhere.
            limit: at most so many; None for all.

        Raises:
            UnknownError: nothing is known of that person.
        """
        workspace = self._loaded.workspace
        ids = None if person is None else ids_of(workspace, names.identifier(workspace, person))
        return overview(self._db, words=words, ids=ids, nil=nil, doubtful=doubtful, limit=limit)

    def mention(self, id: str) -> MentionLink:
        """One mention (``mention:102``) with everything that belongs to its link.

        Raises:
            InputError: that is no id.
            UnknownError: there is no such mention.
        """
        text, mention = self._mention(id)
        decided = mention.proposal.decided
        by = None if decided is None or decided.decision is None else decided.decision
        return MentionLink(
            id=f"mention:{mention.id}",
            person=text.record.person,
            at=text.record.at.isoformat(),
            text=text.record.text,
            proposal=mention.proposal,
            status=mention.status,
            reason=mention.reason,
            decision=None if by is None else link_decisions.decision(self._db, by),
            past=text.superseded,
        )

    def accept(
        self,
        words: str,
        thing: str,
        *,
        mention: str | None = None,
        person: str | None = None,
        by: str = "",
        because: str = "",
    ) -> Relinked:
        """From now on ``words`` mean ``thing``; what was read is linked anew, in one change.

        Args:
            words: as people write them; case, marks and a leading article make no difference.
            thing: what they mean: an item's id, an IRI or a prefixed name.  The index of names must know it.
            mention: only at this place (``mention:102``).
            person: only in this person's texts.
            by: who decides.
            because: why.

        Raises:
            InputError: no words, a place that does not hold them, or it is decided so already.
            UnknownError: the index does not know ``thing``; nothing is known of ``person``; no such mention.
        """
        entry = self._entry(words, thing)
        return self._decide(Decision(0, ACCEPT, words, entry.iri, entry.label), mention, person, by, because)

    def reject(
        self,
        words: str,
        thing: str | None = None,
        *,
        mention: str | None = None,
        person: str | None = None,
        by: str = "",
        because: str = "",
    ) -> Relinked:
        """From now on ``words`` do not mean ``thing``, or nothing that the index knows where it is None.

        Args and errors are those of :meth:`accept`; ``thing`` may also be one that the linker has taken for it.
        """
        new = Decision(0, REJECT, words, None)
        if thing is not None:
            known = {c.iri: c.label for one in overview(self._db, words=words, limit=None) for c in one.candidates}
            iri = self._iri(thing)
            if iri is not None and iri.value in known:
                new = replace(new, link=iri.value, label=known[iri.value])
            else:
                entry = self._entry(words, thing)
                new = replace(new, link=entry.iri, label=entry.label)
        return self._decide(new, mention, person, by, because)

    def undo(self, id: str | int, *, by: str = "") -> Relinked:
        """Take the decision ``id`` (``decision:7``) back; what the linker had said counts again.

        Raises:
            InputError: that is no id, or it was taken back before.
            UnknownError: there is no such decision.
        """
        number = _number(str(id), "decision")
        found = link_decisions.decision(self._db, number)
        if found is None:
            raise UnknownError("there is no such decision", where=f"decision:{number}", remedy=_DECISIONS)
        if found.undone is not None:
            raise InputError(f"it was taken back at {found.undone}", where=f"decision:{number}", remedy=_DECISIONS)
        return undo(self._loaded.workspace, found, by)

    def decisions(self) -> Every:
        """All decisions, oldest first; those that were taken back, too."""
        return link_decisions.decisions(self._db)

    def _decide(self, new: Decision, mention: str | None, person: str | None, by: str, because: str) -> Relinked:
        if not key_of(new.words):
            raise InputError("no words", expected="the words of a mention", where="NAME")
        try:
            "".join((new.words, by, because)).encode()
        except UnicodeEncodeError as error:
            raise InputError("half a surrogate pair", expected="text that UTF-8 can carry") from error
        if mention is not None and person is not None:
            raise InputError("a mention and a person", expected="one of them: a mention is one person's anyway")
        if mention is not None:
            new = self._at(new, mention)
        if person is not None:
            new = replace(new, person=names.identifier(self._loaded.workspace, person))
        new = replace(new, by=by, because=because, at=link_decisions.now())
        known = link_decisions.repeated(self._db, new)
        if known is not None:
            raise InputError(
                f"it is decided so already, by {known.by or 'somebody'} at {known.at}",
                where=f"decision:{known.id}",
                remedy=f"Take it back with `penchant link undo decision:{known.id}`",
            )
        return decide(self._loaded.workspace, new)

    def _at(self, new: Decision, id: str) -> Decision:
        text, mention = self._mention(id)
        if text.superseded:
            raise InputError(
                "its text was read anew since",
                where=f"mention:{mention.id}",
                remedy=f"Look for the mention of the newer reading: `penchant link show {mention.proposal.named!r}`",
            )
        if key_of(mention.proposal.named) != key_of(new.words):
            raise InputError(
                f"{new.words[:60]!r} are not the words of the mention",
                expected=repr(mention.proposal.named),
                where=f"mention:{mention.id}",
            )
        return replace(new, text=text.iri, start=mention.proposal.start)

    def _mention(self, id: str) -> tuple[StoredText, StoredMention]:
        number = _number(id, "mention")
        row = self._db.execute("SELECT text FROM mentions WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise UnknownError(
                "there is no such mention", where=f"mention:{number}", remedy="`penchant link show NAME` lists them"
            )
        text = stored_text(self._db, int(row[0]))
        return text, next(mention for mention in text.mentions if mention.id == number)

    def _entry(self, words: str, thing: str) -> Entry:
        """The thing of the index that ``thing`` names: identifiers come from there, and nowhere else."""
        index = self._loaded.label_index()
        iri = self._iri(thing)
        found = None if iri is None else index.get(iri.value)
        if found is None and iri is not None:  # what is the same as an item stands in the index as that item
            item = item_of(self._loaded.workspace.store, iri)
            found = None if item is None else index.get(item.value)
        if found is not None:
            return found
        near = _near(index, words, thing)
        raise UnknownError(
            f"the index of names knows no {thing[:200]!r}",
            expected="one of " + ", ".join(f"<{entry.iri}> ({entry.label})" for entry in near)
            if near
            else "an item's id, an IRI or a prefixed name (wd:Q…) of the catalogue or the world",
            remedy="" if near else "Add it with `penchant add items FILE` or `penchant add world FILE`",
        )

    def _iri(self, thing: str) -> NamedNode | None:
        return item_iri(self._loaded.workspace, thing) or as_iri(thing)

    @property
    def _db(self) -> Connection:
        return self._loaded.workspace.ledger.connection


_DECISIONS = "`penchant link decisions` lists all"


def _near(index: LabelIndex, words: str, thing: str) -> Entries:
    """Things that may have been meant: by the words first, then by what was given instead of an identifier."""
    found: dict[str, Entry] = {}
    for text in (words, thing):
        for match in (*index.exact(text), *index.fuzzy(text, _NEAR)):
            found.setdefault(match.entry.iri, match.entry)
    return list(found.values())[:_NEAR]


def _number(id: str, kind: str) -> int:
    text = id.removeprefix(f"{kind}:")
    if not (text.isascii() and text.isdigit()):
        raise InputError(f"{id[:60]!r} is no id of a {kind}", expected=f"such as {kind}:7")
    return int(text)
