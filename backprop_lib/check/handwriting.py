"""From a formula as it is written on paper to the spelling of Python's parser.

On paper a product needs no sign, 2(p − y)x; a power of a function stands before its operand, tanh²(z); |x| is
an absolute value; and one letter has many spellings, ŷ, yhat and y_hat. What can be read in two ways, such as
1/2x, is asked about.
"""

import keyword
import re
import unicodedata
from dataclasses import dataclass

from .spelling import canonical, plain_name

LONGEST_TEXT = 2000  # characters
LONGEST_PRODUCT = 12  # characters of a word that may be a product
SLOPE_OF = "slope_of_"  # what σ'(z) becomes: slope_of_σ(z)
_SPELLED = {
    "^": "**", "−": "-", "–": "-", "—": "-", "‑": "-", "·": "*", "⋅": "*", "∙": "*", "•": "*", "∘": "*",
    "⊙": "*", "∗": "*", "×": "*", "÷": "/", "∕": "/", "⁄": "/", "≥": ">=", "≤": "<=", "√": " sqrt ",
    "ᵀ": ".T", "′": "'", "’": "'",
}  # fmt: skip
CONSTANTS = ("e", "pi", "π")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(
    r"(?P<power>⟨-?[0-9]+⟩)|(?P<fraction>⟦[0-9/]+⟧)|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)"
    r"|(?P<name>\w+'?)|(?P<operator>\*\*|[<>]=|\S)"
)
_SAME_LETTER = {"p": "yhat", "yhat": "p"}  # the prediction has two names in the lectures


@dataclass
class Token:
    """kind: number, power (², written above the line), letter, function, attribute, or the operator itself.
    text: in Python's spelling.
    """

    kind: str
    text: str

    @property
    def ends(self):
        """Can a factor end here?"""
        return self.kind in ("number", "power", "letter", "unknown", "attribute", ")", "]")

    @property
    def begins(self):
        """Can a factor begin here?"""
        return self.kind in ("number", "letter", "unknown", "function", "(")


def in_python(text, letters, is_function):
    """The formula as Python would have it. letters: their names; is_function(word): is it one that we know?
    ValueError with a sentence for what is not clear.
    """
    tokens = _tokens(_plain(text), letters, is_function)
    tokens = _powers_after_operands(tokens)
    tokens = _operands_in_brackets(tokens)
    return " ".join(token.text for token in _products_with_signs(tokens))


