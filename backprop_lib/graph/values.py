"""What a node may carry: a float, an array of floats, or sympy expressions, single or in an array.

numpy and sympy are imported when the first array or the first symbol arrives, not before.
"""

import sys


def is_array(x):
    """Whether `x` is a numpy array."""
    return "numpy" in sys.modules and isinstance(x, sys.modules["numpy"].ndarray)


def is_symbolic(x):
    """Whether `x` is a sympy expression."""
    return "sympy" in sys.modules and isinstance(x, sys.modules["sympy"].Basic)


def as_value(x):
    """`x` as a value that a node can carry.

    Integers and truth values become floats, arrays are copied (a later change of the original must not reach
    into the graph), arrays without axes become plain floats. Raises TypeError for anything that is not a real
    number, ValueError for a ragged list and for an integer too large for a float.
    """
    if isinstance(x, (int, float)):
        try:
            return float(x)
        except OverflowError:
            raise ValueError("an integer of more than 308 digits is too large for a float") from None
    if is_symbolic(x):
        return x
    if isinstance(x, (list, tuple)) or is_array(x):
        import numpy as np

        try:
            array = np.array(x)
        except ValueError:
            raise ValueError(
                f"the rows of {_short(x)} have different lengths: an array needs equal ones"
            ) from None
        return plain(_checked(array, x))
    if "numpy" in sys.modules and isinstance(x, sys.modules["numpy"].generic):
        return as_value(x.item())
    raise TypeError(
        f"a node carries a number, an array of numbers or a sympy expression; {_short(x)} is {_described(x)}"
    )


def _checked(array, original):
    kind = array.dtype.kind
    if kind == "f":
        return array
    if kind in "iub":
        return array.astype(float)
    if kind != "O":
        found = _described(array.flat[0]) if array.size else "none"
        raise TypeError(f"a node carries real numbers; {_short(original)} holds {found}")
    for entry in array.flat:
        if not (is_symbolic(entry) or isinstance(entry, (int, float))):
            raise TypeError(
                "every entry of a node's array is a number or a sympy expression; "
                f"found {_short(entry)}, {_described(entry)}"
            )
    return array if any(map(is_symbolic, array.flat)) else array.astype(float)


def plain(value):
    """A numpy number, or an array without axes, as what it holds; others as they are."""
    return value.item() if hasattr(value, "ndim") and value.ndim == 0 else value


def zero_like(value):
    """0 in the shape of `value`: the gradient where none arrived."""
    if isinstance(value, float):
        return 0.0
    if not is_array(value):
        return exact(0.0)
    import numpy as np

    return np.full(value.shape, exact(0.0)) if value.dtype.kind == "O" else np.zeros_like(value)


def exact(value):
    """A float among symbols as the fraction that was typed: 0.1 is 1/10, and x ** 2.0 prints as x ** 2.

    A number with more than ten digits was computed, not typed. It stays a float: its fraction would be exact
    about its rounding, and powers of such fractions fill the memory.
    """
    import sympy

    if isinstance(value, float) and _was_typed(repr(value)):
        return sympy.Rational(repr(value))
    if is_array(value) and value.dtype.kind == "f":
        return sys.modules["numpy"].frompyfunc(lambda x: exact(float(x)), 1, 1)(value)
    return value


def _was_typed(text):
    digits, _, power = text.lstrip("-").partition("e")
    return len(digits) <= 11 and digits[0].isdigit() and abs(int(power or 0)) <= 20


def cast_to(value, nodes):
    """A mask or an upstream gradient in the precision of the first array of `nodes`; a number as a float."""
    if not hasattr(value, "dtype"):
        return float(value) if isinstance(value, (bool, int)) else value
    for node in nodes:
        if node.shape and node.value.dtype.kind == "f" and value.dtype.kind != "O":
            return value.astype(node.value.dtype)
    return value.astype(float) if value.dtype.kind == "b" else value


def own(setting):
    """A copy of a list or an array that the caller could change between the forward and the backward pass."""
    if isinstance(setting, tuple):
        return tuple(map(own, setting))
    return setting.copy() if hasattr(setting, "copy") else setting


def _short(x):
    text = repr(x)
    return text if len(text) <= 40 else text[:37] + "…"


def _described(x):
    name = type(x).__name__
    known = {"str": "text", "str_": "text", "NoneType": "nothing at all", "complex": "a complex number"}
    article = "an" if name[0] in "aeiouAEIOU" else "a"
    return known.get(name, f"{article} {name}")
