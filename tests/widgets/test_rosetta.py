"""The Rosetta page says the same thing five times: each alphabet's pass is generated from a graph and checked
here.
"""

import re

import pytest
import sympy

from backprop_lib.widgets.rosetta import LECTURES, Unit, rosetta


@pytest.mark.parametrize("number", LECTURES)
@pytest.mark.parametrize("numbers", [(0.5, 2.0, 0.0), (-1.3, 0.7, 1.0)])
def test_all_five_alphabets_give_sympys_gradients(number, numbers):
    w, x, y = symbols = sympy.symbols("w x y")
    z = w * x
    p = 1 / (1 + sympy.exp(-z))
    loss = (p - y) ** 2 / 2
    at = dict(zip(symbols, numbers))
    unit = Unit(number, *numbers)
    assert unit.w.grad == pytest.approx(float(sympy.diff(loss, w).subs(at)), rel=1e-12)
    assert unit.p.grad == pytest.approx(float((p - y).subs(at)), rel=1e-12)
    assert unit.z.grad == pytest.approx(float(((p - y) * p * (1 - p)).subs(at)), rel=1e-12)


@pytest.mark.parametrize("number", LECTURES)
def test_the_numbers_on_the_page_are_the_gradients(number):
    unit = Unit(number)
    results = [float(text) for text in re.findall(r"= (-?[\d.]+)(?: \\\\|\n)", unit.latex() + "\n")]
    for gradient in (unit.p.grad, unit.z.grad, unit.w.grad):
        assert any(shown == pytest.approx(gradient, abs=1e-4) for shown in results), (gradient, unit.latex())


def test_each_lecture_keeps_its_own_symbols():
    assert r"\overline{z}" in Unit("002").latex()
    assert r"\delta" in Unit("001").latex()
    assert r"\frac{dE}{dx_{2}}" in Unit("003").latex()
    assert r"\delta_{p}" in Unit("004").latex()
    assert r"\frac{\partial L}{\partial \hat{y}}" in Unit("000").latex()


def test_the_table_has_a_column_for_each_lecture_and_no_empty_cell():
    rows = rosetta().table().splitlines()
    assert {row.count("|") for row in rows} == {len(LECTURES) + 2}
    assert all(cell.strip() for row in rows[2:] for cell in row.strip("|").split("|"))


def test_switching_the_lecture_changes_the_formulas():
    choice, view = rosetta().controls().children
    before = view.value
    choice.value = "002"
    assert view.value != before
    assert r"\overline" in view.value


def test_the_static_twin_shows_all_five():
    markdown = rosetta()._repr_mimebundle_()["text/markdown"]
    assert markdown.count("$$") == 2 * len(LECTURES)
