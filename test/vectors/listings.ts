/** The sessions that `listings.json` is made from. */
import type { ListingText, PagesText } from './listing-text.ts'

type Named = { readonly name: string; readonly why: string; readonly listing: ListingText }

const HELLO = '{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"a","version":"1"}}'

const hello = (result: string, method: ListingText['handshake']['method'] = 'initialize'): ListingText => ({
  handshake: { method, result },
  lists: {},
  ui: {},
})
const tools = (...pages: string[]): ListingText => ({ ...hello(HELLO), lists: { tools: { pages } } })
const tool = (members: string, name = 'a'): ListingText => tools(`{"tools":[{"name":"${name}"${members === '' ? '' : `,${members}`}}]}`)
const ui = (answers: { readonly [uri: string]: PagesText }): ListingText => ({ ...hello(HELLO), ui: answers })

export const listings: readonly Named[] = [
  { name: 'least', why: 'only what must be there', listing: hello('{"capabilities":{}}') },
  {
    name: 'initialize',
    why: 'protocolVersion and _meta are left out',
    listing: hello(
      '{"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true},"experimental":{"x":{}}},"serverInfo":{"name":"a","title":"A","version":"1.0"},"instructions":"Be good.\\nAlways.","_meta":{"trace":1}}',
    ),
  },
  {
    name: 'discover',
    why: 'serverInfo comes from _meta; transport fields are left out',
    listing: hello(
      '{"supportedVersions":["2026-07-28"],"capabilities":{"extensions":{"x/y":{}}},"resultType":"complete","ttlMs":5000,"cacheScope":"public","nextCursor":"x","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"a","version":"1"},"other":true}}',
      'server/discover',
    ),
  },
  {
    name: 'serverInfo-twice',
    why: 'the member wins over _meta',
    listing: hello('{"capabilities":{},"serverInfo":null,"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"a"}}}', 'server/discover'),
  },
  { name: 'instructions-empty', why: 'the same as absence', listing: hello('{"capabilities":{},"instructions":""}') },
  { name: 'instructions-null', why: 'not the same as absence', listing: hello('{"capabilities":{},"instructions":null}') },
  {
    name: 'handshake-extra',
    why: 'unknown members of the result',
    listing: hello('{"capabilities":{},"hint":"x","$lines":["a","b"],"tools":[]}'),
  },
  { name: 'list-empty', why: 'listed and empty', listing: tools('{"tools":[]}') },
  {
    name: 'list-failed',
    why: 'failed is not empty',
    listing: { ...hello(HELLO), lists: { tools: { failed: -32601 }, prompts: { pages: ['{"prompts":[]}'] }, resources: { failed: 0 } } },
  },
  { name: 'tool-least', why: 'no part', listing: tool('') },
  {
    name: 'tool-parts',
    why: 'description and inputSchema',
    listing: tool('"description":"Reads\\na file","inputSchema":{"type":"object","properties":{"b":{"type":"string"},"a":{}}}'),
  },
  { name: 'tool-parts-odd', why: 'parts of any type', listing: tool('"description":null,"inputSchema":true') },
  { name: 'execution-default', why: 'the same as absence', listing: tool('"execution":{"taskSupport":"forbidden"}') },
  {
    name: 'execution-other',
    why: 'anything else stays',
    listing: tools(
      '{"tools":[{"name":"a","execution":{"taskSupport":"optional"}},{"name":"b","execution":{}},{"name":"c","execution":{"taskSupport":"forbidden","x":1}}]}',
    ),
  },
  {
    name: 'execution-elsewhere',
    why: 'the default is one of tools only',
    listing: { ...hello(HELLO), lists: { prompts: { pages: ['{"prompts":[{"name":"a","execution":{"taskSupport":"forbidden"}}]}'] } } },
  },
  {
    name: 'order',
    why: 'the order of the list does not count, that of an array in a definition does',
    listing: tools('{"tools":[{"name":"b","x":[2,1]},{"name":"a"}]}'),
  },
  {
    name: 'pages',
    why: 'pages are joined; transport fields differ',
    listing: tools(
      '{"tools":[{"name":"b"}],"nextCursor":"1","ttlMs":1,"note":"same"}',
      '{"tools":[],"nextCursor":"2","_meta":{}}',
      '{"tools":[{"name":"a"}],"note":"same","late":1.0}',
    ),
  },
  {
    name: 'names-hostile',
    why: 'markers as names',
    listing: tools(
      '{"tools":[{"name":"$lines"},{"name":"$$number"},{"name":"$failed"},{"name":"constructor"},{"name":""},{"name":"a/b~c"}]}',
    ),
  },
  {
    name: 'names-order',
    why: 'by UTF-16 code unit',
    listing: tools(
      '{"tools":[{"name":"9"},{"name":"10"},{"name":"\ufb33"},{"name":"\ud83d\ude00"},{"name":"a"},{"name":"A"},{"name":"\\u00e9"},{"name":"e\\u0301"}]}',
    ),
  },
  {
    name: 'keys-hostile',
    why: 'markers as keys',
    listing: tool(
      '"inputSchema":{"$number":"1e+400","$lines":["a","b"],"$$lines":{"$bytes":{"size":0}},"$volatile":{"type":"uuid"},"$ref":"#/a"}',
    ),
  },
  {
    name: 'keys-order',
    why: 'integer-like keys and non-BMP keys',
    listing: tool('"inputSchema":{"properties":{"9":{},"10":{},"\ufb33":{},"\ud83d\ude00":{},"":{},"-1":{}}}'),
  },
  {
    name: 'numbers',
    why: 'what a double cannot hold',
    listing: tool(
      '"inputSchema":{"properties":{"n":{"maximum":9223372036854775807,"minimum":-1e400,"multipleOf":1.0,"default":0.1,"x":[1e-400,-0,333333333.33333329,10e399]}}}',
    ),
  },
  {
    name: 'text-hostile',
    why: 'nothing is normalised',
    listing: tool('"description":"a\\u200bb\\u202e \\r\\n\\u0000 e\\u0301 \\u00e9 \\ud83d\\ude00 \\udb40\\udc41"'),
  },
  {
    name: 'icons',
    why: 'a src of data: by its bytes',
    listing: {
      ...hello(
        '{"capabilities":{},"serverInfo":{"name":"a","version":"1","icons":[{"src":"data:,\\u00e9"},{"src":"https://a.example/i.png"}]}}',
      ),
      lists: {
        tools: {
          pages: [
            '{"tools":[{"name":"a","icons":[{"src":"data:image/svg+xml,<svg/>","mimeType":"image/svg+xml"},{"src":"DATA:,x"},{"src":{"a":1}},"data:,x"]},{"name":"b","icons":{"src":"data:,x"}}]}',
          ],
        },
      },
    },
  },
  {
    name: 'prompts',
    why: 'every kind of list',
    listing: {
      ...hello('{"capabilities":{"prompts":{},"resources":{"subscribe":true}}}'),
      lists: {
        prompts: { pages: ['{"prompts":[{"name":"p","description":"d","arguments":[{"name":"x","required":true}]}]}'] },
        resources: { pages: ['{"resources":[{"uri":"file:///a","name":"same"},{"uri":"file:///b","name":"same","size":12}]}'] },
        resourceTemplates: { pages: ['{"resourceTemplates":[{"uriTemplate":"file:///{p}","name":"t","description":"d"}]}'] },
      },
    },
  },
  {
    name: 'lists-extra',
    why: 'unknown members of two methods',
    listing: {
      ...hello(HELLO),
      lists: { tools: { pages: ['{"tools":[],"total":0}'] }, prompts: { pages: ['{"prompts":[],"tools":[1]}'] } },
    },
  },
  {
    name: 'ui',
    why: 'bodies by their bytes, the rest as received',
    listing: ui({
      'ui://a': {
        pages: [
          '{"contents":[{"uri":"ui://a","mimeType":"text/html;profile=mcp-app","text":"<p>\\u00e9\\n</p>","_meta":{"ui":{"csp":{"connectDomains":["https://a.example"]}}}},{"uri":"ui://a/b","blob":"AAEC"}],"_meta":{"x":1}}',
        ],
      },
    }),
  },
  {
    name: 'ui-odd',
    why: 'bodies that are no text, an unknown member, a failure, a marker as URI',
    listing: ui({
      'ui://b': { pages: ['{"contents":[{"uri":"ui://b","text":{"$bytes":{}},"blob":null}],"etag":"x"}'] },
      'ui://a': { failed: -32002 },
      $bytes: { pages: ['{"contents":[]}'] },
    }),
  },
  {
    name: 'skills',
    why: 'entries as received',
    listing: {
      ...hello(HELLO),
      skills: {
        pages: [
          '{"skills":[{"uri":"skill://b","frontmatter":{"name":"b"},"resources":"dynamic"}],"nextCursor":"1"}',
          '{"skills":[{"uri":"$failed","resources":[{"uri":"skill://a/x","digest":"sha256:00","size":1}]}],"more":[]}',
        ],
      },
    },
  },
  { name: 'skills-failed', why: 'a failure', listing: { ...hello(HELLO), skills: { failed: -32603 } } },
]

