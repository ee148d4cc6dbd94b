/** How texts of servers stand on a page: escaped by `html`, and nothing in them unseen. */
import { html } from 'hono/html'
import { displaySafe } from '../../core/text.ts'

/** What `html` makes. `raw()`, which takes any text for markup, is nowhere used. */
export type Markup = ReturnType<typeof html>
type Shown = readonly (Markup | string)[]

/** UTF-16 code units of one text. */
const MOST = 20_000
/** What `displaySafe` writes for what a reader would not see. */
const ESCAPES = /((?:<U\+[0-9A-F]{4,6}>|⏎)+)/

/** Any text on one line, its hidden characters marked. */
export function shown(text: string, limit = MOST): Shown {
  return displaySafe(text, limit)
    .split(ESCAPES)
    .map((piece, i) => (i % 2 === 1 ? html`<mark>${piece}</mark>` : piece))
}

/** Any text with its own line ends. */
export function block(text: string): Markup {
  const lines = text.slice(0, MOST).toWellFormed().split('\n')
  const left = text.length - MOST
  // HTML drops a line end after the tag.
  return html`<pre class="text">${lines.map((line) => ['\n', ...shown(line)])}</pre>
    ${left > 0 ? html`<p class="note">${left} more characters, which the manifest has.</p>` : ''}`
}

/** An address that may be followed, or null: only `https`. */
export function safeHref(text: string): string | null {
  const url = URL.parse(text)
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null
}

/** A link where it may be one, else its text. */
export function linked(text: string): Markup {
  const href = safeHref(text)
  return href === null ? html`<span>${shown(text)}</span>` : html`<a href="${href}" rel="noreferrer nofollow">${shown(text)}</a>`
}

/** @param at milliseconds of the epoch */
export function instant(at: number): Markup {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`
}
