/** A client's program that only carries messages to an address, read as that address. */
import { bridgeOf, mayBeBridge } from '../../core/launch/bridge.ts'
import { isChoosing } from '../../core/launch/choosing-variable.ts'
import { stdioLaunch } from '../../core/launch/launch.ts'
import type { Draft } from './dialects/entry.ts'

/**
 * The address; the draft itself where it is no bridge, or where a variable or flag leaves open what the
 * bridge reaches. Such a launch is unreadable (core/launch/artifact.ts) and never started.
 */
export function throughBridge(draft: Draft): Draft {
  const { start } = draft
  if (start.kind === 'address' || !mayBeBridge([start.command, ...start.args])) return draft
  const bridge = bridgeOf(stdioLaunch({ command: start.command, args: start.args }), start.env)
  if (bridge === null || typeof bridge === 'string' || Object.keys(start.env).some(isChoosing)) return draft
  const { url, headers, transport } = bridge
  return { start: { kind: 'address', url, headers }, transport }
}
