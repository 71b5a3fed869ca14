import { createHash } from 'node:crypto';

/** The one style sheet of the HTML statement: light, dark, narrow and printed. It names no address, so nothing is fetched. */
export const statementStyle = `
:root{color-scheme:light dark;--ink:#17211d;--muted:#4d5a54;--accent:#0b5d4b;--ground:#fff;--tint:#edf4f1;--rule:#c8d3ce;--ago:#6fa897;--other:#bcd2ca;--shared:#dcb777;--vacant:#c9c9c2}
@media (prefers-color-scheme:dark){:root{--ink:#e9efec;--muted:#aebbb5;--accent:#7fd1ba;--ground:#121816;--tint:#1d2723;--rule:#3a4742;--ago:#4f8f7d;--other:#39564c;--shared:#b08a45;--vacant:#5b605c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.25rem clamp(.75rem,4vw,2.5rem) 3rem;background:var(--ground);color:var(--ink);font:1rem/1.5 Inter,system-ui,sans-serif;border-top:.6rem solid #0b5d4b;overflow-wrap:anywhere}
p{margin:.15rem 0}
h1{font-size:1.25rem;margin:0}
h2{font-size:1.15rem;color:var(--accent);margin:0 0 .5rem}
a{color:var(--accent)}
section{margin:2rem 0}
header{display:grid;gap:1.25rem;grid-template-columns:1fr 1fr}
.name{font-size:1.35rem;font-weight:650;color:var(--accent);line-height:1.25}
.from p:not(.name),.what p,.small,footer,td small,th small{font-size:.875rem;color:var(--muted)}
.what{text-align:right}
.what p{color:var(--ink)}
address{font-style:normal;grid-column:1/-1;margin-top:.5rem}
.demo{border:2px solid var(--accent);padding:.5rem .75rem;font-weight:650;margin:0 0 1.25rem}
.box{background:var(--tint);border-left:.3rem solid var(--accent);padding:1.1rem 1.35rem;display:flex;flex-wrap:wrap;gap:1rem 3.5rem}
.box h2{color:var(--ink);margin:0}
.amount{font-size:clamp(2.1rem,9vw,3rem);font-weight:650;color:var(--accent);line-height:1.15;font-variant-numeric:tabular-nums}
.then,.lead{font-weight:650}
.box .across{flex-basis:100%;font-size:.9375rem}
dl{margin:.3rem 0 0}
dl div{display:flex;gap:.75rem}
dt{color:var(--muted);min-width:5.5rem}
dd{margin:0;font-weight:650}
.pair{display:grid;gap:0 2rem;grid-template-columns:1fr 1fr}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{padding:.4rem .5rem;text-align:left;vertical-align:top;font-weight:400;border-bottom:1px solid var(--rule)}
thead th{background:var(--tint);font-weight:650;font-size:.875rem;vertical-align:bottom;border:0}
.figure{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}
td.figure{white-space:nowrap}
tbody th small{display:block;font-weight:400}
.pair section{margin:0}
.pair{margin:2rem 0}
.total th,.total td,.section th{font-weight:650}
.total th,.total td{border-top:2px solid var(--accent)}
.part th{padding-left:1.5rem}
.chart{width:100%;height:auto;display:block}
.chart text{font-size:14px;text-anchor:middle;fill:var(--ink)}
.now,.you{fill:var(--accent)}.ago{fill:var(--ago)}.other,.others{fill:var(--other)}.shared{fill:var(--shared)}.vacant{fill:var(--vacant)}.unmeasured{fill:var(--muted)}
.estimated{fill:var(--ground);stroke:var(--muted);stroke-width:1.5;stroke-dasharray:5 4}
.share{width:100%;height:1.1rem;display:block;margin:.6rem 0}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;padding:0;margin:0;font-size:.9375rem}
.legend svg{width:.75rem;height:.75rem;margin-right:.4rem}
details{margin-top:.4rem}
summary{cursor:pointer;padding:.3rem 0}
.values{width:auto}
footer{border-top:1px solid var(--rule);padding-top:.5rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media screen and (max-width:44rem){
header,.pair{grid-template-columns:minmax(0,1fr);row-gap:1.5rem}
.what{text-align:left}
table.wide,table.wide tbody,table.wide tr,table.wide th,table.wide td{display:block}
table.wide thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
table.wide tr{border-bottom:1px solid var(--rule);padding:.5rem 0}
table.wide tbody th,table.wide td{border:0;padding:.05rem 0}
table.wide tbody th{font-weight:650}
table.wide .part th{padding-left:1rem}
table.wide td{display:flex;justify-content:space-between;gap:1rem;text-align:right}
table.wide td::before{content:attr(data-label);color:var(--muted);text-align:left}
table.wide td.empty{display:none}
table.wide .total{border-top:2px solid var(--accent)}
.chart .minor{display:none}
.chart text{font-size:30px}
}
@media print{
:root{color-scheme:light;--ink:#17211d;--muted:#4d5a54;--accent:#0b5d4b;--ground:#fff;--tint:#edf4f1;--rule:#c8d3ce;--ago:#6fa897;--other:#bcd2ca;--shared:#dcb777;--vacant:#c9c9c2}
html{font-size:9pt}
body{max-width:none;padding:0;border:0;print-color-adjust:exact;-webkit-print-color-adjust:exact}
section,.pair{margin:.9rem 0}
th,td{padding:.25rem .4rem}
.chart{max-height:48mm}
details{display:none}
tr,svg,.box{break-inside:avoid}
h2{break-after:avoid}
a{color:inherit;text-decoration:none}
@page{size:A4;margin:15mm}
}
`;

/** What a browser may do with the page: apply this one style sheet, and nothing else. */
export const statementPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(statementStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
