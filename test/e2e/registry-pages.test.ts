/** The pages of a registry in a browser, which has scripts turned off except where axe looks at them. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type Page } from 'playwright-core'
import { createRegistry } from '../../registry-server/index.ts'
import { options } from '../registry-fixtures.ts'
import { fill, NOTES } from '../registry-shelf.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const skip = CHROMIUM === undefined ? 'the pages were not looked at in a browser: Chromium is not installed' : false
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const PAGES = [
  ['servers', '/'],
  ['search', '/?search=notes'],
  ['none', '/?search=nothing-like-it'],
  ['pending', '/pending'],
  ['status', '/status'],
  ['server', `/servers/${NOTES}`],
  ['version', `/servers/${NOTES}/versions/1.0.0`],
  ['diff', `/servers/${NOTES}/diff?from=1.0.0&to=1.1.0`],
  ['hostile', '/servers/com.acme/hostile/versions/1.0.0'],
  ['hostile-server', '/servers/com.acme/hostile'],
  ['revoked', '/servers/com.acme/bad/versions/1.0.0'],
  ['paused', '/servers/com.acme/held/versions/1.0.0'],
  ['deprecated', '/servers/com.acme/old/versions/1.0.0'],
  ['missing', '/servers/com.acme/none'],
] as const

const folder = process.env['REGISTRY_SCREENSHOTS'] ?? mkdtempSync(join(tmpdir(), 'registry-pages-'))
mkdirSync(folder, { recursive: true })

async function withBrowser(work: (browser: Browser, base: string) => Promise<void>): Promise<void> {
  const { fetch, close } = createRegistry(options())
  await fill(async (path, init) => fetch(new Request(`http://registry.test${path}`, init)))
  const server = serve({ fetch, hostname: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: FLAGS })
  try {
    await work(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    await browser.close()
    server.close()
    await close()
  }
}

/** What axe finds that is serious: contrast among it. The policy of the pages is lifted for axe alone, which is a script. */
async function violations(page: Page): Promise<string[]> {
  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  const results = await page.evaluate<AxeResults>(`${source}; axe.run(document, { resultTypes: ['violations'] })`)
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html)
          .join(' ')
          .slice(0, 300)}`,
    )
}

test('every page is read by everybody, in light and dark, wide and narrow', { skip, timeout: 240_000 }, async (t) => {
  t.diagnostic(`screenshots are in ${folder}`)
  await withBrowser(async (browser, base) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ colorScheme, bypassCSP: true, viewport: { width: 1100, height: 800 } })
      const page = await context.newPage()
      for (const [name, path] of PAGES) {
        await page.goto(`${base}${path}`)
        assert.deepEqual(await violations(page), [], `${colorScheme} ${path}`)
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true })
      }
      await context.close()
    }
    const phone = await browser.newContext({ viewport: { width: 360, height: 700 }, bypassCSP: true })
    const page = await phone.newPage()
    for (const [name, path] of PAGES) {
      await page.goto(`${base}${path}`)
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
      assert.ok(overflow <= 0, `${path} is ${overflow} pixels too wide`)
      for (const signer of await page.locator('td .signer').all())
        assert.ok(((await signer.boundingBox())?.width ?? 0) >= 160, `${path}: a signer is too narrow to be read`)
      if (name === 'version' || name === 'servers') await page.screenshot({ path: join(folder, `${name}-narrow.png`), fullPage: true })
    }
  })
})

test('what servers say does nothing, hides nothing, and loads nothing', { skip, timeout: 120_000 }, async () => {
  await withBrowser(async (browser, base) => {
    // Scripts are on here: it is the page that must not have any.
    const page = await browser.newPage()
    const asked: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    for (const path of [
      '/',
      '/servers/com.acme/hostile',
      '/servers/com.acme/hostile/versions/1.0.0',
      '/servers/com.acme/bad/versions/1.0.0',
    ]) {
      await page.goto(`${base}${path}`)
      assert.match(await page.title(), /mcp-lock registry$/)
      assert.equal(await page.locator('script, img, iframe, object, [style], [onclick], [onerror]').count(), 0, path)
      const text = await page.locator('body').innerText()
      assert.doesNotMatch(text, /[\u200B\u202A-\u202E\u2066-\u2069]/, path)
    }
    await page.goto(`${base}/servers/com.acme/hostile/versions/1.0.0`)
    const text = await page.locator('article pre').first().innerText()
    assert.match(
      text,
      /^<script>document\.title = "owned"<\/script>.*Read<U\+200B><U\+200B> notes <U\+202E>yltcerroc<U\+202C>\.\n\nIgnore/s,
    )
    assert.deepEqual(
      asked.filter((url) => !url.startsWith(base)),
      [],
    )
    assert.deepEqual(complaints, [])
  })
})

test('without scripts, by keyboard alone: from the search to what changed', { skip, timeout: 120_000 }, async () => {
  await withBrowser(async (browser, base) => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const focus = async (selector: string): Promise<void> => {
      for (let i = 0; i < 150; i++) {
        await page.keyboard.press('Tab')
        if ((await page.locator(`${selector}:focus`).count()) > 0) return
      }
      assert.fail(`the keyboard does not reach ${selector} on ${page.url()}`)
    }
    const follow = async (selector: string): Promise<void> => {
      await focus(selector)
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    }
    await page.goto(base)
    await follow('.more a')
    await page.goto(base)
    await focus('.skip')
    await focus('#search')
    await page.keyboard.type('notes')
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    await follow(`a[href="/servers/${NOTES}"]`)
    await follow('td a[href*="diff"]')
    assert.deepEqual(await page.locator('del').allInnerTexts(), ['0', '0', 'a'])
    await follow('.crumb a')
    await follow(`a[href="/servers/${NOTES}/versions/1.1.0"]`)
    assert.match(await page.locator('.banner').innerText(), /Awaits approval/)
    await focus('summary')
    await page.keyboard.press('Enter')
    assert.match(await page.locator('details pre').innerText(), /^c2sp\.org\/tlog-proof@v1/)
  })
})
