"""What is known of a person, in words: English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pyoxigraph import NamedNode

from penchant.errors import SettingError, UnknownError
from penchant.kg.consent import Consent
from penchant.kg.person_history import Course
from penchant.kg.person_pieces import Piece
from penchant.kg.person_view import InterestView, PersonView, Stated, Wish
from penchant.kg.rules import read_rule
from penchant.recommend.labels import Names, choose

LANGUAGES: Final = ("en", "zh")

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "{who}: interests as of {date}: {count}",
        "nothing": "{who}: nothing was shown yet",
        "also": "Also known as {ids}.",
        "interest": "{n}. {thing}: {stance} ({facet}). Weight {weight}, confidence {confidence}; {support} in all.",
        "gone": "{n}. {thing}: you have taken this back ({facet}).",
        "one": "1 piece of evidence",
        "several": "{count} pieces of evidence",
        "conflict": "You have also said or shown the opposite (conflict {conflict}).",
        "corrected": "Your own word settles this; what else there is does not count against it.",
        "said": "{date}: in your words, “{quote} ({stance}, {strength}; counts {counts}){source}",
        "points": "{quote}” (meaning “{antecedent}”)",
        "source": ", in {source}",
        "opinion": "; about its “{aspect}”: “{opinion}”",
        "aspect": "; about its “{aspect}”",
        "only_opinion": "; “{opinion}”",
        "condition": "; on one condition: “{condition}”",
        "did": "{dates}: {kind}, {times} ({strength}; counts {counts})",
        "rated": "{dates}: {kind}, {value} on a scale from {worst} to {best}; you usually give {usual}"
        " ({strength}; counts {counts})",
        "told": "; told in your own words",
        "once": "once",
        "times": "{count} times",
        "sessions": "{count} times in {sessions} sittings",
        "corrected_by": "{date}: your correction: {stance} ({strength})",
        "taken_back": "{date}: your correction: this is no interest of yours",
        "inferred": "{date}: concluded, not shown: {reason} ({strength}; counts {counts})",
        "unknown_rule": "by a rule that is there no more",
        "wishes": "Said for others; it does not count as your own interest:",
        "wish": "{date}: for “{words}”: {stance} {thing} (“{quote}”){source}",
        "stated": "Said of the world in your own words; others never see it:",
        "claim": "{date}: {subject} – {relation} – {object} (“{quote}”; confidence {confidence}){source}",
        "refuses": "You refuse: {purposes}.",
        "allows": "You refuse nothing.",
        "kept": "What you show is kept for {days} days.",
        "forever": "What you show is kept without an end.",
        "course": "{thing} ({facet})",
        "point": "{date}: {stance}, weight {weight}, confidence {confidence}",
        "moved": "{date}: {stance}, weight {weight}, confidence {confidence}, conflict {conflict}",
        "list": ", ",
    },
    "zh": {
        "title": "{who}：{count} 项兴趣，截至 {date}",
        "nothing": "{who}：尚无任何记录",
        "also": "其他标识：{ids}。",
        "interest": "{n}. {thing}：{stance}（{facet}）。强度 {weight}，可信度 {confidence}，{support}。",
        "gone": "{n}. {thing}：您已表示这不是您的兴趣（{facet}）。",
        "one": "共 1 条依据",
        "several": "共 {count} 条依据",
        "conflict": "您也曾表达或表现出相反的态度（矛盾程度 {conflict}）。",
        "corrected": "以您本人的说法为准，其余依据不再影响结果。",
        "said": "{date}：您的原话“{quote}（{stance}，{strength}；计入 {counts}）{source}",
        "points": "{quote}”（指“{antecedent}”）",
        "source": "，见 {source}",
        "opinion": "；关于其“{aspect}”：“{opinion}”",
        "aspect": "；关于其“{aspect}”",
        "only_opinion": "；“{opinion}”",
        "condition": "；条件：“{condition}”",
        "did": "{dates}：{kind}，{times}（{strength}；计入 {counts}）",
        "rated": "{dates}：{kind}，{value} 分（{worst} 至 {best} 分），您通常给 {usual} 分"
        "（{strength}；计入 {counts}）",
        "told": "，由您自己的文字得知",
        "once": "1 次",
        "times": "{count} 次",
        "sessions": "{count} 次，分布在 {sessions} 次访问中",
        "corrected_by": "{date}：您的更正：{stance}（{strength}）",
        "taken_back": "{date}：您的更正：这不是您的兴趣",
        "inferred": "{date}：由推断得出，并非您的表现：{reason}（{strength}；计入 {counts}）",
        "unknown_rule": "所用规则已不存在",
        "wishes": "您替别人说的话，不算作您自己的兴趣：",
        "wish": "{date}：替“{words}”：{stance}“{thing}”（“{quote}”）{source}",
        "stated": "您自己说过的事物间关系，不会展示给他人：",
        "claim": "{date}：“{subject}”——{relation}——“{object}”（“{quote}”；可信度 {confidence}）{source}",
        "refuses": "您拒绝：{purposes}。",
        "allows": "您未拒绝任何用途。",
        "kept": "您的记录保留 {days} 天。",
        "forever": "您的记录无限期保留。",
        "course": "{thing}（{facet}）",
        "point": "{date}：{stance}，强度 {weight}，可信度 {confidence}",
        "moved": "{date}：{stance}，强度 {weight}，可信度 {confidence}，矛盾程度 {conflict}",
        "list": "、",
    },
}


def check(lang: str) -> str:
    """``lang``, if a person can be told in it.

    Raises:
        SettingError: they cannot.
    """
    if lang not in LANGUAGES:
        raise SettingError(f"a person cannot be told in {lang!r}", expected=" or ".join(LANGUAGES), where="--lang")
    return lang


def in_words(known: PersonView, names: Mapping[str, Names], lang: str) -> str:
    """All that is known, as lines of text.

    Args:
        known: as values.
        names: IRI → language → name, of everything mentioned.
        lang: ``en`` or ``zh``.
    """
    tell = _Teller(names, check(lang))
    who = next((id for _, id in known.identifiers if id is not None), known.person.value)
    words = tell.words
    if known.as_of is None:
        lines = [words["nothing"].format(who=who)]
    else:
        lines = [words["title"].format(who=who, count=len(known.interests), date=_day(known.as_of))]
    others = [id or iri.value for iri, id in known.identifiers[1:]]
    if others:
        lines.append(words["also"].format(ids=words["list"].join(others)))
    for n, one in enumerate(known.interests, start=1):
        lines += tell.interest(n, one)
    if known.wishes:
        lines.append(words["wishes"])
        lines += [f"   · {tell.wish(wish)}" for wish in known.wishes]
    if known.stated:
        lines.append(words["stated"])
        lines += [f"   · {tell.claim(stated)}" for stated in known.stated]
    lines += tell.consent(known.consent)
    return "\n".join(lines)


def history_in_words(courses: list[Course], names: Mapping[str, Names], lang: str) -> str:
    """Interests over time, as lines of text; parameters as of :func:`in_words`."""
    tell = _Teller(names, check(lang))
    return "\n".join(line for course in courses for line in tell.course(course))


def consent_in_words(consent: Consent, names: Mapping[str, Names], lang: str) -> str:
    """What a person lets be done, as lines of text; parameters as of :func:`in_words`."""
    return "\n".join(_Teller(names, check(lang)).consent(consent))


class _Teller:
    """Names and words of one language."""

    def __init__(self, names: Mapping[str, Names], lang: str) -> None:
        self._names = names
        self._lang = lang
        self.words = _WORDS[lang]

    def name(self, iri: NamedNode | None) -> str:
        return "" if iri is None else choose(self._names.get(iri.value, {}), self._lang, iri.value)

    def interest(self, n: int, one: InterestView) -> list[str]:
        support = self.words["one" if one.support == 1 else "several"].format(count=one.support)
        taken_back = one.corrected and one.weight == 0
        lines = [
            self.words["gone" if taken_back else "interest"].format(
                n=n,
                thing=self.name(one.about),
                stance=self.name(one.stance),
                facet=self.name(one.facet),
                weight=_number(one.weight),
                confidence=_number(one.confidence),
                support=support,
            )
        ]
        if one.corrected:
            lines.append("   " + self.words["corrected"])
        if one.conflict > 0:
            lines.append("   " + self.words["conflict"].format(conflict=_number(one.conflict)))
        return [*lines, *(f"   · {self.piece(piece)}" for piece in one.evidence)]

    def piece(self, piece: Piece) -> str:
        common = {
            "date": _day(piece.at),
            "stance": self.name(piece.stance),
            "strength": f"{piece.intensity:+.2f}",
            "counts": _number(piece.counts),
        }
        if piece.sort == "said":
            said = self.words["said"].format(**common, quote=self._quoted(piece), source=self._source(piece.source))
            return said + self._details(piece)
        if piece.sort == "corrected":
            return self.words["corrected_by" if piece.intensity else "taken_back"].format(**common)
        if piece.sort == "inferred":
            return self.words["inferred"].format(**common, reason=self._reason(piece))
        return self._behaviour(piece, common)

    def _quoted(self, piece: Piece) -> str:
        """The words with the closing quotation mark, and what they point at."""
        if not piece.antecedent:
            return f"{piece.quote}”"
        return self.words["points"].format(quote=piece.quote, antecedent=piece.antecedent)

    def _details(self, piece: Piece) -> str:
        told = ""
        if piece.aspect or piece.opinion:
            kind = "opinion" if piece.aspect and piece.opinion else "aspect" if piece.aspect else "only_opinion"
            told += self.words[kind].format(aspect=piece.aspect, opinion=piece.opinion)
        return told + (self.words["condition"].format(condition=piece.condition) if piece.condition else "")

    def claim(self, stated: Stated) -> str:
        return self.words["claim"].format(
            date=_day(stated.at),
            subject=self.name(stated.subject),
            relation=self.name(stated.relation),
            object=self.name(stated.object),
            quote=stated.quote,
            confidence=_number(stated.confidence),
            source=self._source(stated.source),
        )

    def _behaviour(self, piece: Piece, common: Mapping[str, str]) -> str:
        dates = common["date"] if _day(piece.first) == common["date"] else f"{_day(piece.first)} – {common['date']}"
        told = self.words["told"] if piece.told_in else ""
        shared = {**common, "dates": dates, "kind": self.name(piece.kind)}
        if piece.value is not None and piece.scale is not None and piece.usual is not None:
            worst, best = piece.scale
            return (
                self.words["rated"].format(
                    **shared,
                    value=_plain(piece.value),
                    worst=_plain(worst),
                    best=_plain(best),
                    usual=f"{piece.usual:.1f}",
                )
                + told
            )
        often = "once" if piece.count == 1 else "times" if piece.sessions == piece.count else "sessions"
        times = self.words[often].format(count=piece.count, sessions=piece.sessions)
        return self.words["did"].format(**shared, times=times) + told

    def _reason(self, piece: Piece) -> str:
        rule = piece.rule.value.rpartition("/")[2] if piece.rule else ""
        try:
            template = read_rule(rule).reasons[self._lang]
        except UnknownError:
            return self.words["unknown_rule"]
        return template.format(thing=self.name(piece.about), support=piece.support)

    def wish(self, wish: Wish) -> str:
        return self.words["wish"].format(
            date=_day(wish.at),
            words=wish.words,
            stance=self.name(wish.stance),
            thing=self.name(wish.about),
            quote=wish.quote,
            source=self._source(wish.source),
        )

    def consent(self, consent: Consent) -> list[str]:
        purposes = self.words["list"].join(self.name(purpose) for purpose in consent.refused)
        return [
            self.words["refuses" if purposes else "allows"].format(purposes=purposes),
            self.words["forever" if consent.keep_days is None else "kept"].format(days=consent.keep_days),
        ]

    def course(self, course: Course) -> list[str]:
        lines = [self.words["course"].format(thing=self.name(course.about), facet=self.name(course.facet))]
        for point in course.points:
            lines.append(
                "  "
                + self.words["moved" if point.conflict > 0 else "point"].format(
                    date=f"{point.at:%Y-%m-%d %H:%M}",
                    stance=self.name(point.stance),
                    weight=_number(point.weight),
                    confidence=_number(point.confidence),
                    conflict=_number(point.conflict),
                )
            )
            lines += [f"     · {self.piece(piece)}" for piece in point.moved_by]
        return lines

    def _source(self, source: str) -> str:
        return self.words["source"].format(source=source) if source else ""


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _number(value: float) -> str:
    return f"{value:.2f}"


def _plain(value: float) -> str:
    return f"{value:g}"
