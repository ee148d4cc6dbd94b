/**
 * What a reviewer reads first: texts that hide characters, that are very long, or that speak to the
 * model as if they were its user. An aid for the reader and no verdict: an honest text may do all
 * of it, and a hostile one none.
 */
import { byCodeUnit } from '../json/digest.ts'
import { isArray, isObject, unescapeKey, type Json } from '../json/json.ts'
import { storedPointer, type Path } from '../json/pointer.ts'
import { entriesOf, LIST_NAMES, type ListName, type Surface } from './surface.ts'
import { atMost, INVISIBLE } from '../text.ts'

export type Risk = {
  readonly kind: 'invisible' | 'long' | 'words'
  /** From the subject on, in received keys; '' for the subject itself. */
  readonly pointer: string
  readonly why: string
  /** A part of the received text. */
  readonly excerpt: string
}

/** A part of a surface by its name in reports, as it is stored, with what is risky in it. */
export type RiskyPart = { readonly subject: string; readonly list: ListName | null; readonly value: Json; readonly risks: readonly Risk[] }

/** UTF-16 code units: longer than what a tool needs to be explained. */
const LONG = 4_000
const EXCERPT = 160
const CONTEXT = 40

/** Words to the model. Quantifiers are bounded, for the texts are hostile. */
const WORDS: readonly (readonly [why: string, words: RegExp])[] = [
  [
    'tells the model to drop other instructions',
    within(
      'ignore|disregard|forget|override|bypass',
      40,
      'instructions?|rules|prompts|guidelines?|policies|restrictions?|previous|prior|above',
    ),
  ],
  [
    'keeps something from the user',
    within(
      "do not|don['’]t|never|without",
      40,
      '(?:tell|mention|inform|reveal|show|notify|ask|alert|warn|report|disclos)(?:ing|e)?',
      40,
      'users?',
    ),
  ],
  [
    'tells the model what to do round a call',
    /\b(?:before|prior to|after|whenever|instead of) (?:you )?(?:call|us|invok|runn?|execut)(?:e|ing)?\b/i,
  ],
  ['puts itself before other tools', within('must|always|should', 30, 'call(?:ed)?|use[ds]?|invoked?|run', 30, 'first|before|instead')],
  [
    'uses markup that claims authority',
    /<\/?\s{0,3}(?:important|system|instructions?|secret|admin|assistant|hidden|critical|urgent)\b[^>]{0,40}>|<\|[a-z_]{2,20}\|>|\[\/?(?:INST|SYSTEM)\]/i,
  ],
  [
    'names a place of secrets',
    /(?:~|\$HOME|%USERPROFILE%)[\\/]\.[a-z]|\bid_(?:rsa|ed25519|ecdsa)\b|\/etc\/(?:passwd|shadow)\b|(?:^|[\s"'`/])\.(?:env|npmrc|netrc|pgpass)\b|\bmcp\.json\b/i,
  ],
  [
    'carries what was read elsewhere',
    within('read|open|load|fetch|cat|copy|collect', 80, 'and', 40, 'put|pass|send|include|insert|attach|append|paste|upload'),
  ],
  ['sends something to an address', within('send|post|upload|forward|submit', 60, '(?:https?|wss?)(?=://)')],
]

/** Words that follow one another in a sentence, with at most so many characters between. */
function within(...parts: readonly (string | number)[]): RegExp {
  const sources = parts.map((part) => (typeof part === 'number' ? `(?:[^.]|\\.(?! )){0,${part}}` : `\\b(?:${part})\\b`))
  return new RegExp(sources.join(''), 'i')
}

/** The parts that have a risk: definitions first, in the order of the surface. */
export function riskyParts(surface: Surface): RiskyPart[] {
  const { digest: _, tools, prompts, resources, resourceTemplates, ...whole } = surface
  const lists = { tools, prompts, resources, resourceTemplates }
  const definitions = LIST_NAMES.flatMap((list) =>
    Object.entries(entriesOf(lists[list]) ?? {}).map(([key, { definition }]) => ({
      subject: `${list}/${unescapeKey(key)}`,
      list,
      value: definition,
    })),
  )
  const others = Object.entries(whole)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([subject, value]) => ({ subject, list: null, value }))
  return [...definitions, ...others].map((part) => ({ ...part, risks: risksOf(part.value) })).filter(({ risks }) => risks.length > 0)
}

/** What stands out in a surface, in words, that did not in another. */
export function newRisks(before: Surface | null, after: Surface | null): string[] {
  const known = new Set(before === null ? [] : riskyParts(before).flatMap(words))
  return after === null
    ? []
    : riskyParts(after)
        .flatMap(words)
        .filter((text) => !known.has(text))
}

function words({ subject, risks }: RiskyPart): string[] {
  return risks.map(({ pointer, why }) => `${subject}${pointer === '' ? '' : ` ${pointer}`} ${why}`)
}

function risksOf(value: Json, path: Path = []): Risk[] {
  if (typeof value === 'string') return textRisks(value, path)
  if (isArray(value)) return value.flatMap((item, i) => risksOf(item, [...path, i]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => [...textRisks(key, [...path, key]), ...risksOf(item, [...path, key])])
}

function textRisks(text: string, path: Path): Risk[] {
  const pointer = storedPointer(path)
  const hidden = hiddenIn(text)
  const line = text.replace(/\s+/g, ' ')
  return [
    ...hidden
      .slice(0, 1)
      .map(({ at }): Risk => ({ kind: 'invisible', pointer, why: `hides ${names(hidden)}`, excerpt: around(text, at, 1) })),
    ...(text.length > LONG
      ? [{ kind: 'long' as const, pointer, why: `has ${text.length} characters`, excerpt: text.slice(0, EXCERPT).toWellFormed() }]
      : []),
    ...WORDS.flatMap(([why, pattern]): Risk[] => {
      const match = pattern.exec(line)
      return match === null ? [] : [{ kind: 'words', pointer, why, excerpt: around(line, match.index, match[0].length) }]
    }),
  ]
}

type Hidden = { readonly at: number; readonly point: number }

/** What makes an emoji of several characters is seen as part of it; and a space of another width is seen as one. */
const SEEN =
  /(?:\p{Extended_Pictographic}|[#*0-9])\ufe0f?\p{Emoji_Modifier}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)*\u20e3?|[\n\t\r\u00a0\u3000]/gu

function hiddenIn(text: string): Hidden[] {
  const found: Hidden[] = []
  let at = 0
  for (const character of text.replace(SEEN, (seen) => ' '.repeat(seen.length))) {
    const point = character.codePointAt(0) ?? 0
    if (INVISIBLE.some(([from, to]) => point >= from && point <= to)) found.push({ at, point })
    at += character.length
  }
  return found
}

/** `3 invisible characters: U+200B, U+202E`. */
function names(hidden: readonly Hidden[]): string {
  const points = [...new Set(hidden.map(({ point }) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`))]
  return `${hidden.length} invisible character${hidden.length === 1 ? '' : 's'}: ${atMost(5, points).join(', ')}`
}

function around(text: string, at: number, length: number): string {
  const from = Math.max(0, at - CONTEXT)
  const to = Math.min(text.length, at + Math.min(length, EXCERPT) + CONTEXT)
  return `${from > 0 ? '…' : ''}${text.slice(from, to).toWellFormed()}${to < text.length ? '…' : ''}`
}
