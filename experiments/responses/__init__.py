"""The response card: standard shocks to simulated people, and what they do beside what was published.

shocks     what is changed: levers and numbers of the world, from the country's targets/shocks.csv
evidence   what was published: targets/responses.csv, written before any fit and never fitted to
measures   what is counted of a life in every year
lives      one parameter set and seed: a history, and from its end one life as it is and one under every shock
pooling    responses over parameter sets, with seeds put together
card       published ranges beside responses, with a verdict
study      `experiment=responses`
"""
