"""The program of a graph: its forward and backward pass as the Python that one would have written by hand.

The backward pass is a graph already (`gradients.gradient_graph`), so nothing is left to do but to print: a line
for each value that has a name or is used twice, the others where they are used. The text of a line is the formula
of a row with the names of its operands put in.
"""

import ast
import builtins
import functools
import inspect
import itertools
import keyword
import linecache
import math
import re
import textwrap
import unicodedata
import weakref
from collections import Counter

from . import kinds
from .errors import refuse_values
from .gradients import gradient_graph, leaves, leaves_by_name, messages, rebuild
from .names import labels
from .node import Node, first_gradient, quiet, topological_order
from .values import as_value, is_array, is_symbolic, zero_like

LINE = 100  # characters, at most
FUNCTION = "value_and_gradients"
_programs = itertools.count(1)


def source(output, wrt=None):
    """The forward and the backward pass of `output` as Python: a text that prints, shows as code, and runs.

    wrt: leaves, or their names, whose gradients are wanted; all of them if not given. The program is a function
    of the leaves, in the order of their creation, which returns ``value, gradients``, the gradients in the order
    of `wrt`. Formulas are those of the textbook; where numbers need a form that cannot overflow, a comment says
    so, and `bp.compile` runs that form. Raises ValueError if `output` is no single number.
    """
    return Program(_Writer(output, wrt, textbook=True).text())


def compile(output, wrt=None):
    """The program of `output` as a function of its leaves, given in the order of their creation or by name.

    It returns ``value, gradients``, a tuple in the order of `wrt`, with the numbers that the graph's own backward
    pass gives; a leaf that is not given keeps the value it has in the graph. ``.source`` is the text that runs.

    A program belongs to the shapes it was written for: another shape raises ValueError. What was Python when the
    graph was built (an `if`, a loop, an index, a number such as 1/N) is part of the program.
    """
    writer = _Writer(output, wrt, textbook=False)
    return _Compiled(writer).function()


class Program(str):
    """Python that `print` and a notebook show as code."""

    def __repr__(self):
        return str(self)

    def _repr_markdown_(self):
        return f"```python\n{self}```"


