// A server with one tool that answers with the text it was given. Lines end at U+000A only, which readline does not hold to.

const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'echo', version: '1.0.0' } }
const tools = [{ name: 'echo', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } }]

function answer(method, params) {
  if (method === 'initialize') return { result: hello }
  if (method === 'tools/list') return { result: { tools } }
  if (method === 'tools/call') return { result: { content: [{ type: 'text', text: params.arguments.text }] } }
  return { error: { code: -32601, message: 'Method not found' } }
}

function take(line) {
  const { id, method, params } = JSON.parse(line)
  if (id !== undefined) process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer(method, params) })}\n`)
}

let held = ''
process.stdin.setEncoding('utf8').on('data', (chunk) => {
  const lines = (held + chunk).split('\n')
  held = lines.pop()
  lines.forEach(take)
})
