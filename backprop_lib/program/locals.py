"""Values and local derivatives of a graph of single numbers as JavaScript: all that a page needs to write
each step of both passes anew when an input has changed.
"""

from .javascript import Script, formulas, text_of


class _Locals(Script):
    """A program whose result is {values, locals}."""

    def __init__(self, output, edges):
        super().__init__(output)
        self.edges = edges

    def _write_gradients(self):
        """None: they are products of the local derivatives."""

    def _write_result(self):
        values = ", ".join([text_of(self.operands[node]) for node in self.order])
        found = [self._filled(formulas(gate)[1][position], gate) for gate, position in self.edges]
        local = ", ".join([text_of(derivative) for derivative in found])
        self._write(f"return {{values: [{values}], locals: [{local}].map(Number)}};")


def values_and_locals(output, edges):
    """A JavaScript function of the leaves of `output` that returns {values, locals}.

    edges: (gate, position of an input) of each local derivative, in this order; values are those of the nodes
    in topological order. Raises ValueError for a graph that carries arrays.
    """
    return _Locals(output, edges).function()
