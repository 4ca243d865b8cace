"""Wrong solutions as students write them, different in form from the engine's own: (task, code, the diagnosis that is due).

None means that no mistake may be named: the answer is wrong in a way that nobody has listed.
"""

MISTAKES = ()
