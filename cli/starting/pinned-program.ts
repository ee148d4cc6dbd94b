/** The program of a pin, as a client's own start of it would be. */
import { unescapeKey } from '../../core/json/json.ts'
import { isRemote } from '../../core/launch/launch.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { policyFor } from '../../core/policy/policy.ts'
import { referencesOf } from '../../core/launch/template.ts'
import { displaySafe } from '../../core/text.ts'
import { fromPin, startOf } from '../clients/configured.ts'
import type { Heir } from '../world/hand-over.ts'
import { makeTarget } from './make-target.ts'
import { passedInputs } from './passed-words.ts'
import { sourceContext, type Project } from '../project/project.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import type { World } from '../world/world.ts'

/**
 * Words, folder and the values of variables that choose code are the pin's. All other variables are those
 * of our own environment, into which the client has put what its config says; what it asks its user for is in the
 * words that it passed, if any.
 * @throws LockError `VARIABLE_UNSET`, `REGISTRY_UNREACHABLE`, `PACKAGE_UNUSABLE`
 */
export async function pinnedProgram(
  name: string,
  { source }: Pin,
  closure: ClosureFiles | null,
  words: readonly string[] | null,
  project: Project,
  world: World,
): Promise<Heir> {
  const env = withoutNpx(world)
  const onInstall = (): void => world.stderr(`mcp-lock: installing ${displaySafe(name)} from its closure, once\n`)
  const context = { ...sourceContext(project, { ...world, env }), onInstall }
  const passed = passedInputs(source.launch, words)
  const inputs = new Map([...passed.keys()].map((id) => [id, `input:${id}`]))
  const values = Object.fromEntries([...passed].map(([id, value]) => [`input:${id}`, value]))
  const start = await startOf(fromPin(name, { source: { ...source, launch: withOwnVariables(source.launch) } }), {
    ...context,
    inputs,
    env: { ...env, ...values },
  })
  const target = await makeTarget(start, { source, closure }, source.transport, policyFor(project.policy, name), context)
  if (target.kind !== 'program') throw new Error('a remote launch has no program')
  const { command, args, cwd } = target.program
  return { command, args, cwd, env: { ...env, ...target.program.env } }
}

/**
 * Only the values that are pinned. One that extends the variable's own value (`PATH` by `…:${env:PATH}`)
 * was expanded by the client, and would be extended twice.
 */
function withOwnVariables(launch: Pin['source']['launch']): Pin['source']['launch'] {
  if (isRemote(launch)) return launch
  const { env: _, envFile: __, envValues = {}, ...words } = launch
  const kept = Object.entries(envValues).filter(([name, template]) => !referencesOf(template).includes(`env:${unescapeKey(name)}`))
  return { ...words, ...(kept.length > 0 ? { envValues: Object.fromEntries(kept) } : {}) }
}

/** The environment as it was before npx put the project's `node_modules/.bin` into `PATH`: programs are looked up there. */
function withoutNpx({ env, platform }: World): { readonly [name: string]: string } {
  const windows = platform === 'win32'
  const own: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(env)) if (value !== undefined) own[name] = value
  const key = Object.keys(own).find((name) => (windows ? name.toUpperCase() : name) === 'PATH')
  if (own['npm_command'] !== 'exec' || key === undefined) return own
  const separator = windows ? ';' : ':'
  const folders = (own[key] ?? '').split(separator)
  const kept = folders.filter((folder) => !/[\\/]node_modules[\\/](?:\.bin|.*[\\/]node-gyp-bin)$/.test(folder))
  return { ...own, [key]: kept.join(separator) }
}
