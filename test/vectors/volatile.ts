/** What `volatile.json` is made from: values against rules, and rules applied to sessions. */
import type { VolatileRule } from '../../core/surface/volatile.ts'
import type { ListingText } from './listing-text.ts'

type Rule = Omit<VolatileRule, 'pointer'>

const text = (type: Rule['type'], fitting: readonly string[], others: readonly string[]): Fit[] => [
  ...fitting.map((value) => ({ rule: { type, prefix: '' }, value: JSON.stringify(value), fits: true })),
  ...others.map((value) => ({ rule: { type, prefix: '' }, value: JSON.stringify(value), fits: false })),
]

export type Fit = { readonly rule: Rule; readonly value: string; readonly fits: boolean }

const fit = (fits: boolean, rule: Rule, ...values: string[]): Fit[] => values.map((value) => ({ rule, value, fits }))

export const fits: readonly Fit[] = [
  ...text(
    'timestamp',
    ['2026-02-31T23:59:60Z', '2026-11-23t00:00:00z', '0000-01-01T00:00:00.123456789+23:59', '2026-11-23T12:34:56-00:00'],
    ['', '2026-11-23', '2026-11-23 12:34:56Z', '2026-11-23T12:34:56', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-01-32T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:61Z', '2026-01-01T00:00:00.Z', '2026-01-01T00:00:00.1234567890Z', '2026-01-01T00:00:00+24:00', '2026-01-01T00:00:00+0100', ' 2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z\n'],
  ),
  ...text(
    'iana-time-zone',
    ['UTC', 'Etc/GMT+5', 'Europe/Berlin', 'Asia/Calcutta', 'Asia/Kolkata', 'Europe/berlin', 'America/Argentina/ComodRivadavia'],
    ['', 'utc', 'GMT', 'Berlin', 'europe/Berlin', 'Europe/Nowhere', 'Europe/', 'Europe/Berlin ', 'Etc/Unknown', 'Europe/Ignore_all', 'US/Eastern'],
  ),
  ...text(
    'uuid',
    ['00000000-0000-0000-0000-000000000000', '01234567-89ab-cdef-0123-456789ABCDEF'],
    ['', '0123456789abcdef0123456789abcdef', '{01234567-89ab-cdef-0123-456789abcdef}', '01234567-89ab-cdef-0123-456789abcdeg', 'urn:uuid:01234567-89ab-cdef-0123-456789abcdef'],
  ),
  ...text(
    'integer',
    ['0', '-1', '10', '9007199254740991', '-9007199254740991'],
    ['', '-0', '+1', '01', '1.0', '1e3', ' 1', '9007199254740992', '-9007199254740992', '99999999999999999999', '\uff11'],
  ),
  ...text('os-platform', ['linux', 'darwin', 'win32', 'macos'], ['', 'Linux', 'linux ', 'beos', 'linuxwindows']),
  ...fit(true, { type: 'integer' }, '0', '-0', '5e0', '9007199254740991'),
  ...fit(false, { type: 'integer' }, '"5"', '0.5', '9007199254740992', '9007199254740993', '1e400', 'null', 'true', '[5]', '{"$number":"1e+400"}'),
  ...fit(true, { type: 'integer', min: -1, max: 5 }, '-1', '5', '0'),
  ...fit(false, { type: 'integer', min: -1, max: 5 }, '-2', '6'),
  ...fit(false, { type: 'integer', min: 5, max: 1 }, '1', '3', '5'),
  ...fit(true, { type: 'integer', prefix: 'of ', suffix: '!', max: 9 }, '"of 9!"'),
  ...fit(false, { type: 'integer', prefix: 'of ', suffix: '!', max: 9 }, '"of 10!"', '"of 9"', '"of  9!"', '"Of 9!"', '9', '"of !"'),
  ...fit(true, { type: 'integer', suffix: '' }, '"1"'),
  ...fit(false, { type: 'integer', suffix: '' }, '1'),
  ...fit(true, { type: 'uuid', min: 5, max: 1 }, '"00000000-0000-0000-0000-000000000000"'),
  ...fit(true, { type: 'os-platform' }, '"linux"'),
  ...fit(false, { type: 'os-platform' }, '1', '["linux"]', '{"linux":1}', 'null'),
  ...fit(true, { type: 'integer', prefix: '1', suffix: '1' }, '"101"', '"1-11"'),
  ...fit(false, { type: 'integer', prefix: '1', suffix: '1' }, '"1"', '"11"', '"1011 "'),
  ...fit(true, { type: 'os-platform', prefix: '\ud83d\ude00', suffix: '\n' }, '"\ud83d\ude00linux\\n"'),
] // prettier-ignore

type Applied = { readonly name: string; readonly why: string; readonly rules: readonly VolatileRule[]; readonly listing: ListingText }

const HELLO =
  '{"capabilities":{"experimental":{"pid":41}},"serverInfo":{"name":"a","version":"1"},"instructions":"It is 2026-11-23T12:00:00Z.","started":7}'
const hello = (lists: ListingText['lists'], rest: Partial<ListingText> = {}): ListingText => ({
  handshake: { method: 'initialize', result: HELLO },
  lists,
  ui: {},
  ...rest,
})
const tools = (page: string): ListingText => hello({ tools: { pages: [page] } })
const NOW = '2026-11-23T12:00:00Z'

export const applied: readonly Applied[] = [
  {
    name: 'tool-part',
    why: 'the part has the digest of the marker',
    rules: [{ pointer: '/tools/a/description', type: 'timestamp', prefix: 'Now ', suffix: '\n' }],
    listing: tools(`{"tools":[{"name":"a","description":"Now ${NOW}\\n"},{"name":"b","description":"Now ${NOW}\\n"}]}`),
  },
  {
    name: 'misfit',
    why: 'a value that does not fit stays, and so does one that is not there',
    rules: [
      { pointer: '/tools/a/description', type: 'timestamp' },
      { pointer: '/tools/b/description', type: 'timestamp' },
      { pointer: '/prompts/a/description', type: 'timestamp' },
    ],
    listing: tools(`{"tools":[{"name":"a","description":"Now ${NOW}"}]}`),
  },
  {
    name: 'members',
    why: 'outside of definitions; an empty prefix is kept',
    rules: [
      { pointer: '/instructions', type: 'timestamp', prefix: 'It is ', suffix: '.' },
      { pointer: '/capabilities/experimental/pid', type: 'integer', min: 1, max: 4194304 },
      { pointer: '/serverInfo/version', type: 'integer', prefix: '' },
      { pointer: '/extra/initialize/started', type: 'integer' },
    ],
    listing: hello({}),
  },
  {
    name: 'everywhere',
    why: 'items of arrays, keys with / and ~, received keys that look like markers',
    rules: [
      { pointer: '/tools/a~1b~0c/inputSchema/required/1', type: 'uuid' },
      { pointer: '/tools/a~1b~0c/inputSchema/required/-', type: 'uuid' },
      { pointer: '/tools/a~1b~0c/inputSchema/required/00', type: 'uuid' },
      { pointer: '/tools/$lines/$number', type: 'integer' },
      { pointer: '/resources/file:~1~1~1a/size', type: 'integer' },
    ],
    listing: hello({
      tools: {
        pages: [
          '{"tools":[{"name":"a/b~c","inputSchema":{"required":["x","00000000-0000-0000-0000-000000000000"]}},{"name":"$lines","$number":3}]}',
        ],
      },
      resources: { pages: ['{"resources":[{"uri":"file:///a","size":12}]}'] },
    }),
  },
  {
    name: 'after-replacement',
    why: 'bodies are bytes by then, and an execution like the default is gone',
    rules: [
      { pointer: '/tools/a/icons/0/src', type: 'integer', prefix: 'data:,' },
      { pointer: '/tools/a/execution/taskSupport', type: 'os-platform' },
      { pointer: '/ui/ui:~1~1a/0/text', type: 'os-platform' },
      { pointer: '/ui/ui:~1~1a/0/revision', type: 'integer' },
      { pointer: '/skills/skill:~1~1a/frontmatter/host', type: 'os-platform' },
    ],
    listing: hello(
      {
        tools: {
          pages: [
            '{"tools":[{"name":"a","icons":[{"src":"data:,1"}],"execution":{"taskSupport":"forbidden"},"_meta":{"ui":{"resourceUri":"ui://a"}}}]}',
          ],
        },
      },
      {
        ui: { 'ui://a': { pages: ['{"contents":[{"uri":"ui://a","text":"linux","revision":5}]}'] } },
        skills: { pages: ['{"skills":[{"uri":"skill://a","frontmatter":{"host":"linux"}}]}'] },
      },
    ),
  },
  {
    name: 'failed',
    why: 'a list that has failed has nothing to replace',
    rules: [{ pointer: '/tools/$failed/description', type: 'integer' }],
    listing: hello({ tools: { failed: -32601 } }),
  },
]

/** Pointers of one server's rules that a policy must not have. */
export const refusedPointers: readonly (readonly string[])[] = [
  ['/digest'],
  ['/observed/era'],
  ['/constructor'],
  ['/'],
  ['/tools'],
  ['/tools/a'],
  ['/tools/a/name'],
  ['/prompts/a~1b/name'],
  ['/resources/file:~1~1~1a/uri'],
  ['/resourceTemplates/x/uriTemplate'],
  ['/skills/skill:~1~1a'],
  ['/skills/skill:~1~1a/uri'],
  ['/ui/ui:~1~1a'],
  ['/ui/ui:~1~1a/0'],
  ['/capabilities'],
  ['/extra/initialize'],
  ['/instructions', '/instructions'],
  ['/serverInfo/version', '/instructions', '/serverInfo'],
  ['/tools/a/inputSchema', '/tools/a/inputSchema/default'],
  ['/tools/a/inputSchema/default', '/tools/a/inputSchema'],
]
