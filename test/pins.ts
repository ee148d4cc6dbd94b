/** Small pins and closures for tests of what is done with whole locks. */
import { readClosure } from '../core/packages/closure.ts'
import { EMPTY_LOCK, sealPin, withPins, type Lock, type Pin } from '../core/lock/lockfile.ts'
import { seal, sealEntry } from '../core/surface/surface.ts'

const observed = { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' } as const

/** A server that is started by a program's name and says one text. */
export function pinOf(text: string, command = 'server'): Pin {
  const tool = { name: 'note', description: text, inputSchema: { type: 'object' } }
  return sealPin({
    observed,
    source: { launch: { args: [], command }, transport: 'stdio' },
    surface: seal({ capabilities: {}, tools: { note: sealEntry('tools', tool, false) } }),
  })
}

/** A server from npm at a version. */
export function packagePin(version: string): { readonly pin: Pin; readonly closure: { readonly [file: string]: string } } {
  const packages = { 'node_modules/notes': { version, integrity: 'sha512-AAAA' } }
  const { package: pinned, manifest, lockfile } = readClosure('notes', JSON.stringify({ lockfileVersion: 3, packages }))
  const closure = { 'package.json': manifest, 'package-lock.json': lockfile }
  const launch = { args: ['-y', `notes@${version}`], command: 'npx' }
  const { surface } = pinOf(version)
  return { closure, pin: sealPin({ observed, source: { launch, package: pinned, transport: 'stdio' }, surface }) }
}

export function lockOf(pins: { readonly [name: string]: Pin }): Lock {
  return withPins(EMPTY_LOCK, pins)
}
