"""The program beside the picture: which line a step belongs to, what remains without scripts, and how a line
and its wire light up together.
"""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets.player import lines_of


class Sent(HTMLParser):
    """The code of the program, {number: line} of the lines that belong to steps, and the steps' items."""

    def __init__(self, player):
        super().__init__()
        self.code, self.lines, self.items, self.inside, self.line = "", {}, [], False, None
        self.feed(player._repr_html_())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "li":
            self.items.append(attributes)
        self.inside = tag == "pre" or self.inside
        self.line = attributes.get("data-line") if tag == "span" else None

    def handle_data(self, data):
        if self.inside:
            self.code += data
        if self.line:
            self.lines[self.line] = data.strip()

    def handle_endtag(self, tag):
        self.inside, self.line = self.inside and tag != "pre", None


def named(**nodes):
    for name, node in nodes.items():
        node.name = name


def unit():
    """z and a have names, a − y and its square have none."""
    w, x, b, y = bp.inputs(w=0.5, x=2.0, b=-0.4, y=1.0)
    z = w * x + b
    a = bp.tanh(z)
    C = (a - y) ** 2 / 2
    named(z=z, a=a, C=C)
    return C


def gates():
    """The lecture's logistic unit; only the output has a name."""
    w0, x0, w1, x1, w2 = bp.inputs(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)
    f = 1 / (1 + bp.exp(-(w0 * x0 + w1 * x1 + w2)))
    f.name = "f"
    return f


def layers():
    rng = np.random.default_rng(0)
    X, W1, b1 = bp.inputs(X=rng.normal(size=(5, 4)), W1=rng.normal(size=(3, 4)), b1=rng.normal(size=3))
    W2, Y = bp.inputs(W2=rng.normal(size=(2, 3)), Y=rng.normal(size=(5, 2)))
    A1 = bp.relu(X @ W1.T + b1)
    L = 0.5 * ((A1 @ W2.T - Y) ** 2).sum() / 5
    named(A1=A1, L=L)
    return L


def marked(player):
    """(text of the step, its line of the program) for each step."""
    sent = Sent(player)
    return dict(zip(player.steps, [sent.lines.get(item.get("data-line")) for item in sent.items]))


def test_a_step_belongs_to_the_line_that_its_node_or_gradient_is_named_in():
    line = marked(bp.play(unit(), source=True))
    assert line["a = tanh(z) = tanh(0.6) = 0.53705"] == "a = math.tanh(z)"
    assert line["∂C/∂y = −1 · ∂C/∂v2 = −1 · −0.46295 = 0.46295"] == "dC_dy = -dC_da"
    assert line["x = 2"] == "def value_and_gradients(w, x, b, y):"


def test_what_has_no_line_of_its_own_belongs_to_the_line_in_which_it_is_used():
    line = marked(bp.play(unit(), source=True))
    assert line["v1 = w · x = 0.5 · 2 = 1"] == "z = w * x + b"
    assert line["v3 = v2² = (−0.46295)² = 0.214323"] == "C = v2 ** 2 / 2"
    assert line["∂C/∂C = 1"] == line["∂C/∂v3 = 1 / 2 · ∂C/∂C = 0.5 · 1 = 0.5"] == "dC_da = 0.5 * (2 * v2)"

    line = marked(bp.play(gates(), source=True))
    assert line["∂f/∂v7 = −f / v7 · ∂f/∂f = −0.534447 · 1 = −0.534447"] == "df_dw2 = f / v7 * v6"
    assert line["∂f/∂v2 = 1 · ∂f/∂v3 = 1 · 0.196612 = 0.196612"] == "df_dw1 = df_dw2 * x1"


@pytest.mark.parametrize("build", [unit, gates, layers])
def test_every_step_has_a_line_in_the_half_of_its_pass_and_every_such_line_a_step(build):
    player = bp.play(build(), source=True)
    sent = Sent(player)
    middle = player.program.splitlines().index("", player.program.splitlines().index("") + 2)
    for item in sent.items:
        assert (item["data-phase"] == "backward") == (int(item["data-line"]) > middle), item
    assert {item["data-line"] for item in sent.items} == sent.lines.keys()
    assigned = re.findall(r"^    (.+ = .+)$", player.program, re.MULTILINE)
    assert sorted(assigned) == sorted(line for line in sent.lines.values() if not line.startswith("def"))


