"""Values and local derivatives of a graph of single numbers as JavaScript: all that a page needs to write
each step of both passes anew when an input has changed.
"""

import textwrap

from .javascript import Script, formulas, text_of
from .writer import LINE


class _Script(Script):
    def text(self, edges):
        self._write_values()
        values = ", ".join([text_of(self.operands[node]) for node in self.order])
        derivatives = [self._filled(formulas(gate)[1][position], gate) for gate, position in edges]
        local = ", ".join(map(text_of, derivatives))
        self._write(f"return {{values: [{values}], locals: [{local}].map(Number)}};")
        arguments = ", ".join([self.names[leaf] for leaf in self.leaves])
        head = textwrap.wrap(f"({arguments}) => {{", LINE, subsequent_indent="  ")
        words = [textwrap.indent(definition, "  ") for definition in self.words.values()]
        return "\n".join([*head, *words, *self.lines, "}"])


def values_and_locals(output, edges):
    """A JavaScript function of the leaves of `output` that returns {values, locals}.

    edges: (gate, position of an input) of each local derivative, in this order; values are those of the nodes
    in topological order. Raises ValueError for a graph that carries arrays.
    """
    return _Script(output).text(edges)
