/** A lock that uses every member, and edits of its text that must be refused. */
import { parseStrict } from '../../core/json/json.ts'
import { sealPin, type Lock } from '../../core/lock/lockfile.ts'
import { readSurface, seal, sealEntry, type Entries, type Entry, type Surface } from '../../core/surface/surface.ts'
import { parseListing } from './listing-text.ts'

const HASH = '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730'

const everything = readSurface(
  parseListing({
    handshake: {
      method: 'initialize',
      result:
        '{"capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"a","version":"1","icons":[{"src":"data:,x"}]},"instructions":"First\\nthen \\u200b","hint":[]}',
    },
    lists: {
      tools: {
        pages: [
          '{"tools":[{"name":"read","description":"Reads\\n\\n","inputSchema":{"type":"object","properties":{"n":{"maximum":9223372036854775807},"$lines":{"default":"a"}}}},{"name":"10"},{"name":"9"},{"name":"$lines"}]}',
        ],
      },
      prompts: { pages: ['{"prompts":[]}'] },
      resources: { failed: -32601 },
    },
    skills: { pages: ['{"skills":[{"uri":"skill://a","frontmatter":{"name":"a"}}]}'] },
    ui: { 'ui://a': { pages: ['{"contents":[{"uri":"ui://a","text":"<p>"}]}'] }, 'ui://b': { failed: -32002 } },
  }),
)

const volatile = parseStrict('{"name":"now","description":"x"}')
const withRules: Surface = seal({
  capabilities: {},
  tools: {
    now: sealEntry(
      'tools',
      { ...(volatile as object), name: 'now', description: { $volatile: { prefix: 'It is ', suffix: '\n', type: 'timestamp' } } },
      true,
    ),
  },
})

