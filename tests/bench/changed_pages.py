#!/usr/bin/env python3
"""Reads the real pages after a change to all of them: turned, darker, smaller, on a table …

    python3 tests/bench/changed_pages.py --shared SHARED --bin build/release/bin --out OUT [--only PART]

Wants ImageMagick (Debian: imagemagick). OUT gets the changed pages, with links to their truth. Prints errors,
strict / folded, over all pages of the sets; "as given" stands first.
"""
import argparse
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from halves import SETS

EDGE = ["-virtual-pixel", "edge"]


def times(colour):
    return ["(", "+clone", "-fill", colour, "-colorize", "100", ")", "-compose", "multiply", "-composite"]


def falling_light(width, height):
    corners = f"0,0 white {width},0 white 0,{height} gray40 {width},{height} gray40"
    return ["(", "+clone", "-sparse-color", "Bilinear", corners, ")", "-compose", "multiply", "-composite"]


def keystone(width, height):
    near, far = 0.01, 0.02
    points = ((0, 0, near * width, 0), (width, 0, width * (1 - far), 0), (0, height, 0, height),
              (width, height, width, height * (1 - near)))
    return [*EDGE, "-distort", "Perspective", " ".join(",".join(f"{v:.1f}" for v in one) for one in points)]


def on_table(colour, degrees):
    return ["-bordercolor", colour, "-border", "6%x6%", "-background", colour, "-rotate", str(degrees)]


def waved(width, height):
    return [*EDGE, "-rotate", "90", "-background", "white", "-wave", f"{width / 200:.0f}x{height}", "-rotate", "-90"]


# Name, then ImageMagick's operators or what makes them from width and height; last, how it is written.
CHANGES = (
    ("as given", [], "png"),
    ("cropped 2 % on every side", ["-gravity", "center", "-crop", "96%x96%+0+0", "+repage"], "png"),
    ("140 % size", ["-resize", "140%"], "png"),
    ("70 %", ["-resize", "70%"], "png"),
    ("55 %", ["-resize", "55%"], "png"),
    ("turned 1°", [*EDGE, "-distort", "SRT", "1"], "png"),
    ("turned −1.5°", [*EDGE, "-distort", "SRT", "-1.5"], "png"),
    ("blurred σ 1.2", ["-gaussian-blur", "0x1.2"], "png"),
    ("strokes a pixel thicker", ["-morphology", "Erode", "Rectangle:2x2"], "png"),
    ("strokes a pixel thinner", ["-morphology", "Dilate", "Rectangle:2x2"], "png"),
    ("darkened to 0.7", ["-evaluate", "multiply", "0.7"], "png"),
    ("paler (levels 40 to 80 %)", ["+level", "40%,80%"], "png"),
    ("light falling off to 0.4", falling_light, "png"),
    ("brown tint", times("#d2b48c"), "png"),
    ("two levels", ["-colorspace", "gray", "-normalize", "-threshold", "50%"], "png"),
    ("noise and JPEG 60", ["-seed", "1", "-attenuate", "0.3", "+noise", "Gaussian", "-quality", "60"], "jpg"),
    ("JPEG 18", ["-quality", "18"], "jpg"),
    ("keystoned by 1 to 2 %", keystone, "png"),
    ("sheared by 1.5 and 2 %", [*EDGE, "-distort", "AffineProjection", "1,0.015,0.02,1,0,0"], "png"),
    ("waved by a hundredth of its width", waved, "png"),
    ("bulging (barrel 3 %)", [*EDGE, "-distort", "Barrel", "0 0 0.03"], "png"),
    ("black border of a twelfth", ["-bordercolor", "black", "-border", "8.33%x8.33%"], "png"),
    ("on a brown table, turned 2°", on_table("#5a3a20", 2), "png"),
    ("on a light brown one, −1.3°", on_table("#b08a60", -1.3), "png"),
    ("a dark strip on the left", ["-background", "#202020", "-gravity", "West", "-splice", "60x0"], "png"),
)


def size_of(image):
    printed = subprocess.run(["identify", "-format", "%w %h", image], check=True, capture_output=True, text=True)
    return map(int, printed.stdout.split())


def change(image, folder, operators, suffix):
    made = folder / f"{image.stem}.{suffix}"
    chosen = operators(*size_of(image)) if callable(operators) else operators
    subprocess.run(["convert", image, "-colorspace", "sRGB", *chosen, made], check=True)
    for truth in (image.with_name(f"{image.stem}.gt.txt"), image.with_suffix(".json")):
        if truth.exists():
            os.symlink(truth.resolve(), folder / truth.name)


def errors(args, number, operators, suffix):
    """Characters, strict and folded errors of all pages."""
    out = args.out / f"{number:02}"
    shutil.rmtree(out, ignore_errors=True)
    for one in SETS:
        (out / one).mkdir(parents=True)
        for image in sorted((args.shared / "data/pages" / one).iterdir()):
            if image.suffix in (".png", ".jpg"):
                change(image, out / one, operators, suffix)
    printed = subprocess.run(
        [args.bin / "score_pages", args.bin.parent / "share/shiqu/models", args.shared / "tools/ocr-eval/fold", "-",
         *(out / one for one in SETS)], check=True, capture_output=True, text=True).stdout
    shutil.rmtree(out)
    return [sum(column) for column in zip(*(map(int, line.split("\t")[2:5]) for line in printed.splitlines()))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("shared", "bin", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--only", default="", help="changes whose name has this in it")
    args = parser.parse_args()
    chosen = [(i, *one) for i, one in enumerate(CHANGES) if args.only in one[0]]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda one: errors(args, one[0], one[2], one[3]), chosen)
        for (_, name, _, _), (characters, strict, folded) in zip(chosen, done):
            print(f"{name:36} {100 * strict / characters:6.2f} / {100 * folded / characters:5.2f} %", flush=True)


if __name__ == "__main__":
    main()
