# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # A first what-if
#
# *If time spent abroad counted when universities hire: who would go, who would come back, and who would lose?*
#
# This page asks the model one question and shows how to read its answer. You can change the numbers in the next
# cell and run everything again. Nothing else has to be touched.

# %%
import pandas as pd
from IPython.display import Markdown, display

from experiments import compare
from experiments.notebooks.showing import effect_table, picture
from experiments.report import figures
from experiments.report.tables import Scale, holds, title_of
from experiments.request.policies import load
from sim.instruments.change import in_words

pd.options.display.max_colwidth = None  # show every word

# %% tags=["parameters"]
policy = "overseas_weight"  # a file of configs/policy
scale = 0.05  # one simulated person stands for twenty
replicates = 20  # how often the comparison is repeated: ten sets of behaviour, each with two seeds
until = 2045  # last year
workers = None  # processes at work; None is one a core

# %% [markdown]
# ## What is asked
#
# The model holds everyone at doctoral level or above who is linked to Japan. It runs the years 2006 to 2025 once,
# and then goes on twice: once as things are (the *baseline*), once with the policy. The same people live both
# lives with the same draws. What you read below is always the second life minus the first.
#
# Nobody knows exactly how people choose. So the model is not run with one set of behavioural numbers but with several
# that the data of the past do not rule out.
#
# This is what the policy changes:

# %%
asked = load(policy)
lines = [f"**{asked.title}** ({asked.title_ja}), from {asked.start} on. From: {asked.source}."]
for change in asked.changes:
    moved = f"`{change.name}`: {change.operation} {in_words(change.size)}"
    lines.append(f"- {moved} (grade {change.grade}). {change.source}.")
display(Markdown("\n".join([lines[0], "", *lines[1:]])))

# %% [markdown]
# Grade **A** means *assumed*. The document names the rule but not its size, so everything below answers the
# question "if it were this much", not "because the document says so".

# %%
answer = compare(
    policy, scale=scale, replicates=replicates, until=until, workers=workers, horizons=[*range(1, 21)], progress=False
)
effects = answer.effects
last = int(effects["horizon"].max())
ten = min(10, last)
made_from = f"Japan, to {until}, scale 1:{1 / scale:g}, {replicates} paired replicates, seed 1"

# %% [markdown]
# ## The answer as a table
#
# Policy minus baseline, so many years after 2025. The number behind ± is half the 95 % interval, and behind the colon
# stands what chance alone and what uncertain behaviour alone would make of it. **In brackets: the interval includes
# zero**, so this model cannot tell the effect from none. Shares are in percentage points.

# %%
rows = [
    "departures",
    "returns",
    "stock_abroad",
    "overseas_experience_share",
    "hires",
    "hires/with overseas experience",
    "hires/without overseas experience",
    "top10_papers",
    "cost_a_year",
]
display(effect_table(effects, rows, [1, 3, 5, 10, 20]))

# %% [markdown]
# Look at the three rows of hires. The policy reorders the queue for posts; it does not make posts. More hires of
# people who were abroad come with fewer hires of people who were not. The total can move a little later on, since
# whoever changes posts leaves one free.

# %% [markdown]
# ## The answer as pictures
#
# First the effects at one moment. A dot left of the grey line is a decrease, right of it an increase. Where the
# whisker crosses the line, the effect cannot be told from none.

# %%
titles = {policy: asked.title}
note = figures.note(effects)
display(picture(figures.forest, effects, titles, ten, note=note, made_from=made_from))

# %% [markdown]
# Then the way there. Hiring rules change who gets a post at once, but the people who already hold posts stay for
# decades: shares of all faculty move slowly.

# %%
display(picture(figures.paths, effects, titles, note=note, made_from=made_from))

# %% [markdown]
# ## What the interval means
#
# Each replicate repeats the whole comparison, with another seed or with another set of behavioural numbers. Here is the
# effect on the share of faculty with a year abroad. A row is a set, a column a seed:

# %%
outcome = "overseas_experience_share"
at = answer.outcomes[(answer.outcomes["outcome"] == outcome) & (answer.outcomes["group"] == "all")]
at = at[at["year"] == 2025 + ten].pivot_table(index=["member", "replicate"], columns="policy", values="value")
difference = (at[policy] - at["baseline"]).mul(Scale.of(outcome, "share").factor).rename("effect").reset_index()
difference["seed"] = difference.groupby("member").cumcount() + 1
display(difference.pivot_table(index="member", columns="seed", values="effect").round(2))

# %% [markdown]
# Numbers of one row differ by chance alone. Rows differ by behaviour, too. The mean of all is the effect in the table;
# from the two kinds of difference comes the interval:

# %%
row = effects[(effects["outcome"] == outcome) & (effects["group"] == "all") & (effects["horizon"] == ten)].iloc[0]
widths = {"chance alone": row["chance"], "parameters alone": row["parameters"], "both": (row["high"] - row["low"]) / 2}
display(pd.Series(widths).mul(Scale.of(outcome, "share").factor).round(3).rename("half the 95 % interval").to_frame())
gain = row["variance_ratio"]
display(
    Markdown(
        f"Comparing the same people twice made the variance **{gain:,.0f} times** smaller than comparing strangers."
    )
)

# %% [markdown]
# More replicates take chance out of the interval. They do **not** make behaviour better known, nor the model truer. The
# interval does not hold that the size of the policy is assumed, or that the model may leave out something that matters.

# %%
display(Markdown(f"The intervals of this page hold {holds(effects)}."))

# %% [markdown]
# ## Who loses
#
# The model can lay the two lives of every person who was there in 2025 side by side. A person *stands worse* if
# the position held is worth less in the policy life, by the person's own preferences. Groups are by what people
# were in 2025, before the policy began.

# %%
lost = effects[(effects["horizon"] == ten) & effects["outcome"].isin(["winners", "losers"])]
lost = lost.assign(percent=(100 * lost["effect"]).round(2))
table = lost.pivot_table(index="group", columns="outcome", values="percent")[["winners", "losers"]]
table.columns = [f"{title_of(name)}, %" for name in table.columns]
display(table.sort_values(table.columns[1], ascending=False).head(12))

# %% [markdown]
# People lose in groups that the policy is meant for, too. Part of this is simply competition:
# when one person takes another post, the post left behind goes to somebody else, and so on down the line.

# %% [markdown]
# ## What this page cannot say
#
# - It is a comparison, not a forecast. A level in 2045 is not a prediction.
# - It does not know how strongly universities would really apply the rule.
# - It does not know whether the people hired would be better researchers in a way the model leaves out.
# - One effect in twenty that is nothing will look like something, by chance alone.
#
# The same answer in plain sentences, as the command `brain-circulation` writes it:

# %%
display(Markdown(answer.summary.replace("\n#", "\n###").replace("# compare", "### compare", 1)))
