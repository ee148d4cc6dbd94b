/** The examples for CI, run as they stand: by a shell, in a clone, with mcp-lock in `PATH`. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { CONFIGS } from '../../cli/project/project.ts'
import { readDocument, ROOT } from '../documents.ts'
import { PIPELINES, scriptsOf } from '../pipelines.ts'
import { Repository } from '../repository.ts'
import { startSigstore } from '../sigstore/sigstore.ts'
import { Registry } from './registry.ts'
import { BUNDLE } from './signed-repository.ts'

type Environment = { readonly [name: string]: string }

/** A folder above the clone for what a runner has: programs, its home, its temporary files. */
class Runner {
  readonly home: string
  readonly clone: Repository

  constructor(folder: string) {
    this.home = folder
    this.clone = new Repository(join(folder, 'clone'))
  }

  async program(name: string, text: string): Promise<void> {
    await mkdir(join(this.home, 'bin'), { recursive: true })
    await writeFile(join(this.home, 'bin', name), `#!/bin/sh\n${text}\n`)
    await chmod(join(this.home, 'bin', name), 0o755)
  }

  /** All scripts of a job but the installation, each as a runner starts it. */
  async job(file: string, name: string, env: Environment): Promise<string> {
    await this.program('mcp-lock', `exec '${process.execPath}' '${join(ROOT, 'cli/start.ts')}' "$@"`)
    const scripts = scriptsOf(file, name)
    assert.ok(scripts.length > 0, `${file} has no ${name}`)
    let output = ''
    for (const script of scripts.filter((text) => !text.startsWith('npm install --global '))) {
      const { stdout, stderr } = await promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
        cwd: this.clone.folder,
        env: {
          PATH: [join(this.home, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
          HOME: this.home,
          XDG_CACHE_HOME: join(this.home, 'cache'),
          npm_config_cache: join(this.home, 'npm'),
          RUNNER_TEMP: this.home,
          GIT_CONFIG_COUNT: '3',
          GIT_CONFIG_KEY_0: 'protocol.file.allow',
          GIT_CONFIG_VALUE_0: 'always',
          GIT_CONFIG_KEY_1: 'user.name',
          GIT_CONFIG_VALUE_1: 'a',
          GIT_CONFIG_KEY_2: 'user.email',
          GIT_CONFIG_VALUE_2: 'a@b',
          ...env,
        },
      })
      output += stdout + stderr
    }
    return output
  }
}

const HONEST = { command: 'node', args: ['./hostile.mjs', 'honest'] }

function config(servers: { readonly [name: string]: object }): string {
  return `${JSON.stringify({ mcpServers: servers }, null, 2)}\n`
}

/** A clone of a branch that brings a server along which would make the file PWNED, in lock and config. */
async function hostileBranch(t: TestContext, depth: readonly string[]): Promise<Runner> {
  const origin = await Repository.make(t, {
    '.mcp.json': config({ notes: HONEST }),
    'hostile.mjs': await readFile(join(ROOT, 'test/servers/hostile.mjs'), 'utf8'),
  })
  assert.equal((await origin.run('pin --yes')).exit, 0)
  await origin.commit('main')
  await origin.branch('change')
  await origin.write({ '.mcp.json': config({ notes: HONEST, evil: { command: 'touch', args: ['PWNED'] } }) })
  await origin.editLock(({ notes }) => {
    assert.ok(notes !== undefined)
    return { evil: { ...notes, source: { launch: { command: 'touch', args: ['PWNED'] }, transport: 'stdio' } } }
  })
  await origin.commit('change')
  const runner = new Runner(join(origin.folder, '..'))
  await origin.git('clone', '-q', ...depth, '--branch', 'change', `file://${origin.folder}`, runner.clone.folder)
  return runner
}

