// A network with one other machine, which is this one again: what is sent to the far address comes back to the near one, as
// if from there. In between packets are late or lost, and the kernel's own TCP has to cope. Swapping the two addresses of
// a packet leaves its checksums as they are. The device goes with the process that holds it, however that ends.
import { spawn } from 'node:child_process'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { Weather } from './lossy-line.ts'

const [device = '', near = ''] = process.argv.slice(2)
let weather: Weather = { lossPercent: 0, delayMs: 0 }

const socket = createSocket('udp4')
socket.on('message', (packet, from) => {
  const isIpv4 = (packet[0] ?? 0) >> 4 === 4
  if (!isIpv4 || Math.random() * 100 < weather.lossPercent) return
  const source = packet.readUInt32BE(12)
  packet.copy(packet, 12, 16, 20)
  packet.writeUInt32BE(source, 16)
  if (weather.delayMs === 0) send(packet, from)
  else setTimeout(send, weather.delayMs, packet, from)
})
socket.bind(0, '127.0.0.1')
await once(socket, 'listening')

const tunnel = `TUN:${near}/30,tun-name=${device},iff-no-pi,iff-up`
const words = ['--pdeathsig', 'KILL', 'socat', tunnel, `UDP4:127.0.0.1:${socket.address().port}`]
const socat = spawn('setpriv', words, { stdio: ['ignore', 'ignore', 'inherit'] })
socat.once('exit', () => process.exit(1))
process.on('message', (next: Weather) => {
  weather = next
})
process.once('disconnect', () => process.exit(0))

function send(packet: Buffer, { port, address }: RemoteInfo): void {
  socket.send(packet, port, address)
}
