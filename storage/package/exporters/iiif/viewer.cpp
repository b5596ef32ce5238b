#include "storage/package/exporters/iiif/iiif.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

/// The viewer: opened from the disk, so all it needs stands in it or beside it; its policy forbids
/// every connection.
namespace shiqu::package {
namespace {

constexpr std::string_view kHead = R"html(<!DOCTYPE html>
<html lang="zh">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Shiqu</title>
<style>
body { margin: 0; display: flex; flex-direction: column; height: 100vh; font-family: serif; background: #f4f1ea; color: #222 }
header { display: flex; gap: .6em; align-items: center; padding: .4em .8em; background: #fff; border-bottom: 1px solid #bbb; flex-wrap: wrap }
h1 { font-size: 1.1em; margin: 0 1em 0 0 }
main { flex: 1; display: flex; min-height: 0 }
#sheet { flex: 3; overflow: auto; position: relative }
#leaf { position: relative; transform-origin: 0 0 }
#leaf img { display: block }
#leaf i { position: absolute; border: 1px solid #0a58ca66 }
#leaf i.on, #words p.on { background: #ffd54f88 }
#words { flex: 2; overflow: auto; writing-mode: vertical-rl; font-size: 1.3em; padding: 1em; border-left: 1px solid #bbb; background: #fffdf7 }
#words p { margin: 0 .15em; cursor: pointer }
#origin { font-size: .9em; color: #84450b }
</style>
<header><h1></h1>
<button id="next" title="下一頁 / next (←)">◀</button><input id="number" size="5" aria-label="page"><span id="count"></span><button id="previous" title="上一頁 / previous (→)">▶</button>
<button id="smaller">−</button><button id="larger">＋</button>
<label for="find">檢索 / find</label> <input id="find" type="search"><span id="found"></span>
<span id="origin"></span></header>
<main><div id="sheet"><div id="leaf"></div></div><div id="words"></div></main>
<script>
const pages = [)html";

constexpr std::string_view kTail = R"html(
];
const facts = FACTS;
const $ = (id) => document.getElementById(id);
let at = 0, zoom = 0;
document.querySelector('h1').textContent = facts.title;
document.title = facts.title;
$('count').textContent = '/ ' + pages.length;
function mark(line, on) {
  for (const one of document.querySelectorAll('[data-line="' + line + '"]')) one.classList.toggle('on', on);
}
function show(index) {
  at = Math.min(Math.max(index, 0), pages.length - 1);
  const page = pages[at], leaf = $('leaf'), words = $('words');
  $('number').value = page.n;
  $('origin').textContent = page.l + ' · ' + page.o;
  leaf.replaceChildren(); words.replaceChildren();
  const image = document.createElement('img');
  image.width = page.w; image.height = page.h; image.src = 'access/' + page.n + '.jpg'; image.alt = page.l;
  leaf.append(image);
  page.t.forEach((line, number) => {
    const p = document.createElement('p');
    p.textContent = line.t; p.dataset.line = number;
    p.onmouseenter = () => mark(number, true); p.onmouseleave = () => mark(number, false);
    words.append(p);
    if (line.b[2] > 0) {
      const box = document.createElement('i');
      box.dataset.line = number; box.title = line.t;
      box.style.cssText = 'left:' + line.b[0] + 'px;top:' + line.b[1] + 'px;width:' + line.b[2] + 'px;height:' + line.b[3] + 'px';
      box.onmouseenter = p.onmouseenter; box.onmouseleave = p.onmouseleave;
      leaf.append(box);
    }
  });
  scale(zoom || Math.min(1, $('sheet').clientHeight / page.h));
}
function scale(factor) { $('leaf').style.transform = 'scale(' + factor + ')'; $('leaf').dataset.scale = factor; }
function enlarge(by) { zoom = Number($('leaf').dataset.scale) * by; scale(zoom); }
$('next').onclick = () => show(at + 1);
$('previous').onclick = () => show(at - 1);
$('smaller').onclick = () => enlarge(0.8);
$('larger').onclick = () => enlarge(1.25);
$('number').onchange = () => show(Number($('number').value) - 1);
$('find').onchange = () => {
  const needle = $('find').value;
  for (let step = 1; needle && step <= pages.length; ++step) {
    const index = (at + step) % pages.length, line = pages[index].t.findIndex((one) => one.t.includes(needle));
    if (line >= 0) { show(index); mark(line, true); $('found').textContent = ''; return; }
  }
  $('found').textContent = needle ? '無 / none' : '';
};
document.onkeydown = (event) => {
  if (event.target.tagName === 'INPUT') return;
  if (event.key === 'ArrowLeft') show(at + 1);
  if (event.key === 'ArrowRight') show(at - 1);
};
show(0);
</script>
</html>
)html";

/// JSON that may stand inside a script element.
std::string script_json(const Json& json) {
  std::string out;
  for (const char c : json_line(json)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

class Viewer final : public ExportRun {
 public:
  Viewer(const ExportContext& context, TextOut out) : context_(context), out_(std::move(out)) {
    out_.put(kHead);
  }

  Status page(const PageContent& content) override {
    const PackagedPage& page = *content.page;
    Json lines = Json::array();
    for (const model::Line& line : content.text.lines) {
      lines.push_back({{"t", line.text}, {"b", model::to_json(line.box)}});
    }
    out_.put(content.index == 0 ? "\n" : ",\n");
    out_.put(script_json({{"n", page.number},
                          {"l", page.page.label.empty() ? page.number : page.page.label},
                          {"w", page.capture.width_px},
                          {"h", page.capture.height_px},
                          {"o", sentence_of(content.origin)},
                          {"t", std::move(lines)}}));
    return {};
  }

  Status finish() override {
    constexpr std::string_view kFacts = "FACTS";
    const model::Item& item = context_.plan().item;
    const std::string title =
        item.title.empty() ? item.identifier : item.title + " · " + item.identifier;
    std::string tail(kTail);
    tail.replace(tail.find(kFacts), kFacts.size(), script_json({{"title", title}}));
    out_.put(tail);
    return out_.finish();
  }

 private:
  const ExportContext& context_;
  TextOut out_;
};

}  // namespace

std::unique_ptr<Exporter> make_viewer_exporter() {
  return make_exporter(
      {"viewer",
       "page to look at images and text without a network",
       Inclusion::Default,
       {"access"},
       [](const ExportContext& context) -> Result<std::unique_ptr<ExportRun>> {
         SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(context.bag(), "data/viewer.html"));
         return std::unique_ptr<ExportRun>(std::make_unique<Viewer>(context, std::move(out)));
       }});
}

}  // namespace shiqu::package
