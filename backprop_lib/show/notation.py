"""Names and numbers as LaTeX, letters as in mathematics, numbers of a fixed width. Otherwise `graph.names`
writes them as text.
"""

import html
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


_GREEK = dict(
    zip("alpha beta gamma delta theta eta lambda mu sigma phi psi omega".split(), "αβγδθηλμσφψω", strict=True)
)
_GREEK_NAME = re.compile(rf"(?<![^\W_])({'|'.join(_GREEK)})(?=\d|_|\W|$)")
LETTER = "A-Za-zŷͰ-Ͽ"
_NAME = re.compile(
    rf"(?<![\w\[])(?P<letter>[{LETTER}])"  # one letter alone,
    r"(?:(?P<digits>[\d₀-₉]+)|_(?P<rest>[^\W_]+))?"  # its index, as in w12 or z_k,
    rf"(?:\[(?P<layer>[lL\d−-]+)\])?(?![{LETTER}\d_\[])"  # and its layer, as in w12[3]
)
_BELOW = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ARTICLE = re.compile(r"[aAI](?= [a-z]{2})")


def runs(words):
    """Words as a list of (kind, text): "letter" for a letter of mathematics, "sub" and "sup" for what stands
    below and above the line, "" for the rest. In ``w12[3] = 2`` w is a letter, 12 its index, [3] its layer.
    """
    words = _GREEK_NAME.sub(lambda name: _GREEK[name[0]], str(words)).replace("y_hat", "ŷ")
    found, end = [], 0
    for name in _NAME.finditer(words):
        if _ARTICLE.match(words, name.start()) or "'" in words[name.start() - 1 : name.start()]:
            continue
        parts = {
            "": words[end : name.start()],
            "letter": name["letter"],
            "sub": (name["digits"] or name["rest"] or "").translate(_BELOW),
            "sup": name["layer"] and f"[{name['layer']}]",
        }
        found += [(kind, text) for kind, text in parts.items() if text]
        end = name.end()
    return found + [("", words[end:])] * (end < len(words))


def in_html(words):
    """Words as HTML, letters as in mathematics."""
    tags = {"letter": "var", "sub": "sub", "sup": "sup"}
    parts = []
    for kind, run in runs(words):
        text = html.escape(run, quote=False)
        parts.append(f"<{tags[kind]}>{text}</{tags[kind]}>" if kind else text)
    return "".join(parts)
