"""Fitting the model to what was observed up to 2015: the targets, and what a run says about each of them.

from experiments.calibration.targets import distance, inside, read_moments, reduced
moments = read_moments()
simulated = reduced(model.observations(), moments)
distance(simulated, moments), inside(simulated, moments)
"""
