#!/usr/bin/env bash
# Hemrunda out of this folder's own environment, which is made of what is pinned the first time.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
if [ ! -x "$here/.venv/bin/hemrunda" ]; then
  echo "Första gången: paketen installeras i den här mappen." >&2
  (
    cd "$here"
    python3 -m venv .venv
    .venv/bin/python -m pip install -q --require-hashes -r requirements.txt
    .venv/bin/python -m pip install -q --no-deps --no-build-isolation .
  ) >&2
fi
exec "$here/.venv/bin/hemrunda" "$@"
