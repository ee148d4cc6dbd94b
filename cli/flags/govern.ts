import { InvalidArgumentError, Option, type Command } from 'commander'
import type { GovernOptions } from '../commands/govern.ts'
import { noCommand, type AddCommand } from './flag.ts'
import { serviceTimeout, signing } from './signing.ts'

/** Spelled out: what the flags import is loaded by every command. */
const REASONS = ['malicious', 'compromised', 'vulnerable', 'superseded', 'policy'] as const satisfies readonly GovernOptions['reason'][]

type Words = {
  readonly action: GovernOptions['action']
  readonly description: string
  readonly argument: string
  readonly flags: (command: Command) => Command
  readonly help: string
}

/** One command for each thing that can be done to what is published. */
function adder({ action, description, argument, flags, help }: Words): AddCommand {
  return (program, line) => {
    flags(signing(program.command(action)).description(description).argument(argument))
      .addOption(serviceTimeout())
      .addHelpText('after', help)
      .action(async (target: string | undefined, options: Omit<GovernOptions, 'action' | 'target'>) => {
        noCommand(line)
        const { governCommand } = await import('../commands/govern.ts')
        line.done(await governCommand({ ...options, action, target: target ?? null }, line.world))
      })
  }
}

const plain = (command: Command): Command => command
const all = (command: Command): Command => command.option('--all', 'everything that the registry has', false)
const because = (command: Command, isNeeded: boolean): Command =>
  command
    .addOption(new Option('--reason <code>', 'why').choices(REASONS).makeOptionMandatory(isNeeded))
    .option('--text <words>', 'why, for people to read; at most 500 characters')
const reason = (command: Command): Command => because(command, true)

const ADMINS = '\nOnly an admin of the policy may.\n'

export const addWithdraw = adder({
  action: 'withdraw',
  description: 'take your own approval back',
  argument: '<name@version>',
  flags: plain,
  help: '\n  mcp-lock withdraw io.github.acme/notes@1.3.0',
})

export const addDeprecate = adder({
  action: 'deprecate',
  description: 'tell everybody who checks it to move on',
  argument: '<name[@version]>',
  flags: reason,
  help: `
Nobody is kept from using it. For its publisher, or an admin.
  mcp-lock deprecate io.github.acme/notes@1.2.0 --reason superseded --text 'use 1.3.0'`,
})

export const addRevoke = adder({
  action: 'revoke',
  description: 'have every client refuse it, for good',
  argument: '[name[@version]]',
  flags: (command) =>
    reason(command)
      .option('--digest <sha256:…>', 'the manifest of this digest')
      .option('--signer <words>', 'all that a signer signed: a public key file or its sha256:…, github:… or an e-mail as in trust add')
      .option('--issuer <url>', 'who says so, for --signer with an e-mail or a URI')
      .addOption(new Option('--from-record <n>', 'only what the signer signed from this record of the log on').argParser(index)),
  help: `
There is no way back. For its publisher, or an admin; of a signer, only for an admin. Without --yes it
asks for the name, with the version, to be typed. Not sure yet? mcp-lock pause is as fast, and can be undone.
  mcp-lock revoke io.github.acme/notes@1.3.0 --reason malicious --text 'reads ssh keys'
  mcp-lock revoke io.github.acme/notes --reason compromised
  mcp-lock revoke --digest sha256:… --reason vulnerable
  mcp-lock revoke --signer old-key.pub --from-record 120 --reason compromised`,
})

export const addPause = adder({
  action: 'pause',
  description: 'have every client refuse it until it is resumed: the big red button',
  argument: '[name[@version]]',
  flags: (command) => because(all(command), false),
  help: `${ADMINS}
  mcp-lock pause --all --yes --key admin.pem       one question to the registry, one answer
  mcp-lock pause io.github.acme/notes --reason vulnerable --text 'until 1.3.1 is out'
  mcp-lock resume --all`,
})

export const addResume = adder({
  action: 'resume',
  description: 'end a pause',
  argument: '[name[@version]]',
  flags: all,
  help: `${ADMINS}
It ends the pause of the same words: what is paused by name is resumed by name.
  mcp-lock resume io.github.acme/notes
  mcp-lock resume --all`,
})

export const addTransfer = adder({
  action: 'transfer',
  description: 'free a name from the repository that it belongs to',
  argument: '<name>',
  flags: plain,
  help: `${ADMINS}
Whoever publishes the name next as its author, and has a right to it, owns it. Asks for the name to be
typed.
  mcp-lock transfer io.github.acme/notes`,
})

function index(text: string): number {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) throw new InvalidArgumentError('expected the index of a record')
  return Number(text)
}
