import { Problem } from './say.mjs'

const SWITCHES = ['demo', 'headless', 'download', 'no-open', 'help']
const VALUES = ['data-dir', 'port']

/**
 * Reads our own options; everything else is kept in its order, to be passed on.
 * @param {readonly string[]} argv
 * @returns {{ demo: boolean, headless: boolean, download: boolean, noOpen: boolean, help: boolean,
 *   dataDir?: string, port?: string, rest: string[] }}
 */
export function startOptions(argv) {
  const found = { rest: [] }
  for (let index = 0; index < argv.length; index += 1) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argv[index]) ?? []
    if (SWITCHES.includes(name) && inline === undefined) found[name] = true
    else if (VALUES.includes(name)) {
      const value = inline ?? argv[++index]
      if (value === undefined || value === '' || value.startsWith('--'))
        throw new Problem(`--${name} needs a value`, 'npm start -- --help lists the options')
      found[name] = value
    } else found.rest.push(argv[index])
  }
  return {
    demo: found.demo === true,
    headless: found.headless === true,
    download: found.download === true,
    noOpen: found['no-open'] === true,
    help: found.help === true,
    dataDir: found['data-dir'],
    port: portOf(found.port),
    rest: found.rest,
  }
}

function portOf(text) {
  if (text === undefined) return undefined
  const valid = /^\d{1,5}$/.test(text) && Number(text) <= 65_535
  if (!valid) throw new Problem(`--port ${text} is no port`, 'A number from 0 to 65535')
  return text
}