class _Writer:
    """Collects the lines of one program."""

    def __init__(self, output, wrt, textbook):
        first_gradient(output)  # says so if the output is no single number
        self.output, self.textbook = output, textbook
        self.leaves = leaves(output)
        self.wanted = self._chosen(wrt)
        self.gradients = gradient_graph(output, self.wanted)
        self.forward_order = topological_order(output)
        if any([is_symbolic(node.value) or _dtype(node) == "O" for node in self.forward_order]):
            raise TypeError(
                "a program computes with numbers, and this graph carries symbols: use bp.symbolic"
            )
        self.is_scalar = not any([node.shape for node in self.forward_order])
        self.words, self.constants, self.taken = {}, {}, {FUNCTION, "np", "math", *kinds.RESERVED}
        self.named = {}  # node: the name that stands for it
        self.inline = {}  # node: the expression that stands for it, in the one place where it is used
        self._name_forward()
        self._name_backward()
        self._count()

    def text(self):
        """The whole program."""
        forward, backward = self._lines(self.forward_order), self._lines(self.backward_order)
        returned = [self.gradient_names[node] for node in self.wanted]
        value = self._operand(self.output)
        arguments = [self.named[leaf] for leaf in self.leaves]
        head = _listed(f"def {FUNCTION}(", arguments, "):")
        tail = _listed(f"    return {ast.unparse(value)}, (", returned, ",)" if len(returned) == 1 else ")")
        body = [*self._comments(), *forward, *([""] if forward else []), *self._given(), *backward, *tail]
        definitions = self._definitions()
        parts = [*self._imports("\n".join([*definitions, *body])), *definitions, *head]
        return "\n".join([*parts, *body]) + "\n"

    # Names

    def _chosen(self, wrt):
        if wrt is None:
            return list(self.leaves)
        chosen = [wrt] if isinstance(wrt, (str, Node)) else list(wrt)
        by_name = leaves_by_name(self.output, [one for one in chosen if isinstance(one, str)])
        chosen = [by_name.get(one, one) if isinstance(one, str) else one for one in chosen]
        for one in chosen:
            if not any([one is leaf for leaf in self.leaves]):
                raise ValueError(f"wrt names leaves of the graph, and {one!r} is none")
        return chosen

    def _name_forward(self):
        called = labels(self.forward_order)
        for node in self.forward_order:  # names that were given come first
            if node.name:
                self.named[node] = self._free(_identifier(called[node]))
        for leaf in self.leaves:
            if leaf not in self.named:
                self.named[leaf] = self._free(called[leaf])
        if self.output not in self.named and not self.output.is_constant:
            self.named[self.output] = self._free(called[self.output])
        self.fresh = (f"v{i}" for i in itertools.count(1) if f"v{i}" not in self.taken)
        self.called = called

    def _name_backward(self):
        """Each gradient that is worth a line gets a name: dZ1 for arrays, dL_dw for numbers."""
        of = f"{self.named.get(self.output)}_d" if self.is_scalar else ""
        self.gradient_names = {node: "1.0" for node in self.wanted}  # the output's own
        self.aliases = {}  # gradient: the other names it has
        self.given = []  # (name, gradient, node) that are there already: numbers, values of the forward pass
        self.suggested = {}  # names of gradients that may need a line
        values = set(self.forward_order)
        for node in reversed(self.forward_order):
            is_wanted = any([node is one for one in self.wanted])
            found = self.gradients.get(node)
            if node is self.output or node.is_constant or (found is None and not is_wanted):
                continue
            found = zero_like(node.value) if found is None else found
            name = f"d{of}{self.named.get(node) or self.called[node]}"
            is_given = not isinstance(found, Node) or found in values
            if not is_wanted and not node.name:
                if not is_given:
                    self.suggested.setdefault(found, name)
                continue
            name = self.gradient_names[node] = self._free(name)
            if is_given:
                self.given.append((name, found, node))
            elif found in self.named:
                self.aliases.setdefault(found, []).append(name)
            else:
                self.named[found] = name
        self.returned = {self.gradients.get(node) for node in self.wanted}

    def _free(self, name):
        name = next(new for new in itertools.chain([name], (f"{name}_{i}" for i in itertools.count(2)))
                    if new not in self.taken)  # fmt: skip
        self.taken.add(name)
        return name

    # Which nodes are written, and how often each is used

    def _count(self):
        gradients = [found for found in self.gradients.values() if isinstance(found, Node)]
        order = topological_order(self.output, *dict.fromkeys(filter(self.named.get, gradients)))
        forward = set(self.forward_order)
        self.same = {}
        seen = {}
        for node in order:
            key = self._key(node)
            first = seen.setdefault(key, node) if key is not None else node
            self.same[node] = node if node in self.named else first
        order = [node for node in order if self.same[node] is node]
        self.backward_order = [node for node in order if node not in forward]
        self.uses, self.consumers = Counter([self.output]), {}
        for node in order:
            for position, x in enumerate(node.inputs):
                self.uses[self.same[x]] += 1
                self.consumers.setdefault(self.same[x], []).append((node, position))
        for _, found, _ in self.given:
            if isinstance(found, Node):
                self.uses[self.same[found]] += 1
                self.consumers.setdefault(self.same[found], []).append((None, 0))
        for found in self.named:
            if found in self.same:
                self.uses[self.same[found]] += 1
        self.forward_order = [node for node in order if node in forward]

    def _key(self, node):
        """What two nodes have in common that compute the same; None for a leaf, and where an array is in it."""
        if node.rule is None:
            return ("number", node.value) if node.is_constant and not node.shape else None
        settings = repr(node.rule.params)
        if "array" in settings:
            return None
        return node.op, tuple([id(self.same[x]) for x in node.inputs]), settings

    # Lines

    def _lines(self, order):
        self.lines = []
        for node in order:
            if node.rule is None:
                continue
            expression = self._expression(node)
            is_short = isinstance(expression, ast.Name) or _is_transposed_name(expression)
            if node in self.named or (self.uses[node] > 1 and not is_short):
                self._assign(node, expression)
            else:
                self.inline[node] = expression
        return self.lines

    def _assign(self, node, expression):
        if node not in self.named:
            name = self.suggested.get(node) or self.called.get(node)
            self.named[node] = self._free(name) if name else next(self.fresh)
        name = self.named[node]
        self.lines.append(f"    {name} = {ast.unparse(expression)}")
        for alias in self.aliases.get(node, ()):
            self.lines.append(f"    {alias} = {name}")

    def _given(self):
        """Gradients that need no computation: a number, or a value of the forward pass."""
        self.lines = []
        for name, found, node in self.given:
            if isinstance(found, Node):
                expression = self._operand(found)
            elif node.shape:  # nothing arrives there
                expression = ast.parse(f"np.zeros_like({self.named[node]})", mode="eval").body
            else:
                expression = _number(found)
            self.lines.append(f"    {name} = {ast.unparse(expression)}")
        return self.lines

    def _expression(self, node):
        """The formula of a node with its operands put in; long ones, and those it repeats, get lines of their own."""
        while True:
            expression = simplified(self._filled(node))
            name = self.named.get(node) or self.suggested.get(node) or "dv1000"
            if len(f"    {name} = {ast.unparse(expression)}") < LINE:
                return expression
            inside = [x for x in dict.fromkeys(map(self.same.get, node.inputs)) if x in self.inline]
            if not inside:
                return expression
            longest = max(inside, key=lambda x: len(ast.unparse(self.inline[x])))
            self._assign(longest, self.inline.pop(longest))

    def _filled(self, node):
        row = node.rule.operation
        has_arrays = any([x.shape for x in node.inputs])
        if not has_arrays and node.op in ("sum", "mean", "max", "min"):
            return self._operand(node.inputs[0])
        formula = ast.parse(self._formula(row, node), mode="eval").body
        used = Counter([part.id for part in ast.walk(formula) if isinstance(part, ast.Name)])
        for letter, x in zip(row.letters, node.inputs):
            x = self.same[x]
            if x in self.inline and used[letter] > 1 and not _is_transposed_name(self.inline[x]):
                self._assign(x, self.inline.pop(x))
        operands = {letter: self._operand(x) for letter, x in zip(row.letters, node.inputs)}
        if not row.elementwise and not has_arrays:
            operands = {letter: _call("np.asarray", x) for letter, x in operands.items()}
        settings = {name: self._setting(value) for name, value in node.rule.params.items()}
        on_arrays = has_arrays or not row.elementwise
        expression = _Filled(self, operands, settings, on_arrays).visit(formula)
        if row.is_comparison and not self._is_mask(node):
            if not on_arrays:
                return _call("float", expression)
            like = next(x for x in node.inputs if x.shape)
            precision = ast.Attribute(self._operand(like), "dtype", ast.Load())
            return ast.Call(ast.Attribute(expression, "astype", ast.Load()), [precision], [])
        stays_an_array = (
            not has_arrays or node.op == "reshape" or any([_dtype(x) == "f4" for x in node.inputs])
        )
        if on_arrays and not node.shape and stays_an_array:
            return _call("float", expression)  # the graph carries a Python float here
        return expression

    def _formula(self, row, node):
        if row.overflows:
            return row.value if self.textbook else row.numeric
        if node.op == "cast":
            return "x.astype(like.dtype)"
        if node.op == "stretch":
            return self._stretch(node)
        return row.numeric if row.numeric and row.elementwise else row.value

    def _stretch(self, node):
        """What one types for it."""
        x, like = node.inputs
        if not x.shape:
            return "np.full_like(like, x)"
        in_place = node.rule.params["keepdims"] or x.shape == like.shape[len(like.shape) - len(x.shape) :]
        axes = node.rule.params["axis"]
        leading = axes == 0 or isinstance(axes, tuple) and sorted(axes) == list(range(len(axes)))
        if node.rule.params["keepdims"] or (in_place and leading):
            return "np.broadcast_to(x, like.shape)"
        return "np.broadcast_to(np.expand_dims(x, axis), like.shape)"

    def _is_mask(self, node):
        """Whether the truth values of a comparison are only multiplied by numbers, counted, or asked for."""
        if node is self.output or node in self.returned:
            return False
        for consumer, position in self.consumers.get(node, ()):
            if consumer is None:
                return False
            others = [x for i, x in enumerate(consumer.inputs) if i != position]
            multiplied = consumer.op == "multiply" and not any(
                [_is_comparison(x) or x.is_constant for x in others]
            )
            asked = consumer.op == "where" and position == 0
            counted = consumer.op == "sum" and node.shape
            if not (multiplied or asked or counted):
                return False
        return True

    def _operand(self, node):
        node = self.same.get(node, node)
        if node in self.named:
            name = ast.Name(self.named[node])
            name.is_mask = _is_comparison(node)
            return name
        if node in self.inline:
            return self.inline[node]
        if not node.shape:
            return _number(node.value)
        name = self._constant(node.value)
        self.named[node] = name
        return ast.Name(name)

    def _constant(self, value):
        name = self._free(f"c{len(self.constants) + 1}")
        self.constants[name] = value
        return name

    def _setting(self, value):
        """A setting as an expression; an array of indices becomes a constant of the program."""
        if isinstance(value, tuple):
            return ast.Tuple([self._setting(part) for part in value], ast.Load())
        if isinstance(value, slice):
            ends = [
                None if end is None else self._setting(end) for end in (value.start, value.stop, value.step)
            ]
            return ast.Slice(*ends)
        if is_array(value) or isinstance(value, list):
            return ast.Name(self._constant(value))
        if hasattr(value, "__index__") and not isinstance(value, bool):
            return _number(float(int(value)))
        return ast.Constant(value)

    # What stands above the lines

    def _imports(self, text):
        modules = {"math": "import math", "np": "import numpy as np"}
        used = [line for name, line in modules.items() if re.search(rf"\b{name}\.", text)]
        return [*used, "", ""] if used else []

    def _definitions(self):
        found = []
        for function in self.words.values():
            found += [*inspect.getsource(function).rstrip().splitlines(), "", ""]
        return found

    def _comments(self):
        lines = []
        nodes = [node for node in (*self.forward_order, *self.backward_order) if node.rule]
        stable = [node.op for node in nodes if node.rule.operation.overflows]
        if self.textbook and stable:
            names = ", ".join(dict.fromkeys(stable))
            lines.append(f"    # {names}: the textbook's form; bp.compile runs one that cannot overflow")
        for name, value in self.constants.items():
            shape = getattr(value, "shape", None) or (len(value),)
            lines.append(f"    # {name}: an array of shape {shape} that was written into the graph")
        return lines

    def use(self, function):
        """The name of one of the library's words, whose definition the program will begin with."""
        name = function.__name__
        if name not in self.words:
            for other in function.__code__.co_names:
                word = function.__globals__.get(other)
                if inspect.isfunction(word) and word is not function:
                    self.use(word)
            self.words[name] = function
        return name