const observed = { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' } as const

export const lock: Lock = {
  lockfileVersion: 1,
  servers: {
    '10': sealPin({
      observed: { ...observed, placeholders: ['API_TOKEN', 'OTHER'] },
      source: {
        launch: {
          args: ['-y', '@acme/tools@1.2.3', '.'],
          command: 'npx',
          cwd: 'sub',
          env: ['API_TOKEN', 'OTHER', 'OTHER_URL'],
          envFile: '.env',
          envValues: { OTHER_URL: 'https://${env:HOST}/' },
        },
        package: { closure: `sha256:${HASH}`, integrity: 'sha512-AAAA', name: '@acme/tools', type: 'npm', version: '1.2.3' },
        transport: 'stdio',
      },
      surface: everything,
    }),
    '9': sealPin({
      adHoc: true,
      observed,
      source: { files: { 'server.js': `sha256:${HASH}` }, launch: { args: ['server.js'], command: 'node' }, transport: 'stdio' },
      surface: withRules,
    }),
    image: sealPin({
      observed,
      registry: { name: 'com.acme/image', proof: 'c2sp.org/tlog-proof@v1\nindex 0\n\nregistry.acme.example/log\n1\n', version: '1.2.0' },
      source: {
        image: { digest: `sha256:${HASH}`, name: 'ghcr.io/acme/image' },
        launch: { args: ['run', '-i', '--rm', `ghcr.io/acme/image@sha256:${HASH}`], command: 'docker' },
        transport: 'stdio',
      },
      surface: null,
    }),
    native: sealPin({
      observed,
      source: {
        launch: { args: [], command: './bin/server' },
        native: { 'darwin-arm64': `sha256:${HASH}`, 'linux-x64': `sha256:${HASH}` },
        transport: 'stdio',
      },
      surface: null,
    }),
    python: sealPin({
      observed,
      source: {
        launch: { args: ['acme-python@2.0.0'], command: 'uvx' },
        package: { closure: `sha256:${HASH}`, name: 'acme-python', type: 'pypi', version: '2.0.0' },
        transport: 'stdio',
      },
      surface: null,
    }),
    remote: sealPin({
      observed: { ...observed, era: 'modern', protocolVersion: '2026-07-28' },
      source: { launch: { headers: ['authorization'], url: 'https://mcp.example/mcp?key=' }, transport: 'streamable-http' },
      surface: null,
    }),
  },
}

/** The first `from` in the lock's text becomes `to`; with `all`, every one. */
export type Edit = { readonly from: string; readonly to: string; readonly all?: true; readonly code: string }

const edit = (code: string, from: string, to: string): Edit => ({ from, to, code })

const entryOf = (name: string): Entry => (everything.tools as Entries)[name] as Entry
const read = entryOf('read')
const turned = (digest = ''): string => digest.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
const wrong = (digest: string | undefined): Edit => edit('LOCK_INCONSISTENT', `${digest}`, turned(digest))
const nested = (depth: number, inner = ''): string => '['.repeat(depth) + inner + ']'.repeat(depth)

export const edits: readonly Edit[] = [
  { from: '\n', to: '\r\n', all: true, code: 'LOCK_CRLF' },
  edit('LOCK_CRLF', '{\n', '{\r\n'),
  edit('LOCK_CRLF', '  "lockfileVersion": 1,\n', '<<<<<<< ours\r\n  "lockfileVersion": 2,\n'),
  edit('LOCK_MERGE_MARKERS', '  "lockfileVersion"', '<<<<<<< HEAD\n  "lockfileVersion"'),
  edit('LOCK_MERGE_MARKERS', '  "lockfileVersion"', '=======\n  "lockfileVersion"'),
  edit('LOCK_MERGE_MARKERS', '  "lockfileVersion"', '>>>>>>> branch\n  "lockfileVersion"'),
  edit('LOCK_MERGE_MARKERS', '  "lockfileVersion"', '||||||| 0123456\n  "lockfileVersion"'),
  edit('LOCK_MERGE_MARKERS', '  "lockfileVersion": 1', '<<<<<<< HEAD\n  "lockfileVersion": 2'),
  edit('LOCK_INVALID', '  "lockfileVersion"', '<<<<<<<< HEAD\n  "lockfileVersion"'),
  edit('LOCK_INVALID', '{\n', '\ufeff{\n'),
  edit('LOCK_INVALID', '1,\n', '1\n'),
  edit('LOCK_TOO_NEW', '"lockfileVersion": 1', '"lockfileVersion": 2'),
  edit('LOCK_TOO_NEW', '"lockfileVersion": 1', '"lockfileVersion": 1.5'),
  edit('LOCK_TOO_NEW', '"lockfileVersion": 1', '"$lines": 1, "lockfileVersion": 99'),
  edit('LOCK_INVALID', '"lockfileVersion": 1', '"lockfileVersion": 0'),
  edit('LOCK_INVALID', '"lockfileVersion": 1', '"lockfileVersion": "2"'),
  edit('LOCK_INVALID', '"lockfileVersion": 1', '"lockfileVersion": null'),
  edit('LOCK_INVALID', '  "lockfileVersion": 1,\n', ''),
  edit('LOCK_INVALID', '"lockfileVersion": 1', '"lockfileVersion": 1,\n  "other": 1'),
  edit('LOCK_INVALID', '"adHoc": true', '"adHoc": false'),
  edit('LOCK_INVALID', '"version": "1.2.0"', '"version": 1'),
  edit('LOCK_INVALID', '"version": "1.2.0"', '"url": "", "version": "1.2.0"'),
  edit('LOCK_INVALID', '"conditional": true', '"conditional": false'),
  edit('LOCK_INVALID', '"era": "legacy"', '"era": "old"'),
  edit('LOCK_INVALID', '"profile": 1', '"profile": 0'),
  edit('LOCK_INVALID', '"profile": 1', '"profile": 1.5'),
  edit('LOCK_INVALID', '"transport": "stdio"', '"transport": "pipe"'),
  edit('LOCK_INVALID', '"type": "npm"', '"type": "pypi"'),
  edit('LOCK_INVALID', '"API_TOKEN",\n          "OTHER"', '"OTHER",\n          "API_TOKEN"'),
  edit('LOCK_INVALID', '"API_TOKEN",\n          "OTHER"', '"OTHER",\n          "OTHER"'),
  edit('LOCK_INVALID', `"sha256:${HASH}"`, `"sha256:${HASH.toUpperCase()}"`),
  edit('LOCK_INVALID', '"mcl1:', '"mcl2:'),
  edit('LOCK_INVALID', '"$number": "9.223372036854775807e+18"', '"$number": "9223372036854775807"'),
  edit('LOCK_INVALID', '"$number": "9.223372036854775807e+18"', '"$number": "1e+0"'),
  edit('LOCK_INVALID', '"$number": "9.223372036854775807e+18"', '"$number": 1'),
  edit('LOCK_INVALID', '"$failed": -32601', '"$failed": "x"'),
  edit('LOCK_INVALID', '"$failed": -32601', '"$failed": 0.5'),
  edit('LOCK_INVALID', '"$$lines": {', '"$$number": {'),
  edit('LOCK_INVALID', '"$lines": [', '"$line": [],\n          "$lines": ['),
  edit('LOCK_INVALID', '"First",', '"First\\n",'),
  edit('LOCK_INVALID', '"First",\n', ''),
  edit('LOCK_INVALID', '"First",', '"First\\ud800",'),
  edit('LOCK_INVALID', '"First",', '1,'),
  edit('LOCK_INVALID', '"adHoc": true', '"__proto__": null,\n      "adHoc": true'),
  edit('LOCK_INVALID', '"prompts": {}', '"prompts": []'),
  edit('LOCK_INVALID', '"prompts": {}', '"prompts": null'),
  edit('LOCK_INVALID', '"prompts": {}', '"prompt": {}'),
  edit('LOCK_INVALID', '"cwd": "sub"', '"cwd": 1'),
  edit('LOCK_INVALID', '"type": "timestamp"', '"type": "text"'),
  edit('LOCK_INVALID', '"remote": {', '"": {'),
  edit('LOCK_INVALID', '"remote": {', '"$lines": {'),
  edit('LOCK_INVALID', '"remote": {', '"$$number": {'),
  edit('LOCK_INVALID', '"remote": {', '"$failed": {'),
  edit('LOCK_INVALID', '"transport": "stdio"', '"transport": "sse"'),
  edit('LOCK_INVALID', '"transport": "streamable-http"', '"transport": "stdio"'),
  edit('LOCK_INVALID', '"url": "https', '"cwd": "sub",\n          "url": "https'),
  edit(
    'LOCK_INVALID',
    '"transport": "streamable-http"',
    `"files": {\n          "a": "sha256:${HASH}"\n        },\n        "transport": "streamable-http"`,
  ),
  edit('LOCK_INVALID', '"headers": [\n            "authorization"\n          ]', '"headers": []'),
  edit('LOCK_INVALID', '"sha512-AAAA"', '"sha512-"'),
  edit('LOCK_INVALID', '"integrity": "sha512-AAAA",\n          ', ''),
  edit('LOCK_INVALID', `"closure": "sha256:${HASH}",\n          `, ''),
  edit('LOCK_INVALID', '"type": "pypi"', '"type": "npm"'),
  edit('LOCK_INVALID', 'acme-python"', 'Acme_Python"'),
  edit('LOCK_INVALID', 'acme-python",', 'acme-python",\n          "integrity": "sha512-AAAA",'),
  edit('LOCK_INVALID', '"linux-x64"', '"Linux"'),
  edit('LOCK_INVALID', `,\n          "name": "ghcr.io/acme/image"`, ''),
  edit('LOCK_INVALID', 'ghcr.io/acme/image"', 'ghcr.io/acme/image",\n          "tag": "latest"'),
  edit(
    'LOCK_INVALID',
    '"native": {',
    `"image": {\n          "digest": "sha256:${HASH}",\n          "name": "a"\n        },\n        "native": {`,
  ),
  edit('LOCK_INCONSISTENT', '"darwin-arm64"', '"darwin-x64"'),
  edit('LOCK_INVALID', '"OTHER_URL": "https', '"$lines": "https'),
  edit('LOCK_INVALID', '"envValues": {\n            "OTHER_URL": "https://${env:HOST}/"\n          }', '"envValues": {}'),
  edit('LOCK_INCONSISTENT', '"https://${env:HOST}/"', '"https://h/"'),
  edit('LOCK_INVALID', '"type": "timestamp"', '"min": 1,\n                  "type": "timestamp"'),
  edit('LOCK_INVALID', '"server.js": "sha256', '"$number": "sha256'),
  edit('LOCK_INVALID', '"initialize": {', '"ping": {'),
  edit('LOCK_INVALID', '"hint": []', '"$volatile": []'),
  edit('LOCK_INVALID', '"hint": []', '"$failed": -32601'),
  edit('LOCK_INVALID', '"hint": []', '"hint": {\n            "$failed": -32601\n          }'),
  edit(
    'LOCK_INVALID',
    '"hint": []',
    `"hint": {\n            "$bytes": {\n              "digest": "sha256:${HASH}",\n              "size": 1\n            }\n          }`,
  ),
  edit('LOCK_INVALID', '"capabilities": {}', '"capabilities": null'),
  edit(
    'LOCK_INVALID',
    '"capabilities": {}',
    '"capabilities": {\n          "$volatile": {\n            "type": "uuid"\n          }\n        }',
  ),
  edit(
    'LOCK_INVALID',
    '"name": "now"',
    '"name": {\n                "$volatile": {\n                  "type": "uuid"\n                }\n              }',
  ),
  edit('LOCK_INVALID', '"name": "now"', '"name": "then"'),
  edit('LOCK_INVALID', '"uri": "skill://a"', '"uri": "skill://b"'),
  edit('LOCK_INVALID', '"type": "timestamp"', '"max": 0.5,\n                  "type": "timestamp"'),
  edit('LOCK_INVALID', '"type": "timestamp"', '"value": "x",\n                  "type": "timestamp"'),
  edit('LOCK_INVALID', '"size": 3', '"size": -1'),
  edit('LOCK_INVALID', '"hint": []', `"hint": ${nested(76)}`),
  edit('LOCK_INVALID', '"hint": []', `"hint": ${nested(75, '{"$lines":["a","b"]}')}`),
  edit('LOCK_INVALID', '"profile": 1', '"profile": 1e400'),
  edit('LOCK_TOO_NEW', '"lockfileVersion": 1', '"lockfileVersion": 1e400'),
  edit('LOCK_TOO_NEW', '"lockfileVersion": 1,', `"deep": ${nested(200)},\n  "lockfileVersion": 2,`),
  edit('LOCK_TOO_NEW', '"lockfileVersion": 1', '"lockfileVersion": 1,\n  "lockfileVersion": 2'),
  edit('LOCK_NOT_CANONICAL', '"lockfileVersion": 1', '"lockfileVersion": 2,\n  "lockfileVersion": 1'),
  edit('LOCK_NOT_CANONICAL', '"hint": []', `"hint": ${nested(75)}`),
  edit('LOCK_NOT_CANONICAL', '"hint": []', `"hint": ${nested(74, '{"$lines":["a","b"]}')}`),
  edit('LOCK_NOT_CANONICAL', '"hint": []', `"hint": ${nested(76)},\n          "hint": []`),
  edit('LOCK_NOT_CANONICAL', '"hint": []', '"hint": "\\ud800",\n          "hint": []'),
  edit('LOCK_NOT_CANONICAL', '"hint": []', '"hint": 1e400'),
  edit('LOCK_NOT_CANONICAL', '"lockfileVersion": 1,', '"lockfileVersion": 1.0,'),
  edit('LOCK_NOT_CANONICAL', '"lockfileVersion": 1,', '"lockfileVersion": 1, '),
  edit('LOCK_NOT_CANONICAL', '"lockfileVersion": 1,', '"lockfileVersion": 1,\n  "lockfileVersion": 1,'),
  edit('LOCK_NOT_CANONICAL', '"profile": 1', '"profile": 2,\n        "profile": 1'),
  edit('LOCK_NOT_CANONICAL', '"prompts": {}', '"prompts": {\n        }'),
  edit('LOCK_NOT_CANONICAL', '"prompts": {}', '"prompts": { }'),
  edit('LOCK_NOT_CANONICAL', '"lockfileVersion": 1,', '\t"lockfileVersion": 1,'),
  edit('LOCK_NOT_CANONICAL', '\\u200b', '\u200b'),
  edit('LOCK_NOT_CANONICAL', '\\u200b', '\\u200B'),
  edit('LOCK_NOT_CANONICAL', '"First"', '"\\u0046irst"'),
  edit('LOCK_NOT_CANONICAL', 'https://', 'https:\\/\\/'),
  edit('LOCK_NOT_CANONICAL', '{\n  "lockfileVersion"', ' {\n  "lockfileVersion"'),
  edit('LOCK_INCONSISTENT', '"First"', '"first"'),
  edit('LOCK_INCONSISTENT', '"size": 3', '"size": 4'),
  edit('LOCK_INCONSISTENT', '"$failed": -32601', '"$failed": -32602'),
  edit('LOCK_INCONSISTENT', '"version": "1.2.3"', '"version": "1.2.4"'),
  edit('LOCK_INCONSISTENT', '"command": "npx"', '"command": "npy"'),
  edit('LOCK_INCONSISTENT', '"headers": [', '"headers": [\n            "accept",'),
  edit('LOCK_INCONSISTENT', '"default": "a"', '"default": "b"'),
  edit('LOCK_INCONSISTENT', '"conditional": true,\n            ', ''),
  edit('LOCK_INCONSISTENT', '9.223372036854775807e+18', '9.223372036854775806e+18'),
  wrong(read.digest),
  wrong(read.parts?.description),
  wrong(read.parts?.inputSchema),
  wrong(everything.digest),
  wrong(lock.servers['remote']?.digest),
  edit('LOCK_INCONSISTENT', `"description": "${read.parts?.description}",\n              `, ''),
  edit(
    'LOCK_INCONSISTENT',
    `"digest": "${entryOf('10').digest}"`,
    `"digest": "${entryOf('10').digest}",\n            "parts": {\n              "description": "${read.parts?.description}"\n            }`,
  ),
]
