import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/preact-query'
import { render } from 'preact'
import { followHistory } from './routing/place.ts'
import { endSession, readSession } from './session/session.ts'
import { App } from './shell/app.tsx'
import { startClock } from './shell/clock.ts'

const root = document.querySelector('#page')
if (root === null) throw new Error('index.html has no #page')

const queries = new QueryClient({
  // A session that ended is a matter of the whole page.
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The client has tried again already; offline is a failure that is shown like any other.
      retry: false,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

function noticeEnd(error: Error): void {
  if (Object(error).status === 401) endSession()
}

followHistory()
startClock()
void readSession()

render(
  <QueryClientProvider client={queries}>
    <App />
  </QueryClientProvider>,
  root,
)
