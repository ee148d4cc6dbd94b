/** YAML whose maps have each key once, and only names for keys: where readers could differ, it is malformed. */
import {
  isNode,
  isScalar,
  parseDocument,
  visit,
  YAMLParseError,
  type Document,
  type DocumentOptions,
  type ErrorCode,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml'

/** UTF-16 code units: the parser takes time in the square of some texts, and more than this no person writes. */
const MAX_YAML = 128 * 1024

/**
 * The document; what is wrong with it stands in its `errors`.
 * The parser's own comparison of keys takes time in the square of their number, and takes `1` and `"1"` for two.
 */
export function parseYamlDocument(text: string, options: ParseOptions & DocumentOptions & SchemaOptions): Document.Parsed {
  const isTooLong = text.length > MAX_YAML
  const document = parseDocument(isTooLong ? '' : text, { ...options, uniqueKeys: false, prettyErrors: false })
  const refuse = (key: unknown, message: string, code: ErrorCode = 'DUPLICATE_KEY'): void => {
    const at = isNode(key) ? (key.range?.[0] ?? 0) : 0
    document.errors.push(new YAMLParseError([at, at + 1], code, message))
  }
  // Under 1.1, `<<` copies what stands elsewhere, `yes` is no name, and 010 is 8.
  if (document.directives.yaml.version !== '1.2')
    refuse(null, 'Expected YAML 1.2, which is what there is without a directive', 'BAD_DIRECTIVE')
  if (isTooLong) refuse(null, `Expected at most ${MAX_YAML} characters`, 'RESOURCE_EXHAUSTION')
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        const name = isScalar(key) && key.tag === undefined ? String(key.value) : null
        if (name === null) refuse(key, 'Expected a name as a key')
        else if (seen.has(name)) refuse(key, 'Map keys must be unique')
        else seen.add(name)
      }
    },
  })
  return document
}
