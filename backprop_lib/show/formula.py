"""How formulas and numbers are shown: text and LaTeX, from the formulas of the table with the names of the
operands put in.
"""

import ast
import re

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def in_text(formula, names):
    """A formula of the table as readable text with `names` in place of its letters: ``"y"`` → ``"z"``, ``x *
    y`` → ``q · z``.
    """
    text = ast.unparse(_renamed(formula, names))
    text = re.sub(r" \*\* (-?\d+)\b(?!\.)", lambda m: m[1].translate(_SUPERSCRIPT), text)
    for plain, shown in ((" ** ", "^"), (" * ", " · "), ("-", "−"), (">=", "≥"), ("<=", "≤"), (".T", "ᵀ")):
        text = text.replace(plain, shown)
    text = re.sub(r"\bpi\b", "π", text)
    return re.sub(r"−(−[\d.]+)", r"−(\1)", text)


class _Renamed(ast.NodeTransformer):
    """Put names in place of letters. Constants are worked out: x ** (2 - 1) becomes x, and what is multiplied
    by 1 stays.
    """

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        name = self.names.get(node.id, node.id)
        if _NUMBER.fullmatch(name):
            return ast.parse(name.replace("−", "-"), mode="eval").body
        return ast.Name(name, node.ctx)

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow) and isinstance(right, ast.BinOp):
            numbers = [ast.unparse(part) for part in (right.left, right.right)]
            if all(map(_NUMBER.fullmatch, numbers)) and isinstance(right.op, ast.Sub):
                right = ast.Constant(
                    int(power) if (power := float(numbers[0]) - float(numbers[1])).is_integer() else power
                )
            if ast.unparse(right) == "1":
                return left
        return ast.BinOp(left, node.op, right)


_NUMBER = re.compile(r"[−-]?[\d.]+(e[+−-]?\d+)?")


def _renamed(formula, names):
    return _Renamed(names).visit(ast.parse(formula, mode="eval").body)


def in_latex(formula, names):
    """A formula of the table as LaTeX, with `names` (LaTeX themselves) in place of its letters."""
    return _Latex().visit(_renamed(formula, names))


class _Latex(ast.NodeVisitor):
    """Python's expression tree to LaTeX. Each visit returns text; `_wrapped` adds parentheses where
    precedence asks for them.
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
        return (
            f"{self.visit(node.left)} {self.relations[type(node.ops[0])]} {self.visit(node.comparators[0])}"
        )

    def visit_Attribute(self, node):
        return self._wrapped(node.value, 3) + r"^{\top}"

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
        name, parts = node.func.id, [self.visit(argument) for argument in node.args]
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
