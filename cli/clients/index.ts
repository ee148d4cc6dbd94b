/** The clients whose project configs are read, in the order in which they are named. */
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { cursor } from './cursor.ts'
import type { Dialect } from './dialect.ts'
import { gemini } from './gemini.ts'
import { vscode } from './vscode.ts'

export const DIALECTS: readonly Dialect[] = [claudeCode, cursor, vscode, codex, gemini]

/** Relative to the project's root, with slashes. */
export const CONFIG_FILES: readonly string[] = DIALECTS.map(({ file }) => file)