def _plain(text):
    """The text with one spelling for each sign."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"the formula has {len(text)} characters; at most {LONGEST_TEXT} are read")
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"⟨{m[0].translate(_SUPERSCRIPT)}⟩", text.strip())
    text = re.sub("[¼-¾⅐-⅞]", lambda m: f"⟦{unicodedata.normalize('NFKC', m[0]).replace('⁄', '/')}⟧", text)
    text = re.sub(r"([₀-₉]+)(?=[^\W₀-₉])", r"\1 ", text)  # v₁x₂ is a product
    for written, meant in _SPELLED.items():
        text = text.replace(written, meant)
    text = plain_name(text, spaces=" ")
    if strange := re.search(r"[^\w\s+\-*/().,\[\]<>=@|'⟨⟩⟦⟧]", text):
        raise ValueError(f"{strange[0]!r} has no meaning in a formula")
    if re.search("(?<![<>])=", text):
        raise ValueError("a claim is one formula: write what stands on the right of the =")
    pieces = text.split("|")
    if len(pieces) % 2 == 0:
        raise ValueError("one of the bars | has no partner; an absolute value is |x| or abs(x)")
    for i in range(1, len(pieces), 2):
        pieces[i] = f" abs({pieces[i]})"
    return "".join(pieces)


# ------------------------------------------------------------------------------------------ words


def _tokens(text, letters, is_function):
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, word = match.lastgroup, match[0]
        if kind == "power":
            tokens.append(Token("power", f"**({word[1:-1]})"))
        elif kind == "fraction":
            tokens.append(Token("number", f"({word[1:-1]})"))
        elif kind == "number":
            tokens.append(Token("number", word))
        elif kind == "operator":
            tokens.append(Token(word, word))
        elif tokens and tokens[-1].kind == ".":
            tokens.append(Token("attribute", word))
        else:
            token = _word(word, letters, is_function)
            tokens += _parted(word, letters) if token.kind == "unknown" else [token]
    return tokens


def _parted(word, letters):
    """The letters of a product without signs, β and z of βz, if the word can be parted in one way only."""
    ways = _ways(word, letters) if len(word) <= LONGEST_PRODUCT else []
    if len(ways) != 1:
        return [Token("unknown", word)]
    return [Token("letter", letter) for letter in ways[0]]


def _ways(word, letters):
    """All ways to part a word into letters."""
    if not word:
        return [[]]
    ways = []
    for letter in letters:
        if word.startswith(letter):
            ways += [[letter, *rest] for rest in _ways(word[len(letter) :], letters)]
    return ways


def _word(word, letters, is_function):
    """A letter or a function, by the name that the graph or the table has for it."""
    if word.endswith("'"):
        function = _word(word[:-1], letters, is_function)
        if function.kind != "function":
            raise ValueError(f"{word}: a stroke has a meaning behind a function alone, as in tanh'(z)")
        return Token("function", SLOPE_OF + function.text)
    if word in letters:
        return Token("letter", word)
    if is_function(word):
        return Token("function", word)
    spelled = canonical(word)
    for meant in (spelled, _SAME_LETTER.get(spelled)):
        alike = [letter for letter in letters if canonical(letter) == meant]
        if len(alike) == 1:
            return Token("letter", alike[0])
    if spelled == "sigma" and is_function("σ"):
        return Token("function", "σ")
    if keyword.iskeyword(word):
        raise ValueError(f"{word!r} has no meaning in a formula; a choice is written where(z > 0, a, b)")
    return Token("letter" if word in CONSTANTS else "unknown", word)


# ------------------------------------------------------------------------------------------ functions


def _powers_after_operands(tokens):
    """tanh²(z) and sin^2 x as tanh(z)² and sin(x)^2."""
    for i, token in enumerate(tokens):
        power = _power_at(tokens, i + 1) if token.kind == "function" else []
        if not power:
            continue
        if any("-" in part.text for part in power):
            name = token.text
            raise ValueError(f"{name}⁻¹ can be the inverse function, or 1/{name}(…): write which one")
        start = i + 1 + len(power)
        end = _end_of_operand(tokens, start)
        operand = tokens[start:end]
        if len(operand) == 1:
            operand = _in_brackets(token, operand[0], tokens[end : end + 1])
        return tokens[: i + 1] + _powers_after_operands([*operand, *power, *tokens[end:]])
    return tokens


def _power_at(tokens, i):
    """The tokens of a power that stands at place i: ², or ^2; none if there is none."""
    if i < len(tokens) and tokens[i].kind == "power":
        return tokens[i : i + 1]
    if i + 1 < len(tokens) and tokens[i].kind == "**":
        last = i + 1
        while last < len(tokens) - 1 and tokens[last].kind in ("-", "("):
            last += 1
        if tokens[last].kind == "number":
            return tokens[i : last + 1 + sum(token.kind == "(" for token in tokens[i:last])]
    return []


def _end_of_operand(tokens, i):
    if i < len(tokens) and tokens[i].kind == "(":
        return _closing(tokens, i) + 1
    return i + 1


def _closing(tokens, i):
    """The place of the bracket that closes the one at i."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[j].kind, 0)
        if depth == 0:
            return j
    return len(tokens) - 1


def _operands_in_brackets(tokens):
    """exp x and √2 as exp(x) and sqrt(2)."""
    done = []
    for i, token in enumerate(tokens):
        is_bare = (
            i > 0 and tokens[i - 1].kind == "function" and token.kind in ("number", "letter", "function")
        )
        done += _in_brackets(tokens[i - 1], token, tokens[i + 1 : i + 2]) if is_bare else [token]
    return done


