"""A formula as a student types it, read without ever being run, and an expression as the course prints it.

`parse_formula` lets Python split the text into a tree, walks the tree, and builds graph nodes from what it
knows: numbers, the letters that it was given, operators, and the functions of the table of operations in
their textbook form. There is no `eval` and nothing to escape from: what has no meaning in a formula is
refused with a sentence that says so.
"""

import ast
import contextlib
import itertools
import keyword
import re
import unicodedata
import warnings

import sympy
from sympy.printing.str import StrPrinter

from ..graph import OPERATIONS, Constant, Node, function_of
from ..graph.kinds import symbols
from ..show.formula import in_text

LONGEST, DEEPEST = 2000, 100  # characters of text; operations inside each other
LARGEST_POWER, LARGEST_NUMBER = 100, 1e100

_SPELLED = {
    "^": "**", "−": "-", "–": "-", "·": "*", "⋅": "*", "∘": "*", "×": "*", "÷": "/", "≥": ">=", "≤": "<=",
    "√": "sqrt", "ᵀ": ".T",
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.Pow: "pow", ast.MatMult: "matmul",
    ast.USub: "neg", ast.Gt: "gt", ast.GtE: "ge", ast.Lt: "lt", ast.LtE: "le",
}  # fmt: skip
_TOKEN = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|\w+|\S")


def parse_formula(text, letters):
    """`text` as a sympy expression, or as an object array of them where the letters are arrays.

    letters: {name: what it stands for}, a sympy expression, an object array or a graph node. An entry of an
        array is written ``W[0,1]``; ``e`` and ``pi`` are known unless they are letters.

    ``^``, ``−``, ``·``, ``x²``, ``σ(z)``, ``ln``, ``Wᵀ`` are understood as they are read. Raises ValueError
    for what is no formula, is too long or too large, or has an unknown letter.
    """
    nodes = {plain_name(name): x if isinstance(x, Node) else Node(x, name) for name, x in letters.items()}
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(_respelled(text), mode="eval").body
    except (SyntaxError, MemoryError, RecursionError):
        raise ValueError(f"{_quoted(text)} cannot be read: look for a missing operator or bracket") from None
    if _depth(tree) > DEEPEST:
        raise ValueError(
            f"the formula has more than {DEEPEST} operations inside each other: write a shorter one"
        )
    value = _as_number(_read(tree, nodes)).value
    if any(sympy.sympify(x).has(sympy.nan, sympy.zoo, sympy.oo) for x in getattr(value, "flat", [value])):
        raise ValueError(f"{_quoted(text)} divides by zero, or is infinite, whatever the letters are")
    return value


def _respelled(text):
    """What Python's parser is given: the same formula in its spelling."""
    if len(text) > LONGEST:
        raise ValueError(f"the formula has {len(text)} characters; the longest that is read has {LONGEST}")
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"**({m[0].translate(_SUPERSCRIPT)})", text.strip())
    for written, meant in _SPELLED.items():
        text = text.replace(written, meant)
    text = plain_name(text, spaces=" ")
    if strange := re.search(r"[^\w\s+\-*/().,\[\]<>=@]", text):
        raise ValueError(f"{strange[0]!r} has no meaning in a formula")
    if re.search("(?<![<>])=", text):
        raise ValueError("a claim is one formula: write what stands on the right of the =")
    for word in re.findall(r"\w+", text):
        if keyword.iskeyword(word):
            raise ValueError(f"{word!r} has no meaning in a formula; a choice is written where(z > 0, a, b)")
    for left, right in itertools.pairwise(_TOKEN.findall(text)):
        is_call = right == "(" and left.isidentifier()
        if re.search(r"[\w)\]]$", left) and re.match(r"[\w(]", right) and not is_call:
            raise ValueError(f"{left}{right}: write {left}*{right}; a product needs its sign")
    return text


def plain_name(name, spaces=""):
    """One spelling for letters that look alike: Python's own, and ``W[0, 1]`` without the space."""
    return re.sub(r"\s+", spaces, unicodedata.normalize("NFKC", name))


def _quoted(text):
    return repr(text if len(text) <= 60 else text[:57] + "…")


def _depth(tree):
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _read(tree, letters):
    """The node that a part of the tree stands for."""
    match tree:
        case ast.Constant(value=int() | float() as value):
            return Constant(sympy.Rational(repr(value)) if abs(value) != float("inf") else sympy.oo)
        case ast.Name(id=name):
            return _letter(name, letters)
        case ast.BinOp(x, op, y) | ast.Compare(x, [op], [y]) if type(op) in _OPERATORS:
            return _call(_OPERATORS[type(op)], [_read(x, letters), _read(y, letters)])
        case ast.UnaryOp(op=ast.USub(), operand=x):
            return _call("neg", [_read(x, letters)])
        case ast.UnaryOp(op=ast.UAdd(), operand=x):
            return _read(x, letters)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            if name in letters:
                raise ValueError(f"{name}(…): {name} is a letter, not a function; write {name}*(…)")
            return _call(name, [_read(x, letters) for x in arguments])
        case ast.Attribute(value=x, attr="T"):
            return _read(x, letters).T
        case ast.Subscript(value=x, slice=index):
            return _entry(plain_name(ast.unparse(tree).replace("(", "").replace(")", "")), x, index, letters)
    raise ValueError(
        f"{_quoted(ast.unparse(tree))} has no meaning in a formula of letters, numbers and functions"
    )