def test_a_gradient_that_nobody_wants_has_no_line():
    line = marked(bp.play(unit(), source=True, wrt="w"))
    assert line["∂C/∂x = w · ∂C/∂v1 = 0.5 · −0.329425 = −0.164713"] is None
    assert line["∂C/∂w = x · ∂C/∂v1 = 2 · −0.329425 = −0.65885"] == "dC_dw = dC_dz * x"


def test_a_condition_takes_no_part_in_the_backward_pass():
    """c is asked for and receives nothing: its line of zeros is no line of the gate."""
    c, x, y = bp.inputs(c=1.0, x=2.0, y=3.0)
    f = bp.where(c > 0, x * y, y)
    f.name = "f"
    player = bp.play(f, source=True)
    line = marked(player)
    assert "df_dc = 0" in player.program
    assert "df_dc = 0" not in line.values()
    assert line["∂f/∂x = y · ∂f/∂v2 = 3 · 1 = 3"] == "df_dx = df_dv2 * y"


def test_lines_count_from_one_in_long_programs_too():
    """The list of arguments takes several lines."""
    x = bp.inputs(**{f"a_rather_long_name_{i}": float(i) for i in range(12)})
    total = sum(x[1:], x[0] * x[1])
    program = bp.source(total)
    numbers = lines_of(program, bp.topological_order(total))
    for leaf in x:
        assert leaf.name in program.splitlines()[numbers["value", leaf] - 1]
    assert len({numbers["value", leaf] for leaf in x}) > 1


@pytest.mark.parametrize("build", [unit, gates, layers])
def test_without_scripts_the_whole_program_stands_there(build):
    output = build()
    player = bp.play(output, source=True)
    assert Sent(player).code == bp.source(output) == player.program
    assert repr(player) == "\n".join(player.steps) + "\n\n" + bp.source(output)


def test_a_player_without_a_program_is_what_it_was():
    player = bp.play(unit())
    assert player.program is None and "<pre" not in player.html and "data-line=" not in player.html


def test_a_program_of_other_gradients_is_refused_and_one_of_a_part_is_not():
    with pytest.raises(ValueError, match="leave out upstream"):
        bp.play(unit(), upstream=2.0, source=True)
    with pytest.raises(ValueError, match="pass source=True"):
        bp.play(unit(), wrt="w")
    with pytest.raises(ValueError, match="q"):
        bp.play(unit(), source=True, wrt="q")


def test_the_program_of_a_strange_name_is_escaped():
    player = bp.play(bp.Node(2.0, "<b>&") * bp.Node(3.0, "lambda"), source=True)
    assert "<b>" not in player.html
    assert Sent(player).code == player.program


# With scripts


def lit(player, kind="wire"):
    """Which wires, or nodes, are lit up."""
    found = player.locator(f"svg .bp-{kind}.bp-active").all()
    return [one.get_attribute(f"data-{kind}") for one in found]


def line(player, text):
    return player.locator("pre [data-line]", has_text=text).first


@pytest.mark.browser
def test_stepping_marks_a_line(open_page):
    player = open_page(bp.play(unit(), source=True)).locator(".bp-player")
    marking, slider = player.locator("pre [aria-current]"), player.get_by_label("Step of the pass")
    assert marking.count() == 0
    for expected in marked(bp.play(unit(), source=True)).values():
        slider.press("ArrowRight")
        assert marking.text_content().strip() == expected
    slider.press("Home")
    assert marking.count() == 0


