#!/usr/bin/env bash
# Makes a venv, installs the pinned requirements with the test extra, and runs every test.
# With --cut-off first, the tests run in a network namespace of their own (Linux).
set -euo pipefail
cd "$(dirname "$0")"
cut_off=()
if [ "${1:-}" = "--cut-off" ]; then
  cut_off=(./cut-off.sh)
  shift
fi
python3 -m venv .venv-test
.venv-test/bin/python -m pip install -q --require-hashes -r requirements-test.txt
.venv-test/bin/python -m pip install -q --no-deps --no-build-isolation --editable .
"${cut_off[@]}" .venv-test/bin/python -m pytest -n 2 "$@"
