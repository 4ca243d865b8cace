"""numerical_gradient: any shape, never touches x, and says what is wrong with f."""

import numpy as np
import pytest

from backprop_lib.check.numerical import numerical_gradient


def test_numbers_and_arrays_of_any_shape():
    assert numerical_gradient(lambda x: x**3, 2.0) == pytest.approx(12, rel=1e-9)
    assert type(numerical_gradient(lambda x: x, 2)) is float
    for shape in [(), (3,), (2, 3), (2, 1, 4), (0,)]:
        x = np.random.default_rng(0).standard_normal(shape)
        gradient = numerical_gradient(lambda x: np.sum(x**3), x)
        np.testing.assert_allclose(gradient, 3 * x**2, rtol=1e-8, atol=1e-10)
        assert np.shape(gradient) == shape


def test_the_central_difference_is_what_h_says():
    """(f(x + h) − f(x − h)) / 2h of x³ is 3x² + h²: at x = 1, h = 0.1 that is 3.01."""
    assert numerical_gradient(lambda x: x**3, 1.0, h=0.1) == pytest.approx(3.01, rel=1e-12)


def test_lecture_000_is_exact_for_every_h():
    """LECTURES, notebook 02: L(z) − L(−z) = −z for the logistic loss, so dL/dw = −25 at w = 0 for every h."""
    for h in (1e-1, 1e-2, 1e-3):
        assert numerical_gradient(lambda w: np.logaddexp(0, -50 * w), 0.0, h=h) == pytest.approx(
            -25, rel=1e-9
        )


def test_x_is_never_modified_and_integers_are_promoted():
    x = np.array([[1, 2], [3, 4]])

    def f(x):
        assert x.dtype == np.float64
        result = np.sum(x**2)
        x[...] = 0
        return result

    np.testing.assert_allclose(numerical_gradient(f, x), 2 * x, rtol=1e-9)
    assert x.tolist() == [[1, 2], [3, 4]]
    assert numerical_gradient(lambda x: x[0] * x[1], [3, 5]).tolist() == pytest.approx([5, 3])


@pytest.mark.parametrize(
    "f, x, h, error, message",
    [
        (lambda x: x, np.ones(3), None, ValueError, r"must be one number, but it has shape \(3,\)"),
        (lambda x: np.nan, 1.0, None, ValueError, "f is nan when"),
        (np.sum, [1.0, np.nan], None, ValueError, "x holds nan"),
        (np.sum, ["a"], None, TypeError, "must hold real numbers"),
        (np.sum, [1.0], 0, ValueError, "a step must be positive"),
        (np.sum, [1.0], np.inf, ValueError, "a step must be positive"),
    ],
)
def test_misuse_is_explained(f, x, h, error, message):
    with pytest.raises(error, match=message):
        numerical_gradient(f, x, h)
