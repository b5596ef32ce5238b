#!/usr/bin/env python3
"""Repository text speaks of the product alone: no machine paths, no unfinished work, no raw text input.

Usage: check_words.py SOURCE_FOLDER (a git checkout)
"""
import pathlib
import re
import subprocess
import sys

RULES = [  # (pattern, files it holds for, why)
    (re.compile('/(?:wor' + 'k|ro' + r'ot)/'), r'.*', 'path of one machine'),
    (re.compile(r'\b(TO' + 'DO|FIX' + 'ME|X' + 'XX)' + r'\b'), r'.*', 'unfinished work'),
    (re.compile(r'ImGui::InputText'), r'.*\.(h|cpp)', 'destroys rare characters: use desk::TextField'),
    (re.compile(r'\bthrow\b(?!s)'), r'(storage|capture|ocr|labeler|ui)/.*\.cpp', 'our code returns Result'),
    (re.compile(r'std::(format|expected|source_location)\b'), r'.*\.(h|cpp)', 'not in clang 14'),
]
TEXT = {'.h', '.cpp', '.py', '.md', '.txt', '.json', '.sh', '.cmake', '.toml', '.po', ''}


def code_of(line):
    """A line of C++ without its comment and strings, where words are free."""
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', line).split('//')[0]


def main(root):
    listed = subprocess.run(['git', 'ls-files', '-z'], cwd=root, capture_output=True, check=True)
    problems = []
    files = 0
    for name in listed.stdout.decode().split('\0'):
        path = pathlib.Path(root, name)
        if not name or path.suffix not in TEXT or not path.is_file() or name.startswith('tests/meta/'):
            continue
        files += 1
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            for pattern, where, why in RULES:
                searched = code_of(line) if 'throw' in pattern.pattern else line
                if re.fullmatch(where, name) and pattern.search(searched):
                    problems.append(f'{name}:{number}: {why}: {line.strip()}')
    for problem in problems:
        print(problem)
    print(f'{files} files, {len(problems)} problems')
    return 1 if problems or files == 0 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
