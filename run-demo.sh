#!/usr/bin/env bash
# Makes a venv, installs the pinned requirements, and plans the demo municipality into out/.
set -euo pipefail
cd "$(dirname "$0")"
python3 -m venv .venv
.venv/bin/python -m pip install -q --require-hashes -r requirements.txt
.venv/bin/python -m pip install -q --no-deps --no-build-isolation .
.venv/bin/hemrunda demo "$@"
