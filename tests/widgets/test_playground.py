"""The playground: the training in the page against the library, in node; what is sent; the twin."""

import json
import re

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.graph import Node, grad
from backprop_lib.layers.initialisers import initialiser
from backprop_lib.widgets.kit.kit import ROOM
from backprop_lib.widgets.playground import BROKEN, DATA, STARTS
from backprop_lib.widgets.seeded import Generator
from tests.program import engine

# A training as the page does it, without the page: the script of the playground, and what Python sends.
DRIVER = """
const { script, jobs } = JSON.parse(require("fs").readFileSync(0, "utf8"));
globalThis.backprop = { kind() {} };
(0, eval)(script);
const { points, begin, batches, disagreement } = backprop.playground;
const program = (text) => new Function(`"use strict"; return ${text}`)();
const run = ({ data, steps }) => {
  const state = data.settings;
  const { program: f, wrong } = data.activations[state.activation];
  const [training, heldOut] = points(state, data.own);
  const network = program(data.network)(
    [2, ...state.hidden, 1], program(f), program(data.loss), state.broken ? program(wrong) : null);
  begin(network, state);
  const list = (name) => network.layers.map((layer) => Array.from(layer[name]));
  const start = list("W");
  const next = batches(training, state.seed);
  const losses = [];
  for (let step = 0; step < steps; step += 1) {
    const { X, Y, N } = next(state.batch);
    losses.push(network.meanLoss(X, Y, N));
    network.step(X, Y, N, state.rate);
  }
  const [X, Y, XTest] = [training.X, training.Y, heldOut.X].map((x) => Array.from(x));
  const result = { losses, start, X, Y, XTest };
  result.apart = disagreement(network, { X: training.X.slice(0, 16), Y: training.Y.slice(0, 8), N: 8 });
  for (const name of ["W", "b", "dW", "db"]) result[name] = list(name);
  return result;
};
process.stdout.write(JSON.stringify(jobs.map(run)));
"""


def in_node(*pages, steps=10):
    """What the page computes for each playground."""
    script = ROOM.joinpath("playground.js").read_text(encoding="utf-8")
    jobs = [{"data": page._sent(), "steps": steps} for page in pages]
    return json.loads(engine.script(DRIVER, json.dumps({"script": script, "jobs": jobs})))


def in_python(page, steps=10):
    """(losses of the batches, the network after the steps, its last gradients)"""
    net, losses = page.net, []
    for batch in page.batches(steps):
        losses.append(page.loss.forward(net.forward(page.X[batch]), page.Y[batch]))
        net.backward(page.loss.backward())
        net.theta -= page.rate * net.gradient
    return losses, net


def close(found, expected):
    return np.allclose(np.ravel(found), np.ravel(expected), rtol=1e-12, atol=1e-12)


# The same in the page and in Python


def test_both_generators_give_the_same_numbers():
    pages = [bp.playground(name, seed=seed) for name in DATA for seed in (0, 7, 999)]
    for page, found in zip(pages, in_node(*pages, steps=0)):
        assert close(found["X"], page.X), page.data
        assert close(found["XTest"], page.X_test), page.data
        assert found["Y"] == page.Y.ravel().tolist(), page.data


def test_the_generator_is_mulberry32_and_looks_random():
    """The first number for seed 0 is that of the published C program."""
    assert Generator(0).random() == 1144304738 / 2**32
    rng = Generator(5)
    uniform, normal = rng.uniform(-1, 3, (4000,)), rng.standard_normal((4000,))
    assert abs(uniform.mean() - 1) < 0.06 and abs(uniform.std() - 4 / 12**0.5) < 0.04
    assert abs(normal.mean()) < 0.05 and abs(normal.std() - 1) < 0.05
    assert sorted(rng.permutation(9)) == list(range(9))


@pytest.mark.parametrize("start", STARTS)
def test_both_begin_with_the_same_weights(start):
    page = bp.playground(hidden=(3, 7), start=start, seed=4)
    rng, init = Generator(1004), initialiser(start)
    expected = [init(2, 3, rng), init(3, 7, rng), init(7, 1, rng)]
    found = in_node(page, steps=0)[0]["start"]
    for l, W in enumerate(expected):
        assert close(found[l], W) and close(page.net.params[f"W{l + 1}"], W)


SHAPES = [(), (1,), (8, 8), (3, 5, 2), (2, 8, 1, 4)]


@pytest.mark.parametrize("activation", BROKEN)
@pytest.mark.parametrize("broken", [False, True])
def test_ten_steps_are_those_of_the_library(activation, broken):
    settings = {"activation": activation, "broken": broken, "seed": 3}
    pages = [bp.playground("circles", shape, rate=0.2, **settings) for shape in SHAPES]
    pages += [bp.playground("spirals", (5, 3), batch=64, **settings)]
    for page, found in zip(pages, in_node(*pages)):
        losses, net = in_python(page)
        assert close(found["losses"], losses), page.hidden
        for l in range(len(page.hidden) + 1):
            for name in ("W", "b"):
                assert close(found[name][l], net.params[f"{name}{l + 1}"]), (page.hidden, name, l)


