/**
 * Script tests (test/scripts/*.txtar, after the txtar format of golang.org/x/tools): files, and commands
 * with what they print. `$ command` runs mcp-lock in-process; `exit N`, `stdout RE`, `stderr RE` and the
 * same with `!` speak of the last run; `write FILE TEXT`, `replace FILE OLD => NEW`, `rm FILE`,
 * `keep FILE`, `same FILE` (unchanged since `keep`), `env NAME=VALUE`, `env NAME` (unsets it), `answer WORD` and
 * `cd FOLDER` (the current one of the runs, from the top) do what they say.
 */
import assert from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { run, temporary, type Run } from '../world.ts'

const scripts = new URL('../scripts/', import.meta.url)
const servers = new URL('../servers/', import.meta.url)

for (const name of (await readdir(scripts)).filter((file) => file.endsWith('.txtar')).sort()) {
  test(`script ${name}`, async (t) => {
    const folder = await temporary(t)
    await cp(servers, join(folder, 'servers'), { recursive: true })
    const { commands, files } = parseTxtar(await readFile(new URL(name, scripts), 'utf8'))
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const script = new Script(folder)
    for (const [number, line] of commands) {
      await script.step(line).catch((cause: unknown) => {
        throw new Error(`${name}:${number}: ${line}: ${cause instanceof Error ? cause.message : String(cause)}\n${script.last}`)
      })
    }
  })
}

class Script {
  readonly #folder: string
  readonly #kept = new Map<string, string>()
  #run: Run = { exit: 0, stdout: '', stderr: '' }
  #checked = true
  #env: { [name: string]: string } = {}
  #answers: string[] | null = null
  #cwd = '.'

  constructor(folder: string) {
    this.#folder = folder
  }

  get last(): string {
    return `--- exit ${this.#run.exit}\n--- stdout\n${this.#run.stdout}--- stderr\n${this.#run.stderr}`
  }

  async step(line: string): Promise<void> {
    const [verb = '', ...words] = line.split(' ')
    const rest = words.join(' ')
    const path = join(this.#folder, words[0] ?? '')
    switch (verb) {
      case '$':
        assert.ok(this.#checked, 'the exit status of the run before was not checked')
        this.#run = await run(this.#folder, parseWords(rest), {
          env: this.#env,
          cwd: join(this.#folder, this.#cwd),
          ...(this.#answers === null ? {} : { answers: this.#answers }),
        })
        this.#answers = null
        this.#checked = false
        return
      case 'exit':
        this.#checked = true
        return assert.equal(this.#run.exit, Number(rest))
      case 'stdout':
      case 'stderr':
        return assert.match(this.#run[verb], new RegExp(rest, 'm'))
      case '!': {
        if (words[0] === 'file') {
          const text = await readFile(join(this.#folder, words[1] ?? ''), 'utf8')
          return assert.doesNotMatch(text, new RegExp(words.slice(2).join(' '), 'm'))
        }
        return assert.doesNotMatch(this.#run[words[0] === 'stdout' ? 'stdout' : 'stderr'], new RegExp(words.slice(1).join(' '), 'm'))
      }
      case 'write':
        return writeFile(path, `${words.slice(1).join(' ')}\n`)
      case 'replace': {
        const [before = '', after = ''] = words.slice(1).join(' ').split(' => ')
        const text = await readFile(path, 'utf8')
        assert.ok(text.includes(before), `${words[0]} does not have ${before}`)
        return writeFile(path, text.replace(before, after))
      }
      case 'rm':
        return rm(path, { recursive: true })
      case 'keep':
        this.#kept.set(path, await readFile(path, 'utf8'))
        return
      case 'same':
        return assert.equal(await readFile(path, 'utf8'), this.#kept.get(path))
      case 'absent':
        return assert.rejects(readFile(path), { code: 'ENOENT' })
      case 'file': {
        assert.match(await readFile(path, 'utf8'), new RegExp(words.slice(1).join(' '), 'm'))
        return
      }
      case 'env': {
        const [key = '', value] = rest.split(/=(.*)/s)
        const { [key]: _, ...others } = this.#env
        this.#env = value === undefined ? others : { ...others, [key]: value }
        return
      }
      case 'cd':
        this.#cwd = rest
        return
      case 'answer':
        this.#answers = words
        return
      default:
        throw new Error(`no such step: ${verb}`)
    }
  }
}

function parseWords(text: string): string[] {
  const words = [...text.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  return words[0] === 'mcp-lock' ? words.slice(1) : words
}

function parseTxtar(text: string): { commands: [number, string][]; files: Map<string, string> } {
  const [head = '', ...parts] = text.split(/^-- (.+) --\n/m)
  const commands: [number, string][] = head
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' || line.startsWith('#') ? [] : [[i + 1, line.trim()]]))
  const files = new Map<string, string>()
  for (let i = 0; i < parts.length; i += 2) files.set(parts[i] ?? '', parts[i + 1] ?? '')
  return { commands, files }
}