test('github: the pull request is reviewed, and starts nothing', async (t) => {
  const runner = await hostileBranch(t, [])
  const summary = join(runner.home, 'summary.md')
  const output = await runner.job('ci-github/mcp-lock.yml', 'review', { GITHUB_BASE_REF: 'main', GITHUB_STEP_SUMMARY: summary })
  assert.match(output, /^::warning file=mcp\.lock,.*title=evil/m)
  assert.match(await readFile(summary, 'utf8'), /^### mcp-lock `diff`[^]*`evil`[^]*"command": "touch"/)
  assert.ok(!runner.clone.has('PWNED'))
})

test('gitlab: the merge request is reviewed, and starts nothing', async (t) => {
  const runner = await hostileBranch(t, ['--depth', '1'])
  await runner.job('.gitlab-ci.yml', 'mcp-lock:review', { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' })
  const read = (file: string): Promise<string> => readFile(join(runner.clone.folder, file), 'utf8')
  assert.match(await read('mcp-lock.xml'), /failures="0" errors="0" skipped="1"[^]*name="evil"/)
  assert.match(await read('mcp-lock-diff.md'), /^### mcp-lock `diff`[^]*`evil`/)
  assert.ok(!runner.clone.has('PWNED'))
})

test('the default branch is verified', async (t) => {
  const runner = await hostileBranch(t, [])
  await runner.clone.git('checkout', '-q', 'main')
  assert.match(await runner.job('ci-github/mcp-lock.yml', 'verify', {}), /1 verified, exit 0/)
  await runner.job('.gitlab-ci.yml', 'mcp-lock:verify', {})
  assert.ok(runner.clone.has('mcp-lock.xml'))
})

/** A clone of a project whose package has a newer version on a registry of the test. */
async function outdated(t: TestContext): Promise<{ readonly runner: Runner; readonly origin: Repository; readonly env: Environment }> {
  const registry = await Registry.start()
  t.after(() => registry.close())
  const program = { 'server.js': await readFile(join(ROOT, 'test/servers/package.cjs'), 'utf8') }
  const publish = (version: string): void => {
    for (const name of ['tools', 'keyed']) registry.publish({ name, version, bin: 'server.js' }, program)
  }
  publish('1.0.0')
  const origin = await Repository.make(t, {
    '.mcp.json': config({
      tools: { command: 'npx', args: ['-y', 'tools@1.0.0'] },
      // The job has no secrets, so this one stays as it is.
      keyed: { command: 'npx', args: ['-y', 'keyed@1.0.0'], env: { API_KEY: '${API_KEY}' } },
    }),
    'mcp-lock.yaml': 'servers: { keyed: { live: with-credentials } }\n',
    'other.txt': 'old\n',
  })
  const runner = new Runner(join(origin.folder, '..'))
  const env = { npm_config_registry: registry.url }
  const settings = {
    env: { ...env, HOME: runner.home, XDG_CACHE_HOME: join(runner.home, 'cache'), npm_config_cache: join(runner.home, 'npm') },
  }
  const pinned = await origin.run('pin --yes', { env: { ...settings.env, API_KEY: 'hunter2-hunter2' } })
  assert.equal(pinned.exit, 0, pinned.stderr)
  await origin.commit('main')
  publish('1.1.0')
  await origin.git('clone', '-q', `file://${origin.folder}`, runner.clone.folder)
  return { runner, origin, env }
}

/** What somebody who has the first job in hand would like to have in the patch too. */
async function tamper(runner: Runner, patch: string): Promise<void> {
  await runner.clone.git('reset', '-q', '--hard')
  await runner.clone.write({ 'other.txt': 'new\n' })
  await writeFile(patch, `${await readFile(patch, 'utf8')}${await runner.clone.git('diff')}\n`)
  await runner.clone.git('reset', '-q', '--hard')
}

test('github: an update is made by one job, and proposed by another that takes nothing but its files', async (t) => {
  const { runner, origin, env } = await outdated(t)
  const output = join(runner.home, 'output')
  await runner.job('mcp-lock-update.yml', 'make', { ...env, ...variablesOf('mcp-lock-update.yml'), GITHUB_OUTPUT: output })
  assert.equal(await readFile(output, 'utf8'), 'changed=true\n')
  assert.match(await readFile(join(runner.home, 'update/summary.md'), 'utf8'), /^### mcp-lock `diff`[^]*1\.1\.0/)
  await tamper(runner, join(runner.home, 'update/update.patch'))
  await runner.program('gh', `echo "$@" >> '${runner.home}/gh.log'`)
  await runner.job('mcp-lock-update.yml', 'propose', variablesOf('mcp-lock-update.yml'))
  const changed = await origin.git('diff', '--name-only', 'main', 'mcp-lock/update')
  assert.deepEqual(changed.split('\n'), ['.mcp.json', 'mcp.lock', 'mcp.lock.d/tools/package-lock.json', 'mcp.lock.d/tools/package.json'])
  assert.match(await origin.git('show', 'mcp-lock/update:.mcp.json'), /tools@1\.1\.0/)
  assert.match(await readFile(join(runner.home, 'gh.log'), 'utf8'), /^pr create --head mcp-lock\/update/)
  // What it proposes passes the check of pull requests.
  await runner.clone.git('checkout', '-q', '-B', 'proposed')
  const checked = await runner.job('ci-github/mcp-lock.yml', 'review', { GITHUB_BASE_REF: 'main', GITHUB_STEP_SUMMARY: output })
  assert.match(checked, /1 new · 1 skipped, exit 0/)
})

function variablesOf(file: string): Environment {
  const { text } = PIPELINES.find((pipeline) => pipeline.file.endsWith(file)) ?? { text: '' }
  return { FILES: /^ *FILES: (.*)$/m.exec(text)?.[1] ?? '' }
}

test('gitlab: an update is made by one job, and proposed by another that takes nothing but its files', async (t) => {
  const { runner, origin, env } = await outdated(t)
  await runner.job('.gitlab-ci.yml', 'mcp-lock:make', env)
  const patch = join(runner.clone.folder, 'update.patch')
  const text = await readFile(patch, 'utf8')
  await tamper(runner, patch)
  assert.notEqual(await readFile(patch, 'utf8'), text)
  // The address with the token leads to the repository of the test, which takes no options.
  const git = (await promisify(execFile)('which', ['git'])).stdout.trim()
  await runner.program(
    'git',
    `test "$1" != push || { echo "$@" >> '${runner.home}/push.log'; exec '${git}' push --force origin HEAD:refs/heads/mcp-lock/update; }\nexec '${git}' "$@"`,
  )
  await runner.job('.gitlab-ci.yml', 'mcp-lock:propose', {
    ...variablesOf('.gitlab-ci.yml'),
    CI_DEFAULT_BRANCH: 'main',
    CI_PROJECT_PATH: 'acme/tools',
    CI_SERVER_HOST: 'gitlab.invalid',
    MCP_LOCK_TOKEN: 'secret',
  })
  const changed = await origin.git('diff', '--name-only', 'main', 'mcp-lock/update')
  assert.deepEqual(changed.split('\n'), ['.mcp.json', 'mcp.lock', 'mcp.lock.d/tools/package-lock.json', 'mcp.lock.d/tools/package.json'])
  assert.match(
    await readFile(join(runner.home, 'push.log'), 'utf8'),
    /merge_request\.create .*@gitlab\.invalid\/acme\/tools\.git HEAD:refs\/heads\/mcp-lock\/update$/m,
  )
})

test('github: what was merged is signed by one job, and another proposes the signature alone', async (t) => {
  await using sigstore = await startSigstore()
  const { ci } = sigstore.issuers
  const uri = 'acme/tools/.github/workflows/mcp-lock-sign.yml@refs/heads/main'
  const signer = { github: 'acme/tools', workflow: '.github/workflows/mcp-lock-sign.yml', ref: 'refs/heads/main', issuer: ci.issuer }
  const files = { trustedRoot: 'trusted_root.json', signingConfig: 'signing_config.json' }
  const origin = await Repository.make(t, {
    '.mcp.json': config({ notes: HONEST }),
    'hostile.mjs': await readFile(join(ROOT, 'test/servers/hostile.mjs'), 'utf8'),
    'mcp-lock.yaml': JSON.stringify({ repository: 'https://github.com/acme/tools', signers: [signer], sigstore: files }),
    'trusted_root.json': JSON.stringify(sigstore.trustedRoot),
    'signing_config.json': JSON.stringify(sigstore.signingConfig({ rekor: 2, tsa: true })),
  })
  assert.equal((await origin.run('pin --yes')).exit, 0)
  await origin.commit('main')
  const runner = new Runner(join(origin.folder, '..'))
  await origin.git('clone', '-q', `file://${origin.folder}`, runner.clone.folder)

  const [output, summary] = [join(runner.home, 'output'), join(runner.home, 'summary')]
  const identity = ci.actionsEnvironment({ workflow_ref: uri, job_workflow_ref: uri })
  const said = await runner.job('mcp-lock-sign.yml', 'sign', {
    ...identity,
    CI: 'true',
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
  })
  for (const secret of ci.secrets) assert.ok(!said.includes(secret), 'a token in the log')
  assert.equal(await readFile(output, 'utf8'), 'changed=true\n')
  assert.match(await readFile(summary, 'utf8'), /mcp-lock-sign\.yml@refs\/heads\/main/)
  await mkdir(join(runner.home, 'signature'))
  await rename(join(runner.clone.folder, BUNDLE), join(runner.home, 'signature', BUNDLE))
  await runner.clone.git('reset', '-q', '--hard')

  await runner.program('gh', `echo "$@" >> '${runner.home}/gh.log'`)
  await runner.job('mcp-lock-sign.yml', 'propose', {})
  assert.equal(await origin.git('diff', '--name-only', 'main', 'mcp-lock/sign'), BUNDLE)
  assert.match(await readFile(join(runner.home, 'gh.log'), 'utf8'), /^pr create --head mcp-lock\/sign/)
  const checked = await runner.job('ci-github/mcp-lock.yml', 'review', { GITHUB_BASE_REF: 'main', GITHUB_STEP_SUMMARY: summary })
  assert.match(checked, /exit 0/)

  // Signed once, there is nothing to propose again.
  await rm(output)
  await runner.job('mcp-lock-sign.yml', 'sign', { ...identity, CI: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary })
  assert.ok(!existsSync(output))
})

test('the pipelines install this version, and take actions and images by version', () => {
  const { version } = JSON.parse(readDocument('package.json')) as { readonly version: string }
  for (const { file, text } of PIPELINES) {
    const installs = text.match(/npm install --global \S+/g) ?? []
    assert.ok(installs.length > 0 && installs.every((line) => line === `npm install --global mcp-lock@${version}`), file)
    for (const [line = ''] of text.matchAll(/^.*\buses: .*$/gm)) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
    for (const [line = ''] of text.matchAll(/^ *image: .*$/gm)) assert.match(line, /:\d+\.\d+\.\d+-\w+$/)
    assert.doesNotMatch(text, /pull_request_target:|workflow_run:/)
  }
})

test('no job has two of these: starting servers, an identity to sign with, writing to the repository', () => {
  for (const { file, text } of PIPELINES.filter(({ file: name }) => name.includes('github'))) {
    for (const [, job = ''] of text.slice(text.indexOf('\njobs:')).matchAll(/^ {2}[a-z]+:\n((?: {4}.*\n|\n)+)/gm)) {
      if (/: write$/m.test(job)) assert.doesNotMatch(job, /mcp-lock (?:update|pin|verify)|npx /, file)
      if (/contents: write$/m.test(job)) assert.doesNotMatch(job, /npm |mcp-lock \w|id-token/, file)
      else assert.match(job, /persist-credentials: false/, file)
    }
  }
})

test('every client config has an owner', () => {
  for (const folder of ['examples/ci-github', 'examples/ci-gitlab']) {
    const owned = readDocument(`${folder}/CODEOWNERS`)
      .split('\n')
      .flatMap((line) => /^[^#\s]\S*/.exec(line) ?? [])
    const isOwned = (path: string): boolean =>
      owned.some((pattern) => path === pattern || `/${path}/`.startsWith(pattern) || `${path}/`.startsWith(pattern))
    for (const path of [...CONFIGS, 'mcp.lock', 'mcp.lock.d', 'mcp-lock.yaml']) assert.ok(isOwned(path), `${folder}: ${path}`)
    assert.ok(existsSync(join(ROOT, folder, 'README.md')))
  }
})