class _Filled(ast.NodeTransformer):
    """Put expressions in place of the letters and settings of a formula, and Python in place of its words."""

    def __init__(self, writer, operands, settings, on_arrays):
        self.writer, self.operands, self.settings, self.on_arrays = writer, operands, settings, on_arrays

    def visit_Name(self, node):
        return self.operands.get(node.id) or self.settings.get(node.id) or node

    def visit_Subscript(self, node):
        return ast.Subscript(self.visit(node.value), self.visit(node.slice), ast.Load())

    def visit_BinOp(self, node):
        node = ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))
        whole = isinstance(node.right, ast.Constant) and isinstance(node.right.value, int)
        if isinstance(node.op, ast.Pow) and not self.on_arrays and not whole:
            return _call(
                "math.pow", node.left, node.right
            )  # for which a negative number has no fractional power
        return node

    def visit_Call(self, node):
        arguments = [self.visit(argument) for argument in node.args]
        if isinstance(node.func, ast.Attribute):
            return self._method(node, arguments)
        word = node.func.id
        if all([isinstance(argument, ast.Constant) for argument in arguments]):
            return _call(f"math.{word}", *arguments)  # sqrt(2): a Python float leaves float32 in float32
        if word == "abs":
            return _call("abs", *arguments)
        if word in ("maximum", "minimum") and not self.on_arrays and isinstance(arguments[1], ast.Constant):
            return _call(word[:3], *arguments)
        if word == "where" and not self.on_arrays:
            return ast.IfExp(*arguments)
        kind = kinds.arrays() if self.on_arrays else kinds.floats()
        function = kind.meaning(word)
        if inspect.isfunction(function) and function.__module__.startswith(__package__):
            call = _call(self.writer.use(function))
            for original, argument in zip(node.args, arguments):
                name = getattr(original, "id", None)
                if name == "key":  # an index that stands alone
                    call.args.append(
                        ast.Subscript(ast.parse("np.s_", mode="eval").body, argument, ast.Load())
                    )
                elif name not in self.settings:
                    call.args.append(argument)
                elif not _is_default(argument):
                    call.keywords.append(ast.keyword(name, argument))
            return call
        return _call(f"{'np' if self.on_arrays else 'math'}.{word}", *arguments)

    def _method(self, node, arguments):
        """x.sum(axis=0), x.reshape(5, 3), x.T."""
        function = ast.Attribute(self.visit(node.func.value), node.func.attr, ast.Load())
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        keywords = [k for k in keywords if not _is_default(k.value)]
        if node.func.attr == "transpose" and _is_default(arguments[0]):
            return ast.Attribute(function.value, "T", ast.Load())
        if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple) and arguments[0].elts:
            arguments = arguments[0].elts
        return ast.Call(function, arguments, keywords)