def _letter(name, letters):
    if name in letters:
        return letters[name]
    if name in ("e", "pi", "π"):
        return Constant(sympy.E if name == "e" else sympy.pi)
    if _rows(name):
        raise ValueError(
            f"{name} is a function, and needs its operand in brackets: {name}({_rows(name)[0].arguments})"
        )
    hint = f" Did you mean {'*'.join(name)}?" if all(letter in letters for letter in name) else ""
    raise ValueError(f"there is no letter {name!r} here; the letters are: {', '.join(letters)}.{hint}")


def _entry(label, array, index, letters):
    if label in letters:  # a node whose very name is z[2]
        return letters[label]
    if not isinstance(array, (ast.Name, ast.Subscript)):
        raise ValueError(f"{label}: only a letter has entries")
    node = _read(array, letters)
    if re.fullmatch(r".*\[-?\d+(,-?\d+)*\]", label):
        with contextlib.suppress(ValueError, TypeError, IndexError):
            return node[ast.literal_eval(index)]
    raise ValueError(
        f"{label}: {ast.unparse(array)} is {node.shape or 'a single number'}, and has no such entry"
    )


def _rows(word):
    word = {"ln": "log"}.get(word, word)
    return [
        row for row in OPERATIONS.values() if word in (row.name, row.gate, (row.special or "").strip("_"))
    ]


def _call(word, operands):
    """The row of the table that is called `word`, applied to nodes."""
    rows = _rows(word)
    if not rows:
        return _textbook_call(word, operands)
    fitting = [row for row in rows if 0 <= row.arguments.count(",") + 1 - len(operands) <= len(row.defaults)]
    if not fitting:
        raise ValueError(f"{word}({rows[0].arguments}) was given {len(operands)} operands")
    row = fitting[0]
    operands = [
        x if name == "condition" else _as_number(x) for name, x in zip(row.arguments.split(", "), operands)
    ]
    if row.special == "__pow__":
        _refuse_a_huge_power(operands[1])
    try:
        result = function_of(row)(*operands)
    except (TypeError, OverflowError) as problem:
        raise ValueError(str(problem)) from None
    for x in getattr(result.value, "flat", [result.value]):
        if x.is_number and (x.has(sympy.nan, sympy.zoo, sympy.oo) or abs(x.evalf(5)) > LARGEST_NUMBER):
            raise ValueError(f"a number in the formula is infinite, or larger than {LARGEST_NUMBER:.0g}")
    return result


def _textbook_call(word, operands):
    """A function that is no operation of its own, but stands in the formula of one, such as erf in gelu."""
    formulas = " ".join(str((row.value, row.local)) for row in OPERATIONS.values() if row.elementwise)
    if word not in re.findall(r"(\w+)\(", formulas) or len(operands) != 1:
        known = ", ".join(row.name for row in OPERATIONS.values() if not row.special)
        raise ValueError(f"there is no function {word!r}; the functions are: {known}")
    return Constant(symbols()[word](operands[0].value))


def _as_number(node):
    """A comparison that is calculated with, as in (z > 0) * upstream, is 1 where it holds and 0 elsewhere."""
    entries = getattr(node.value, "flat", [node.value])
    if any(not isinstance(x, (sympy.Expr, float)) for x in entries):
        return function_of(OPERATIONS["where"])(node, Constant(sympy.Integer(1)), Constant(sympy.Integer(0)))
    return node


def _refuse_a_huge_power(exponent):
    for power in (x for x in getattr(exponent.value, "flat", [exponent.value]) if x.is_Rational):
        if max(abs(power.p), power.q) > LARGEST_POWER:
            raise ValueError(f"an exponent is larger than {LARGEST_POWER}")


class _CoursePrinter(StrPrinter):
    """What sympy would print, in the names of the table of operations."""

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
    """A sympy expression as a student would write it, ``where(z > 0, x · ŷ, 0)``; `parse_formula` reads it
    back.
    """
    letters = {f"s{i:04}": s for i, s in enumerate(sorted(expression.free_symbols, key=str))}
    text = _CoursePrinter().doprint(
        expression.xreplace({s: sympy.Symbol(plain) for plain, s in letters.items()})
    )
    return in_text(text, {plain: s.name for plain, s in letters.items()})
