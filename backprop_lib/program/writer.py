"""The lines of a program: a line for each value that has a name or is used twice, the others where they are
used.
"""

import ast
import inspect
import itertools
import re
import textwrap
from collections import Counter

from ..graph import Node, kinds, labels, leaves, topological_order
from ..graph.gradients import gradient_graph
from ..graph.upstream import first_gradient
from ..graph.values import is_array, zero_like
from .python import InPython, call, identifier, number_as_code
from .simplify import simplified
from .text import LINE, Names, Program, chosen_leaves, refuse_symbols

FUNCTION = "value_and_gradients"


class Writer:
    """Collects the lines of one program."""

    def __init__(self, output, wrt, textbook):
        topological_order(output)  # says so if it is no node
        first_gradient(output)  # says so if it is no single number
        self.output, self.textbook = output, textbook
        self.leaves = leaves(output)
        self.wanted = chosen_leaves(output, wrt)
        self.forward_order = topological_order(output)
        refuse_symbols(self.forward_order)
        self.gradients = gradient_graph(output, self.wanted)
        self.is_scalar = not any([node.shape for node in self.forward_order])
        self.words, self.constants = {}, {}
        self.names = Names({FUNCTION, "np", "math", *kinds.RESERVED})
        self.named = {}  # node: the name that stands for it
        self.inline = {}  # node: the expression that stands for it, in the one place where it is used
        self._name_forward()
        self._name_backward()
        self._count()

    def program(self):
        """The whole program, with what its names mean."""
        program = Program(self.text())
        program.meaning = {name: ("value", node) for node, name in self.named.items() if node in self.values}
        for found, (_, node) in self.suggested.items():
            if found in self.named:
                program.meaning[self.named[found]] = "gradient", node
        program.meaning |= {name: ("gradient", node) for node, name in self.gradient_names.items()}
        return program

    def text(self):
        """The whole program as text."""
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

    def _name_forward(self):
        called = labels(self.forward_order)
        for node in self.forward_order:  # names that were given come first
            if node.name:
                self.named[node] = self.names.free(identifier(called[node]))
        for leaf in self.leaves:
            if leaf not in self.named:
                self.named[leaf] = self.names.free(called[leaf])
        if self.output not in self.named and not self.output.is_constant:
            self.named[self.output] = self.names.free(called[self.output])
        self.fresh = (f"v{i}" for i in itertools.count(1) if f"v{i}" not in self.names.taken)
        self.called = called

    def _name_backward(self):
        """Each gradient that is worth a line gets a name: dZ1 for arrays, dL_dw for numbers."""
        of = f"{self.named.get(self.output)}_d" if self.is_scalar else ""
        self.gradient_names = {node: "1.0" for node in self.wanted}  # the output's own
        self.aliases = {}  # gradient: the other names it has
        self.given = []  # (name, gradient, node) that are there already: numbers, values of the forward pass
        self.suggested = {}  # gradient that may need a line: (its name then, node)
        self.values = set(self.forward_order)
        for node in reversed(self.forward_order):
            found = self.gradients.get(node)
            if found is None and node in self.wanted:
                found = zero_like(node.value)
            if node is not self.output and not node.is_constant and found is not None:
                self._name_gradient(node, found, f"d{of}{self.named.get(node) or self.called[node]}")
        self.returned = {self.gradients.get(node) for node in self.wanted}
        self.shared = set()  # leaves whose gradient is an array that has another name as well
        owners = Counter([id(found) for found in self.gradients.values()])
        for node in self.wanted:
            found = self.gradients.get(node)
            if found in self.values or owners[id(found)] > 1:
                self.shared.add(node)

    def _name_gradient(self, node, found, name):
        is_given = not isinstance(found, Node) or found in self.values
        if node not in self.wanted and not node.name:
            if not is_given:
                self.suggested.setdefault(found, (name, node))
            return
        name = self.gradient_names[node] = self.names.free(name)
        if is_given:
            self.given.append((name, found, node))
        elif found in self.named:
            self.aliases.setdefault(found, []).append(name)
        else:
            self.named[found] = name

    def _suggestion(self, node):
        return self.suggested.get(node, (None, None))[0]

    # Which nodes are written, and how often each is used

    def _count(self):
        gradients = [found for found in self.gradients.values() if isinstance(found, Node)]
        named = dict.fromkeys(filter(self.named.get, gradients))
        order = self._without_repetitions(topological_order(self.output, *named))
        self.forward_order = [node for node in order if node in self.values]
        self.backward_order = [node for node in order if node not in self.values]
        self.uses, self.consumers = Counter([self.output]), {}
        for node in order:
            for position, x in enumerate(node.inputs):
                self._use(x, node, position)
        for _, found, _ in self.given:
            if isinstance(found, Node):
                self._use(found, None, 0)
        for found in self.named:
            if found in self.same:
                self.uses[self.same[found]] += 1

    def _use(self, node, consumer, position):
        self.uses[self.same[node]] += 1
        self.consumers.setdefault(self.same[node], []).append((consumer, position))

    def _without_repetitions(self, order):
        """Of nodes that compute the same only the first, and those that have a name."""
        self.same = {}  # {node: the one that is written for it}
        first = {}
        for node in order:
            key = self._key(node)
            if key is None or node in self.named:
                self.same[node] = node
            else:
                self.same[node] = first.get(key, node)
            if key is not None:
                first.setdefault(key, node)
        return [node for node in order if self.same[node] is node]

    def _key(self, node):
        """What two nodes that compute the same have in common; None for a leaf."""
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
            if node in self.named or (self.uses[node] > 1 and not _is_short(expression)):
                self._assign(node, expression)
            else:
                self.inline[node] = expression
        return self.lines

    def _assign(self, node, expression):
        if node not in self.named:
            name = self._suggestion(node) or self.called.get(node)
            self.named[node] = self.names.free(name) if name else next(self.fresh)
        name = self.named[node]
        line = f"    {name} = {ast.unparse(expression)}"
        if len(line) < LINE:
            self.lines.append(line)
        else:  # names that long leave no room beside them
            self.lines += [f"    {name} = (", f"        {ast.unparse(expression)}", "    )"]
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
                expression = number_as_code(found)
            self.lines.append(f"    {name} = {ast.unparse(expression)}")
        return self.lines

    def _expression(self, node):
        """The formula of a node with its operands put in; long ones, and those it repeats, get lines of their
        own.
        """
        while True:
            expression = simplified(self._filled(node))
            name = self.named.get(node) or self._suggestion(node) or "dv1000"
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
            if x in self.inline and used[letter] > 1 and not _is_short(self.inline[x]):
                self._assign(x, self.inline.pop(x))
        operands = {letter: self._operand(x) for letter, x in zip(row.letters, node.inputs)}
        if not row.elementwise and not has_arrays:
            operands = {letter: call("np.asarray", x) for letter, x in operands.items()}
        settings = {name: self._setting(value) for name, value in node.rule.params.items()}
        on_arrays = has_arrays or not row.elementwise
        expression = InPython(self, operands, settings, on_arrays).visit(formula)
        if row.is_comparison and not self._is_mask(node):
            if not on_arrays:
                return call("float", expression)
            like = next(x for x in node.inputs if x.shape)
            precision = ast.Attribute(self._operand(like), "dtype", ast.Load())
            return ast.Call(ast.Attribute(expression, "astype", ast.Load()), [precision], [])
        stays_an_array = (
            not has_arrays or node.op == "reshape" or any([_dtype(x) == "f4" for x in node.inputs])
        )
        if on_arrays and not node.shape and stays_an_array:
            return call("float", expression)  # the graph carries a Python float here
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
            counted = consumer.op == "sum" and _dtype(node) == "f8"
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
            return number_as_code(node.value)
        name = self._constant(node.value)
        self.named[node] = name
        return ast.Name(name)

    def _constant(self, value):
        import numpy as np

        for name, other in self.constants.items():
            if type(other) is type(value) and np.array_equal(other, value):
                return name
        name = self.names.free(f"c{len(self.constants) + 1}")
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
            return number_as_code(float(int(value)))
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
            said = f"{names}: the textbook's form; bp.compile runs one that cannot overflow"
            lines += textwrap.wrap(said, LINE - 1, initial_indent="    # ", subsequent_indent="    # ")
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


def _is_short(x):
    """A name, or the transpose of one: it needs no other name."""
    return isinstance(x, ast.Name) or isinstance(x, ast.Attribute) and isinstance(x.value, ast.Name)


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
