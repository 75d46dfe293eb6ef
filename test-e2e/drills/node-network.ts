// Each node on a machine of its own, as far as the network goes: a switch, and a cable to each of them that can be pulled. All of it
// is in network namespaces that processes hold, and is gone when they are. That takes root.
import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { until } from '../api.ts'
import { killAll, processesIn, processesOn } from './processes-in.ts'
import { openRunDirectory, type Command, type RunDirectory } from './run-directory.ts'

export interface NodeNetwork {
  /** Of what runs beside the nodes, as they reach it. */
  readonly host: string
  readonly places: readonly Place[]
}

/** Where a node is. */
export interface Place {
  readonly host: string
  /** Words before a command that shall run there. */
  readonly enter: readonly string[]
  /** Pulls the cable: what is sent is lost, in both directions, and nobody is told. */
  readonly cut: () => void
  readonly heal: () => void
  /** As when its power fails; resolves when nothing runs there. The network stays. */
  readonly killAll: () => Promise<void>
}

/** Rejects where the machine does not allow it. */
export async function openNodeNetwork(
  run: RunDirectory,
  names: readonly string[],
): Promise<NodeNetwork> {
  const addressOf = freeAddresses()
  const { enter: inSwitch, holder } = await openNamespace(run, 'switch')
  act(inSwitch, 'ip link add switch type bridge')
  act(inSwitch, 'ip link set switch up')
  // Of this process alone: others may have such a network too.
  const device = `swn-${process.pid}`
  act([], `ip link add ${device} type veth peer name here netns ${holder}`)
  act(inSwitch, 'ip link set here master switch up')
  act([], `ip address add ${addressOf(1)}/28 dev ${device}`)
  act([], `ip link set ${device} up`)
  const places: Place[] = []
  for (const [i, name] of names.entries()) {
    const { enter, holder } = await openNamespace(run, `${name}-network`)
    const host = addressOf(i + 2)
    act(inSwitch, `ip link add ${name} type veth peer name cable netns ${holder}`)
    act(inSwitch, `ip link set ${name} master switch up`)
    act(enter, `ip address add ${host}/28 dev cable`)
    act(enter, 'ip link set cable up')
    act(enter, 'ip link set lo up')
    places.push({
      host,
      enter,
      cut: () => act(inSwitch, `ip link set ${name} down`),
      heal: () => act(inSwitch, `ip link set ${name} up`),
      killAll: () => {
        const network = readlinkSync(`/proc/${holder}/ns/net`)
        return killAll(() => processesOn(network).filter((pid) => pid !== holder))
      },
    })
  }
  return { host: addressOf(1), places }
}

interface Namespace {
  /** Words before a command that shall run in it. */
  readonly enter: readonly string[]
  /** Id of the process that it lasts as long as. */
  readonly holder: number
}

async function openNamespace(run: RunDirectory, name: string): Promise<Namespace> {
  const machine = run.open(name)
  machine.start({ file: 'unshare', words: ['--net', '--', 'sleep', 'infinity'] })
  const ours = readlinkSync('/proc/self/ns/net')
  const holder = await until(
    async () => {
      const said = machine.lastWords().trim()
      if (said !== '') throw new Error(said)
      return processesIn(machine.directory)[0] ?? 0
    },
    (pid) => pid !== 0 && readlinkSync(`/proc/${pid}/ns/net`) !== ours,
  )
  return { holder, enter: ['nsenter', '--target', String(holder), '--net', '--'] }
}

/** A command that runs there. Only root may enter; then it becomes who it is to be. */
export function inside(enter: readonly string[], command: Command): Command {
  const { file, words, ids = {}, env = {} } = command
  const [first, ...rest] = enter
  if (first === undefined) return command
  const become = ['setpriv', `--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups', '--']
  const all = [...rest, ...(ids.uid === undefined ? [] : become), file, ...words]
  return { file: first, words: all, env }
}

/** Why this machine lets nobody have such a network; undefined if it does. */
export async function whyNoCables(): Promise<string | undefined> {
  await using run = openRunDirectory('cables')
  try {
    await openNodeNetwork(run, ['node'])
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error)
  }
}

function act(enter: readonly string[], command: string): void {
  const [file = '', ...words] = [...enter, ...command.split(' ')]
  execFileSync(file, words, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Fourteen that no network of this machine has, from those meant for tests of networks. */
function freeAddresses(): (i: number) => string {
  const taken = Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address))
  for (let block = process.pid; ; block++) {
    const place = (block % 2 ** 13) * 16
    const addressOf = (i: number) =>
      `198.${18 + (place >> 16)}.${(place >> 8) & 255}.${(place & 255) + i}`
    const all = Array.from({ length: 16 }, (_, i) => addressOf(i))
    if (!all.some((address) => taken.includes(address))) return addressOf
  }
}
