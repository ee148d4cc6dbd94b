/** The reporters by name; each is loaded only when it is asked for. */
import type { Context, Report } from './report.ts'

export const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'markdown'] as const
export type Format = (typeof FORMATS)[number]

/** The report as text that ends with a line feed. Writes nothing. */
export async function render(format: Format, report: Report, context: Context): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('./text.ts')).renderText(report, context)
    case 'json':
      return (await import('./json.ts')).renderJson(report)
    case 'sarif':
      return (await import('./sarif.ts')).renderSarif(report, context)
    case 'junit':
      return (await import('./junit.ts')).renderJunit(report)
    case 'github':
      return (await import('./github.ts')).renderGithub(report, context)
    case 'markdown':
      return (await import('./markdown.ts')).renderMarkdown(report, context)
  }
}
