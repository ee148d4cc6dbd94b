/** Launches that start a container image: which image they name, and how freely. */
import type { ArtifactWords } from './artifact.ts'
import { readReference } from './image-reference.ts'
import { ENGINE_FLAGS, ENGINE_VALUED } from './engine-options.ts'

const ENGINE = /^(?:docker|podman|nerdctl)(?:\.exe)?$/i
const DIGEST = /^sha256:[0-9a-f]{64}$/

export const image: ArtifactWords = {
  read({ command, args }) {
    const engine = command.split(/[\\/]/).at(-1) ?? ''
    if (!ENGINE.test(engine) || /^\.|^~|\$\{/.test(command)) return null
    const start = args[0] === 'run' ? 1 : args[0] === 'container' && args[1] === 'run' ? 2 : null
    // Options before the verb choose another engine or configuration, and may take a value.
    if (start === null) return (args[0] ?? '').startsWith('-') && args.includes('run') ? 'unclear' : null
    const found = optionsOf(args, start)
    const word = found === null ? undefined : args[found.end]
    const reference = word === undefined ? null : readReference(word)
    // Podman looks a name without a registry up in several, as it is configured.
    if (found === null || reference === null || (/^podman/i.test(engine) && !reference.qualified)) return 'unclear'
    const tag = reference.tag === '' ? '' : `:${reference.tag}`
    return {
      type: 'image',
      name: reference.name,
      extras: tag,
      range: reference.digest ?? reference.tag,
      bin: command,
      args,
      paths: found.options.flatMap(([name, value]) => mounted(name, value)),
      options: found.options,
      token: { index: found.end, before: `${reference.spelled}${tag}@` },
    }
  },

  isExact: (range) => DIGEST.test(range),

  allows: (range, digest) => !DIGEST.test(range) || range === digest,

  offers: () => false,

  tagOf: (range) => (DIGEST.test(range) ? null : range === '' ? 'latest' : range),

  /** Digests have no order: what a tag names now counts as the newer one. */
  compare: (a, b) => (a === b ? 0 : 1),
}

type Option = readonly [name: string, value: string]

/** The options with a value, and where the image stands; null where an option is unknown, for then that is not certain. */
function optionsOf(args: readonly string[], start: number): { readonly options: readonly Option[]; readonly end: number } | null {
  const options: Option[] = []
  for (let at = start; at < args.length; at++) {
    const word = args[at] ?? ''
    if (word === '--') return { options, end: at + 1 }
    if (!word.startsWith('-') || word === '-') return { options, end: at }
    const read = word.startsWith('--') ? longOption(word) : shortOptions(word.slice(1))
    if (read === null) return null
    if (read.name === null) continue
    options.push([read.name, read.value ?? args[at + 1] ?? ''])
    if (read.value === null) at++
  }
  return null
}

/** `name` is null for what takes no value; `value` where it is the next word. */
type Read = { readonly name: string | null; readonly value: string | null } | null

function longOption(word: string): Read {
  const [name = '', value = null] = word.split(/=(.*)/s)
  if (ENGINE_FLAGS.has(name)) return value === null || /^(?:true|false)$/.test(value) ? { name: null, value: null } : null
  return ENGINE_VALUED.has(name) ? { name, value } : null
}

/** Several letters in one word, of which the last may take a value: `-itv a:b`, `-eNAME`. */
function shortOptions(letters: string): Read {
  for (let at = 0; at < letters.length; at++) {
    const name = `-${letters[at]}`
    if (ENGINE_FLAGS.has(name)) continue
    if (!ENGINE_VALUED.has(name)) return null
    const rest = letters.slice(at + 1).replace(/^=/, '')
    return { name, value: rest === '' ? null : rest }
  }
  return { name: null, value: null }
}

/** The places of this machine that an option brings into the container. */
function mounted(name: string, value: string): string[] {
  if (name === '-v' || name === '--volume') {
    const [, onDrive, other = ''] = /^(?:([A-Za-z]:[\\/][^:]*):|([^:]*))/.exec(value) ?? []
    return [onDrive ?? other]
  }
  if (name !== '--mount') return []
  return value.split(',').flatMap((part) => /^(?:source|src)=(.*)$/s.exec(part)?.[1] ?? [])
}
