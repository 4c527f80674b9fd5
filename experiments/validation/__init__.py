"""Validation: the calibrated ensemble against everything observed, fitted or kept back, and against simpler models.

runs         every member and seed through 2021, as the offices would have seen it
bands        median and 90 % band over members and seeds, as people at 1:1 would give them
fit_table    every moment and every yearly observation beside its band
baselines    persistence, transition rates, gravity
skill        errors on flows by region, the model's over theirs
lives        who is where, year by year; careers and corridors read structural patterns from it
patterns     each pattern beside what was expected
run          `experiment=validate`
"""
