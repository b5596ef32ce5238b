#!/usr/bin/env python3
"""Many pages through `shiqu ocr run`: pages a second, memory per worker, how good the time left was.

    python3 tests/bench/soak.py --bin build/release/bin [--pages 1000] [--different 20] [--work DIR]

Prints one JSON object. Exit status 1 when a page is missing or was read twice, or when the time left
told at half time was off by more than a fifth. By hand only: it takes minutes.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


class Station:
    def __init__(self, programs, work):
        self.programs = programs
        self.work = work
        self.environment = dict(os.environ, SHIQU_ARCHIVE=str(work / "archive"), SHIQU_PIN="2468",
                                SHIQU_USER="admin", LC_ALL="C.UTF-8", LANGUAGE="")

    def command(self, *arguments):
        return [str(self.programs / "shiqu"), *arguments]

    def facts(self, *arguments):
        ran = subprocess.run(self.command(*arguments, "--json"), env=self.environment,
                             stdout=subprocess.PIPE, check=True, text=True)
        return json.loads(ran.stdout.splitlines()[-1])

    def make_pages(self, different, pages):
        pressed = self.work / "pressed"
        subprocess.run([str(self.programs / "shiqu-press"), "--out", str(pressed), "--pages",
                        str(different), "--format", "jpg", "--width", "500", "--height", "600",
                        "--columns", "4", "--rows", "8", "--leaf", "half", "--no-seal"],
                       check=True, stdout=subprocess.DEVNULL)
        originals = sorted(pressed.glob("*.jpg"))
        inbox = self.work / "inbox"
        inbox.mkdir()
        for number in range(pages):
            os.link(originals[number % len(originals)], inbox / f"{number + 1:05}.jpg")
        return inbox


def children(pid):
    """Process ids of the workers of `pid`, and of theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            own = [int(one) for one in (task / "children").read_text().split()]
        except OSError:
            continue
        for one in own:
            found += [one, *children(one)]
    return found


def peak_mb(pid):
    """(name, VmHWM in MB), or None once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    facts = dict(line.split(":", 1) for line in lines if ":" in line)
    if "VmHWM" not in facts:
        return None
    return facts["Name"].strip(), int(facts["VmHWM"].split()[0]) / 1024


def watch(station, item):
    """Runs `ocr run` and looks at it once a second."""
    begun = time.monotonic()
    out = open(station.work / "ocr.out", "w", encoding="utf-8")
    program = subprocess.Popen(station.command("ocr", "run", item, "--json"), stdout=out,
                               env=station.environment)
    peaks, told = {}, []
    while program.poll() is None:
        time.sleep(1)
        batches = station.facts("jobs", "list", "--limit", "0")["batches"]
        if batches:
            told.append((time.monotonic() - begun, batches[0]["jobs"]["done"],
                         batches[0]["seconds_left"]))
        for pid in [program.pid, *children(program.pid)]:
            seen = peak_mb(pid)
            if seen:
                peaks[pid] = seen
    return program.returncode, time.monotonic() - begun, peaks, told


def estimates(told, seconds, pages):
    """The time left told at a quarter, at half and at three quarters, against what it then took."""
    out = {}
    for name, share in (("quarter", 0.25), ("half", 0.5), ("three_quarters", 0.75)):
        for at, done, left in told:
            if done >= share * pages and left is not None:
                out[name] = {"done": done, "told_s": left, "was_s": round(seconds - at, 1),
                             "error": round(left / max(seconds - at, 0.1) - 1, 3)}
                break
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=Path, required=True, help="folder of the programs")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--different", type=int, default=20, help="of which so many differ")
    parser.add_argument("--work", type=Path, help="folder for the archive; made, and removed at the end")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="shiqu-soak-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        station = Station(options.bin.resolve(), work)
        inbox = station.make_pages(options.different, options.pages)
        subprocess.run(station.command("init", "--title", "Soak"), env=station.environment,
                       check=True, stdout=subprocess.DEVNULL)
        begun = time.monotonic()
        station.facts("import", str(inbox), "--item", "SOAK", "--title", "Soak")
        import_s = time.monotonic() - begun
        begun = time.monotonic()
        station.facts("jobs", "run")  # screen images, so that only reading is measured below
        derive_s = time.monotonic() - begun
        status, seconds, peaks, told = watch(station, "SOAK")
        batch = station.facts("jobs", "list", "--limit", "0")["batches"][0]
        item = station.facts("status")["items"][0]
        told_about = estimates(told, seconds, options.pages)
        journal = station.facts("audit", "verify")
        revisions = [station.facts("label", "show", f"SOAK/{page}")["revision"]
                     for page in range(1, options.pages + 1, max(1, options.pages // 50))]
        result = {
            "pages": options.pages, "different": options.different, "exit_status": status,
            "done": batch["jobs"]["done"], "states": item["text"],
            "read_once": all(one == 1 for one in revisions), "journal_intact": journal["intact"],
            "import_s": round(import_s, 1), "derive_s": round(derive_s, 1),
            "ocr_s": round(seconds, 1), "pages_per_s": round(options.pages / seconds, 2),
            "peak_mb": sorted([name, round(mb)] for name, mb in peaks.values()),
            "time_left": told_about}
        print(json.dumps(result, ensure_ascii=False))
        good = (status == 0 and result["done"] == options.pages and result["read_once"]
                and journal["intact"] and "half" in told_about
                and abs(told_about["half"]["error"]) <= 0.2)
        return 0 if good else 1
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
