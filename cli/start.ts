/** Starts the sources. What is published starts with bin.cjs. */
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import('./program.ts')
