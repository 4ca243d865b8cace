"""The trace: both passes as the lines a person would write, for every operation, in three notations."""

import html
import math
import re

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.graph import OPERATIONS, apply
from backprop_lib.graph.rules import Operation
from tests.graph.proofs import sample, structural_cases


def lecture():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    q.name = "q"
    f = q * z
    f.name = "f"
    return f


def diamond():
    a = bp.Node(1.0, "a")
    b = 2 * a
    b.name = "b"
    e = 3 * b + 5 * b
    e.name = "e"
    return e


def test_the_lectures_table_has_symbol_and_number_of_every_factor():
    assert bp.trace(lecture()).texts() == [
        "x = −2", "y = 5", "z = −4", "q = x + y = −2 + 5 = 3", "f = q · z = 3 · −4 = −12",
        "∂f/∂f = 1",
        "∂f/∂q = z · ∂f/∂f = −4 · 1 = −4",
        "∂f/∂z = q · ∂f/∂f = 3 · 1 = 3",
        "∂f/∂x = 1 · ∂f/∂q = 1 · −4 = −4",
        "∂f/∂y = 1 · ∂f/∂q = 1 · −4 = −4",
    ]  # fmt: skip


def test_three_notations_say_the_same():
    trace = bp.trace(lecture())
    line = next(i for i, text in enumerate(trace.texts()) if text.startswith("∂f/∂q"))
    assert trace.texts("leibniz")[line] == "∂f/∂q = z · ∂f/∂f = −4 · 1 = −4"
    assert trace.texts("bar")[line] == "q̄ = z · f̄ = −4 · 1 = −4"
    assert trace.texts("delta")[line] == "δ_q = z · δ_f = −4 · 1 = −4"
    assert r"\frac{\partial f}{\partial q}" in trace.latex("leibniz")
    assert r"\overline{q} &= z \cdot \overline{f}" in trace.latex("bar")
    assert r"\delta_{q}" in trace.latex("delta")
    with pytest.raises(ValueError, match="leibniz, bar, delta"):
        trace.latex("newton")


def test_a_fan_out_is_shown_as_a_sum():
    texts = bp.trace(diamond()).texts()
    arrivals = [text for text in texts if text.startswith("∂e/∂b")]
    assert all("+=" in text for text in arrivals)
    assert arrivals[-1].endswith("sum ∂e/∂b = 5 + 3 = 8")
    assert texts[-1] == "∂e/∂a = 2 · ∂e/∂b = 2 · 8 = 16"
    assert "5 + 3 = 8" in str(bp.trace(diamond()))


def test_one_node_used_twice_by_one_consumer_is_a_fan_out_too():
    x = bp.Node(3.0, "x")
    assert bp.trace(x * x).texts()[-1].endswith("= 3 + 3 = 6")


def test_a_trace_changes_no_gradient():
    f = diamond()
    bp.trace(f)
    assert all(node.grad is None for node in bp.topological_order(f))
    f.backward(2.0)
    kept = [node.grad for node in bp.topological_order(f)]
    bp.trace(f), str(bp.trace(f)), bp.draw(f)
    assert [node.grad for node in bp.topological_order(f)] == kept


def test_the_last_sum_of_a_node_is_its_gradient():
    w, x = bp.inputs(w=0.7, x=-1.3)
    z = w * x + w
    out = bp.sigmoid(z) * bp.relu(w) - bp.tanh(z * w) / 3 + bp.maximum(z, w) ** 2 + bp.where(x > 0, w, z)
    steps = [step for step in bp.trace(out).steps if step.phase == "backward"]
    totals = {step.node if step.source is None else step.source: step.total for step in steps}
    out.backward()
    for node, total in totals.items():
        assert total == node.grad
    assert {w, x, z, out} <= set(totals)


