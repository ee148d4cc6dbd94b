/** Pins of what a manifest is of. */
import { sealPin, type Pin } from '../core/lock/lockfile.ts'
import type { Manifest } from '../core/registry/index.ts'

export function pinOf({ source, observed, surface }: Manifest): Pin {
  if (!('package' in source)) throw new Error('expected a package')
  const { name, version } = source.package
  const launch = { command: 'npx', args: ['-y', `${name}@${version}`] }
  return sealPin({
    source: { launch, package: source.package as never, transport: 'stdio' },
    observed: { ...observed, placeholders: [] },
    surface,
  })
}
