"""Names of outcomes that the analysis reads first; nothing large is imported for them."""

COST = "cost"
"""Public money a year."""
RETURNS = "returns"
"""What every answer shows first."""
GAINING, LOSING = "gaining", "losing"
"""People who stand better, and worse, than they would."""

HEADLINE = ("departures", "returns", "overseas_experience_share")
"""Outcomes whose variance ratios a manifest holds."""

FOLLOWED = ("returns", "departures", "stock_abroad", "doctoral_entrants", "overseas_experience_share", "cost")
"""Outcomes whose effects are kept and drawn year by year."""

BILLION = 1e9
"""Of the currency: the unit of budgets, and of what an outcome is divided by."""
