"""Programs that others wrote, driving the model: sensitivity analysis, exploratory modelling, a page to watch."""
