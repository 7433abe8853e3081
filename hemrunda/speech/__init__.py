"""What the command line is called and how it speaks: its words, and Swedish or English."""
