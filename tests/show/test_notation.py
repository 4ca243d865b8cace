"""Letters as in mathematics: which parts of a text are letters, indices and layers, and which are words."""

import pytest

from backprop_lib.show import svg
from backprop_lib.show.notation import in_html, runs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("w12 = 2", "<var>w</var><sub>12</sub> = 2"),
        ("w₁₂", "<var>w</var><sub>12</sub>"),
        ("z_0 and z_k", "<var>z</var><sub>0</sub> and <var>z</var><sub>k</sub>"),
        ("δ3[2]", "<var>δ</var><sub>3</sub><sup>[2]</sup>"),
        ("delta3, y_hat", "<var>δ</var><sub>3</sub>, <var>ŷ</var>"),
        ("∂E/∂y", "∂<var>E</var>/∂<var>y</var>"),
        ("f'(x)", "<var>f</var>'(<var>x</var>)"),
    ],
)
def test_letters_have_their_index_below_and_their_layer_above(text, shown):
    assert in_html(text) == shown


@pytest.mark.parametrize(
    "words", ["layer 3", "1e−09", "a test of I know not what", "W[0,1]", "loss", "(4, 3)", "don't"]
)
def test_words_and_numbers_are_no_letters(words):
    assert runs(words) == [("", words)]


@pytest.mark.parametrize("text", ["w12[3] = 2", "∂E/∂y3", "a < b & c", "", "plain", "y_hat − y"])
def test_nothing_is_lost_but_the_underscore(text):
    assert "".join(run for _, run in runs(text)) == text.replace("y_hat", "ŷ")


def test_what_is_html_is_escaped():
    assert in_html("<b> & x") == "&lt;<var>b</var>&gt; &amp; <var>x</var>"


def test_the_line_after_a_subscript_is_straight_again():
    inside = svg.typeset("w12 = 2", 10)
    assert inside.count('dy="2.4"') == inside.count('dy="-2.4"') == 1
    assert svg.typeset("w1", 10).count("dy") == 1
