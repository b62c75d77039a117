#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# packages.sh AMALGAMATE WHEEL SDIST: packs descry for Python's package index, in a copy of what it
# is made of, which lies around the script AMALGAMATE.
set -eu

root=$(dirname "$(dirname "$(realpath "$1")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -c 'import setuptools, wheel' 2>/dev/null || {
  echo "$0: python3 needs setuptools and wheel: apt install python3-setuptools python3-wheel, or pip" >&2
  exit 1
}
cp -RL "$root/src" "$root/include" "$root/LICENSE" "$work"
(cd "$work/src/python" && python3 setup.py -q bdist_wheel sdist)
cp "$work/src/python/dist/$(basename "$2")" "$2"
cp "$work/src/python/dist/$(basename "$3")" "$3"
