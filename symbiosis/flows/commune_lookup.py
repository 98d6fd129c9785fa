"""Which commune the cells of a firm name: INSEE code, commune, postcode and département."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process

from symbiosis.errors import N_, Message, say
from symbiosis.flows.commune_cells import Stated, read_cells
from symbiosis.flows.gazetteer import (
    Commune,
    Communes,
    commune_key,
    departement_of,
    french_communes,
    loose_key,
    overseas_names,
)

_NAMED = 5
"""Candidates named in a problem."""
_LIKE = 75
"""Likeness (0 to 100) from which a name is offered as a candidate."""


@dataclass(frozen=True)
class Found:
    """The commune that a firm names.

    Parameters
    ----------
    column
        Field that the note is about.
    commune
        The commune.
    note
        How it was found.
    cure
        What would make the place more precise, or right if it is not.
    certain
        Whether code, postcode or département tell which commune of a name it is.
    """

    column: str
    commune: Commune
    note: Message
    cure: Message
    certain: bool = True


@dataclass(frozen=True)
class Refused:
    """Why a firm names no commune that could be looked up: field, problem and cure."""

    column: str
    problem: Message
    cure: Message


def find_commune(
    insee: str, commune: str, postcode: str, departement: str, own: Communes | None = None,
    *, suggest: bool = True,
) -> Found | Refused:  # fmt: skip
    """Return the commune that a firm's cells name, or the problem that they make.

    Parameters
    ----------
    insee, commune, postcode, departement
        The cells, ``""`` where empty. The commune may hold its postcode or département.
    own
        A table of the user's, looked up before the bundled one.
    suggest
        Whether to look for names like one that is not known.
    """
    stated = read_cells(insee, commune, postcode, departement)
    if any(stated.conflict):
        return Refused(
            "commune",
            say("two postcodes are given: {first} and {second}", first=stated.conflict[0],
                second=stated.conflict[1]),
            say("keep the right one"),
        )  # fmt: skip
    tables = [french_communes()] if own is None else [own, french_communes()]
    for table in tables:
        answer = _by_insee(table, stated) or _by_name(table, stated)
        if answer is not None:
            return _checked(answer, stated)
    return _unknown(stated, insee, suggest)


_MORE = say("give longitude and latitude for more precision")
_ELSE = say("give its INSEE code, or longitude and latitude, if that is not the place")
_COORDINATES = say("give longitude and latitude")


def _placed(column: str, commune: Commune, sentence: str, cure: Message, **values: str) -> Found:
    note = say(sentence, commune=commune.label, metres=commune.precision_m, **values)
    return Found(column, commune, note, cure, certain=sentence != _ONLY)


def _by_insee(table: Communes, stated: Stated) -> Found | Refused | None:
    """Return the commune of the INSEE code, unless the name beside it is another's."""
    commune = table.by_insee.get(stated.insee)
    old = table.by_old_insee.get(stated.insee)
    if commune is None and old is None:
        return None
    commune = commune or old.now  # type: ignore[union-attr]
    same = stated.key in ("", commune_key(commune.name))
    named = [] if same else _distinct(each for each, _ in _of_name(table, stated))
    if named and commune.city not in {each.city for each in named}:
        return Refused(
            "insee",
            say("the INSEE code is that of {one}, the name that of {other}", one=commune.label,
                other=_listed(named)),
            say("correct the one that is wrong"),
        )  # fmt: skip
    if table.by_insee.get(stated.insee) is None and old is not None:
        return _placed("insee", commune, _OLD, _ELSE, old=old.name)
    return _placed("insee", commune, _PLACED, _MORE)


_PLACED = N_("placed at its commune, {commune}, to about {metres:.0f} m")
_OLD = N_("“{old}” belongs to {commune} now: placed there, to about {metres:.0f} m")
_READ = N_("read as {commune}: placed there, to about {metres:.0f} m")
_ONLY = N_("placed at {commune}, the only commune of that name, to about {metres:.0f} m")
_POSTCODE = N_("placed at {commune}, the only commune of this postcode, to about {metres:.0f} m")


def _of_name(table: Communes, stated: Stated) -> Iterator[tuple[Commune, str]]:
    """Yield communes that bear the name, now or once, each with its old name if that is it."""
    for commune in table.by_name.get(stated.key, ()):
        yield commune, ""
    for old in table.by_old_name.get(stated.key, ()):
        yield old.now, old.name


def _by_name(table: Communes, stated: Stated) -> Found | Refused | None:
    """Return the one commune of a name in its postcode or département; None where there is none."""
    if not stated.key:
        return _by_postcode(table, stated)
    loose = table.by_loose_name.get(loose_key(stated.key), ())
    tiers = (
        [(commune, "") for commune in table.by_name.get(stated.key, ())],
        [(old.now, old.name) for old in table.by_old_name.get(stated.key, ())],
        [(commune, "~") for commune in loose],
    )
    if not stated.postcode and not stated.departements:
        return _alone(tiers, stated)
    for tier in tiers:
        for within in (_has_postcode, _in_departement):
            named = [entry for entry in tier if within(*entry, stated)]
            communes = _distinct(commune for commune, _ in named)
            if len(communes) > 1:
                return _ambiguous(communes)
            if communes:
                return _said(named[0])
    return None


def _said(named: tuple[Commune, str]) -> Found:
    commune, how = named
    if how == "~":
        return _placed("commune", commune, _READ, _ELSE)
    if how:
        return _placed("commune", commune, _OLD, _ELSE, old=how)
    return _placed("commune", commune, _PLACED, _MORE)


