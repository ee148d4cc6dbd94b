/** Which servers a run of `pin` is about. */
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { adHocServer, type Configured } from '../clients/configured.ts'
import { variablesOf } from '../clients/expand.ts'
import { headerTemplates, type CredentialOptions, type GivenInput } from '../starting/credentials.ts'
import type { Project } from '../project/project.ts'
import type { Selector } from '../../core/lock/accept.ts'

/** What the command line says of it; `command` and `url` describe a server that no config has. */
type Wanted = Pick<CredentialOptions, 'header'> & {
  readonly servers: readonly string[]
  readonly command: readonly string[] | null
  readonly url?: string
}

/**
 * Each known by a config, by the lock, or by the command line.
 * @throws LockError `USAGE`, `SERVER_UNKNOWN`, `CONFIG_NOT_FOUND`
 */
export function chooseServers(project: Project, { command, url, servers, header }: Wanted, selectors: readonly Selector[]): Configured[] {
  if (command !== null || url !== undefined) {
    const [name] = servers
    if (name === undefined || servers.length > 1 || (command !== null && url !== undefined) || command?.length === 0) {
      throw new LockError('USAGE', 'expected one NAME and either `-- command args` or --url')
    }
    if (namesAnother(project, name))
      throw new LockError('USAGE', `a client config names \`${name}\` already; take another name, or change the config`)
    return [adHocServer(name, command, url ?? null, headerTemplates(header))]
  }
  const wanted = selectors.length > 0 ? [...new Set(selectors.map(({ server }) => server))] : servers
  const unknown = wanted.find((name) => !project.servers.has(name) && !project.unusable.has(name))
  if (unknown !== undefined)
    throw new LockError('SERVER_UNKNOWN', `\`${unknown}\` is in no client config; there are ${[...project.servers.keys()].join(', ')}`)
  if (project.servers.size === 0 && project.unusable.size === 0)
    throw new LockError('CONFIG_NOT_FOUND', `no servers in ${project.workspace}`)
  return [...project.servers.values()].filter(({ name }) => wanted.length === 0 || wanted.includes(name))
}

/** @throws LockError `USAGE` for a placeholder or an answer that no server of the run needs: a misspelled one would leave the variable unset */
export function refuseIdle(placeholders: readonly string[], inputs: readonly GivenInput[], servers: readonly Configured[]): void {
  const needed = new Set(servers.flatMap(({ start }) => variablesOf(start)))
  const refuse = (flag: string, idle: string | undefined): void => {
    if (idle !== undefined) throw new LockError('USAGE', `${flag}: no server of this run needs \`${displaySafe(idle, 100)}\``)
  }
  refuse(
    '--placeholder',
    placeholders.find((name) => !needed.has(name)),
  )
  refuse('--input', inputs.find(({ id }) => !needed.has(`input:${id}`))?.id)
}

/** Whether a config says what the server starts; one that starts its pin leaves that to us. */
function namesAnother({ servers, unusable }: Project, name: string): boolean {
  const server = servers.get(name)
  const isOwn = server?.adHoc === false && !server.entries.every(({ wrapper }) => wrapper?.bare === true)
  return isOwn || unusable.has(name)
}
