"""The check room: a third opinion on every gradient.

numerical       a slope that is measured: nudge, subtract, divide
network         a whole network against numbers, and the layer to blame
derivation      a formula against sympy, against the graph, against a measured slope
comparison      whether two formulas are the same
points          a formula as a number, and where formulas are read
simplify        what sympy is asked, and for how long
parsing         formulas as students type them, read without running them
"""
