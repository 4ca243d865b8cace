"""Each layer: its backward is the derivative of its forward, its dtype is the dtype of X, its errors say what
to do.
"""

import math

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.check.numerical import numerical_gradient

N, D, K = 5, 4, 3  # unequal on purpose: equal sizes hide transposed matrices

LAYERS = {
    "dense": lambda: bp.Dense(D, K, rng=1),
    "sigmoid": bp.Sigmoid,
    "tanh": bp.Tanh,
    "relu": bp.ReLU,
    "leaky relu": lambda: bp.LeakyReLU(0.2),
    "gelu": bp.GELU,
    "softplus": lambda: bp.Softplus(2.5),
    "softmax": bp.Softmax,
    "dropout": lambda: bp.Dropout(0.4, rng=2),
    "mlp": lambda: bp.MLP(D, (7, 6), K, activation="tanh", output="sigmoid", rng=3),
    "nested": lambda: bp.Sequential(
        bp.Dense(D, 6, rng=4), bp.Sequential(bp.GELU(), bp.Dense(6, K, rng=5)), bp.Softmax()
    ),
}


def agree(analytic, numerical, tolerance=1e-8):
    assert analytic.shape == numerical.shape
    assert np.abs(analytic - numerical).max() <= tolerance * np.abs(numerical).max()


@pytest.mark.parametrize("name", LAYERS)
def test_backward_is_the_derivative_of_forward(name):
    rng = np.random.default_rng(0)
    layer, X = LAYERS[name](), rng.standard_normal((N, D))
    if "b" in layer.params:
        layer.params["b"][:] = rng.standard_normal(K)
    leaves = [leaf for leaf in layer.leaves() if hasattr(leaf, "rng")]
    states = [leaf.rng.bit_generator.state for leaf in leaves]

    def forward(X):
        for leaf, state in zip(leaves, states, strict=True):
            leaf.rng.bit_generator.state = state
        return layer.forward(X)

    upstream = rng.standard_normal(forward(X).shape)
    dX = layer.backward(upstream)
    gradients = {key: gradient.copy() for key, gradient in layer.grads.items()}
    agree(dX, numerical_gradient(lambda X: np.sum(upstream * forward(X)), X, h=1e-5))
    assert gradients.keys() == layer.params.keys()
    for key, P in layer.params.items():

        def as_function_of_P(value, P=P):
            saved = P.copy()
            P[...] = value
            result = np.sum(upstream * forward(X))
            P[...] = saved
            return result

        agree(gradients[key], numerical_gradient(as_function_of_P, P, h=1e-5))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", LAYERS)
def test_dtype_in_is_dtype_out(name, dtype):
    layer = LAYERS[name]()
    A = layer.forward(np.linspace(-2, 2, N * D).reshape(N, D).astype(dtype))
    dX = layer.backward(np.ones(A.shape))
    assert A.dtype == dX.dtype == dtype
    assert all(gradient.dtype == dtype for gradient in layer.grads.values())


@pytest.mark.parametrize("name", LAYERS)
def test_integers_are_promoted_and_text_is_refused(name):
    whole = np.arange(N * D).reshape(N, D)
    assert np.array_equal(LAYERS[name]().forward(whole), LAYERS[name]().forward(whole.astype(float)))
    with pytest.raises(TypeError, match="takes an array of numbers"):
        LAYERS[name]().forward([["a"] * D])


@pytest.mark.parametrize("name", LAYERS)
def test_backward_before_forward_and_a_wrong_upstream_are_explained(name):
    layer = LAYERS[name]()
    with pytest.raises(ValueError, match="backward before forward"):
        layer.backward(np.ones((N, D)))
    A = layer.forward(np.ones((N, D)))
    with pytest.raises(
        ValueError, match=rf"upstream gradient is \({N},\), but forward returned \({N}, {A.shape[1]}\)"
    ):
        layer.backward(np.ones(N))


@pytest.mark.parametrize("name", LAYERS)
def test_neither_pass_changes_its_input(name):
    layer, X = LAYERS[name](), np.linspace(-1, 1, N * D).reshape(N, D)
    upstream = np.ones(layer.forward(X).shape)
    layer.backward(upstream)
    assert np.array_equal(X, np.linspace(-1, 1, N * D).reshape(N, D)) and (upstream == 1).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [name for name in LAYERS if name not in ("dense", "mlp", "nested")])
