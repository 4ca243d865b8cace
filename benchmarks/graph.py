"""The graph engine beside its peers: ``python -m benchmarks graph``.

Every engine starts from the same numbers and has to arrive at the same loss, gradients and parameters before
it is timed. Engines take turns within one process, one thread each; what is printed are ratios of the
medians. A peer that is not installed is named and left out.
"""

import gc
import os
import platform
import statistics
import subprocess
import sys
import time
import tracemalloc
from random import Random

import backprop_lib as bp

RATE = 0.05


def main():
    print(f"Python {platform.python_version()}, {platform.machine()}, one thread\n")
    print(f"{'measured':64}{'ours':>10}{'peer':>10}{'':4}{'found':>10}{'target':>10}")
    scalar_network()
    scalar_memory()
    import_time()
    array_network()


def report(what, ours, peer, found, target=None, met=None):
    verdict = "" if target is None else "  met" if met else "  NOT MET"
    print(f"{what:64}{ours:>10}{peer:>10}{'':4}{found:>10}{target or '–':>10}{verdict}", flush=True)


def missing(what, peer):
    print(f"{what:64}{peer} is not installed: pip install -e '.[bench]'", flush=True)


def turns(functions, rounds, collect=False):
    """{name: median seconds}. The functions take turns, so that what slows the machine down slows all of them
    down.

    collect: empty the garbage collector before each turn, so that nobody pays for what another one has left
        behind.
    """
    times = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            if collect:
                gc.collect()
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


# ------------------------------------------------------------------------- (a) a network of scalars against
# micrograd


class Engine:
    """What the two engines call the same things."""

    def __init__(self, leaf, relu, value, set_value, zero):
        self.leaf, self.relu, self.value, self.set_value, self.zero = leaf, relu, value, set_value, zero


def ours_on_scalars():
    def set_value(node, value):
        node.value = value

    return Engine(
        bp.Node, bp.relu, lambda node: node.value, set_value, lambda parameters: None
    )  # backward() starts afresh


def micrograd():
    from micrograd.engine import Value

    def set_value(node, value):
        node.data = value

    def zero(parameters):
        for p in parameters:
            p.grad = 0

    return Engine(Value, Value.relu, lambda node: node.data, set_value, zero)


class ScalarNetwork:
    """micrograd's own MLP, written once for both engines: 2-16-16-1, relu, mean of squared errors on 50
    examples.
    """

    def __init__(self, engine, sizes=(2, 16, 16, 1), examples=50):
        rng = Random(0)
        self.engine = engine
        self.layers = [
            [
                ([engine.leaf(rng.uniform(-1, 1) / n_in**0.5) for _ in range(n_in)], engine.leaf(0.1))
                for _ in range(n_out)
            ]
            for n_in, n_out in zip(sizes, sizes[1:], strict=False)
        ]
        self.parameters = [p for layer in self.layers for w, b in layer for p in (*w, b)]
        self.examples = [(rng.uniform(-1, 1), rng.uniform(-1, 1)) for _ in range(examples)]
        self.targets = [x * y - 0.5 * x for x, y in self.examples]

    def predict(self, x):
        relu, last = self.engine.relu, self.layers[-1]
        x = [self.engine.leaf(value) for value in x]
        for layer in self.layers:
            z = [sum((w_i * x_i for w_i, x_i in zip(w, x)), b) for w, b in layer]  # noqa: B905  (micrograd's line)
            x = z if layer is last else [relu(z_j) for z_j in z]
        return x[0]

    def step(self):
        errors = [self.predict(x) - t for x, t in zip(self.examples, self.targets, strict=True)]
        loss = sum((e**2 for e in errors[1:]), errors[0] ** 2) * (1 / len(errors))
        self.engine.zero(self.parameters)
        loss.backward()
        for p in self.parameters:
            self.engine.set_value(p, self.engine.value(p) - RATE * p.grad)
        return loss

    def ten_steps(self):
        for _ in range(10):
            self.step()


def scalar_network():
    what = "2-16-16-1 of scalars, relu, 50 examples, one training step"
    try:
        networks = {"ours": ScalarNetwork(ours_on_scalars()), "micrograd": ScalarNetwork(micrograd())}
    except ImportError:
        return missing(what, "micrograd")
    for _ in range(3):
        ours, theirs = (network.step() for network in networks.values())
        close(ours.value, theirs.data)
        for p, q in zip(networks["ours"].parameters, networks["micrograd"].parameters, strict=True):
            close(p.grad, q.grad)
            close(p.value, q.data)
    del ours, theirs
    # Ten steps a turn, as in training: an engine pays for the garbage that it leaves behind, and for nobody
    # else's.
    steps = {name: network.ten_steps for name, network in networks.items()}
    beside_micrograd(f"{what}, ms", turns(steps, rounds=5, collect=True), target=4)
    gc.disable()
    try:
        what = "    … with the garbage collector off (micrograd then frees nothing)"
        beside_micrograd(what, turns(steps, rounds=9, collect=True), target=1.2)
    finally:
        gc.enable()


