"""Are two results the same? One policy, for the judge, the diagnosis and the kill matrix.

Structure first, then the numbers: no broadcasting, ever. A list of numbers counts as an array.
"""

import numbers
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..graph.names import number as number_in_words

# How far a number may be off, as a part of itself. Half and single precision know fewer digits (by the bytes
# of a float); on the way to a double, a step may have been taken in single precision.
COARSE, FINE = {2: 1e-2, 4: 2e-4}, 1e-6
# What is much smaller than the largest number of its result was left over by a subtraction, and has lost
# digits: it counts as this part of the largest. (Right answers with a step in single precision need 0.07.)
SMALLEST = 0.25
# What is looked at: lists within lists so deep, so many places in all, lists so long, arrays so large.
DEEPEST, MOST_PLACES, LONGEST, MOST_NUMBERS = 6, 2_000, 100_000, 1_000_000


@dataclass(frozen=True)
class Flat:
    """A result laid flat, so that two can be compared quickly.

    structure: {place: what is there}, all but the numbers. arrays: {place: array}. numbers: all of them in a
    row.
    """

    value: Any
    structure: dict
    arrays: dict
    numbers: np.ndarray
    tolerance: float

    @cached_property
    def scale(self):
        """For each number, the size that its tolerance is a part of."""
        size = np.abs(self.numbers)
        largest = size.max(initial=0)
        if not np.isfinite(largest):  # inf is equal to inf alone
            size = np.where(np.isfinite(size), size, 0)
            largest = size.max(initial=0)
        return np.maximum(size, SMALLEST * largest)

    @property
    def array(self):
        """The array or number that the result is; None if it is anything else."""
        return self.arrays.get("")

    def shown(self, place=""):
        """What is at a place, for a reader."""
        array = self.arrays.get(place)
        if array is not None and array.ndim == 0:
            return digits(array)
        return short(self.structure.get(place, "nothing"))


def flat(value):
    """Never raises an Exception, whatever the value is, and keeps nothing that a later call could change."""
    structure, arrays = {}, {}
    lay(value, "", structure, arrays)
    numbers, tolerance = np.empty(0), FINE
    if arrays:
        numbers = in_a_row(arrays.values())
        tolerance = max(precision(array) for array in arrays.values())
    return Flat(value, structure, arrays, numbers, tolerance)


def kind_of(array):
    return f"shape {array.shape}" if array.ndim else "a number"


def is_too_deep(value):
    """numpy would go round a list that contains itself for ever. Level by level, each list is seen once."""
    level = {id(value): value} if isinstance(value, (list, tuple)) else {}
    for _ in range(DEEPEST):
        below = {}
        for container in level.values():
            below |= {id(entry): entry for entry in container if isinstance(entry, (list, tuple))}
        if not below:
            return False
        level = below
    return True


def lay(value, place, structure, arrays, depth=0):
    """Add what `value` is made of."""
    if type(value) is np.ndarray and value.dtype == float and 0 < value.size <= MOST_NUMBERS:
        structure[place] = kind_of(value)  # most results are such an array, and need no looking into
        arrays[place] = value.copy()
        return
    try:
        if isinstance(value, (list, tuple)) and len(value) > LONGEST:
            structure[place] = f"a list of {len(value)}"
            return
        if is_too_deep(value):
            structure[place] = "a list that contains itself, or lists within lists without end"
            return
        array = as_numbers(value)
        if array is not None and array.size:
            structure[place] = kind_of(array)
            if array.size <= MOST_NUMBERS:
                arrays[place] = array.copy()
            return
        structure[place] = in_words(value)
        for key, entry in entries(value).items():
            if depth == DEEPEST or len(structure) > MOST_PLACES:
                structure[place] = "more than can be looked at"
                return
            lay(entry, f"{place}[{key!r}]", structure, arrays, depth + 1)
    except Exception:  # an object of the student's own, of which a method or an attribute raises
        structure[place] = "an object that cannot be looked at"


def in_a_row(arrays):
    """The numbers of all of them, one after the other, as floats."""
    if len(arrays) == 1:
        (array,) = arrays
        return array.ravel().astype(float, copy=False)
    return np.concatenate([array.ravel() for array in arrays], dtype=float)


