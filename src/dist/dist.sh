#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# dist.sh OUTPUT VERSION FILE...: makes a tar of the archive, its headers and what finds them.
set -eu

output=$1
version=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/descry-$version

# put FILE PATH: as PATH below the root, with the version filled in where it is asked for.
put() {
  mkdir -p "$(dirname "$root/$2")"
  case $1 in
    *.pc | *.cmake) sed "s/@VERSION@/$version/" "$1" >"$root/$2" ;;
    *) cp -L "$1" "$root/$2" ;;
  esac
  chmod 644 "$root/$2"
}

for file; do
  case $file in
    */include/descry/*) put "$file" "include/descry/${file##*/include/descry/}" ;;
    *.a) put "$file" lib/libdescry.a ;;
    *.pc) put "$file" lib/pkgconfig/descry.pc ;;
    *.cmake) put "$file" "lib/cmake/descry/$(basename "$file")" ;;
    *) put "$file" "$(basename "$file")" ;;
  esac
done
tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - "descry-$version" |
  gzip -n >"$output"
