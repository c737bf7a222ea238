import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** An absolute path inside the project. */
export const at = (...parts) => join(root, ...parts)