def simplified(expression):
    """The expression without factors of 1 and sums with 0, signs outwards, and (aᵀ b)ᵀ as bᵀ a."""
    if isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.USub):
        return _negative(expression.operand)
    if isinstance(expression, ast.Attribute) and expression.attr == "T":
        return _transposed(expression.value)
    if isinstance(expression, ast.BinOp):
        return (
            _SIMPLER.get(type(expression.op), lambda left, right: None)(expression.left, expression.right)
            or expression
        )
    return expression


def _sum(left, right):
    if _is(right, 0):
        return left
    if _is(left, 0):
        return right
    without_sign = _minus(right)
    return without_sign and ast.BinOp(left, ast.Sub(), without_sign)


def _difference(left, right):
    if _is(right, 0):
        return left
    without_sign = _minus(right)
    return without_sign and ast.BinOp(left, ast.Add(), without_sign)


def _product(left, right):
    for factor, other in ((left, right), (right, left)):
        if _is(factor, 1):
            return other
        if _is(_minus(factor), 1):
            return _negative(other)
    without_sign = _minus(right)
    if without_sign is None or _begins_with_a_mask(left):
        return None
    return ast.BinOp(_negative(left), ast.Mult(), without_sign)


def _quotient(left, right):
    if _is(right, 1):
        return left
    without_sign = _minus(right)
    return without_sign and ast.BinOp(_negative(left), ast.Div(), without_sign)


