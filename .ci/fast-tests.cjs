// The fast tests in two processes, one a core: within one, files share what they load. The worse exit status counts.
const { spawn } = require('node:child_process')

const flags = ['--test', '--test-isolation=none', '--test-timeout=60000']
const shards = [1, 2].map((shard) => run([...flags, `--test-shard=${shard}/2`, 'test/*.test.ts']))

Promise.all(shards).then((statuses) => {
  process.exitCode = Math.max(...statuses)
})

/** What it prints comes whole, when it has ended. */
function run(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  return new Promise((resolve) => {
    child.once('close', (status) => {
      process.stdout.write(Buffer.concat(chunks))
      resolve(status ?? 1)
    })
  })
}
