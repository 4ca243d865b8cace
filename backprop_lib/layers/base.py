"""What every layer has: two passes with a memory between them, parameters, and their gradients."""

import copy

import numpy as np

from .vector import Vectors, copy_into, widest_dtype


class Layer:
    """One step of the forward pass together with its step of the backward pass.

    `forward(X)` takes one example per row and remembers what `backward` will need. `backward(upstream)` takes
    the gradient with respect to the output, returns the gradient with respect to the input, and on the way
    fills `grads`, which has the keys of `params`. After `input_gradient = False` it may return None: the
    first layer's input is data, and nobody needs its gradient in training.

    A layer of your own calls `super().__init__()`, puts arrays into `self.params`, and in `backward` puts
    their gradients into `self.grads`. If it works with other layers, `leaves` returns those; one that it
    needs twice gets a `twin`, whose gradients `backward` adds to those of the first.
    """

    settings = ()  # the constructor's arguments by name, for repr and for saving
    training = True
    input_gradient = True
    X = Z = A = None  # what forward remembers: input, pre-activation, activation
    vectors = None  # θ and its gradient, once they have been asked for

    def __init__(self):
        self.params, self.grads = {}, {}
        self.slots = {}  # by key, where in the network's gradient vector backward may write

    def forward(self, X):
        raise NotImplementedError(f"{self} has no forward(X) yet")

    def backward(self, upstream):
        raise NotImplementedError(f"{self} has no backward(upstream) yet")

    @property
    def theta(self):
        """θ: all parameters, one after the other in one vector. `net.theta -= 0.1 * net.gradient` is a step.

        Each W and b is a view: to change the one is to change the other. When layers move into a network,
        their parameters move into its θ; an array that you put into the `params` of a layer is copied to its
        place when θ is next asked for. θ has the widest dtype among its layers.
        """
        return self.gather().theta

    @theta.setter
    def theta(self, values):
        copy_into(self.theta, values, "theta")

    @property
    def gradient(self):
        """∇J(θ): the gradients of all parameters, in the order and dtype of `theta`.

        The arrays in `grads` are views of it. The next backward overwrites them: copy what you want to keep.
        Before the first backward there is none, which is a ValueError.
        """
        return self.gather(with_gradient=True).gradient

    @gradient.setter
    def gradient(self, values):
        copy_into(self.gradient, values, "gradient")

    @property
    def weights(self):
        """θ with zeros in the places of the biases: what weight decay makes smaller."""
        return self.theta * self.vectors.of_matrix

    def gather(self, with_gradient=False):
        """θ, and ∇θ if it is wanted, as Vectors, of which `params` and `grads` are views from now on."""
        layers, vectors = self.owners(), self.vectors
        if vectors is None or not vectors.hold(layers, with_gradient):
            dtype = widest_dtype(layers)
            if vectors is None or not vectors.fit(layers, dtype):
                vectors = Vectors(layers, dtype)
            vectors.fill(with_gradient)
            self.vectors = vectors
        return vectors

    def leaves(self):
        """The layers inside this one that do the work, first to last."""
        return [self]

    def owners(self):
        """The leaves by whose params the parameters are counted; of twins, which share them, the first."""
        first = {}
        for leaf in self.leaves():
            first.setdefault(id(leaf.params), leaf)
        return list(first.values())

    def twin(self):
        """This layer in a second place: the same parameters and rng, a memory and gradients of its own."""
        shared = [leaf.params for leaf in self.leaves()]
        shared += [leaf.rng for leaf in self.leaves() if hasattr(leaf, "rng")]
        twin = copy.deepcopy(self, {id(thing): thing for thing in shared})
        twin.input_gradient = True
        return twin

    def train(self, mode=True):
        """Training mode: dropout drops."""
        for layer in (self, *self.leaves()):
            layer.training = mode
        return self

    def eval(self):
        """Prediction mode: dropout lets everything pass."""
        return self.train(False)

    def checked(self, upstream, output):
        """The upstream gradient, if it has the shape of what forward returned."""
        if output is None:
            raise ValueError(f"{self}: backward before forward; forward(X) stores what backward needs")
        upstream = np.asarray(upstream, output.dtype)
        if upstream.shape != output.shape:
            shapes = f"the upstream gradient is {upstream.shape}, but forward returned {output.shape}"
            raise ValueError(f"{self}: {shapes}; a gradient has the shape of the array it belongs to")
        return upstream

    def __getstate__(self):
        """For copies and pickles: their arrays are no views of these vectors, so they make their own."""
        return vars(self) | {"vectors": None, "slots": {}}

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(str(getattr(self, name)) for name in self.settings)})"