def _power(left, right):
    return left if _is(right, 1) else None


_SIMPLER = {ast.Add: _sum, ast.Sub: _difference, ast.Mult: _product, ast.Div: _quotient, ast.Pow: _power}


def _minus(x):
    """x without its sign, if it begins with a minus; None otherwise."""
    if isinstance(x, ast.UnaryOp) and isinstance(x.op, ast.USub):
        return x.operand
    if isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Mult, ast.Div)):
        left = _minus(x.left)
        return left and ast.BinOp(left, x.op, x.right)
    return None


def _negative(x):
    without_sign = _minus(x)
    if without_sign:
        return without_sign
    if isinstance(x, ast.BinOp) and isinstance(x.op, (ast.Mult, ast.Div)) and not _begins_with_a_mask(x):
        return ast.BinOp(_negative(x.left), x.op, x.right)
    return ast.UnaryOp(ast.USub(), x)


def _begins_with_a_mask(x):
    """Truth values have no sign: numpy refuses −(Z > 0)."""
    if isinstance(x, ast.BinOp):
        return _begins_with_a_mask(x.left)
    return isinstance(x, ast.Compare) or getattr(x, "is_mask", False)


def _transposed(x):
    if isinstance(x, ast.Attribute) and x.attr == "T":
        return x.value
    if isinstance(x, ast.BinOp) and isinstance(x.op, ast.MatMult):
        return ast.BinOp(_transposed(x.right), ast.MatMult(), _transposed(x.left))
    return ast.Attribute(x, "T", ast.Load())


