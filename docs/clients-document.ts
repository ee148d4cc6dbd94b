/** docs/CLIENTS.md out of the clients' tables. */
import type { Client, UserPath } from '../cli/clients/dialects/client.ts'
import type { Dialect } from '../cli/clients/dialects/dialect.ts'
import { CLIENTS } from '../cli/clients/dialects/index.ts'

const HEAD = `# Clients

Written by \`node docs/generate.ts\` from the tables in cli/clients/. Every file named here is read where it exists, each entry as the client itself reads it, and brought into the one form of [format.md](format.md) §5, so that a server that several clients start is one pin.

How sure each line is: _certain_, from the client's source or documentation; _reported_, by others who tried it; _assumed_, by analogy with its kin. Where it is not certain that a client leaves a server out, the server stays in.
`

const NOTES = `## What holds for all

- **Shared files.** \`.mcp.json\` is read by several clients. It is read once, as the first of them in the table would; where another would start something else by the same words (VS Code expands nothing there, so \`\${X}\` stays as it is), \`verify\` says so (\`CLIENTS_DIFFER\`).
- **Unset variables** are an error (\`VARIABLE_UNSET\`), never an empty text and never their own name, whatever the client does.
- \`%VAR%\` is a text: no client expands it. So is \`~\`, but for \`{file:~/…}\` of opencode.
- **\`{file:PATH}\`** of opencode is pinned by the hash of the file where it stands in a command, an argument, a folder or an address, and lies in the repository.
- **Programs on Windows**: \`cmd /c npx.cmd …\` is \`npx …\`; backslashes in paths of the repository are slashes.
- **Case and line ends**: a file that macOS or Windows finds under another case than the disk's is refused there, for Linux would not find it. CRLF in configs and scripts counts as LF, but in a script that begins with \`#!\` or that a shell reads; keep those with \`eol=lf\` in .gitattributes. For the lock and the closures, \`mcp-lock init\` does so.
- **An entry that cannot be read** fails by its name (\`CONFIG_INVALID\`); the other servers of the file are checked. A file that cannot be read, or that has a key twice, fails as a whole.
- **Left out** are servers of a client's own (Goose's \`builtin\` and \`platform\`, Zed's and VS Code's extensions, Claude Desktop's bundles): no config says what they start.
- **What is written**: \`pin --write-config\` changes the version in the one word that names the package, and no other byte. It works in every file above. \`wrap\` puts \`npx -y mcp-lock@VERSION run NAME --\` before the words of a program, and \`unwrap\` takes just these away; environment, folders, comments and servers with an address stay as they are.
`

const GLOBAL = `With \`--global\`, commands work on these files and no project's. The lock is the user's own and stays on the machine: \`mcp.lock\`, with \`mcp-lock.yaml\` beside it, in \`\${XDG_CONFIG_HOME:-~/.config}/mcp-lock/\` on Linux, \`~/Library/Application Support/mcp-lock/\` on macOS, \`%APPDATA%\\mcp-lock\\\` on Windows.

- Relative paths start from the home folder, and files below it that a launch names are pinned by their hash, by relative or absolute path.
- \`\${workspaceFolder}\` is whichever folder is open, so it is a variable without a value (\`openFolder\`).
- The servers that Claude Code keeps for one project in \`~/.claude.json\` are the user's, not the repository's: each is pinned as \`NAME@FOLDER\`, and starts in that folder.
- Absolute paths are no finding there.
`

/** The document. */
export function clientsDocument(): string {
  return [
    HEAD,
    '## In a project\n',
    projectTable(),
    "## The user's own\n",
    GLOBAL,
    userTable(),
    '## How entries are written\n',
    wordsTable(),
    NOTES,
  ].join('\n')
}

function projectTable(): string {
  const rows = CLIENTS.flatMap((client) => {
    const files = client.files.flatMap(({ project }) => (project === undefined ? [] : [code(project)]))
    return files.length === 0 ? [] : [[client.name, [...new Set(files)].join('<br>'), client.certainty.files]]
  })
  return table(['client', 'files, from the project', 'how sure'], rows)
}

function userTable(): string {
  const rows = CLIENTS.flatMap((client) => {
    const paths = client.files.flatMap(({ user }) => (user === undefined ? [] : [user]))
    const on = (system: keyof UserPath): string =>
      [...new Set(paths.map((path) => path[system]))].flatMap((path) => (path === null ? [] : [code(shown(path))])).join('<br>')
    return paths.length === 0 ? [] : [[client.name, on('linux'), on('darwin'), on('win32'), client.certainty.files]]
  })
  return table(['client', 'Linux', 'macOS', 'Windows', 'how sure'], rows)
}

function wordsTable(): string {
  const rows = CLIENTS.flatMap((client) =>
    [...new Set(client.files.map(({ dialect }) => dialect))].map((dialect) => wordsRow(client, dialect)),
  )
  const head = ['client', 'servers under', 'program', 'address', '`type`', 'variables', 'left out', 'how sure of variables']
  return table(head, [...new Map(rows.map((row) => [row.join('|'), row])).values()])
}

function wordsRow({ name, certainty }: Client, dialect: Dialect): string[] {
  const { root, list, urls, headers, type, disabled, notation, envNotation, headerNotation } = dialect
  const programs = dialect.program.map(({ command, args, env, cwd, envFile }) =>
    [
      args === null ? `${code(command)} (all words)` : code(command),
      ...[args, env, cwd, envFile].flatMap((member) => (member == null ? [] : [code(member)])),
    ].join(', '),
  )
  const addresses = Object.entries(urls).map(([member, kind]) => `${code(member)} (${kind})`)
  const differing = [
    ...(envNotation === undefined ? [] : [`in \`env\` ${said(envNotation.shown)}`]),
    ...(headerNotation === undefined ? [] : [`in headers ${said(headerNotation.shown)}`]),
  ]
  return [
    name,
    root.length === 0 ? 'the whole file' : `${code(root.join('/'))}${list === true ? ', a list' : ''}`,
    programs.join('; or '),
    addresses.length === 0 ? '–' : `${addresses.join(', ')}, ${code(headers)}`,
    Object.keys(type.values).length === 0
      ? '–'
      : `${type.member === 'type' ? '' : `${code(type.member)}: `}${Object.keys(type.values).map(code).join(', ')}`,
    [said(notation.shown), ...differing].join('; '),
    disabled === undefined ? '–' : code(`${disabled[0]}: ${disabled[1]}`),
    certainty.variables,
  ]
}

function said(notation: string): string {
  return notation === '' ? 'none' : notation
}

/** As a shell writes it: `${XDG_CONFIG_HOME:-~/.config}/…`. */
function shown(path: string): string {
  return path.replaceAll('${env:', '${')
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}

/** Padded as the formatter would. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((cells) => (cells[i] ?? '').length)))
  const line = (cells: readonly string[], pad = ' '): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0, pad)).join(' | ')} |\n`
  return `${line(head)}${line(
    head.map(() => ''),
    '-',
  )}${rows.map((cells) => line(cells)).join('')}`
}
