"""A graph of single numbers as JavaScript: the rows of the table once more, for a page that has no Python."""

import ast
import functools
import math
import re
import textwrap
from importlib.resources import files

from ..graph import OPERATIONS, kinds, labels, leaves, topological_order
from .compiled import may_be_infinite
from .python import call, identifier, number_as_code
from .simplify import simplified
from .text import LINE, Names, Program, refuse_symbols

# Words that JavaScript calls by the same name.
MATH = """acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 sin sinh
sqrt tan tanh""".split()
OTHER_NAMES = {"abs": "Math.abs", "maximum": "Math.max", "minimum": "Math.min"}  # nan stays nan there as well

RESERVED = """arguments async await break case catch class const continue debugger default delete do else enum
eval export extends false finally for function if implements import in instanceof interface let new null of
package private protected public return static super switch this throw true try typeof undefined var void
while with yield Infinity Math NaN Number""".split()

FIXED = "\N{NO-BREAK SPACE}"
BREAKING = textwrap.TextWrapper(
    LINE, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
)

# Rows for arrays, as (value, local derivative) of one number: all but the softmax leave it as it is.
ON_ONE_NUMBER = dict.fromkeys(
    "sum mean max min transpose reshape getitem stretch scatter cast logsumexp".split(), ("x", "1")
)
ON_ONE_NUMBER |= {"softmax": ("1", "0"), "log_softmax": ("0", "0")}


class Script:
    """Collects the lines of one JavaScript function.

    wanted: the leaves whose gradients are computed, and nothing more than they need; None for the gradient of
        every node.
    """

    def __init__(self, output, wanted=None):
        self.output, self.wanted = output, wanted
        self.order, self.leaves = topological_order(output), leaves(output)
        refuse_symbols(self.order)
        refuse_arrays(self.order)
        self.words = {}  # {word: its definition}
        self.operands = {}  # {node: the expression that stands for its value}
        self.gradients = {}  # {node: the expression that stands for its gradient}
        self.lines = []
        names = Names({*RESERVED, *definitions(), *OPERATIONS})
        called = labels(self.order)
        variables = [node for node in self.order if not node.is_constant]
        self.names = {}
        for node in sorted(variables, key=lambda node: not node.name):  # names that were given come first
            self.names[node] = names.free(identifier(called[node]))
        self.gradient_names = {}
        for node, name in self.names.items():
            self.gradient_names[node] = names.free(f"d{self.names[output]}_d{name}")

    def function(self):
        """The whole function."""
        arguments = ", ".join([self.names[leaf] for leaf in self.leaves])
        head = textwrap.wrap(f"({arguments}) => {{", LINE, subsequent_indent="  ")
        self._write_values()
        self._leave_a_line()
        self._write_gradients()
        self._leave_a_line()
        self._write_result()
        words = [textwrap.indent(definition, "  ") for definition in self.words.values()]
        program = Program("\n".join([*head, *words, *self.lines, "}"]))
        program.language = "javascript"
        return program

    def _write_result(self):
        own = self.order if self.wanted is None else self.wanted
        gradients = ", ".join([text_of(self.gradients[node]) for node in own])
        if self.wanted is None:
            values = ", ".join([text_of(self.operands[node]) for node in own])
            self.lines.append("  return {")
            self._write(f"  values: [{values}],")
            self._write(f"  gradients: [{gradients}],")
            self.lines.append("  };")
        else:
            value = text_of(self.operands[self.output])
            self._write(f"return {{value: {value}, gradients: [{gradients}]}};")

    def _leave_a_line(self):
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def _write(self, statement):
        for sign in "*/":
            statement = statement.replace(f" {sign} ", f"{FIXED}{sign}{FIXED}")  # break at a sum first
        for line in BREAKING.wrap(statement):
            self.lines.append(line.replace(FIXED, " "))

    def _write_values(self):
        for node in self.order:
            if node.is_constant:
                self.operands[node] = number(node.value)
                continue
            name = self.operands[node] = ast.Name(self.names[node])
            if node.rule:
                value, _ = formulas(node)
                self._assign(name, self._filled(value, node))

    def _write_gradients(self):
        leading = set(self.order if self.wanted is None else self.wanted)
        for node in self.order:
            if any([x in leading for x in node.inputs]):
                leading.add(node)
        arrived = {self.output: [number(1)]}
        for node in reversed(self.order):
            g = self.gradients[node] = self._gradient(node, arrived.get(node, []))
            if node.rule is None or node not in arrived:
                continue
            _, derivatives = formulas(node)
            for x, active, derivative in zip(node.inputs, node.rule.active, derivatives):
                if active and x in leading:
                    local = self._filled(derivative, node)
                    arrived.setdefault(x, []).append(self._contribution(g, local, node))

    def _gradient(self, node, contributions):
        """What stands for the gradient of a node: the name of a line, if it has one."""
        if not contributions:
            return number(0)
        total = functools.reduce(lambda one, other: ast.BinOp(one, ast.Add(), other), contributions)
        is_short = isinstance(total, ast.Name) or known(total) is not None
        if node is self.output or (is_short and self.wanted is not None):
            return total
        name = ast.Name(self.gradient_names[node])
        self._assign(name, total)
        return name

    def _contribution(self, g, local, node):
        """g · local. Where that could be 0 · Infinity, it is said that 0 stays 0."""
        if known(g) == 0:
            return number(0)
        if known(g) is not None or is_finite(local):
            return product(g, local)
        if self.wanted is not None and not may_be_infinite(node):
            return product(g, local)
        return self._word("times", g, local)

    def _assign(self, name, expression):
        if isinstance(expression, ast.Compare):
            expression = call("Number", expression)
        self._write(f"const {name.id} = {text_of(expression)};")

    def _filled(self, formula, node):
        """A formula of the node's row with its operands put in."""
        operands = {letter: self.operands[x] for letter, x in zip(node.rule.operation.letters, node.inputs)}
        operands["out"] = self.operands[node]
        return self._in_javascript(formula, operands)

    def _in_javascript(self, formula, operands):
        return InJavaScript(self._word, operands).visit(ast.parse(formula, mode="eval").body)

    def _word(self, word, *arguments):
        """A call of a word that JavaScript does not have; its definition will stand above the lines."""
        if word not in self.words:
            definition = definitions().get(word) or self._row_as_word(OPERATIONS[word])
            for other in re.findall(r"\b(\w+)\(", definition):
                if other in definitions() and other not in self.words and other != word:
                    self.words[word] = definition  # erf and erfc speak of each other
                    self._word(other)
            self.words[word] = definition
        return call(word, *arguments)

    def _row_as_word(self, row):
        letters = {letter: ast.Name(letter) for letter in row.letters}
        value = self._in_javascript(row.numeric or row.value, letters)
        return f"const {row.name} = ({', '.join(letters)}) => {text_of(value)};"


