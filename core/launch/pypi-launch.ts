/** Launches that start a package from a Python index: which package they name, and how freely. */
import { compare, satisfies, valid, validRange } from '@renovatebot/pep440'
import type { Artifact, ArtifactWords } from './artifact.ts'
import { runnerCall, valuedOptions } from './runner.ts'

/** A name with extras, and what follows it (PEP 508); no file. */
const SPEC = /^(?!.*\.(?:py|whl|zip|tar\.gz)$)([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(\[[a-z0-9._, -]*\])?\s*(.*)$/is
/** What `uvx` takes for the interpreter itself, which is no package. */
const INTERPRETER = /^(?:python|cpython|pypy|graalpy)[\d.]*(?:@|$)/i

/** Options by what they do; the others leave what runs as it is. */
const PACKAGE: ReadonlySet<string> = new Set(['--from', '--spec'])
const ACCEPTED: readonly (readonly [names: readonly string[], values: RegExp])[] = [
  [['-p', '--python'], /^(?:(?:cpython|pypy|python)[@-]?)?\d+(?:\.\d+){0,2}$/],
  [['-w', '--with'], SPEC],
  [['-i', '--index', '--index-url', '--default-index', '--extra-index-url'], /^(?:[\w-]+=)?https?:\/\/[^\s${}@\\]+$/],
]

export const pypi: ArtifactWords = {
  read(launch) {
    const call = runnerCall(launch.command, launch.args)
    if (call === null || call.registry !== 'pypi') return null
    if (!call.plain || !call.certain) return 'unclear'
    const index = call.end + (launch.args[call.end] === '--' ? 1 : 0)
    const operand = launch.args[index]
    const options = valuedOptions(launch.args, call)
    const packages = options.filter(({ name }) => PACKAGE.has(name))
    const others = options.filter(({ name }) => !PACKAGE.has(name)).map(({ name, value }) => [name, value] as const)
    if (operand === undefined || packages.length > 1 || !others.every(isAccepted)) return 'unclear'
    const [chosen] = packages
    if (chosen === undefined && INTERPRETER.test(operand)) return null
    const token = chosen ?? { index, prefix: '', value: operand }
    const named = readSpec(token.value, launch.command !== 'pipx')
    if (named === null || (chosen !== undefined && !/^[\w.-]+$/.test(operand))) return 'unclear'
    const { spelled, extras, range } = named
    // `uvx NAME@VERSION` is what every uv reads there, and extras only with `==`.
    const args = launch.args.slice(index + 1)
    const sign = chosen === undefined && launch.command !== 'pipx' && extras === '' ? '@' : '=='
    return {
      type: 'pypi',
      name: normalName(spelled),
      extras,
      range,
      bin: chosen === undefined ? spelled : operand,
      args,
      paths: args,
      options: others,
      token: { index: token.index, before: `${token.prefix}${spelled}${extras}${sign}` },
    } satisfies Artifact
  },

  isExact: (range) => valid(range) !== null,

  allows(range, version) {
    if (range === '' || range === 'latest') return true
    return satisfies(version, valid(range) === null ? range : `==${range}`, { prereleases: true })
  },

  offers: (range, version) => satisfies(version, range === '*' ? '>=0' : valid(range) === null ? range : `==${range}`),

  tagOf: (range) => (range === '' || range === 'latest' ? 'latest' : null),

  compare,
}

/** PEP 503. */
export function normalName(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase()
}

function isAccepted([name, value]: readonly [string, string]): boolean {
  const accepted = ACCEPTED.find(([names]) => names.includes(name))
  if (accepted === undefined || !accepted[1].test(value)) return false
  return accepted[1] !== SPEC || readSpec(value, false) !== null
}

/**
 * A requirement with a set of specifiers (PEP 440) or nothing; null for addresses, files and markers. To most, `NAME@x` is
 * the file or folder `x` (PEP 508); `uvx` takes it for a version, where no blank stands beside it (`at`).
 */
function readSpec(text: string, at: boolean): { readonly spelled: string; readonly extras: string; readonly range: string } | null {
  const [, spelled, extras = '', rest = ''] = SPEC.exec(text) ?? []
  if (spelled === undefined || (rest.startsWith('@') && !(at && /^\S+$/.test(text)))) return null
  const range = readRange(rest)
  return range === null ? null : { spelled, extras: extras.replaceAll(' ', ''), range }
}

function readRange(rest: string): string | null {
  if (rest === '' || rest === '@latest') return rest.slice(1)
  const exact = /^(?:@|==)\s*([^*,\s]+)$/.exec(rest)?.[1]
  if (exact !== undefined) return valid(exact) === null ? null : exact
  return /^[\d\s.,*<>=!~a-z+_-]+$/i.test(rest) && validRange(rest) ? rest.replaceAll(/\s/g, '') : null
}
