"""The check room: a third opinion on every gradient.

    numerical     a slope that is measured: nudge, subtract, divide
    network       a whole network against numbers, and the layer to blame
    as_graph      a network of layers out of graph nodes
    derivation    a formula against sympy, against the graph, against a measured slope
    comparison    whether two formulas are the same
    parsing       formulas as students type them, read without running them
    points        formulas as numbers, which know how many of their digits count
    simplify      what sympy may do to a formula, counted in calls

One notion of "the same formula" serves this room and the feedback room.
"""
