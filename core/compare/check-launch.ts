/** What a client config says against what was pinned, before anything is started. */
import { allows, artifactOf, floats, pinnedArtifact, whyUnreadable, withVersion } from '../launch/artifact.ts'
import { canonicalize } from '../json/digest.ts'
import { diffSource } from './diff.ts'
import type { Finding } from './finding.ts'
import { isRemote, type Launch } from '../launch/launch.ts'
import type { Pin } from '../lock/lockfile.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import type { Transport } from '../launch/source.ts'

/** The config's launch as the lock would say it: what it names at the pinned version, where the config allows that one. */
function pinnedForm(launch: Launch, pin: Pin): Launch {
  const artifact = artifactOf(launch)
  const pinned = pinnedArtifact(pin.source)
  if (artifact === null || pinned === null || isRemote(launch)) return launch
  const isSame = artifact.type === pinned.type && artifact.name === pinned.name && allows(artifact, pinned.version)
  return isSame ? withVersion(launch, artifact, pinned.version) : launch
}

/** Differences and launches that forbid to start the server, and launches that float. */
export function checkLaunch(launches: readonly Launch[], transport: Transport | null, pin: Pin, policy: ServerPolicy): Finding[] {
  const checked = launches.flatMap((launch) => {
    const configured = { ...pin.source, launch: pinnedForm(launch, pin), transport: transport ?? pin.source.transport }
    return [...diffSource(pin.source, configured), ...checkReadable(launch), ...checkFloating(launch, policy)]
  })
  return [...checkPackage(pin), ...checked]
}

/** A lock can be consistent and yet start another package than it pins, or one that it does not pin at all. */
function checkPackage({ source }: Pin): Finding[] {
  const artifact = artifactOf(source.launch)
  const pinned = pinnedArtifact(source)
  const isSame = artifact?.type === pinned?.type && artifact?.name === pinned?.name && artifact?.range === pinned?.version
  if (isSame && (artifact === null || !floats(artifact))) return []
  const detail = pinned === null ? 'the launch starts a package that is not pinned' : 'the launch does not start the pinned package'
  return [{ code: 'PACKAGE_CHANGED', subject: 'source', pointer: '/package', detail }]
}

/** What such a runner starts is on no account the pinned code, whatever the lock says. */
function checkReadable(launch: Launch): Finding[] {
  const detail = whyUnreadable(launch)
  return detail === null ? [] : [{ code: 'LAUNCH_UNREADABLE', subject: 'source', pointer: '/launch/args', detail }]
}

function checkFloating(launch: Launch, policy: ServerPolicy): Finding[] {
  const artifact = artifactOf(launch)
  if (artifact === null || isRemote(launch) || !floats(artifact) || policy.floating === 'allow') return []
  const { index } = artifact.token
  return [
    {
      code: 'LAUNCH_FLOATING',
      subject: 'source',
      pointer: `/launch/args/${index}`,
      detail: `\`${launch.args[index]}\``,
    },
  ]
}

/** Whether two launches are one: by value, whatever the order in which they were made. */
export function sameLaunch(a: Launch, b: Launch): boolean {
  return canonicalize(a) === canonicalize(b)
}

/** What a reader should know about a launch; none of it is a failure. */
export function remarks(launch: Launch, shared: boolean): Finding[] {
  if (isRemote(launch)) return []
  const findings: Finding[] = []
  const shell = /^(?:.*\/)?(?:ba|da|z|fi|k)?sh$|^(?:powershell|pwsh|cmd)$/i.test(launch.command)
  if (shell && launch.args.some((word) => /^-[a-z]*c$|^\/c$|^-command$/i.test(word)))
    findings.push({ code: 'LAUNCH_SHELL', subject: 'source', pointer: '/launch/command', detail: launch.command })
  for (const [pointer, word] of [
    ['/launch/command', launch.command] as const,
    ...launch.args.map((arg, i) => [`/launch/args/${i}`, arg] as const),
  ]) {
    if (shared && /^(?:\/|~\/|[A-Za-z]:[\\/])/.test(word))
      findings.push({ code: 'LAUNCH_NOT_PORTABLE', subject: 'source', pointer, detail: word })
  }
  return findings
}
