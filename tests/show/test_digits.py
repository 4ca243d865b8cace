"""Digits are shown, and the ones that are mistaken."""

import base64
import re

import numpy as np
import pytest

import backprop_lib as bp


@pytest.fixture
def digits():
    X, Y = bp.datasets.digits()
    return X[:7], Y[:7]


def svg(drawing):
    return base64.b64decode(re.search('base64,([^"]*)', drawing._repr_html_())[1]).decode()


def test_a_pixel_of_ink_is_drawn_where_it_is():
    X = np.zeros((1, 9))
    X[0, 5] = 3  # the second row, its last place
    drawn = svg(bp.show_digits(X, [4]))
    assert re.findall(r'scale\(24\)".* d="(M[^"]+)"', drawn) == ["M2 1h1"]


def test_flat_and_square_arrays_are_the_same(digits):
    X, Y = digits
    assert svg(bp.show_digits(X, Y)) == svg(bp.show_digits(X.reshape(7, 8, 8), Y))


def test_mistaken_ones_are_amber_and_say_what_they_were_read_as(digits):
    X, Y = digits
    read = Y.copy()
    read[2] = (Y[2] + 1) % 10
    drawing = bp.show_digits(X, Y, read)
    said = f"{Y[2]}, read as {read[2]}"
    assert svg(drawing).count(f"✗ {said}") == 1 and svg(drawing).count("read as") == 1
    assert "var(--bp-warning" in svg(drawing) and "var(--bp-warning" not in svg(bp.show_digits(X, Y))
    assert repr(drawing).endswith(f"1 mistaken: number 3 is a {said}.")
    assert f'alt="{drawing!r}"' in drawing._repr_html_()


def test_all_right_is_said_in_words(digits):
    X, Y = digits
    assert repr(bp.show_digits(X, Y, Y)) == f"7 digits: {', '.join(map(str, Y))}."
    assert repr(bp.show_digits(X[:1], Y[:1])) == f"1 digit: {Y[0]}."


def test_forty_digits_are_small():
    X, Y = bp.datasets.digits()
    assert len(bp.show_digits(X[:40], Y[:40])._repr_html_()) < 60_000


def test_a_blank_picture_is_paper():
    assert "<path stroke-opacity" not in svg(bp.show_digits(np.zeros((2, 4)), [0, 0]))


@pytest.mark.parametrize(
    ("X", "y", "predicted", "words"),
    [
        (np.zeros((3, 10)), np.zeros(3), None, r"X is \(3, 10\)"),
        (np.zeros((3, 2, 8)), np.zeros(3), None, r"X is \(3, 2, 8\)"),
        (np.zeros((0, 64)), np.zeros(0), None, "there are 0 digits"),
        (np.zeros((101, 64)), np.zeros(101), None, "pick 1 to 100"),
        (np.zeros((3, 64)), np.zeros(4), None, r"y is \(4,\)"),
        (np.zeros((3, 64)), np.zeros(3), np.zeros((3, 10)), r"predicted is \(3, 10\)"),
    ],
)
def test_what_does_not_fit_is_refused(X, y, predicted, words):
    with pytest.raises(ValueError, match=words):
        bp.show_digits(X, y, predicted)
