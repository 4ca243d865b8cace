"""Are two results the same? One policy, for the judge, the diagnosis and the kill matrix.

Structure first, then the numbers: no broadcasting, ever. A list of numbers counts as an array.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

# How far a number may be off, as a part of itself. Half and single precision know fewer digits (by the bytes
# of a float); on the way to a double, a step may have been taken in single precision.
COARSE, FINE = {2: 1e-2, 4: 2e-4}, 1e-6
# What is much smaller than the largest number of its result was left over by a subtraction, and has lost
# digits: it counts as this part of the largest. (Right answers with a step in single precision need 0.07.)
SMALLEST = 0.25


@dataclass(frozen=True)
class Flat:
    """A result laid flat, so that two can be compared quickly.

    structure: ((place, what is there), …), all but the numbers. arrays: ((place, array), …). numbers: all of
    them in a row; scale: for each number, the size that its tolerance is a part of.
    """

    value: Any
    structure: tuple
    arrays: tuple
    numbers: np.ndarray
    scale: np.ndarray
    tolerance: float

    @property
    def array(self):
        """The array or number that the result is; None if it is anything else."""
        return self.arrays[0][1] if len(self.structure) == len(self.arrays) == 1 else None


def flat(value):
    structure, arrays = [], []
    lay(value, "", structure, arrays)
    numbers, tolerance = np.empty(0), FINE
    if arrays:
        numbers = np.concatenate([array.ravel() for _, array in arrays], dtype=float)
        tolerance = max(precision(array) for _, array in arrays)
    scale = np.where(np.isfinite(numbers), np.abs(numbers), 0)  # inf is equal to inf alone
    scale = np.maximum(scale, SMALLEST * scale.max(initial=0))
    return Flat(value, tuple(structure), tuple(arrays), numbers, scale, tolerance)


def lay(value, place, structure, arrays):
    """Append what `value` is made of."""
    array = as_numbers(value)
    if array is not None:
        structure.append((place, f"shape {array.shape}"))
        arrays.append((place, array))
        return
    structure.append((place, in_words(value)))
    for key, entry in entries(value).items():
        lay(entry, f"{place}[{key!r}]", structure, arrays)


def as_numbers(value):
    """The array of numbers that `value` is, or None."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O" and array.ndim:
            array = np.asarray(array.tolist())
    except Exception:  # rows of different lengths, or an object of the student's own
        return None
    return array if array.dtype.kind in "fiub" else None


def entries(value):
    """{key: entry} of a dict, {index: entry} of a list; nothing is in anything else."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(plain(key)))
        return {plain(key): value[key] for key in keys}
    is_list = isinstance(value, (list, tuple)) or isinstance(value, np.ndarray) and value.ndim > 0
    return dict(enumerate(value)) if is_list else {}


def plain(key):
    """A key as Python has it: (1, 2) for a pair of numpy's integers."""
    if isinstance(key, tuple):
        return tuple(map(plain, key))
    return key.item() if isinstance(key, np.generic) else key


def in_words(value):
    """What a value is, without the numbers in it."""
    if isinstance(value, dict):
        return f"keys {list(entries(value))}"
    if isinstance(value, (list, tuple, np.ndarray)):
        return f"{len(entries(value))} entries"
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    if isinstance(value, str):
        return repr(str(value))
    return "None" if value is None else f"a {type(value).__name__}"


def precision(array):
    return COARSE.get(array.dtype.itemsize, FINE) if array.dtype.kind == "f" else FINE


def agree(yours, expected, tolerance=None):
    """Number by number: are two flat results of the same structure the same? nan is nan here."""
    y, e = yours.numbers, expected.numbers
    with np.errstate(all="ignore"):
        close = np.abs(y - e) <= (tolerance or yours.tolerance) * expected.scale
    return close | (y == e) | np.isnan(y) & np.isnan(e)


def near(yours, expected, tolerance=None):
    """Are two flat results the same?"""
    return yours.structure == expected.structure and bool(agree(yours, expected, tolerance).all())


def same(yours, expected, tolerance=None):
    """Are two results the same?"""
    return near(flat(yours), flat(expected), tolerance)


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


def difference(yours, expected, name, tolerance=None):
    """The first `Difference` of a flat result from the expected one; None if there is none."""
    for (place, what), (_, due) in zip(yours.structure, expected.structure):
        if what != due:
            return Difference(f"{name}{place}", short(what), short(due))
    wrong = ~agree(yours, expected, tolerance)
    if not wrong.any():
        return None
    i = int(wrong.argmax())
    numbers = f"{yours.numbers[i]:.6g}", f"{expected.numbers[i]:.6g}"
    return Difference(name + place_of(i, expected), *numbers, int(wrong.sum()), wrong.size)


def place_of(i, result):
    """The name of number i of a flat result."""
    for place, array in result.arrays:
        if i < array.size:
            index = ", ".join(map(str, np.unravel_index(i, array.shape)))
            return f"{place}[{index}]" if array.ndim else place
        i -= array.size


def short(text, most=60):
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
