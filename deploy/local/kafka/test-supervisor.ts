// For tests: supervises one broker in the directory that it is given, and says so.
import { withPidFile } from '../pid-file.ts'
import { supervise } from '../supervise.ts'
import { prepareKafka } from './kafka-broker.ts'

const [directory = ''] = process.argv.slice(2)
const { brokers, url } = await prepareKafka({ directory, say: console.error })
const hurry = new AbortController()
await using open = new AsyncDisposableStack()
await Promise.all(
  brokers.map((each) => {
    const program = withPidFile(each, `${directory}/pid`)
    return open.use(supervise(program, { say: console.error, hurry: hurry.signal })).ready
  }),
)
console.log(url)
await new Promise((resolve) => process.once('SIGTERM', resolve))
