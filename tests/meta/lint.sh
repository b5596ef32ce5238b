#!/bin/sh
# Everything a tool can decide about the sources. Run from the top folder, after a debug build.
set -eu
echo '==> format'
git ls-files '*.h' '*.cpp' | xargs clang-format-14 --dry-run --Werror
echo '==> public headers compile alone'
cmake --build --preset debug --target all_verify_interface_header_sets
echo '==> clang-tidy'
cmake --preset clang >/dev/null
git ls-files 'storage/*.cpp' 'capture/*.cpp' 'ocr/*.cpp' 'labeler/*.cpp' 'ui/*.cpp' |
  xargs -P 2 -n 4 clang-tidy-14 -p build/clang --quiet 2>/dev/null
echo '==> levels, words, translations, packages'
ctest --test-dir build/debug -L lint --output-on-failure
