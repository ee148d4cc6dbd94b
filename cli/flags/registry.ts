import { Option, type Command } from 'commander'
import type { Output } from '../commands/registry.ts'
import { noCommand, type AddCommand, type Line } from './flag.ts'

const HELP = `
The registry is the one that mcp-lock.yaml names (docs/POLICY.md). What lists say is the registry's word; show,
verify-log and mcp-lock check verify it.`

export const addRegistry: AddCommand = (program, line) => {
  const registry = program.command('registry').description('look into the registry of the policy').addHelpText('after', HELP)
  add(
    registry,
    line,
    'show',
    'print a version: who published and approved it, and whether it may be used (else exit 4); and how all versions stand',
  )
    .argument(
      '<name[@version]>',
      'com.acme/notes, com.acme/notes@^1.2: the newest that may be used, and all versions; com.acme/notes@1.2.3: this one',
    )
    .action(async (words: string, options: Output) => {
      const { registryShow } = await commands()
      line.done(await registryShow(words, options, line.world))
    })
  add(registry, line, 'search', 'list servers whose name contains the words')
    .argument('[words]', 'part of a name; all without', '')
    .action(async (words: string, options: Output) => {
      const { registrySearch } = await commands()
      line.done(await registrySearch(words, options, line.world))
    })
  add(registry, line, 'pending', 'list what awaits approval').action(async (options: Output) => {
    const { registryPending } = await commands()
    line.done(await registryPending(options, line.world))
  })
  add(
    registry,
    line,
    'verify-log',
    'read the whole log: each record signed and in its place, and the status what they amount to (else exit 4)',
  ).action(async (options: Output) => {
    const { registryVerifyLog } = await commands()
    line.done(await registryVerifyLog(options, line.world))
  })
  registry
    .command('trust-log')
    .description('forget which head of the log was seen last, after a fork or rollback that somebody has looked into')
    .option('--i-have-looked', 'that the evidence was read, and those who run the registry were asked', false)
    .action(async (options: { iHaveLooked: boolean }) => {
      noCommand(line)
      const { registryTrustLog } = await commands()
      line.done(await registryTrustLog(options, line.world))
    })
}

function add(registry: Command, line: Line, name: string, description: string): Command {
  return registry
    .command(name)
    .description(description)
    .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json']).default('text'))
    .hook('preAction', () => noCommand(line))
}

function commands(): Promise<typeof import('../commands/registry.ts')> {
  return import('../commands/registry.ts')
}
