// Loads a file of the program with what V8 compiled of it when it ran before. Node's own compile cache keeps what is compiled
// until a file begins to run; every function that then runs is compiled at each start anew, a quarter of a check's time.
const { isAscii } = require('node:buffer')
const {
  mkdirSync,
  openSync,
  closeSync,
  fstatSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs')
const { createRequire, wrap } = require('node:module')
const { basename, dirname, join } = require('node:path')
const { Script } = require('node:vm')
const { crc32 } = require('node:zlib')

const MAX_AGE = 60 * 24 * 60 * 60 * 1000

/**
 * @param folder the user's own: what is in it runs as ours
 * @param use what the program is started for, for each runs other functions
 */
module.exports = function load(file, folder, use) {
  const bytes = readFileSync(file)
  const kept = join(folder, [basename(file, '.cjs'), use, crc32(bytes).toString(16), process.version, process.arch].join('-'))
  const script = new Script(wrap(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')), {
    filename: file,
    cachedData: read(kept),
  })
  if (script.cachedDataRejected !== false) process.once('exit', (status) => status === 2 || save(kept, script))
  const installed = createRequire(file)
  const loaded = new Map()
  const beside = (path) => loaded.get(path) ?? loaded.set(path, load(path, folder, use)).get(path)
  const module = { exports: {} }
  const require = (name) => (name.startsWith('./') ? beside(join(dirname(file), name)) : installed(name))
  script.runInThisContext().call(module.exports, module.exports, require, module, file, dirname(file))
  return module.exports
}

/** V8 looks at neither bytes nor owner; in a home that root was given, the owner is somebody else. */
function read(kept) {
  try {
    const file = openSync(kept, 'r')
    try {
      if (process.getuid !== undefined && fstatSync(file).uid !== process.getuid()) return undefined
      const bytes = readFileSync(file)
      const data = bytes.subarray(4)
      return bytes.length > 4 && crc32(data) === bytes.readUInt32LE() ? data : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}

/** Where it cannot be kept, the next start is as slow as this one. */
function save(kept, script) {
  try {
    const folder = dirname(kept)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder))
      if (Date.now() - statSync(join(folder, name)).mtimeMs > MAX_AGE) rmSync(join(folder, name), { recursive: true })
    const data = script.createCachedData()
    const head = Buffer.alloc(4)
    head.writeUInt32LE(crc32(data))
    const temporary = `${kept}.${process.pid}`
    writeFileSync(temporary, Buffer.concat([head, data]), { mode: 0o600, flag: 'wx' })
    renameSync(temporary, kept)
  } catch {}
}
