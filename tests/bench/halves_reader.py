#!/usr/bin/env python3
"""Chooses head, search, second look, confidence and votes of the reader on one half of the real pages.

    python3 tests/bench/halves_reader.py --shared SHARED --bin build/release/bin --out OUT \\
        --trained HEAD900 HEAD1800

Pages 1, 3, 5 … of each set (odd) choose, the others are only reported. --trained: heads as `shiqu-train
run` wrote them, after different numbers of steps; each is tried as it is and mixed with the network it
started from. Errors are strict / folded. "best" is what the odd pages have fewest errors with; differences
of a few errors are chance (tests/bench/halves.py tells how much of one). "Crossed": each half is read with
what the other one would choose of all that was tried, so that no page had a say in its own reading.
"""
import argparse
import json
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from halves import SETS

SHARES = (0.25, 0.375, 0.5, 0.625, 0.75)
SEARCHES = tuple(dict(zip(("lambda", "omission", "fresh"), one)) for one in (
    (0.45, 2, 0.5), (0.45, 3, 0.5), (0.45, 4, 0.5), (0.55, 2, 0.5), (0.55, 3, 0.5), (0.55, 4, 0.5),
    (0.65, 3, 0.5), (0.55, 3, 0.05), (0.55, 3, 0.2), (0.55, 3, 0.8)))
LOOKS = tuple(dict(zip(("weight", "sure", "least", "new"), one)) for one in (
    (0, 0.95, -8, 0.001), (0.3, 0.95, -8, 0.001), (0.4, 0.95, -8, 0.001), (0.5, 0.95, -8, 0.001),
    (0.6, 0.95, -8, 0.001), (0.8, 0.95, -8, 0.001), (0.5, 0.8, -8, 0.001), (0.5, 0.9, -8, 0.001),
    (0.5, 0.99, -8, 0.001), (0.5, 0.95, -5, 0.001), (0.5, 0.95, -12, 0.001), (0.5, 0.95, -8, 0.0001),
    (0.5, 0.95, -8, 0.01)))
SUREST = (0.955, 0.965, 0.975, 0.98, 0.985, 0.99, 0.995, 1.0)
SUREST_IN_USE = 0.985
DOUBTFUL = 0.95


class Errors(NamedTuple):
    strict: int
    folded: int
    characters: int

    def both(self):
        return self.strict + self.folded

    def __str__(self):
        shares = (100 * n / self.characters for n in (self.strict, self.folded))
        return "%.2f / %.2f %%" % tuple(shares) + f" ({self.strict} / {self.folded})"


class Bench:
    def __init__(self, args):
        self.args = args
        self.models = args.bin.parent / "share/shiqu/models"
        self.pages = args.shared / "data/pages"
        self.fold = args.shared / "tools/ocr-eval/fold"
        self.tried = []

    def run(self, program, *arguments):
        return subprocess.run([self.args.bin / program, *map(str, arguments)], check=True,
                              capture_output=True, text=True).stdout

    def columns(self, head, settings=None):
        """Errors on true columns by half; `settings`: numbers that are not those in use."""
        printed = self.run("score_columns", self.args.shared, self.args.out / "columns",
                           self.models / "ch_PP-OCRv4_rec_infer.onnx", head,
                           self.models / "classical-glyphs.safetensors", "-", self.models / "classical.language",
                           *(f"{name}={number}" for name, number in (settings or {}).items()))
        out = {}
        for half in ("odd", "even"):
            found = re.search(rf"^{half}\s.*\((\d+) / (\d+) of (\d+);", printed, re.M)
            out[half] = Errors(*map(int, found.groups()))
        self.tried.append(out)
        return out

    def names(self, folder):
        return sorted(p.stem for p in (self.pages / folder).iterdir() if p.suffix in (".png", ".jpg"))

    def read(self, name, *options):
        """Readings of all pages in OUT/NAME."""
        out = self.args.out / name
        if not out.exists():
            images = [p for s in SETS for p in sorted((self.pages / s).iterdir()) if p.suffix in (".png", ".jpg")]
            self.run("shiqu", "ocr", "read", "--json", *options, *images, "--out", out)
        return out


def report(title, tried):
    """`tried`: name and what Bench.columns gave. Prints all, marks the choice of the odd half."""
    best = min(tried, key=lambda one: one[1]["odd"].both())
    print(title)
    for name, rates in tried:
        mark = "  <- best" if name == best[0] else ""
        print(f"  {name:40} odd {str(rates['odd']):26} even {rates['even']}{mark}", flush=True)
    return best[0]


def named(settings):
    return " ".join(f"{name} {number:g}" for name, number in settings.items())


def cross(bench):
    """Each half read with what the other chooses of everything that was tried."""
    read = []
    for chooser, other in (("odd", "even"), ("even", "odd")):
        best = min(bench.tried, key=lambda rates: rates[chooser].both())
        read.append(best[other])
        print(f"Crossed: {chooser} chooses, {other} is read with {best[other]}")
    print("Crossed, all:", Errors(*map(sum, zip(*read))))


def choose_head(bench):
    start = bench.args.shared / "data/models/ppocrv4_rec_ext10k.onnx"
    keys = start.with_name("ppocrv4_rec_ext10k_keys.txt")
    heads = {}
    for trained in bench.args.trained:
        heads[trained.stem] = trained
        for share in (*SHARES, 1):
            name = f"{trained.stem}, {share:g} of its start" if share < 1 else "the start alone"
            if name not in heads:
                heads[name] = bench.args.out / f"{trained.stem}-{share:g}.safetensors"
                bench.run("shiqu-train", "mix", "--head", trained, "--start", start, "--start-keys", keys,
                          "--share", share, "--out", heads[name])
    best = report("Head (search and second look as in use):", [(n, bench.columns(f)) for n, f in heads.items()])
    return heads[best]


