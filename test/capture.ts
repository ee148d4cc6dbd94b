/** Asking one of the servers in test/servers. */
import { fileURLToPath } from 'node:url'
import { capture, type CaptureOptions, type Target } from '../cli/capture/capture.ts'
import { DEFAULT_LIMITS } from '../cli/capture/limits.ts'
import { PROFILES } from '../cli/capture/profiles.ts'
import type { Era } from '../cli/capture/session.ts'
import { readSurface, type Surface } from '../core/surface/surface.ts'

export const hostilePath = fileURLToPath(new URL('servers/hostile.mjs', import.meta.url))

export function hostile(mode: string, parameter = '', env: { readonly [name: string]: string } = {}): Target {
  const inherited = { PATH: process.env['PATH'] ?? '', ...env }
  return {
    kind: 'program',
    program: {
      command: process.execPath,
      args: [hostilePath, mode, parameter],
      cwd: process.cwd(),
      env: inherited,
      secrets: Object.values(env),
    },
  }
}

/** One session as the first profile, with everything that it started ended. */
export async function ask(target: Target, options: Partial<CaptureOptions> = {}, era: Era | null = 'legacy'): Promise<Surface> {
  const ending: Promise<void>[] = []
  const all: CaptureOptions = {
    root: process.cwd(),
    limits: DEFAULT_LIMITS,
    resources: 'pin',
    timeout: 10_000,
    platform: process.platform,
    signal: new AbortController().signal,
    ...options,
    ending,
  }
  try {
    const { listing } = await capture(target, PROFILES[0], era, all)
    return readSurface(listing)
  } finally {
    await Promise.all(ending)
  }
}
