/** More real servers from the npm registry, larger ones among them; skipped, with the reason, where it does not answer. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockIn } from '../world.ts'
import { pinTwice, REAL_MISSING, realProject, succeeds } from './real-servers.ts'

test('six of them are pinned in the same bytes twice, and verified', { skip: REAL_MISSING }, async (t) => {
  const project = await realProject(t, {
    context7: ['@upstash/context7-mcp'],
    everything: ['@modelcontextprotocol/server-everything'],
    filesystem: ['@modelcontextprotocol/server-filesystem', '.'],
    memory: ['@modelcontextprotocol/server-memory'],
    playwright: ['@playwright/mcp'],
    thinking: ['@modelcontextprotocol/server-sequential-thinking'],
  })
  await pinTwice(project)
  assert.equal(Object.keys((await lockIn(project.folder)).servers).length, 6)
})

test(
  'one that puts the time into its defaults is refused, and accepted with the lines that this prints',
  { skip: REAL_MISSING },
  async (t) => {
    const { folder, command } = await realProject(t, { currents: ['@currents/mcp@2.1.1'] })
    const { exit, stderr } = await command('pin', '--yes')
    assert.equal(exit, 1, stderr)
    assert.match(stderr, /currents +✗ SURFACE_UNSTABLE: \d+ places differ/)
    assert.match(stderr, /tools\/\S+ +\/inputSchema\/properties\/\S+\/default/)
    const lines = /^ *volatile:\n(?: +(?:- pointer|type|prefix|suffix|min|max): .*\n)+/m.exec(stderr)?.[0] ?? ''
    const indent = /^ */.exec(lines)?.[0].length ?? 0
    const rules = lines.split('\n').map((line) => `    ${line.slice(indent)}`.trimEnd())
    await writeFile(join(folder, 'mcp-lock.yaml'), `servers:\n  currents:\n${rules.join('\n')}`)
    await succeeds(command('pin', '--yes'))
    assert.match(await readFile(join(folder, 'mcp.lock'), 'utf8'), /"\$volatile": \{\s+"type": "timestamp"/)
    await succeeds(command('verify'))
  },
)
