import type { Command } from 'commander'
import type { TrustAddOptions } from '../commands/trust-add.ts'
import { noCommand, type AddCommand, type Line } from './flag.ts'

const HELP = `
Whom signatures are checked against stands in mcp-lock.yaml and in the trusted root, files that are
reviewed with the repository; nothing is remembered anywhere else. To take trust away, remove the
lines from mcp-lock.yaml.`

export const addTrust: AddCommand = (program, line) => {
  const trust = program.command('trust').description('say who may sign the lock, and by which Sigstore').addHelpText('after', HELP)
  for (const add of [addAdd]) add(trust, line)
}

const HELP_ADD = `
IDENTITY is one of
  github:OWNER/REPO/.github/workflows/NAME.yml@refs/heads/BRANCH   a workflow of GitHub Actions
  NAME@EXAMPLE.COM --issuer URL                                    a person, by whose login
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
