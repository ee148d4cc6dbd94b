#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds a Node that can run the rest, or says which one is needed.
const { isAbsolute, join } = require('path')

const program = join(__dirname, '../dist/cli/program.cjs')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 24 || (major === 24 && minor >= 15)) {
  const caches = process.env.NODE_DISABLE_COMPILE_CACHE ? null : cacheFolder()
  const often = ['run', 'verify'].find((command) => command === process.argv[2])
  if (caches === null) require(program)
  else require('./compiled.cjs')(program, join(caches, 'mcp-lock', 'compiled'), often || 'others')
} else require('./old-node.cjs')('mcp-lock', program)

/** The user's own: in a folder that all users share, another could put code there that would run as ours. */
function cacheFolder() {
  const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  const system = { win32: [LOCALAPPDATA], darwin: [HOME, 'Library', 'Caches'] }[process.platform]
  const [base, ...rest] = system || (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? [XDG_CACHE_HOME] : [HOME, '.cache'])
  return base && isAbsolute(base) ? join(base, ...rest) : null
}
