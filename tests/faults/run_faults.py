#!/usr/bin/env python3
"""Lets the fault tools of SHIQU_SHARED loose on `shiqu soak`: power cuts, kills, failing operations, full and pulled disks.

usage: run_faults.py --shiqu PROGRAM --soak PROGRAM --nosync LIBRARY --shared FOLDER [--scale 0.1] [--only NAME ...] [--built FOLDER]
PROGRAM of --soak is soak_program, the same code as `shiqu soak` in a program that starts fast, for the loops that need that.
--scale 1 is the full run of docs/reliability.md (about half an hour), 0.1 the one of ctest. Exits 77 when it cannot run here.
The tools are copied to a temporary folder and built there; --built takes a folder where that has been done."""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

SKIP = 77
TOOLS = {  # what the loops below need; the others of the folder stay unbuilt
    "faultpre.so": "gcc -O2 -fPIC -shared faultpre.c -o {out} -ldl",
    "mallocfail.so": "gcc -O2 -fPIC -shared mallocfail.c -o {out}",
    "blklog": "g++ -std=c++20 -O1 blklog.cpp -o {out} -D_FILE_OFFSET_BITS=64 {fuse}",
    "blkreplay": "g++ -std=c++20 -O1 blkreplay.cpp -o {out}",
}
# The moments of the tools are those of a program that starts in a millisecond; ours has a catalogue to open and to log in to.
MOMENTS = {
    "killloop.py": [("rng.uniform(0.002, 0.08)", "rng.uniform(0.02, 0.8)")],
    "yank.py": [("rng.uniform(0.05, 0.5)", "rng.uniform(0.5, 1.5)")],
    "ioerr.py": [("rng.uniform(0.05, 0.25)", "rng.uniform(0.5, 1.2)")],
    # Half of the levels leave too little to make an archive, the other half room for some captures.
    "enospc.py": [("leave = 40000 + k * 16384", "leave = 40000 + (k * 7919 % 100) * 60000")],
    "oomloop.py": [("timeout=30", "timeout=60")],
}


def skip(why):
    print("SKIPPED: " + why)
    sys.exit(SKIP)


def check_machine(tools):
    if not (tools / "powercut_blklog.py").exists():
        skip(f"no fault tools in {tools} (SHIQU_SHARED)")
    if os.geteuid() != 0:
        skip("disks can be mounted by root only")
    if not os.path.exists("/dev/loop-control") or not os.path.exists("/dev/fuse"):
        skip("no loop devices or no FUSE")
    for program in ("fusermount3", "mkfs.ext4", "losetup", "g++", "pkg-config"):
        if shutil.which(program) is None:
            skip(f"{program} is missing")
    if subprocess.run(["losetup", "-f"], capture_output=True).returncode != 0:
        skip("no free loop device")
    if subprocess.run(["pkg-config", "--exists", "fuse3"]).returncode != 0:
        skip("libfuse3-dev is missing")


def build(tools, folder):
    shutil.copytree(tools, folder, ignore=shutil.ignore_patterns("bin", "work", "logs"))
    for path in folder.rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)
    (folder / "bin").mkdir()
    fuse = subprocess.run(["pkg-config", "--cflags", "--libs", "fuse3"], check=True, capture_output=True, text=True).stdout
    for name, command in TOOLS.items():
        line = command.format(out=folder / "bin" / name, fuse=fuse)
        subprocess.run(line.split(), cwd=folder / "src", check=True)


def set_moments(folder):
    for name, changes in MOMENTS.items():
        script = folder / name
        text = script.read_text()
        for old, new in changes:
            if old not in text and new not in text:
                sys.exit(f"{name} has no \"{old}\" any more: its moments of death cannot be set")
            text = text.replace(old, new)
        script.chmod(0o755)
        script.write_text(text)


def facts_of(output):
    """The JSON objects of the output; several loops print one for each kind of fault."""
    found = []
    for line in output.splitlines():
        match = re.search(r"\{.*\}$", line)
        if match:
            try:
                found.append(json.loads(match.group(0)))
            except ValueError:
                pass
    return found


