"""backprop_lib: learn backpropagation with graphs, layers and gradients that are checked.

The rooms, in the order in which a reader should visit them:

    graph/      nodes, the table of operations, the backward pass
    layers/     the same gradients written by hand, in numpy: layers, losses, optimisers, training
    program/    a graph written as the Python that one would have written by hand
    show/       all that is seen of a graph: its trace, its picture
    check/      the third opinion: numerical and symbolic gradients, and the verdict that compares them
    feedback/   graded tasks, and the engine that names a mistake
    widgets/    what moves in a notebook: the player, predictions, explorers
    datasets    data to train on

Everything public is reachable as ``bp.name`` after ``import backprop_lib as bp``: the names below, the
operations of the table, such as ``bp.exp``, and the rooms themselves, such as ``bp.feedback``. A room is
imported when it is first used, so ``import backprop_lib`` itself costs nothing.
"""

import builtins
from importlib import import_module

__version__ = "0.2.0.dev0"

_ROOMS = ("graph", "layers", "program", "show", "check", "feedback", "widgets", "datasets")
_PUBLIC = {
    "graph": """Node inputs OPERATIONS backward naive_backward topological_order leaves forward grad
        value_and_grad gradients symbolic derivatives""",
    "layers": """Layer Dense Sigmoid Tanh ReLU LeakyReLU GELU Softplus Softmax Dropout Sequential MLP load
        Loss HalfSquaredError BinaryCrossEntropy BinaryCrossEntropyWithLogits SoftmaxCrossEntropy
        zeros normal glorot he Optimizer SGD Adam train History accuracy confusion_matrix
        count_operations ScalarNetwork""",
    "program": "source compile",
    "show.trace": "trace",
    "show.picture": "draw",
    "show.plots": "plot_confusion_matrix figure",
    "show.digits": "show_digits",
    "check.network": "check_gradients",
    "check.as_graph": "to_graph",
    "check.numerical": "numerical_gradient",
    "check.derivation": "check_derivation",
    "widgets": """play explore predict reveal predictions rosetta shapes logistic perturb scalar_net
        softmax_jacobian activations gradient_health training_panel playground
        descent difference_error gates branches fill practice""",
}
_ROOM_OF = {name: room for room, names in _PUBLIC.items() for name in names.split()}

# An import of * puts nothing in the place of Python's own: not the table's sum, max and min, not bp.compile.
__all__ = [name for name in (*_ROOM_OF, *_ROOMS) if not hasattr(builtins, name)]


def __getattr__(name):
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name in _ROOM_OF:
        room = import_module(f"{__name__}.{_ROOM_OF[name]}")
    else:
        room = import_module(f"{__name__}.graph")
        if name not in room.public_names():
            raise AttributeError(_unknown(name))
    value = globals()[name] = getattr(room, name)
    return value


def __dir__():
    operations = import_module(f"{__name__}.graph").public_names()
    return sorted({*_ROOM_OF, *_ROOMS, *operations})


def _unknown(name):
    from difflib import get_close_matches

    close = get_close_matches(name, __dir__(), 3) or ["dir(bp) lists what there is"]
    return f"backprop_lib has no {name!r}; did you mean: {', '.join(close)}?"
