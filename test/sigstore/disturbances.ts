/** What can go wrong with a service. */
import type { Disturbance } from './loopback.ts'

export const status =
  (status: number, headers = {}, body = 'no'): Disturbance =>
  () => ({ status, headers, body })

/** The connection stays open, and nothing comes. */
export const hang: Disturbance = () => 'hang'

/** The connection ends before anything was done. */
export const drop: Disturbance = () => 'drop'

/** All is done, and the answer is lost. */
export const dropAfterwards: Disturbance = (honest) => {
  honest()
  return 'drop'
}

/** Another body than the honest one. */
export const altered =
  (change: (body: string) => string | Buffer): Disturbance =>
  (honest) => {
    const answer = honest()
    return { ...answer, body: change(String(answer.body)) }
  }
