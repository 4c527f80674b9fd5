# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Two levers at once
#
# *Overseas experience in hiring, and stipends for doctoral students: does one help the other, or stand in its
# way?*
#
# A *lever* is one number that a policy can move. This page moves two of them over a grid and shows what comes out
# as a surface. Change the numbers in the next cell to look at other strengths.

# %%
import pandas as pd
from IPython.display import Markdown, display

from experiments import sweep
from experiments.analysis.certainty import judged
from experiments.notebooks.showing import effect_table, picture
from experiments.report import sweep_figures
from experiments.report.language import Words
from experiments.report.numbers import Scale
from experiments.report.screen import cell

# %% tags=["parameters"]
weights = [0, 0.25, 0.5, 1]  # weight of three years abroad in the ranking of applicants, SD of score
stipends = [22500, 27500, 32500, 42500]  # supported doctoral students; the first is the number without a policy
scale = 0.05  # one simulated person stands for twenty
replicates = 20  # how often the comparison is repeated: each time with another set of behaviour
until = 2035  # last year
workers = None  # processes at work; None is one a core

# %%
WEIGHT, STIPENDS = "hiring.overseas_weight", "programmes.doctoral_support.places"
answer = sweep(
    {WEIGHT: weights, STIPENDS: stipends},
    scale=scale,
    replicates=replicates,
    until=until,
    workers=workers,
    progress=False,
)
words, window = Words(), answer.sweep.window
made_from = f"Japan, to {until}, scale 1:{1 / scale:g}, {replicates} paired replicates, seed 1"
display(Markdown(f"{answer.effects['point'].nunique()} points, each with {replicates} paired replicates."))

# %% [markdown]
# ## First a check
#
# The first point of the grid sets both levers to what they are anyway. A policy that changes nothing must change
# nothing, so every effect there has to be exactly zero:

# %%
x, y = f"levers.{WEIGHT}", f"levers.{STIPENDS}"
effects = answer.effects
nothing = effects[(effects[x] == weights[0]) & (effects[y] == stipends[0])]
largest = float(nothing.loc[~nothing["outcome"].isin(["winners", "losers"]), "effect"].abs().max())
display(Markdown(f"Largest effect of the point that changes nothing: **{largest:g}**"))
if largest:
    raise ValueError("the first weight and the first number of stipends must be those without a policy")

# %% [markdown]
# ## The surface
#
# One panel an outcome. Left to right the weight rises, bottom to top the stipends. Blue is more than in the
# baseline, orange less, white the same. ▲ and ▼: nearly all sets of behaviour agree; △ and ▽: four in five; ?: fewer;
# ≈: too small to matter.
#
# How to read it: if colours change only from left to right, only the weight matters. If they change only from
# bottom to top, only stipends matter. Both directions: both matter.

# %%
at = answer.sweep.whole
shown = ["departures", "returns", "doctoral_entrants", "overseas_experience_share", "top10_papers", "cost"]
labels = {x: "weight of time abroad, SD of score", y: "supported students"}
note = f"Mean of {answer.sweep.years(words)}, levers minus baseline, the same people in both."
display(picture(sweep_figures.surface, at, x, y, [], labels, shown, words, note=note, made_from=made_from))

# %% [markdown]
# ## The same as curves
#
# One line a number of stipends. Lines that run parallel mean that the two levers do not meet: each adds its own.
# Bands are the middle 95 % of the sets of behaviour.

# %%
lines = at.rename(columns={y: "levers.stipends"})
display(
    picture(sweep_figures.response, lines, x, ["levers.stipends"], labels, shown, words, note=note, made_from=made_from)
)

# %% [markdown]
# ## Does one lever help the other?
#
# Take the strongest point, and the two points that move one lever alone. If the levers do not meet, the first is
# the sum of the other two. The last column is what is left over, with its range over the sets of behaviour.

# %%
first, last = at["first"].iloc[0], at["last"].iloc[0]
paired = answer.outcomes[answer.outcomes["year"].between(first, last) & (answer.outcomes["group"] == "all")]
paired = paired.assign(effect=paired["value"] - paired["reference"])
rows = {}
for outcome in ("departures", "returns", "doctoral_entrants", "overseas_experience_share", "top10_papers"):
    found = paired[paired["outcome"] == outcome].pivot_table(
        index=["member", "replicate"], columns=[x, y], values="effect"
    )
    both, weight, stipend = (
        found[max(weights), max(stipends)],
        found[max(weights), stipends[0]],
        found[weights[0], max(stipends)],
    )
    over = both - weight - stipend
    unit = paired.loc[paired["outcome"] == outcome, "unit"].iloc[0]
    differences = over.rename("difference").reset_index().assign(outcome=outcome, reference=0.0, unit=unit)
    left = judged(differences, ["outcome", "unit"]).reset_index().iloc[0]
    scale_of = Scale.of(outcome, unit)
    rows[words.outcome(outcome)] = {
        "unit": scale_of.of_difference,
        "weight alone": scale_of.number(float(weight.mean()), signed=True),
        "stipends alone": scale_of.number(float(stipend.mean()), signed=True),
        "both": scale_of.number(float(both.mean()), signed=True),
        "both minus the sum": cell(left, outcome, words),
    }
display(pd.DataFrame(rows).T)

# %% [markdown]
# ## The strongest point over the years

# %%
strongest = effects[(effects[x] == max(weights)) & (effects[y] == max(stipends))]
display(effect_table(strongest, ["departures", "returns", "doctoral_entrants", "cost"]))

# %% [markdown]
# ## What this page cannot say
#
# - A stipend given in 2026 makes a doctor around 2029 and a candidate for a post some years later. Ten years are
#   short for this lever: set `until = 2045` to look further.
# - Costs of stipends are booked, costs of a hiring rule are not: the policy's file states none. A cheap lever here is a
#   lever without a price tag, not a lever without a price.
# - Between the points nothing was computed. A kink that lies between two of them stays hidden.
# - Twenty sets of behaviour are few: the range is that of these twenty.
