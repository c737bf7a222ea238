import type { Console } from './console.ts'

const EVERY_MS = 250

export interface Progress {
  at(count: number): void
  end(): void
}

/** A count that runs on stderr while a person watches it; silent anywhere else. */
export function createProgress(
  { stderr, clock }: Pick<Console, 'stderr' | 'clock'>,
  unit = 'trades',
): Progress {
  let shownAt: number | null = null
  let latest = 0
  const show = (): void => {
    stderr.write(`\r${latest.toLocaleString('en')} ${unit}`)
  }
  return {
    at(count) {
      latest = count
      if (stderr.isTTY !== true) return
      if (shownAt !== null && clock.monotonic() - shownAt < EVERY_MS) return
      shownAt = clock.monotonic()
      show()
    },
    end() {
      if (shownAt === null) return
      show()
      stderr.write('\n')
    },
  }
}
