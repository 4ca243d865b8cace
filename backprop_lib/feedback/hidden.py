"""The seed of the hidden instances. The students' copy of the library lacks this file; without it, `check`
says how many points remain to be given.
"""

SEED = 20261122
