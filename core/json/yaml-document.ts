/** YAML whose maps have each key once, and only names for keys: where readers could differ, it is malformed. */
import {
  isNode,
  isScalar,
  parseDocument,
  visit,
  YAMLParseError,
  type Document,
  type DocumentOptions,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml'

/**
 * The document; what is wrong with it stands in its `errors`.
 * The parser's own comparison of keys takes time in the square of their number, and takes `1` and `"1"` for two.
 */
export function parseYamlDocument(text: string, options: ParseOptions & DocumentOptions & SchemaOptions): Document.Parsed {
  const document = parseDocument(text, { ...options, uniqueKeys: false, prettyErrors: false })
  const refuse = (key: unknown, message: string): void => {
    const at = isNode(key) ? (key.range?.[0] ?? 0) : 0
    document.errors.push(new YAMLParseError([at, at + 1], 'DUPLICATE_KEY', message))
  }
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : null
        if (name === null) refuse(key, 'Expected a name as a key')
        else if (seen.has(name)) refuse(key, 'Map keys must be unique')
        else seen.add(name)
      }
    },
  })
  return document
}
