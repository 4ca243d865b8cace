"""The player: what is sent, what remains without scripts, and how it moves (in JupyterLab: see
tests/browser).
"""

import base64
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib.widgets.player import MOST_STEPS


class Sent(HTMLParser):
    """The image's drawing, the texts of the list with their attributes, and the data of the script."""

    def __init__(self, player):
        super().__init__()
        self.items, self.texts, self.drawing, self.inside, self.json = [], [], None, None, ""
        self.feed(player._repr_html_())
        self.data = json.loads(self.json)
        self.steps = self.data["steps"]

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.inside = tag
        if tag == "li":
            self.items.append(attributes)
            self.texts.append("")
        if tag == "img":
            self.drawing = base64.b64decode(attributes["src"].split(",")[1]).decode()
        if tag == "script" and attributes.get("type") == "application/json":
            self.inside = "json"

    def handle_data(self, data):
        if self.inside == "li":
            self.texts[-1] += data
        if self.inside == "json":
            self.json += data

    def handle_endtag(self, tag):
        self.inside = None


def product():
    x, y, z = bp.inputs(x=-2.0, y=5.0, z=-4.0)
    q = x + y
    q.name = "q"
    f = q * z
    f.name = "f"
    return f


def fan_out():
    a, b = bp.inputs(a=2.0, b=3.0)
    c = a * b
    return (c + a) * c


def thirty():
    """30 nodes that carry numbers, no two of which need be alike."""
    x, y = bp.inputs(x=0.3, y=0.7)
    out = x
    for i in range(14):
        out = bp.sin(out) * y if i % 2 else bp.tanh(out + x)
    out.name = "f"
    return out


def layer():
    rng = np.random.default_rng(0)
    X, W, b = bp.inputs(X=rng.normal(size=(4, 3)), W=rng.normal(size=(2, 3)), b=rng.normal(size=2))
    return (bp.relu(X @ W.T + b) ** 2).mean()


def receiver(sent, step):
    """The node whose number a step reveals."""
    if step.get("wire") == "out":
        return len(sent.data["names"]) - 1
    if "gate" in step:
        return step["gate"]
    gate, position = map(int, step["wire"].split("-"))
    return sent.data["inputs"][gate][position]


every_graph = pytest.mark.parametrize("build", [product, fan_out, layer])


@every_graph
def test_the_list_is_the_trace(build):
    output = build()
    sent, trace = Sent(bp.play(output)), bp.trace(output)
    assert sent.texts == list(bp.play(output).steps) == trace.texts()
    assert [item["data-phase"] for item in sent.items] == [step.phase for step in trace.steps]


@every_graph
def test_every_step_finds_its_gate_its_wire_and_its_number_in_the_drawing(build):
    sent = Sent(bp.play(build()))
    drawing = ET.fromstring(sent.drawing)
    nodes = {e.get("data-node") for e in drawing.iter()}
    wires = {e.get("data-wire") for e in drawing.iter()} - {None}
    for step in sent.steps:
        assert str(receiver(sent, step)) in nodes
    assert {step["wire"] for step in sent.steps if "wire" in step} == wires, (
        "no condition in these graphs: each wire carries a gradient"
    )


def test_the_last_number_of_each_node_is_the_one_in_the_final_picture():
    sent = Sent(bp.play(layer()))
    final = {str(receiver(sent, step)): step["text"] for step in sent.steps if "text" in step}
    shown = {}
    for g in ET.fromstring(sent.drawing).iter():
        for text in g:
            if g.get("data-node") and text.get("class") == "bp-grad":
                shown[g.get("data-node")] = text.text
    assert shown == final


def test_a_graph_of_numbers_takes_its_program_with_it_and_one_of_arrays_its_texts():
    sent = Sent(bp.play(product()))
    assert sent.data["start"] == [-2.0, 5.0, -4.0] and sent.data["leaves"] == [0, 1, 2]
    assert "const q = x + y;" in sent.data["program"]
    assert "locals: [z, q, 1, 1]" in sent.data["program"]
    assert sent.steps[4] == {"gate": 4, "template": "{0} · {1}"}
    assert sent.steps[6] == {"wire": "4-0", "symbols": "z · ⟦f⟧"}

    arrays = Sent(bp.play(layer()))
    assert "program" not in arrays.data
    assert arrays.steps[0] == {"result": "shape (4, 3)", "gate": 0}


def test_a_graph_that_holds_infinity_is_shown_and_not_recomputed():
    x = bp.Node(float("inf"), "x")
    assert "program" not in Sent(bp.play(2 * x)).data


def test_kit_and_data_of_one_output_are_small():
    player = bp.play(thirty())
    picture = len(re.search(r'base64,([^"]*)', player.html)[1])
    sent = re.findall(r"<(?:script|style)[^>]*>(.*?)</", player.html, re.DOTALL)
    size = sum([len(part.encode()) for part in sent]) / 1000
    print(f"30 nodes: kit and data {size:.1f} kB, picture {picture / 1000:.1f} kB")
    assert size < 40.96  # 40 KB of 1024 bytes


def test_playing_leaves_the_gradients_as_they_were():
    f = product()
    bp.play(f)
    assert f.grad is None and all(x.grad is None for x in bp.leaves(f))


