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
from experiments.report import answer_figures
from experiments.report.language import Words
from experiments.request.policies import load
from sim.instruments.change import in_words

pd.options.display.max_colwidth = None  # show every word

# %% tags=["parameters"]
policy = "overseas_weight"  # a file of configs/policy
scale = 0.05  # one simulated person stands for twenty
replicates = 50  # how often the comparison is repeated: forty sets of behaviour, ten of them with a second seed
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
answer = compare(policy, scale=scale, replicates=replicates, until=until, workers=workers, progress=False)
effects, words = answer.effects, Words()
window = answer.whatif.window  # the one that is read first
made_from = f"Japan, to {until}, scale 1:{1 / scale:g}, {replicates} paired replicates, seed 1"

# %% [markdown]
# ## The answer as a table
#
# Policy minus baseline, as means over windows of years. In brackets stands the middle 95 % of the sets of behaviour.
# ▲ and ▼: nearly all sets agree on the direction; △ and ▽: four in five; ?: open; ≈: too small to matter. Shares are in
# percentage points.

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
    "cost",
]
display(effect_table(effects, rows))

# %% [markdown]
# Look at the three rows of hires. The policy reorders the queue for posts; it does not make posts. More hires of
# people who were abroad come with fewer hires of people who were not. The total can move a little later on, since
# whoever changes posts leaves one free.

# %% [markdown]
# ## The answer as pictures
#
# First the numbers that matter most for this policy, chosen by rule. A dot left of the grey line is a decrease, right
# of it an increase. Grey diamonds: the sets do not agree on the direction, or the effect is too small to matter.

# %%
note = "Policy minus baseline, the same people in both; lines: the middle 95 % of the parameter sets."
display(picture(answer_figures.effects, answer.whatif, words, note=note, made_from=made_from))

# %% [markdown]
# Then the way there. Hiring rules change who gets a post at once, but the people who already hold posts stay for
# decades: shares of all faculty move slowly.

# %%
finding = answer.whatif.findings[0]
display(picture(answer_figures.paths, answer.paths, finding, words, note=note, made_from=made_from))

# %% [markdown]
# ## What the range means
#
# Each replicate repeats the whole comparison, with another seed or with another set of behavioural numbers. Here is the
# effect on the share of faculty with a year abroad, in percentage points, of the first sets. A row is a set, a column a
# seed:

# %%
outcome = "overseas_experience_share"
at = answer.outcomes[(answer.outcomes["outcome"] == outcome) & (answer.outcomes["group"] == "all")]
row = effects[(effects["outcome"] == outcome) & (effects["group"] == "all") & (effects["window"] == window)].iloc[0]
inside = at[at["year"].between(row["first"], row["last"])]
means = inside.pivot_table(index=["member", "replicate"], columns="policy", values="value")
difference = (means[policy] - means["baseline"]).mul(100).rename("effect").reset_index()
difference["seed"] = difference.groupby("member", sort=False).cumcount() + 1
by_set = difference.pivot_table(index="member", columns="seed", values="effect", sort=False)
display(by_set.head(10).round(2))

# %% [markdown]
# Numbers of one row differ by chance alone. Rows differ by behaviour, too. The mean over the sets is the effect in the
# table, and the middle 95 % of them its range. The second seeds tell how much of that spread is chance:

# %%
display(
    Markdown(
        f"The range runs from {100 * row['low']:.2f} to {100 * row['high']:.2f} points. Chance alone would leave "
        f"±{100 * row['chance']:.2f} points of the mean and makes up {row['chance_share']:.0%} of the spread."
    )
)

# %% [markdown]
# More replicates take chance out of the range. They do **not** make behaviour better known, nor the model truer. The
# range does not hold that the size of the policy is assumed, or that the model may leave out something that matters.

# %% [markdown]
# ## Who loses
#
# The model can lay the two lives of every person who was there in 2025 side by side. A person *stands worse* if
# the position held is worth less in the policy life, by the person's own preferences. Groups are by what people
# were in 2025, before the policy began.

# %%
lost = effects[(effects["window"] == window) & effects["outcome"].isin(["gaining", "losing"])]
table = lost.pivot_table(index="group", columns="outcome", values="effect")[["gaining", "losing"]].round().astype(int)
table.columns = [words.outcome(str(name)) for name in table.columns]
display(table.sort_values(table.columns[1], ascending=False).head(16))

# %% [markdown]
# People lose in groups that the policy is meant for, too. Part of this is simply competition:
# when one person takes another post, the post left behind goes to somebody else, and so on down the line.

# %% [markdown]
# ## What this page cannot say
#
# - It is a comparison, not a forecast. A level in 2045 is not a prediction.
# - It does not know how strongly universities would really apply the rule.
# - It does not know whether the people hired would be better researchers in a way the model leaves out.
# - It does not know whether its form is right: see what it reproduces, and what not, in docs/limits.md.
#
# The same answer in plain sentences, as the command `brain-circulation` writes it:

# %%
display(Markdown(answer.summary.replace("\n#", "\n###").replace("# compare", "### compare", 1)))
