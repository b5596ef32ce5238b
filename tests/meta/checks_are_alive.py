#!/usr/bin/env python3
"""The lint checks find what they are there for: planted violations in a small tree.

Usage: checks_are_alive.py FOLDER_OF_THE_CHECKS
"""
import pathlib
import subprocess
import sys
import tempfile

PLANTED = {  # file content that must be refused by check_layers.py
    'storage/base/up.cpp': '#include "storage/store/store.h"\n',
    'ocr/sideways.cpp': '#include "labeler/correct.h"\n',
    'storage/store/foreign.cpp': '#include <imgui.h>\n',
    'labeler/internal.cpp': '#include "storage/store/internal/database.h"\n',
    'storage/base/late.cpp': '#include <string>\n#include "storage/base/late.h"\n',
}


def refuses(checks, root):
    run = subprocess.run([sys.executable, f'{checks}/check_layers.py', root], capture_output=True, text=True)
    return run.returncode != 0, run.stdout


def main(checks):
    for name, content in PLANTED.items():
        with tempfile.TemporaryDirectory() as root:
            file = pathlib.Path(root, name)
            file.parent.mkdir(parents=True)
            file.write_text(content, encoding='utf-8')
            if file.with_suffix('.h').name in content:
                file.with_suffix('.h').write_text('#pragma once\n', encoding='utf-8')
            refused, said = refuses(checks, root)
            if not refused or name not in said:
                print(f'check_layers.py let {name} pass: {said}')
                return 1
    with tempfile.TemporaryDirectory() as root:
        if not refuses(checks, root)[0]:
            print('check_layers.py is content with an empty tree')
            return 1
    print(f'{len(PLANTED)} planted violations found')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
