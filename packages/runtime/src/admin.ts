import type { IncomingMessage, ServerResponse } from 'node:http'
import { listen, type Listener, type ListenOptions } from './http.ts'
import { sendProblem } from './send-problem.ts'
import { exporter } from './telemetry.ts'

export interface AdminOptions extends ListenOptions {
  /** Whether this process can serve. Never ask a dependency here: all processes would leave at once. */
  readonly ready: () => boolean
}

/** `/livez`: the process runs. `/readyz`: it wants traffic. `/metrics`: for Prometheus. */
export function listenAdmin(options: AdminOptions): Promise<Listener> {
  return listen((req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD')
      return sendProblem(res, options.problem('method_not_allowed'))
    switch (req.url) {
      case '/livez':
        return sendText(res, 200, 'ok')
      case '/readyz':
        return options.ready() ? sendText(res, 200, 'ok') : sendText(res, 503, 'not ready')
      case '/metrics':
        return sendMetrics(req, res)
      default:
        return sendProblem(res, options.problem('not_found'))
    }
  }, options)
}

function sendMetrics(req: IncomingMessage, res: ServerResponse): void {
  exporter.getMetricsRequestHandler(req, res)
}

function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' })
  res.end(`${text}\n`)
}
