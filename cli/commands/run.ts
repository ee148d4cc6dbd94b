/** `mcp-lock run`: the offline checks of one server, then its program in our place. */
import { CODES } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { worstExit, type Finding } from '../../core/compare/finding.ts'
import { isRemote } from '../../core/launch/launch.ts'
import { displaySafe } from '../../core/text.ts'
import { wordCoverage, wordFinding } from '../../core/compare/wording.ts'
import { checkOffline } from '../checking/check-offline.ts'
import { checkSignature } from '../checking/check-signature.ts'
import { fromPin } from '../clients/configured.ts'
import { pinnedProgram } from '../starting/pinned-program.ts'
import { openLocked } from '../project/project.ts'
import type { World } from '../world/world.ts'
import { own } from '../../core/json/json.ts'

/**
 * A config need not name the server: what calls us does.
 * @param words those behind `--`: the server's own, as the client has filled them in
 * @throws LockError, where the program could not be made ready or started
 */
export async function run(name: string, words: readonly string[] | null, world: World): Promise<number> {
  const project = await openLocked([], world)
  const untrusted = await checkSignature(project, project.locked, {}, world)
  if (untrusted.length > 0) return refuse(name, 'cannot be trusted as the policy demands', untrusted, world)
  const pin = own(project.pins, name)
  if (pin !== undefined && isRemote(pin.source.launch))
    throw new LockError('USAGE', `\`${name}\` is a remote server; let the client connect to its address`)
  const unusable = project.unusable.get(name)
  const server = project.servers.get(name)
  if (unusable !== undefined) return refuse(name, DIFFERS, [unusable], world)
  if (pin === undefined && server === undefined)
    throw new LockError('SERVER_UNKNOWN', `\`${name}\` is neither in the lock nor in a client config`)
  if (pin === undefined) return refuse(name, DIFFERS, [{ code: 'SERVER_UNPINNED', subject: 'source' }], world)
  const { findings, closure, mayStart } = await checkOffline(server ?? fromPin(name, pin), pin, project, world)
  if (!mayStart) return refuse(name, DIFFERS, findings, world)
  if (project.policy.registry !== undefined) {
    const { checkPin } = await import('../registry/check-registry.ts')
    const { openRegistry } = await import('../registry/open-registry.ts')
    const { findings: listed, coverage } = await checkPin(name, pin, await openRegistry(project, world))
    for (const open of coverage) world.stderr(`mcp-lock: ${wordCoverage(open).what}\n`)
    if (listed.length > 0) return refuse(name, 'is not what the registry lets be used', listed, world)
  }
  return world.handOver(await pinnedProgram(name, pin, closure, words, project, world))
}

const DIFFERS = 'is not what was pinned'

function refuse(name: string, why: string, all: readonly Finding[], world: World): number {
  const findings = all.filter(({ code }) => CODES[code].exit !== 0)
  const lines = findings.map((finding) => `  ${displaySafe(wordFinding(finding), 1200)}\n    ${CODES[finding.code].next}\n`)
  world.stderr(`mcp-lock: \`${displaySafe(name)}\` ${why}, so it was not started\n${lines.join('')}`)
  return worstExit(findings.map(({ code }) => CODES[code].exit))
}
