/** Prints every target as a ratio to something measured in the same run. Nothing here is a test. Arguments choose: `npm run bench -- offline start`. */
import { hash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { canonicalize, digest } from '../core/json/digest.ts'
import { parseStrict } from '../core/json/json.ts'
import { cosignVerify } from './cosign.ts'
import { firstAnswers } from './first-answer.ts'
import { measureMutations } from './mutations.ts'
import { inTurn, median, type Figures } from './pairs.ts'
import { tool, writeProject } from './project.ts'
import { measureRegistry, STORES } from './registry/registry.ts'
import { atMost, row } from './row.ts'
import { signProject } from './sign.ts'

const SERVERS = 12
/** Once for every profile, and the first one again; the era is known from the lock. */
const SESSIONS_OF_PIN = 5
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const program = path('../cli/bin.cjs')
const { values: flags, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string', default: '1000,100000,1000000' }, stores: { type: 'string', default: STORES.join() } },
})
const folder = await mkdtemp(join(tmpdir(), 'mcp-lock-bench-'))
const pin = { argv: [program, 'pin', '--yes'], cwd: folder }

try {
  const measurements = { offline, canonical, live, start, mutations, registry }
  const unknown = wanted.filter((name) => !Object.hasOwn(measurements, name))
  if (unknown.length > 0) throw new Error(`expected ${Object.keys(measurements).join(', ')}, got ${unknown.join(', ')}`)
  for (const [name, measure] of Object.entries(measurements)) if (wanted.length === 0 || wanted.includes(name)) await measure()
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Row 1: a cold `verify --offline` of 20 servers and 500 tools against an empty Node, without and with a signature to verify. */
async function offline(): Promise<void> {
  const [plain, signed] = [join(folder, 'plain'), join(folder, 'signed')]
  const bytes = await writeProject(plain)
  await writeProject(signed)
  await signProject(signed)
  const verify = [program, 'verify', '--offline']
  const cosign = await cosignVerify(signed)
  const ours = [{ argv: ['-e', '0'] }, { argv: verify, cwd: plain }, { argv: verify, cwd: signed }, { argv: [program, '--help'] }]
  const [node, unsigned, withPolicy, help, theirs] = await inTurn(cosign === null ? ours : [...ours, cosign], 15)
  if (node === undefined || unsigned === undefined || withPolicy === undefined || help === undefined)
    throw new Error('nothing was measured')
  console.log(`${(bytes / 1e6).toFixed(1)} MB of lock; \`node -e 0\`: ${used(node)}`)
  row('verify --offline / node -e 0', unsigned.milliseconds / node.milliseconds, atMost(2.5), used(unsigned, node))
  row('  its peak memory', unsigned.megabytes / node.megabytes, atMost(2), '')
  row('verify --offline, signed / node -e 0', withPolicy.milliseconds / node.milliseconds, atMost(3.5), used(withPolicy, node))
  row('  its peak memory', withPolicy.megabytes / node.megabytes, atMost(2), '')
  console.log(
    theirs === undefined
      ? '  cosign is not installed (`npm run test:interop` builds it), so there is nothing beside it'
      : `  cosign verify-blob-attestation, the same bundle ${(theirs.milliseconds / node.milliseconds).toFixed(2).padStart(5)} ×   ${theirs.milliseconds.toFixed(0)} ms`,
  )
  row('--help / node -e 0', help.milliseconds / node.milliseconds, atMost(2), used(help, node))
}

/** Processor time is what a busy machine leaves comparable. */
function used({ milliseconds, processor, megabytes }: Figures, node?: Figures): string {
  const ratio = node === undefined ? '' : ` (${(processor / node.processor).toFixed(2)} ×)`
  return `${milliseconds.toFixed(0)} ms, ${processor.toFixed(0)} ms of processor${ratio}, ${megabytes.toFixed(0)} MB`
}

/** Row 2: canonical form and digest of every definition against parse, stringify and hash of the same text. */
function canonical(): void {
  const texts = Array.from({ length: 500 }, (_, i) => JSON.stringify(tool(i % 20, i)))
  const values = texts.map((text) => parseStrict(text))
  const plain = (): void => texts.forEach((text) => void hash('sha256', JSON.stringify(JSON.parse(text)), 'hex'))
  const ours = (): void => values.forEach((value) => void digest('tool', value))
  const whole = (): void => texts.forEach((text) => void digest('tool', parseStrict(text)))
  const times = { plain: [] as number[], ours: [] as number[], whole: [] as number[] }
  for (let round = 0; round < 60; round++) {
    for (const [name, work] of Object.entries({ plain, ours, whole })) {
      const start = performance.now()
      work()
      if (round >= 20) times[name as keyof typeof times].push(performance.now() - start)
    }
  }
  const base = median(times.plain)
  const size = `${(texts.join('').length / 1e6).toFixed(1)} MB, ${base.toFixed(1)} ms`
  row('canonicalise + hash / parse, stringify, SHA-256', median(times.ours) / base, atMost(2), size)
  row(
    '  the same with the strict parse of the text',
    median(times.whole) / base,
    atMost(2),
    `canonical forms are ${canonicalize(values[0] ?? null).length} characters and more`,
  )
}

/** Row 3: `verify` and `pin` of live servers against starting and listing them, as often, with as many at a time. */
async function live(): Promise<void> {
  const names = await pinCatalogs()
  const bare = (sessions: number): string[] => [path('servers/bare-list.mjs'), String(availableParallelism()), String(sessions), ...names]
  const before = await readFile(join(folder, 'mcp.lock'), 'utf8')
  const [verify, once, again, often] = await inTurn(
    [{ argv: [program, 'verify'], cwd: folder }, { argv: bare(1) }, pin, { argv: bare(SESSIONS_OF_PIN) }],
    5,
  )
  if (verify === undefined || once === undefined || again === undefined || often === undefined) throw new Error('nothing was measured')
  if (before !== (await readFile(join(folder, 'mcp.lock'), 'utf8'))) throw new Error('pin changed the lock')
  row(
    `verify / start and list, ${SERVERS} live servers`,
    verify.milliseconds / once.milliseconds,
    atMost(1.15),
    `${verify.milliseconds.toFixed(0)} ms against ${once.milliseconds.toFixed(0)} ms`,
  )
  row(
    'pin / as many sessions',
    again.milliseconds / often.milliseconds,
    atMost(1.15),
    `${again.milliseconds.toFixed(0)} ms against ${often.milliseconds.toFixed(0)} ms`,
  )
}

/** A project of live servers, pinned; their names. */
async function pinCatalogs(): Promise<readonly string[]> {
  const names = Array.from({ length: SERVERS }, (_, i) => `catalog-${i}`)
  const servers = Object.fromEntries(names.map((name) => [name, { command: process.execPath, args: [path('servers/catalog.mjs'), name] }]))
  await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: servers }))
  await inTurn([pin], 0)
  return names
}

