import { spawn } from 'node:child_process'

const OPENERS = { darwin: 'open', win32: 'rundll32' }

/** Why no browser should be opened by itself; null when one may be. */
export function browserObstacle(env = process.env) {
  if (env.TAPEDECK_NO_OPEN === '1') return 'TAPEDECK_NO_OPEN=1'
  if (env.CI !== undefined && env.CI !== '' && env.CI !== 'false') return 'CI'
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return 'no display'
  return null
}

/** Opens the address in the default browser. Resolves with whether that seems to have worked. */
export function openBrowser(url) {
  const command = OPENERS[process.platform] ?? 'xdg-open'
  // Not `cmd /c start`: it would read the & of an address as the end of the command.
  const args = process.platform === 'win32' ? ['url.dll,FileProtocolHandler', url] : [url]
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
    // Some openers stay for as long as the browser does.
    setTimeout(() => resolve(true), 3_000).unref()
    child.unref()
  })
}
