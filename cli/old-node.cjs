// Plain JavaScript that an old Node can read: starts a program with the Node of a checkout, or says which Node is needed.
const { join } = require('path')

/** @param {string} name as it is called @param {string} program the file that a newer Node can run */
module.exports = function onOldNode(name, program) {
  const beside = bundledNode()
  if (beside === null) {
    console.error(
      `${name} needs Node 24.15 or newer, this is ${process.versions.node}\n  npx -y -p node@24 -p mcp-lock ${name} ${process.argv.slice(2).join(' ')}`,
    )
    process.exitCode = 2
    return
  }
  const { spawn } = require('child_process')
  const { signals } = require('os').constants
  const child = spawn(beside, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.platform === 'win32' || child.kill(signal))
  child.on('exit', (status, signal) => (process.exitCode = signal === null ? status : 128 + signals[signal]))
}

/** The Node that a checkout has among its development dependencies. */
function bundledNode() {
  try {
    const file = join(require.resolve('node/package.json'), '..', 'bin', 'node')
    return require('fs').existsSync(file) ? file : null
  } catch {
    return null
  }
}
