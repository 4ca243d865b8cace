"""The program that a graph writes, beside its peers: ``python -m benchmarks program``.

Every engine starts from the same numbers and has to arrive at the same loss and parameters before it is
timed. Engines take turns within one process, one thread each; what is printed are ratios of the medians. A
peer that is not installed is named and left out.
"""

import gc
from contextlib import suppress

import numpy as np

import backprop_lib as bp
from benchmarks.graph import (
    ScalarNetwork,
    bare_pytorch,
    close,
    micrograd,
    missing,
    ours_on_scalars,
    report,
    turns,
)
from benchmarks.layers import RATE, hand_written, hips_autograd, pytorch, start

SIZES = [  # layer sizes, batch, at least × faster than bare PyTorch
    ((64, 128, 64, 10), 64, 2.0),
    ((784, 128, 64, 10), 64, 1.25),
]


def main():
    print(f"{'measured':64}{'ours':>10}{'peer':>10}{'':4}{'found':>10}{'target':>10}")
    scalar_network()
    for sizes, batch, beside_pytorch in SIZES:
        for dtype in (np.float32, np.float64):
            network(sizes, batch, dtype, beside_pytorch)
    hessian_vector_product()


def beside(what, ours, peer, target, at_most=False):
    """One line: how many times faster than the peer, or at most how many times slower."""
    ratio = ours / peer if at_most else peer / ours
    met = ratio <= target if at_most else ratio >= target
    sign = "≤" if at_most else "≥"
    report(what, f"{ours * 1e6:.0f}", f"{peer * 1e6:.0f}", f"{ratio:.2f} ×", f"{sign} {target} ×", met)


# ------------------------------------------------------------------------------------------- a network of
# scalars


class CompiledScalars:
    """The scalar network of `benchmarks.graph` as a program of one example, called for each of the 50."""

    def __init__(self):
        network = ScalarNetwork(ours_on_scalars())
        self.examples, self.targets = network.examples, network.targets
        x = bp.inputs(x1=0.5, x2=0.5)
        t = bp.Node(0.5, "t")
        for layer in network.layers:
            z = [sum((w_i * x_i for w_i, x_i in zip(w, x, strict=True)), b) for w, b in layer]
            x = z if layer is network.layers[-1] else [bp.relu(z_j) for z_j in z]
        self.function = bp.compile((x[0] - t) ** 2, wrt=network.parameters)
        self.values = [p.value for p in network.parameters]

    def step(self):
        loss, gradients, N = 0.0, [], len(self.examples)
        for x, t in zip(self.examples, self.targets, strict=True):
            value, gradient = self.function(*self.values, *x, t)
            loss += value
            gradients.append(gradient)
        totals = map(sum, zip(*gradients, strict=True))
        self.values = [v - 0.05 * g / N for v, g in zip(self.values, totals, strict=True)]
        return loss / N


def scalar_network():
    what = "2-16-16-1 of scalars, 50 examples, compiled, one step, µs"
    try:
        peer = ScalarNetwork(micrograd())
    except ImportError:
        return missing(what, "micrograd")
    ours = CompiledScalars()
    for _ in range(3):
        close(ours.step(), peer.step().data)
    steps = {
        "ours": ours.step,
        "peer": lambda: [peer.step() for _ in range(10)],
    }  # ten steps make its garbage
    seconds = turns(steps, rounds=9, collect=True)
    beside(f"{what}: micrograd", seconds["ours"], seconds["peer"] / 10, 200)
    gc.disable()
    try:
        seconds = turns({"ours": ours.step, "peer": peer.step}, rounds=15, collect=True)
    finally:
        gc.enable()
    beside("    … with the garbage collector off", seconds["ours"], seconds["peer"], 20)


# ------------------------------------------------------------------------------------------- a network of
# arrays


def compiled(W, b):
    """The step with the program of the graph that a student builds; labels are one-hot rows."""
    names = [f"{key}{n}" for key in "Wb" for n in range(1, len(W) + 1)]
    made = {}

    def step(X, Y):
        if not made:
            made["f"] = bp.compile(loss_of(W, b, X, Y), wrt=names)
        value, gradients = made["f"](X, Y, *W, *b)
        for P, dP in zip((*W, *b), gradients, strict=True):
            P -= RATE * dP
        return value

    return step, lambda: W + b


def loss_of(W, b, X, Y):
    """The loss as a graph, its leaves in the order X, Y, W1, …, b1, …"""
    X, Y, N = bp.Node(X, "X"), bp.Node(Y, "Y"), len(X)
    W = [bp.Node(P, f"W{n}") for n, P in enumerate(W, 1)]
    b = [bp.Node(P, f"b{n}") for n, P in enumerate(b, 1)]
    for n, (W_n, b_n) in enumerate(zip(W, b, strict=True), 1):
        Z = X @ W_n.T + b_n
        Z.name = f"Z{n}"
        X = bp.relu(Z)
    return -(Y * bp.log_softmax(Z)).sum() / N


