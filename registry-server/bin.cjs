#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds a Node that can run the rest, or says which one is needed.
const { join } = require('path')
const { pathToFileURL } = require('url')

const program = join(__dirname, '../dist/registry-server/start.js')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 24 || (major === 24 && minor >= 15)) void import(pathToFileURL(program).href)
else require('../cli/old-node.cjs')('mcp-lock-registry', program)