def _alone(tiers: tuple[list[tuple[Commune, str]], ...], stated: Stated) -> Found | Refused | None:
    """Return the only commune that bears a name, or ever bore it; the problem where several do."""
    named = [*tiers[0], *tiers[1]] or tiers[2]
    communes = _distinct(commune for commune, _ in named)
    overseas = overseas_names().get(stated.key, ())
    if len(communes) + len(overseas) > 1:
        return _ambiguous(communes, overseas)
    if not communes:
        return None
    if named[0][1]:
        return _said(named[0])
    return _placed("commune", communes[0], _ONLY, _ELSE)


def _by_postcode(table: Communes, stated: Stated) -> Found | Refused | None:
    """Return the only commune of a postcode; of a city and its arrondissement, the latter."""
    communes = table.by_postcode.get(stated.postcode, [])
    if not communes or stated.insee:
        return None
    if len({commune.city for commune in communes}) > 1:
        return Refused(
            "postcode",
            say("several communes have this postcode: {communes}", communes=_listed(communes)),
            say("add the commune, or its INSEE code"),
        )
    narrowest = min(communes, key=lambda commune: len(commune.postcodes))
    return _placed("postcode", narrowest, _POSTCODE, _ELSE)


def _has_postcode(commune: Commune, _: str, stated: Stated) -> bool:
    return stated.postcode in commune.postcodes


def _in_departement(commune: Commune, how: str, stated: Stated) -> bool:
    """Return whether a commune is in a département, or was under the old name that is given."""
    old = (
        each.departement
        for each in french_communes().by_old_name.get(stated.key, ())
        if how and each.now.insee == commune.insee
    )
    return not {commune.departement, *old}.isdisjoint(stated.departements)


def _distinct(communes: Iterable[Commune]) -> list[Commune]:
    return list({commune.insee: commune for commune in communes}.values())


def _listed(communes: Iterable[Commune], more: Iterable[str] = ()) -> str:
    """Return the first names of a list, and that there are others."""
    labels = [*(commune.label for commune in communes), *more]
    return ", ".join(labels[:_NAMED]) + (" …" if len(labels) > _NAMED else "")


def _ambiguous(communes: list[Commune], more: Iterable[str] = ()) -> Refused:
    return Refused(
        "commune",
        say("several communes bear this name: {communes}", communes=_listed(communes, more)),
        say("add the département or the postcode, or give the INSEE code"),
    )


def _checked(answer: Found | Refused, stated: Stated) -> Found | Refused:
    """Return the answer, unless the commune has no point or another's postcode stands beside it."""
    if isinstance(answer, Refused):
        return answer
    commune = answer.commune
    if commune.longitude != commune.longitude:
        return Refused(
            answer.column,
            say("this commune cannot be placed: no table has a point of {commune}",
                commune=commune.label),
            _COORDINATES,
        )  # fmt: skip
    french = french_communes()
    others = _distinct(french.by_postcode.get(stated.postcode, ()))
    own = french.by_insee.get(commune.city)
    if not others or stated.postcode in (*commune.postcodes, *(own.postcodes if own else ())):
        return answer
    return _contradiction(stated, others, [commune])


def _contradiction(stated: Stated, others: list[Commune], communes: list[Commune]) -> Refused:
    return Refused(
        "postcode" if stated.column == "commune" else stated.column,
        say("the postcode {postcode} is that of {others}, not of {commune}",
            postcode=stated.postcode, others=_listed(others), commune=_listed(communes)),
        say("correct the postcode or the commune"),
    )  # fmt: skip


def _unknown(stated: Stated, insee: str, suggest: bool) -> Refused:
    """Return the problem of a commune that no table knows, with those that may be meant."""
    codes = {departement_of(stated.postcode), departement_of(stated.insee), *stated.departements}
    overseas = overseas_names().get(stated.key) and not stated.departements
    if overseas or any(code[:2] in ("97", "98") for code in codes):
        return Refused(
            stated.column,
            say("this commune cannot be placed: the bundled table has no point overseas"),
            say("give longitude and latitude, or a table of communes (--communes FILE)"),
        )
    french = french_communes()
    namesakes = _distinct(commune for commune, _ in _of_name(french, stated))
    around = _distinct(french.by_postcode.get(stated.postcode, ()))
    if namesakes and around:
        return _contradiction(stated, around, namesakes)
    like = [*(_like(stated) if suggest else ()), *namesakes]
    cure = (
        say("if one of these is meant, write it so: {communes}; else give longitude and latitude",
            communes=_listed(like))
        if like
        else say("give the INSEE code, or the commune with its département or postcode")
    )  # fmt: skip
    return Refused(stated.column, _why_unknown(stated, insee, namesakes), cure)


def _why_unknown(stated: Stated, insee: str, namesakes: list[Commune]) -> Message:
    if namesakes:
        return say("this commune cannot be placed: no commune of this name is in this département")
    if stated.key:
        return say("this commune cannot be placed: no commune of this name is known")
    if insee:
        return say("this commune cannot be placed: no commune has this INSEE code")
    if stated.postcode:
        return say("this commune cannot be placed: no commune has this postcode")
    return say("this commune cannot be placed: no commune is named")


def _like(stated: Stated) -> list[Commune]:
    """Return communes of like names, in the département where one is known."""
    if not stated.key:
        return []
    named = french_communes().by_name
    around = {
        key: commune
        for key, communes in (named.items() if stated.departements else ())
        for commune in communes
        if commune.departement in stated.departements
    }
    known = around if stated.departements else named
    best = process.extract(stated.key, list(known), limit=3, score_cutoff=_LIKE)
    return [around.get(key, named[key][-1]) for key, _, _ in best]
