"""The program that a graph writes: it computes what the graph computes, bit for bit, and reads as if written by hand."""

import math
import random
import re
from pathlib import Path

import numpy as np
import pytest

import backprop_lib as bp

GOLDEN = Path(__file__).parent / "programs"

# ------------------------------------------------------------------------------------------ random programs

UNARY = [bp.exp, bp.log, bp.sqrt, bp.sin, bp.cos, bp.tanh, bp.sigmoid, bp.relu, bp.leaky_relu, bp.gelu, bp.softplus,
         abs, lambda x: -x, lambda x: x**2, lambda x: x**0.5, lambda x: 1 / x, lambda x: 2 * x - 0.5]  # fmt: skip
BINARY = [lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x / y, lambda x, y: x**y,
          bp.maximum, bp.minimum, lambda x, y: bp.where(x > y, x * y, y), lambda x, y: (x > y) + (y >= x) * x,
          lambda x, y: bp.where(x <= y, bp.log(y), 2 * x), lambda x, y: (x < y) * 1.0 + (x < 0.5)]  # fmt: skip
STRUCTURAL = [lambda x: x.sum(axis=0), lambda x: x.sum(axis=-1, keepdims=True), lambda x: x.mean(axis=1),
              lambda x: x.mean(), lambda x: x.max(axis=0), lambda x: x.min(axis=-1, keepdims=True), lambda x: x.T,
              lambda x: x.reshape(-1), lambda x: x[0], lambda x: x[..., 1:], lambda x: x[[0, 1, 0]],
              lambda x: bp.softmax(x), lambda x: bp.log_softmax(x, axis=0), lambda x: bp.logsumexp(x, axis=1),
              lambda x: x @ x.T, lambda x: x @ x[0], lambda x: x[:, 0] @ x, lambda x: x[0] @ x[1]]  # fmt: skip
SHAPES = [(), (3,), (2, 3), (2, 1), (1, 3), (4, 2, 3), (1,), (1, 1)]


def random_graph(seed, with_arrays):
    """(output, leaves): a random expression over a growing list of nodes; fan-out and ties are common."""
    rng = random.Random(seed)
    draw = np.random.default_rng(seed)
    shapes = [rng.choice(SHAPES) if with_arrays else () for _ in range(rng.randint(1, 4))]
    leaves = [bp.Node(near(shape, draw), name) for shape, name in zip(shapes, "abcd")]
    nodes = list(leaves)
    for _ in range(rng.randint(2, 14)):
        x, y = rng.choice(nodes), rng.choice(nodes)
        kind = rng.choice([UNARY, BINARY, BINARY, STRUCTURAL] if with_arrays else [UNARY, BINARY])
        f = rng.choice(kind)
        try:
            node = f(x, y) if kind is BINARY else f(x)
        except (ValueError, TypeError):  # shapes that do not fit
            continue
        if rng.random() < 0.2:
            node.name = f"n{len(nodes)}"
        nodes.append(node)
    total = nodes[-1]
    for node in nodes[-3:-1]:
        total = total.sum() * node.sum()
    return total.sum() + 0.5 * leaves[0].sum(), leaves


def near(shape, draw):
    """Numbers with ties, whole numbers and zeros among them."""
    values = np.round(draw.uniform(-2, 3, shape), 1)
    return values if shape else float(values)


def by_backward(output, leaves):
    output.backward()
    return output.value, [leaf.grad for leaf in leaves]


def same(found, expected):
    np.testing.assert_array_equal(found, expected)  # nan equals nan, −0 equals 0
    assert np.shape(found) == np.shape(expected)
    assert type(found) is type(expected)


@pytest.mark.parametrize("with_arrays", [False, True], ids=["floats", "arrays"])
@pytest.mark.parametrize("hundred", range(4))
def test_the_program_gives_the_same_bits_as_the_backward_pass(hundred, with_arrays):
    for seed in range(100 * hundred, 100 * hundred + 100):
        output, _ = random_graph(seed, with_arrays)
        leaves = bp.leaves(output)
        function = bp.compile(output)
        value, gradients = function()
        expected, grads = by_backward(output, leaves)
        same(value, expected)
        for found, grad in zip(gradients, grads, strict=True):
            same(found, grad)
        draw = np.random.default_rng(seed + 7)
        others = [near(leaf.shape, draw) for leaf in leaves]
        value, gradients = function(*others)
        bp.forward(output, **{leaf.name: x for leaf, x in zip(leaves, others)})
        expected, grads = by_backward(output, leaves)
        same(value, expected)
        for found, grad in zip(gradients, grads, strict=True):
            same(found, grad)


@pytest.mark.parametrize("with_arrays", [False, True], ids=["floats", "arrays"])
def test_the_textbook_runs_too(with_arrays):
    for seed in range(60):
        output, _ = random_graph(seed, with_arrays)
        text = bp.source(output)
        namespace = constants_of(output)
        exec(text, namespace)
        assert all(len(line) <= 100 for line in text.splitlines())
        with np.errstate(all="ignore"):
            try:
                value, gradients = namespace["value_and_gradients"](
                    *[leaf.value for leaf in bp.leaves(output)]
                )
            except (ArithmeticError, ValueError):
                continue
        expected, grads = by_backward(output, bp.leaves(output))
        np.testing.assert_allclose(value, expected, rtol=1e-9)
        for found, grad in zip(gradients, grads, strict=True):
            if np.isfinite(found).all() and np.isfinite(grad).all():
                np.testing.assert_allclose(found, grad, rtol=1e-7, atol=1e-12)


def constants_of(output):
    """The arrays that a program takes from the graph: indices."""
    found = {}
    for node in bp.topological_order(output):
        if node.op == "getitem" and isinstance(node.rule.params["key"], list):
            found[f"c{len(found) + 1}"] = node.rule.params["key"]
    return found
