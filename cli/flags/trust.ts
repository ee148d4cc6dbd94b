import { Option, type Command } from 'commander'
import type { TrustAddOptions } from '../commands/trust-add.ts'
import type { TrustImportOptions } from '../commands/trust-import.ts'
import type { TrustShowOptions } from '../commands/trust-show.ts'
import type { TrustUpdateOptions } from '../commands/trust-update.ts'
import { noCommand, seconds, type AddCommand, type Line } from './flag.ts'

const HELP = `
Whom signatures are checked against stands in mcp-lock.yaml and in the trusted root, files that are
reviewed with the repository; nothing is remembered anywhere else. To take trust away, remove the
lines from mcp-lock.yaml.`

export const addTrust: AddCommand = (program, line) => {
  const trust = program.command('trust').description('say who may sign the lock, and by which Sigstore').addHelpText('after', HELP)
  for (const add of [addAdd, addShow, addImport, addUpdate]) add(trust, line)
}

const HELP_ADD = `
IDENTITY is one of
  github:OWNER/REPO/.github/workflows/NAME.yml@refs/heads/BRANCH   a workflow of GitHub Actions
  NAME@EXAMPLE.COM --issuer URL                                    a person, and who runs their login
  URI --issuer URL                                                 GitLab, SPIFFE and others
  FILE                                                             the PEM of a public key

A signature counts in one repository only. Its address is written too where the policy has none:
that of the workflow, or the one of --repository, or what git calls origin, if you say so.

Examples:
  mcp-lock trust add github:acme/tools/.github/workflows/lock.yml@refs/heads/main
  mcp-lock trust add ana@example.com --issuer https://accounts.google.com --repository https://github.com/acme/tools
  mcp-lock trust add release-key.pub --repository https://github.com/acme/tools`

function addAdd(trust: Command, line: Line): void {
  trust
    .command('add')
    .description('write a signer into mcp-lock.yaml')
    .argument('<identity>', 'who may sign')
    .option('--issuer <url>', 'who vouches for an e-mail or a URI')
    .option('--repository <url>', 'where the lock belongs, where mcp-lock.yaml does not say it yet')
    .addHelpText('after', HELP_ADD)
    .action(async (identity: string, options: TrustAddOptions) => {
      noCommand(line)
      const { trustAdd } = await import('../commands/trust-add.ts')
      line.done(await trustAdd(identity, options, line.world))
    })
}

function addShow(trust: Command, line: Line): void {
  trust
    .command('show')
    .description('print the signers and the trusted root that signatures are checked against')
    .option('--trusted-root <file>', 'a trusted_root.json in the place of that of the policy')
    .addOption(new Option('--format <format>', 'how to write it').choices(['text', 'json']).default('text'))
    .action(async (options: TrustShowOptions) => {
      noCommand(line)
      const { trustShow } = await import('../commands/trust-show.ts')
      line.done(await trustShow(options, line.world))
    })
}

const YES = 'do not ask before another root is trusted'

const HELP_IMPORT = `
For a Sigstore of your own, whose operators give out these files. They are checked, what they change is
shown, and copies are written beside mcp-lock.yaml, which names them: all of it is reviewed with the
repository, and counts once it is merged.

Example:
  mcp-lock trust import ~/acme/trusted_root.json --signing-config ~/acme/signing_config.json`

function addImport(trust: Command, line: Line): void {
  trust
    .command('import')
    .description('take the trusted root of a Sigstore of your own')
    .argument('<file>', 'its trusted_root.json')
    .option('--signing-config <file>', 'its signing_config.json: where sign signs from then on')
    .option('-y, --yes', YES, false)
    .addHelpText('after', HELP_IMPORT)
    .action(async (file: string, options: TrustImportOptions) => {
      noCommand(line)
      const { trustImport } = await import('../commands/trust-import.ts')
      line.done(await trustImport(file, options, line.world))
    })
}

const HELP_UPDATE = `
Asks the TUF repository of Sigstore's public good instance, or another with --mirror and --root. What
changes is shown and asked for, and written as by import. No other command asks one: verify works
with what stands in the repository, or with the root that came with this version of mcp-lock.
The signing config is taken too, with --mirror, and where mcp-lock.yaml names one already.

The root is a root.json of that repository, of any age: it is where belief in it begins, so take it from
those who run it, not from the mirror.

Exit status: 0 written, or nothing newer · 1 declined · 3 not reached, or expired
             4 not what its root says

Examples:
  mcp-lock trust update
  mcp-lock trust update --mirror https://tuf.example.com --root tuf-root.json`

function addUpdate(trust: Command, line: Line): void {
  trust
    .command('update')
    .description('take the newest trusted root of a TUF repository')
    .option('--mirror <url>', 'the TUF repository of another Sigstore')
    .option('--root <file>', 'a root.json of it')
    .addOption(new Option('--timeout <seconds>', 'how long each file may take').default(30).argParser(seconds))
    .option('-y, --yes', YES, false)
    .addHelpText('after', HELP_UPDATE)
    .action(async (options: TrustUpdateOptions) => {
      noCommand(line)
      const { trustUpdate } = await import('../commands/trust-update.ts')
      line.done(await trustUpdate(options, line.world))
    })
}
