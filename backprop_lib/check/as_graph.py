"""A network of layers built anew out of graph nodes: only the formulas of its forward pass stand here."""

import numpy as np

from .. import graph, layers


def to_graph(net, X, scalar=False, *, loss=None, Y=None):
    """The network built out of graph nodes, with the leaves X, W1, b1, W2, …; its nodes Z1, A1, … are named
    too.

    Returns the node of the output; with `scalar=True` every number has a node of its own (W1_2_0 for W1[2,
    0], X_3_1 for X[3, 1]), and a numpy array of nodes is returned. With a `loss` and its target `Y` it is the
    node of the loss, ready for `backward()`. A layer that stands in several places has the same leaves there.
    Dropout multiplies by the mask of its last forward pass; before the first, and in prediction mode, it lets
    everything pass.
    """
    A, place, parameters = leaves_of("X", np.array(X, np.float64), scalar), 0, {}
    for layer in net.leaves():
        build = LAYERS.get(type(layer))
        if build is None:
            raise TypeError(f"to_graph: {layer} is no layer of the course, so its graph is not known")
        if layer.params:
            place += 1
        if layer.params and id(layer.params) not in parameters:
            n = len(parameters) + 1
            parameters[id(layer.params)] = [
                leaves_of(f"{key}{n}", P, scalar) for key, P in layer.params.items()
            ]
        A = build(layer, A, *parameters.get(id(layer.params), ()))
        give_name(A, f"{'Z' if layer.params else 'A'}{place}")
    if loss is None:
        return A
    build = LOSSES.get(type(loss))
    if build is None:
        raise TypeError(f"to_graph: {loss} is no loss of the course, so its graph is not known")
    loss.forward(numbers(A), Y)  # checks the target
    Y = np.asarray(Y, float) if np.ndim(Y) == 2 else np.eye(A.shape[1])[np.asarray(Y)]
    L = build(A, Y).sum() / len(Y)
    L.name = "L"
    return L


# With scalar=True the matrices below are numpy arrays of nodes: the formulas are the same, numpy does the
# loops.


def leaves_of(name, array, scalar):
    """A node for the array, or an array with a node for each of its numbers."""
    if not scalar:
        return graph.Node(array, name)
    nodes = np.empty(array.shape, object)
    for index, number in np.ndenumerate(array):
        nodes[index] = graph.Node(float(number), "_".join([name, *map(str, index)]))
    return nodes


def give_name(A, name):
    """Name what has no name yet: an array, or each of its scalar nodes."""
    for index, node in np.ndenumerate(A) if isinstance(A, np.ndarray) else [((), A)]:
        node.name = node.name or "_".join([name, *map(str, index)])


def numbers(A):
    """What the node, or the array of nodes, computed."""
    if isinstance(A, np.ndarray):
        return np.frompyfunc(lambda node: node.value, 1, 1)(A).astype(float)
    return A.value


def each(function, A, **settings):
    """A function of the graph room, by name, of a node or of each of an array of nodes."""
    one = getattr(graph, function)
    if isinstance(A, np.ndarray):
        return np.frompyfunc(lambda a: one(a, **settings), 1, 1)(A)
    return one(A, **settings)


def log_softmax(Z):
    """By way of the largest entry, as a plain number: the shift keeps e^z finite and cancels, in the gradient
    too.
    """
    if not isinstance(Z, np.ndarray):
        return graph.log_softmax(Z, axis=1)
    Z = Z - numbers(Z).max(axis=1, keepdims=True)
    return Z - each("log", each("exp", Z).sum(axis=1, keepdims=True))


def softmax(Z):
    return each("exp", log_softmax(Z)) if isinstance(Z, np.ndarray) else graph.softmax(Z, axis=1)


def dropout(layer, X):
    return X * layer.mask if layer.training and layer.mask is not None else X


LAYERS = {
    layers.Dense: lambda layer, X, W, b: X @ W.T + b,
    layers.Sigmoid: lambda layer, Z: each("sigmoid", Z),
    layers.Tanh: lambda layer, Z: each("tanh", Z),
    layers.ReLU: lambda layer, Z: each("relu", Z),
    layers.LeakyReLU: lambda layer, Z: each("leaky_relu", Z, slope=layer.gamma),
    layers.GELU: lambda layer, Z: each("gelu", Z),
    layers.Softplus: lambda layer, Z: each("softplus", Z, beta=layer.beta),
    layers.Softmax: lambda layer, Z: softmax(Z),
    layers.Dropout: dropout,
}

LOSSES = {
    layers.HalfSquaredError: lambda A, Y: 0.5 * (A - Y) ** 2,
    layers.BinaryCrossEntropy: lambda P, Y: -Y * each("log", P) - (1 - Y) * each("log", 1 - P),
    layers.BinaryCrossEntropyWithLogits: lambda Z, Y: each("softplus", Z) - Y * Z,
    layers.SoftmaxCrossEntropy: lambda Z, Y: -Y * log_softmax(Z),
}
