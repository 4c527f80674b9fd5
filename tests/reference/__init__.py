"""The rules of the model as plain Mesa agents: slow, and meant to be read.

One `mesa.Agent` a person, one short method a rule, loops instead of columns. It reads the same world, parameters,
levers and policies as `sim` and draws the same keyed luck, person by person, so both can be laid side by side.
Start with model.py (a year), then agents.py (a person), search.py, choice.py, market.py and moves.py.
"""
