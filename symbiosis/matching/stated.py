"""What the caller of `transport` stated, checked before any work, as plain arrays.

Every array is a copy: a plan, its certificate and what it remembers for the next solve stay true
when the caller writes into an array of theirs afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, issparse

from symbiosis.errors import say
from symbiosis.matching.arrays import Floats
from symbiosis.matching.plan import Places, Plan, Value
from symbiosis.matching.proof import Ground
from symbiosis.matching.scaling import refuse

MOST, LEAST = 1e60, 1e-60
"""Numbers beyond the one, and values that all stay below the other, are refused: their squares and
products would overflow, or vanish, in the midst of the work."""


@dataclass(frozen=True)
class Stated:
    """A transport problem in plain arrays: quantities, and values in one of three forms."""

    supply: Floats
    demand: Floats
    value: Floats | csr_array | Ground


def check(supply: ArrayLike, demand: ArrayLike, value: Value) -> Stated:
    """Return the problem as plain arrays.

    Raises
    ------
    DataError
        If a number is missing, infinite, too large or too small to be reckoned with, or negative
        where it must not be, a shape does not fit, a side is empty or a coordinate is off the
        globe.
    """
    give, take = _quantities(supply, "supply"), _quantities(demand, "demand")
    shape = (len(give), len(take))
    if isinstance(value, Places):
        ground = _ground(value, shape)
        _tangible(float(ground.offer_value.max() + ground.need_value.max()))
        return Stated(give, take, ground)
    if issparse(value):
        pairs = _sparse(value, shape)
        _tangible(float(pairs.data.max(initial=0.0)))
        return Stated(give, take, pairs)
    matrix = _numbers(value, "value")
    _same_shape(matrix.shape, shape, "value")
    _finite(matrix, "value")
    _tangible(float(matrix.max()))
    return Stated(give, take, matrix)


def check_terms(gap: float, time_limit: float | None) -> None:
    """Check the terms on which a solve may stop.

    Raises
    ------
    DataError
        If one of them is not a number from 0 up.
    """
    _from_zero_up(gap, "gap")
    if time_limit is not None:
        _from_zero_up(time_limit, "time_limit")


def _from_zero_up(given: object, name: str) -> float:
    """Return a number that is not negative; infinity is one."""
    if not isinstance(given, int | float | np.integer | np.floating) or not bool(given >= 0):
        raise refuse(
            say("{name} is not a number from 0 up", name=name),
            say("give a number from 0 up"),
            name,
            given,
        )
    return float(given)


def check_start(start: object, stated: Stated) -> None:
    """Check that a plan to start from is one, and of a problem of the same shape.

    Raises
    ------
    DataError
        If it is not.
    """
    if start is None:
        return
    wanted = len(stated.supply), len(stated.demand)
    given = start.state if isinstance(start, Plan) else None
    shape = (len(given.offers), len(given.needs)) if given is not None else (0, 0)
    _same_shape(shape, wanted, "start")


def _numbers(given: Any, name: str) -> Floats:
    """Return a new array of numbers; text, dates and complex numbers are none, a mask hides one."""
    try:
        array = np.ma.asarray(given) if np.ma.isMaskedArray(given) else np.asarray(given)
        if array.dtype.kind not in "biufO":
            raise ValueError(array.dtype)
        if array.dtype.kind == "O" and not all(_is_number(one) for one in array.flat):
            raise ValueError(array.dtype)
        numbers = array.astype(float)
        return np.ma.filled(numbers, np.nan)
    except (TypeError, ValueError, OverflowError) as error:
        raise refuse(
            say("{name} holds something that is not a number", name=name),
            say("give numbers only"),
            name,
            type(given).__name__,
        ) from error


def _is_number(one: object) -> bool:
    """Return whether an object is a number, or is missing, which is said of it later."""
    if one is None or one is np.ma.masked:
        return True
    return isinstance(one, Number | np.bool_) and not isinstance(one, np.timedelta64)


def _quantities(given: ArrayLike, name: str) -> Floats:
    array = np.atleast_1d(_numbers(given, name))
    if array.ndim != 1 or not len(array):
        raise refuse(
            say("{name} is empty or not a list of numbers", name=name),
            say("give one quantity for each"),
            name,
            array.shape,
        )
    _finite(array, name)
    if array.min() < 0:
        where = int(array.argmin())
        raise refuse(
            say("{name} {where} is negative", name=name, where=where),
            say("give quantities from 0 up"),
            name,
            array[where],
        )
    return array


def _finite(array: Floats, name: str) -> None:
    if not array.size or (array.min() >= -MOST and array.max() <= MOST):
        return
    bad = np.argwhere(~(np.abs(array) <= MOST))[0]
    where, number = ", ".join(str(k) for k in bad), array[tuple(bad)]
    if np.isfinite(number):
        raise refuse(
            say("{name} at {where} is beyond {most}", name=name, where=where, most=f"{MOST:g}"),
            say("give them in a larger unit"),
            name,
            number,
        )
    raise refuse(
        say("{name} at {where} is not a finite number", name=name, where=where),
        say("leave out what is unknown, or give a number"),
        name,
        number,
    )


def _tangible(largest: float) -> None:
    """Refuse values that are so small, all of them, that they could not be told from 0."""
    if 0 < largest < LEAST:
        raise refuse(
            say("no value reaches {least}", least=f"{LEAST:g}"),
            say("give them in a smaller unit"),
            "value",
            largest,
        )


def _same_shape(given: tuple[int, ...], wanted: tuple[int, ...], name: str) -> None:
    if given != wanted:
        raise refuse(
            say("{name} has the shape {given}", name=name, given=given),
            say("give the shape {wanted}", wanted=wanted),
            name,
            given,
        )


def _sparse(value: Value, shape: tuple[int, int]) -> csr_array:
    matrix = csr_array(value, copy=True)
    _same_shape(matrix.shape, shape, "value")
    matrix.sum_duplicates()
    numbers = _numbers(matrix.data, "value")
    _finite(numbers, "value")
    return csr_array((numbers, matrix.indices, matrix.indptr), shape=shape)


def _ground(places: Places, shape: tuple[int, int]) -> Ground:
    here = _numbers(places.offers_xy, "offers_xy")
    there = _numbers(places.needs_xy, "needs_xy")
    _same_shape(here.shape, (shape[0], 2), "offers_xy")
    _same_shape(there.shape, (shape[1], 2), "needs_xy")
    rate = _from_zero_up(places.rate, "rate")
    _finite(np.array([rate]), "rate")
    limit = np.inf
    if places.max_distance is not None:
        limit = _from_zero_up(places.max_distance, "max_distance")
    if str(places.metric) not in {"euclidean", "haversine"}:
        raise refuse(
            say("the metric {metric} is unknown", metric=places.metric),
            say("give euclidean or haversine"),
            "metric",
            places.metric,
        )
    for name, array in (("offers_xy", here), ("needs_xy", there)):
        _finite(array, name)
        if places.metric == "haversine":
            _on_globe(array, name)
    sides = []
    for name, given, count in (
        ("offer_value", places.offer_value, shape[0]),
        ("need_value", places.need_value, shape[1]),
    ):
        array = _numbers(given, name)
        array = np.full(count, float(array)) if array.ndim == 0 else array
        _same_shape(array.shape, (count,), name)
        _finite(array, name)
        sides.append(array)
    return Ground(here, there, sides[0], sides[1], rate, limit, places.metric == "haversine")


def _on_globe(degrees: Floats, name: str) -> None:
    bad = (np.abs(degrees[:, 0]) > 180) | (np.abs(degrees[:, 1]) > 90)
    if bad.any():
        where = int(bad.argmax())
        raise refuse(
            say("{name} {where} is off the globe", name=name, where=where),
            say("give longitude from -180 to 180, then latitude from -90 to 90"),
            name,
            degrees[where],
        )
