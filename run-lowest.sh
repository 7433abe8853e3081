#!/usr/bin/env bash
# Makes a venv of the oldest releases that pyproject.toml allows, and runs there what leans on them:
# tables, maps, streets, Python, exports, clusters, the estimator and the whole chain.
# Wants uv on the PATH. What follows goes to pytest instead: ./run-lowest.sh tests (every test)
set -euo pipefail
cd "$(dirname "$0")"
uv venv -q --clear --python 3.11 .venv-lowest
python=.venv-lowest/bin/python
uv pip install -q --python $python --resolution lowest-direct --only-binary :all: \
  -r pyproject.toml --extra test
uv pip install -q --python $python "setuptools>=77"
uv pip install -q --python $python --no-deps --no-build-isolation --editable .
if [ $# -eq 0 ]; then
  # The notebooks show the pinned releases' plans: of contacts worth the same, another release of
  # scipy's solver takes others.
  set -- --deselect tests/front/test_front_api_docs.py::test_notebooks_run_and_show_what_is_kept_in_them \
    tests/house/test_house_faults.py tests/house/test_house_packaging.py \
    tests/front/test_front_library.py tests/front/test_front_interchange.py \
    tests/front/test_front_api_docs.py tests/front/test_front_systems.py \
    tests/rooms_partition/test_partition_estimator.py \
    tests/rooms_partition/test_partition_neighbours.py tests/rooms_routing/test_network_*.py \
    tests/rooms_routing/test_travel_osmnx.py tests/rooms_data tests/rooms_maps tests/scale \
    tests/browser/test_browser_maps.py tests/browser/test_browser_sealed.py
fi
HEMRUNDA_CACHE_DIR="$PWD/.venv-lowest/kernels" $python -m pytest -n 2 "$@"
