/** Shapes of the MCP registry API v0.1 (2025-12-01), as far as this registry answers and is asked. */
import { z } from 'zod'
import { SERVER_SCHEMA } from '../server-response.ts'

const text = z.string()
const instant = z.iso.datetime()
const transport = z.strictObject({ type: z.literal('stdio') })

const serverDetail = z.strictObject({
  $schema: z.literal(SERVER_SCHEMA),
  name: text
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  description: text.min(1).max(100),
  version: text.min(1).max(255),
  title: text.min(1).max(100).optional(),
  websiteUrl: z.url().optional(),
  repository: z.strictObject({ url: text, source: text, id: text }).optional(),
  packages: z
    .array(
      z.strictObject({
        registryType: z.enum(['npm', 'pypi', 'oci']),
        identifier: text.min(1),
        version: text.min(1).optional(),
        runtimeHint: z.enum(['npx', 'uvx', 'docker']),
        transport,
      }),
    )
    .optional(),
  remotes: z.array(z.strictObject({ type: z.enum(['streamable-http', 'sse']), url: z.url() })).optional(),
})

const official = z.strictObject({
  status: z.enum(['active', 'deprecated', 'deleted']),
  statusMessage: text.optional(),
  statusChangedAt: instant,
  publishedAt: instant,
  updatedAt: instant,
  isLatest: z.boolean(),
})

const serverResponse = z.strictObject({
  server: serverDetail,
  _meta: z.looseObject({ 'io.modelcontextprotocol.registry/official': official }),
})

export const MCP_SHAPES = {
  server: serverResponse,
  servers: z.strictObject({
    servers: z.array(serverResponse),
    metadata: z.strictObject({ count: z.int().min(0), nextCursor: text.regex(/^[A-Za-z0-9_-]+$/).optional() }),
  }),
  error: z.strictObject({ error: text }),
} as const

const flag = z.enum(['true', 'false']).optional()

/** Unknown parameters are left alone: clients of later versions send them. */
export const listQuery = z.object({
  cursor: text.max(1000).optional().describe('`nextCursor` of the page before; what else that page was asked for need not be said again'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .transform((limit) => Math.min(limit, 100))
    .default(30),
  search: text.max(200).default('').describe('names that contain it'),
  updated_since: z.iso.datetime({ offset: true }).optional(),
  version: text.max(255).optional().describe('`latest`, or one version'),
  include_deleted: flag.describe('revoked ones too; the default with `updated_since`'),
})

export const versionsQuery = z.object({ include_deleted: flag })
