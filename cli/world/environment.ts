/** The user's environment as each system takes it. */

export type Environment = { readonly [name: string]: string | undefined }

/** A variable's value; Windows sees no case in names. */
export function lookUp(env: Environment, name: string, platform: NodeJS.Platform): string | undefined {
  const own = Object.hasOwn(env, name) ? env[name] : undefined
  if (own !== undefined || platform !== 'win32') return own
  const other = Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase())
  return other === undefined ? undefined : env[other]
}

/** The home folder, or null where the environment names none. */
export function homeFolder(env: Environment, platform: NodeJS.Platform): string | null {
  return lookUp(env, platform === 'win32' ? 'USERPROFILE' : 'HOME', platform) || null
}