def _is(x, number):
    return isinstance(x, ast.Constant) and x.value == number and not isinstance(x.value, bool)


def _is_default(x):
    """None, or False: the setting that one leaves out."""
    return isinstance(x, ast.Constant) and (x.value is None or x.value is False)


def _call(name, *arguments):
    return ast.Call(ast.parse(name, mode="eval").body, list(arguments), [])


def _number(value):
    """A number as one types it: 2 and not 2.0."""
    if not math.isfinite(value):
        text = "math.nan" if value != value else "math.inf" if value > 0 else "-math.inf"
        return ast.parse(text, mode="eval").body
    size = ast.Constant(int(abs(value)) if value == int(value) and abs(value) < 1e15 else abs(value))
    return ast.UnaryOp(ast.USub(), size) if math.copysign(1, value) < 0 else size


def _is_transposed_name(x):
    return isinstance(x, ast.Attribute) and isinstance(x.value, ast.Name)


def _may_be_infinite(node):
    """Whether a local derivative of the node may be infinite, so that nothing may have arrived there: 0 · inf."""
    if node.rule is None or not node.rule.operation.elementwise:
        return False
    last = node.inputs[-1]
    if node.op in ("divide", "power") and last.is_constant and not last.shape:
        return last.value == 0 if node.op == "divide" else last.value < 1
    formulas = node.rule.operation.derivatives(kinds.arrays())
    return any([d is not None and re.search(r"/|log|exp|out$|power", d) for d in formulas])


def _is_comparison(node):
    return node.rule is not None and node.rule.operation.is_comparison


def _dtype(node):
    """f4, f8, or O for symbols; nothing for a single number."""
    return node.value.dtype.str.strip("<>=|") if node.shape else ""


def _listed(start, items, end):
    """Lines of code with a list in it that may be long."""
    line = f"{start}{', '.join(items)}{end}"
    if len(line) < LINE:
        return [line]
    inside = textwrap.wrap(", ".join(items) + ",", LINE - 9, break_long_words=False)
    indent = " " * (len(start) - len(start.lstrip()))
    return [start, *[f"{indent}    {part}" for part in inside], f"{indent}{end.lstrip(',')}"]


def _identifier(name):
    """The name as Python would have it: W[0,0] becomes W_0_0, lambda becomes lambda_."""
    name = unicodedata.normalize("NFKC", re.sub(r"\W+", "_", name).strip("_")) or "v"
    name = f"v{name}" if name[0].isdigit() else name
    name = name if name.isidentifier() else "v"
    return f"{name}_" if keyword.iskeyword(name) else name


