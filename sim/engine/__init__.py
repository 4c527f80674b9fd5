"""What runs the rules: the compiler, keyed draws, arithmetic, arrays and matching. It knows no rule."""
