/** `WWW-Authenticate` of a container registry (RFC 9110 §11.6.1). */

export type Challenge = { readonly scheme: 'bearer'; readonly realm: string; readonly service: string } | { readonly scheme: 'basic' }

/** The first challenge that is understood; null where there is none. */
export function parseChallenge(header: string): Challenge | null {
  if (/^\s*basic\b/i.test(header)) return { scheme: 'basic' }
  if (!/^\s*bearer\s/i.test(header)) return null
  const parameters = new Map([...header.matchAll(/([a-z_]+)="([^"]*)"/gi)].map(([, name = '', value = '']) => [name.toLowerCase(), value]))
  const realm = parameters.get('realm')
  return realm === undefined ? null : { scheme: 'bearer', realm, service: parameters.get('service') ?? '' }
}