def _in_brackets(function, operand, following):
    """An operand without brackets, with them. What goes on behind it, but for a plus or minus, is asked
    about.
    """
    is_clear = not following or following[0].kind in ("+", "-", ")", ",", "<", ">")
    if operand.kind == "function" or not is_clear:
        name = function.text
        raise ValueError(f"{name} {operand.text} …: where does its operand end? Write {name}(…)")
    return [Token("(", "("), operand, Token(")", ")")]


# ------------------------------------------------------------------------------------------ products


def _products_with_signs(tokens):
    """2(p − y)x as 2*(p − y)*x."""
    done = []
    for i, token in enumerate(tokens):
        is_call = bool(done) and done[-1].kind == "unknown" and token.kind == "("
        if done and done[-1].ends and token.begins and not is_call:
            _refuse_what_is_no_product(tokens, i)
            _refuse_two_meanings(done, token)
            done.append(Token("*", "*"))
        done.append(token)
    return done


def _refuse_what_is_no_product(tokens, i):
    left, right = tokens[i - 1], tokens[i]
    if right.kind == "number":
        product = f"{left.text}*{right.text}"
        raise ValueError(f"{left.text} {right.text}: write {product}, or a power; a number stands in front")
    if right.kind != "(" or left.kind != "letter":
        return
    inside = tokens[i + 1 : _closing(tokens, i)]
    if len(inside) == 1 and inside[0].kind == "letter":
        x = inside[0].text
        raise ValueError(
            f"{left.text}({x}) can be a product, or the value of a function: write {left.text}*{x}, or "
            f"{left.text} alone"
        )


def _refuse_two_meanings(done, right):
    """Is the left factor of a product without a sign below a fraction line, or in an exponent?"""
    start = _start_of_factor(done)
    before = [token.kind for token in done[:start]]
    if before[-1:] in (["-"], ["+"]) and before[-2:-1] in (["**"], ["/"]):
        before.pop()
    if before[-1:] not in (["/"], ["**"]):
        return
    base = done[start - 2].text
    if before[-1] == "**" and right.kind == "(" and done[start].kind == "number" and base != "e":
        return  # x^3(x − 4), which nobody reads as a power of the bracket
    sign = "/" if before[-1] == "/" else "^"
    x = "".join(token.text for token in done[start:])
    y = "(…)" if right.kind == "(" else right.text
    raise ValueError(f"{sign}{x} {y} can be read in two ways: write {sign}({x}*{y}), or (…{sign}{x})*{y}")


def _start_of_factor(done):
    """Where the factor begins that ends here."""
    i = len(done) - 1
    while done[i].kind == "power":
        i -= 1
    if done[i].kind in (")", "]"):
        opening = {")": "(", "]": "["}[done[i].kind]
        depth = 0
        while i >= 0:
            depth += (done[i].kind in (")", "]")) - (done[i].kind in ("(", "["))
            if depth == 0 and done[i].kind == opening:
                break
            i -= 1
        if i > 0 and (done[i - 1].kind == "function" or opening == "["):
            i -= 1
    if done[i].kind == "attribute":
        i -= 2
    return max(i, 0)


# ------------------------------------------------------------------------------------------ a left side


def right_side(text, output, wrt):
    """What stands on the right of ``∂L/∂w = …``; all of the text, if there is no =. ValueError if another
    derivative stands on the left.
    """
    sides = re.split("(?<![<>=])=(?!=)", text)
    if len(sides) == 1:
        return text
    if len(sides) > 2:
        raise ValueError("there is more than one = in this: write only what follows the last one")
    left, right = sides
    if _left(left) not in _left_sides(output, wrt):
        asked = f"∂{output}/∂{wrt}"
        raise ValueError(
            f"the left side, {left.strip()}, is not what is asked for: write {asked} = …, or only what "
            "follows the ="
        )
    return right


def _left(text):
    text = text.replace("′", "'").replace("’", "'")
    if "/" in text:
        text = text.replace("δ", "∂")
    return canonical(text).replace("*", "").replace("·", "")


def _left_sides(output, wrt):
    y, x = canonical(output), canonical(wrt)
    return {f"d{y}d{x}", f"d{y}d({x})", f"dd{x}{y}", f"dd{x}({y})", f"d{x}", f"{y}'", f"{y}'({x})", f"{y}{x}"}
