#!/usr/bin/env bash
# Makes a venv of the pinned packages with the newest Numba instead, and runs there what is compiled:
# as it ships, then without each of the two things that lean on Numba's insides (data/kernels_tables.py).
# Wants uv on the PATH. What follows goes to pytest instead: ./run-newest.sh tests (every test)
set -euo pipefail
cd "$(dirname "$0")"
uv venv -q --clear --python 3.11 .venv-newest
python=.venv-newest/bin/python
uv pip install -q --python $python --require-hashes -r requirements-test.txt
uv pip install -q --python $python --upgrade --only-binary :all: numba
uv pip install -q --python $python --no-deps --no-build-isolation --editable .
$python -c 'import llvmlite, numba; print("Numba", numba.__version__, "llvmlite", llvmlite.__version__)'
[ $# -gt 0 ] || set -- tests/rooms_data tests/rooms_partition tests/rooms_routing
for switch in HEMRUNDA_SHIPS=yes HEMRUNDA_TABLES=by_value HEMRUNDA_LINKING=each; do
  echo "$switch"
  env "$switch" HEMRUNDA_CACHE_DIR="$PWD/.venv-newest/kernels/$switch" $python -m pytest -n 2 "$@"
done
