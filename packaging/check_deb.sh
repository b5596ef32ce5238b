#!/bin/sh
# Looks into a Debian package of Shiqu and runs the program from it, without installing it.
# Usage: check_deb.sh FILE.deb VERSION
set -eu
deb=$1
version=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() {
  printf 'check_deb: %s\n' "$*" >&2
  exit 1
}

depends=$(dpkg-deb -f "$deb" Depends)
for package in fonts-noto-cjk tesseract-ocr-script-hant-vert libsane1 libc6 libgphoto2-6 libtesseract5; do
  case "$depends" in
    *"$package"*) ;;
    *) fail "Depends lacks $package: $depends" ;;
  esac
done
[ "$(dpkg-deb -f "$deb" Version)" = "$version" ] || fail "the version is not $version"

dpkg-deb -x "$deb" "$root"
for file in bin/shiqu bin/shiqu-desk bin/shiqu-worker bin/shiqu-vcam bin/shiqu-press \
  share/locale/zh_CN/LC_MESSAGES/shiqu.mo share/doc/shiqu/copyright share/doc/shiqu/docs/cli.md \
  share/applications/shiqu-desk.desktop; do
  [ -f "$root/usr/$file" ] || fail "there is no usr/$file"
done
outside=$(find "$root" -type f ! -path "$root/usr/*")
[ -z "$outside" ] || fail "files outside usr/: $outside"

said=$(LC_ALL=C.UTF-8 "$root/usr/bin/shiqu" version)
case "$said" in
  "shiqu $version"*) ;;
  *) fail "shiqu version says: $said" ;;
esac
LC_ALL=zh_CN.UTF-8 "$root/usr/bin/shiqu" fsck --help | grep -q '档案\|读取' ||
  fail "the packaged program does not speak Chinese"

# A small round by the packaged programs: the worker is found beside them.
mkdir "$root/images"
export SHIQU_PIN=2468 SHIQU_NEW_PIN=2468 SHIQU_ARCHIVE="$root/archive"
"$root/usr/bin/shiqu" init --title Check >/dev/null
"$root/usr/bin/shiqu" user add olga --user admin >/dev/null
"$root/usr/bin/shiqu-press" --out "$root/images" --seed 1 >/dev/null
"$root/usr/bin/shiqu" import "$root/images" --item GJ0001 --title check --user olga >/dev/null
"$root/usr/bin/shiqu" jobs run >/dev/null
"$root/usr/bin/shiqu" fsck >/dev/null
if [ -d "$root/usr/share/shiqu/models" ]; then
  "$root/usr/bin/shiqu" ocr models | grep -q '^classical-chinese *shiqu-neural' ||
    fail "the neural reader does not run from the package"
fi
printf '%s\n' "$said"
printf 'check_deb: %s is whole; depends on: %s\n' "$(basename "$deb")" "$depends"
