"""The show room: all that is seen. It reads graphs and layers and computes no gradient.

    notation.py    names and numbers as text and as LaTeX
    formula.py     a formula of the table as text and as LaTeX
    trace.py       both passes as the lines a person would write
    svg.py         the palette, one meaning per colour, and the few shapes that every drawing is made of
    layout.py      where the nodes of a graph go
    picture.py     the graph as a picture
    network.py     layered units and edges, with their values and gradients
    chart.py       a small chart as SVG
    digits.py      digits, and the mistaken ones
    plots.py       plots by matplotlib: a training, a confusion matrix

Nothing in the rooms that compute imports it.
"""
