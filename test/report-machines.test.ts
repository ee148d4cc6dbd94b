/** Reports for programs: JSON, SARIF, JUnit, GitHub annotations. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import AjvDraft04 from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { render } from '../cli/report/index.ts'
import { lockLines } from '../cli/report/lock-lines.ts'
import type { Report } from '../cli/report/report.ts'
import type { Finding } from '../core/compare/finding.ts'
import { wordFinding } from '../core/compare/wording.ts'
import { LOCK_TEXT, PLAIN, edit, lock, report, evil, everyCode } from './reports.ts'

test('json: the declared shape', async () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true })
  const validate = ajv.compile(JSON.parse(readFileSync('schemas/report.schema.json', 'utf8')) as object)
  for (const each of [report, evil, everyCode]) {
    const value: unknown = JSON.parse(await render('json', each, PLAIN))
    assert.ok(validate(value), ajv.errorsText(validate.errors))
  }
  assert.ok(!validate({ ...(JSON.parse(await render('json', report, PLAIN)) as object), more: 1 }))
  const value = JSON.parse(await render('json', report, PLAIN)) as { locks: { servers: { github: { findings: unknown[] } } }[] }
  assert.deepEqual(value.locks[0]?.servers.github.findings, [
    {
      code: 'DEFINITION_CHANGED',
      severity: 'high',
      subject: 'tools/create_issue',
      pointer: '/description',
      message: wordFinding(edit),
      before: edit.before,
      after: edit.after,
    },
  ])
})

test('a place is found in the lock, or its deepest ancestor', () => {
  const find = lockLines(LOCK_TEXT)
  const at = (subject?: string, pointer?: string): string =>
    LOCK_TEXT.split('\n')[find({ server: 'git hub', subject, pointer }) - 1]?.trim() ?? ''
  assert.equal(at(), '"git hub": {')
  assert.equal(at('source', '/launch/args/1'), '"b"')
  assert.equal(at('instructions'), '"instructions": {')
  assert.equal(at('tools/a/b'), '"definition": {')
  assert.equal(at('tools/a/b', '/description'), '"description": {')
  assert.equal(at('tools/a/b', '/10/1/q'), '"q": 1')
  assert.equal(at('tools/a/b', '/10/7'), '"10": [')
  assert.equal(at('tools/a/b', '/$number/é\u202e"'), '"é\\u202e\\"": true')
  assert.equal(at('tools/a/b', '/zz/inner/0'), '0')
  assert.equal(at('tools/new'), '"tools": {')
  assert.equal(lockLines(LOCK_TEXT)({ server: 'none' }), 3)
})

test('sarif: valid by the official schema, at the lines of the lock', async () => {
  const ajv = new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false })
  addFormats.default(ajv)
  const schema = JSON.parse(readFileSync('node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json', 'utf8')) as object
  const validate = ajv.compile(schema)
  for (const each of [report, evil, everyCode, { ...report, locks: [] }]) {
    const value: unknown = JSON.parse(await render('sarif', each, PLAIN))
    assert.ok(validate(value), ajv.errorsText(validate.errors))
  }
  const finding: Finding = { code: 'DEFINITION_CHANGED', subject: 'tools/a/b', pointer: '/10/0', before: 'p', after: '[z](http://e) {0}' }
  const one: Report = {
    command: 'verify',
    exit: 1,
    locks: [
      { ...lock([]), servers: { 'git hub': { status: 'changed', findings: [finding, { code: 'LAUNCH_SHELL', subject: 'source' }] } } },
    ],
  }
  const output = JSON.parse(
    await render('sarif', one, { color: false, lockText: (path) => (path === 'mcp.lock' ? LOCK_TEXT : undefined) }),
  ) as {
    runs: {
      results: { level: string; message: { text: string }; locations: { physicalLocation: { region: { startLine: number } } }[] }[]
    }[]
  }
  const results = output.runs[0]?.results ?? []
  assert.deepEqual(
    results.map(({ level }) => level),
    ['error', 'note'],
  )
  assert.equal(LOCK_TEXT.split('\n')[(results[0]?.locations[0]?.physicalLocation.region.startLine ?? 0) - 1]?.trim(), '"p",')
  assert.match(results[0]?.message.text ?? '', /\\\[z\\\]\(http:\/\/e\) \{\{0\}\}/)
})

/** Well-formedness (XML 1.0 §2.1), as far as we write XML. */
function checkXml(xml: string): string[] {
  assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
  const open: string[] = []
  const seen: string[] = []
  const rest = xml
    .replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
    .replaceAll(/<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g, (_, close: string, name: string, attributes: string, empty: string) => {
      assert.doesNotMatch(attributes, /&(?!(?:amp|lt|gt|quot|apos);)/)
      if (close !== '') assert.equal(open.pop(), name)
      else if (empty === '') open.push(name)
      if (close === '') seen.push(name)
      return ''
    })
  assert.deepEqual(open, [])
  assert.doesNotMatch(rest, /[<>]|&(?!(?:amp|lt|gt|quot|apos);)/)
  return seen
}

test('junit: well-formed, a suite for a lock and a case for a server', async () => {
  for (const each of [evil, everyCode]) checkXml(await render('junit', each, PLAIN))
  const xml = await render(
    'junit',
    {
      ...report,
      locks: [
        lock([edit], {
          servers: {
            a: { status: 'changed', findings: [edit] },
            b: { status: 'unreachable', findings: [{ code: 'SERVER_TIMEOUT' }] },
            c: { status: 'skipped', findings: [] },
            d: { status: 'ok', findings: [] },
          },
        }),
      ],
    },
    PLAIN,
  )
  assert.deepEqual(checkXml(xml), [
    'testsuites',
    'testsuite',
    'testcase',
    'failure',
    'testcase',
    'error',
    'testcase',
    'skipped',
    'testcase',
  ])
  assert.match(xml, /<testsuite name="mcp\.lock" tests="4" failures="1" errors="1" skipped="1">/)
})

test('github: one command a finding, which no text can leave or begin', async () => {
  const lines = (await render('github', evil, PLAIN)).trimEnd().split('\n')
  const findings = 5
  assert.equal(lines.filter((line) => line.startsWith('::')).length, findings)
  assert.equal(lines.length, findings + 2)
  for (const line of lines) {
    assert.ok(!line.includes('##[') && !line.includes('\r') && !line.includes('\u001b'), line)
    if (!line.startsWith('::')) assert.match(line, /^(?:not checked: |mcp-lock )/)
    else assert.match(line, /^::(?:error|notice) file=(?:[^,:%]|%[23][\dA-F])*,line=\d+,title=(?:[^,:%]|%[23][\dA-F])*::/)
  }
  const [first] = (
    await render(
      'github',
      { ...report, locks: [{ ...lock([]), path: '100%, a:b', servers: { s: { status: 'changed', findings: [edit] } } }] },
      PLAIN,
    )
  ).split('\n')
  assert.ok(
    first?.startsWith('::error file=100%25%2C a%3Ab,line=1,title=s%3A a definition changed::tools/create_issue /description'),
    first,
  )
})
