"""What a function returned, as the results that were asked for.

Whatever Python unpacks into the right number of results is an answer: a tuple, a list, an array, a generator.
A dict and a dataclass are read by name.
"""

import dataclasses
import itertools
from collections.abc import Iterable, Mapping

# These unpack as well, into what nobody has meant: letters, and results in no order.
NOT_IN_ORDER = str, bytes, bytearray, set, frozenset


def unpack(answer, names):
    """The results in the order of `names`. What does not unpack into as many stays one thing, [answer]."""
    named = by_name(answer)
    if named is not None and set(named) == set(names):
        return [named[name] for name in names]
    if len(names) == 1:
        return list(answer) if isinstance(answer, tuple) and len(answer) == 1 else [answer]
    if named is not None or not is_in_order(answer):
        return [answer]
    if not hasattr(answer, "__len__"):  # a generator: one more than is needed tells whether there are more
        answer = list(itertools.islice(answer, len(names) + 1))
    return list(answer) if len(answer) == len(names) else [answer]


def is_in_order(answer):
    is_single_number = getattr(answer, "ndim", 1) == 0  # a 0-d array says that it is iterable, and is not
    return isinstance(answer, Iterable) and not isinstance(answer, NOT_IN_ORDER) and not is_single_number


def by_name(answer):
    """{name: result} of a dict or a dataclass; None of anything else."""
    if isinstance(answer, Mapping):
        return dict(answer)
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        return {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    return None