def test_activations_are_finite_and_silent_at_plus_minus_1000(name, dtype):
    layer = LAYERS[name]()
    A = layer.forward(np.array([[-1000, -40, 0, 40, 1000]], dtype))
    assert np.isfinite(A).all() and np.isfinite(layer.backward(np.ones_like(A))).all()


def test_dense_is_lemma_1_of_lecture_001():
    """One example by hand: z = W x + b; then ∂C/∂b = δ (24), ∂C/∂W = δ aᵀ (25), and Wᵀδ goes back (23)."""
    layer = bp.Dense(2, 3)
    layer.params["W"][:] = [[1, 2], [3, 4], [5, 6]]
    layer.params["b"][:] = [0.5, -0.5, 1]
    assert layer.forward([[10, 20]]).tolist() == [[50.5, 109.5, 171]]
    assert layer.backward([[1, 0, -2]]).tolist() == [[-9, -10]]
    assert layer.grads["b"].tolist() == [1, 0, -2]
    assert layer.grads["W"].tolist() == [[10, 20], [0, 0], [-20, -40]]


def test_delta_expanded_as_the_product_of_lecture_001():
    """δ[l] = D[l] W[l+1]ᵀ … D[L] (a − y) on a 4-3-4-5-2 network, with D[l] (not D[L], erratum E1)."""
    net = bp.MLP(4, (3, 4, 5), 2, activation="sigmoid", output="sigmoid", rng=0)
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((1, 4)), rng.standard_normal((1, 2))
    a = net.forward(x)
    net.backward(a - y)
    dense, sigma = net.layers[0::2], net.layers[1::2]
    D = [np.diag((layer.A * (1 - layer.A))[0]) for layer in sigma]
    delta = D[3] @ (a - y)[0]
    for layer, D_l in zip(dense[:0:-1], D[2::-1], strict=True):
        delta = D_l @ layer.params["W"].T @ delta
    np.testing.assert_allclose(dense[0].grads["b"], delta, rtol=1e-12)
    np.testing.assert_allclose(dense[0].grads["W"], np.outer(delta, x), rtol=1e-12)


def test_exact_values_of_the_activations():
    """σ(1) = 0.731059 and σ' = 0.196612 (cs231n, Lecture 004); tanh z = 2σ(2z) − 1 (Lecture 002); Φ(1) =
    0.841345; σ(−40) = 4.2e-18 keeps its digits; gelu(−10) = −10 Φ(−10) with Φ(−10) = 7.6198530241605e-24.
    """
    sigmoid = bp.Sigmoid()
    assert (
        f"{sigmoid.forward([[1.0]]).item():.6f} {sigmoid.backward([[1.0]]).item():.6f}" == "0.731059 0.196612"
    )
    assert bp.Sigmoid().forward([[-40.0]]).item() == pytest.approx(4.248354255291589e-18, rel=1e-15)
    Z = np.linspace(-3, 3, 7)[None]
    np.testing.assert_allclose(bp.Tanh().forward(Z), 2 * bp.Sigmoid().forward(2 * Z) - 1, atol=1e-15)
    assert bp.GELU().forward([[1.0]]).item() == pytest.approx(0.8413447460685429, rel=1e-15)
    assert bp.GELU().forward([[-10.0]]).item() == pytest.approx(-7.619853024160527e-23, rel=1e-14)
    assert bp.Softplus().forward([[0.0]]).item() == pytest.approx(math.log(2), rel=1e-15)
    assert bp.LeakyReLU(0.1).forward([[-2.0, 3.0]]).tolist() == [[-0.2, 3.0]]


def test_relu_takes_zero_at_the_kink():
    relu = bp.ReLU()
    assert relu.forward([[-1.0, 0.0, 2.0]]).tolist() == [[0, 0, 2]]
    assert relu.backward([[5.0, 5.0, 5.0]]).tolist() == [[0, 0, 5]]