class _Compiled:
    """A program and the graph that it was written from, which is asked where Python raises and IEEE 754 answers."""

    def __init__(self, writer):
        self.output, self.leaves, self.wanted = writer.output, writer.leaves, writer.wanted
        self.order = topological_order(writer.output)
        self.values = [leaf.value for leaf in self.leaves]
        self.source = Program(writer.text())
        self.filename = f"<bp.compile {next(_programs)}>"
        lines = self.source.splitlines(keepends=True)
        linecache.cache[self.filename] = len(self.source), None, lines, self.filename
        namespace = dict(writer.constants)
        exec(builtins.compile(self.source, self.filename, "exec"), namespace)
        self.run = namespace[FUNCTION]
        self.names = [leaf.name for leaf in self.leaves]
        self.shapes = [leaf.shape for leaf in self.leaves]
        self.has_numbers = bool(writer.given) or self.output.rule is None
        self.may_divide = any([_may_be_infinite(node) for node in self.order])
        self.places = [next(i for i, leaf in enumerate(self.leaves) if leaf is one) for one in self.wanted]

    def function(self):
        """The function that `compile` returns."""
        scalar = not any(self.shapes) and not any([node.shape for node in self.order])
        call = self._call_scalars if scalar else self._call_arrays

        @functools.wraps(self.run)
        def compiled(*values, **named):
            if named or len(values) != len(self.values):
                values = self._bound(values, named)
            return call(values)

        compiled.source = self.source
        compiled.__doc__ = f"Value and gradients of {self.output.name or 'the output'}. See `.source`."
        weakref.finalize(compiled, linecache.cache.pop, self.filename, None)
        return compiled

    def _bound(self, values, named):
        if len(values) > len(self.values):
            raise TypeError(
                f"{len(values)} values for {len(self.values)} leaves: {', '.join(map(str, self.names))}"
            )
        bound = [*values, *self.values[len(values) :]]
        for name, leaf in leaves_by_name(self.output, named).items():
            place = next(i for i, one in enumerate(self.leaves) if one is leaf)
            if place < len(values):
                raise TypeError(f"{name} is given twice, by its place and by its name")
            bound[place] = named[name]
        return bound

    def _call_scalars(self, values):
        if {*map(type, values)} != {float}:
            values = [self._checked(*each) for each in zip(values, self.names, self.shapes)]
        try:
            value, gradients = self.run(*values)
        except (ArithmeticError, ValueError):
            return self._by_graph(values)
        if not math.isfinite(value + sum(gradients)):
            return self._by_graph(values)
        if self.has_numbers:
            return float(value), tuple(map(float, gradients))
        return value, gradients

    def _call_arrays(self, values):
        import numpy as np

        for i, value in enumerate(values):
            if type(value) is not np.ndarray or value.shape != self.shapes[i] or value.dtype.kind != "f":
                values = [self._checked(*each) for each in zip(values, self.names, self.shapes)]
                break
        with np.errstate(all="ignore"):
            try:
                value, gradients = self.run(*values)
            except (ArithmeticError, ValueError):
                return self._by_graph(values)
        own = []
        for gradient, place in zip(gradients, self.places):
            like = values[place]
            if type(like) is float:
                gradient = float(gradient)
            elif gradient.dtype != like.dtype:
                gradient = gradient.astype(like.dtype)
            elif gradient.base is not None or any([gradient is x for x in values]):
                gradient = gradient.copy()
            own.append(gradient)
        if (
            not math.isfinite(value)
            or self.may_divide
            and not all([math.isfinite(np.vdot(x, x)) for x in own])
        ):
            return self._by_graph(values)
        return float(value), tuple(own)

    def _checked(self, value, name, shape):
        if not (is_array(value) and value.dtype.kind == "f" or type(value) is float):
            value = as_value(value.value if isinstance(value, Node) else value)
        found = getattr(value, "shape", ())
        if found != shape or is_symbolic(value):
            refuse_values(name, shape, found)
        return value

    def _by_graph(self, values):
        """The same by the graph itself, whose rules settle 0 · inf and answer like IEEE 754."""
        twin = rebuild(self.order, dict(zip(self.leaves, values)))
        output = twin[self.output]
        found = {output: 1.0}
        with quiet(twin.values()):
            for _ in messages(output, found):
                pass
        gradients = [found.get(twin[leaf]) for leaf in self.wanted]
        gradients = [zero_like(leaf.value) if g is None else g for g, leaf in zip(gradients, self.wanted)]
        return output.value, tuple([g.copy() if is_array(g) else g for g in gradients])
