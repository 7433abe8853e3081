#!/usr/bin/env bash
# Puts Hemrunda among this user's programs; nothing outside the home folder is written.
set -euo pipefail
here="$(cd "$(dirname "$0")/../.." && pwd)"
command="$(command -v hemrunda || true)"
[ -n "$command" ] || command="$here/hemrunda.sh"
target="${XDG_DATA_HOME:-$HOME/.local/share}/applications"
mkdir -p "$target"
# The path is quoted as the standard asks: a folder with spaces is one word.
sed "s|@HEMRUNDA@|\"$command\"|" "$(dirname "$0")/hemrunda.desktop" > "$target/hemrunda.desktop"
echo "Hemrunda finns bland programmen: $target/hemrunda.desktop"
