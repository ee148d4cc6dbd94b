/** The OpenAPI document (3.1), out of the table of routes. */
import { z } from 'zod'
import { finishedJson, send } from './answer.ts'
import type { Route } from './routes/route.ts'
import { SHAPES } from './routes/shapes.ts'

type Described = Omit<Route, 'handle'>

/** `/openapi.json`, which describes itself too. */
export function openApiRoute(routes: readonly Described[]): Route {
  const route: Described = {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: z.looseObject({ openapi: z.string() }) },
  }
  const document = finishedJson(openApiOf([...routes, route]))
  return { ...route, handle: (c) => send(c, document) }
}

export function openApiOf(routes: readonly Described[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) (paths[openApiPath(route.path)] ??= {})[route.method] = operationOf(route)
  return {
    openapi: '3.1.0',
    info: {
      title: 'mcp-lock registry',
      version: '1',
      description: 'Verified manifests of MCP servers, with a transparency log. What is signed is checked by the client: docs/REGISTRY.md.',
    },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    paths,
    components: { schemas: { Problem: schemaOf(SHAPES.problem, 'output') } },
  }
}

/** `/v1/servers/:name` as `/v1/servers/{name}`, and `*` as `{path}`. */
export function openApiPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}')
}

function operationOf({ path, summary, query, body, answers }: Described): object {
  const inPath = [...openApiPath(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return {
    summary,
    parameters: [...inPath, ...(query === undefined ? [] : queryParameters(query))],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, shape]) => [status, answerOf(shape)])),
      default: { description: 'a failure, with a code', content: { 'application/problem+json': { schema: PROBLEM } } },
    },
  }
}

const PROBLEM = { $ref: '#/components/schemas/Problem' } as const

function answerOf(shape: z.ZodType | string): object {
  const content = typeof shape === 'string' ? { [shape]: { schema: {} } } : { 'application/json': { schema: schemaOf(shape, 'output') } }
  return { description: 'as asked for', content }
}

function queryParameters(query: z.ZodObject): object[] {
  return Object.entries(query.shape).map(([name, shape]) => ({
    name,
    in: 'query',
    required: false,
    schema: schemaOf(shape as z.ZodType, 'input'), // a member of an object's shape
  }))
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io })
  return schema
}