def test_an_array_is_played_with_the_gradient_that_arrives_at_it():
    x = bp.inputs(x=np.array([1.0, 2.0]))
    assert len(bp.play(x * x, upstream=np.ones(2)).steps) == 5
    with pytest.raises(ValueError, match="pass upstream="):
        bp.play(x * x)


def test_one_drawing_no_outside_resource_no_id():
    sent = bp.play(product())._repr_html_()
    assert sent.count("data:image/svg+xml") == 1 and "<svg" not in sent
    everything = sent + Sent(bp.play(product())).drawing
    assert set(re.findall(r"https?://[^\"'\s]+", everything)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\bimport\b|\brequire\(|\bfetch\(|\bid=[\"']", everything)


@every_graph
def test_the_same_graph_gives_the_same_bytes(build):
    assert bp.play(build())._repr_html_() == bp.play(build())._repr_html_()


def test_too_many_steps_are_refused_with_a_way_out():
    y = bp.Node(0.5, "x")
    for _ in range(MOST_STEPS):
        y = bp.sin(y)
    with pytest.raises(ValueError, match=f"{2 * MOST_STEPS + 2} steps.*Play a part.*bp.trace"):
        bp.play(y)


def shown(player, kind="value"):
    """The numbers that can be seen, in the order of the drawing's nodes."""
    return player.locator(f".bp-{kind}:not(.bp-off)").all_text_contents()


@pytest.mark.browser
def test_the_keyboard_steps_through_both_passes(open_page):
    players = open_page(bp.play(product()), bp.play(fan_out())).locator(".bp-player")
    first, second = players.nth(0), players.nth(1)
    slider, line = first.get_by_label("Step of the pass"), first.locator(".bp-line")
    assert shown(first) == []
    assert (
        slider.get_attribute("data-lm-suppress-shortcuts") is not None
    )  # or JupyterLab keeps the arrow keys

    for _ in range(4):
        slider.press("ArrowRight")
    assert line.inner_text() == "q = x + y = −2 + 5 = 3"
    assert sorted(shown(first)) == sorted(["−2", "5", "−4", "3"])
    assert first.locator(".bp-node.bp-active .bp-name").all_text_contents() == ["q"]
    assert first.locator(".bp-wire.bp-active").count() == 2
    assert shown(first, "grad") == shown(second) == []  # the other player stands still

    for _ in range(3):
        slider.press("ArrowRight")
    assert line.inner_text() == "∂f/∂q = z · ∂f/∂f = −4 · 1 = −4"
    assert sorted(shown(first, "grad")) == ["1", "−4"]
    assert first.locator(".bp-wire.bp-active").count() == 1
    assert first.locator("li[aria-current]").text_content() == line.inner_text()

    slider.press("ArrowLeft")
    assert line.inner_text() == "∂f/∂f = 1"
    assert shown(first, "grad") == ["1"]
    slider.press("End")
    assert first.locator("output").inner_text() == "step 10 of 10, backward"
    slider.press("Home")
    assert shown(first) == shown(first, "grad") == []


@pytest.mark.browser
def test_buttons_running_sum_and_notation(open_page):
    player = open_page(bp.play(fan_out())).locator(".bp-player")
    assert player.get_by_label("One step back").is_disabled()
    for _ in range(8):
        player.get_by_label("One step forward").click()
    assert "8 + …" in shown(player, "grad")
    player.evaluate("""player => {
        window.seen = [];
        const look = () => seen.push(...[...player.querySelectorAll(".bp-grad")].map((it) => it.textContent));
        new MutationObserver(look).observe(player, { subtree: true, childList: true });
    }""")
    player.get_by_label("One step forward").press("Enter")
    player.page.wait_for_function("seen.includes('8 + 6')")  # two streams meet
    player.locator(".bp-grad", has_text="14").wait_for()
    player.get_by_label("Notation of gradients").select_option("delta")
    below = bp.trace(fan_out()).texts("delta")[8].replace("δ_", "δ")  # what follows stands below the line
    assert player.locator(".bp-line").inner_text() == below
    player.get_by_label("Notation of gradients").select_option("leibniz")
    assert player.locator("li").all_text_contents() == bp.trace(fan_out()).texts()
    player.get_by_label("Last step").click()
    assert player.get_by_label("One step forward").is_disabled()


@pytest.mark.browser
def test_it_plays_by_itself_and_pauses(open_page):
    page = open_page(bp.play(product()))
    play = page.get_by_label("Play", exact=True)
    play.click()
    page.locator("output", has_text="step 1 of 10").wait_for()
    page.get_by_label("Pause").click()
    assert play.is_visible()


@pytest.mark.browser
def test_without_scripts_the_picture_and_the_steps_remain(open_page):
    page = open_page(bp.play(product()), java_script_enabled=False)
    assert page.get_by_role("img").get_attribute("alt").startswith("Computational graph of f: x = −2")
    page.get_by_text("All 10 steps as text").click()
    assert page.locator("li").nth(6).inner_text() == "∂f/∂q = z · ∂f/∂f = −4 · 1 = −4"
    assert page.get_by_label("Step of the pass").count() == 0
