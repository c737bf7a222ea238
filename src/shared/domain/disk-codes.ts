import type { FailureCode } from './outcome.ts'

const CODES: Readonly<Record<string, FailureCode>> = {
  ENOSPC: 'storage-full',
  EDQUOT: 'storage-full',
  EROFS: 'storage-read-only',
  EACCES: 'storage-read-only',
  EPERM: 'storage-read-only',
}

/** What an error of the file system means for a file that is being written. */
export function diskCode(error: unknown): FailureCode {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return CODES[code] ?? 'unavailable'
}