/** What `run` adds to a start, without and with a signature to verify: the same server behind it and alone, to the answer of `initialize`. */
async function start(): Promise<void> {
  await pinCatalogs()
  const signed = join(folder, 'signed-start')
  await mkdir(signed)
  for (const file of ['.mcp.json', 'mcp.lock']) await copyFile(join(folder, file), join(signed, file))
  await signProject(signed)
  const run = [program, 'run', 'catalog-0']
  const [unsigned, withPolicy, direct] = await firstAnswers(
    [
      { argv: run, cwd: folder },
      { argv: run, cwd: signed },
      { argv: [path('servers/catalog.mjs'), 'catalog-0'], cwd: folder },
    ],
    15,
  )
  if (unsigned === undefined || withPolicy === undefined || direct === undefined) throw new Error('nothing was measured')
  const against = `against ${direct.toFixed(0)} ms`
  row('run / direct start, to the first answer', unsigned / direct, atMost(3), `${unsigned.toFixed(0)} ms ${against}`)
  row('  the same with a signature', withPolicy / direct, atMost(3), `${withPolicy.toFixed(0)} ms ${against}`)
}

/** Mutated bundles: exit status 1 where one is accepted, or is more than refused, or takes too long. */
function mutations(): void {
  if (!measureMutations()) process.exitCode = 1
}

/** Rows 5 to 7: the registry, with as many records and on such stores as `--sizes` and `--stores` say. */
async function registry(): Promise<void> {
  const sizes = flags.sizes
    .split(',')
    .map(Number)
    .toSorted((a, b) => a - b)
  const stores = flags.stores.split(',')
  if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0 && size <= 1e6)) throw new Error('expected --sizes 1000,100000')
  if (!stores.every((store) => STORES.some((one) => one === store))) throw new Error(`expected --stores ${STORES.join()}`)
  await measureRegistry(sizes, stores)
}
