#!/usr/bin/env python3
"""Every text that people see has a Chinese translation, and no translation is stale.

Usage: check_translations.py SOURCE_FOLDER
"""
import pathlib
import subprocess
import sys
import tempfile


def messages(po_text):
    """msgid -> msgstr of a .po file's text, without the header."""
    result, key, field = {}, None, None
    for line in po_text.splitlines():
        if line.startswith('msgid '):
            key, field = line[6:].strip()[1:-1], 'id'
        elif line.startswith('msgstr '):
            result[key], field = line[7:].strip()[1:-1], 'str'
        elif line.startswith('"') and field == 'id':
            key += line.strip()[1:-1]
        elif line.startswith('"') and field == 'str':
            result[key] += line.strip()[1:-1]
    result.pop('', None)
    return result


def main(root):
    sources = sorted(str(p) for p in pathlib.Path(root, 'ui').rglob('*.cpp'))
    with tempfile.TemporaryDirectory() as folder:
        template = pathlib.Path(folder, 'shiqu.pot')
        subprocess.run(['xgettext', '--from-code=UTF-8', '-C', '-k_', '-kN_', '-o', str(template), *sources],
                       check=True)
        wanted = messages(template.read_text(encoding='utf-8'))
    po = pathlib.Path(root, 'ui/po/zh_CN.po')
    subprocess.run(['msgfmt', '-c', '-o', '/dev/null', str(po)], check=True)
    have = messages(po.read_text(encoding='utf-8'))
    untranslated = [key for key in wanted if not have.get(key)]
    stale = [key for key in have if key not in wanted]
    for key in untranslated:
        print(f'no Chinese text for: {key}')
    for key in stale:
        print(f'translated but not used: {key}')
    print(f'{len(wanted)} texts, {len(untranslated)} untranslated, {len(stale)} stale')
    return 1 if untranslated or stale or not wanted else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
