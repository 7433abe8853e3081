"""Start Hemrunda as the command ``hemrunda`` does."""

import sys

from hemrunda.cli import main

if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.argv.append("studio")
    main()
