"""What a planner does by hand with one visit, and what the rules and the clock say of it."""
