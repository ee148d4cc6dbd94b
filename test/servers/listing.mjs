// A server of the legacy era that answers with the listing in `listing.json` of its working folder.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const { handshake, lists, ui = {} } = JSON.parse(readFileSync('listing.json', 'utf8'))
const keys = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
}

function answer(method, params) {
  if (method === 'initialize') return { result: handshake.result }
  if (method === 'ping') return { result: {} }
  const pages = method === 'resources/read' ? ui[params.uri] : lists[keys[method]]
  if (pages?.pages === undefined) return { error: { code: pages?.failed ?? -32601, message: 'not there' } }
  const at = Number(params?.cursor ?? 0)
  const rest = at + 1 < pages.pages.length ? { nextCursor: String(at + 1) } : {}
  return { result: { ...pages.pages[at], ...rest } }
}

createInterface({ input: process.stdin }).on('line', (text) => {
  const { id, method, params } = JSON.parse(text)
  if (id !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer(method, params) })}\n`)
})