def choose_search(bench, head):
    report("Search (weight of the language, cost of an omission, chance of a fresh beginning):",
           [(named(s), bench.columns(head, s)) for s in SEARCHES])


def choose_look(bench, head):
    report("Second look (weight, probability from which there is none, least score, probability of what is new):",
           [(named(s), bench.columns(head, s)) for s in LOOKS])


def scaled(value, factor):
    """JSON with every confidence of a glyph times `factor`."""
    if isinstance(value, dict):
        return {k: v * factor if k == "c" else scaled(v, factor) for k, v in value.items()}
    return [scaled(v, factor) for v in value] if isinstance(value, list) else value


def half_folders(bench, half):
    """Folders with links to every second page of each set."""
    out = []
    for one in SETS:
        folder = bench.args.out / f"half{half}" / one
        folder.mkdir(parents=True, exist_ok=True)
        for name in bench.names(one)[half::2]:
            for file in (bench.pages / one).glob(f"{name}.*"):
                link = folder / file.name
                link.is_symlink() or link.symlink_to(file.resolve())
        out.append(folder)
    return out


def choose_surest(bench):
    print("Highest confidence (expected calibration error, strict and folded):")
    read = bench.read("read")
    tried = []
    for surest in SUREST:
        copy = bench.args.out / "scaled"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(read, copy)
        for file in copy.glob("*.json"):
            file.write_text(json.dumps(scaled(json.loads(file.read_text()), surest / SUREST_IN_USE)))
        errors = []
        for half in (0, 1):
            printed = bench.run("shiqu", "ocr", "evaluate", copy, *half_folders(bench, half), "--fold", bench.fold)
            found = re.search(r"calibration error.*?([\d.]+) % strict, ([\d.]+) % folded", printed)
            errors.append((float(found[1]), float(found[2])))
        tried.append((sum(errors[0]), surest, errors))
    for one in tried:
        mark = "  <- best" if one == min(tried) else ""
        print(f"  {one[1]:5}  odd %.2f / %.2f %%  even %.2f / %.2f %%{mark}" % (*one[2][0], *one[2][1]))


def truth_of(bench, folder, name):
    text = bench.pages / folder / f"{name}.gt.txt"
    if text.exists():
        whole = text.read_text()
    else:
        whole = "".join(c["gt"] for c in json.loads(text.with_name(f"{name}.json").read_text()))
    return [c for c in unicodedata.normalize("NFKC", whole) if unicodedata.category(c)[0] in "LN"]


def right_ones(read, truth):
    """For each character read: is it what the truth has there, on a shortest way from one to the other?"""
    rows = [list(range(len(truth) + 1))]
    for i, one in enumerate(read, 1):
        above, row = rows[-1], [i]
        for j, wanted in enumerate(truth, 1):
            row.append(min(above[j - 1] + (one != wanted), above[j] + 1, row[-1] + 1))
        rows.append(row)
    out, i, j = [False] * len(read), len(read), len(truth)
    while i and j:
        wrong = read[i - 1] != truth[j - 1]
        if rows[i][j] == rows[i - 1][j - 1] + wrong:
            i, j = i - 1, j - 1
            out[i] = not wrong
        elif rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return out


def glyphs_of(file):
    page = json.loads(file.read_text())
    return [g for line in page["lines"] if line["kind"] not in ("centre_strip", "marginalia") for g in line["glyphs"]]


def choose_votes(bench):
    """What the second reader says of doubtful characters, told from how it changes their odds. Where it
    has no character at all they stay as they are: too few of them to tell."""
    once, twice = bench.read("read"), bench.read("twice", "--profile", "classical-chinese-twice")
    counts = [Counter(), Counter()]
    for one in SETS:
        for place, name in enumerate(bench.names(one)):
            first, second = glyphs_of(once / f"{name}.json"), glyphs_of(twice / f"{name}.json")
            right = right_ones([g["t"] for g in first], truth_of(bench, one, name))
            for a, b, is_right in zip(first, second, right):
                ratio = b["c"] / (1 - b["c"]) / (a["c"] / (1 - a["c"]))
                if a["c"] < DOUBTFUL and abs(ratio - 1) > 1e-6:
                    counts[place % 2]["agrees" if ratio > 1 else "differs", is_right] += 1
    print("Second reader, of doubtful characters: read right, read wrong, ratio of the shares")
    for half, count in zip(("odd", "even"), counts):
        sums = [sum(n for key, n in count.items() if key[1] == is_right) for is_right in (True, False)]
        for said in ("agrees", "differs"):
            right, wrong = count[said, True], count[said, False]
            print(f"  {half:5} {said:8} {right:4} {wrong:4}  {right / sums[0] / max(wrong, 0.5) * sums[1]:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("shared", "bin", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--trained", type=Path, nargs="+", required=True)
    bench = Bench(parser.parse_args())
    bench.args.out.mkdir(parents=True, exist_ok=True)
    head = choose_head(bench)
    choose_search(bench, head)
    choose_look(bench, head)
    cross(bench)
    choose_surest(bench)
    choose_votes(bench)


if __name__ == "__main__":
    main()
