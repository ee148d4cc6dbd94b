import type { World } from './world.ts'

/** Yes only where a person typed it. */
export async function confirm(question: string, { terminal }: World): Promise<boolean> {
  return terminal !== null && /^y(?:es)?$/i.test((await terminal.ask(question)).trim())
}
