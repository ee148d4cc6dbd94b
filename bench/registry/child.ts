/** Processes that are asked one thing after the other, so that what is measured has a processor of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Questions by name, each with what it is asked with and what it is answered. */
type Questions = { readonly [name: string]: (argument: never) => unknown }

export type Child<Of extends Questions = Everywhere> = AsyncDisposable & {
  readonly ask: <Name extends keyof (Of & Everywhere) & string>(
    name: Name,
    ...[argument]: Parameters<(Of & Everywhere)[Name]>
  ) => Promise<Awaited<ReturnType<(Of & Everywhere)[Name]>>>
}

/** What each is asked beside its own: processor time so far, of all its threads, in milliseconds. */
const everywhere = {
  processor: (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
}
type Everywhere = typeof everywhere

type Reply = { readonly answer: unknown } | { readonly failed: string }

/** @param url of a module that ends with `answering` */
export function startChild<Of extends Questions>(url: URL): Child<Of> {
  const child = fork(url, { serialization: 'advanced', execArgv: [...process.execArgv, '--expose-gc'] })
  const ended = once(child, 'exit')
  return {
    ask: async (name, ...[argument]) => {
      child.send({ name, argument })
      const [reply] = (await Promise.race([
        once(child, 'message'),
        ended.then(() => Promise.reject(new Error(`${url.pathname} has ended`))),
      ])) as [Reply]
      if ('failed' in reply) throw new Error(reply.failed)
      return reply.answer as never // as `answering` sent it
    },
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** The other side: answers until it is let go. */
export function answering(questions: Questions): void {
  const all: Questions = { ...questions, ...everywhere }
  const answer = async ({ name, argument }: { readonly name: string; readonly argument: never }): Promise<Reply> => {
    try {
      return { answer: await all[name]?.(argument) }
    } catch (error) {
      return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
  process.on('message', (question: Parameters<typeof answer>[0]) => void answer(question).then((reply) => process.send?.(reply)))
  process.on('disconnect', () => process.exit())
}
