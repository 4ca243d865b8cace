"""Carry symbols through the graph, and the result is a derivation: the same operations, the same backward
pass.
"""

from .gradients import leaves, rebuild
from .names import labels
from .node import topological_order


def symbol_of(node, label):
    """The sympy symbol of a leaf; an array of them, ``W[0,0]``, ``W[0,1]``, …, for an array."""
    import numpy as np
    import sympy

    if not node.shape:
        return sympy.Symbol(label)
    names = [f"{label}[{','.join(map(str, index))}]" for index in np.ndindex(node.shape)]
    return np.array([sympy.Symbol(name) for name in names], dtype=object).reshape(node.shape)


def symbolic_twin(output):
    """The graph of `output` once more, with a symbol at every leaf: {leaf name: its twin}, and the twin of
    `output`.
    """
    order = topological_order(output)
    names = labels(order)
    own = leaves(output)
    for leaf in own:
        twice = [other for other in own if other.name and other.name == leaf.name]
        if len(twice) > 1:
            raise ValueError(
                f"{len(twice)} leaves are called {leaf.name!r}: give each a name of its own, or no name"
            )
    twin = rebuild(order, {leaf: symbol_of(leaf, names[leaf]) for leaf in own})
    return {names[leaf]: twin[leaf] for leaf in own}, twin[output]


def symbolic(output):
    """`output` as a sympy expression in the names of its leaves; an array of expressions for an array.

    Numbers written into the formula become exact fractions. Raises ValueError if two leaves share a name.
    """
    return symbolic_twin(output)[1].value


def derivatives(output):
    """{leaf name: ∂output/∂leaf} as sympy expressions, computed by the graph's own backward pass on symbols.

    No symbolic differentiation takes place: it is `backward`, adding and multiplying expressions in place of
    numbers. Raises ValueError if `output` is no single number, or if two leaves share a name.
    """
    twins, top = symbolic_twin(output)
    top.backward()
    return {name: twin.grad for name, twin in twins.items()}
