/** The examples for CI as data: for each file its jobs, and of each job the shell scripts in their order. */
import { parse } from 'yaml'
import { readDocument } from './documents.ts'

type Pipeline = { readonly file: string; readonly text: string; readonly jobs: ReadonlyMap<string, readonly string[]> }

const GITHUB = ['mcp-lock', 'mcp-lock-update', 'mcp-lock-sign'].map((name) => `examples/ci-github/${name}.yml`)
const GITLAB = ['examples/ci-gitlab/.gitlab-ci.yml']

type Step = { readonly run?: string; readonly uses?: string }
type Job = { readonly extends?: string; readonly before_script?: readonly string[]; readonly script?: readonly string[] }

function readGithub(file: string): Pipeline {
  const text = readDocument(file)
  const { jobs } = parse(text) as { readonly jobs: { readonly [name: string]: { readonly steps: readonly Step[] } } }
  const scripts = Object.entries(jobs).map(([name, { steps }]) => [name, steps.flatMap(({ run }) => run ?? [])] as const)
  return { file, text, jobs: new Map(scripts) }
}

function readGitlab(file: string): Pipeline {
  const text = readDocument(file)
  const all = parse(text) as { readonly [name: string]: Job }
  const jobs = Object.entries(all).filter(([name]) => !name.startsWith('.'))
  const before = (job: Job): readonly string[] => job.before_script ?? all[job.extends ?? '']?.before_script ?? []
  return { file, text, jobs: new Map(jobs.map(([name, job]) => [name, [...before(job), ...(job.script ?? [])]])) }
}

export const PIPELINES: readonly Pipeline[] = [...GITHUB.map(readGithub), ...GITLAB.map(readGitlab)]

/** The scripts of one job, whichever file has it. */
export function scriptsOf(file: string, job: string): readonly string[] {
  return PIPELINES.find((pipeline) => pipeline.file.endsWith(file))?.jobs.get(job) ?? []
}
