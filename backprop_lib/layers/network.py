"""A network is layers one after the other: forward in order, backward in reverse."""

import numpy as np

from .activations import activation_layers
from .base import Layer
from .dense import Dense
from .vector import LiveArrays, as_finite_floats


class Sequential(Layer):
    """Layers one after the other. `params` and `grads` number those that have parameters: W1, b1, W2, b2, …

    Parameters live in the `params` of each layer, as views of one vector θ (see `vector`). A layer may stand
    in several places. In all but the first the network puts a twin: the same parameters, numbered once, and a
    memory of its own for what passes there. Their gradient is the sum over the places.
    """

    twins = networks = known = ()

    def __init__(self, *layers):
        if not layers:
            raise ValueError("Sequential: a network needs at least one layer")
        self.layers = list(layers)
        self.gather()

    def forward(self, X):
        self.arrange()
        X = as_finite_floats(X, self)
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, upstream):
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        for first, twin in self.twins:
            for key in first.params:  # used in two places: the gradients add up, as at every fan-out
                first.grads[key] = first.grads[key] + twin.grads[key]
        return upstream

    def arrange(self):
        """Find the layers that stand in several places: once, and again when the layers have changed."""
        for first, twin in self.twins:
            if twin.params is not first.params:
                raise ValueError(f"{first} stands in two places: change its params one by one, by their keys")
        if self.known == (self.layers, [network.owners() for network in self.networks]):
            return
        self._separate(set())
        first, self.twins = {}, []
        for layer in self.layers:
            for owner in layer.owners():
                if id(owner.params) in first:
                    self.twins.append((first[id(owner.params)], owner))
                else:
                    first[id(owner.params)] = owner
        self.firsts = list(first.values())
        self.networks = [layer for layer in self.layers if isinstance(layer, Sequential)]
        self.known = list(self.layers), [network.owners() for network in self.networks]

    def _separate(self, met):
        """Put a twin in the place of every layer that was met before; `met` holds their ids."""
        for place, layer in enumerate(self.layers):
            if not isinstance(layer, Layer):
                is_class = isinstance(layer, type)
                kind = f"the class {layer.__name__}" if is_class else f"a {type(layer).__name__}"
                fix = "write Sequential(Dense(2, 3), ReLU())"
                raise TypeError(f"Sequential: item {place} is {kind}, no layer; {fix}")
            inside = {id(part) for part in (layer, *layer.leaves())}
            if isinstance(layer, Sequential) and id(layer) not in met:
                layer._separate(met)
            elif inside & met:
                self.layers[place] = layer.twin()
            met |= inside

    def leaves(self):
        return [leaf for layer in self.layers for leaf in layer.leaves()]

    def owners(self):
        self.arrange()
        return self.firsts

    def named(self):
        """(name, layer, key) for each parameter: W1, b1, W2, b2, …"""
        with_params = [layer for layer in self.owners() if layer.params]
        for n, layer in enumerate(with_params, 1):
            for key in layer.params:
                yield f"{key}{n}", layer, key

    @property
    def params(self):
        self.gather()
        return LiveArrays({name: layer.params[key] for name, layer, key in self.named()})

    @params.setter
    def params(self, arrays):
        self.params.update(arrays)

    @property
    def grads(self):
        return LiveArrays({name: layer.grads.get(key) for name, layer, key in self.named()})

    @property
    def input_gradient(self):
        return self.layers[0].input_gradient

    @input_gradient.setter
    def input_gradient(self, wanted):
        self.layers[0].input_gradient = wanted

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, place):
        return self.layers[place]

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"

    def save(self, path):
        """Write the layers and their parameters to `path` (npz without pickle), for `bp.load(path)`."""
        from .storage import write  # which builds networks itself

        write(path, self.leaves(), self.params)


class MLP(Sequential):
    """Multi-layer perceptron: Dense and activation for each of the `hidden_layer_sizes` (Lecture 003), then
    the last Dense and the output activation. Activations by name, "identity" for none, or as a class.
    """

    def __init__(
        self, n_in, hidden_layer_sizes, n_out,
        activation="relu", output="identity", init="glorot", rng=None, dtype=float,
    ):  # fmt: skip
        rng = np.random.default_rng(rng)  # one for all layers: a seed for each would repeat the same numbers
        sizes = [n_in, *np.atleast_1d(hidden_layer_sizes).tolist(), n_out]
        names = [activation] * (len(sizes) - 2) + [output]
        layers = []
        for fan_in, fan_out, name in zip(sizes[:-1], sizes[1:], names, strict=True):
            layers += [Dense(fan_in, fan_out, init, rng, dtype), *activation_layers(name)]
        super().__init__(*layers)
