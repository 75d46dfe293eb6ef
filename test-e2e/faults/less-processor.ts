// A process that gets a small part of one processor, so that ten times what it can do can be asked of it by a client on the
// same machine. Needs the right to make a control group, of version 1 or 2.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const periodUs = 10_000
const first = '/sys/fs/cgroup/cpu'
const second = '/sys/fs/cgroup'
const isFirst = existsSync(join(first, 'cpu.cfs_quota_us'))
const root = isFirst ? first : second

/** @param share of one processor; it has the whole again when this is disposed */
export function limitProcessor(pid: number, share: number): Disposable {
  const home = homeOf(pid)
  const group = makeGroup(String(pid), share)
  writeFileSync(join(group, 'cgroup.procs'), String(pid))
  return {
    [Symbol.dispose]: () => {
      if (existsSync(`/proc/${pid}`)) writeFileSync(join(home, 'cgroup.procs'), String(pid))
      rmdirSync(group)
    },
  }
}

/** Whether this machine lets us. */
export function mayLimitProcessor(): boolean {
  try {
    rmdirSync(makeGroup(`try-${process.pid}`, 1))
    return true
  } catch {
    return false
  }
}

function makeGroup(name: string, share: number): string {
  const group = join(root, `sleepwell-${name}`)
  mkdirSync(group)
  try {
    const quota = String(Math.round(periodUs * share))
    if (isFirst) {
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(periodUs))
      writeFileSync(join(group, 'cpu.cfs_quota_us'), quota)
    } else writeFileSync(join(group, 'cpu.max'), `${quota} ${periodUs}`)
    return group
  } catch (error) {
    rmdirSync(group)
    throw error
  }
}

function homeOf(pid: number): string {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8')
  const path = (isFirst ? /^\d+:(?:cpu|cpu,\w+|\w+,cpu):(.*)$/mu : /^0::(.*)$/mu).exec(groups)?.[1]
  return join(root, path ?? '/')
}
