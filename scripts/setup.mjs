// What every script needs first: packages as the lock file says, Node 24, a fresh build.
// Plain JavaScript without dependencies: it must run on Node 18 before anything is installed.
import { buildApp, buildReason } from './parts/build.mjs'
import { withLock } from './parts/lock.mjs'
import { fetchNode, install, installReason, nodePath } from './parts/packages.mjs'
import { at } from './parts/root.mjs'
import { Problem, say } from './parts/say.mjs'

export {
  chromiumAdvice,
  findChromium,
  findHeadlessShell,
  installChromium,
  installHeadlessShell,
} from './parts/chromium.mjs'
export { nodePath } from './parts/packages.mjs'

/**
 * Installs what is missing and builds what is stale; does nothing, quickly, when all is well. Two
 * runs at once wait for each other.
 * @param {{ build?: boolean, log?: (text: string) => void }} [options] `build: false` leaves `out`
 *   alone; `log` takes one line at a time
 * @returns {Promise<{ node: string }>} absolute path of Node 24
 * @throws {Problem} one line: the reason and what to do
 */
export async function prepare({ build = true, log = say } = {}) {
  if (Number(process.versions.node.split('.')[0]) < 18)
    throw new Problem(
      `this needs Node 18 or newer to start, here is ${process.version}`,
      'Update Node',
    )
  if (installReason() !== null || nodePath() === null) {
    await exclusively(log, async () => {
      const reason = installReason()
      if (reason !== null) await install(reason, log)
      else if (nodePath() === null) await fetchNode(log)
    })
  }
  if (build && buildReason() !== null) {
    await exclusively(log, async () => {
      const reason = buildReason()
      if (reason !== null) await buildApp(reason, log)
    })
  }
  return { node: nodePath() }
}

function exclusively(log, work) {
  const waiting = (pid) => log(`waiting for another run (process ${pid}) that is setting up …`)
  return withLock(at('.cache', 'setup.lock'), waiting, work)
}
