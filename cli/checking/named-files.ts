/** Files of the command line by which a change is judged: none of them may come from the change. */
import { resolve } from 'node:path'
import type { Finding } from '../../core/compare/finding.ts'
import type { TrustBase } from '../project/trust-base.ts'
import type { SignatureOptions } from './declared-trust.ts'

/**
 * Those that are tracked and not as the base has them; without a base nothing is known of it.
 * @param cwd where their paths start
 */
export async function checkNamedFiles(
  base: Pick<TrustBase, 'changed'> | null,
  { policy, signer, trustedRoot }: Pick<SignatureOptions, 'signer' | 'trustedRoot'> & { readonly policy?: string },
  cwd: string,
): Promise<Finding[]> {
  if (base === null) return []
  const named = Object.entries({ '--policy': policy, '--signer': signer, '--trusted-root': trustedRoot })
  const found = await Promise.all(
    named.map(async ([flag, file]): Promise<Finding[]> => {
      if (file === undefined || !(await base.changed.touch(resolve(cwd, file)))) return []
      return [
        {
          code: 'TRUST_CHANGED',
          subject: 'policy',
          detail: `\`${flag} ${file}\` is a file that the base has otherwise: name one from elsewhere`,
        },
      ]
    }),
  )
  return found.flat()
}
