"""Staff dealt to teams, and who is qualified for whom."""
