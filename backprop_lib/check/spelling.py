"""One spelling for names that look alike, or are typed in another way than they are printed."""

import re
import unicodedata

HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "η": "eta", "θ": "theta",
    "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Δ": "Delta", "Σ": "Sigma", "Φ": "Phi",
}  # fmt: skip


def plain_name(name, spaces=""):
    """Python's own spelling of a name, and ``W[0, 1]`` without the space."""
    return re.sub(r"\s+", spaces, unicodedata.normalize("NFKC", name))


def canonical(name):
    """The same text for ŷ, yhat and y_hat; for w_1, w1 and w₁; for λ, lambda and lam; for ∂E/∂x and dE_dx."""
    text = unicodedata.normalize("NFD", plain_name(name)).replace(HAT, "hat").replace("∂", "d")
    text = re.sub("[_{}/]", "", text)
    for letter, word in GREEK.items():
        text = text.replace(letter, word)
    text = re.sub(r"^lam(?=\d*$)", "lambda", text)
    return re.sub(r"^hat(\w)$", r"\1hat", text)