def every_row():
    rng = np.random.default_rng(8)
    for row in OPERATIONS.values():
        if row.elementwise:
            yield row, sample(row, [()] * len(row.local), rng), {}
            yield row, sample(row, [(2, 3), (3,), (2, 1)][: len(row.local)], rng), {}
        else:
            shapes, params = next(case for case in structural_cases(row) if len(case[0][0]) > 1)
            yield row, sample(row, shapes, rng), params


CASES = [
    pytest.param(*case, id=f"{case[0].name}{' of arrays' if np.ndim(case[1][-1]) else ''}")
    for case in every_row()
]


@pytest.mark.parametrize(("row", "points", "params"), CASES)
def test_every_operation_is_traced_and_drawn(row, points, params):
    leaves = [bp.Node(x, name) for x, name in zip(points, "abc", strict=False)]
    out = apply(row, *leaves, **params)
    upstream = np.full(out.shape, 0.5) if out.shape else 0.5
    trace = bp.trace(out, upstream)
    out.backward(upstream)
    backward = [step for step in trace.steps if step.phase == "backward"]
    assert len(backward) == 1 + sum(local is not None for local in row.local)
    for step in backward[1:]:
        np.testing.assert_array_equal(step.total, step.source.grad)
        if step.local is not None:
            assert step.local * step.upstream == pytest.approx(step.contribution, rel=1e-12)
    for notation in ("leibniz", "bar", "delta"):
        for text in [*trace.texts(notation), trace.latex(notation)]:
            assert not any(word in text for word in ("False", "=None", "None)", "array(", "np.", "**")), text
        latex = trace.latex(notation)
        assert latex.count("{") == latex.count("}") and latex.count(r"\left") == latex.count(r"\right")
    picture = bp.draw(out)
    assert picture.svg.startswith("<svg") and html.escape(row.gate.replace("|x|", "|a|")) in re.sub(
        "<.*?>", "", picture.svg
    )
    assert all(name in picture.description for name in "abc"[: len(leaves)])


def test_a_new_row_is_traced_and_drawn_at_once(monkeypatch):
    monkeypatch.setitem(OPERATIONS, "atan", Operation("atan", "x", "atan(x)", ("1 / (1 + x ** 2)",), "atan"))
    x = bp.Node(2.0, "x")
    out = bp.atan(x)
    out.name = "f"
    trace = bp.trace(out)
    assert trace.texts()[1:] == [
        f"f = atan(x) = atan(2) = {math.atan(2):.6g}",
        "∂f/∂f = 1",
        "∂f/∂x = 1 / (1 + x²) · ∂f/∂f = 0.2 · 1 = 0.2",
    ]
    assert r"\frac{1}{1 + x^{2}}" in trace.latex()
    out.backward()
    assert "atan" in bp.draw(out).svg
    for module in (bp, bp.graph):
        vars(module).pop("atan", None)


def test_numbers_are_short_and_have_a_true_minus_sign():
    x = bp.Node(-1 / 3, "x")
    texts = bp.trace(x * 2e-7 - 0.0).texts()
    assert texts[0] == "x = −0.333333"
    assert not any("-" in text for text in texts)


def test_symbols_are_traced():
    sympy = pytest.importorskip("sympy")
    x = bp.Node(sympy.Symbol("s"), "x")
    assert any("s" in text for text in bp.trace(bp.exp(x) * x).texts())


def test_what_cannot_be_traced_says_why():
    v = bp.Node([1.0, 2.0], "v")
    with pytest.raises(ValueError, match="upstream"):
        bp.trace(v * 2)
    with pytest.raises(ValueError, match="upstream has shape"):
        bp.trace(v * 2, [1.0])
    with pytest.raises(TypeError):
        bp.trace(3.0)
    y = v.sum()
    for _ in range(6_000):
        y = y + 1
    for f in (bp.trace, bp.draw):
        with pytest.raises(ValueError, match="nodes"):
            f(y)


def test_a_trace_of_a_thousand_nodes_prints_a_part():
    x = y = bp.Node(1.0, "x")
    for _ in range(500):
        y = y * 1.001 + x
    text = str(bp.trace(y))
    assert "more" in text and len(text.splitlines()) < 500
