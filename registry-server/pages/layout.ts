/** What all pages have in common. */
import { html } from 'hono/html'
import { displaySafe } from '../../core/text.ts'
import type { Status } from '../../core/registry/index.ts'
import type { Markup } from './shown.ts'

const PLACES = [
  ['/', 'Servers'],
  ['/pending', 'Awaiting approval'],
  ['/status', 'Status'],
] as const

/** @param status null where it is not known at this moment */
export function layout(status: Status | null, { title, path }: { readonly title: string; readonly path: string }, content: Markup): Markup {
  const isPaused = status !== null && status.paused.some(({ target }) => target.kind === 'all')
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${displaySafe(title, 200)} · mcp-lock registry</title>
        <link rel="stylesheet" href="/pages.css" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <nav aria-label="Registry">
            <a class="brand" href="/">mcp-lock <span>registry</span></a>
            ${PLACES.map(([href, name]) => html`<a href="${href}" ${href === path ? html`aria-current="page"` : ''}>${name}</a>`)}
          </nav>
        </header>
        ${
          isPaused
            ? html`<aside class="banner paused everywhere" aria-label="Paused">
                <strong>The registry is paused.</strong> Clients refuse every server until it is resumed.
              </aside>`
            : ''
        }
        <main id="content" tabindex="-1">${content}</main>
        <footer>
          <p>
            ${status === null ? '' : html`Log <code>${displaySafe(status.registry, 200)}</code>, ${status.log.size} records.`} What stands
            here is what this registry says; clients check it by their own policy.
          </p>
        </footer>
      </body>
    </html> `
}
