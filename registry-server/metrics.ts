/** What Prometheus is told. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'

export type Metrics = {
  /** @param seconds until the answer began */
  readonly answered: (route: string, status: number, seconds: number) => void
  readonly written: (outcome: string) => void
  readonly text: () => Promise<string>
}

/** Read when they are asked for. */
export type Gauges = { readonly [name: string]: { readonly help: string; readonly read: () => number | Promise<number> } }

export function makeMetrics(gauges: Gauges): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const registers = [register]
  // By route and status, counted here and told when they are asked for: it is done at every request.
  const answers = new Map<string, Map<number, number>>()
  const requests = new Counter({
    name: 'mcp_lock_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'],
    registers: [],
    collect() {
      this.reset()
      for (const [route, counts] of answers) for (const [status, count] of counts) this.inc({ route, status }, count)
    },
  })
  register.registerMetric(requests)
  const durations = new Histogram({
    name: 'mcp_lock_request_seconds',
    help: 'Time until an answer begins, by route.',
    labelNames: ['route'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  })
  const statements = new Counter({
    name: 'mcp_lock_statements_total',
    help: 'Statements that were sent, by what became of them.',
    labelNames: ['outcome'],
    registers,
  })
  for (const [name, { help, read }] of Object.entries(gauges)) {
    const collect = async function (this: Gauge): Promise<void> {
      this.set(await read())
    }
    register.registerMetric(new Gauge({ name: `mcp_lock_${name}`, help, registers: [], collect }))
  }
  return {
    answered: (route, status, seconds) => {
      const counts = answers.get(route) ?? new Map<number, number>()
      answers.set(route, counts.set(status, (counts.get(status) ?? 0) + 1))
      durations.observe({ route }, seconds)
    },
    written: (outcome) => statements.inc({ outcome }),
    text: () => register.metrics(),
  }
}
