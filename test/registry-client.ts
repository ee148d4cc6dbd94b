/** A client of a registry without a socket. */
import { Response as NetworkResponse } from 'undici'
import type { Network } from '../cli/network/network.ts'
import { registryApi, type RegistryApi } from '../cli/registry/api.ts'
import type { Requests } from './registry-fixtures.ts'

export function networkTo(requests: Requests): Network {
  return {
    request: async (url, { method = 'GET', headers, body }) => {
      const sent = { method, ...(typeof body === 'string' ? { body } : {}), headers: (headers ?? {}) as { [name: string]: string } }
      const answer = await requests(`${url.pathname}${url.search}`, sent)
      return new NetworkResponse(await answer.arrayBuffer(), { status: answer.status, headers: [...answer.headers] })
    },
  }
}

export function apiOf(requests: Requests): RegistryApi {
  return registryApi({ url: 'https://registry.test' }, networkTo(requests), { signal: new AbortController().signal })
}
