/** All that can be said of a server while nothing of it is started, installed or contacted, and whether it may be. */
import { checkLaunch, remarks } from '../../core/compare/check-launch.ts'
import { diffSource } from '../../core/compare/diff.ts'
import type { Coverage, Finding } from '../../core/compare/finding.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { policyFor } from '../../core/policy/policy.ts'
import { dynamicSkills, verifyRules } from '../../core/compare/verify.ts'
import { isRedacted } from '../../core/launch/secret.ts'
import { secretIn, type Configured } from '../clients/configured.ts'
import { readClosureFiles } from '../locks/closure-store.ts'
import { hashLaunchFiles, platformName, type LocalFiles } from '../starting/pinned-files.ts'
import { isUsers, type Project } from '../project/project.ts'
import { kindOf } from '../sources/index.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import type { World } from '../world/world.ts'
import { coverageOf } from '../starting/coverage-of.ts'
import { checkWrapper } from './check-wrapper.ts'
import { checkStandIns } from './stand-ins.ts'

export type OfflineCheck = {
  readonly findings: readonly Finding[]
  readonly coverage: readonly Coverage[]
  /** The package's closure beside the lock. */
  readonly closure: ClosureFiles | null
  /**
   * Whether config, files, closure and policy are those that the lock was made with and, where there is a
   * trust base, that it has the same: starting it starts what was pinned and approved.
   */
  readonly mayStart: boolean
}

/** @throws LockError `FILE_UNREADABLE`; with a trust base also `REVISION_UNKNOWN`, `FILE_REFUSED`, `INTERRUPTED` */
export async function checkOffline(server: Configured, pin: Pin, project: Project, world: World): Promise<OfflineCheck> {
  const { platform } = world
  const policy = policyFor(project.policy, server.name)
  const local = await hashLaunchFiles(project.workspace, pin.source.launch, platform)
  const closure = await readClosureFiles(project.root, server.name, pin.source)
  const differences = [
    ...checkLaunch(server.launches, server.transport, pin, policy),
    ...checkFiles(pin, local, platformName(platform)),
    ...checkSecret(server, pin),
    ...(await checkWrapper(server, policy, project, world)),
    ...checkClosure(pin, closure),
    ...verifyRules(pin, policyFor(project.rules, server.name)),
  ]
  const { base } = project
  const unapproved = base === null ? [] : await (await import('./approved.ts')).checkApproved(server, pin, base, platform)
  const givenUp = base === null ? [] : (await import('./approved.ts')).checkGivenUp(server.name, pin, base)
  return {
    findings: [
      ...differences,
      ...unapproved,
      ...givenUp,
      ...(await checkStandIns(server, project)),
      ...remarks(server.launch, !isUsers(project)),
      ...(project.remarks.get(server.name) ?? []),
    ],
    coverage: [...coverageOf(server.name, pin.source, closure, policy), ...dynamicSkills(server.name, pin.surface)],
    closure,
    mayStart: differences.every(({ code }) => code === 'LAUNCH_FLOATING') && (unapproved.length === 0 || base?.runChanged === true),
  }
}

/** What the lock has no marker for, nobody allowed. */
function checkSecret(server: Configured, { source }: Pin): Finding[] {
  const secret = secretIn(server)
  return secret === null || isRedacted(source.launch)
    ? []
    : [{ code: 'SECRET_LITERAL', subject: 'source', pointer: '/launch', detail: secret }]
}

export function checkClosure(pin: Pin, closure: ClosureFiles | null): Finding[] {
  const kind = kindOf(pin.source)
  if (kind === null || kind.matches(pin.source, closure)) return []
  return [
    {
      code: 'CLOSURE_ALTERED',
      subject: 'source',
      pointer: '/package/closure',
      detail: closure === null ? 'the files are missing' : kind.matches(pin.source, withLineFeeds(closure)) ? CRLF : 'the files differ',
    },
  ]
}

const CRLF = 'git gave the files CRLF line ends; `mcp-lock init` writes what keeps it from that, then check them out again'

function withLineFeeds(files: ClosureFiles): ClosureFiles {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replaceAll('\r\n', '\n')]))
}

/** Of a native program only what is pinned for this platform can be compared; where nothing is, it is not known here. */
function checkFiles({ source }: Pin, { files, native }: LocalFiles, platform: string): Finding[] {
  const { files: _, native: pinned, ...rest } = source
  const isUnknown = pinned !== undefined && !Object.hasOwn(pinned, platform)
  const { [platform]: __, ...others } = pinned ?? {}
  const present = isUnknown ? pinned : { ...others, ...native }
  const now = { ...rest, ...(files === undefined ? {} : { files }), ...(Object.keys(present).length === 0 ? {} : { native: present }) }
  const unknown: Finding[] = isUnknown ? [{ code: 'PLATFORM_UNPINNED', subject: 'source', pointer: '/native', detail: platform }] : []
  return [...diffSource(source, now).map(sayMissing), ...unknown]
}

function sayMissing(finding: Finding): Finding {
  return finding.code === 'FILE_CHANGED' && finding.after === undefined ? { ...finding, detail: 'the file is missing' } : finding
}
