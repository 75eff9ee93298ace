#!/usr/bin/env python3
"""Prove that palette.json keeps WCAG 2.2 AA: 4.5 for text, 3 for edges of controls and the focus ring (1.4.3, 1.4.11)."""
import json
import pathlib
import sys

TEXT, EDGE = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
PAIRS = (
    [(ink, ground, TEXT) for ink in ("ink", "ink_soft", "primary", "confirmed", "provisional", "pending", "void") for ground in GROUNDS]
    + [(state, f"{state}_wash", TEXT) for state in ("primary", "confirmed", "provisional", "pending", "void")]
    + [("ink", f"{state}_wash", TEXT) for state in ("primary", "confirmed", "provisional", "pending", "void")]
    + [("on_primary", ground, TEXT) for ground in ("primary", "primary_strong")]
    + [(edge, ground, EDGE) for edge in ("line_strong", "focus") for ground in GROUNDS]
)


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, WCAG 2.2."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ratios() -> list[tuple[str, str, str, float, float]]:
    """Theme, front, back, ratio and the least that it needs, for every pair."""
    palette = json.loads((pathlib.Path(__file__).parent / "palette.json").read_text("utf-8"))
    return [(theme, front, back, contrast(colours[front], colours[back]), floor) for theme, colours in palette.items() for front, back, floor in PAIRS]


def main() -> int:
    """Print the weak pairs, or all with -v; fail when one is too weak."""
    found = ratios()
    weak = [pair for pair in found if pair[3] < pair[4]]
    for theme, front, back, ratio, floor in found if "-v" in sys.argv else weak:
        print(f"{'ok  ' if ratio >= floor else 'WEAK'} {theme:5} {front:14} on {back:16} {ratio:5.2f} (needs {floor})")
    print(f"{len(found) - len(weak)} passed, {len(weak)} failed")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
