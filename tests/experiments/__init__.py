"""Tests of the experiments on the model."""
