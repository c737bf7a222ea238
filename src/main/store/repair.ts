import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import { storageFailure } from './storage-failure.ts'
import { openForWriting } from './store-server.ts'
import type { TapeFault } from './tape-verifier.ts'

/**
 * Puts aside what of a tape cannot be read (see `Quarantine`), as its only writer; answers with what that
 * was. Fails with `busy` while a recorder is at work, and as opening does.
 */
export function repairTape(path: string, now: EpochMs): Outcome<readonly TapeFault[]> {
  const opened = openForWriting(path)
  if (!opened.ok) return opened
  const { quarantine, close } = opened.value
  try {
    const faults = quarantine.repair(now)
    close()
    return ok(faults.filter(({ lost }) => lost))
  } catch (error) {
    try {
      close()
    } catch {
      // What went wrong first is what is told.
    }
    return { ok: false, failure: storageFailure(error) }
  }
}
