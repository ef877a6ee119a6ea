/** Counts what an operator looks at; every refusal is counted under its kind. */
export type Counters = {
  readonly answered: (method: string, status: number, seconds: number) => void
  readonly refused: (kind: string) => void
  readonly streams: (change: 1 | -1) => void
  /** The Prometheus text format. */
  readonly print: () => string
}

// Upper bounds in seconds; the list page's target is 0.3 s.
const bounds = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]

/** Counters of one server, from zero. Source: own; text format 0.0.4 of Prometheus. */
export function createCounters(): Counters {
  const requests = new Map<string, number>()
  const refusals = new Map<string, number>()
  const buckets = bounds.map(() => 0)
  let seconds = 0
  let count = 0
  let open = 0
  return {
    answered: (method, status, took) => {
      add(requests, `method="${method}",status="${status}"`)
      seconds += took
      count += 1
      for (const [i, bound] of bounds.entries()) if (took <= bound) buckets[i] = (buckets[i] ?? 0) + 1
    },
    refused: (kind) => add(refusals, `kind="${kind}"`),
    streams: (change) => {
      open += change
    },
    print: () =>
      [
        '# TYPE tingzhou_http_requests_total counter',
        ...[...requests].map(([labels, n]) => `tingzhou_http_requests_total{${labels}} ${n}`),
        '# TYPE tingzhou_http_refusals_total counter',
        ...[...refusals].map(([labels, n]) => `tingzhou_http_refusals_total{${labels}} ${n}`),
        '# TYPE tingzhou_http_request_seconds histogram',
        ...bounds.map((bound, i) => `tingzhou_http_request_seconds_bucket{le="${bound}"} ${buckets[i]}`),
        `tingzhou_http_request_seconds_bucket{le="+Inf"} ${count}`,
        `tingzhou_http_request_seconds_sum ${seconds}`,
        `tingzhou_http_request_seconds_count ${count}`,
        '# TYPE tingzhou_http_streams gauge',
        `tingzhou_http_streams ${open}`,
        '',
      ].join('\n'),
  }
}

const add = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1)