def refuse_arrays(order):
    """Raise ValueError if a node carries an array."""
    for node in order:
        if node.shape:
            raise ValueError(
                f"JavaScript is written for graphs of single numbers, and {node!r} is none: build the graph "
                "of one example, number by number, and put a loop around its program"
            )


@functools.cache
def definitions():
    """{word: its definition in JavaScript}, for the words of the formulas that JavaScript lacks."""
    text = (files(__package__) / "words.js").read_text(encoding="utf-8")
    return {re.search(r"^const (\w+)", part, re.MULTILINE)[1]: part.strip() for part in text.split("\n\n")}


def formulas(node):
    """The formulas that numbers compute with: (value, derivatives)."""
    row = node.rule.operation
    if not row.elementwise or row.name in ON_ONE_NUMBER:
        value, local = ON_ONE_NUMBER[row.name]
        return value, (local,)
    return row.numeric or row.value, row.derivatives(kinds.floats())


class InJavaScript(ast.NodeTransformer):
    """Put expressions in place of the letters of a formula, and JavaScript in place of its words.

    use(word, *arguments): a call of a word that has to be defined.
    """

    def __init__(self, use, operands):
        self.use, self.operands = use, operands

    def visit_Name(self, node):
        return ast.Name("Math.PI") if node.id == "pi" else self.operands[node.id]

    def visit_Constant(self, node):
        return number(node.value)

    def visit_UnaryOp(self, node):
        return simplified(ast.UnaryOp(node.op, self.visit(node.operand)))

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow):
            return self._power(left, right)
        if isinstance(node.op, ast.Mult):
            return product(left, right)
        if isinstance(node.op, ast.Sub) and known(left) is not None and known(right) is not None:
            return number(known(left) - known(right))
        return simplified(ast.BinOp(left, node.op, right))

    def visit_Call(self, node):
        word = node.func.id
        arguments = [self.visit(argument) for argument in node.args]
        if word in MATH:
            return call(f"Math.{word}", *arguments)
        if word in OTHER_NAMES:
            return call(OTHER_NAMES[word], *arguments)
        if word == "where":
            return self._choice(*arguments)
        if word == "finite_power" and (known(arguments[1]) or 0) > 0:
            return self._power(*arguments)
        return self.use(word, *arguments)

    def _choice(self, condition, x, y):
        if not isinstance(condition, ast.Compare):  # in Python nan is true
            condition = ast.Compare(condition, [ast.NotEq()], [number(0)])
        return ast.IfExp(condition, x, y)

    def _power(self, x, y):
        exponent = known(y)
        if exponent is None:
            return self.use("power", x, y)
        if exponent == 1:
            return x
        if exponent == 2 and isinstance(x, ast.Name):
            return product(x, x)
        return call("Math.pow", x, y)


