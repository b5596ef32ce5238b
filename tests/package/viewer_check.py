#!/usr/bin/env python3
"""Opens the viewer page of a package in Chromium and works it as a person does, without a network.

usage: viewer_check.py PACKAGE_TEST [SCREENSHOT]
PACKAGE_TEST: the program package_test, which writes the package. Exit status 77: no Chromium here.
Debian: chromium chromium-driver. Not part of docs/debian-packages.txt, for it is large."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ENTER, ESCAPE, LEFT, RIGHT, END, HOME = "\ue007", "\ue00c", "\ue012", "\ue014", "\ue010", "\ue011"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--lang=en", "--window-size=1400,900",
]


class Browser:
    """A session of chromedriver (W3C WebDriver), without any library."""

    def __init__(self, folder):
        self.driver = subprocess.Popen(["chromedriver", "--port=0", f"--log-path={folder}/log"],
                                       stdout=subprocess.PIPE, text=True)
        line = next(line for line in self.driver.stdout if "successfully on port" in line)
        self.base = f"http://127.0.0.1:{line.split('port ')[1].strip(' .' + chr(10))}"
        options = {"args": FLAGS + [f"--user-data-dir={folder}/profile"]}
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL",
                                                                  "browser": "ALL"}}}})
        self.base += f"/session/{made['sessionId']}"

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def run(self, script):
        return self.call("POST", "/execute/sync", {"script": "return " + script, "args": []})

    def type(self, keys):
        steps = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "k", "actions": steps}]})

    def log(self, kind):
        return self.call("POST", "/se/log", {"type": kind})

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: {got!r} instead of {wanted!r}")


def wait_for(what, browser, script):
    until = time.monotonic() + 20
    while not browser.run(script):
        if time.monotonic() > until:
            sys.exit(f"{what}: did not come")
        time.sleep(0.05)


def look(browser, page, shot):
    browser.call("POST", "/url", {"url": "file://" + page})
    at = "document.getElementById('number').value"
    words = "[...document.querySelectorAll('#words p')].map((p) => p.textContent).join('|')"
    image = "document.querySelector('#leaf img')"
    wait_for("image", browser, f"{image}.complete && {image}.naturalWidth === 80")
    expect("page", browser.run(at), "1")
    expect("text", browser.run(words), "黃帝者|𠀀<&")
    expect("origin", browser.run("document.getElementById('origin').textContent"),
           "Text accepted by a second person")
    box = "document.querySelector('#leaf i').getBoundingClientRect()"
    sheet = "document.querySelector('#leaf').getBoundingClientRect()"
    expect("boxes on the image", browser.run(f"{box}.width > 0 && {box}.left >= {sheet}.left"), True)
    if shot:
        with open(shot, "wb") as file:
            file.write(base64.b64decode(browser.call("GET", "/screenshot")))
    for key, wanted in ((LEFT, "2"), (LEFT, "3"), (RIGHT, "2"), (END, "4"), (LEFT, "4"), (HOME, "1"),
                        (RIGHT, "1")):
        browser.type(key)
        expect("page by key", browser.run(at), wanted)
    browser.run("document.getElementById('next').click()")
    expect("page by button", browser.run(at), "2")
    browser.type([END, RIGHT])
    expect("a page without text", browser.run(words), "no text on this page")
    width = browser.run(f"{sheet}.width")
    browser.type("+")
    expect("larger", browser.run(f"{sheet}.width") > width * 1.2, True)
    browser.type("0")
    expect("fit", abs(browser.run(f"{sheet}.width") - width) < 1, True)
    browser.type("/")
    browser.type("𠀀")
    browser.type(ENTER)
    expect("found", browser.run("document.getElementById('found').textContent"), "1 of 3")
    expect("page found", browser.run(at), "1")
    browser.type([ENTER, ENTER])
    expect("third place", browser.run(at), "4")
    expect("marked", browser.run("document.querySelectorAll('.on').length"), 2)
    browser.type([ESCAPE, HOME])
    browser.run("document.getElementById('language').click()")
    expect("Chinese", browser.run("document.getElementById('origin').textContent"), "經另一人審定")
    expect("errors", browser.log("browser"), [])
    for entry in browser.log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            expect(f"request of {url}", url.startswith(("file://", "data:", "chrome://")), True)


def main():
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("SKIPPED: no chromium and chromedriver on this machine")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        case = "a package with everything in it is accepted by verification"
        subprocess.run([sys.argv[1], f"-tc={case}"], check=True, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, SHIQU_KEEP_PACKAGE=folder))
        browser = Browser(folder)
        try:
            look(browser, f"{folder}/gj0001-v1/data/viewer.html",
                 sys.argv[2] if len(sys.argv) > 2 else None)
        finally:
            browser.close()
    print("The viewer works: pages, keys, search, both languages, no request but of files.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
