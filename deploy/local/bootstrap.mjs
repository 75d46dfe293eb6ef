// Plain JavaScript, for the Node that the machine happens to have (18 or later): installs the workspace, and with it
// the Node 24 that npm then finds first on the PATH. A stamp makes the second start free.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const stampFile = join(root, 'node_modules/.bootstrap')

const supported = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64']
const platform = `${process.platform}-${process.arch}`
if (!supported.includes(platform)) {
  stop(
    `Sleepwell runs on ${supported.join(', ')}; this machine is ${platform}. Use Docker or a Linux machine.`,
  )
}
const major = Number(process.versions.node.split('.')[0])
if (process.platform === 'darwin' && major < 24) {
  stop(`On macOS Sleepwell needs Node 24 or later; this is Node ${process.versions.node}.`)
}

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const wanted = createHash('sha256')
for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
  wanted.update(readFileSync(join(root, file)))
}
const stamp = `${wanted.digest('hex')} ${platform}`

if (readStamp() !== stamp) {
  process.stderr.write(
    `Installing what Sleepwell needs with ${packageManager} (once, about ten seconds)\n`,
  )
  const install = [
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--config.confirmModulesPurge=false',
  ]
  const { status, error } = spawnSync('npx', install, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) stop(`npx could not be started (${error.message}); npm must be installed beside Node.`)
  if (status !== 0)
    stop('The install did not finish; the lines above say why. Nothing else was changed.')
  writeFileSync(stampFile, stamp)
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return undefined
  }
}

/** @param {string} sentence */
function stop(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
