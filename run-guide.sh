#!/usr/bin/env bash
# Plays the guide (docs/sv/start.md) as a stranger does: the wheel in a venv of its own, a new folder,
# an own workbook. The tests' venv (./run-tests.sh makes it) types the commands and opens the map.
set -euo pipefail
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install -q --require-hashes -r requirements.txt
"$folder/venv/bin/python" -m pip install -q --no-deps --no-build-isolation .
HEMRUNDA_COMMAND="$folder/venv/bin/hemrunda" HEMRUNDA_CACHE_DIR="$folder/kernels" \
  .venv-test/bin/python -m pytest tests/front/test_front_guide.py --durations=3 "$@"
