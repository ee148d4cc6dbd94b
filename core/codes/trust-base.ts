/** The change against its trust base. */
import { failure, pending, type Meaning } from './meaning.ts'

export const trustBase = {
  SERVER_NEW: pending(
    'a launch that the base does not have',
    'The checked change brings it along, so nobody has approved it yet: it was not started, nothing of it installed, no address asked.',
    'review what it starts with `mcp-lock diff`; it is started once the base has it, or now with `--run-changed`',
  ),
  SURFACE_GIVEN_UP: pending(
    'the change pins definitions of the base no more',
    'The base has what this server declares, the changed lock only its source: once it is merged, nothing that the server declares is compared.',
    'review why; to keep them, run `mcp-lock pin` with the credentials that the server needs',
  ),
  POLICY_CHANGED: pending(
    'the policy differs from the one that applies',
    'A change cannot relax the policy that it is checked by: the policy of the base, or of `--policy`, applies.',
    'review the change of mcp-lock.yaml; it counts once the base has it',
  ),
  TRUST_CHANGED: failure(
    4,
    'the change alters who is trusted',
    'The base names signers, and the change has other signers, thresholds, trusted roots or another repository.',
    'have it reviewed by those who own the policy; it counts once the base has it',
  ),
} satisfies Record<string, Meaning>
