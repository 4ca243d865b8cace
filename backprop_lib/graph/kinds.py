"""Four kinds of number: floats, arrays, symbols, and nodes. A kind says what the words of a formula mean for
it.

A formula of the table is text, such as ``"1 / (1 + exp(-x))"``. `compile_function` turns text into a
function, with `exp` looked up in the dictionary of a kind. That is all there is to "one graph, many kinds of
number": the same formula compiled again. Carried out on nodes, a formula gives nodes: a gradient that is a
graph.
"""

import ast
import functools
import linecache
import math
import operator
import sys
from dataclasses import dataclass

from .values import is_array, plain

FLOATS, ARRAYS, SYMBOLS, NODES = range(4)  # where kinds meet in one operation, the highest decides


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of number. words: {word: what it means}; missing: the function that finds the others."""

    name: str
    rank: int
    words: dict
    missing: callable

    def meaning(self, word):
        """What `word` means for numbers of this kind; found once and kept. KeyError if it means nothing."""
        if word not in self.words:
            self.words[word] = self.missing(word)
        return self.words[word]


def maximum(x, y):
    """The larger one; nan stays nan, in either place."""
    return x if x > y or x != x else y


def minimum(x, y):
    """The smaller one; nan stays nan, in either place."""
    return x if x < y or x != x else y


def sign(x):
    """−1, 0 or 1."""
    return float(x > 0) - float(x < 0)


def finite_power(x, y):
    """x ** y, and 0 where that would be infinite, because x is 0 and y is negative."""
    return 0.0 if x == 0 and y < 0 else math.pow(x, y)


# Names that a student's node must not take from a program.
RESERVED = set("abs float max min maximum minimum sign stretch scatter peak".split())
RESERVED |= set("softmax logsumexp log_softmax erfc".split())


@functools.cache
def floats():
    """Python floats, computed by the `math` module."""
    words = {
        "abs": abs,
        # Where ** answers (-8) ** (1 / 3) with a complex number, pow refuses and IEEE says nan.
        "power": math.pow,
        "where": lambda condition, x, y: x if condition else y,
        "maximum": maximum,
        "minimum": minimum,
        "sign": sign,
        "finite_power": finite_power,
    }

    def missing(word):
        return getattr(math, word, None) or _row_as_word(word, floats())

    return Kind("floats", FLOATS, words, missing)


@functools.cache
def arrays():
    """numpy arrays of floats."""
    import numpy as np

    from . import arrays as own

    def missing(word):
        if hasattr(own, word):
            return getattr(own, word)
        function = getattr(np, word, None)
        if isinstance(function, np.ufunc) and function.nin == 1:  # log(2) stays a Python float among float32
            return lambda x: function(x) if isinstance(x, np.ndarray) else plain(function(x))
        if function is not None:
            return function
        if hasattr(math, word):
            one_by_one = np.frompyfunc(getattr(math, word), 1, 1)
            return lambda x: np.asarray(one_by_one(x), x.dtype)
        return _row_as_word(word, arrays())

    words = {"abs": abs, "power": operator.pow, "inverse": inverse}
    return Kind("arrays", ARRAYS, words, missing)


@functools.cache
def symbols():
    """sympy expressions, single or in numpy object arrays."""
    import numpy as np
    import sympy

    from . import arrays as own

    def lift(function, arity=1):
        return np.frompyfunc(function, arity, 1)  # works on one expression and on every entry of an array

    def compare(relation):
        return lift(lambda x, y: sympy.Piecewise((1, relation(x, y)), (0, True)), 2)  # 1 where it holds

    def choose(condition, x, y):
        if isinstance(condition, sympy.Piecewise) and condition.args[0][0] == 1:
            condition = condition.args[0][1]  # what compare made: the relation itself
        elif condition.is_Symbol or not isinstance(condition, sympy.logic.boolalg.Boolean):
            condition = sympy.Ne(condition, 0)
        return sympy.Piecewise((x, condition), (y, True))

    def largest(x, axis=None, keepdims=False):
        for one in range(x.ndim) if axis is None else np.atleast_1d(axis):
            x = lift(sympy.Max, 2).reduce(x, axis=int(one), keepdims=True)
        return x if keepdims else x.sum(axis=axis)  # only axes of length 1 are left to drop

    def missing(word):
        if word in ("stretch", "scatter", "count", "swap", "unbroadcast"):
            return getattr(own, word)
        if hasattr(sympy, word):
            meaning = getattr(sympy, word)
            return lift(meaning) if callable(meaning) else meaning
        return _row_as_word(word, symbols())

    words = {
        "abs": abs,
        "power": operator.pow,
        "finite_power": operator.pow,
        "greater": compare(sympy.Gt),
        "less": compare(sympy.Lt),
        "greater_equal": compare(sympy.Ge),
        "less_equal": compare(sympy.Le),
        "equal": compare(sympy.Eq),
        "maximum": lift(lambda x, y: choose(sympy.Ge(x, y), x, y), 2),
        "minimum": lift(lambda x, y: choose(sympy.Le(x, y), x, y), 2),
        "where": lift(choose, 3),
        "guarded": operator.mul,
        "largest": largest,
        "smallest": lambda x, axis=None, keepdims=False: -largest(-x, axis, keepdims),
        "cast": lambda x, like: x,
        "inverse": inverse,
    }
    return Kind("symbols", SYMBOLS, words, missing)


@functools.cache
def nodes():
    """Nodes: formulas build a graph. What multiplies by 1 is left out, so that the graph stays readable."""
    from .functions import function_of
    from .gradients import times, unbroadcast
    from .node import Node
    from .table import OPERATIONS

    def word(name):
        return function_of(OPERATIONS[name])

    def power(x, y):
        return x if not isinstance(y, Node) and y == 1 else x**y

    def finite_power(x, y):
        if SYMBOLS in [kind_of(getattr(part, "value", part)).rank for part in (x, y)]:
            return power(x, y)  # symbols keep the textbook
        if isinstance(y, Node):
            is_infinite = word("equal")(x, 0.0) * (y < 0)
        elif y >= 0:
            return power(x, y) if y else 1.0
        else:
            is_infinite = word("equal")(x, 0.0)
        return word("where")(is_infinite, 0.0, x**y)

    def count(x, axis):
        return arrays().meaning("count")(arrays().meaning("asarray")(x.value), axis)

    def swap(x):
        axes = list(range(len(x.shape)))
        return x.transpose(*axes[:-2], axes[-1], axes[-2])

    def where(condition, x, y):
        if isinstance(condition, Node):
            return word("where")(condition, x, y)
        return x if condition else y

    words = {
        "abs": abs,
        "where": where,
        "pi": math.pi,
        "power": power,
        "finite_power": finite_power,
        "guarded": times,
        "unbroadcast": unbroadcast,
        "swap": swap,
        "count": count,
        "inverse": inverse,
        "largest": lambda x, **settings: x.max(**settings),
        "smallest": lambda x, **settings: x.min(**settings),
    }
    return Kind("nodes", NODES, words, word)


def inverse(axes):
    """The permutation of axes that undoes this one."""
    return None if axes is None else tuple(sorted(range(len(axes)), key=lambda i: axes[i] % len(axes)))


def _row_as_word(word, kind):
    """A row of the table in another row's formula: softplus says sigmoid."""
    from .table import OPERATIONS

    row = OPERATIONS.get(word)
    if row is None or f"{word}(" in row.formula(kind):
        raise NameError(
            f"no formula may say {word!r}: {kind.name} do not know it. Spell functions as in math: atan"
        )
    return compile_function(word, (*row.letters, *row.params), row.formula(kind), kind)[0]


