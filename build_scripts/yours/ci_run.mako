#!/usr/bin/env bash
# Everything that has to hold, on a fresh clone: environment, checks, freeze, all three targets.
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 build_scripts/test.py
