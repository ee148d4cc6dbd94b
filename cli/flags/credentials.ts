/** The flags that say where values come from. */
import type { Command, Option } from 'commander'
import { parseHeader, parseInput, parsePlaceholder } from '../starting/credentials.ts'
import { repeatable } from './flag.ts'

/** For every command that starts a server or connects to one. */
export function credentials(command: Command): Command {
  return command
    .addOption(input())
    .addOption(
      repeatable('--header <[server/]name=ENV:variable>', 'send a remote server this header, its value from the variable', parseHeader),
    )
}

export function input(): Option {
  return repeatable('--input <id=variable>', 'take the value of ${input:ID} from this variable', parseInput)
}

export function placeholder(): Option {
  return repeatable('--placeholder <name>', 'give a variable, or input:ID, that has no value a dummy one', parsePlaceholder)
}
