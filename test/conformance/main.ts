/** The client of the sigstore-conformance suite (its docs/cli_protocol.md): exit status 0 or 1, and why not on stderr. */
import { signBundleCommand } from './sign-bundle.ts'
import { verifyBundleCommand } from './verify-bundle.ts'

const COMMANDS: { readonly [name: string]: (argv: readonly string[]) => Promise<void> } = {
  'sign-bundle': signBundleCommand,
  'verify-bundle': verifyBundleCommand,
}

const [name = '', ...argv] = process.argv.slice(2)
try {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new Error(`expected ${Object.keys(COMMANDS).join(' or ')}, got ${name}`)
  await command(argv)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
