"""Policies beside each other: what they do together, what they bring for their money, and which mixes are efficient.

design      which policies hold together in which run, and what a fraction of the combinations cannot tell apart
contrasts   main and pair effects of every outcome, set by set
factorial   `experiment=factorial`
efficient   which points nothing beats, on average and set by set
frontier    `experiment=frontier`
lives       the lives of many points, gathered
"""
