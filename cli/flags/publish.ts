import { Option } from 'commander'
import type { PublishOptions } from '../commands/publish.ts'
import { credentials, placeholder } from './credentials.ts'
import { seconds, type AddCommand } from './flag.ts'
import { signing } from './signing.ts'

const HELP = `
The registry is the one that mcp-lock.yaml names. A manifest says where a server comes from and all
that it declares: the same for everybody, so a package, an image or an address; no arguments and no
variables. It never changes under its version, and counts once people have approved it.

What is published:
  mcp-lock publish io.github.acme/notes --from-lock notes         a pin of the lock, as it stands there
  mcp-lock publish io.github.acme/notes -- npx -y @acme/notes     a server, listed for the occasion
  mcp-lock publish --server-json server.json                      name, version, package and description
                                                                  as the MCP registry has them
  mcp-lock publish com.acme/docs@1.0.0 --url https://example.com/mcp

Who signs it: as for mcp-lock sign, an identity or a key. A workflow of GitHub publishes below
io.github.OWNER/ as the author, from the default branch or a tag; the first one binds the name to its
repository. Other names, and whoever lists what is somebody else's, stand in the policy:
  mcp-lock publish com.acme/github --from-lock github --observer --key team.pem

What would be sent, without a signature:
  mcp-lock publish io.github.acme/notes --from-lock notes --dry-run
What was signed elsewhere:
  mcp-lock publish --statement notes.manifest.json.sigstore.json`

export const addPublish: AddCommand = (program, { world, command, done }) => {
  credentials(signing(program.command('publish')))
    .description('put a manifest into the registry: where a server comes from, and what it declares')
    .argument('[name[@version]]', 'the name in the registry; the version is by default that of the package')
    .option('--from-lock <server>', 'the manifest of this pin')
    .option('--server-json <file>', 'name, version, package and description from a server.json')
    .option('--url <url>', 'the remote server at this address')
    .option('--statement <file>', 'send what `mcp-lock sign FILE` signed, with the manifest beside it')
    .option('--observer', 'as somebody else than its author; without, the rules of the policy decide', false)
    .option('--dry-run', 'print manifest and statement as JSON, sign and send nothing', false)
    .addOption(placeholder())
    .addOption(new Option('--timeout <seconds>', 'how long a server or a service may take').default(30).argParser(seconds))
    .addOption(
      new Option('--install-timeout <seconds>', 'how long downloading a package may take, before that').default(300).argParser(seconds),
    )
    .addHelpText('after', HELP)
    .action(async (name: string | undefined, options: Omit<PublishOptions, 'name' | 'command'>) => {
      const { publish } = await import('../commands/publish.ts')
      done(await publish({ ...options, name: name ?? null, command }, world))
    })
}