export const refusedListings: readonly (Named & { readonly code: string })[] = [
  { name: 'name-twice', why: 'one page', listing: tools('{"tools":[{"name":"a"},{"name":"a"}]}'), code: 'DUPLICATE_NAME' },
  {
    name: 'name-twice-pages',
    why: 'two pages',
    listing: tools('{"tools":[{"name":"a"}]}', '{"tools":[{"name":"\\u0061"}]}'),
    code: 'DUPLICATE_NAME',
  },
  {
    name: 'skill-twice',
    why: 'one URI',
    listing: { ...hello(HELLO), skills: { pages: ['{"skills":[{"uri":"a"},{"uri":"a"}]}'] } },
    code: 'DUPLICATE_NAME',
  },
  { name: 'name-proto', why: 'no map can hold it', listing: tool('', '__proto__'), code: 'JSON_PROTO_KEY' },
  {
    name: 'skill-proto',
    why: 'no map can hold it',
    listing: { ...hello(HELLO), skills: { pages: ['{"skills":[{"uri":"__proto__"}]}'] } },
    code: 'JSON_PROTO_KEY',
  },
  {
    name: 'ui-proto',
    why: 'no map can hold it',
    listing: ui(Object.fromEntries([['__proto__', { pages: ['{"contents":[]}'] }]])),
    code: 'JSON_PROTO_KEY',
  },
  { name: 'name-missing', why: 'no key', listing: tools('{"tools":[{}]}'), code: 'ANSWER_MALFORMED' },
  { name: 'name-number', why: 'a key that is no text', listing: tools('{"tools":[{"name":1}]}'), code: 'ANSWER_MALFORMED' },
  { name: 'entry-array', why: 'no object', listing: tools('{"tools":[[]]}'), code: 'ANSWER_MALFORMED' },
  { name: 'list-missing', why: 'no list', listing: tools('{}'), code: 'ANSWER_MALFORMED' },
  { name: 'list-object', why: 'no array', listing: tools('{"tools":{}}'), code: 'ANSWER_MALFORMED' },
  { name: 'result-array', why: 'no object', listing: tools('[]'), code: 'ANSWER_MALFORMED' },
  { name: 'capabilities-missing', why: 'they must be there', listing: hello('{}'), code: 'ANSWER_MALFORMED' },
  { name: 'capabilities-array', why: 'no object', listing: hello('{"capabilities":[]}'), code: 'ANSWER_MALFORMED' },
  { name: 'handshake-null', why: 'no object', listing: hello('null'), code: 'ANSWER_MALFORMED' },
  {
    name: 'pages-disagree',
    why: 'one member, two values',
    listing: tools('{"tools":[],"x":1}', '{"tools":[],"x":2}'),
    code: 'ANSWER_MALFORMED',
  },
  {
    name: 'content-text',
    why: 'an item that is no object',
    listing: ui({ 'ui://a': { pages: ['{"contents":["x"]}'] } }),
    code: 'ANSWER_MALFORMED',
  },
]