@pytest.mark.browser
def test_a_line_lights_up_its_gates_and_wires_and_gives_the_light_back(open_page):
    player = open_page(bp.play(unit(), source=True)).locator(".bp-player")
    drawing = player.locator("svg.bp-graph")
    slider = player.get_by_label("Step of the pass")
    for _ in range(7):
        slider.press("ArrowRight")
    of_step = lit(player)
    assert len(of_step) == 1 and lit(player, "node") == [of_step[0].split("-")[0]]

    line(player, "C = v2 ** 2 / 2").hover()
    assert len(lit(player)) == 2, "a square and a quotient"
    assert "bp-forward" in drawing.get_attribute("class")
    line(player, "dC_dw = ").hover()
    assert len(lit(player)) == 2, "through the sum, and through the product"
    assert "bp-backward" in drawing.get_attribute("class")
    slider.hover()
    assert lit(player) == of_step
    assert player.locator("output").inner_text() == "step 7 of 20, forward"

    line(player, "def value").hover()
    assert lit(player) == [] and len(lit(player, "node")) == 4, "four leaves"


@pytest.mark.browser
def test_the_keyboard_reaches_every_line_and_keeps_stepping(open_page):
    page = open_page(bp.play(unit(), source=True))
    player = page.locator(".bp-player")
    here = player.locator("pre :focus")
    page.keyboard.press("Tab")
    while not here.count():
        page.keyboard.press("Tab")
    assert here.text_content().startswith("def")
    assert here.get_attribute("data-lm-suppress-shortcuts") is not None  # or the cell above has it
    seen = [here.text_content()]
    for _ in range(12):
        page.keyboard.press("ArrowDown")
        seen.append(here.text_content())
    assert seen[:11] == player.locator("pre [data-line]").all_text_contents()
    assert seen[10] == seen[11] == seen[12], "below the last line is none"
    assert len(lit(player)) == 1

    page.keyboard.press("ArrowRight")
    assert player.locator("output").inner_text() == "step 1 of 20, forward"
    assert here.text_content().startswith("def"), "the focus goes with the mark"
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert here.text_content().strip() == "a = math.tanh(z)"
    page.keyboard.press("ArrowLeft")
    assert here.text_content().strip() == "z = w * x + b"
    page.keyboard.press("Shift+Tab")
    assert here.count() == 0, "one stop of the Tab key"
    page.keyboard.press("Tab")
    assert here.text_content().strip() == "z = w * x + b"


@pytest.mark.browser
def test_a_long_program_scrolls_to_its_line_in_a_box_of_fixed_height(open_page):
    x = bp.Node(0.3, "x")
    y = x
    for i in range(20):
        y = bp.sin(y) * x
        y.name = f"y{i}"
    player = open_page(bp.play(y, source=True)).locator(".bp-player")
    code = player.locator("pre")
    inside, whole = code.evaluate("it => [it.clientHeight, it.scrollHeight]")
    assert whole > 2 * inside
    player.get_by_label("Last step").click()
    marked = player.locator("pre [aria-current]").bounding_box()
    box = code.bounding_box()
    assert box["y"] <= marked["y"] <= box["y"] + box["height"] - marked["height"]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "beside"), [(1400, True), (600, False)])
def test_the_program_stands_beside_the_picture_or_below_it(open_page, width, beside):
    page = open_page(bp.play(unit(), source=True), viewport={"width": width, "height": 900})
    picture, code = page.locator("svg.bp-graph").bounding_box(), page.locator("pre").bounding_box()
    assert (code["x"] >= picture["x"] + picture["width"]) == beside
    assert (code["y"] >= picture["y"] + picture["height"]) != beside
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_with_reduced_motion_nothing_moves(open_page):
    page = open_page(bp.play(unit(), source=True), reduced_motion="reduce")
    page.locator(".bp-player").get_by_label("Last step").click()
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.browser
def test_without_scripts_the_program_can_be_read_and_scrolled(open_page):
    page = open_page(bp.play(unit(), source=True), java_script_enabled=False)
    code = page.get_by_role("group", name="The program of this graph")
    assert code.inner_text().rstrip() == bp.source(unit()).rstrip()
    assert code.get_attribute("tabindex") == "0"
