"""A formula of the table as Python: words become functions of math and numpy, settings are put in."""

import ast
import inspect
import keyword
import math
import re
import unicodedata

from ..graph import kinds
from .simplify import simplified

PACKAGE = kinds.__name__.rpartition(".")[0]


class InPython(ast.NodeTransformer):
    """Put expressions in place of the letters and settings of a formula, and Python in place of its words."""

    def __init__(self, writer, operands, settings, on_arrays):
        self.writer, self.operands, self.settings, self.on_arrays = writer, operands, settings, on_arrays

    def visit_Name(self, node):
        return self.operands.get(node.id) or self.settings.get(node.id) or node

    def visit_Subscript(self, node):
        return ast.Subscript(self.visit(node.value), self.visit(node.slice), ast.Load())

    def visit_BinOp(self, node):
        node = ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))
        is_whole = isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
        if isinstance(node.op, ast.Pow) and not self.on_arrays and not is_whole:
            return call("math.pow", node.left, node.right)  # for which −8 has no third root, complex or not
        return simplified(node)

    def visit_UnaryOp(self, node):
        return simplified(ast.UnaryOp(node.op, self.visit(node.operand)))

    def visit_Call(self, node):
        arguments = [self.visit(argument) for argument in node.args]
        if isinstance(node.func, ast.Attribute):
            return self._method(node, arguments)
        word = node.func.id
        if all([isinstance(argument, ast.Constant) for argument in arguments]):
            return call(f"math.{word}", *arguments)  # sqrt(2): a Python float leaves float32 in float32
        if word == "abs":
            return call("abs", *arguments)
        if word in ("maximum", "minimum") and not self.on_arrays and isinstance(arguments[1], ast.Constant):
            return call(word[:3], *arguments)
        if word == "where" and not self.on_arrays:
            return ast.IfExp(*arguments)
        kind = kinds.arrays() if self.on_arrays else kinds.floats()
        function = kind.meaning(word)
        if (
            inspect.isfunction(function)
            and function.__name__ == word
            and function.__module__.startswith(PACKAGE)
        ):
            words = call(self.writer.use(function))
            for original, argument in zip(node.args, arguments):
                name = getattr(original, "id", None)
                if name == "key":  # an index that stands alone
                    words.args.append(
                        ast.Subscript(ast.parse("np.s_", mode="eval").body, argument, ast.Load())
                    )
                elif name not in self.settings:
                    words.args.append(argument)
                elif not is_default(argument):
                    words.keywords.append(ast.keyword(name, argument))
            return words
        return call(f"{'np' if self.on_arrays else 'math'}.{word}", *arguments)

    def _method(self, node, arguments):
        """x.sum(axis=0), x.reshape(5, 3), x.T."""
        function = ast.Attribute(self.visit(node.func.value), node.func.attr, ast.Load())
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        keywords = [k for k in keywords if not is_default(k.value)]
        if node.func.attr == "transpose" and is_default(arguments[0]):
            return ast.Attribute(function.value, "T", ast.Load())
        if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple) and arguments[0].elts:
            arguments = arguments[0].elts
        return ast.Call(function, arguments, keywords)


def is_default(x):
    """None, or False: the setting that one leaves out."""
    return isinstance(x, ast.Constant) and (x.value is None or x.value is False)


def call(name, *arguments):
    return ast.Call(ast.parse(name, mode="eval").body, list(arguments), [])


def number_as_code(value):
    """A number as one types it: 2 and not 2.0."""
    if not math.isfinite(value):
        text = "math.nan" if value != value else "math.inf" if value > 0 else "-math.inf"
        return ast.parse(text, mode="eval").body
    size = ast.Constant(int(abs(value)) if value == int(value) and abs(value) < 1e15 else abs(value))
    return ast.UnaryOp(ast.USub(), size) if math.copysign(1, value) < 0 else size


def identifier(name):
    """The name as Python would have it: W[0,0] becomes W_0_0, lambda becomes lambda_."""
    name = unicodedata.normalize("NFKC", re.sub(r"\W+", "_", name).strip("_")) or "v"
    name = f"v{name}" if name[0].isdigit() else name
    name = name if name.isidentifier() else "v"
    return f"{name}_" if keyword.iskeyword(name) else name
