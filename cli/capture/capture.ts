/** Asking a server: one bounded session after another, each with a program or connection of its own. */
import { LockError } from '../../core/codes/errors.ts'
import type { Json } from '../../core/json/json.ts'
import type { Transport } from '../../core/launch/source.ts'
import { HttpStatusError } from './http-failure.ts'
import type { Address } from './http-request.ts'
import { openStreamable } from './http.ts'
import type { Limits } from './limits.ts'
import type { Profile } from './profiles.ts'
import { Conversation, type Era, type ResourcePolicy, type Session } from './session.ts'
import { openSse } from './sse.ts'
import { redacted } from './redact.ts'
import { startProgram, type Program } from './stdio.ts'

export type Target =
  | { readonly kind: 'program'; readonly program: Program }
  | {
      readonly kind: 'address'
      readonly address: Omit<Address, 'userAgent' | 'until'>
      readonly transport: 'streamable-http' | 'sse' | null
    }

/** Values that no message may show and no lock may hold. */
export function secretsOf(target: Target): readonly string[] {
  return target.kind === 'program' ? target.program.secrets : target.address.secrets
}

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
 * Lists a server once as `profile`. A known era is tried first, and the other one where it is refused;
 * without one, a program is asked in a disposable process whether it speaks the modern era, and an
 * address in the session itself.
 * @throws LockError a failure of reaching the server, or of its answers
 */
export async function capture(target: Target, profile: Profile, known: Era | null, options: CaptureOptions): Promise<Captured> {
  return captureTarget(target, profile, known, options).catch((error: unknown) => {
    throw error instanceof LockError ? redacted(error, secretsOf(target)) : error
  })
}

async function captureTarget(target: Target, profile: Profile, known: Era | null, options: CaptureOptions): Promise<Captured> {
  if (target.kind === 'address') return captureAddress(target, profile, known, options)
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
      const isFinal = error instanceof LockError && (error.code === 'SERVER_START_FAILED' || error.code === 'USAGE')
      if (options.signal.aborted || isFinal) throw error
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

function withProgram<T>(program: Program, profile: Profile, options: CaptureOptions, body: (talk: Conversation) => Promise<T>): Promise<T> {
  return bounded(profile, options, (talk) => {
    talk.channel.attach(startProgram(program, talk.channel, options.limits, options.platform))
    return body(talk)
  })
}

async function captureAddress(
  target: Extract<Target, { kind: 'address' }>,
  profile: Profile,
  known: Era | null,
  options: CaptureOptions,
): Promise<Captured> {
  const address = { ...target.address, userAgent: profile.userAgent }
  if (target.transport !== 'sse') {
    try {
      return { ...(await captureStreamable(address, profile, known, options)), transport: 'streamable-http' }
    } catch (error) {
      if (target.transport !== null || !(error instanceof HttpStatusError) || !NOT_STREAMABLE.has(error.status)) throw error
    }
  }
  const session = await bounded(profile, options, async (talk, signal, until) => {
    talk.channel.attach(openSse({ ...address, until }, talk.channel, options.limits, signal))
    return talk.list('legacy', await talk.initialize())
  })
  return { ...session, transport: 'sse' }
}

/** What a server of the older transport answers to a POST (basic/transports, "Backwards Compatibility"). */
const NOT_STREAMABLE: ReadonlySet<number> = new Set([400, 404, 405])

function captureStreamable(
  address: Omit<Address, 'until'>,
  profile: Profile,
  known: Era | null,
  options: CaptureOptions,
): Promise<Session> {
  return bounded(profile, options, async (talk, signal, until) => {
    talk.channel.attach(openStreamable({ ...address, until }, talk.channel, options.limits, signal))
    return talk.list(...(await greet(talk, known)))
  })
}

/** The first request of the known era, and of the other one where it is refused. */
async function greet(talk: Conversation, known: Era | null): Promise<readonly [Era, Json]> {
  if (known !== 'legacy') {
    const hello = await discover(talk)
    return hello === null ? ['legacy', await talk.initialize()] : ['modern', hello]
  }
  try {
    return ['legacy', await talk.initialize()]
  } catch (error) {
    const hello = isRefusal(error) ? await discover(talk) : null
    if (hello === null) throw error
    return ['modern', hello]
  }
}

/** Any refusal of an unknown first request means the legacy era; what is certain to come back is thrown. */
function discover(talk: Conversation): Promise<Json | null> {
  return talk.discover().catch((error: unknown) => {
    if (isRefusal(error)) return null
    throw error
  })
}

function isRefusal(error: unknown): boolean {
  if (error instanceof HttpStatusError) return error.status >= 400 && error.status < 500
  return error instanceof LockError && error.code === 'SERVER_REFUSED'
}

/** Runs one session within its time. The limit and an interrupt are looked at before anything is started. */
async function bounded<T>(
  profile: Profile,
  options: CaptureOptions,
  body: (talk: Conversation, signal: AbortSignal, until: number) => Promise<T>,
): Promise<T> {
  const until = performance.now() + options.timeout
  const deadline = AbortSignal.timeout(wholeMilliseconds(options.timeout))
  const signal = AbortSignal.any([options.signal, deadline])
  const late = (): LockError =>
    options.signal.aborted
      ? new LockError('INTERRUPTED', 'stopped while asking a server')
      : new LockError('SERVER_TIMEOUT', `no answer within ${options.timeout / 1_000} seconds`)
  if (signal.aborted) throw late()
  const stop = Promise.withResolvers<never>()
  const onAbort = (): void => stop.reject(late())
  signal.addEventListener('abort', onAbort, { once: true })
  const talk = new Conversation({ ...options, profile })
  try {
    const work = body(talk, signal, until)
    work.catch(() => {})
    return await Promise.race([work, stop.promise])
  } catch (error) {
    if (signal.aborted) throw late()
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
    options.ending.push(talk.channel.close().catch(() => {}))
  }
}

/** A time that timers can measure: they take 32 bits with a sign. */
function wholeMilliseconds(time: number): number {
  const whole = Math.ceil(time)
  if (whole >= 1 && whole < 2 ** 31) return whole
  throw new LockError('USAGE', `expected a time limit between 1 and ${2 ** 31 - 1} milliseconds, got ${time}`)
}
