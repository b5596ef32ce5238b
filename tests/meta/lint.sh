#!/bin/sh
# Everything a tool can decide about the sources. Run from the top folder, after a release build.
set -eu
echo '==> format'
git ls-files '*.h' '*.cpp' | xargs clang-format-14 --dry-run --Werror
echo '==> headers without a source of their own compile alone'
cmake --build --preset release --target all_verify_interface_header_sets
# clang-tidy takes minutes a module on two cores: SHIQU_TIDY=1 asks for it.
if [ "${SHIQU_TIDY:-0}" = 1 ]; then
echo '==> clang-tidy'
cmake --preset clang >/dev/null
git ls-files 'storage/*.cpp' 'capture/*.cpp' 'ocr/*.cpp' 'labeler/*.cpp' 'ui/*.cpp' |
  xargs -P 2 -n 4 clang-tidy-14 -p build/clang --quiet
fi
echo '==> levels, words, translations, packages'
ctest --test-dir build/release -L lint --output-on-failure
