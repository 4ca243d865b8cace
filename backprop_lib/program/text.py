"""What programs in both languages share: the text itself, free names, and which leaves are wanted."""

from ..graph import Node, leaves, leaves_by_name
from ..graph.values import is_array, is_symbolic

LINE = 100  # characters, at most


class Program(str):
    """A program that `print` and a notebook show as code.

    language: "python" or "javascript".
    meaning: {name in the program: (phase, node)}, where a name of the phase "value" is the value of the node,
    and one of the phase "gradient" the gradient that arrives there.
    """

    language = "python"
    meaning = {}

    def __repr__(self):
        return str(self)

    def _repr_markdown_(self):
        end = "" if self.endswith("\n") else "\n"
        return f"```{self.language}\n{self}{end}```"


class Names:
    """The names of a program, none of which stands for two things. taken: those that are no longer free."""

    def __init__(self, taken):
        self.taken = set(taken)

    def free(self, name):
        """The name itself, or name_2, name_3, …; it is taken from now on."""
        found, i = name, 2
        while found in self.taken:
            found, i = f"{name}_{i}", i + 1
        self.taken.add(found)
        return found


def chosen_leaves(output, wrt):
    """The leaves that `wrt` names, as nodes or by their names; all of them if it is None."""
    own = leaves(output)
    if wrt is None:
        return own
    chosen = [wrt] if isinstance(wrt, (str, Node)) else list(wrt)
    by_name = leaves_by_name(output, [one for one in chosen if isinstance(one, str)])
    chosen = [by_name.get(one, one) if isinstance(one, str) else one for one in chosen]
    for one in chosen:
        if not any([one is leaf for leaf in own]):
            raise ValueError(f"wrt names leaves of the graph, and {one!r} is none")
    return chosen


def refuse_symbols(order):
    """Raise TypeError if a node carries a symbol, or an array of them."""
    for node in order:
        if is_symbolic(node.value) or is_array(node.value) and node.value.dtype.kind == "O":
            raise TypeError(
                "a program computes with numbers, and this graph carries symbols: use bp.symbolic"
            )
