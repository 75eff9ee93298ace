#!/usr/bin/env bash
# Draw the PNG icons from the SVGs (needs rsvg-convert, Debian package librsvg2-bin).
set -euo pipefail
cd "$(dirname "$0")"
for size in 192 512; do
  rsvg-convert -w "$size" icon.svg -o "icon-$size.png"
  rsvg-convert -w "$size" icon-maskable.svg -o "icon-maskable-$size.png"
done
rsvg-convert -w 512 icon-monochrome.svg -o icon-monochrome-512.png
rsvg-convert -w 180 icon-maskable.svg -o apple-touch-icon.png
rsvg-convert -w 32 favicon.svg -o favicon-32.png
