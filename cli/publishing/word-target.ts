/** What a statement is about, in words that are fit to be shown. */
import type { Target } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'

export function wordTarget(target: Target): string {
  switch (target.kind) {
    case 'all':
      return 'everything'
    case 'name':
      return displaySafe(target.name, 300)
    case 'version':
    case 'manifest':
      return displaySafe(`${target.name}@${target.version}`, 500)
    case 'signer': {
      const { identity, fromIndex } = target
      const who =
        'spki' in identity ? `the key ${identity.spki}` : `${displaySafe(identity.subject, 500)} (${displaySafe(identity.issuer, 300)})`
      return `${who} from record ${fromIndex} on`
    }
  }
}
