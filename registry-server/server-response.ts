/** A version as the MCP registry writes it: a `ServerResponse` of its API v0.1. */
import type { Manifest, PortableSource } from '../core/registry/index.ts'
import { displaySafe } from '../core/text.ts'
import { isOffered, type Version } from './catalog.ts'

export const SERVER_SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'
const OFFICIAL = 'io.modelcontextprotocol.registry/official'
const MAX_DESCRIPTION = 100

/** Where our own data stands: `registry.acme.example/log` has `example.acme.registry/mcp-lock`. */
function ownKey(origin: string): string {
  const host = origin.split('/')[0]?.replace(/:\d+$/, '') ?? ''
  const labels = host.split('.').map((label) => label.replaceAll(/[^A-Za-z0-9-]/g, '-'))
  return `${labels.toReversed().join('.')}/mcp-lock`
}

export function serverResponse(version: Version, manifest: Manifest, origin: string): object {
  const { listed, state } = version
  return {
    server: serverDetail(version, manifest),
    _meta: {
      [OFFICIAL]: officialOf(version),
      [ownKey(origin)]: {
        manifest: state.digest,
        surface: manifest.surface.digest,
        publishers: state.publishers.map(({ role, signer }) => ({ role, signer })),
        approvals: state.approvals.length,
        log: { origin, index: state.index },
        proof: `/v1/servers/${encodeURIComponent(listed.name)}/versions/${encodeURIComponent(listed.version)}`,
      },
    },
  }
}

/** Closed: what is ours stands beside it. */
function officialOf({ listed, state, standing, isLatest }: Version): object {
  const reason = (state.revoked ?? state.deprecated)?.reason
  const updatedAt = new Date(listed.updated).toISOString()
  return {
    status: isOffered(standing) ? (standing === 'deprecated' ? 'deprecated' : 'active') : 'deleted',
    ...(reason === undefined ? {} : { statusMessage: displaySafe(`${reason.code}: ${reason.text}`, 500) }),
    statusChangedAt: updatedAt,
    publishedAt: new Date(listed.published).toISOString(),
    updatedAt,
    isLatest,
  }
}

function serverDetail({ listed: { name, version, metadata }, repository }: Version, { source }: Manifest): object {
  const { description = '', title = '', websiteUrl } = metadata
  return {
    $schema: SERVER_SCHEMA,
    name,
    description: atMost(MAX_DESCRIPTION, description === '' ? `MCP server ${name}` : description),
    version,
    ...(title === '' ? {} : { title: atMost(MAX_DESCRIPTION, title) }),
    ...(websiteUrl === undefined ? {} : { websiteUrl }),
    ...(repository === null ? {} : { repository: { url: repository.uri, source: hostOf(repository.uri), id: repository.id } }),
    ...whence(source),
  }
}

/** One line without hidden characters: clients show it as it is. */
function atMost(most: number, text: string): string {
  const line = displaySafe(text)
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`
}

function hostOf(uri: string): string {
  const host = URL.parse(uri)?.hostname ?? ''
  return host === 'github.com' ? 'github' : host === 'gitlab.com' ? 'gitlab' : host
}

const HINTS = { npm: 'npx', pypi: 'uvx' } as const
const stdio = { transport: { type: 'stdio' } } as const

/** What is in the manifest and no more: arguments and variables differ per user, and were never signed. */
function whence(source: PortableSource): object {
  if ('remote' in source) return { remotes: [{ type: source.remote.type, url: source.remote.url }] }
  if ('image' in source) {
    const { name, digest } = source.image
    return { packages: [{ registryType: 'oci', identifier: `${name}@${digest}`, runtimeHint: 'docker', ...stdio }] }
  }
  const { type, name, version } = source.package
  return { packages: [{ registryType: type, identifier: name, version, runtimeHint: HINTS[type], ...stdio }] }
}
