"""Lecture 003's network: one node per number, one edge per weight, so that every derivative has a place of
its own.
"""

import math

from .vector import as_floats

# Name: y = f(x), and f'(x) from x and y.
ACTIVATIONS = {
    "identity": (lambda x: x, lambda x, y: 1.0),
    "relu": (lambda x: max(0.0, x), lambda x, y: float(x > 0)),
    "tanh": (math.tanh, lambda x, y: 1 - y * y),
    "sigmoid": (
        lambda x: 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x)),
        lambda x, y: y * (1 - y),
    ),
}


class ScalarNetwork:
    """Scalar nodes in order: node j computes x_j = Σ_i w_ij y_i (+ b_j) and y_j = f(x_j).

    `weights` is {(i, j): w_ij}, from node i to node j, i < j. Nodes without incoming edges are inputs, the
    last node is the output; `activations` overrides `hidden` and `output` node by node. After `forward` the
    numbers are in `x[j]` and `y[j]`, after `backward` in `dE_dx[j]`, `dE_dy[j]`, `dE_dw[i, j]` and, for nodes
    with a bias, `dE_db[j]`.

    `loss` is "squared", E = ½(y − t)², or "log", E = −t log y − (1 − t) log(1 − y) on a sigmoid output. The
    lecture starts both with ∂E/∂y = y − t. For the log loss that is ∂E/∂x: ∂E/∂y is (y − t) / (y(1 − y)),
    which f' cancels.
    """

    def __init__(
        self, weights, biases=None, hidden="relu", output="identity", loss="squared", activations=None
    ):
        self.w, self.b = dict(weights), dict(biases or {})
        self.nodes = sorted({node for edge in self.w for node in edge})
        self.into = {j: [i for i in self.nodes if (i, j) in self.w] for j in self.nodes}
        self.out = {i: [j for j in self.nodes if (i, j) in self.w] for i in self.nodes}
        ends = [i for i in self.nodes if not self.out[i]]
        if len(ends) != 1 or any(i >= j for i, j in self.w):
            raise ValueError(
                f"ScalarNetwork: edges lead from a lower to a higher node, to one output; these end in {ends}"
            )
        self.inputs, self.output = [j for j in self.nodes if not self.into[j]], self.nodes[-1]
        self.f = {j: hidden for j in self.nodes} | {self.output: output} | (activations or {})
        self.f |= {j: "identity" for j in self.inputs}
        if unknown := {*self.f.values()} - {*ACTIVATIONS}:
            raise ValueError(
                f"ScalarNetwork: activation {min(unknown)!r}; choose one of {', '.join(ACTIVATIONS)}"
            )
        if loss not in ("squared", "log") or loss == "log" and self.f[self.output] != "sigmoid":
            raise ValueError(
                f"ScalarNetwork: loss={loss!r}; choose 'squared', or 'log' with output='sigmoid'"
            )
        self.loss, self.E = loss, None
        self.x, self.y, self.dE_dx, self.dE_dy, self.dE_dw, self.dE_db = {}, {}, {}, {}, {}, {}

    def forward(self, values):
        """The output y for the values of the input nodes: a number, or one for each in order."""
        values = as_floats(values, "ScalarNetwork").ravel().tolist()
        if len(values) != len(self.inputs):
            raise ValueError(
                f"ScalarNetwork: {len(values)} values for {len(self.inputs)} input nodes {self.inputs}"
            )
        self.x = dict(zip(self.inputs, values, strict=True))
        self.y = dict(self.x)
        for j in self.nodes:
            if self.into[j]:
                self.x[j] = sum(self.w[i, j] * self.y[i] for i in self.into[j]) + self.b.get(j, 0.0)
                self.y[j] = ACTIVATIONS[self.f[j]][0](self.x[j])
        return self.y[self.output]

    def backward(self, target):
        """The lecture's three steps, from the loss E against `target`; returns {(i, j): ∂E/∂w_ij}."""
        if not self.y:
            raise ValueError(
                "ScalarNetwork: backward before forward; call forward(values) first, it stores x and y"
            )
        last, t = self.output, float(target)
        x, y = self.x[last], self.y[last]
        self.dE_dx, self.dE_dy = {}, {}
        if self.loss == "log":
            # log(1 + eˣ) − t x is the log loss of y = σ(x), and cannot meet log 0.
            self.E = max(x, 0.0) + math.log1p(math.exp(-abs(x))) - t * x
            self.dE_dy[last] = (y - t) / (y * (1 - y)) if 0 < y < 1 else math.nan
            self.dE_dx[last] = y - t
        else:
            self.E = 0.5 * (y - t) ** 2
            self.dE_dy[last] = y - t
            self.dE_dx[last] = self.slope(last) * self.dE_dy[last]
        for i in reversed(self.nodes[:-1]):
            self.dE_dy[i] = sum(self.w[i, j] * self.dE_dx[j] for j in self.out[i])
            self.dE_dx[i] = self.slope(i) * self.dE_dy[i]
        self.dE_dw = {(i, j): self.y[i] * self.dE_dx[j] for i, j in self.w}
        self.dE_db = {j: self.dE_dx[j] for j in self.b}
        return self.dE_dw

    def slope(self, j):
        return ACTIVATIONS[self.f[j]][1](self.x[j], self.y[j])

    def __repr__(self):
        def row(*cells):
            return "".join(f"{c:>10.6g}" if isinstance(c, float) else f"{c:>10}" for c in cells)

        columns = self.x, self.y, self.dE_dy, self.dE_dx
        nodes = [row(j, self.f[j], *(column.get(j, "") for column in columns)) for j in self.nodes]
        edges = [row(f"{i} → {j}", w, self.dE_dw.get((i, j), "")) for (i, j), w in self.w.items()]
        return "\n".join(
            [row("node", "f", "x", "y", "dE/dy", "dE/dx"), *nodes, row("edge", "w", "dE/dw"), *edges]
        )

    def draw(self):
        """Picture: values in green, gradients in red, both written where the lecture stores them."""
        from ..show.network import scalar_network

        return scalar_network(self, repr(self))
