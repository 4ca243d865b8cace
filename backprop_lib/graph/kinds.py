"""Three kinds of number: Python floats, numpy arrays and sympy expressions.

A formula of the table is text, such as ``"1 / (1 + exp(-x))"``. A kind is a dictionary that says what ``exp``
means for its numbers, and `compile_formula` turns text and dictionary into a function. That is all there is
to "one graph, three kinds of number": the same formula compiled three times.

numpy and sympy are imported when the first array or the first symbol arrives, not before.
"""

import ast
import functools
import math
import operator
import re
import sys

FLOATS, ARRAYS, SYMBOLS = range(3)  # where kinds meet in one operation, the highest decides


class Kind(dict):
    """Names to meanings. A name that is not listed is looked up once, by `missing`, and kept."""

    def __init__(self, rank, missing, **names):
        super().__init__(names, __builtins__={})
        self.rank = rank
        self.missing = missing

    def __missing__(self, name):
        self[name] = self.missing(name)
        return self[name]


@functools.cache
def floats():
    """Python floats, computed by the `math` module."""
    return Kind(
        FLOATS,
        functools.partial(getattr, math),
        abs=abs,
        # Where ** would answer (-8) ** (1 / 3) with a complex number, pow refuses and IEEE says nan.
        power=math.pow,
        greater=operator.gt,
        less=operator.lt,
        greater_equal=operator.ge,
        less_equal=operator.le,
        equal=operator.eq,
        maximum=lambda x, y: x if x > y or x != x else y,  # nan stays nan, in either place
        minimum=lambda x, y: x if x < y or x != x else y,
        where=lambda condition, x, y: x if condition else y,
    )


@functools.cache
def arrays():
    """numpy arrays of floats."""
    import numpy as np

    def missing(name):
        function = getattr(np, name, None) or np.frompyfunc(getattr(math, name), 1, 1)

        def on_arrays(x, *rest):
            if isinstance(x, (np.ndarray, np.generic)):
                result = function(x, *rest)
                return result.astype(x.dtype) if result.dtype.kind == "O" else result
            return getattr(math, name)(x, *rest)  # the 2 of sqrt(2): a Python float leaves float32 in float32

        return on_arrays

    def peak(x, axis):
        """What is subtracted before exp, so that it cannot overflow: the largest entry, unless that is
        infinite itself.
        """
        largest = x.max(axis=axis, keepdims=True)
        finite = np.isfinite(largest)
        return largest if finite.all() else np.where(finite, largest, 0.0)

    return Kind(
        ARRAYS,
        missing,
        pi=math.pi,
        abs=abs,
        power=operator.pow,
        greater=np.greater,
        less=np.less,
        greater_equal=np.greater_equal,
        less_equal=np.less_equal,
        equal=np.equal,
        maximum=np.maximum,
        minimum=np.minimum,
        where=np.where,
        guarded=guarded,
        unbroadcast=unbroadcast,
        largest=lambda x, axis, keepdims: x.max(axis=axis, keepdims=keepdims),
        peak=peak,
    )


@functools.cache
def symbols():
    """sympy expressions, single or in numpy object arrays."""
    import numpy as np
    import sympy

    def lift(function, arity=1):
        return np.frompyfunc(
            function, arity, 1
        )  # works on one expression and on every entry of an object array

    def missing(name):
        meaning = getattr(sympy, name)
        return lift(meaning) if callable(meaning) else meaning

    def compare(relation):
        return lift(
            lambda x, y: sympy.Piecewise((1, relation(x, y)), (0, True)), 2
        )  # 1 where it holds, as for numbers

    def choose(condition, x, y):
        if (
            isinstance(condition, sympy.Piecewise) and condition.args[0][0] == 1
        ):  # what compare made: the relation itself
            condition = condition.args[0][1]
        elif condition.is_Symbol or not isinstance(condition, sympy.logic.boolalg.Boolean):
            condition = sympy.Ne(condition, 0)
        return sympy.Piecewise((x, condition), (y, True))

    def largest(x, axis, keepdims):
        for one in range(x.ndim) if axis is None else np.atleast_1d(axis):
            x = lift(sympy.Max, 2).reduce(x, axis=int(one), keepdims=True)
        return x if keepdims else x.sum(axis=axis)  # only axes of length 1 are left to drop

    return Kind(
        SYMBOLS,
        missing,
        abs=abs,
        power=operator.pow,
        greater=compare(sympy.Gt),
        less=compare(sympy.Lt),
        greater_equal=compare(sympy.Ge),
        less_equal=compare(sympy.Le),
        equal=compare(sympy.Eq),
        maximum=lift(lambda x, y: choose(sympy.Ge(x, y), x, y), 2),
        minimum=lift(lambda x, y: choose(sympy.Le(x, y), x, y), 2),
        where=lift(choose, 3),
        guarded=operator.mul,
        unbroadcast=unbroadcast,
        largest=largest,
        peak=lambda x, axis: 0,  # symbols cannot overflow: they keep the textbook form
    )


def kind_of(value):
    """The kind of a value that `as_value` has let in."""
    if isinstance(value, float):
        return floats()
    if "sympy" in sys.modules and not (_is_array(value) and value.dtype.kind != "O"):
        return symbols()
    return arrays()


