/** The clients whose configs are read, in the order in which they are named. */
import { claudeCode } from './claude-code.ts'
import type { Client } from './client.ts'
import { codex } from './codex.ts'
import { cursor } from './cursor.ts'
import { gemini } from './gemini.ts'
import { vscode } from './vscode.ts'

export const CLIENTS: readonly Client[] = [claudeCode, cursor, vscode, codex, gemini]
