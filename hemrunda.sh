#!/usr/bin/env bash
# Hemrunda out of this folder's own environment, which ./run-demo.sh makes.
here="$(cd "$(dirname "$0")" && pwd)"
if [ ! -x "$here/.venv/bin/hemrunda" ]; then
  echo "Kör ./run-demo.sh en gång först." >&2
  exit 2
fi
exec "$here/.venv/bin/hemrunda" "$@"