class Run:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        keep = f"{options.shiqu} soak keep --files {{files}} --db {{db}} --n {{n}} --seed {{seed}}"
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", SUT=keep)
        self.checks = folder / "checks.jsonl"
        checker = folder / "checker.sh"
        checker.write_text(f'#!/bin/sh\n{options.soak} check "$@" | tee -a {self.checks}\n')
        checker.chmod(0o755)
        self.environment["SUT_CHECK"] = f"{checker} --files {{files}} --db {{db}} --acks {{acks}}"
        self.failures = []
        self.small = options.scale < 1  # must end within a minute: the dearest loops are cut further

    def count(self, full):
        return max(1, round(full * self.options.scale))

    def tool(self, name, *arguments, sut=None):
        environment = dict(self.environment)
        if sut:
            environment["SUT"] = sut(environment["SUT"])
        begin = time.time()
        done = subprocess.run([sys.executable, name, *map(str, arguments)], cwd=self.folder, env=environment,
                              capture_output=True, text=True)
        facts = facts_of(done.stdout)
        print(f"{name} {' '.join(map(str, arguments))}: {round(time.time() - begin)} s", flush=True)
        for one in facts:
            print("   ", json.dumps(one), flush=True)
        if not facts:
            print(done.stdout[-2000:], done.stderr[-2000:], flush=True)
            self.failures.append(f"{name}: no verdict")
        return done, facts

    def fast(self, keep):
        return keep.replace(f"{self.options.shiqu} soak", self.options.soak)

    def must_pass(self, name, *arguments, sut=None):
        done, facts = self.tool(name, *arguments, sut=sut)
        if done.returncode != 0:
            self.failures.append(f"{name} {' '.join(map(str, arguments))}")
            print(done.stdout[-3000:], done.stderr[-3000:], flush=True)
        tested = [one["acked"] for one in facts if "acked" in one]
        if tested and max(tested) == 0:
            self.failures.append(f"{name}: nothing was acknowledged, so nothing was tested")

    def check_restarts(self):
        opened = [one.get("open_ms", 0) for one in facts_of(self.checks.read_text())] if self.checks.exists() else []
        print(f"{len(opened)} restarts, the slowest took {max(opened, default=0)} ms")
        if max(opened, default=0) > 5000:
            self.failures.append("a restart took more than 5 s")

    # --- the faults
    def power(self):
        self.must_pass("powercut_blklog.py", "--cuts", self.count(200), "--fsck")

    def power_two_disks(self):
        self.must_pass("powercut_blklog.py", "--cuts", self.count(200), "--split")

    def power_xfs(self):
        if shutil.which("mkfs.xfs") is None:
            print("powercut_blklog.py --fs xfs: not run, mkfs.xfs is missing")
            return
        self.must_pass("powercut_blklog.py", "--cuts", self.count(30 if self.small else 100), "--fs", "xfs")

    def alive(self):
        """Without fsync more than 80 % of the cuts must lose something."""
        for split in [[]] if self.small else [[], ["--split"]]:
            cuts = self.count(100)
            _, facts = self.tool("powercut_blklog.py", "--cuts", cuts, *split,
                                 sut=lambda keep: f"/usr/bin/env LD_PRELOAD={self.options.nosync} {keep}")
            if not facts or facts[-1]["acked"] == 0 or facts[-1]["failed"] <= 0.8 * cuts:
                self.failures.append("the power-cut test passes without fsync: it tests nothing")

    def kills(self):
        self.must_pass("killloop.py", "--n", self.count(250 if self.small else 500), sut=self.fast)

    def operations(self):
        if self.small:
            return  # the store's own test does it on every run (tests/store/write_rules_test.cpp)
        self.must_pass("faultloop.py", "--n", 2, sut=self.fast)

    def memory(self):
        self.must_pass("oomloop.py", "--n", 2, "--step", round(50 / self.options.scale) if self.small else 10, sut=self.fast)

    def full_disk(self):
        for system in ("ext4", "tmpfs"):
            for reserve in (0, 1024):  # written to the last block; refused before
                if self.small and (system == "ext4") != (reserve == 0):
                    continue
                self.must_pass("enospc.py", "--points", self.count(100), "--fs", system,
                               sut=lambda keep: f"{self.fast(keep)} --reserve-kb {reserve}")

    def reserve(self):
        """On a disk without a free block a text can be corrected, a capture is refused, and both go on after room is made."""
        disk = self.folder / "reserve-disk"
        disk.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "reserve", disk], check=True)
        try:
            self.reserve_on(disk)
        finally:
            subprocess.run(["umount", disk], check=True)

    def reserve_on(self, disk):
        files, kept = disk / "files", disk / "reserve.bin"
        keep = [self.options.shiqu, "soak", "keep", "--files", files, "--db", disk / "c.db", "--n", "2", "--reserve-kb", "4096"]
        correct = [self.options.shiqu, "--archive", files, "--user", "soak", "label", "correct", "SOAK/1", "1"]
        environment = dict(self.environment, SHIQU_PIN="soak")
        steps = []

        def step(name, command, status):
            done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True)
            steps.append(name)
            if done.returncode != status:
                self.failures.append(f"reserve, {name}: status {done.returncode}, not {status}: {done.stderr.strip()}")

        step("captures while there is room", keep, 0)
        whole = kept.stat().st_size
        with open(disk / "ballast", "wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, shutil.disk_usage(disk).free)
        step("a capture is refused", keep, 9)
        for text in ("滿", "盈"):
            step("a text is corrected on the full disk", correct + [text], 0)
        if not kept.stat().st_size < whole:
            self.failures.append("the reserve was not used")
        (disk / "ballast").unlink()
        step("captures after room is made", keep, 0)
        if kept.stat().st_size != whole:
            self.failures.append("the reserve was not made again")
        print(f"reserve: {len(steps)} steps on a disk without a free block")

    def pulled(self):
        self.must_pass("yank.py", "--rounds", self.count(30 if self.small else 40))

    def bad_moments(self):
        for system in ["ext4"] if self.small else ["xfs", "ext4"]:
            self.must_pass("ioerr.py", "--rounds", self.count(30 if self.small else 40), "--fs", system, sut=self.fast)


ALL = ("power", "power_two_disks", "power_xfs", "alive", "kills", "operations", "memory", "full_disk", "reserve", "pulled", "bad_moments")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shiqu", required=True)
    parser.add_argument("--soak", required=True)
    parser.add_argument("--nosync", required=True)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--only", nargs="*", choices=ALL, default=ALL)
    parser.add_argument("--built")
    options = parser.parse_args()
    for program in ("shiqu", "soak", "nosync"):
        setattr(options, program, os.path.abspath(getattr(options, program)))
    tools = pathlib.Path(os.environ.get("SHIQU_SHARED", options.shared)) / "tools" / "faults"
    check_machine(tools)
    with tempfile.TemporaryDirectory(prefix="shiqu-faults-") as temporary:
        folder = pathlib.Path(options.built) if options.built else pathlib.Path(temporary) / "faults"
        if not options.built:
            build(tools, folder)
        set_moments(folder)
        run = Run(options, folder)
        for name in options.only:
            getattr(run, name)()
        run.check_restarts()
        for failure in run.failures:
            print("FAILED: " + failure)
        return 1 if run.failures else 0


sys.exit(main())