def product(left, right):
    """left · right; two numbers are multiplied at once."""
    if known(left) is not None and known(right) is not None:
        return number(known(left) * known(right))
    return simplified(ast.BinOp(left, ast.Mult(), right))


def number(value):
    """A number as an expression."""
    if math.isfinite(value):
        return number_as_code(value)
    return ast.Name("NaN" if value != value else "Infinity" if value > 0 else "-Infinity")


def known(expression):
    """The number that an expression is; None if it is no finite number."""
    if isinstance(expression, ast.UnaryOp):
        positive = known(expression.operand)
        return None if positive is None else -positive
    return float(expression.value) if isinstance(expression, ast.Constant) else None


def is_finite(expression):
    """Whether an expression is finite, whatever the values are."""
    if isinstance(expression, ast.IfExp):
        return is_finite(expression.body) and is_finite(expression.orelse)
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Div):
        return is_finite(expression.left) and bool(known(expression.right))
    if isinstance(expression, ast.Call):
        return ast.unparse(expression.func) == "sign"
    return isinstance(expression, ast.Compare) or known(expression) is not None


# An expression as text. How tightly an operator binds decides where brackets stand.

OPERATORS = {
    ast.NotEq: ("!==", 1),
    ast.Eq: ("===", 1),
    ast.Gt: (">", 2),
    ast.Lt: ("<", 2),
    ast.GtE: (">=", 2),
    ast.LtE: ("<=", 2),
    ast.Add: ("+", 3),
    ast.Sub: ("-", 3),
    ast.Mult: ("*", 4),
    ast.Div: ("/", 4),
}
UNARY = 5


def text_of(expression, binding=0):
    """An expression as JavaScript, in brackets where what stands beside it binds with `binding` or more."""
    text, own = _text_and_binding(expression)
    return f"({text})" if own < binding else text


def _text_and_binding(x):
    if isinstance(x, ast.Constant):
        return repr(x.value), UNARY + 1
    if isinstance(x, ast.Name):
        return x.id, UNARY + 1
    if isinstance(x, ast.Attribute):
        return ast.unparse(x), UNARY + 1
    if isinstance(x, ast.Call):
        arguments = ", ".join([text_of(argument) for argument in x.args])
        return f"{ast.unparse(x.func)}({arguments})", UNARY + 1
    if isinstance(x, ast.UnaryOp):
        return f"-{text_of(x.operand, UNARY + 1)}", UNARY
    if isinstance(x, ast.IfExp):
        return f"{text_of(x.test, 1)} ? {text_of(x.body, 1)} : {text_of(x.orelse, 1)}", 0
    is_comparison = isinstance(x, ast.Compare)
    left, right = (x.left, x.comparators[0]) if is_comparison else (x.left, x.right)
    sign, own = OPERATORS[type(x.ops[0] if is_comparison else x.op)]
    return f"{text_of(left, own)} {sign} {text_of(right, own + 1)}", own
