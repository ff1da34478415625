"""One person: what is known of them, and what they may do about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyoxigraph import NamedNode

from penchant import names, person_words
from penchant.errors import InputError, SettingError, UnknownError
from penchant.kg.compact import Compaction, compact
from penchant.kg.consent import PURPOSES, Consent, consent_of, set_consent
from penchant.kg.forget import Forgotten, forget, knows, was_forgotten
from penchant.kg.own_graph import item_of
from penchant.kg.person_bundle import Bundle, write_bundle
from penchant.kg.person_correct import correct, disown, uncorrect
from penchant.kg.person_history import Course, history
from penchant.kg.person_merge import merge, unmerge
from penchant.kg.person_pieces import Piece
from penchant.kg.person_view import InterestView, PersonView, view
from penchant.kg.retention import Expired, expire
from penchant.loaded import Loaded
from penchant.recommend.labels import Names
from penchant.recommend.labels import names as names_of


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of a person, with the names of everything that is mentioned: IRI → language → name."""

    known: PersonView
    names: dict[str, Names]

    def text(self, lang: str = "en") -> str:
        """All of it in words, ``en`` or ``zh``."""
        return person_words.in_words(self.known, self.names, lang)


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """A person's interests over time, with the names of everything that is mentioned."""

    courses: list[Course]
    names: dict[str, Names]

    def text(self, lang: str = "en") -> str:
        """All of it in words, ``en`` or ``zh``."""
        return person_words.history_in_words(self.courses, self.names, lang)


