#!/usr/bin/env python3
"""Presses leaves of many kinds, reads them, and says how well by kind.

    python3 tests/bench/varied_leaves.py --bin build/release/bin --out OUT [--pages 150] [--seed 1] [--extra NAME]

Number k of a seed is the same leaf everywhere (same fonts). --extra: what stands on every leaf beside its columns:
plain, drawing, glosses, head notes, horizontal text, or horizontal text beside (columns), which is on none otherwise. The text of the columns counts, horizontal
lines among them; centre strips and notes in the margin do not. Errors are edit distances.
"""
import argparse
import json
import random
import subprocess
from collections import defaultdict
from pathlib import Path

BAND = "增廣唐詩合解卷之二"
ASIDE = ("centre_strip", "marginalia")


def kind_of(number, seed, wanted):
    """What one leaf is like: arguments of shiqu-press, and the names of its kinds."""
    rng = random.Random(f"{seed}/{number}")
    args = ["--seed", str(rng.randrange(1, 2**31)), "--format", "png", "--pages", "1"]
    kinds = []

    def choose(name, values):
        value = str(rng.choice(values))
        args.extend([f"--{name}", value])
        return value

    kinds.append(choose("ageing", ["none", "light", "light", "strong"]) + " ageing")
    choose("style", ["ming", "kai", "mixed"])
    columns = int(choose("columns", range(7, 13)))
    choose("rows", [16, 18, 20, 21, 22, 24])
    kinds.append("with notes" if choose("notes", [0, 0.2, 0.5, 0.9]) != "0" else "without notes")
    full = rng.random() < 0.3
    without_rules = rng.random() < 0.35
    kinds.append("without rules" if without_rules else "with rules")
    if without_rules:
        args.append("--no-rules")
    extra = rng.choice(["plain"] * 5 + ["drawing", "glosses", "head notes", "horizontal text"])
    extra = wanted or extra
    kinds.append(extra)
    if full and not extra.startswith("horizontal text"):  # it would run across the centre strip
        args.extend(["--leaf", "full", "--width", "2400"])
    if extra == "horizontal text":
        args.extend(["--band", BAND[:columns], "--band-row", str(rng.choice([0, 6]))])
    elif extra == "horizontal text beside":
        taken = rng.choice(range(4, columns - 1))
        args.extend(["--band", f"{BAND[:taken]}\n{BAND[9 - taken:]}", "--band-row", str(rng.choice([0, 6])),
                     "--band-columns", str(taken)])
    elif extra != "plain":
        args.extend({"drawing": ["--figure"], "glosses": ["--glosses", "4"],
                     "head notes": ["--head-notes", "4"]}[extra])
    return args, kinds


def errors(truth, read):
    """Substituted, left out, surplus characters of a shortest alignment."""
    row = [(j, 0, 0, j) for j in range(len(read) + 1)]
    for i, wanted in enumerate(truth):
        above, row = row, [(i + 1, 0, i + 1, 0)]
        for j, seen in enumerate(read):
            wrong = int(wanted != seen)
            total, changed, missing, surplus = above[j]
            best = (total + wrong, changed + wrong, missing, surplus)
            total, changed, missing, surplus = above[j + 1]
            best = min(best, (total + 1, changed, missing + 1, surplus))
            total, changed, missing, surplus = row[j]
            row.append(min(best, (total + 1, changed, missing, surplus + 1)))
    return row[-1][1:]


def text_of(page):
    return "".join(line["text"] for line in page["lines"] if line["kind"] not in ASIDE)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--extra", default="")
    options = parser.parse_args()
    pages = options.out / "pages"
    kinds_of = {}
    for number in range(options.pages):
        args, kinds = kind_of(number, options.seed, options.extra)
        folder = options.out / "pressed" / f"{number:04d}"
        pressed = subprocess.run([options.bin / "shiqu-press", "--out", folder, *args],
                                 capture_output=True, text=True)
        if pressed.returncode != 0:  # glosses and head notes ask for room that a small page lacks
            print(f"{number:04d}: {pressed.stderr.strip().splitlines()[-1]}")
            continue
        pages.mkdir(exist_ok=True)
        (folder / "page-0001.png").rename(pages / f"{number:04d}.png")
        kinds_of[f"{number:04d}"] = kinds
    read = options.out / "read"
    subprocess.run([options.bin / "shiqu", "ocr", "read", "--json", "--out", read,
                    *sorted(pages.glob("*.png"))], check=True, capture_output=True)
    sums = defaultdict(lambda: [0, 0, 0, 0, 0])
    worst = []
    for name, kinds in kinds_of.items():
        truth = text_of(json.loads((options.out / "pressed" / name / "page-0001.json").read_text()))
        found = errors(truth, text_of(json.loads((read / f"{name}.json").read_text())))
        worst.append((sum(found) / max(1, len(truth)), name, found, len(truth), kinds))
        for kind in ["all", *kinds]:
            sums[kind] = [a + b for a, b in zip(sums[kind], [1, len(truth), *found])]
    print(f"{'kind':18}{'leaves':>7}{'characters':>11}{'wrong':>7}{'left out':>9}{'surplus':>8}{'':3}%")
    for kind, (leaves, length, *found) in sorted(sums.items(), key=lambda one: (one[0] != "all", one[0])):
        rate = 100 * sum(found) / max(1, length)
        print(f"{kind:18}{leaves:7}{length:11}{found[0]:7}{found[1]:9}{found[2]:8}{rate:7.1f}")
    print("worst:")
    for rate, name, found, length, kinds in sorted(worst, reverse=True)[:10]:
        print(f"  {name} {100 * rate:5.1f} % of {length}: {found[0]} wrong, {found[1]} left out, "
              f"{found[2]} surplus; {', '.join(kinds)}")


if __name__ == "__main__":
    main()
