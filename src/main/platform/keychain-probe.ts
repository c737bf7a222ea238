import { randomUUID } from 'node:crypto'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'

const SERVICE = 'tapedeck-doctor'

/**
 * Writes, reads and deletes a dummy secret: the only honest proof that a keychain works (reading
 * `null` proves nothing). On Linux pinned to the Secret Service; the library's default would fall
 * back in silence to a store in memory. A locked keychain may ask its owner, hence the deadline.
 */
export async function probeKeychain(deadlineMs: number): Promise<Outcome<null>> {
  const signal = AbortSignal.timeout(deadlineMs)
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring')
    const entry = new AsyncEntry(SERVICE, randomUUID(), { linux: { store: 'secret-service' } })
    const secret = randomUUID()
    const within = <T>(work: Promise<T>): Promise<T> => Promise.race([work, rejection(signal)])
    await within(entry.setPassword(secret, signal))
    const read = await within(entry.getPassword(signal))
    await within(entry.deletePassword(signal))
    return read === secret ? ok(null) : fail('unavailable', 'it gave back something else')
  } catch (error) {
    if (signal.aborted) return fail('unavailable', `no answer within ${deadlineMs / 1_000} s`)
    return fail('unavailable', error instanceof Error ? error.message : String(error))
  }
}

/** The native call may ignore its signal while the system shows a prompt. */
const rejection = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
