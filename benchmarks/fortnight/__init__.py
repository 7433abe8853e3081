"""Made-up fortnights for anybody to plan, with a validator, bounds and our best plans."""
