/** The clients whose configs are read, in the order in which they are named. Of those that share a file, the first one's reading counts. */
import { antigravity } from './antigravity.ts'
import { claudeCode } from './claude-code.ts'
import { claudeDesktop } from './claude-desktop.ts'
import type { Client } from './client.ts'
import { cline } from './cline.ts'
import { codex } from './codex.ts'
import { continueDev } from './continue.ts'
import { copilotCli } from './copilot-cli.ts'
import { cursor } from './cursor.ts'
import { gemini } from './gemini.ts'
import { goose } from './goose.ts'
import { jetbrainsCopilot } from './jetbrains-copilot.ts'
import { junie } from './junie.ts'
import { amazonQ, kiro } from './kiro.ts'
import { lmStudio } from './lm-studio.ts'
import { opencode } from './opencode.ts'
import { visualStudio } from './visual-studio.ts'
import { vscode } from './vscode.ts'
import { windsurf } from './windsurf.ts'
import { zed } from './zed.ts'

export const CLIENTS: readonly Client[] = [
  claudeCode,
  cursor,
  vscode,
  codex,
  gemini,
  copilotCli,
  visualStudio,
  jetbrainsCopilot,
  junie,
  zed,
  opencode,
  continueDev,
  kiro,
  amazonQ,
  claudeDesktop,
  windsurf,
  cline,
  goose,
  lmStudio,
  antigravity,
]
