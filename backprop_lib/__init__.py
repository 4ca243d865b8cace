"""backprop_lib: learn backpropagation with graphs, layers and gradients that are checked.

The rooms, in the order in which a reader should visit them:

    graph/      nodes, the table of operations, the backward pass, its trace and its picture
    layers/     the same gradients written by hand, in numpy: layers, losses, optimisers, training
    check/      the third opinion: numerical and symbolic gradients, and the verdict that compares them
    feedback/   graded tasks, and the engine that names a mistake
    widgets/    what moves in a notebook: the player, predictions, explorers

Everything public is reachable as ``bp.name`` after ``import backprop_lib as bp``. A room is imported when one
of its names is first used, so ``import backprop_lib`` itself costs nothing.
"""

from importlib import import_module

__version__ = "0.1.0"

_PUBLIC = {
    "graph": """Node inputs OPERATIONS backward naive_backward topological_order leaves forward grad value_and_grad
        symbolic derivatives""",
    "show.trace": "trace",
    "show.picture": "draw",
    "layers": """Layer Dense Sigmoid Tanh ReLU LeakyReLU GELU Softplus Softmax Dropout Sequential MLP load
        Loss HalfSquaredError BinaryCrossEntropy BinaryCrossEntropyWithLogits SoftmaxCrossEntropy
        zeros normal glorot he Optimizer SGD Adam train History accuracy confusion_matrix plot_confusion_matrix
        count_operations ScalarNetwork""",
    "check.network": "check_gradients",
    "check.as_graph": "to_graph",
    "check.numerical": "numerical_gradient",
    "check.derivation": "check_derivation",
    "widgets": """play explore predict reveal predictions rosetta figure shapes logistic perturb scalar_net
        softmax_jacobian activations gradient_health training_panel
        descent difference_error gates branches""",
}
_ROOM_OF = {name: room for room, names in _PUBLIC.items() for name in names.split()}
_MODULES = {"datasets", "feedback"}  # used by their own name: bp.datasets.digits()


def __getattr__(name):
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    room = import_module(
        f"{__name__}.{_ROOM_OF.get(name, 'graph')}"
    )  # the graph room knows the operations, such as bp.exp
    try:
        value = globals()[name] = getattr(room, name)
    except AttributeError:
        from difflib import get_close_matches

        close = get_close_matches(name, __dir__(), 3) or ["dir(bp) lists what there is"]
        raise AttributeError(f"backprop_lib has no {name!r}; did you mean: {', '.join(close)}?") from None
    return value


def __dir__():
    operations = import_module(f"{__name__}.graph").OPERATIONS
    return sorted({*_ROOM_OF, *_MODULES, *operations})
