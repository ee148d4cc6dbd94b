/** One stylesheet for all pages: theirs is the only style that the content security policy lets be. */
export const STYLESHEET = `
:root {
  --paper: #faf9f6; --sheet: #ffffff; --ink: #1d2126; --muted: #565d66; --line: #dbd8cf; --link: #0a559f;
  --good: #0f5c2a; --good-bg: #e1f3e5; --warn: #724500; --warn-bg: #fff0d2; --bad: #9b0f24; --bad-bg: #ffe4e6;
  --calm: #40464f; --calm-bg: #eaecef; --mark: #4f3400; --mark-bg: #ffdd80; --add-bg: #d3f0da; --del-bg: #ffd7db;
  --serif: ui-serif, "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", Georgia, serif;
  --sans: ui-sans-serif, system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #13151a; --sheet: #1a1d23; --ink: #e7e6e2; --muted: #a4abb5; --line: #333842; --link: #84baff;
    --good: #86e3a5; --good-bg: #12301d; --warn: #ffd080; --warn-bg: #38290a; --bad: #ff9ea8; --bad-bg: #40181e;
    --calm: #c5cad2; --calm-bg: #2a2f37; --mark: #ffe29a; --mark-bg: #5c4506; --add-bg: #16402a; --del-bg: #55202a;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--sans); overflow-wrap: anywhere; }
body { margin: 0 auto; max-width: 62rem; padding: 0 1.25rem; }
a { color: var(--link); text-underline-offset: 0.18em; text-decoration-thickness: from-font; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; padding: 0.5rem 1rem; background: var(--sheet); }
.skip:focus { left: 1rem; top: 0.5rem; z-index: 1; }
header { border-bottom: 1px solid var(--line); margin-bottom: 2rem; }
header nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; padding: 1.1rem 0; }
header nav a { text-decoration: none; color: var(--muted); }
header nav a:hover, header nav a[aria-current] { color: var(--ink); text-decoration: underline; text-decoration-thickness: 2px; }
header .brand { margin-right: auto; font: 600 1.15rem var(--serif); color: var(--ink); }
header .brand span { font-weight: 400; color: var(--muted); }
h1, h2, h3 { line-height: 1.25; font-weight: 600; text-wrap: balance; }
h1 { font: 600 2rem/1.2 var(--serif); margin: 0 0 1rem; }
h1.name { font: 600 1.6rem/1.3 var(--mono); }
h2 { font: 600 1.3rem/1.3 var(--serif); margin: 2.5rem 0 0.75rem; }
h3 { font-size: 1rem; margin: 0 0 0.5rem; }
p { margin: 0.5rem 0; max-width: 70ch; }
.lead { font-size: 1.1rem; }
.muted, .note, .empty, footer, .count, .crumb { color: var(--muted); }
.count { font: 400 1rem var(--sans); }
.crumb { font-family: var(--mono); margin: 0 0 0.25rem; }
code, pre, .name { font-family: var(--mono); }
code { font-size: 0.92em; }
pre { margin: 0.4rem 0; font-size: 0.9rem; line-height: 1.55; white-space: pre-wrap; }
pre.text, pre.command { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem 0.8rem; }
pre.command::before { content: "$ "; color: var(--muted); }
mark { background: var(--mark-bg); color: var(--mark); border-radius: 3px; padding: 0 0.15em; font: 600 0.85em var(--mono); }
.cards { list-style: none; padding: 0; margin: 1.5rem 0; }
.cards li { border-top: 1px solid var(--line); padding: 1rem 0; }
.cards h2 { margin: 0; font: 600 1.05rem var(--mono); }
.cards p { margin: 0.3rem 0 0; }
.badge { display: inline-block; border-radius: 999px; padding: 0.05rem 0.65rem; font: 600 0.8rem/1.6 var(--sans); vertical-align: 0.1em; white-space: nowrap; }
.approved { color: var(--good); background: var(--good-bg); }
.deprecated, .paused { color: var(--warn); background: var(--warn-bg); }
.revoked { color: var(--bad); background: var(--bad-bg); }
.pending { color: var(--calm); background: var(--calm-bg); }
.banner { border-left: 4px solid currentColor; border-radius: 4px; padding: 0.7rem 1rem; margin: 0.75rem 0; }
form { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: center; margin: 1rem 0; }
input, select, button { font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--muted); border-radius: 6px; padding: 0.4rem 0.7rem; }
input[type="search"] { flex: 1 1 16rem; max-width: 28rem; font-family: var(--mono); }
select { font-family: var(--mono); max-width: 100%; }
button { background: var(--link); border-color: var(--link); color: var(--paper); font-weight: 600; cursor: pointer; }
dl { margin: 0.75rem 0; }
dt { margin-top: 0.6rem; }
dd { margin: 0.15rem 0 0 1.25rem; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.45rem 1.5rem; border-block: 1px solid var(--line); padding: 1rem 0; }
dl.facts dt { color: var(--muted); margin: 0; }
dl.facts dd { margin: 0; }
.caution { border: 1px solid var(--warn); border-radius: 8px; padding: 0.25rem 1.25rem 0.75rem; margin: 1.5rem 0; background: var(--warn-bg); }
.caution h2 { margin-top: 0.75rem; color: var(--warn); }
.caution .muted { color: inherit; }
q { font: 0.9rem var(--mono); }
li { margin: 0.3rem 0; }
.definition { border-top: 1px solid var(--line); padding: 1.1rem 0; }
.definition h3 { font-size: 1.05rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.5rem 1rem 0.5rem 0; border-top: 1px solid var(--line); }
thead th { white-space: nowrap; border: 0; color: var(--muted); font-weight: 400; }
tbody th { font-weight: 400; white-space: nowrap; }
.signer { font-size: 0.9rem; min-width: 14rem; }
table.diff { font: 0.9rem/1.55 var(--mono); background: var(--sheet); border: 1px solid var(--line); }
table.diff td { border: 0; padding: 0.05rem 0.6rem; white-space: pre-wrap; }
table.diff .sign { width: 1.5rem; color: var(--muted); user-select: none; }
table.diff .added { background: var(--good-bg); }
table.diff .removed { background: var(--bad-bg); }
table.diff .added .sign, table.diff .removed .sign { color: var(--ink); }
ins { text-decoration: none; background: var(--add-bg); border-bottom: 2px solid var(--good); }
del { text-decoration: line-through; background: var(--del-bg); }
.change h2 { font: 600 1rem var(--sans); margin: 1.75rem 0 0.4rem; }
summary { cursor: pointer; color: var(--link); }
.more { margin: 1.5rem 0; }
footer { border-top: 1px solid var(--line); margin: 4rem 0 2rem; font-size: 0.9rem; }
@media (max-width: 40rem) {
  dl.facts { grid-template-columns: 1fr; gap: 0.1rem; }
  dl.facts dd { margin-bottom: 0.5rem; }
  h1 { font-size: 1.6rem; }
  h1.name { font-size: 1.25rem; }
}
@media print { header, form, .more, .skip { display: none; } }
`

/** A padlock. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="5" y="14" width="22" height="15" rx="3" fill="#0a559f"/><path d="M10 14v-4a6 6 0 0 1 12 0v4" fill="none" stroke="#0a559f" stroke-width="3"/></svg>`
