"""The rules of the model: scalar functions, one file a subject, that loops, agents, notebooks and tests all call."""
