// An honest server on stdio with twenty tools, which loads a schema library as real ones do.
import { createInterface } from 'node:readline'
import { z } from 'zod'

const input = z.toJSONSchema(z.object({ path: z.string().describe('where it is'), limit: z.number().int().default(10) }))
const tools = Array.from({ length: 20 }, (_, i) => ({
  name: `tool_${i}`,
  description: `Tool number ${i} of ${process.argv[2]}. `.repeat(10),
  inputSchema: input,
}))
const results = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'catalog', version: '1.0.0' } },
  'tools/list': { tools },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method } = JSON.parse(line)
  if (id === undefined) continue
  const result = results[method]
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32601, message: 'Method not found' } }) }))
}
