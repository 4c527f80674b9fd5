# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # One researcher's two lives
#
# *What does an effect look like in a single life?*
#
# Averages hide people. This page runs one small world twice, finds somebody whose life takes another course under
# the policy, and tells both lives side by side.

# %%
import pandas as pd
from IPython.display import Markdown, display

from experiments.analysis import life_courses
from experiments.notebooks.showing import picture
from experiments.request.comparison import arm
from sim import BrainCirculation
from sim.measures.parting import parting

pd.options.display.max_colwidth = None  # show every word

# %% tags=["parameters"]
policy = "package"  # a file of configs/policy
scale = 0.02  # one simulated person stands for fifty
until = 2045  # last year
seed = 1  # another number is another world

# %%
past = BrainCirculation(seed=seed, scale=scale, chronicle=True).run_through(2025)
chosen = arm([policy])
lives = {"Baseline": past.fork(), "With the policy": past.fork(chosen.policies)}
courses = life_courses.sequences(lives, until)
changed = life_courses.changed(courses)
everyone = courses["identity"].nunique()
display(Markdown(f"**{chosen.title}**, from 2026 on, and the same world without it."))

# %% [markdown]
# ## How many change course?
#
# A person changes course if in any year the two lives differ in what the person does: studying, a postdoc, a
# post, industry, abroad, no post, out of research.

# %%
there = changed[changed["start"] != "not a researcher yet"]
share = 100 * len(changed) / everyone
text = f"{len(changed):,} of {everyone:,} simulated people change course by {until} ({share:.1f} %)."
display(Markdown(f"{text} {len(there):,} of them were there in 2025, the others entered later or would have."))

# %% [markdown]
# Some of them are people whom the policy speaks of: a stipend, a fellowship, years abroad that count. Others it never
# mentions: when one person takes a post, the next best does not, looks elsewhere, and leaves another post free.

# %% [markdown]
# ## Somebody
#
# We look among those who were in the model in 2025, part within ten years, and spend time abroad in one life only,
# and take the one with the most turns in both lives. That is a striking case and not a typical one: the picture at
# the end shows how others fare.

# %%
abroad = courses[courses["state"] == "abroad"].groupby(["identity", "life"])["year"].count().unstack(fill_value=0)
abroad = abroad.reindex(columns=list(lives), fill_value=0)
one_sided = abroad.index[(abroad == 0).any(axis=1) & (abroad > 0).any(axis=1)]
candidates = there[there.index.isin(one_sided) & (there["parted"] <= 2035)]
candidates = candidates if len(candidates) else changed


def turns(identity: int) -> tuple[int, int]:
    """How much happens to a person after 2025, in the quieter of the two lives and in both."""
    events = [sum(int(line[:4]) > 2025 for line in model.chronicle.of(identity)) for model in lives.values()]
    return min(events), sum(events)


identity = max(candidates.index.tolist(), key=turns)
parted = int(changed.loc[identity, "parted"])
known = identity in past.people.identity
in_2025 = repr(past.researchers.person(identity)) if known else f"Researcher {identity}: not in the model yet"
display(Markdown(f"At the end of 2025: {in_2025}."))

# %% [markdown]
# The life until then, the same in both worlds:

# %%
display(Markdown("\n".join(f"- {line}" for line in past.chronicle.of(identity)) or "- nothing yet"))

# %% [markdown]
# And from 2026 on, side by side. A year without an entry went on as before.

# %%
told = {}
for life, model in lives.items():
    lines = [line.partition(": ") for line in model.chronicle.of(identity)]
    events = pd.DataFrame([(int(year), said) for year, _, said in lines if int(year) > 2025], columns=["year", "said"])
    told[life] = events.groupby("year")["said"].agg("; ".join)
display(pd.DataFrame(told).fillna("").rename_axis("year"))

# %% [markdown]
# In words:


# %%
def course(life: str) -> str:
    """A life as states and the years they last, from the year it parts from the other."""
    states = courses[(courses["life"] == life) & (courses["identity"] == identity) & (courses["year"] >= parted)]
    stretch = (states["state"] != states["state"].shift()).cumsum()
    spans = states.groupby(stretch).agg(state=("state", "first"), first=("year", "first"), last=("year", "last"))
    return ", then ".join(
        f"{state} ({first})" if first == last else f"{state} ({first} to {last})"
        for state, first, last in spans.itertuples(index=False)
    )


display(
    Markdown(
        "\n".join([f"The two lives part in **{parted}**.", "", *(f"- **{life}**: {course(life)}." for life in lives)])
    )
)

# %% [markdown]
# ## Where they part, and why
#
# What a person does is the end of a chain. The lives part in the first decision that differs: before the market, in
# who looks around, in an offer that only one life holds, in the choice among the same offers, or in what came of it.
# Draws are the same in both worlds before and after it, so it is no matter of luck.

# %%
with_policy, baseline = lives["With the policy"], lives["Baseline"]
points = parting(with_policy, baseline).set_index("identity")
point = points.loc[identity]
only = {"With the policy": point["mine"], "Baseline": point["theirs"]}
said = [f"The two lives first differ in **{point['year']}**, in this decision: **{point['decision']}**.", ""]
display(Markdown("\n".join([*said, *(f"- Only {life}: {what or 'nothing'}." for life, what in only.items())])))

# %% [markdown]
# What the person could choose from that year in either world. *Worth* is in log annual income: what a year there is
# worth and what it leads to, and the person's taste for it. The highest is chosen, and the last column says which term
# made the choice.

# %%
for life, model in lives.items():
    offers = model.chronicle.offers_of(identity, int(point["year"]))
    display(Markdown(f"**{life}**, {point['year']}" + ("" if len(offers) else ": did not look around")))
    if len(offers):
        display(offers.sort_values("worth", ascending=False)[["option", "region", "detail", "worth", "chosen", "why"]])

# %% [markdown]
# And everybody else: in which decision lives first differ, of all whose lives do. More lives part than change course:
# an offer that is not taken changes nothing that a person does.

# %%
decisions = points["decision"].value_counts().rename_axis("first difference").rename("persons").to_frame()
display(decisions.assign(share=(decisions["persons"] / len(points)).map("{:.0%}".format)))

# %% [markdown]
# ## Everybody who changed course
#
# A row is a person, on the same height left and right; a column is a year; a black mark stands where the two
# lives part. People are in order of what they were in 2025; those who were not there yet come last.

# %%
made_from = f"Japan, 2025 to {until}, scale 1:{1 / scale:g}, one world, seed {seed}"
note = (
    "What the same people do year by year without and with the policy; of many who changed course, every n-th in order."
)
display(picture(life_courses.draw, courses, note=note, made_from=made_from))

# %% [markdown]
# ## What this page cannot say
#
# - Nobody here is real. A person is a bundle of numbers drawn to fit the statistics.
# - It is one world with one seed. With another seed other people change course. Only averages over many
#   worlds, as in the first notebook, are effects of the policy.
# - That a life parts in a year says that something differed, not that the policy was meant for this person.
# - Two lives are compared by what the person does, not by whether the person is better off.
