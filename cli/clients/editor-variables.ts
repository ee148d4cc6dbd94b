/** The variables that Cursor and VS Code share: `${env:NAME}`, `${workspaceFolder}`, `${input:ID}` and the like. */
import { translate } from '../../core/template.ts'
import type { Place } from './place.ts'

/** Every `${…}` is a variable; one that we know no value for counts as unset, never as text. */
export function editorTemplate(place: Place): string {
  return translate(place.text(), /\$\{([^}]+)\}/g, ([, name = '']) => {
    if (name.includes(':-')) throw place.invalid('a variable with a default, which this client does not know')
    return name === '/' ? 'pathSeparator' : name
  })
}
