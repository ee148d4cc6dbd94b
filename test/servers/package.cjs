// The program of a made-up package: one tool, whose description says which version of it, and of its dependencies, runs.
const { existsSync } = require('node:fs')
const { createInterface } = require('node:readline')
const { name, version, dependencies = {} } = require('./package.json')

const parts = [`${name}@${version}`, ...Object.keys(dependencies).map((dependency) => require(dependency)), ...process.argv.slice(2)]
if (existsSync(`${__dirname}/scripts-ran`)) parts.push('after its scripts')
if (existsSync('changed')) parts.push('changed')
const tools = ['first', 'second'].map((tool) => ({
  name: tool,
  description: `${tool}: ${parts.join(', ')}`,
  inputSchema: { type: 'object' },
}))
const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name, version } }
const results = { initialize: hello, 'tools/list': { tools } }

createInterface({ input: process.stdin }).on('line', (text) => {
  const { id, method } = JSON.parse(text)
  if (id === undefined) return
  const answer = Object.hasOwn(results, method) ? { result: results[method] } : { error: { code: -32601, message: 'Method not found' } }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`)
})
