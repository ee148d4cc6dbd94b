/**
 * Opening an address in the user's browser. Three lines, and not the package `open` with its eleven others: the address is shown
 * as well, so nothing rests on it.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { lookUp } from '../world/environment.ts'
import type { World } from '../world/world.ts'

/** Whether a browser here would be the user's: not over SSH, not without a screen, not where `BROWSER` is empty or `none`. */
export function hasBrowser({ env, platform }: World): boolean {
  const isSet = (name: string): boolean => (env[name] ?? '') !== ''
  if (/^(?:none)?$/.test(env['BROWSER'] ?? 'any') || isSet('SSH_CONNECTION') || isSet('SSH_TTY')) return false
  return platform === 'win32' || platform === 'darwin' || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY')
}

/** Hands an address to the system's opener, which lives on by itself. @returns whether there is one */
export function openBrowser({ href }: URL, world: World): Promise<boolean> {
  const [program, ...words] = opener(world)
  const child = spawn(program, [...words, href], { env: world.env, stdio: 'ignore', detached: true, windowsHide: true })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

function opener({ env, platform }: World): [program: string, ...words: string[]] {
  switch (platform) {
    case 'darwin':
      return ['/usr/bin/open']
    case 'win32':
      // By its whole path: Windows looks in the current folder first. No shell sees the address.
      return [join(lookUp(env, 'SYSTEMROOT', platform) ?? 'C:\\Windows', 'System32', 'rundll32.exe'), 'url.dll,FileProtocolHandler']
    default:
      return ['xdg-open']
  }
}
