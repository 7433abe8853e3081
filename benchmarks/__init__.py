"""Speed and memory beside the peers, in one run, as ratios; not part of the installed program."""
