/** The few colours of a terminal that reports use. */
const CODES = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const

export type Paint = (style: keyof typeof CODES, text: string) => string

export function painter(color: boolean): Paint {
  return color ? (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m` : (_, text) => text
}
