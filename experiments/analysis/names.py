"""Names of outcomes that the analysis makes or reads first; nothing large is imported for them."""

COST_A_YEAR = "cost_a_year"
"""Total public cost from the fork to a year, per year."""

HEADLINE = ("departures", "returns", "overseas_experience_share")
"""Outcomes whose variance ratios a manifest holds."""
