"""Names and numbers as LaTeX, and numbers of a fixed width. Otherwise `graph.names` writes them as text."""

import re

from ..graph.names import number


def fixed(value, decimals=4):
    """A number with always so many decimals and a true minus sign: a readout that does not jump while a
    slider moves. From 100,000 on in powers of ten.
    """
    text = f"{value:.3e}" if abs(value) >= 1e5 else f"{round(value, decimals) + 0.0:.{decimals}f}"
    return text.replace("-", "−")


def number_in_latex(value):
    """The same as LaTeX."""
    if hasattr(value, "free_symbols"):
        import sympy

        return sympy.latex(value)
    text = number(value).replace("−", "-")
    return rf"\text{{{text}}}" if text.startswith("shape") else text


def name_in_latex(name):
    """A name as LaTeX: ``y_hat`` and ``ŷ`` get their hat, digits and what follows an underscore become a
    subscript.
    """
    name = name.replace("ŷ", "y_hat").replace("−", "-")
    if re.fullmatch(r"-?[\d.]+", name):
        return name
    stem, _, rest = name.partition("_")
    hat = rest.startswith("hat")
    rest = rest.removeprefix("hat").strip("_")
    found = re.fullmatch(r"([^\W\d]+)(\d+)", stem)
    if found:
        stem, rest = found[1], ", ".join(filter(None, (found[2], rest)))
    stem = rf"\{stem}" if stem in _GREEK else stem if len(stem) == 1 or "[" in stem else rf"\mathit{{{stem}}}"
    stem = rf"\hat{{{stem}}}" if hat else stem
    return f"{stem}_{{{rest}}}" if rest else stem


_GREEK = set("alpha beta gamma delta theta eta lambda mu sigma phi psi omega".split())
