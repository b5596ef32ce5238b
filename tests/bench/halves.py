#!/usr/bin/env python3
"""Tries other thresholds of page analysis and search on one half of the real pages, reports the other.

    python3 tests/bench/halves.py --pages PAGES --fold FOLD --out OUT

Every number of page analysis and search that weighs or limits something is tried at other values, but for
whole numbers (counts, divisors) without a name and the turning of pages: in a copy of the tree it is looked
up when the program starts, and score_pages reads all pages with it. Pages 1,
3, 5 … of each set choose (the fewest errors, strict and folded together); the others are only reported. A
number is changed where the choosing half gains more than two standard errors (paired, by page); what would
come of taking every gain, one after the other, the greatest first, is told besides. The same is done with
the halves exchanged. OUT keeps every result, so that a run goes on where it was stopped.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SETS = ("siku_jmml", "zongmu", "kanripo_pages", "tripitaka")
FACTORS = (0.8, 1.25, 0.6, 1.6)
LONGEST_S = 120  # for all pages
SURE = 2
# Geometry, units and guards against nothing are no choice.
NO_CHOICE = re.compile(r"/ 2\.0|\+ 0\.5\b|\{0\.5|1\.5, y|std::max\(1\.0|127\.5|255\.0|- 0\.5 \+|1e-12F|1e-300"
                       r"|0\.299|kMostSure|0\.0F?[,)]")
NUMBER = re.compile(r"(?<![\w.])(\d+\.\d+|\d+e-\d+)(F?)(?![\w.])")
NAMED = re.compile(r"(constexpr (?:double|float) \w+ = )(\d+)(;)")
LOOKUP = """#pragma once
#include <cstdlib>
#include <map>
#include <sstream>
inline double tuned(int number, double usual) {
  static const std::map<int, double> table = [] {
    std::map<int, double> out;
    const char* const text = std::getenv("SHIQU_TUNED");
    std::istringstream in(text == nullptr ? "" : text);
    int key = 0;
    double value = 0;
    while (in >> key >> value) out[key] = value;
    return out;
  }();
  const auto found = table.find(number);
  return found == table.end() ? usual : found->second;
}
"""


def sources(tree):
    analysis = [f for f in sorted((tree / "ocr/prepare").rglob("*")) if f.suffix in (".cpp", ".h")
                and f.name not in ("level.cpp", "turn.cpp")]
    return analysis, [tree / "ocr/ctc.h", tree / "ocr/ctc.cpp", tree / "ocr/onnx/line_reader.cpp"]


def rewritten(tree, numbers):
    """Replaces each number by a look-up; what stands where is appended to `numbers`."""
    analysis, search = sources(tree)
    for file in analysis + search:
        lines = []
        for place, line in enumerate(file.read_text().split("\n"), 1):
            code, mark, remark = line.partition("//")

            def look_up(text, suffix):
                numbers.append({"place": f"{file.relative_to(tree)}:{place}", "value": float(text),
                                "text": line.strip(), "recogniser": file in search})
                call = f"tuned({len(numbers) - 1}, {text if '.' in text or 'e' in text else text + '.0'})"
                return f"static_cast<float>({call})" if suffix or "float" in code else call

            if not NO_CHOICE.search(code) and "#include" not in code:
                changed = NUMBER.sub(lambda m: look_up(m[1], m[2]), code)
                changed = NAMED.sub(lambda m: m[1] + look_up(m[2], "") + m[3], changed)
                if changed != code:
                    code = changed.replace("constexpr", "const")
            lines.append(code + mark + remark)
        file.write_text("\n".join(lines))


def built(out):
    """The copy of the tree and its program."""
    root = Path(__file__).resolve().parents[2]
    tree = out / "tree"
    if not (tree / "numbers.json").exists():
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(root, tree, ignore=shutil.ignore_patterns("build", ".git", "demo-archive*"))
        (tree / "build").mkdir()
        (tree / "build/registry").symlink_to(root / "build/registry")
        numbers = []
        rewritten(tree, numbers)
        (tree / "tuned.h").write_text(LOOKUP)
        (tree / "numbers.json").write_text(json.dumps(numbers, ensure_ascii=False, indent=1))
    build = tree / "build/tuned"
    subprocess.run(["cmake", "-S", tree, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
                    "-DSHIQU_WERROR=OFF", f"-DCMAKE_CXX_FLAGS=-include {tree / 'tuned.h'}"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", build, "--target", "score_pages"], check=True)
    return build, json.loads((tree / "numbers.json").read_text())


class Scorer:
    def __init__(self, args, build, numbers):
        self.args, self.build, self.numbers = args, build, numbers
        self.kept_file = args.out / "results.jsonl"
        self.cache = args.out / "cache"
        self.cache.mkdir(exist_ok=True)
        lines = self.kept_file.read_text().splitlines() if self.kept_file.exists() else []
        self.kept = dict(json.loads(line) for line in lines)

    def __call__(self, values):
        """Errors of each page, [set, page, characters, strict, folded], with these numbers."""
        table = " ".join(f"{n} {v:.9g}" for n, v in sorted(values.items()))
        if table not in self.kept:
            cache = "-" if any(self.numbers[n]["recogniser"] for n in values) else str(self.cache)
            command = [self.build / "bin/score_pages", self.build / "share/shiqu/models", self.args.fold,
                       cache, *[self.args.pages / one for one in SETS]]
            try:
                run = subprocess.run(command, env={**os.environ, "SHIQU_TUNED": table}, check=True,
                                     capture_output=True, text=True, timeout=LONGEST_S)
                rows = [line.split("\t") for line in run.stdout.splitlines()]
            except subprocess.SubprocessError:  # a number that makes no sense: a step that leads nowhere
                rows = []
            self.kept[table] = [[*row[:2], *map(int, row[2:])] for row in rows]
            with self.kept_file.open("a") as file:
                file.write(json.dumps([table, self.kept[table]]) + "\n")
        return self.kept[table]


def half(rows, which):
    """Pages 1, 3, 5 … of each set (which 0), or the others (1)."""
    out, seen = [], {}
    for row in sorted(rows):
        seen[row[0]] = seen.get(row[0], -1) + 1
        if seen[row[0]] % 2 == which:
            out.append(row)
    return out


def cost(rows, which):
    return sum(row[3] + row[4] for row in half(rows, which)) if rows else 1e9


def rates(rows):
    characters = sum(row[2] for row in rows)
    return "%.2f / %.2f %% of %d" % (100 * sum(r[3] for r in rows) / characters,
                                     100 * sum(r[4] for r in rows) / characters, characters)


def standard_errors(usual, changed, which):
    """The gain of one half in standard errors."""
    gains = [a[3] + a[4] - b[3] - b[4] for a, b in zip(half(usual, which), half(changed, which))]
    mean = sum(gains) / len(gains)
    error = (len(gains) / (len(gains) - 1) * sum((gain - mean) ** 2 for gain in gains)) ** 0.5
    return sum(gains) / error if error else 0.0


def single_changes(numbers):
    for factor in FACTORS:
        for n, number in enumerate(numbers):
            yield n, {n: number["value"] * factor}


def gains(score, numbers, which):
    """Of each number whose change the choosing half gains by: gain, value, standard errors; best first."""
    usual = score({})
    out = {}
    for n, values in single_changes(numbers):
        rows = score(values)
        gain = cost(usual, which) - cost(rows, which)
        if gain > out.get(n, (0,))[0]:
            out[n] = (gain, values[n], standard_errors(usual, rows, which))
    return sorted(out.items(), key=lambda offer: -offer[1][0])


def taken_one_by_one(score, offers, which):
    """Numbers changed while the choosing half gains."""
    values, best = {}, cost(score({}), which)
    for n, (_, value, _) in offers:
        now = cost(score({**values, n: value}), which)
        if now < best:
            values, best = {**values, n: value}, now
    return values


def report(score, numbers, which):
    names = ("pages 1, 3, 5 …", "pages 2, 4, 6 …")
    offers = gains(score, numbers, which)
    print(f"Chosen on {names[which]}: {len(offers)} of {len(numbers)} numbers would gain there; the most:")
    for n, (gain, value, errors) in offers[:8]:
        print(f"  {numbers[n]['place']} {numbers[n]['value']:g} → {value:g}: {gain} fewer, "
              f"{errors:.1f} standard errors")
    sure = [offer for offer in offers if offer[1][2] > SURE]
    for rule, values in ((f"gains of more than {SURE} standard errors", taken_one_by_one(score, sure, which)),
                         ("every gain", taken_one_by_one(score, offers, which))):
        rows = score(values)
        print(f"  {rule}: {len(values)} changed; there {rates(half(rows, which))}, "
              f"{names[1 - which]} {rates(half(rows, 1 - which))}, all {rates(rows)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("pages", "fold", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    args.out = args.out.resolve()
    build, numbers = built(args.out)
    score = Scorer(args, build, numbers)
    usual = score({})
    with ThreadPoolExecutor(args.jobs) as pool:
        everything = [values for _, values in single_changes(numbers)]
        for done, _ in enumerate(pool.map(score, everything), 1):
            if done % 50 == 0:
                print(f"{done} of {len(everything)}", flush=True)
    for which, name in enumerate(("1, 3, 5 …", "2, 4, 6 …")):
        rows = half(usual, which)
        print(f"Pages {name} as they stand: {rates(rows)}")
        for one in SETS:
            print(f"  {one}: {rates([row for row in rows if row[0] == one])}")
    for which in (0, 1):
        report(score, numbers, which)


if __name__ == "__main__":
    main()
