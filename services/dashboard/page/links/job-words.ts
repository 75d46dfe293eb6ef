import type { Job } from '@sleepwell/contracts/job'
import type { Problem } from '@sleepwell/contracts/problem'
import { plural } from '../report/format.ts'

export function isOver(job: Job | undefined): boolean {
  return job !== undefined && ['done', 'cancelled', 'failed'].includes(job.state)
}

export function sayJob({ state, done }: Pick<Job, 'state' | 'done'>): string {
  switch (state) {
    case 'uploading':
      return 'The file is arriving.'
    case 'running':
      return 'Links are being made. It goes on if you close this; its address shows it again.'
    case 'done':
      return `Finished: ${plural(done, 'link')}.`
    case 'cancelled':
      return `Stopped: ${plural(done, 'link')} made.`
    case 'failed':
      return `Failed: ${plural(done, 'link')} made before that.`
  }
}

/** Why it failed as a whole, as an error is shown; undefined: it did not. */
export function failureOf({ problem }: { readonly problem: Problem | null }) {
  if (problem === null) return undefined
  const { title, detail, requestId } = problem
  return { message: detail === undefined ? `${title}.` : `${title}: ${detail}`, requestId }
}
