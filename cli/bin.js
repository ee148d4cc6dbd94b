#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds a Node that can run the rest, or says which one is needed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const script = fileURLToPath(new URL('../dist/cli/start.js', import.meta.url))

if (major > 24 || (major === 24 && minor >= 15)) {
  await import(new URL('../dist/cli/start.js', import.meta.url).href)
} else {
  const beside = bundledNode()
  if (beside === null) {
    console.error(
      `mcp-lock needs Node 24.15 or newer, this is ${process.versions.node}\n  npx -y -p node@24 -p mcp-lock mcp-lock ${process.argv.slice(2).join(' ')}`,
    )
    process.exitCode = 2
  } else {
    const child = spawn(beside, [script, ...process.argv.slice(2)], { stdio: 'inherit' })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.platform === 'win32' || child.kill(signal))
    child.on('exit', (status, signal) => (process.exitCode = signal === null ? status : 128 + constants.signals[signal]))
  }
}

/** The Node that a checkout has among its development dependencies. */
function bundledNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const program = join(dirname(manifest), 'bin', 'node')
    return existsSync(program) ? program : null
  } catch {
    return null
  }
}