def kind_of(value):
    """The kind of a value that `as_value` has let in."""
    if isinstance(value, float):
        return floats()
    if "sympy" in sys.modules and not (is_array(value) and value.dtype.kind != "O"):
        return symbols()
    return arrays()


def widest(nodes):
    """The kind of number in which these nodes meet."""
    kind = kind_of(nodes[0].value)
    for node in nodes[1:]:
        other = kind_of(node.value)
        if other.rank > kind.rank:
            kind = other
    return kind


def ranks_of(nodes):
    """How many axes each operand has; 3 for matrices if one of them is a stack of matrices."""
    ranks = [len(x.shape) for x in nodes]
    if max(ranks) > 2:
        ranks = [3 if rank > 1 else rank for rank in ranks]
    return tuple(ranks)


class _CallByName(ast.NodeTransformer):
    """Operators whose meaning depends on the kind become calls: ``x ** y`` → ``power(x, y)``."""

    comparisons = {
        ast.Gt: "greater",
        ast.Lt: "less",
        ast.GtE: "greater_equal",
        ast.LtE: "less_equal",
        ast.Eq: "equal",
    }
    methods = {"max": "largest", "min": "smallest"}

    def __init__(self, kind):
        self.exactly = kind.rank == SYMBOLS
        self.compares = kind.rank < SYMBOLS

    def visit_BinOp(self, node):
        self.generic_visit(node)
        return _call("power", node.left, node.right) if isinstance(node.op, ast.Pow) else node

    def visit_Compare(self, node):
        self.generic_visit(node)
        name = self.comparisons[type(node.ops[0])]
        return node if self.compares else _call(name, node.left, node.comparators[0])

    def visit_Call(self, node):
        self.generic_visit(node)
        if self.exactly and isinstance(node.func, ast.Attribute) and node.func.attr in self.methods:
            name = self.methods[node.func.attr]
            return ast.Call(ast.Name(name, ast.Load()), [node.func.value, *node.args], node.keywords)
        return node


def _call(name, *operands):
    return ast.Call(ast.Name(name, ast.Load()), list(operands), [])


def compile_function(name, arguments, formula, kind):
    """(function, its source): ``def name(arguments)`` that returns the formula, for one kind of number.

    The source stands in `linecache`: a traceback and a debugger show it.
    """
    tree = _CallByName(kind).visit(ast.parse(formula, mode="eval"))
    source = f"def {name}({', '.join(arguments)}):\n    return {ast.unparse(tree)}\n"
    used = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    namespace = {word: kind.meaning(word) for word in used.difference(arguments)}
    filename = f"<{name} on {kind.name}: {formula}>"
    linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
    exec(compile(source, filename, "exec"), namespace)
    return namespace[name], source