def beside_micrograd(what, seconds, target=None):
    ours, theirs = seconds["ours"] * 1e2, seconds["micrograd"] * 1e2
    verdict = (f"≥ {target} ×", theirs / ours >= target) if target else ()
    report(what, f"{ours:.1f}", f"{theirs:.1f}", f"{theirs / ours:.2f} ×", *verdict)


def close(found, expected):
    assert abs(found - expected) <= 1e-9 * max(1.0, abs(expected)), (
        f"ours says {found}, the peer says {expected}"
    )


# ----------------------------------------------------------------------------------------- (c) bytes, (d)
# import time


def scalar_memory():
    """All that a training step keeps alive for each node, gradients included; leaves and constants are nodes
    too.
    """
    network = ScalarNetwork(ours_on_scalars())
    network.step()
    gc.collect()
    tracemalloc.start()
    loss = network.step()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    nodes = len(bp.topological_order(loss))
    report(
        f"bytes per scalar node, {nodes:,} nodes with gradients",
        f"{used / nodes:.0f}",
        "",
        f"{used / nodes:.0f}",
        "≤ 350",
        used / nodes <= 350,
    )


def import_time(rounds=25):
    """As for a user, whose Python keeps the bytecode of the first import."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def seconds(code):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        return time.perf_counter() - start

    seconds("import backprop_lib.graph")
    pairs = [(seconds("import backprop_lib.graph"), seconds("pass")) for _ in range(rounds)]
    with_graph, bare = (statistics.median(column) * 1e3 for column in zip(*pairs, strict=True))
    more = statistics.median(a - b for a, b in pairs) * 1e3
    report(
        "import backprop_lib.graph over bare Python, ms",
        f"{with_graph:.0f}",
        f"{bare:.0f}",
        f"+ {more:.1f}",
        "≤ 60",
        more <= 60,
    )


# -------------------------------------------------------------------------- (b) array nodes against autograd,
# PyTorch


def graph_of_arrays(W, b):
    """The step as a student writes it with nodes."""
    import numpy as np

    W, b = (
        [bp.Node(W_l, f"W{l}") for l, W_l in enumerate(W)],
        [bp.Node(b_l, f"b{l}") for l, b_l in enumerate(b)],
    )

    def step(X, y):
        for l in range(len(W)):
            z = X @ W[l].T + b[l]
            X = bp.relu(z)
        loss = -bp.log_softmax(z)[np.arange(len(y)), y].mean()
        loss.backward()
        for p in (*W, *b):
            p.value -= 0.01 * p.grad
        return loss.value

    return step, lambda: [p.value for p in (*W, *b)]


def bare_pytorch(W, b):
    """PyTorch without its modules and its optimiser: functions, and an update in place."""
    import torch
    from torch.nn.functional import cross_entropy, linear

    torch.set_num_threads(1)
    W, b = ([torch.from_numpy(p).requires_grad_() for p in group] for group in (W, b))

    def step(X, y):
        z, y = torch.from_numpy(X), torch.from_numpy(y)
        for l in range(len(W)):
            z = linear(torch.relu(z) if l else z, W[l], b[l])
        loss = cross_entropy(z, y)
        gradients = torch.autograd.grad(loss, (*W, *b))
        with torch.no_grad():
            for p, g in zip((*W, *b), gradients, strict=True):
                p.sub_(g, alpha=0.01)
        return loss.item()

    return step, lambda: [p.detach().numpy() for p in (*W, *b)]


def array_network(sizes=(64, 128, 64, 10), batch=64):
    import numpy as np

    from benchmarks.layers import RATE, hand_written, hips_autograd, pytorch, start

    assert RATE == 0.01
    engines = {
        "ours": graph_of_arrays,
        "autograd": hips_autograd,
        "PyTorch": pytorch,
        "bare PyTorch": bare_pytorch,
        "numpy by hand": hand_written,
    }
    steps, expected = {}, None
    for name, engine in engines.items():
        W, b, X, y = start(sizes, batch, np.float32)
        try:
            step, parameters = engine(W, b)
            losses = [step(X, y) for _ in range(3)]
        except ImportError:
            continue
        found = [*parameters(), np.array(losses)]
        expected = expected or [p.copy() for p in found]
        for ours, theirs in zip(expected, found, strict=True):
            np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-5, err_msg=f"{name} arrives elsewhere")
        assert all(p.dtype == np.float32 for p in parameters()), f"{name} left float32"
        steps[name] = lambda step=step, X=X, y=y: [step(X, y) for _ in range(10)]
    seconds = turns(steps, rounds=101)
    what = f"{'-'.join(map(str, sizes))} of arrays, batch {batch}, float32, one step, µs"
    for peer, least in (("autograd", 2.5), ("PyTorch", 1.0), ("bare PyTorch", None), ("numpy by hand", None)):
        label = f"{what}: {peer}" if peer == "autograd" else f"    … beside {peer}"
        if peer not in seconds:
            missing(label, peer)
            continue
        ratio = seconds[peer] / seconds["ours"]
        target = (f"≥ {least} ×", ratio >= least) if least else (None, None)
        report(label, f"{seconds['ours'] * 1e5:.0f}", f"{seconds[peer] * 1e5:.0f}", f"{ratio:.2f} ×", *target)


if __name__ == "__main__":
    main()