def test_softmax_backward_has_the_off_diagonals():
    """The rows of the gradient with respect to the logits sum to 0, whatever the upstream gradient."""
    softmax = bp.Softmax()
    softmax.forward(np.random.default_rng(0).standard_normal((N, K)))
    dZ = softmax.backward(np.random.default_rng(1).standard_normal((N, K)))
    assert np.abs(dZ.sum(axis=1)).max() < 1e-16 and np.abs(dZ).max() > 0.01


def test_dropout_keeps_the_mean_in_training_and_everything_in_prediction():
    dropout, X = bp.Dropout(0.3, rng=0), np.ones((400, 500))
    A = dropout.forward(X)
    assert A.mean() == pytest.approx(1, abs=0.005) and (A == 0).mean() == pytest.approx(0.3, abs=0.005)
    assert np.array_equal(dropout.backward(X), A)
    assert np.array_equal(dropout.eval().forward(X), X) and np.array_equal(dropout.backward(X), X)


def test_a_first_layer_may_skip_its_input_gradient():
    net = bp.MLP(D, (6,), K, rng=0)
    A = net.forward(np.ones((N, D)))
    net.backward(np.ones_like(A))
    W1 = net.grads["W1"]
    net.input_gradient = False
    assert net.backward(np.ones_like(A)) is None and np.array_equal(net.grads["W1"], W1)
    net.input_gradient = True
    assert net.backward(np.ones_like(A)).shape == (N, D)


@pytest.mark.parametrize(
    "X, hint",
    [
        (
            np.ones((N, D + 1)),
            r"X is \(5, 5\), but the layer takes \(any number of examples, 4\), because its W is \(3, 4\)",
        ),
        (np.ones(D), r"write X\[None, :\]"),
        (np.ones((D, N)), "did you mean X.T"),
        (np.ones((0, D)), "the batch is empty"),
    ],
)
def test_a_wrong_input_names_the_layer_both_numbers_and_the_fix(X, hint):
    with pytest.raises(ValueError, match=hint) as caught:
        bp.Dense(D, K, rng=0).forward(X)
    assert str(caught.value).startswith("Dense(4, 3): X is")


@pytest.mark.parametrize(
    "build, message",
    [
        (lambda: bp.Dense(0, 3), "whole and at least one"),
        (lambda: bp.MLP(2, 2.5, 3), "whole and at least one"),
        (lambda: bp.Dense(2, 3, init="glorott"), "choose one of zeros, normal, glorot, he"),
        (
            lambda: bp.Dense(2, 3, init=lambda n_in, n_out, rng: np.ones((n_in, n_out))),
            r"W is \(3, 2\), of floats",
        ),
        (lambda: bp.Dense(2, 3, dtype=int), "dtype is int64; W is"),
        (lambda: bp.LeakyReLU(1.5), "0 < γ < 1"),
        (lambda: bp.Softplus(0), "must be positive"),
        (lambda: bp.Dropout(1), "0 ≤ rate < 1"),
        (lambda: bp.MLP(2, 3, 1, activation="rely"), "identity, sigmoid, tanh, relu"),
    ],
)
def test_impossible_layers_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    "name, variance",
    [("glorot", 2 / 700), ("glorot_uniform", 2 / 700), ("glorot_normal", 2 / 700), ("he", 2 / 300),
     ("he_uniform", 2 / 300), ("normal", 0.01), (bp.normal(0.5), 0.25), ("zeros", 0)],
)  # fmt: skip
def test_initialisers_have_the_variance_of_their_papers(name, variance):
    """n_in = 300, n_out = 400: Glorot & Bengio 2/(n_in + n_out), He et al. 2/n_in; biases are zero."""
    layer = bp.Dense(300, 400, init=name, rng=0)
    assert layer.params["W"].var() == pytest.approx(variance, rel=0.02) and not layer.params["b"].any()


def test_one_seed_one_network_and_layers_that_differ():
    first, second, other = bp.MLP(3, (3,), 3, rng=7), bp.MLP(3, (3,), 3, rng=7), bp.MLP(3, (3,), 3, rng=8)
    assert np.array_equal(first.params["W1"], second.params["W1"])
    assert not np.array_equal(first.params["W1"], other.params["W1"])
    assert not np.array_equal(first.params["W1"], first.params["W2"])
