"""A program as a function: the numbers of the graph's own backward pass, as fast as by hand."""

import builtins
import functools
import itertools
import linecache
import math
import re
import weakref

from ..graph import kinds, leaves_by_name, messages, rebuild, topological_order
from ..graph.errors import refuse_values
from ..graph.node import Node
from ..graph.upstream import quiet
from ..graph.values import as_value, is_array, is_symbolic, zero_like
from .writer import FUNCTION

_programs = itertools.count(1)


class Compiled:
    """A program and its graph, which is asked where Python raises and IEEE 754 answers."""

    def __init__(self, writer):
        self.output, self.leaves, self.wanted = writer.output, writer.leaves, writer.wanted
        self.order = topological_order(writer.output)
        self.values = [leaf.value for leaf in self.leaves]
        self.source = writer.program()
        self.filename = f"<bp.compile {next(_programs)}>"
        lines = self.source.splitlines(keepends=True)
        linecache.cache[self.filename] = len(self.source), None, lines, self.filename
        namespace = dict(writer.constants)
        exec(builtins.compile(self.source, self.filename, "exec"), namespace)
        self.run = namespace[FUNCTION]
        self.names = [leaf.name for leaf in self.leaves]
        self.shapes = [leaf.shape for leaf in self.leaves]
        self.shared = {i for i, leaf in enumerate(self.leaves) if leaf in writer.shared}
        self.has_numbers = bool(writer.given) or self.output.rule is None
        self.may_divide = any([may_be_infinite(node) for node in self.order])
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
            elif gradient.base is not None or place in self.shared:
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


def may_be_infinite(node):
    """Whether a local derivative of the node may be infinite: the program could meet 0 · inf."""
    if node.rule is None or not node.rule.operation.elementwise:
        return False
    last = node.inputs[-1]
    if node.op in ("divide", "power") and last.is_constant and not last.shape:
        return last.value == 0 if node.op == "divide" else last.value < 1
    formulas = node.rule.operation.derivatives(kinds.arrays())
    return any([d is not None and re.search(r"/|log|exp|out$|power", d) for d in formulas])
