#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# merge_archives.sh AR OUTPUT INPUT...: makes one static library of those among the inputs.
set -eu

root=$PWD
ar=$1
output=$2
shift 2
case $ar in
  *libtool*) ar=/usr/bin/ar ;; # on macOS
  /*) ;;
  */*) ar=$root/$ar ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A folder for each library: they may have objects of the same name.
for input; do
  case $input in *.a) ;; *) continue ;; esac
  folder=$work/$(printf '%s' "$input" | tr / _)
  mkdir "$folder"
  (cd "$folder" && "$ar" x "$root/$input")
done

# Not `r`, which would replace an object by its namesake.
"$ar" qc "$root/$output" "$work"/*/*.o
"$ar" s "$root/$output"