def as_numbers(value):
    """The array of numbers that `value` is, or None."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O" and array.ndim:
            rows = array.tolist()
            array = None if is_too_deep(rows) else np.asarray(rows)
        if array.dtype.kind == "O":
            array = np.array([number(x) for x in array.ravel()]).reshape(array.shape)
    except Exception:  # rows of different lengths, or an object of the student's own
        return None
    return array if array.dtype.kind in "fiub" else None


def number(x):
    """The float that a Fraction, a Decimal, a large integer or a number of sympy is."""
    if isinstance(x, numbers.Number) or getattr(x, "is_number", False) is True:
        return float(x)
    raise TypeError("not a number")


def entries(value):
    """{key: entry} of a dict, {index: entry} of a list; nothing is in anything else."""
    if isinstance(value, dict):
        return {plain(key): entry for key, entry in value.items()}
    return dict(enumerate(value)) if is_list(value) else {}


def is_list(value):
    return isinstance(value, (list, tuple)) or isinstance(value, np.ndarray) and value.ndim > 0


def plain(key):
    """A key as Python has it: (1, 2) for a pair of numpy's integers."""
    if isinstance(key, tuple):
        return tuple(map(plain, key))
    return key.item() if isinstance(key, np.generic) else key


def in_words(value):
    """What a value is, without the numbers in it."""
    if isinstance(value, dict):
        return f"keys {sorted(entries(value), key=str)}"
    if is_list(value) and all(isinstance(entry, str) for entry in value):
        return str([str(entry) for entry in value])
    if is_list(value):
        return f"a list of {len(value)}"
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {said_by(value)}"
    if isinstance(value, str):
        return repr(str(value))
    return "None" if value is None else f"a {type(value).__name__}"


def said_by(error):
    """The text of an exception, of which even that may raise another one."""
    try:
        return str(error)
    except BaseException:
        return "(its own text raises an error)"


def precision(array):
    return COARSE.get(array.dtype.itemsize, FINE) if array.dtype.kind == "f" else FINE


def agree(yours, expected, tolerance=None):
    """Number by number: are two flat results of the same structure the same? nan is nan here."""
    y, e = yours.numbers, expected.numbers
    if list(yours.arrays) != list(expected.arrays):  # the entries of a dict, in another order
        y = in_a_row([yours.arrays[place] for place in expected.arrays])
    with np.errstate(all="ignore"):
        close = np.abs(y - e) <= (tolerance or yours.tolerance) * expected.scale
    if close.all():
        return close
    return close | (y == e) | np.isnan(y) & np.isnan(e)


def near(yours, expected, tolerance=None):
    """Are two flat results the same?"""
    return yours.structure == expected.structure and bool(agree(yours, expected, tolerance).all())


def same(yours, expected, tolerance=None):
    """Are two results the same?"""
    return near(flat(yours), flat(expected), tolerance)


PLAIN = {bool, int, float, str, type(None)}


def is_unchanged(value, before):
    """Is it exactly what it was? False where that cannot be seen at a glance."""
    if type(value) is not type(before):
        return False
    if type(value) is np.ndarray:
        is_alike = value.dtype == before.dtype and value.shape == before.shape
        return is_alike and value.dtype.kind in "fiub" and bool((value == before).all())
    return type(value) in PLAIN and value == before


def all_near(yours, expected, tolerance=None):
    """Are two lists of flat results the same?"""
    pairs = zip(yours, expected)
    return len(yours) == len(expected) and all(near(y, e, tolerance) for y, e in pairs)


# ------------------------------------------------------------------------------ the place where they differ


@dataclass(frozen=True)
class Difference:
    """The first place where two results differ; of `of` numbers, `wrong` do."""

    where: str
    yours: str
    expected: str
    wrong: int = 1
    of: int = 1
    arrays: tuple = ()  # of numbers: yours, what is expected, and whether each entry is wrong


def difference(yours, expected, name, tolerance=None):
    """The first `Difference` of a flat result from the expected one; None if there is none."""
    for place, due in expected.structure.items():
        if yours.structure.get(place) != due:
            return Difference(f"{name}{place}", yours.shown(place), expected.shown(place))
    wrong = ~agree(yours, expected, tolerance)
    if not wrong.any():
        return None
    first = int(wrong.argmax())
    place, index = place_of(first, expected)
    pair = yours.arrays[place], expected.arrays[place]
    start = first - (np.ravel_multi_index(index, pair[0].shape) if index else 0)
    there = wrong[start : start + pair[0].size].reshape(pair[0].shape)
    numbers = digits(yours.arrays[place][index]), digits(expected.arrays[place][index])
    if index:
        place += f"[{', '.join(map(str, index))}]"
    return Difference(f"{name}{place}", *numbers, int(wrong.sum()), wrong.size, (*pair, there))


def place_of(i, result):
    """Where number i of a flat result stands: the place of its array, and the index in it."""
    for place, array in result.arrays.items():
        if i < array.size:
            return place, tuple(map(int, np.unravel_index(i, array.shape)))
        i -= array.size


def digits(x):
    return number_in_words(float(x))


def short(text, most=60):
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
