/** Asking a server: one bounded session after another, each with a program or connection of its own. */
import { LockError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { Transport } from '../../core/source.ts'
import { openSse, openStreamable, type Address } from './http.ts'
import type { Limits } from './limits.ts'
import type { Profile } from './profiles.ts'
import { Conversation, type Era, type ResourcePolicy, type Session } from './session.ts'
import { startProgram, type Program } from './stdio.ts'

export type Target =
  | { readonly kind: 'program'; readonly program: Program }
  | { readonly kind: 'address'; readonly address: Omit<Address, 'userAgent'>; readonly transport: 'streamable-http' | 'sse' | null }

export type CaptureOptions = {
  readonly root: string
  readonly limits: Limits
  readonly resources: ResourcePolicy
  /** Milliseconds that a session may take. */
  readonly timeout: number
  readonly platform: NodeJS.Platform
  readonly signal: AbortSignal
  /** Where programs that are still ending are noted; the caller waits for them. */
  readonly ending: Promise<void>[]
}

export type Captured = Session & { readonly transport: Transport }

/**
 * Lists a server once as `profile`. A known era is tried first; without one, or where it fails, a
 * program is asked in a disposable process whether it speaks the modern era.
 * @throws LockError a failure of reaching the server, or of its answers
 */
export async function capture(target: Target, profile: Profile, known: Era | null, options: CaptureOptions): Promise<Captured> {
  if (target.kind === 'address') return captureAddress(target, profile, options)
  const { program } = target
  const era = known ?? (await probe(program, profile, options))
  const session = await captureProgram(program, profile, era, options).catch((error: unknown) => {
    if (known === null || !(error instanceof LockError) || error.code !== 'SERVER_REFUSED') throw error
    return captureProgram(program, profile, known === 'modern' ? 'legacy' : 'modern', options)
  })
  return { ...session, transport: 'stdio' }
}

/** Which era a program speaks: silence, an error or its end all mean the legacy one. */
async function probe(program: Program, profile: Profile, options: CaptureOptions): Promise<Era> {
  const patience = Math.min(options.timeout / 2, 10_000)
  const answer = await withProgram(program, profile, { ...options, timeout: patience }, (talk) => talk.discover()).catch(
    (error: unknown) => {
      if (options.signal.aborted || (error instanceof LockError && error.code === 'SERVER_START_FAILED')) throw error
      return null
    },
  )
  return answer === null ? 'legacy' : 'modern'
}

function captureProgram(program: Program, profile: Profile, era: Era, options: CaptureOptions): Promise<Session> {
  return withProgram(program, profile, options, async (talk) =>
    talk.list(era, era === 'modern' ? await modernHello(talk) : await talk.initialize()),
  )
}

async function modernHello(talk: Conversation): Promise<Json> {
  const hello = await talk.discover()
  if (hello === null) throw new LockError('SERVER_REFUSED', 'server/discover: it no longer speaks the protocol revision 2026-07-28')
  return hello
}

async function withProgram<T>(
  program: Program,
  profile: Profile,
  options: CaptureOptions,
  body: (talk: Conversation) => Promise<T>,
): Promise<T> {
  const talk = new Conversation({ ...options, profile })
  talk.channel.attach(startProgram(program, talk.channel, options.limits, options.platform))
  return bounded(talk, options, body)
}

async function captureAddress(target: Extract<Target, { kind: 'address' }>, profile: Profile, options: CaptureOptions): Promise<Captured> {
  const address: Address = { ...target.address, userAgent: profile.userAgent }
  if (target.transport !== 'sse') {
    try {
      return { ...(await captureStreamable(address, profile, options)), transport: 'streamable-http' }
    } catch (error) {
      const isOther =
        target.transport === null && error instanceof LockError && error.code === 'SERVER_UNREACHABLE' && / 40[045]$/.test(error.message)
      if (!isOther) throw error
    }
  }
  const talk = new Conversation({ ...options, profile })
  const session = await bounded(talk, options, async (same, signal) => {
    same.channel.attach(await openSse(address, same.channel, options.limits, signal))
    return same.list('legacy', await same.initialize())
  })
  return { ...session, transport: 'sse' }
}

async function captureStreamable(address: Address, profile: Profile, options: CaptureOptions): Promise<Session> {
  const talk = new Conversation({ ...options, profile })
  return bounded(talk, options, async (same, signal) => {
    same.channel.attach(openStreamable(address, same.channel, options.limits, signal))
    const hello = await same.discover().catch(notModern)
    return hello === null ? same.list('legacy', await same.initialize()) : same.list('modern', hello)
  })
}

/** Any refusal of an unknown first request means the legacy era; what is certain to come back is thrown. */
function notModern(error: unknown): null {
  if (error instanceof LockError && error.code === 'SERVER_UNREACHABLE' && error.message.startsWith('HTTP 4')) return null
  throw error
}

async function bounded<T>(
  talk: Conversation,
  options: CaptureOptions,
  body: (talk: Conversation, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(options.timeout)
  const signal = AbortSignal.any([options.signal, deadline])
  const late = (): LockError =>
    options.signal.aborted
      ? new LockError('INTERRUPTED', 'stopped while asking a server')
      : new LockError('SERVER_TIMEOUT', `no answer within ${options.timeout / 1_000} seconds`)
  const stop = Promise.withResolvers<never>()
  const onAbort = (): void => stop.reject(late())
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const work = body(talk, signal)
  work.catch(() => {})
  try {
    return await Promise.race([work, stop.promise])
  } catch (error) {
    if (signal.aborted) throw late()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
    options.ending.push(talk.channel.close().catch(() => {}))
  }
}
