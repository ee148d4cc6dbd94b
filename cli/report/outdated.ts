/** What `outdated` says: a table of what is worth a line, or JSON of all (schemas/outdated.schema.json). */
import type { LockError } from '../../core/codes/errors.ts'
import type { Json } from '../../core/json/json.ts'
import type { Standing } from '../../core/packages/outdated.ts'
import { formatAge } from '../../core/packages/release-age.ts'
import { displaySafe } from '../../core/text.ts'
import { escapedJson } from './escaped-json.ts'
import { painter } from './paint.ts'

type Head = { readonly server: string; readonly package: { readonly type: string; readonly name: string } }
export type Row =
  | (Head & Standing & { readonly kind: 'asked' })
  | (Head & { readonly kind: 'failed'; readonly pinned: string; readonly error: LockError })

export function outdatedJson(rows: readonly Row[], exit: number): string {
  const servers = rows.map(({ server, kind: _, ...row }): [string, Json] => {
    if (!('error' in row)) return [server, row]
    return [server, { package: row.package, pinned: row.pinned, error: { code: row.error.code, message: displaySafe(row.error.message) } }]
  })
  return `${escapedJson({ outdatedVersion: 1, exit, servers: Object.fromEntries(servers) })}\n`
}

/** Empty where nothing is worth a line. */
export function outdatedText(rows: readonly Row[], now: number, color: boolean): string {
  const shown = rows.filter((row) => row.kind === 'failed' || row.outdated || notes(row, now).length > 0)
  if (shown.length === 0) return ''
  const paint = painter(color)
  const table = [
    ['server', 'package', 'pinned', 'wanted', 'newest'],
    ...shown.map((row) => [
      displaySafe(row.server, 80),
      displaySafe(row.package.name, 80),
      displaySafe(row.pinned, 40),
      ...(row.kind === 'failed' ? ['?', '?'] : [displaySafe(row.wanted, 40), displaySafe(row.newest, 40)]),
    ]),
  ]
  const widths = (table[0] ?? []).map((_, column) => table.reduce((most, cells) => Math.max(most, cells[column]?.length ?? 0), 0))
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const [head = '', ...body] = lines
  const below = (row: Row): string[] => notes(row, now).map((note) => `  ${note}`)
  const text = [paint('bold', head), ...shown.flatMap((row, i) => [body[i] ?? '', ...below(row)])]
  const next = shown.some((row) => row.kind === 'asked' && row.outdated) ? ['', '→ mcp-lock update [server]'] : []
  return [...text, ...next].map((line) => `${line}\n`).join('')
}

function notes(row: Row, now: number): string[] {
  if (row.kind === 'failed') return [`✗ ${row.error.code}: ${displaySafe(row.error.message, 500)}`]
  const { deprecated, missing, tooNew } = row
  return [
    ...(missing === true ? ['the pinned version is not in the registry any more'] : []),
    ...(deprecated === undefined ? [] : [`the pinned version is deprecated: ${displaySafe(deprecated, 300)}`]),
    ...(tooNew === undefined ? [] : [`${displaySafe(tooNew.version, 40)} is too new: ${waiting(tooNew, now)}`]),
  ]
}

function waiting({ published, allowed, by }: NonNullable<Standing['tooNew']>, now: number): string {
  const when =
    published === null ? 'the registry does not say when it was published' : `published ${formatAge(now - Date.parse(published))} ago`
  return `${when}, ${allowed === null ? 'not allowed' : `allowed from ${allowed}`} (${by})`
}
