#!/usr/bin/env bash
# Makes a venv, installs the pinned requirements, and plans the demo municipality into out/.
set -euo pipefail
cd "$(dirname "$0")"
rm -f .venv/bin/hemrunda # what is installed may be older than this folder
exec ./hemrunda.sh demo "$@"
