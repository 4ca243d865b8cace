"""A formula as a student types it, read without ever being run, and an expression as the course prints it.

`parse_formula` lets Python split the text into a tree, walks the tree, and builds graph nodes from what it
knows: numbers, the letters that it was given, operators, and the functions of the table of operations in
their textbook form. There is no `eval` and nothing to escape from: what has no meaning in a formula is
refused with a sentence that says so.
"""

import ast
import contextlib
import re
import warnings

import numpy as np
import sympy
from sympy.printing.str import StrPrinter

from ..graph import OPERATIONS, Constant, Node, function_of, public_names
from ..show.formula import in_text
from .handwriting import SLOPE_OF, in_python
from .points import as_typed
from .spelling import plain_name

DEEPEST_TEXT = 100  # operations inside each other
LARGEST_POWER, LARGEST_NUMBER = 100, 1e100

_OPERATORS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power",
    ast.MatMult: "matmul", ast.UAdd: "identity", ast.USub: "negative",
    ast.Gt: "greater", ast.GtE: "greater_equal", ast.Lt: "less", ast.LtE: "less_equal",
}  # fmt: skip
_SYNONYMS = {"ln": "log", "abs": "absolute", "logistic": "sigmoid", "expit": "sigmoid"}
_BEYOND_THE_TABLE = {
    "erf": sympy.erf, "sign": sympy.sign, "sinh": sympy.sinh, "cosh": sympy.cosh, "sech": sympy.sech,
    "coth": sympy.coth, "csch": sympy.csch, "tan": sympy.tan, "cot": sympy.cot, "sec": sympy.sec,
    "csc": sympy.csc, "arctan": sympy.atan, "identity": lambda x: x,
    "log2": lambda x: sympy.log(x) / sympy.log(2), "log10": lambda x: sympy.log(x) / sympy.log(10),
}  # fmt: skip


def parse_formula(text, letters):
    """`text` as a sympy expression, or as an object array of them where the letters are arrays.

    letters: {name: what it stands for}, a sympy expression, an object array or a graph node. An entry of an
        array is written ``W[0,1]``; ``e`` and ``pi`` are known unless they are letters.

    ``^``, ``−``, ``·``, ``x²``, ``½``, ``σ(z)``, ``ln``, ``Wᵀ`` are understood as they are read, and so are
    ``2(p − y)x``, ``tanh²(z)``, ``|x|`` and letters in another spelling (`handwriting`). A number of
    more than ten digits becomes a `Rounded`. Raises ValueError for what is no formula, is too long or too
    large, or has an unknown letter.
    """
    nodes = {plain_name(name): x if isinstance(x, Node) else Node(x, name) for name, x in letters.items()}
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(in_python(text, nodes, _is_function), mode="eval").body
        depth = _depth(tree)
    except (SyntaxError, MemoryError, RecursionError):
        raise ValueError(
            f"{cut(text, 60)!r} cannot be read: look for a missing operator or bracket"
        ) from None
    if depth > DEEPEST_TEXT:
        raise ValueError(f"the formula has more than {DEEPEST_TEXT} operations inside each other: shorten it")
    value = _read(tree, nodes).value
    if any(_is_infinite(x) for x in _entries(value)):
        raise ValueError(f"{cut(text, 60)!r} divides by zero, or is infinite, whatever the letters are")
    return value


