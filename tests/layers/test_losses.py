"""Each loss: the number it returns is the integral of the gradient it returns; its errors say what to do."""

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.check.numerical import numerical_gradient

N, K = 7, 3
RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 1, 1, 0, 2, 2])
BINARY = RNG.integers(0, 2, (N, K))
SCORES = RNG.standard_normal((N, K))
CASES = {
    "half squared error": (bp.HalfSquaredError, SCORES, RNG.standard_normal((N, K))),
    "binary": (bp.BinaryCrossEntropy, 1 / (1 + np.exp(-SCORES)), BINARY),
    "binary with logits": (bp.BinaryCrossEntropyWithLogits, SCORES, BINARY),
    "softmax, class numbers": (bp.SoftmaxCrossEntropy, SCORES, LABELS),
    "softmax, one-hot": (bp.SoftmaxCrossEntropy, SCORES, np.eye(K)[LABELS]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_loss_is_the_integral_of_its_gradient(name):
    kind, P, Y = CASES[name]
    loss = kind()
    assert type(loss.forward(P, Y)) is float
    gradient = loss.backward()
    numerical = numerical_gradient(lambda P: kind().forward(P, Y), P, h=1e-5)
    assert np.abs(gradient - numerical).max() <= 1e-8 * np.abs(numerical).max()
    assert np.array_equal(loss.backward(), gradient), "a second backward is the same"


@pytest.mark.parametrize("name", CASES)
def test_the_mean_is_over_examples_only(name):
    """Twice the same examples: the same loss, half the gradient for each. One example: the loss itself."""
    kind, P, Y = CASES[name]
    loss, twice = kind(), kind()
    assert twice.forward(np.vstack([P, P]), np.concatenate([Y, Y])) == pytest.approx(
        loss.forward(P, Y), rel=1e-14
    )
    np.testing.assert_allclose(twice.backward()[:N], loss.backward() / 2, rtol=1e-14)
    assert np.mean([kind().forward(P[i : i + 1], Y[i : i + 1]) for i in range(N)]) == pytest.approx(
        loss.forward(P, Y), rel=1e-14
    )


@pytest.mark.parametrize("name", CASES)
def test_the_layout_of_the_prediction_does_not_matter(name):
    kind, P, Y = CASES[name]
    loss, other = kind(), kind()
    padded = np.zeros((N, 2 * K))
    padded[:, ::2] = P
    for given in (np.asfortranarray(P), padded[:, ::2]):
        assert loss.forward(given, Y) == pytest.approx(other.forward(P, Y), rel=1e-14)
        np.testing.assert_allclose(loss.backward(), other.backward(), rtol=1e-14)


@pytest.mark.parametrize("name", CASES)
def test_float32_stays_float32(name):
    kind, P, Y = CASES[name]
    loss = kind()
    assert type(loss.forward(P.astype(np.float32), Y)) is float and loss.backward().dtype == np.float32


@pytest.mark.parametrize("name", CASES)
def test_an_empty_batch_and_backward_first_are_errors(name):
    kind, P, Y = CASES[name]
    with pytest.raises(ValueError, match="backward before forward"):
        kind().backward()
    with pytest.raises(ValueError, match="mean over 0 examples|at least one"):
        kind().forward(P[:0], Y[:0])


def test_the_numbers_of_lecture_000():
    """Section 7 at z = 0, y = 1: L = ln 2 = 0.693147, ∂L/∂ŷ = −2, ∂L/∂z = −0.5."""
    loss, logits = bp.BinaryCrossEntropy(), bp.BinaryCrossEntropyWithLogits()
    assert f"{loss.forward([[0.5]], [[1]]):.6f} {logits.forward([[0.0]], [[1]]):.6f}" == "0.693147 0.693147"
    assert loss.backward().item() == -2 and logits.backward().item() == -0.5


def test_the_step_that_breaks_the_naive_loss():
    """000-E10: one step with rate 0.1 gives z = 125.05; the lecture's loss is nan there, the one with logits
    is 0.
    """
    p = bp.Sigmoid().forward([[125.05]])
    assert p.item() == 1.0
    assert np.isnan(bp.BinaryCrossEntropy().forward(p, [[1]]))
    assert bp.BinaryCrossEntropy().forward(p, [[0]]) == np.inf
    assert bp.BinaryCrossEntropyWithLogits().forward([[125.05]], [[1]]) == pytest.approx(0, abs=1e-50)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_on_logits_are_exact_at_plus_minus_1000(dtype):
    Z = np.array([[1000, -1000], [-1000, 1000]], dtype)
    softmax, binary = bp.SoftmaxCrossEntropy(), bp.BinaryCrossEntropyWithLogits()
    assert softmax.forward(Z, [0, 0]) == 1000 and softmax.backward().tolist() == [[0, 0], [-0.5, 0.5]]
    assert binary.forward(Z, [[1, 0], [1, 0]]) == 1000 and binary.backward().tolist() == [[0, 0], [-0.5, 0.5]]


def test_half_squared_error_has_its_half():
    """½‖(1, 3) − (0, 1)‖² = 2.5 with gradient (1, 2): Lecture 001, eq. 18."""
    loss = bp.HalfSquaredError()
    assert loss.forward([[1, 3]], [[0, 1]]) == 2.5 and loss.backward().tolist() == [[1, 2]]


@pytest.mark.parametrize(
    "loss, prediction, target, error, message",
    [
        (
            bp.SoftmaxCrossEntropy,
            SCORES,
            LABELS + 1,
            ValueError,
            r"labels run from 1 to 3, but 3 logits mean classes 0 to 2",
        ),
        (bp.SoftmaxCrossEntropy, SCORES, LABELS - 1, ValueError, r"labels run from -1"),
        (bp.SoftmaxCrossEntropy, SCORES, LABELS.astype(float), TypeError, r"write Y.astype\(int\)"),
        (
            bp.SoftmaxCrossEntropy,
            SCORES,
            np.full((N, K), 1 / K),
            ValueError,
            "not every row is one 1 and zeros",
        ),
        (bp.SoftmaxCrossEntropy, SCORES, np.ones((N, K)), ValueError, "not every row is one 1 and zeros"),
        (bp.SoftmaxCrossEntropy, SCORES, LABELS[:, None], ValueError, r"did you mean Y\[:, 0\]"),
        (
            bp.SoftmaxCrossEntropy,
            SCORES,
            LABELS[:-1],
            ValueError,
            r"the target is \(6,\); expected \(7,\) or \(7, 3\)",
        ),
        (bp.SoftmaxCrossEntropy, SCORES[:, :1], LABELS, ValueError, "at least one and two"),
        (bp.BinaryCrossEntropy, SCORES * 5, BINARY, ValueError, "use BinaryCrossEntropyWithLogits"),
        (
            bp.BinaryCrossEntropy,
            0 * SCORES,
            2 * BINARY,
            ValueError,
            "a label lies between 0 and 1, and 2 does not",
        ),
        (
            bp.BinaryCrossEntropyWithLogits,
            SCORES,
            BINARY - 1,
            ValueError,
            "a label lies between 0 and 1, and -1 does not",
        ),
        (bp.HalfSquaredError, SCORES[:, :1], SCORES[:, 0], ValueError, r"did you mean Y\[:, None\]"),
        (
            bp.HalfSquaredError,
            SCORES,
            SCORES[:, :2],
            ValueError,
            r"prediction is \(7, 3\) but the target is \(7, 2\)",
        ),
        (bp.HalfSquaredError, SCORES, [["a"] * K] * N, TypeError, "takes an array of numbers"),
    ],
)
def test_wrong_targets_are_explained(loss, prediction, target, error, message):
    with pytest.raises(error, match=message):
        loss().forward(prediction, target)
