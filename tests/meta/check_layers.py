#!/usr/bin/env python3
"""Refuses an #include that goes upwards or sideways, a C library outside its folder, and a source
that does not include its own header first (which is how a header is seen to compile alone).

Levels are those of docs/architecture.md; CMake checks the links, this checks the includes.
Usage: check_layers.py SOURCE_FOLDER
"""
import pathlib
import re
import sys

LEVELS = {
    'storage/base': 0,
    'storage/imaging': 1, 'storage/model': 1,
    'storage/store': 2, 'storage/text_formats': 2,
    'storage/jobs': 3, 'capture/quality': 3,
    'capture': 4, 'ocr': 4, 'labeler': 4, 'storage/derive': 4, 'storage/package': 4,
    'storage/transfer': 4, 'storage/keeping': 4,
    'storage/package/exporters': 5,
    'capture/gphoto2': 5, 'capture/sane': 5, 'capture/v4l2': 5, 'capture/folder': 5,
    'capture/vcam': 5, 'ocr/tesseract': 5, 'ocr/onnx': 5, 'ocr/press': 5,
    'ocr/train': 6, 'ui/app': 6, 'ui/desk/kit': 6, 'ui/po': 6, 'ocr/train': 6,
    'ui/cli': 7, 'ui/desk': 7, 'ui/worker': 7,
}
# ocr/prepare and ocr/score belong to the module ocr: folders of their own, the same level.
SAME_MODULE = {'ocr/prepare': 'ocr', 'ocr/score': 'ocr'}
LIBRARIES = {  # header pattern -> the only folders that may include it
    r'^(imgui|GLFW/|GL/)': ['ui/desk'],
    r'^gphoto2/': ['capture/gphoto2'],
    r'^sane/': ['capture/sane'],
    r'^(tiffio|jpeglib|png\.h|lcms2)': ['storage/imaging'],
    r'^sqlite3': ['storage/store'],
    r'^(tesseract/|leptonica/|allheaders)': ['ocr/tesseract', 'ocr/prepare'],
    r'^(openssl/|sodium|seccomp|spdlog/|linux/landlock)': ['storage/base'],
    r'^(ft2build|freetype/|hb)': ['ocr/press', 'ocr/train', 'ui/desk'],
    r'^(torch|ATen|c10)/': ['ocr/train'],
    r'^pugixml': ['storage/package', 'storage/text_formats'],
    r'^(onnxruntime|onnx/)': ['ocr/onnx'],
    r'^libxml/': ['storage/package'],
    r'^qrencode': ['storage/transfer'],
    r'^qpdf/': ['storage/package/exporters/pdf'],
    r'^opencc/': ['ocr/press', 'ocr/score'],
    r'^(utf8proc|bzlib)': ['ocr/score'],
    r'^torch/': ['ocr/train'],
    r'^toml\+\+': ['ui/app'],
    r'^CLI/': ['ui/cli', 'ui/worker', 'ui/desk', 'capture/vcam', 'ocr/press', 'ocr/train'],
    r'^libintl': ['ui/app'],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def module_of(path):
    """Longest folder of LEVELS (or its alias) that `path` lies in; None for tests and system."""
    names = list(LEVELS) + list(SAME_MODULE)
    best = max((n for n in names if path == n or path.startswith(n + '/')), key=len, default=None)
    return SAME_MODULE.get(best, best)


def check_include(file, header):
    """Yields what is wrong with one include of one file."""
    user, used = module_of(file), module_of(header)
    if used and used != user and LEVELS[used] >= LEVELS[user]:
        yield f'{file}: {user} (level {LEVELS[user]}) includes {header} (level {LEVELS[used]})'
    if used and used != user and '/internal/' in header:
        yield f'{file}: includes the internal header {header}'
    for pattern, folders in LIBRARIES.items():
        if re.match(pattern, header) and not any(file.startswith(f + '/') for f in folders):
            yield f'{file}: <{header}> belongs in {" or ".join(folders)} alone'


def check_own_header(path, root, includes):
    """Yields a source whose first include is not the header of the same name."""
    headers = [path.with_suffix('.h'), path.parent / 'internal' / path.with_suffix('.h').name]
    own = [h.relative_to(root).as_posix() for h in headers if h.is_file()]
    if path.suffix == '.cpp' and own and includes[:1] != own[:1]:
        yield f'{path.relative_to(root)}: includes {own[0]} not first'


def main(root):
    problems = []
    files = 0
    for folder in ('storage', 'capture', 'ocr', 'labeler', 'ui'):
        for path in sorted(pathlib.Path(root, folder).rglob('*')):
            if path.suffix not in ('.h', '.cpp'):
                continue
            files += 1
            name = path.relative_to(root).as_posix()
            if module_of(name) is None:
                problems.append(f'{name}: stands in no module')
                continue
            matches = map(INCLUDE.match, path.read_text(encoding='utf-8').splitlines())
            includes = [match.group(1) for match in matches if match]
            problems.extend(check_own_header(path, root, includes))
            for header in includes:
                problems.extend(check_include(name, header))
    for problem in problems:
        print(problem)
    print(f'{files} files, {len(problems)} problems')
    return 1 if problems or files == 0 else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
