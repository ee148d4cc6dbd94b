/** A manifest in the form of a pin, for whoever shows or compares it: started by nobody, written nowhere. */
import type { Launch } from '../../core/launch/launch.ts'
import { sealPin, type Pin } from '../../core/lock/lockfile.ts'
import type { Manifest, PortableSource } from '../../core/registry/index.ts'

export function asPin({ source, observed, surface }: Manifest): Pin {
  const transport = 'remote' in source ? source.remote.type : 'stdio'
  const resolved = 'remote' in source ? {} : source
  const shown = { launch: launchOf(source), transport, ...resolved } as Pin['source'] // a package may lack what a lock demands of it
  return sealPin({ observed: { ...observed, placeholders: [] }, source: shown, surface })
}

function launchOf(source: PortableSource): Launch {
  if ('remote' in source) return { url: source.remote.url }
  if ('image' in source) return { command: 'docker', args: ['run', '-i', '--rm', `${source.image.name}@${source.image.digest}`] }
  const { type, name, version } = source.package
  return type === 'npm' ? { command: 'npx', args: ['-y', `${name}@${version}`] } : { command: 'uvx', args: [`${name}@${version}`] }
}
