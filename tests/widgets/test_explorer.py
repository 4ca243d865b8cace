"""The explorer: each slider moves a leaf, and every value and gradient follows."""

import pytest

import backprop_lib as bp


@pytest.fixture
def graph():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    f = (x + y) * z
    f.name = "f"
    return f, x, y, z


def test_a_slider_moves_its_leaf_and_the_gradients_follow(graph):
    f, x, y, z = graph
    view, *sliders = bp.explore(f, x=(-5, 5)).controls().children
    before = view.value
    assert [slider.description for slider in sliders] == ["x", "y", "z"]
    sliders[0].value = 3.0
    assert (x.value, f.value) == (3.0, -32.0)
    assert (x.grad, z.grad) == (-4.0, 8.0)
    assert view.value != before


def test_every_slider_has_an_accessible_name(graph):
    _, *sliders = bp.explore(graph[0]).controls().children
    assert [slider.tooltip for slider in sliders] == ["value of x", "value of y", "value of z"]


def test_a_range_can_be_given_with_a_step(graph):
    _, first, *_ = bp.explore(graph[0], x=(-3, 7, 0.5)).controls().children
    assert (first.min, first.max, first.step) == (-3, 7, 0.5)


def test_the_static_twin_carries_the_same_numbers(graph):
    bundle = bp.explore(graph[0])._repr_mimebundle_()
    assert "<img" in bundle["text/html"]
    assert 'alt="' in bundle["text/html"]
    for number in ("−12", "−4", "3"):
        assert number in bundle["text/plain"]


def test_a_leaf_that_the_graph_does_not_have_is_refused(graph):
    with pytest.raises(ValueError, match="called 't'; those with a name are: x, y, z"):
        bp.explore(graph[0], t=(0, 1))


def test_a_graph_without_named_numbers_is_refused():
    with pytest.raises(ValueError, match="name one"):
        bp.explore(bp.Node(2.0) * 3)
