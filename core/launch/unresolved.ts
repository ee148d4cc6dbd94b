/** Launches that no kind of source resolves: what they are, for a reader of the coverage. */
import { isRemote, type Launch } from './launch.ts'

/** By the program and its first words; what fetches code is told apart from what is just a program of the machine. */
const KINDS: readonly (readonly [line: RegExp, kind: string])[] = [
  [/^(?:dnx|dotnet (?:dnx|tool (?:run|exec))) /, 'a .NET tool from NuGet'],
  [/^dotnet /, 'a .NET program'],
  [/^deno (?:run |x )?.*\b(?:jsr|npm|https?):/, 'a Deno module from a registry or address'],
  [/^uv run /, 'a Python project run by uv'],
  [/^pipx /, 'a program that pipx installed'],
  [/^go run /, 'a Go module'],
  [/^cargo (?:run|install|binstall) /, 'a Rust crate'],
  [/^(?:java|jbang) /, 'a Java program'],
  [/^(?:docker|podman|nerdctl) /, 'a container that is started otherwise than by `run`'],
  [/^(?:npm|pnpm|yarn|bun) /, 'a script of a package'],
  [/^(?:nix|nix-shell|brew|conda|mamba|mise|poetry|pdm|hatch|gem|bundle|composer|swift|zig) /, 'a program of another package manager'],
  [/^(?:\/|~\/|[A-Za-z]:[\\/]|\.\.[\\/])/, 'a program outside the repository'],
]

/** Undefined for an address. */
export function unresolvedKind(launch: Launch): string | undefined {
  if (isRemote(launch)) return undefined
  const line = `${[launch.command, ...launch.args].join(' ')} `
  return KINDS.find(([pattern]) => pattern.test(line))?.[1] ?? 'a program that is looked up in PATH'
}
