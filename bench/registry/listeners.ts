/** Clients that listen to the status, each on a connection of its own. */
import { connect, type Socket } from 'node:net'
import { answering } from './child.ts'

const REQUEST = 'GET /v1/status/stream HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'
const AT_ONCE = 100

const questions = {
  /** Until each has heard the first event. */
  open: async ({ port, count }: { readonly port: number; readonly count: number }): Promise<void> => {
    await questions.close()
    for (let opened = 0; opened < count; opened += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => listen(port)))
    await heard(1)
  },
  /** When the last has heard so many events: milliseconds of the epoch. */
  heard: (events: number): Promise<number> => heard(events),
  close: async (): Promise<void> => {
    for (const { socket } of listeners.splice(0)) await new Promise<void>((resolve) => socket.once('close', () => resolve()).destroy())
  },
}
export type ListenerQuestions = typeof questions
answering(questions)

const listeners: { readonly socket: Socket; events: number; /** When it heard the last. */ at: number }[] = []

function listen(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const listener = { socket, events: 0, at: 0 }
    listeners.push(listener)
    socket.once('connect', () => {
      socket.write(REQUEST)
      resolve()
    })
    socket.once('error', reject)
    socket.on('data', (chunk) => {
      const events = chunk.toString('latin1').split('event: status').length - 1
      if (events === 0) return
      listener.events += events
      listener.at = performance.timeOrigin + performance.now()
    })
  })
}

async function heard(events: number): Promise<number> {
  while (listeners.some((listener) => listener.events < events)) await new Promise((resolve) => setTimeout(resolve, 5))
  return Math.max(...listeners.map(({ at }) => at))
}
