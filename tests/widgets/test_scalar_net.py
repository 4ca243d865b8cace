"""Lecture 003's six nodes: the sum at the chosen node, and everything else that both passes store."""

import re

import pytest

import backprop_lib as bp
from backprop_lib.widgets.scalar_net import SIX_NODES


def test_the_sum_of_node_2_runs_over_nodes_4_and_5():
    first, second, third = bp.scalar_net(node=2).lines()
    assert first.startswith(
        "out(2) = {4, 5}:  ∂E/∂y2 = w24 · ∂E/∂x4 + w25 · ∂E/∂x5 = (1) · (6) + (−1) · (4) = 2"
    )
    assert second == "∂E/∂x2 = f'(x2) · ∂E/∂y2 = 1 · (2) = 2"
    assert third == "∂E/∂w12 = y1 · ∂E/∂x2 = (1) · (2) = 2"


def test_the_output_starts_from_the_loss_and_the_input_has_no_weights_before_it():
    assert next(bp.scalar_net(node=6).lines()) == "∂E/∂y6 = 2, from the loss: y6 = 13, target 11"
    assert len(list(bp.scalar_net(node=1).lines())) == 1


def test_a_log_loss_starts_with_y_minus_target_at_x():
    net = bp.ScalarNetwork(SIX_NODES, output="sigmoid", loss="log")
    lines = list(bp.scalar_net(net, values=[0.0], target=0.0, node=6).lines())
    assert lines[:2] == ["∂E/∂y6 = 2, from the loss: y6 = 0.5, target 0", "∂E/∂x6 = y6 − target = 0.5"]


def words(view):
    return re.sub("<.*?>", "", view.value)


def test_node_input_and_target_can_be_moved():
    choice, value, target, view = bp.scalar_net().controls().children
    choice.value = 5
    assert "out(5) = {6}" in words(view)
    target.value = 13.0
    assert "∂E/∂y5 = w56 · ∂E/∂x6 = (2) · (0) = 0" in words(view)
    value.value = -1.0
    assert "∂E/∂x5 = f'(x5) · ∂E/∂y5 = 0 · " in words(view)


def test_every_control_has_an_accessible_name():
    choice, *sliders, _ = bp.scalar_net().controls().children
    assert choice.description
    assert len(choice.tooltips) == 6
    assert all(one.description and one.tooltip for one in sliders)


def test_the_static_twin_tells_every_node_and_leaves_the_choice_alone():
    panel = bp.scalar_net(node=3)
    twin = panel.static()
    assert panel.node == 3
    assert "Node 3 is chosen" in twin["text/html"]
    assert [line for line in twin["text/plain"].splitlines() if line.startswith("out(")][0].startswith(
        "out(5)"
    )
    assert len(twin["text/plain"].splitlines()) == 19  # six sums, five slopes, eight weights


def test_a_network_of_your_own_with_two_inputs():
    net = bp.ScalarNetwork({(1, 3): 1.0, (2, 3): -2.0, (3, 4): 0.5})
    panel = bp.scalar_net(net, values=[3.0, 1.0], target=0.0, node=3)
    assert len(panel.controls().children) == 5
    assert next(panel.lines()) == "out(3) = {4}:  ∂E/∂y3 = w34 · ∂E/∂x4 = (0.5) · (0.5) = 0.25"


def test_a_node_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="there is no node 9; the nodes are: 1, 2, 3, 4, 5, 6"):
        bp.scalar_net(node=9)
