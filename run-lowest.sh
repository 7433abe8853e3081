#!/usr/bin/env bash
# Makes a venv of the oldest releases that pyproject.toml allows, and runs the tests there.
# Wants uv on the PATH. What follows goes to pytest: ./run-lowest.sh tests/front
set -euo pipefail
cd "$(dirname "$0")"
uv venv -q --clear --python 3.11 .venv-lowest
python=.venv-lowest/bin/python
uv pip install -q --python $python --resolution lowest-direct --only-binary :all: \
  -r pyproject.toml --extra test
uv pip install -q --python $python "setuptools>=77"
uv pip install -q --python $python --no-deps --no-build-isolation --editable .
HEMRUNDA_CACHE_DIR="$PWD/.venv-lowest/kernels" $python -m pytest -n 2 "$@"
