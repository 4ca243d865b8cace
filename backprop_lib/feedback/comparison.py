"""Are two results the same? Structure first, then shape, then the kind of number, then values: no
broadcasting, ever.
"""

from dataclasses import dataclass

import numpy as np

COARSE = {2: 1e-2, 4: 2e-4}  # bytes of a float: tolerance relative to the largest entry
FINE = 1e-6  # for everything else; a step of a calculation may have been in single precision


@dataclass(frozen=True)
class Difference:
    """The first place where two results differ. kind: "structure", "shape", "type", "nan" or "value"."""

    kind: str
    where: str
    yours: object
    expected: object
    wrong: int = 1
    of: int = 1

    def __str__(self):
        share = (
            f" ({self.wrong} of {self.of} entries differ)"
            if self.of > 1 and self.kind in ("value", "nan")
            else ""
        )
        return f"where: {self.where}{share}\nyours: {self.yours}\nexpected: {self.expected}"


def difference(yours, expected, name="", tolerance=None, nan_is_equal=False):
    """None if `yours` is the expected result within the precision of its own numbers, else the first
    `Difference`.
    """
    again = dict(tolerance=tolerance, nan_is_equal=nan_is_equal)
    if isinstance(expected, dict):
        if not isinstance(yours, dict):
            return Difference("structure", name, kind_of(yours), "a dict")
        missing, extra = [k for k in expected if k not in yours], [k for k in yours if k not in expected]
        if missing or extra:
            return Difference("structure", name, f"keys {list(yours)}", f"keys {list(expected)}")
        pairs = [(yours[key], expected[key], f"{name}[{key!r}]") for key in expected]
        return next((d for y, e, n in pairs if (d := difference(y, e, n, **again))), None)
    if isinstance(expected, (list, tuple)):
        if not isinstance(yours, (list, tuple, np.ndarray)):
            return Difference("structure", name, kind_of(yours), f"a list of {len(expected)}")
        if len(yours) != len(expected):
            return Difference(
                "structure", name, f"{len(yours)} entries: {short(yours)}", f"{len(expected)} entries"
            )
        pairs = [(y, e, f"{name}[{i}]") for i, (y, e) in enumerate(zip(yours, expected))]
        return next((d for y, e, n in pairs if (d := difference(y, e, n, **again))), None)
    if isinstance(expected, (str, bool, type(None))):
        same = isinstance(yours, (str, bool, np.bool_, type(None))) and yours == expected
        return None if same else Difference("value", name, short(yours), short(expected))
    return numbers_differ(yours, np.asarray(expected), name, tolerance, nan_is_equal)


def numbers_differ(yours, expected, name, tolerance, nan_is_equal):
    try:
        found = np.asarray(yours)
    except ValueError:  # rows of different lengths
        return Difference("structure", name, kind_of(yours), f"an array of shape {expected.shape}")
    if found.dtype.kind not in "fiub":
        return Difference("type", name, kind_of(yours), "numbers")
    if found.shape != expected.shape:
        return Difference("shape", name, f"shape {found.shape}", f"shape {expected.shape}")
    if found.size == 0:
        return None
    relative = tolerance or precision(found)
    with np.errstate(all="ignore"):
        size = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
        same = np.abs(np.subtract(found, expected, dtype=float)) <= relative * max(size, 1e-300)
        same |= found == expected
    if nan_is_equal:
        same |= np.isnan(found.astype(float)) & np.isnan(expected.astype(float))
    if same.all():
        return None
    index = np.unravel_index(int(np.argmin(same)), found.shape)
    strange = not np.isfinite(float(found[index])) and np.isfinite(float(expected[index]))
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    return Difference(
        "nan" if strange else "value",
        place,
        digits(found[index]),
        digits(expected[index]),
        int((~same).sum()),
        same.size,
    )


def precision(array):
    return COARSE.get(array.dtype.itemsize, FINE) if array.dtype.kind == "f" else FINE


# ------------------------------------------------------------------------------------------ many comparisons,
# fast


def fingerprint(value):
    """(structure, numbers, tolerance) of a result: two results are alike if the structures are equal and the
    numbers near.
    """
    structure, arrays = [], []
    flatten(value, structure, arrays)
    numbers = np.concatenate([array.ravel() for array in arrays], dtype=float) if arrays else np.empty(0)
    with np.errstate(invalid="ignore"):
        size = np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)
    return tuple(structure), numbers, max(map(precision, arrays), default=FINE), max(size, 1e-300)


def flatten(value, structure, arrays):
    if isinstance(value, (str, bool, np.bool_, type(None))):
        return structure.append(repr(value))
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            structure.append(("key", str(key)))
            flatten(value[key], structure, arrays)
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        array = None  # rows of different lengths
    if array is not None and array.dtype.kind in "fiub":
        structure.append(array.shape)
        return arrays.append(array)
    if isinstance(value, (list, tuple)):
        structure.append(len(value))
        for x in value:
            flatten(x, structure, arrays)
        return None
    return structure.append(repr(value))


def near(yours, theirs, tolerance=None):
    """Are two fingerprints those of the same result? nan equals nan here."""
    if yours[0] != theirs[0]:
        return False
    (_, a, precise, _), (_, b, _, size) = yours, theirs
    if a.size and abs(a.item(0) - b.item(0)) > (tolerance or precise) * size:  # most pairs differ at once
        return False
    with np.errstate(invalid="ignore"):
        if bool((np.abs(a - b) <= (tolerance or precise) * size).all()):
            return True
        same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= (tolerance or precise) * size)
    return bool(np.isnan(a).any() or np.isinf(a).any()) and bool(same.all())


def digits(x):
    return f"{float(x):.6g}"


def short(value, most=60):
    text = " ".join(repr(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def kind_of(value):
    if value is None:
        return "None"
    array = value if isinstance(value, np.ndarray) else None
    return (
        f"an array of {array.dtype}, shape {array.shape}"
        if array is not None
        else f"{type(value).__name__} {short(value)}"
    )
