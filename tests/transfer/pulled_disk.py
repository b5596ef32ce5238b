#!/usr/bin/env python3
"""Pulls the disk while `shiqu deliver` is at work, puts it in again, gives the command again.

The disk is a loop device over a block log (FUSE) whose every access fails from one moment on. By hand,
as root: needs FUSE, loop devices and the program `blklog` (its folder in SHIQU_FAULTS).
Usage: pulled_disk.py SHIQU ARCHIVE PACKAGE ROUNDS [ext4|exfat]     (SHIQU_USER, SHIQU_PIN … set)
Prints figures as JSON; exit status 1 when a pulled disk was ever called copied or delivered, or a
second call did not bring the whole package.
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

CHUNK = 1 << 20


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True).stdout.strip()


def works(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def size_of(folder):
    """Bytes of what is carried: without sheet and seal."""
    return sum(f.stat().st_size for f in pathlib.Path(folder).rglob('*')
               if f.is_file() and not f.name.endswith(('.sheet.html', '.sealed')))


class Disk:
    """An image with a fresh file system, in the machine through the block log or plainly."""

    def __init__(self, work, kind, megabytes):
        self.image, self.point, self.fuse, self.kind = f'{work}/image', f'{work}/disk', f'{work}/fuse', kind
        self.log = f'{work}/log'
        for folder in (self.point, self.fuse):
            os.makedirs(folder, exist_ok=True)
        with open(self.image, 'wb') as file:
            file.truncate(megabytes << 20)
        run(*(('mkfs.ext4', '-q', '-F') if kind == 'ext4' else ('mkfs.exfat',)), self.image)

    def plug(self, through_log):
        file = self.image
        if through_log:
            run(os.environ['SHIQU_FAULTS'] + '/blklog', self.image, self.log, self.fuse)
            file = self.fuse + '/disk0'
        self.device = run('losetup', '--show', '--direct-io=on', '-f', file)
        run('mount', *(('-t', 'exfat-fuse') if self.kind == 'exfat' else ()), self.device, self.point)

    def pull(self):
        pathlib.Path(self.fuse, 'ctl').write_bytes(b'yank\n')

    def unplug(self, through_log):
        for _ in range(200):
            if works('umount', self.point):
                break
            time.sleep(0.05)
        works('losetup', '-d', self.device)
        time.sleep(0.1)
        if through_log:
            works('fusermount3', '-u', self.fuse)


def main(shiqu, archive, package, rounds, kind='ext4'):
    environment = dict(os.environ, SHIQU_ARCHIVE=archive, LC_ALL='C')
    chance = random.Random(5)
    name, size = os.path.basename(package), size_of(package)
    figures = dict(file_system=kind, rounds=0, pulled_at_work=0, false_copied=0, false_delivered=0,
                   sealed_but_wrong=0, second_failed=0, most_sent_twice=0, remounted=0)

    def deliver(to):
        return subprocess.Popen([shiqu, 'deliver', package, '--to', to, '--chunk', str(CHUNK), '--json'],
                                env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def states():
        out = subprocess.run([shiqu, 'package', 'ledger', '--json'], env=environment,
                             stdout=subprocess.PIPE, text=True).stdout
        return [one['state'] for one in json.loads(out.strip().split('\n')[-1])['deliveries']]

    for number in range(int(rounds)):
        work = tempfile.mkdtemp(prefix='pulled')
        disk = Disk(work, kind, (size >> 20) * 3 // 2 + 64)
        disk.plug(True)
        to = f'{disk.point}/in{number}'
        os.makedirs(to)
        run('sync', '-f', disk.point)
        before = len(states())
        first = deliver(to)
        while first.poll() is None and not os.path.exists(f'{to}/{name}.part'):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, float(os.environ.get('SPAN_S', '0.6'))))
        at_work = first.poll() is None
        disk.pull()
        first.communicate(timeout=300)
        fresh = states()[before:]
        disk.unplug(True)

        disk.plug(False)
        whole = lambda: works('diff', '-r', package, f'{to}/{name}')
        figures['rounds'] += 1
        figures['pulled_at_work'] += at_work
        figures['false_delivered'] += 'delivered' in fresh
        figures['false_copied'] += (first.returncode == 0 or 'copied' in fresh) and not whole()
        figures['sealed_but_wrong'] += os.path.exists(f'{to}/{name}.sealed') and not whole()
        there = size_of(to)
        second = deliver(to)
        out = second.communicate()[0]
        if second.returncode != 0 or not whole():
            figures['second_failed'] += 1
        else:
            facts = json.loads(out.strip().split('\n')[-1])
            figures['most_sent_twice'] = max(figures['most_sent_twice'], facts['sent'] + there - size)
            figures['remounted'] += facts['read_back'] == 'remounted'
        disk.unplug(False)
        shutil.rmtree(work)
    print(json.dumps(figures))
    wrong = ('false_copied', 'false_delivered', 'sealed_but_wrong', 'second_failed')
    return 1 if any(figures[key] for key in wrong) or figures['most_sent_twice'] > CHUNK else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
