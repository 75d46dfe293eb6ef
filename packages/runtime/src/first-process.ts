// The first process of a container is spared SIGTERM until it listens for it, and nobody sends it twice: told to go while it
// starts, a pod would stay until its time to end is over, for redirect an hour. Loaded before all else.
const listening = 'SIGTERM'

/** 128 and the number of the signal, as a shell has it. */
const exitCode = 143

if (process.pid === 1)
  process.on(listening, () => {
    // Whoever else listens ends in order.
    if (process.listenerCount(listening) === 1) process.exit(exitCode)
  })