def cut(text, length):
    """The beginning of a text that is too long to be shown."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _depth(tree):
    return 1 + max(map(_depth, ast.iter_child_nodes(tree)), default=0)


def _read(tree, letters):
    """The node that a part of the tree stands for."""
    match tree:
        case ast.Constant(value=int() as value):
            return Constant(sympy.Integer(value))
        case ast.Constant(value=float() as value):
            return Constant(as_typed(value))
        case ast.Name(id=name):
            return _letter(name, letters)
        case ast.BinOp(x, op, y) | ast.Compare(x, [op], [y]) if type(op) in _OPERATORS:
            return _call(_OPERATORS[type(op)], [_read(x, letters), _read(y, letters)])
        case ast.UnaryOp(op, x) if type(op) in _OPERATORS:
            return _call(_OPERATORS[type(op)], [_read(x, letters)])
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name in letters:
                raise ValueError(f"{name}(…): {name} is a letter, not a function; write {name}*(…)")
            return _call(name, [_read(x, letters) for x in arguments])
        case ast.Attribute(value=x, attr="T"):
            return _read(x, letters).T
        case ast.Subscript(value=x, slice=index):
            return _entry(plain_name(ast.unparse(tree).replace("(", "").replace(")", "")), x, index, letters)
    raise ValueError(
        f"{cut(ast.unparse(tree), 60)!r} has no meaning in a formula of letters, numbers and functions"
    )


def _letter(name, letters):
    if name in letters:
        return letters[name]
    if name in ("e", "pi", "π"):
        return Constant(sympy.E if name == "e" else sympy.pi)
    if rows := _rows(name):
        operands = f"{name}({rows[0].arguments})"
        raise ValueError(f"{name} is a function, and needs its operand in brackets: {operands}")
    raise ValueError(f"there is no letter {name!r} here; the letters are: {', '.join(letters)}")


def _entry(label, array, index, letters):
    if label in letters:  # a node whose very name is z[2]
        return letters[label]
    if not isinstance(array, (ast.Name, ast.Subscript)):
        raise ValueError(f"{label}: only a letter has entries")
    node = _read(array, letters)
    if re.fullmatch(r".*\[-?\d+(,-?\d+)*\]", label):
        with contextlib.suppress(ValueError, TypeError, IndexError):
            return node[ast.literal_eval(index)]
    has = node.shape or "a single number"
    raise ValueError(f"{label}: {ast.unparse(array)} is {has}, and has no such entry")


def _rows(word):
    """The rows that are called `word`, or have it on their gate: max is one of two numbers, or of all."""
    word = _SYNONYMS.get(word, word)
    return [row for row in OPERATIONS.values() if row.public and word in (row.name, row.gate)]


def _is_function(word):
    return word in _BEYOND_THE_TABLE or bool(_rows(word))


def _slope(word, operand):
    """The derivative of the function that is called `word`, at a node."""
    t = sympy.Dummy(real=True)
    slope = sympy.diff(_call(word, [Constant(t)]).value, t)
    return Constant(np.frompyfunc(lambda x: slope.xreplace({t: sympy.sympify(x)}), 1, 1)(operand.value))


def _call(word, operands):
    """The function that is called `word`, applied to nodes."""
    if word.startswith(SLOPE_OF) and len(operands) == 1:
        return _not_too_large(_slope(word.removeprefix(SLOPE_OF), operands[0]))
    if word in _BEYOND_THE_TABLE and len(operands) == 1:
        function = np.frompyfunc(_BEYOND_THE_TABLE[word], 1, 1)
        return _not_too_large(Constant(function(operands[0].value)))
    rows = _rows(word)
    if not rows:
        known = [name for name in public_names() if name not in _OPERATORS.values()]
        raise ValueError(f"there is no function {word!r}; the functions are: {', '.join(known)}")
    if word == "power":
        _refuse_a_huge_power(operands[1])
    for row in rows:
        missing = row.arguments.count(",") + 1 - len(operands)
        if 0 <= missing <= len(row.defaults):
            try:
                return _not_too_large(function_of(row)(*operands))
            except (TypeError, OverflowError) as problem:
                raise ValueError(str(problem)) from None
    raise ValueError(f"{word}({rows[0].arguments}) was given {len(operands)} operands")


def _entries(value):
    """The expressions in a value: one, or those of an array."""
    return getattr(value, "flat", [value])


def _is_infinite(x):
    return sympy.sympify(x).has(sympy.nan, sympy.zoo, sympy.oo)


def _not_too_large(node):
    for x in _entries(node.value):
        if x.is_number and (_is_infinite(x) or abs(x.evalf(5)) > LARGEST_NUMBER):
            raise ValueError(f"a number in the formula is infinite, or larger than {LARGEST_NUMBER:.0g}")
    return node


def _refuse_a_huge_power(exponent):
    for power in _entries(exponent.value):
        if power.is_Rational and abs(power) > LARGEST_POWER:
            raise ValueError(f"an exponent is larger than {LARGEST_POWER}")


class _CoursePrinter(StrPrinter):
    """What sympy would print, in the names of the table. letters: {symbol: a name in Python}."""

    def _print_Symbol(self, symbol):
        return self.letters[symbol]

    def _print_Abs(self, expression):
        return f"abs({self._print(expression.args[0])})"

    def _print_Exp1(self, expression):
        return "e"

    def _print_ITE(self, expression):
        return f"where({', '.join(map(self._print, expression.args))})"

    def _print_Piecewise(self, expression):
        *cases, (last, _) = expression.args
        text = self._print(last)
        for value, condition in reversed(cases):
            text = f"where({self._print(condition)}, {self._print(value)}, {text})"
        return text


def shown(expression):
    """An expression as it is written by hand, ``where(z > 0, x · ŷ, 0)``; `parse_formula` reads it back."""
    printer = _CoursePrinter()
    printer.letters = {s: f"s{i:04}" for i, s in enumerate(expression.free_symbols)}
    names = {letter: symbol.name for symbol, letter in printer.letters.items()}
    return in_text(printer.doprint(expression), names)
