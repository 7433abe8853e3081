#!/usr/bin/env bash
# Makes a venv, installs the pinned requirements with the test extra, and runs every test.
set -euo pipefail
cd "$(dirname "$0")"
python3 -m venv .venv-test
.venv-test/bin/python -m pip install -q --require-hashes -r requirements-test.txt
.venv-test/bin/python -m pip install -q --no-deps --no-build-isolation --editable .
.venv-test/bin/python -m pytest -n 2 "$@"