def as_value(x):
    """`x` as a value that a node can carry: a float, an array of floats, or sympy expressions.

    Integers and truth values become floats, arrays are copied (a later change of the original must not reach
    into the graph), arrays without axes become plain floats. Raises TypeError for anything that is not a real
    number, ValueError for a ragged list and for an integer too large for a float.
    """
    if isinstance(x, (int, float)):
        try:
            return float(x)
        except OverflowError:
            raise ValueError("an integer of more than 308 digits is too large for a float") from None
    if _is_symbolic(x):
        return x
    if isinstance(x, (list, tuple)) or _is_array(x):
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
        f"a node carries a number, an array of numbers or a sympy expression; {_short(x)} is {_article(x)}"
    )


def _checked(array, original):
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "iub":
        return array.astype(float)
    if array.dtype.kind == "O":
        for entry in array.flat:
            if not (_is_symbolic(entry) or isinstance(entry, (int, float))):
                raise TypeError(
                    f"every entry of a node's array is a number or a sympy expression; found {_short(entry)}, {_article(entry)}"
                )
        return array if any(map(_is_symbolic, array.flat)) else array.astype(float)
    raise TypeError(
        f"a node carries real numbers; {_short(original)} holds {_article(array.flat[0]) if array.size else 'none'}"
    )


def plain(value):
    """A numpy number or an array without axes as the Python float or expression that it holds; others as they
    are.
    """
    return value.item() if hasattr(value, "ndim") and value.ndim == 0 else value


def zero_like(value):
    """0 in the shape of `value`: the gradient where none arrived."""
    if isinstance(value, float):
        return 0.0
    if not _is_array(value):
        return exact(0.0)
    import numpy as np

    return np.full(value.shape, exact(0.0)) if value.dtype.kind == "O" else np.zeros_like(value)


def exact(value):
    """A float among symbols as the fraction that was typed: 0.1 is 1/10, and x ** 2.0 prints as x ** 2.

    A number with more than ten digits was computed, not typed. It stays a float: its fraction would be exact
    about its rounding, and powers of such fractions fill the memory.
    """
    import sympy

    if isinstance(value, float) and re.fullmatch(r"-?[\d.]{1,11}(e[+-]?\d+)?", repr(value)):
        if value == 0 or 1e-20 <= abs(value) <= 1e20:
            return sympy.Rational(repr(value))
    if _is_array(value) and value.dtype.kind == "f":
        return sys.modules["numpy"].frompyfunc(lambda x: exact(float(x)), 1, 1)(value)
    return value


def unbroadcast(contribution, like):
    """Undo broadcasting: sum `contribution` over the axes along which `like` was stretched.

    A value used in many places collects the gradient from all of them, and a stretched entry was used many
    times.
    """
    shape = getattr(like, "shape", ())
    found = getattr(contribution, "shape", ())
    if found != shape:
        if len(found) > len(shape):
            contribution = contribution.sum(axis=tuple(range(len(found) - len(shape))))
        stretched = tuple(i for i, size in enumerate(shape) if size == 1 and contribution.shape[i] != 1)
        if stretched:
            contribution = contribution.sum(axis=stretched, keepdims=True)
        if getattr(contribution, "shape", ()) != shape:  # a constant local derivative needs stretching itself
            import numpy as np

            contribution = np.broadcast_to(contribution, shape)
    if not shape:
        return plain(contribution)
    if contribution.dtype != like.dtype and like.dtype.kind == "f" and contribution.dtype.kind != "O":
        contribution = contribution.astype(like.dtype)  # float32 stays float32
    return contribution


def guarded(g, local):
    """g · local for arrays, with 0 where `g` is 0 even if `local` is infinite.

    No upstream, no gradient: otherwise the branch that `where` did not take would leak 0 · inf = nan.
    """
    product = g * local
    if hasattr(local, "dtype") and local.dtype.kind == "b":  # the 0 and 1 of relu
        return product
    total = product.sum()
    if total != total:  # there is a nan in it somewhere
        product = sys.modules["numpy"].where(g == 0, 0.0, product)
    return product


class _CallByName(ast.NodeTransformer):
    """Turn the operators whose meaning depends on the kind, ``**`` and comparisons, into calls: ``x > y`` →
    ``greater(x, y)``.
    """

    names = {
        ast.Pow: "power",
        ast.Gt: "greater",
        ast.Lt: "less",
        ast.GtE: "greater_equal",
        ast.LtE: "less_equal",
        ast.Eq: "equal",
    }

    def _call(self, node, op, *operands):
        name = self.names.get(type(op))
        return ast.Call(ast.Name(name, ast.Load()), list(operands), []) if name else node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return self._call(node, node.op, node.left, node.right)

    def visit_Compare(self, node):
        self.generic_visit(node)
        return self._call(node, node.ops[0], node.left, node.comparators[0])


def compile_formula(text, arguments, kind):
    """The function of `arguments` (names separated by commas) that the formula `text` describes, for one kind
    of number.
    """
    tree = ast.fix_missing_locations(
        _CallByName().visit(ast.parse(f"lambda {arguments}: {text}", mode="eval"))
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in arguments.split(", "):
            kind[node.id]  # a global that is missing from a dictionary subclass would not ask __missing__
    return eval(compile(tree, f"<formula: {text}>", "eval"), kind)


def _is_array(x):
    return "numpy" in sys.modules and isinstance(x, sys.modules["numpy"].ndarray)


def _is_symbolic(x):
    return "sympy" in sys.modules and isinstance(x, sys.modules["sympy"].Basic)


def _short(x):
    text = repr(x)
    return text if len(text) <= 40 else text[:37] + "…"


def _article(x):
    name = {"str": "text", "str_": "text", "NoneType": "nothing at all", "complex": "a complex number"}
    kind = type(x).__name__
    return name.get(kind, f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}")
