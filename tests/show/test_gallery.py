"""The pictures as Chromium draws them: no word on another one, none cut off, none too small, both themes."""

import base64
import json
import re
from pathlib import Path

import pytest

import backprop_lib as bp
from backprop_lib.show import svg, theme
from tests.widgets.conftest import open_page  # noqa: F401
from tools import gallery

NOTEBOOKS = sorted(Path(__file__).parents[2].joinpath("notebooks").glob("*.ipynb"))

pytestmark = pytest.mark.slow


class Page:
    """What a page is made of, for `open_page`."""

    def __init__(self, html):
        self.html = html

    def _repr_html_(self):
        return self.html


def with_theme(page, light):
    page.evaluate("light => document.body.setAttribute('data-jp-theme-light', light)", light)


def section(shown):
    return f'<section id="it">{shown}</section>'


def test_no_words_of_any_picture_lie_on_others_are_cut_off_or_too_small(open_page, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("BACKPROP_PREDICTIONS", str(tmp_path / "kept.json"))
    shown = Page(gallery.page_of(list(gallery.PICTURES), "light"))
    page = open_page(shown, viewport={"width": 900, "height": 900})
    assert page.locator("svg text").count() > 300, "the pictures are in the page"
    assert page.evaluate(gallery.PROBLEMS, gallery.SMALLEST) == []


def test_words_that_do_would_be_found(open_page):  # noqa: F811
    parts = [svg.text(30, 20, "x = 1"), svg.text(40, 22, "2"), svg.text(99, 60, "outside")]
    parts.append(svg.text(30, 80, "so", size=8))
    page = open_page(Page(section(svg.Drawing(svg.image(parts, 100, 100, "alt"), "")._repr_html_())))
    found = page.evaluate(gallery.PROBLEMS, gallery.SMALLEST)
    assert [re.sub(".*” ", "", line) for line in found] == ["lies on “2”", "is cut off", "is 8.0 px high"]


def test_a_drawing_follows_the_theme_while_it_is_shown(open_page):  # noqa: F811
    page = open_page(bp.draw(bp.exp(bp.Node(0.5, "x"))))
    value = page.locator(".bp-value").first
    for light, palette in (("true", theme.LIGHT), ("false", theme.DARK), ("true", theme.LIGHT)):
        with_theme(page, light)
        colour = value.evaluate("it => getComputedStyle(it).fill")
        assert colour == "rgb({}, {}, {})".format(*bytes.fromhex(palette["value"][1:]))


def test_a_page_that_is_dark_by_itself_is_followed_and_print_is_light(open_page):  # noqa: F811
    page = open_page(bp.draw(bp.exp(bp.Node(0.5, "x"))), color_scheme="dark")
    paper = "it => getComputedStyle(it).backgroundColor"
    assert page.locator(".bp-figure").evaluate(paper) == "rgb(17, 17, 17)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".bp-figure").evaluate(paper) == "rgb(255, 255, 255)"


def test_without_scripts_the_image_stays_in_its_light_colours(open_page):  # noqa: F811
    page = open_page(bp.draw(bp.exp(bp.Node(0.5, "x"))), java_script_enabled=False)
    image = page.locator(".bp-figure img")
    assert image.count() == 1 and image.is_visible()
    drawn = base64.b64decode(image.get_attribute("src").split(",")[1]).decode()
    assert "fill: var(--bp-value, #116329)" in drawn


def test_two_charts_of_a_page_are_cut_off_each_by_its_own_frame(open_page):  # noqa: F811
    panels = [bp.descent(lambda x: x * x, x=(-end, end)) for end in (1, 2)]
    charts = [Page(panel._repr_mimebundle_()["text/html"]) for panel in panels]
    page = open_page(*charts)
    ids = page.evaluate("[...document.querySelectorAll('clipPath')].map((it) => it.id)")
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_words_of_the_pictures_in_a_lesson_lie_on_others(notebook, open_page):  # noqa: F811
    sections = []
    for number, cell in enumerate(json.loads(notebook.read_text("utf-8"))["cells"]):
        for output in cell.get("outputs", []):
            shown = "".join(output.get("data", {}).get("text/html", ""))
            if "bp-figure" in shown:
                sections.append(f'<section id="cell {number}">{shown}</section>')
    page = open_page(Page("".join(sections)), viewport={"width": 900, "height": 900})
    assert page.evaluate(gallery.PROBLEMS, gallery.SMALLEST) == []
