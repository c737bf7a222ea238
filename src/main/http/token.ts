import { randomBytes } from 'node:crypto'

/** A key that nobody guesses: 32 random bytes, in letters that a URL and a cookie take as they are. */
export const newToken = (): string => randomBytes(32).toString('base64url')
