"""Screening: which of all parameters move the headline effects of policies, before anybody argues about any of them.

design   the box of all parameters, and Morris's ways through it
runs     one way through the box: paired lives at every point, on the same draws
run      `experiment=screening`
"""