def test_gradients_are_those_of_the_library():
    """Of the first eight examples, at which the check in the page has looked."""
    page = bp.playground("xor", (3, 2), seed=2)
    page.loss.forward(page.net.forward(page.X[:8]), page.Y[:8])
    page.net.backward(page.loss.backward())
    found = in_node(page, steps=0)[0]
    for l in range(3):
        assert close(found["dW"][l], page.net.grads[f"W{l + 1}"])
        assert close(found["db"][l], page.net.grads[f"b{l + 1}"])


def test_the_check_in_the_page_finds_every_broken_slope_and_nothing_else():
    right = [bp.playground(hidden=(4, 3), activation=name) for name in BROKEN]
    wrong = [bp.playground(hidden=(4, 3), activation=name, broken=True) for name in BROKEN]
    for found in in_node(*right, steps=30):
        assert max(found["apart"]) < 1e-4
    for found in in_node(*wrong, steps=30):
        first, second, last = found["apart"]
        assert first > 1e-3 and second > 1e-3, "the slope stands before these layers"
        assert last < 1e-4, "no slope stands before the last layer"


@pytest.mark.parametrize("activation", BROKEN)
def test_a_broken_slope_is_no_slope(activation):
    f = (lambda z: 1 * z) if activation == "identity" else getattr(bp, activation)
    wrong, _ = BROKEN[activation]
    points = (-1.3, -0.2, 0.4, 1.7)
    assert any(wrong(Node(z), f(Node(z))).value != pytest.approx(grad(f)(z), rel=0.01) for z in points)


def test_points_of_your_own_are_sent_with_four_digits_and_a_third_is_held_out():
    X, Y = bp.datasets.two_moons(31, rng=0)
    page = bp.playground((X, Y), (2,), batch=10)
    assert len(page.X) == 21 and len(page.X_test) == 10 and page.batch == 10
    assert page._sent()["own"][3] == [*X[3].round(4).tolist(), Y[3]]
    found = in_node(page)[0]
    assert close(found["X"], page.X)
    losses, net = in_python(page)
    assert close(found["losses"], losses) and close(found["W"][0], net.params["W1"])


# What is sent


def test_kit_and_data_are_small():
    html = bp.playground()._repr_html_()
    picture = len(re.search(r'base64,([^"]*)', html)[1])
    sent = re.findall(r"<(?:script|style)[^>]*>(.*?)</", html, re.DOTALL)
    size = sum([len(part.encode()) for part in sent]) / 1000
    print(f"playground: kit and data {size:.1f} kB, picture {picture / 1000:.1f} kB")
    assert size < 40.96  # 40 KB of 1024 bytes


def test_what_is_sent_are_the_programs_of_the_rows():
    z = bp.Node(0.5, name="z")
    a = bp.tanh(z)
    a.name = "a"
    sent = bp.playground()._sent()
    assert sent["activations"]["tanh"]["program"] == bp.source(a, [z], language="javascript")
    assert not re.search(r"tanh|exp\(", sent["network"]), "the loops know no function by name"


# The twin


def test_the_twin_is_the_same_network_after_300_steps():
    page = bp.playground("xor", (4,), seed=1)
    losses, net = in_python(page, steps=300)
    words = repr(bp.playground("xor", (4,), seed=1))
    assert f"After 300 steps the loss is {page.loss.forward(net.forward(page.X), page.Y):.3f}" in words
    assert f"{bp.accuracy(net.forward(page.X), page.Y, threshold=0):.0%} and " in words
    html = page._repr_html_()
    assert f'alt="{words}"' in html and f"<p>{words}</p>" in html


def test_a_twin_with_a_broken_slope_says_so():
    assert "The slope of tanh is wrong: 1 − a in place of 1 − a²." in repr(bp.playground(broken=True))


def test_a_rate_that_is_too_large_has_a_twin_as_well():
    page = bp.playground("xor", (8, 8), "identity", rate=1e6)
    assert "the loss is nan" in repr(page) and "the loss is nan" in page._repr_html_()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data": "moons"}, "choose one of two moons"),
        ({"activation": "gelu"}, "choose one of tanh"),
        ({"start": "random"}, "choose one of glorot"),
        ({"hidden": (9,)}, "up to four layers of 1 to 8 units"),
        ({"hidden": (1, 2, 3, 4, 5)}, "up to four layers"),
        ({"rate": 0}, "expected a positive number"),
        ({"seed": -1}, "a whole number from 0 to 999"),
        ({"batch": 0}, "at least one"),
        ({"noise": -0.1}, "noise"),
        ({"data": (np.zeros((5, 3)), np.zeros(5))}, "points of the plane"),
        ({"data": (np.zeros((5, 2)), np.arange(5))}, "classes 0 and 1"),
    ],
)
def test_what_the_page_does_not_know_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        bp.playground(**settings)
