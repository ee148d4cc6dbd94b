/** Where pages are. Names and versions have only characters that an address has as they are, but for a `+`. */

export function serverAddress(name: string): string {
  return `/servers/${name}`
}

export function versionAddress(name: string, version: string): string {
  return `/servers/${name}/versions/${encodeURIComponent(version)}`
}

export function diffAddress(name: string, from: string, to: string): string {
  return `/servers/${name}/diff?${new URLSearchParams({ from, to }).toString()}`
}

/** The same list from another place on. */
export function pageAddress(path: string, search: string, cursor: string): string {
  return `${path}?${new URLSearchParams({ ...(search === '' ? {} : { search }), cursor }).toString()}`
}
