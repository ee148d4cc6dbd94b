/** The flags that say where values come from. */
import { Option, type Command } from 'commander'
import { parseHeader, parseInput, parsePlaceholder, type GivenHeader, type GivenInput } from '../starting/credentials.ts'

/** For every command that starts a server or connects to one. */
export function credentials(command: Command): Command {
  return command
    .addOption(input())
    .addOption(
      new Option('--header <[server/]name=ENV:variable>', 'send a remote server this header, its value from the variable (repeatable)')
        .default([])
        .argParser((text: string, before: readonly GivenHeader[]) => [...before, parseHeader(text)]),
    )
}

export function input(): Option {
  return new Option('--input <id=variable>', 'take the value of ${input:ID} from this variable (repeatable)')
    .default([])
    .argParser((text: string, before: readonly GivenInput[]) => [...before, parseInput(text)])
}

export function placeholder(): Option {
  return new Option('--placeholder <name>', 'give a variable, or input:ID, that has no value a dummy one (repeatable)')
    .default([])
    .argParser((text: string, before: readonly string[]) => [...before, parsePlaceholder(text)])
}