def jax_jit(W, b):
    """JAX on the processor, forward, backward and update compiled into one function."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def loss(parameters, X, y):
        W, b = parameters
        for l in range(len(W)):
            Z = X @ W[l].T + b[l]
            X = jax.nn.relu(Z)
        return -jnp.mean(jax.nn.log_softmax(Z)[jnp.arange(len(y)), y])

    @jax.jit
    def update(parameters, X, y):
        value, gradients = jax.value_and_grad(loss)(parameters, X, y)
        return value, jax.tree.map(lambda P, dP: P - RATE * dP, parameters, gradients)

    state = [([jnp.asarray(P) for P in W], [jnp.asarray(P) for P in b])]

    def step(X, y):
        value, state[0] = update(state[0], X, y)
        return float(value)

    return step, lambda: [np.asarray(P) for group in state[0] for P in group]


ENGINES = {
    "ours": compiled,
    "by hand": hand_written,
    "bare PyTorch": bare_pytorch,
    "PyTorch, modules and optimiser": pytorch,
    "JAX, jit": jax_jit,
    "autograd": hips_autograd,
}


def network(sizes, batch, dtype, beside_pytorch):
    steps, expected = {}, None
    for name, engine in ENGINES.items():
        W, b, X, y = start(sizes, batch, dtype)
        Y = np.eye(sizes[-1], dtype=dtype)[y] if name == "ours" else y
        with suppress(ImportError):
            step, parameters = engine(W, b)
            losses = [step(X, Y) for _ in range(3)]
            found = [*parameters(), np.array(losses)]
            expected = expected or [np.array(P) for P in found]
            for P, Q in zip(found, expected, strict=True):
                np.testing.assert_allclose(P, Q, rtol=0, atol=1e-4, err_msg=f"{name} arrives elsewhere")
            steps[name] = lambda step=step, X=X, Y=Y: [step(X, Y) for _ in range(5)]
    seconds = {name: value / 5 for name, value in turns(steps, rounds=101).items()}
    what = f"{'-'.join(map(str, sizes))}, batch {batch}, {np.dtype(dtype)}, compiled, µs"
    targets = {"by hand": 1.08, "bare PyTorch": beside_pytorch, "JAX, jit": 1.0}
    for name in list(ENGINES)[1:]:
        label = f"{what}: {name}" if name == "by hand" else f"    … beside {name}"
        if name not in seconds:
            missing(label, name)
        elif name in targets:
            beside(label, seconds["ours"], seconds[name], targets[name], at_most=name == "by hand")
        else:
            ratio = seconds[name] / seconds["ours"]
            report(label, f"{seconds['ours'] * 1e6:.0f}", f"{seconds[name] * 1e6:.0f}", f"{ratio:.2f} ×")


# --------------------------------------------------------------------------------------------------- second
# order


def hessian_vector_product(sizes=(64, 128, 64, 10), batch=64):
    W, b, X, y = start(sizes, batch, np.float64)
    Y, rng = np.eye(sizes[-1])[y], np.random.default_rng(1)
    names = [f"{key}{n}" for key in "Wb" for n in range(1, len(W) + 1)]
    parameters = [*W, *b]
    vector = [rng.standard_normal(P.shape) for P in parameters]

    loss = loss_of(W, b, X, Y)
    leaves = [leaf for leaf in bp.leaves(loss) if leaf.name in names]
    along = sum((g * v).sum() for g, v in zip(bp.gradients(loss, leaves), vector, strict=True))
    product = bp.compile(along, wrt=names)

    def gradient_by_graph():
        loss_of(W, b, X, Y).backward()

    functions = {"ours": lambda: product(X, Y, *parameters), "gradient": gradient_by_graph}
    with suppress(ImportError):
        functions["autograd"] = autograd_product(W, b, X, y, vector)
        for P, Q in zip(functions["ours"]()[1], functions["autograd"](), strict=True):
            np.testing.assert_allclose(P, Q, rtol=0, atol=1e-12)
    seconds = turns(functions, rounds=101)
    what = f"{'-'.join(map(str, sizes))}, batch {batch}, Hessian-vector product, µs"
    beside(f"{what}: own gradient", seconds["ours"], seconds["gradient"], 1.5, at_most=True)
    if "autograd" in seconds:
        beside("    … beside autograd", seconds["ours"], seconds["autograd"], 4)
    else:
        missing("    … beside autograd", "autograd")


def autograd_product(W, b, X, y, vector):
    import autograd
    import autograd.numpy as anp
    from autograd.scipy.special import logsumexp

    def loss(parameters):
        A, L = X, len(W)
        for l in range(L):
            Z = anp.dot(A, parameters[l].T) + parameters[L + l]
            A = anp.maximum(Z, 0)
        return anp.mean(logsumexp(Z, axis=1) - Z[anp.arange(len(y)), y])

    gradient = autograd.grad(loss)
    product = autograd.grad(lambda P: sum(anp.sum(g * v) for g, v in zip(gradient(P), vector, strict=True)))
    return lambda: product([*W, *b])


if __name__ == "__main__":
    main()
