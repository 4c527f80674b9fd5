"""The same model as plain Mesa agents: slow, and meant to be read.

One `mesa.Agent` a person, one short method a step, loops instead of columns. It reads the same world, parameters,
levers and policies as the fast model and makes the same keyed draws, person by person, so both can be laid side by
side. Start with model.py (a year), then researcher.py (a person), search.py, choice.py, market.py and moves.py.
"""
