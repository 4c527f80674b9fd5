"""What a policy can move: levers, and how policies compose them."""
