"""A formula of the table as text and as LaTeX, with the names of the operands and the settings put in."""

import ast
import re

from ..graph.names import number

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SIGNS = {" ** ": "^", " * ": " · ", "-": "−", ">=": "≥", "<=": "≤", "==": "=", ".T": "ᵀ"}


def in_text(formula, names, settings=()):
    """A formula as readable text: ``"y"`` → ``"z"``, ``x * y`` → ``q · z``, ``x.sum(axis=axis)`` →
    ``X.sum(axis=0)``.

    names: {letter: what stands for it}, a name or a number. settings: {name: value}, such as the axis; what
    is None or False is left out.
    """
    text = ast.unparse(written(formula, names, settings))
    text = re.sub(r" \*\* (-?\d+)\b(?!\.)", lambda m: m[1].translate(_SUPERSCRIPT), text)
    for plain, shown in _SIGNS.items():
        text = text.replace(plain, shown)
    text = re.sub(r"\bpi\b", "π", text)
    return re.sub(r"−(−[\d.]+)", r"−(\1)", text)


def in_latex(formula, names, settings=()):
    """A formula as LaTeX, with `names` (LaTeX themselves, or numbers) in place of its letters."""
    return _Latex().visit(written(formula, names, settings))


def written(formula, names, settings=()):
    """The expression tree of a formula with names, numbers and settings put in."""
    return _Written(names, dict(settings)).visit(ast.parse(formula, mode="eval").body)


class _Written(ast.NodeTransformer):
    """Put names in place of letters. Constants are worked out: x ** (2 - 1) becomes x."""

    def __init__(self, names, settings):
        self.names, self.settings = names, settings

    def visit_Name(self, node):
        if node.id in self.settings:
            return ast.Name(setting(self.settings[node.id]))
        found = self.names.get(node.id, node.id)
        if isinstance(found, str):
            return ast.Name(found)
        text = number(found)
        return (
            ast.parse(text.replace("−", "-"), mode="eval").body
            if isinstance(found, float)
            else ast.Name(text)
        )

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow) and isinstance(right, ast.BinOp) and isinstance(right.op, ast.Sub):
            parts = [part.value for part in (right.left, right.right) if isinstance(part, ast.Constant)]
            if len(parts) == 2:
                power = parts[0] - parts[1]
                right = ast.Constant(int(power) if power == int(power) else power)
        if isinstance(node.op, ast.Pow) and isinstance(right, ast.Constant) and right.value == 1:
            return left
        return ast.BinOp(left, node.op, right)

    def visit_Call(self, node):
        name = getattr(node.func, "id", getattr(node.func, "attr", None))
        if name in ("count", "inverse") and name in self.settings:
            return ast.Name(setting(self.settings[name]))
        function = node.func if isinstance(node.func, ast.Name) else self.visit(node.func)
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        for argument in node.args:
            shown = self.visit(argument)
            keyword = (
                argument.id
                if isinstance(argument, ast.Name) and argument.id in ("axis", "keepdims")
                else None
            )
            keywords.append(ast.keyword(keyword, shown))
        said = [k for k in keywords if getattr(k.value, "id", None) not in ("None", "False")]
        if name == "transpose" and not said:
            return ast.Attribute(function.value, "T")
        return ast.Call(function, [k.value for k in said if not k.arg], [k for k in said if k.arg])


def setting(value):
    """A setting as Python writes it: an axis, a shape, or a key such as ``1:, 0``."""
    if isinstance(value, tuple):
        inside = ", ".join(map(setting, value))
        return f"({inside})" if all(isinstance(part, int) for part in value) else inside
    if isinstance(value, slice):
        ends = ["" if end is None else str(end) for end in (value.start, value.stop, value.step)]
        return ":".join(ends if ends[2] else ends[:2])
    if value is Ellipsis:
        return "..."
    if hasattr(value, "tolist"):
        return str(value.tolist()) if value.size <= 8 else f"array{value.shape}"
    return repr(value)


class _Latex(ast.NodeVisitor):
    """Python's expression tree to LaTeX. Each visit returns text; `_wrapped` adds parentheses where they are
    needed.
    """

    functions = {"log", "exp", "sin", "cos", "tanh", "max", "min"}
    relations = {ast.Gt: ">", ast.Lt: "<", ast.GtE: r"\ge", ast.LtE: r"\le", ast.Eq: "="}
    strength = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.MatMult: 2, ast.UnaryOp: 2, ast.Pow: 3}

    def _wrapped(self, node, at_least):
        kind = type(node.op) if isinstance(node, ast.BinOp) else type(node)
        text = self.visit(node)
        signed = isinstance(node, ast.Name) and text.startswith("-")
        return rf"\left({text}\right)" if signed or self.strength.get(kind, 9) < at_least else text

    def visit_Constant(self, node):
        return str(node.value)

    def visit_Name(self, node):
        return {"pi": r"\pi"}.get(node.id, node.id)

    def visit_UnaryOp(self, node):
        return "-" + self._wrapped(node.operand, 2)

    def visit_Compare(self, node):
        sign = self.relations[type(node.ops[0])]
        return f"{self.visit(node.left)} {sign} {self.visit(node.comparators[0])}"

    def visit_Attribute(self, node):
        if node.attr == "T":
            return self._wrapped(node.value, 3) + r"^{\top}"
        return rf"{self.visit(node.value)}\text{{.{node.attr}}}"

    def visit_Subscript(self, node):
        return rf"{self._wrapped(node.value, 4)}\left[{self.visit(node.slice)}\right]"

    def visit_Slice(self, node):
        return ":"

    def visit_Tuple(self, node):
        return ", ".join(map(self.visit, node.elts))

    def visit_BinOp(self, node):
        left, right = node.left, node.right
        if isinstance(node.op, ast.Div):
            return rf"\frac{{{self.visit(left)}}}{{{self.visit(right)}}}"
        if isinstance(node.op, ast.Pow):
            return f"{self._wrapped(left, 4)}^{{{self.visit(right)}}}"
        if isinstance(node.op, (ast.Add, ast.Sub)):
            sign = "+" if isinstance(node.op, ast.Add) else "-"
            return f"{self.visit(left)} {sign} {self._wrapped(right, 1 if sign == '+' else 2)}"
        dot = r"\cdot" if isinstance(node.op, ast.Mult) else ""
        return f"{self._wrapped(left, 2)} {dot} {self._wrapped(right, 2)}"

    def visit_Call(self, node):
        parts = [self.visit(argument) for argument in node.args]
        parts += [rf"\text{{{k.arg} }} {self.visit(k.value)}" for k in node.keywords]
        if isinstance(node.func, ast.Attribute):  # X.sum(axis=0)
            name, parts = node.func.attr, [self.visit(node.func.value), *parts]
        else:
            name = node.func.id
        if name == "where":
            return rf"\begin{{cases}}{parts[1]} & {parts[0]}\\ {parts[2]} & \text{{otherwise}}\end{{cases}}"
        if name == "abs":
            return rf"\left|{parts[0]}\right|"
        if name == "sqrt":
            return rf"\sqrt{{{parts[0]}}}"
        if name == "exp":
            return f"e^{{{parts[0]}}}"
        shown = rf"\{name}" if name in self.functions else rf"\operatorname{{{name}}}"
        return rf"{shown}\left({', '.join(parts)}\right)"
