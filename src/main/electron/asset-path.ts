import { isAbsolute, relative, resolve } from 'node:path'

/** The page's one address: scheme and host as they are registered with Electron. */
export const APP_SCHEME = 'app'
export const APP_HOST = 'tapedeck'
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`
export const APP_START = `${APP_ORIGIN}/index.html`

/**
 * The file below `root` that an address of the app's own scheme names, or `undefined` when it names
 * none: another host, an escape from the folder (plain, encoded or with backslashes), a NUL, or
 * broken percent-encoding. Whether the file exists is for the caller to find out.
 */
export function assetPath(root: string, address: string): string | undefined {
  const prefix = `${APP_ORIGIN}/`
  if (!address.startsWith(prefix)) return undefined
  const encoded = address.slice(prefix.length).replace(/[?#].*$/s, '')
  let path: string
  try {
    path = decodeURIComponent(encoded)
  } catch {
    return undefined
  }
  // A backslash separates folders on Windows, a colon names a drive or a stream there; no file of
  // the build needs either.
  if (/[\0\\:]/.test(path)) return undefined
  const file = resolve(root, `./${path === '' ? 'index.html' : path}`)
  const below = relative(resolve(root), file)
  const inside = below !== '' && below !== '..' && !/^\.\.[/\\]/.test(below) && !isAbsolute(below)
  return inside ? file : undefined
}
