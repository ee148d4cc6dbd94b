/** Launches that start a package from an npm registry: which package they name, and how freely. */
import compare from 'semver/functions/compare.js'
import satisfies from 'semver/functions/satisfies.js'
import valid from 'semver/functions/valid.js'
import validRange from 'semver/ranges/valid.js'
import type { ArtifactWords } from './artifact.ts'
import type { StdioLaunch } from './launch.ts'
import { runnerCall, valuedOptions } from './runner.ts'

/** A name with a version, range or tag: no path, URL, alias, tarball or variable (npm-package-arg). */
const SPEC = /^(?!.*\.(?:tgz|tar\.gz|tar)$)((?:@[a-z0-9~*_-][a-z0-9~*._-]*\/)?[a-z0-9_][a-z0-9~._-]*)(?:@(?!\.)([^/:$\\]*))?$/i

export const npm: ArtifactWords = {
  read(launch) {
    const call = runnerCall(launch.command, launch.args)
    if (call === null || call.registry !== 'npm') return null
    if (!call.plain || !call.certain) return 'unclear'
    const packages = valuedOptions(launch.args, call)
    const [chosen] = packages
    const ended = launch.args[call.end] === '--'
    const index = call.end + (ended ? 1 : 0)
    const operand = launch.args[index]
    if (operand === undefined || packages.length > 1 || (chosen !== undefined && !/^[\w@][\w@./-]*$/.test(operand))) return 'unclear'
    const args = passedOn(launch, index, ended)
    const token = chosen ?? { index, prefix: '', value: operand }
    const parts = SPEC.exec(token.value)
    if (parts === null || args === null) return 'unclear'
    const [, name = '', range = ''] = parts
    const bin = chosen === undefined ? null : operand
    return {
      type: 'npm',
      name,
      extras: '',
      range,
      bin,
      args,
      paths: args,
      options: [],
      token: { index: token.index, before: `${token.prefix}${name}@` },
    }
  },

  isExact: (range) => valid(range) !== null,

  allows(range, version) {
    const versions = range === '' ? null : validRange(range)
    return versions === null ? true : satisfies(version, versions, { includePrerelease: true })
  },

  offers: (range, version) => satisfies(version, range),

  tagOf: (range) => (range === '' ? 'latest' : validRange(range) === null ? range : null),

  compare,
}

/** What the program gets: npm itself, unlike the others, takes options up to a `--` for its own. */
function passedOn({ command, args }: StdioLaunch, operand: number, ended: boolean): readonly string[] | null {
  const rest = args.slice(operand + 1)
  if (command !== 'npm' || ended) return rest
  const dashes = rest.indexOf('--')
  const own = dashes < 0 ? rest : rest.slice(0, dashes)
  if (own.some((word) => word.startsWith('-'))) return null
  return dashes < 0 ? rest : [...own, ...rest.slice(dashes + 1)]
}
