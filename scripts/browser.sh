#!/usr/bin/env bash
# Installs what the browser tests need where it is absent: Debian's chromium, and strace for the proof of no foreign
# connection. The tests skip with a reason where this cannot be done.
set -euo pipefail
missing=()
for tool in chromium strace; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ ${#missing[@]} = 0 ] && exit 0
[ "$(id -u)" = 0 ] || { echo "install ${missing[*]} for the browser tests: sudo apt-get install ${missing[*]}" >&2; exit 0; }
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-liberation >/dev/null
