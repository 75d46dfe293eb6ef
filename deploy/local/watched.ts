// `node --watch` with the given words, until the supervisor is gone: by itself it does not notice that.
import { spawn } from 'node:child_process'

const child = spawn(
  process.execPath,
  ['--watch', '--watch-preserve-output', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
const end = () => void child.kill('SIGTERM')
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
process.once('disconnect', end)
child.once('exit', (code, signal) => {
  process.off('disconnect', end)
  if (process.connected) process.disconnect()
  process.exitCode = signal === null ? (code ?? 1) : 1
})
