#pragma once

namespace shiqu::app {

/// Style sheet of the report: fonts of the system, light and dark, nothing loaded.
inline constexpr const char* kScoreStyle = R"css(
:root{--paper:#faf8f3;--card:#fff;--ink:#26221c;--soft:#766f63;--rule:#e4ded1;--strict:#a3342a;
--folded:#d9a05b;--mark:#1f7a8c;--layout:#5b5f97;--order:#8c5f9e;--variant:#d9a05b;--missing:#3f7d57;
--confusable:#a3342a;--left:#4a90a4;--invented:#8a8175}
@media(prefers-color-scheme:dark){:root{--paper:#1b1a18;--card:#262421;--ink:#ece6da;--soft:#a59c8d;
--rule:#3a3732;--strict:#e0736a;--folded:#e3b878;--mark:#5fc1d3;--layout:#8f93cf;--order:#bf93d0;
--variant:#e3b878;--missing:#78b892;--confusable:#e0736a;--left:#7fc0d2;--invented:#b0a797}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1180px;padding:32px 28px 80px;background:var(--paper);color:var(--ink);
font:15px/1.55 "Noto Sans","Noto Sans CJK TC",system-ui,sans-serif}
h1{font-size:30px;font-weight:600;margin:0 0 4px}h2{font-size:19px;font-weight:600;margin:44px 0 12px;
padding-bottom:6px;border-bottom:1px solid var(--rule)}
h3{font-size:15px;font-weight:600;margin:0 0 8px}p{margin:4px 0}.soft,small{color:var(--soft)}
a{color:var(--mark);text-decoration:none}a:hover{text-decoration:underline}
.tiles{display:flex;flex-wrap:wrap;gap:14px;margin:22px 0}
.tile{flex:1 1 170px;background:var(--card);border:1px solid var(--rule);border-radius:10px;
padding:14px 18px}.tile b{display:block;font-size:27px;font-weight:600;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}.tile i{font-style:normal;white-space:nowrap}
.two{display:flex;flex-wrap:wrap;gap:34px;align-items:flex-start}.two>*{flex:1 1 380px;min-width:0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th,td{padding:5px 10px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th{font-weight:600;color:var(--soft);font-size:12.5px}
th:first-child,td:first-child{text-align:left;padding-left:0}
.plot{width:100%;height:auto;display:block}.plot.wide{max-width:640px}.plot.square{max-width:360px}
.plot.bar{border-radius:6px;height:34px}
.plot text{fill:var(--soft);font-size:12px}.plot .grid{stroke:var(--rule)}
.plot .whisker{stroke:var(--ink);opacity:.6}.plot .ideal{stroke:var(--soft);stroke-dasharray:4 4}
.plot .curve{fill:none;stroke-width:1.5}.plot polyline.strict{stroke:var(--strict);fill:none}
.plot polyline.folded{stroke:var(--folded);fill:none}.plot .count{fill:var(--soft);opacity:.45}
rect.strict,circle.strict{fill:var(--strict)}rect.folded,circle.folded{fill:var(--folded)}
circle{fill-opacity:.8}i.strict{--c:var(--strict)}i.folded{--c:var(--folded)}
.legend{list-style:none;padding:0;margin:12px 0 0;display:flex;flex-wrap:wrap;gap:4px 22px;font-size:14px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px}
.layout{--c:var(--layout)}.order{--c:var(--order)}.variant{--c:var(--variant)}
.missing_class{--c:var(--missing)}.confusable{--c:var(--confusable)}.left_out{--c:var(--left)}
.invented{--c:var(--invented)}.legend i,.kind{background:var(--c)}rect.layout,rect.order,rect.variant,
rect.missing_class,rect.confusable,rect.left_out,rect.invented{fill:var(--c)}
.page{content-visibility:auto;contain-intrinsic-size:auto 700px}
.page h2 span{font-weight:400;color:var(--soft);font-size:14px;margin-left:12px}
summary{cursor:pointer;color:var(--soft);font-size:13.5px;margin:8px 0}
.text{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 20px;
font:19px/2.1 "Noto Serif CJK TC","TW-Sung","AR PL UMing TW",serif;word-break:break-all;columns:480px 2}
.text b{font-weight:400;color:var(--c);border-bottom:2px solid var(--c)}
.text rt{font-size:12px;color:var(--c)}.text u{text-decoration:none;color:var(--invented);font-size:14px}
.text .note{font-size:15px;background:color-mix(in srgb,var(--rule) 45%,transparent)}
.cards{display:flex;flex-wrap:wrap;gap:12px;margin-top:12px;align-items:flex-start}
.card{width:168px;background:var(--card);border:1px solid var(--rule);border-top:3px solid var(--c);
border-radius:8px;padding:10px;font-size:12.5px}
.crop{position:relative;width:fit-content;margin:0 auto 8px;line-height:0}
.crop img{max-width:146px;max-height:190px;border-radius:3px}
.card.wide{width:348px}.card.wide img{max-width:326px;max-height:420px}
.crop em{position:absolute;border:1.5px solid var(--mark);border-radius:2px;
box-shadow:0 0 0 1px rgba(255,255,255,.55)}
.pair{display:flex;align-items:center;justify-content:center;gap:10px;
font-family:"Noto Serif CJK TC","TW-Sung","AR PL UMing TW","HanaMinB",serif;font-size:27px;line-height:1.25}
.pair.long{font-size:15px;flex-direction:column;gap:2px;word-break:break-all}
.pair ins{text-decoration:none;color:var(--mark)}.pair del{text-decoration:none;color:var(--strict)}
.pair i{font-style:normal;font-size:14px;color:var(--soft)}
.kind{display:inline-block;color:var(--card);border-radius:9px;padding:0 8px;font-size:11.5px;line-height:18px}
.meta{display:flex;justify-content:space-between;align-items:center;margin:4px 0}
.others{font-family:"Noto Serif CJK TC",serif;font-size:14px;letter-spacing:2px;word-break:break-all}
.others b{color:var(--mark);font-weight:600;border-bottom:2px solid var(--mark)}
.around{color:var(--soft);font-family:"Noto Serif CJK TC",serif;font-size:13px}
footer{margin-top:60px;color:var(--soft);font-size:13px}
@media print{body{max-width:none}.card{break-inside:avoid}}
)css";

}  // namespace shiqu::app
