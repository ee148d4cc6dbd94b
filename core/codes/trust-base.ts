/** The change against its trust base. */
import { pending, type Meaning } from './meaning.ts'

export const trustBase = {
  SERVER_NEW: pending(
    'a launch that the base does not have',
    'The checked change brings it along, so nobody has approved it yet: it was not started, nothing of it installed, no address asked.',
    'review what it starts with `mcp-lock diff`; it is started once the base has it, or now with `--run-changed`',
  ),
  POLICY_CHANGED: pending(
    'the policy differs from the one that applies',
    'A change cannot relax the policy that it is checked by: the policy of the base, or of `--policy`, applies.',
    'review the change of mcp-lock.yaml; it counts once the base has it',
  ),
} satisfies Record<string, Meaning>
