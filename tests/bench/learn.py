#!/usr/bin/env python3
"""Does a station read better with what it has learnt? Pages with truth stand in for its books.

    python3 tests/bench/learn.py --bin build/release/bin --pages PAGES --out OUT

PAGES holds folders with NAME.png or .jpg and NAME.gt.txt, or NAME.json with columns. Two thirds of the
pages become accepted text of an archive that learns from them; the others are read with what was learnt
and without, three times in turn. OUT gets with/, without/ and truth/ for `shiqu ocr compare`. Prints what
each archive learnt, as JSON; before that once split by folder and once by page, from all. By hand only:
it takes minutes.
"""
import argparse
import json
import os
import re
import shutil
import struct
import subprocess
import zlib
from html import escape
from pathlib import Path

SETS = ("siku_jmml", "zongmu", "kanripo_pages", "tripitaka")
TWICE = {"SX_956_10"}  # another edition of a passage of QL_24_5
ROLES = ("operator", "annotator", "reviewer", "lead")


class Archive:
    def __init__(self, programs, folder):
        self.shiqu = str(programs / "shiqu")
        self.folder = folder
        self.environment = dict(os.environ, SHIQU_ARCHIVE=str(folder), SHIQU_PIN="2468",
                                SHIQU_NEW_PIN="2468", LC_ALL="C.UTF-8", LANGUAGE="")
        self.facts("init", "--title", "Learning", "--admin", "admin")
        for role in ROLES:
            self.facts("user", "add", role, "--role", role, user="admin")

    def facts(self, *arguments, user="lead"):
        ran = subprocess.run([self.shiqu, *map(str, arguments), "--user", user, "--json"],
                             env=self.environment, stdout=subprocess.PIPE, check=True, text=True)
        return json.loads(ran.stdout.splitlines()[-1])

    def take(self, item, pictures):
        """Imports pictures as the pages of an item, in this order."""
        inbox = self.folder.with_name(f"{self.folder.name}-{item}")
        inbox.mkdir()
        for number, (ending, content) in enumerate(pictures):
            (inbox / f"{number:03}{ending}").write_bytes(content)
        self.facts("import", inbox, "--item", item, "--title", item, user="operator")

    def accept(self, address, lines):
        file = self.folder.with_name("text.alto.xml")
        file.write_text(alto(lines), encoding="utf-8")
        self.facts("ocr", "import", address, file, user="annotator")
        self.facts("label", "submit", address, user="annotator")
        self.facts("review", address, "--accept", user="reviewer")

    def learn(self, pages, item_of):
        items = {}
        for page in pages:
            items.setdefault(item_of(page), []).append(page)
        for item, members in items.items():
            self.take(item, [(".png", blank(number)) for number in range(len(members))])
            for number, page in enumerate(members, 1):
                self.accept(f"{item}/{number}", page["lines"])
        return self.facts("ocr", "train")

    def read(self, pages, out):
        self.facts("ocr", "run", "TEST", user="operator")
        out.mkdir(exist_ok=True)
        for number, page in enumerate(pages, 1):
            text = self.facts("label", "show", f"TEST/{number}")["text"]
            body = [line["text"] + "\n" for line in text["lines"]
                    if line["kind"] not in ("centre_strip", "marginalia")]
            (out / f"{page['name']}.txt").write_text("".join(body), encoding="utf-8")
            (out / f"{page['name']}.json").write_text(json.dumps(text), encoding="utf-8")


def blank(shade, width=100, height=150):
    """A grey PNG; pages differ by their shade."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = (b"\0" + bytes([200 + shade]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def alto(lines):
    """Lines that a person has corrected, on a page of the size of blank()."""
    drawn = "".join(f"<TextLine ID='l{i}' HPOS='{1 + i % 90}' VPOS='2' WIDTH='5' HEIGHT='20' "
                    f"CS='true'><String CONTENT='{escape(line)}'/></TextLine>"
                    for i, line in enumerate(lines))
    return ("<alto xmlns='http://www.loc.gov/standards/alto/ns-v4#'><Description><MeasurementUnit>"
            "pixel</MeasurementUnit></Description><Layout><Page ID='p' PHYSICAL_IMG_NR='1' "
            "WIDTH='100' HEIGHT='150'><PrintSpace><TextBlock ID='b'>" + drawn +
            "</TextBlock></PrintSpace></Page></Layout></alto>")


def truth_of(picture):
    plain = picture.with_suffix(".gt.txt")
    if plain.exists():
        return plain, plain.read_text(encoding="utf-8")
    columns = picture.with_suffix(".json")
    words = [one.get("gt", "") for one in json.loads(columns.read_text(encoding="utf-8"))]
    return columns, "\n".join(words)


def gather(folder, out):
    pages = []
    for name in SETS:
        for picture in sorted((folder / name).iterdir()):
            if picture.suffix not in (".png", ".jpg") or picture.stem in TWICE:
                continue
            file, text = truth_of(picture)
            (out / "truth" / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, out / "truth" / name)
            lines = [one.strip() for one in re.split(r"[\n（）/()]", text) if one.strip()]
            pages.append({"set": name, "name": picture.stem, "picture": picture, "lines": lines})
    return pages


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    given = parser.parse_args()
    given.out.mkdir(parents=True)
    pages = gather(given.pages, given.out)
    programs = given.bin.resolve()

    def tell(name, learnt):
        print(json.dumps({"archive": name, **learnt}), flush=True)

    tell("by-set", Archive(programs, given.out.resolve() / "by-set").learn(pages, lambda p: p["set"]))
    tell("by-page", Archive(programs, given.out.resolve() / "by-page").learn(pages, lambda p: "ALL"))
    for third in range(3):
        rest = [page for i, page in enumerate(pages) if i % 3 != third]
        unseen = pages[third::3]
        archive = Archive(programs, given.out.resolve() / f"third-{third}")
        learnt = archive.learn(rest, lambda p: "ALL")
        tell(f"third-{third}", learnt)
        archive.take("TEST", [(p["picture"].suffix, p["picture"].read_bytes()) for p in unseen])
        archive.read(unseen, given.out / "with")
        if learnt["kept"]:
            archive.facts("ocr", "train", "--forget")
        archive.read(unseen, given.out / "without")


if __name__ == "__main__":
    main()
