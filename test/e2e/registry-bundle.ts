/** The program `mcp-lock-registry` in few files: it starts in a third of the time that its sources take. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

export type Bundle = { readonly program: string; /** For `NODE_COMPILE_CACHE`. */ readonly compiled: string }

let made: Bundle | null = null

/** Made once, and gone with this process. */
export function registryBundle(): Bundle {
  if (made !== null) return made
  const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-bundle-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const sources = fileURLToPath(new URL('../../registry-server/', import.meta.url))
  buildSync({
    entryPoints: ['start.ts', 'verify-worker.ts'].map((file) => join(sources, file)),
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    external: ['pg-native'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // What is not a module requires.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  })
  made = { program: join(folder, 'start.mjs'), compiled: join(folder, 'compiled') }
  return made
}
