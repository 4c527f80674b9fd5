"""The yearly market: who looks, applies, is ranked, is offered what, chooses and moves."""
