#!/usr/bin/env node
// `sleepwell`: the two APIs on the command line.
import { createProgram } from './program.ts'
import { exitCodeOf, explain } from './exit-code.ts'

const program = createProgram({
  env: process.env,
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  fail: (code) => {
    process.exitCode = code
  },
})
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `| head` has seen enough.
  if (error.code === 'EPIPE') process.exit()
  console.error(`What was to be printed is lost: ${error.message}`)
  process.exit(1)
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
  const sentence = explain(error)
  if (sentence !== undefined) console.error(sentence)
}