@dataclass(frozen=True, slots=True)
class PersonDoor:
    """What is known of one person, and their rights; :attr:`penchant.api.Penchant.people`.

    A person is named as sources name them, or by IRI; any identifier of a human being stands for all of them.
    """

    _loaded: Loaded

    def show(self, person: str, *, as_of: datetime | None = None) -> Shown:
        """Every interest with its evidence, wishes for others, and consent.

        Args:
            person: whom.
            as_of: look from this moment: interests as they were then, from what is known today.

        Raises:
            UnknownError: nothing is known of that person.
        """
        workspace = self._loaded.workspace
        known = view(workspace, names.person(workspace, person), as_of)
        mentioned = {iri for one in known.interests for iri in _of_interest(one)}
        mentioned |= {iri for wish in known.wishes for iri in (wish.about, wish.stance)}
        mentioned |= {iri for one in known.stated for iri in (one.subject, one.relation, one.object)}
        return Shown(known, self._names(mentioned | set(known.consent.refused)))

    def history(self, person: str, about: str | None = None) -> ShownHistory:
        """How the person's interests went, or only those in ``about``.

        Raises:
            UnknownError: nothing is known of that person, or ``about`` names nothing of theirs.
        """
        workspace = self._loaded.workspace
        whole = names.person(workspace, person)
        thing = None if about is None else names.own_thing(workspace, whole, about)
        courses = history(workspace, whole, thing)
        mentioned = {iri for course in courses for iri in (course.about, course.facet)}
        for point in (point for course in courses for point in course.points):
            mentioned |= {point.stance, *(iri for piece in point.moved_by for iri in _of_piece(piece))}
        return ShownHistory(courses, self._names(mentioned))

    def correct(
        self,
        person: str,
        about: str,
        stance: str | None = None,
        intensity: float = 1.0,
        *,
        wrong: bool = False,
        undo: bool = False,
    ) -> tuple[InterestView, ...]:
        """Let a person say how they stand towards something; it outranks all evidence until they take it back.

        Args:
            person: who.
            about: an item's id, an IRI, a prefixed name, or the name of an interest of theirs.
            stance: ``likes``, ``dislikes``, ``wants``, ``interested`` or ``neutral``.
            intensity: how strongly, in [0, 1].
            wrong: it is no interest of theirs at all.
            undo: take back what they have said of it before.

        Returns:
            Their interests in that thing now.

        Raises:
            UnknownError: there is no such person or thing, or several things have that name.
            InputError: there is nothing to take back, or the intensity is out of bounds.
            SettingError: not exactly one of ``stance``, ``wrong`` and ``undo`` is said.
        """
        if (stance is not None) + wrong + undo != 1:
            raise SettingError(
                "it is not clear what is to be corrected", expected="one of --stance, --wrong and --undo"
            )
        workspace = self._loaded.workspace
        whole = names.person(workspace, person)
        thing = names.own_thing(workspace, whole, about)
        if stance is not None:
            correct(workspace, whole, thing, stance, intensity)
        elif wrong:
            disown(workspace, whole, thing)
        else:
            uncorrect(workspace, whole, thing)
        thing = item_of(workspace.store, thing) or thing
        return tuple(one for one in view(workspace, whole).interests if one.about == thing)

    def export(self, person: str, path: Path | str) -> Bundle:
        """Write everything that is known of a person to a new folder, or to a new file ending in ``.zip``.

        Raises:
            UnknownError: nothing is known of that person.
            InputError: something is there already.
        """
        workspace = self._loaded.workspace
        return write_bundle(workspace, names.person(workspace, person), Path(path))

    def merge(self, person: str, into: str) -> None:
        """Let everything of one identifier count for another: both are one human being.

        Raises:
            UnknownError: nothing is known of one of them.
            InputError: they are one already, or the first was merged into somebody else.
        """
        workspace = self._loaded.workspace
        merge(workspace, names.identifier(workspace, person), names.identifier(workspace, into))

    def unmerge(self, person: str) -> None:
        """Take back the merging of an identifier.

        Raises:
            UnknownError: nothing is known of that person.
            InputError: the identifier was merged into nobody.
        """
        workspace = self._loaded.workspace
        unmerge(workspace, names.identifier(workspace, person))

    def consent(
        self,
        person: str,
        *,
        refuse: Collection[str] = (),
        allow: Collection[str] = (),
        keep_days: int | None = None,
        keep_forever: bool = False,
    ) -> Consent:
        """What a person lets be done, after the change that is asked for; without one, what it is.

        Somebody of whom nothing is known yet can refuse too.

        Args:
            person: who.
            refuse: purposes: ``extract``, ``train``, ``recommend``.
            allow: the same.
            keep_days: keep what they show for so many days.
            keep_forever: keep it without an end.

        Raises:
            UnknownError: nothing is known of that person, and nothing is to be changed.
            SettingError: there is no such purpose, or two wishes contradict each other.
        """
        workspace = self._loaded.workspace
        refused, allowed = _purposes(refuse), _purposes(allow)
        if refused & allowed or (keep_forever and keep_days is not None):
            raise SettingError("two wishes contradict each other", where="consent")
        if not (refused or allowed or keep_forever or keep_days is not None):
            return consent_of(workspace, names.person(workspace, person))
        iri = names.named_person(workspace, person)
        if iri == workspace.namer.person(person):
            with workspace.writing, workspace.ledger.transaction():
                workspace.ledger.meet({person: iri})
        now = consent_of(workspace, iri)
        days = None if keep_forever else now.keep_days if keep_days is None else keep_days
        set_consent(workspace, iri, (set(now.refused) | refused) - allowed, days)
        return consent_of(workspace, iri)

    def tell(self, consent: Consent, lang: str = "en") -> str:
        """Consent in words, ``en`` or ``zh``."""
        return person_words.consent_in_words(consent, self._names(PURPOSES.values()), lang)

    def expire(self, person: str | None = None, *, now: datetime | None = None, rewrite: bool = True) -> Expired:
        """Erase what is older than its person lets it be kept; see :func:`penchant.kg.retention.expire`."""
        workspace = self._loaded.workspace
        return expire(workspace, None if person is None else names.person(workspace, person), now, rewrite=rewrite)

    def forget(self, person: str, *, rewrite: bool = True) -> Forgotten:
        """Erase a human being under all of their identifiers; see :func:`penchant.kg.forget.forget`.

        Args:
            person: whom.
            rewrite: write the store's files anew at once; if not, that is due.

        Raises:
            UnknownError: nothing is kept of that person, and nothing ever was.
            InputError: they were forgotten already.
        """
        workspace = self._loaded.workspace
        iri = names.named_person(workspace, person)
        if not knows(workspace, iri, person):
            if was_forgotten(workspace, iri):
                raise InputError("this person was forgotten already", where=person, remedy="Nothing is left to forget")
            raise UnknownError(f"nothing is known of the person {person!r}")
        report = forget(workspace, [iri], [person] if iri == workspace.namer.person(person) else [], rewrite=rewrite)
        if report.index or report.model:
            self._loaded.people_go()
        return report

    def compact(self) -> Compaction:
        """Rewrite the store's files; see :func:`penchant.kg.compact.compact`."""
        return compact(self._loaded.workspace)

    def _names(self, mentioned: Collection[NamedNode]) -> dict[str, Names]:
        store = self._loaded.workspace.store
        return {iri: names_of(store, iri) for iri in sorted(one.value for one in mentioned)}


def _purposes(given: Collection[str]) -> set[NamedNode]:
    for name in given:
        if name not in PURPOSES:
            raise SettingError(f"there is no purpose {name!r}", expected=" or ".join(PURPOSES), where="consent")
    return {PURPOSES[name] for name in given}


def _of_interest(one: InterestView) -> set[NamedNode]:
    found = {one.about, one.stance, one.facet}
    return found.union(*(_of_piece(piece) for piece in one.evidence))


def _of_piece(piece: Piece) -> set[NamedNode]:
    several = (piece.about, piece.stance, piece.kind, piece.rule, *piece.grounds)
    return {iri for iri in several if iri is not None}
