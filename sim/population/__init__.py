"""The people: columns, how one person reads, inborn traits, the founders and the chronicle."""
