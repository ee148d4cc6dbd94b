import type { VerifyOptions } from '../commands/verify.ts'
import { credentials } from './credentials.ts'
import { format, noCommand, project, type AddCommand } from './flag.ts'

const HELP = `
Any difference fails: changed, added, removed, a server without a pin, a launch that floats.
Nothing starts whose launch, files or package are not the pinned ones.

In CI:
  npx mcp-lock verify --base origin/main   a pull request: nothing runs that main does not have
  npx mcp-lock verify                      text for people
  npx mcp-lock verify --format sarif       for code scanning; json, junit, github, markdown too
  npx mcp-lock verify --offline            without network and without starting anything
  npx mcp-lock verify --require-live       where the credentials are: nothing may be skipped
  npx mcp-lock verify --recursive          every project of a monorepo

Where mcp-lock.yaml names a registry, it is asked about every server before that is started, as by mcp-lock check;
not with --offline.

Where mcp-lock.yaml names signers, the lock must be signed by one of them (exit 4), and with --base a change
may be ahead of its signature, which nothing else may weaken. Without such a policy, the command line can say:
  --signer github:OWNER/REPO/.github/workflows/NAME.yml@refs/heads/BRANCH --repository URL
  --signer NAME@EXAMPLE.COM --issuer URL --repository URL
  --signer PUBLIC-KEY.pem --repository URL
Then no trusted root, threshold or repository of the project's own mcp-lock.yaml counts, but --trusted-root does,
and the policy of --base or --policy. Name files that no change which is checked can edit.`

export const addVerify: AddCommand = (program, line) => {
  credentials(project(program.command('verify')))
    .description('check configs, files and servers against mcp.lock; never writes')
    .argument('[server...]', 'only these servers')
    .option('--base <revision>', 'take policy, signers and known launches from this git revision, which the checked change cannot edit')
    .option('--policy <file>', 'take the policy from this file, outside the project')
    .option('--signer <identity>', "who must have signed the lock, in the place of the policy's signers")
    .option('--issuer <url>', 'who vouches for the e-mail or URI')
    .option('--repository <url>', "where the lock belongs, in the place of the policy's repository")
    .option('--require-signature', 'fail where the lock is unsigned (exit 4), whatever the policy says')
    .option('--trusted-root <file>', "a trusted_root.json in the place of the policy's or the embedded one")
    .option('--strict', 'also fail on what the base does not have yet: new servers, another policy', false)
    .option('--run-changed', 'start also what the base does not have, as you would run its tests', false)
    .option('--offline', 'no network and no server start: files only', false)
    .option('-r, --recursive', 'every lock from this folder down, in a repository those that git tracks or would add', false)
    .option('--require-live', 'fail where the definitions of a server are not compared (exit 3)', false)
    .addOption(format())
    .addHelpText('after', HELP)
    .action(async (servers: string[], options: Omit<VerifyOptions, 'servers' | 'command' | 'noLive'>) => {
      noCommand(line)
      const { verify } = await import('../commands/verify.ts')
      line.done(await verify({ ...options, servers, command: 'verify', noLive: false }, line.world))
    })
}
