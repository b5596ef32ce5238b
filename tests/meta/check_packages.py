#!/usr/bin/env python3
"""docs/dependencies.md explains every Debian package of docs/debian-packages.txt.

Usage: check_packages.py SOURCE_FOLDER
"""
import pathlib
import sys


def main(root):
    listed = [line.split('#')[0].strip() for line in
              pathlib.Path(root, 'docs/debian-packages.txt').read_text(encoding='utf-8').splitlines()]
    listed = [name for name in listed if name]
    explained = pathlib.Path(root, 'docs/dependencies.md').read_text(encoding='utf-8')
    missing = [name for name in listed if f'`{name}`' not in explained]
    for name in missing:
        print(f'docs/dependencies.md says nothing about {name}')
    print(f'{len(listed)} packages, {len(missing)} unexplained')
    return 1 if missing or not listed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
