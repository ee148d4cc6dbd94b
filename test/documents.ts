/** The documents of the repository, and what in them can be checked. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

/** Relative to the root, with slashes. */
export const DOCUMENTS: readonly string[] = [
  ...readdirSync(ROOT),
  ...['docs', 'docs/decisions', 'examples/ci-github', 'examples/ci-gitlab'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).map((file) => `${folder}/${file}`),
  ),
].filter((file) => file.endsWith('.md'))

export function readDocument(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

export type Block = { readonly language: string; readonly text: string; readonly line: number }

/** The fenced blocks of a document. */
export function blocksOf(document: string): Block[] {
  return [...document.matchAll(/^```(\S*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: text = '', index }) => ({
    language,
    text,
    line: document.slice(0, index).split('\n').length,
  }))
}

/** Every command of the `sh` blocks, in order. */
export function commandsOf(document: string): string[] {
  return blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.trim().split('\n'))
    .flatMap((line) => line.split(' && '))
}

function withoutBlocks(document: string): string {
  return document.replaceAll(/^```.*?^```$/gms, '')
}

/** What stands between backticks in the running text. */
export function codeOf(document: string): string[] {
  return [...withoutBlocks(document).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
}

/** The targets of links, without those to other sites. */
export function linksOf(document: string): string[] {
  return [...withoutBlocks(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))
}

/** The first cells of the rows of all tables, without their backticks. */
export function firstCells(document: string): string[] {
  return [...document.matchAll(/^\| *`([^`]+)` *\|/gm)].map(([, cell = '']) => cell)
}
