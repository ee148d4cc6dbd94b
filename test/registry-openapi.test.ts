import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { formatManifest, manifestDigest } from '../core/registry/index.ts'
import { registryDocument } from '../docs/registry-document.ts'
import { makeApp } from '../registry-server/app.ts'
import { openApiPath } from '../registry-server/openapi.ts'
import { openRegistry } from '../registry-server/registry.ts'
import { manifestOf, NAME, options, post, publication } from './registry-fixtures.ts'

type Content = { readonly [type: string]: { readonly schema: object } }
type Document = {
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: { readonly responses: { readonly [status: string]: { readonly content?: Content } } }
    }
  }
  readonly components: object
}

const document = JSON.parse(registryDocument()) as Document

test('schemas/registry.openapi.json is what the routes say; `node docs/generate.ts` writes it', async () => {
  assert.equal(await readFile(new URL('../schemas/registry.openapi.json', import.meta.url), 'utf8'), registryDocument())
})

test('every route of the API is in the document, and nothing else; pages and their files are no API', () => {
  const app = makeApp(openRegistry(options()))
  const routes = app.routes.filter(({ path }) => /^\/(?:v1|v0\.1|log|healthz|readyz|metrics|openapi\.json)/.test(path))
  const served = routes.map(({ method, path }) => `${method.toLowerCase()} ${openApiPath(path)}`)
  const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
  assert.deepEqual(served.toSorted(), described.toSorted())
})

test('what is answered has the shape that the document says', async () => {
  const registry = openRegistry(options())
  const app = makeApp(registry)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const digest = manifestDigest(formatManifest(manifestOf()))
  const name = encodeURIComponent(NAME)
  const fill: Record<string, string> = { name, version: 'latest', digest, index: '0', path: '0/000.p/1' }
  const answered = async (path: string, method: string, address: string, init?: RequestInit): Promise<void> => {
    const response = await app.fetch(new Request(`http://registry.test${address}`, { ...init, method }), { id: 'one' })
    const { responses } = document.paths[path]?.[method.toLowerCase()] ?? { responses: {} }
    const { content } = responses[response.status] ?? responses['default'] ?? {}
    const type = response.headers.get('content-type')?.split(';')[0] ?? ''
    if (content?.[type] === undefined) return assert.equal(response.status, 204, `${address}: ${response.status} ${type}`)
    if (!type.endsWith('json')) return response.body?.cancel()
    const fits = ajv.compile({ ...content[type].schema, components: document.components })
    assert.ok(fits(await response.json()), `${address}: ${JSON.stringify(fits.errors)}`)
  }
  await answered('/v1/statements', 'POST', '/v1/statements', post(publication(manifestOf())))
  await answered('/v1/statements', 'POST', '/v1/statements', post({}))
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of Object.keys(methods).filter((one) => one !== 'post')) {
      await answered(
        path,
        method.toUpperCase(),
        path.replaceAll(/\{(\w+)\}/g, (_, key: string) => fill[key] ?? ''),
      )
      await answered(path, method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, 'nothing'))
    }
  }
  await registry.close()
})
