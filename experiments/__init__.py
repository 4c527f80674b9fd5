"""Experiments on the model: what would a policy change, against the baseline, and how sure are we?"""
