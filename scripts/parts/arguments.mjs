import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { Problem } from './say.mjs'

/**
 * Takes `--name` flags and `--name value` options out of arguments; the rest is passed on.
 * @param {readonly string[]} args
 * @param {{ flags: readonly string[], options: readonly string[] }} known
 */
export function takeArguments(args, { flags, options }) {
  const given = {}
  const rest = []
  for (let i = 0; i < args.length; i += 1) {
    const [name, inline] = args[i].split(/=(.*)/s)
    if (flags.includes(name) && inline === undefined) given[name] = true
    else if (options.includes(name)) {
      const value = inline ?? args[++i]
      if (value === undefined || value === '') throw new Problem(`${name} wants a value`)
      given[name] = value
    } else rest.push(args[i])
  }
  return { given, rest }
}

/** Where a person's data lies by the custom of the system, unless told otherwise. */
export function dataFolder(given) {
  const chosen = given ?? process.env.TAPEDECK_DATA_DIR
  if (chosen !== undefined) return resolve(chosen)
  if (process.platform === 'win32')
    return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Tapedeck')
  if (process.platform === 'darwin')
    return join(homedir(), 'Library', 'Application Support', 'Tapedeck')
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'tapedeck')
}
