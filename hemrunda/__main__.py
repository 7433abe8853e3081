"""``python -m hemrunda``."""

from hemrunda.cli import main

main()
