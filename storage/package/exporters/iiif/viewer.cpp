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
body { margin: 0; display: flex; flex-direction: column; height: 100vh; background: #efece5; color: #222; font-family: "Noto Serif CJK TC", "Source Han Serif TC", "Songti TC", PMingLiU, SimSun, HanaMinA, HanaMinB, "BabelStone Han", serif }
header { display: flex; gap: .5em; align-items: center; padding: .4em .8em; background: #fff; border-bottom: 1px solid #bbb; flex-wrap: wrap }
h1 { font-size: 1.1em; margin: 0 .6em 0 0 }
button, input { font: inherit; font-size: .95em }
button { min-width: 2.2em; padding: .15em .5em; border: 1px solid #999; border-radius: 4px; background: #faf8f3; cursor: pointer }
button:disabled { color: #aaa; cursor: default }
button:focus-visible, input:focus-visible, p:focus-visible { outline: 2px solid #0a58ca }
#number { width: 4em; text-align: center }
#find { width: 12em }
#origin { margin-left: auto; padding: .1em .6em; border-radius: 1em; background: #f5e3cf; color: #7a3c05; font-size: .9em }
#origin.reviewed { background: #dcefdc; color: #1c5a1c }
main { flex: 1; display: flex; min-height: 0 }
#sheet { flex: 1; overflow: auto; display: flex; padding: 12px }
#leaf { position: relative; margin: auto; flex: none; box-shadow: 0 1px 6px #0005 }
#leaf img { display: block; width: 100%; height: 100% }
#leaf i { position: absolute; outline: 1px solid #0a58ca44 }
#leaf i.on { background: #ffd54f80; outline-color: #b26a00 }
#words { flex: none; width: 38%; box-sizing: border-box; overflow: auto; writing-mode: vertical-rl; font-size: 1.35em; line-height: 1.7; padding: 1em; border-left: 1px solid #bbb; background: #fffdf7 }
#words.rows { writing-mode: horizontal-tb }
#words p { margin: 0; cursor: pointer }
#words p.note { font-size: .72em }
#words p.on { background: #ffe08a }
#words p.none { color: #777; cursor: default }
</style>
<header><h1></h1>
<button id="next">◀</button><input id="number" aria-label="page"><span id="count"></span><button id="previous">▶</button>
<button id="smaller">−</button><button id="fit"></button><button id="larger">＋</button>
<label for="find" id="find_label"></label><input id="find" type="search"><span id="found" role="status"></span>
<span id="origin"></span><button id="language"></button></header>
<main><div id="sheet" tabindex="-1"><div id="leaf"></div></div><div id="words"></div></main>
<script>
const pages = [)html";

constexpr std::string_view kTail = R"html(
];
const facts = FACTS;
const $ = (id) => document.getElementById(id);
const says = {
  zh: { next: '下一頁（←）', previous: '上一頁（→）', larger: '放大（+）', smaller: '縮小（−）', fit: '全頁', find: '檢索', none: '無此文字', empty: '此頁無文字', other: 'English', hits: (n, all) => '第 ' + n + ' 處，共 ' + all + ' 處' },
  en: { next: 'next page (←)', previous: 'previous page (→)', larger: 'larger (+)', smaller: 'smaller (−)', fit: 'fit', find: 'Find', none: 'not found', empty: 'no text on this page', other: '中文', hits: (n, all) => n + ' of ' + all },
};
let language = navigator.language.startsWith('zh') ? 'zh' : 'en', at = 0, zoom = 0, hit = -1;
document.querySelector('h1').textContent = document.title = facts.title;
$('count').textContent = '/ ' + pages.length;
function speak() {
  const words = says[language];
  document.documentElement.lang = language;
  for (const id of ['next', 'previous', 'larger', 'smaller']) { $(id).title = words[id]; $(id).setAttribute('aria-label', words[id]); }
  $('fit').textContent = words.fit;
  $('find_label').textContent = words.find;
  $('language').textContent = words.other;
  show(at);
}
function mark(line, on) {
  for (const one of document.querySelectorAll('[data-line="' + line + '"]')) one.classList.toggle('on', on);
}
function entry(page, line, number) {
  const p = document.createElement('p');
  p.textContent = line.t; p.dataset.line = number;
  if (line.k.startsWith('note')) p.className = 'note';
  p.onmouseenter = () => mark(number, true); p.onmouseleave = () => mark(number, false);
  $('words').append(p);
  if (line.b[2] <= 0) return;
  const box = document.createElement('i');
  const part = (value, whole) => 100 * value / whole + '%';
  box.dataset.line = number; box.title = line.t;
  box.style.left = part(line.b[0], page.w); box.style.width = part(line.b[2], page.w);
  box.style.top = part(line.b[1], page.h); box.style.height = part(line.b[3], page.h);
  box.onmouseenter = p.onmouseenter; box.onmouseleave = p.onmouseleave;
  $('leaf').append(box);
}
function show(index) {
  at = Math.min(Math.max(index || 0, 0), pages.length - 1);
  const page = pages[at];
  $('number').value = at + 1;
  $('next').disabled = at === pages.length - 1; $('previous').disabled = at === 0;
  $('origin').textContent = (page.l === page.n ? '' : page.l + ' · ') + facts.origins[page.o][language];
  $('origin').className = page.o;
  const image = document.createElement('img');
  image.src = 'access/' + page.n + '.jpg'; image.alt = page.l;
  $('leaf').replaceChildren(image); $('words').replaceChildren();
  $('words').classList.toggle('rows', page.t.length > 0 && page.t.every((line) => line.k === 'horizontal'));
  page.t.forEach((line, number) => entry(page, line, number));
  if (page.t.length === 0) {
    const none = document.createElement('p');
    none.className = 'none'; none.textContent = says[language].empty; $('words').append(none);
  }
  scale();
}
function fitting() {
  const page = pages[at], sheet = $('sheet');
  return Math.min((sheet.clientWidth - 24) / page.w, (sheet.clientHeight - 24) / page.h);
}
function scale() {
  const factor = zoom || fitting();
  $('leaf').style.width = pages[at].w * factor + 'px'; $('leaf').style.height = pages[at].h * factor + 'px';
}
function enlarge(by) {
  const whole = fitting();
  zoom = Math.min(Math.max((zoom || whole) * by, whole / 10), Math.max(8, whole * 10));
  scale();
}
function hits(needle) {
  const all = [];
  pages.forEach((page, index) => page.t.forEach((line, number) => { if (line.t.includes(needle)) all.push([index, number]); }));
  return all;
}
function find(step) {
  const needle = $('find').value.trim(), all = needle ? hits(needle) : [];
  $('found').textContent = needle && !all.length ? says[language].none : '';
  if (!all.length) return;
  hit = (hit + step + all.length) % all.length;
  show(all[hit][0]); mark(all[hit][1], true);
  document.querySelector('#words .on').scrollIntoView({ block: 'nearest', inline: 'nearest' });
  $('found').textContent = says[language].hits(hit + 1, all.length);
}
$('next').onclick = () => show(at + 1);
$('previous').onclick = () => show(at - 1);
$('smaller').onclick = () => enlarge(0.8);
$('larger').onclick = () => enlarge(1.25);
$('fit').onclick = () => { zoom = 0; scale(); };
$('number').onchange = () => show(Number($('number').value) - 1);
$('find').oninput = () => { hit = -1; $('found').textContent = ''; };
$('find').onkeydown = (event) => { if (event.key === 'Enter') find(event.shiftKey ? -1 : 1); };
$('language').onclick = () => { language = language === 'zh' ? 'en' : 'zh'; speak(); };
window.onresize = () => scale();
const keys = {
  ArrowLeft: () => show(at + 1), PageDown: () => show(at + 1), ArrowRight: () => show(at - 1), PageUp: () => show(at - 1),
  Home: () => show(0), End: () => show(pages.length - 1), '+': () => enlarge(1.25), '=': () => enlarge(1.25),
  '-': () => enlarge(0.8), '0': () => $('fit').onclick(), '/': () => $('find').focus(),
};
document.onkeydown = (event) => {
  if (event.key === 'Escape') document.activeElement.blur();
  if (event.target.tagName === 'INPUT' || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
};
speak();
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

/// What the viewer says about where a text comes from, by name and language.
Json origins() {
  const auto words = [](TextOrigin origin, const char* chinese) -> Json {
    return {{"zh", chinese}, {"en", sentence_of(origin)}};
  };
  return {
      {name_of(TextOrigin::None), words(TextOrigin::None, "無文字")},
      {name_of(TextOrigin::Machine), words(TextOrigin::Machine, "機器識別，未經人校改、審定")},
      {name_of(TextOrigin::Person), words(TextOrigin::Person, "人工錄入或校改，未經另一人審定")},
      {name_of(TextOrigin::Reviewed), words(TextOrigin::Reviewed, "經另一人審定")}};
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
      lines.push_back(
          {{"t", line.text}, {"k", name_of(line.kind)}, {"b", model::to_json(line.box)}});
    }
    out_.put(content.index == 0 ? "\n" : ",\n");
    out_.put(script_json({{"n", page.number},
                          {"l", page.page.label.empty() ? page.number : page.page.label},
                          {"w", page.capture.width_px},
                          {"h", page.capture.height_px},
                          {"o", name_of(content.origin)},
                          {"t", std::move(lines)}}));
    return {};
  }

  Status finish() override {
    constexpr std::string_view kFacts = "FACTS";
    const model::Item& item = context_.plan().item;
    const std::string title =
        item.title.empty() ? item.identifier : item.title + " · " + item.identifier;
    std::string tail(kTail);
    tail.replace(tail.find(kFacts), kFacts.size(),
                 script_json({{"title", title}, {"origins", origins()}}));
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
