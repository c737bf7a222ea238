import { open, rename, rm, stat } from 'node:fs/promises'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Terminal } from './console.ts'

/** Where exported text goes. `write` waits while the other end is busy. */
export interface Sink {
  /** False: nobody reads any more, and nothing more is wanted. */
  write(text: string): Promise<boolean>
  /** All of it is there. */
  finish(): Promise<void>
  /** It broke off: leaves nothing half-done behind. */
  discard(): Promise<void>
}

/** A file that appears under its name only when it is whole. */
export async function fileSink(path: string): Promise<Outcome<Sink>> {
  const part = `${path}.part`
  const folder = await stat(path).catch(() => null)
  if (folder?.isDirectory() === true) return fail('invalid', `${path} is a folder`)
  const opened = await open(part, 'w').catch((error: Error) => error)
  if (opened instanceof Error) return fail('unavailable', `cannot write ${part}: ${opened.message}`)
  return ok({
    write: async (text) => {
      await opened.appendFile(text)
      return true
    },
    finish: async () => {
      await opened.sync()
      await opened.close()
      await rename(part, path)
    },
    discard: async () => {
      await opened.close().catch(() => {}) // closed already, or the disk is gone
      await rm(part, { force: true })
    },
  })
}

/** Standard output. A reader that went away (`| head`) is the end, not an error. */
export function streamSink(stream: Terminal): Sink {
  let broken: NodeJS.ErrnoException | null = null
  let wake: () => void = () => {}
  const onError = (error: NodeJS.ErrnoException): void => {
    broken = error
    wake()
  }
  const onDrain = (): void => wake()
  stream.on('error', onError)
  stream.on('drain', onDrain)
  const release = async (): Promise<void> => {
    stream.off('drain', onDrain)
    stream.off('error', onError)
  }
  const closed = (): boolean => {
    if (broken !== null && broken.code !== 'EPIPE') throw broken
    return broken !== null || stream.destroyed
  }
  return {
    write: async (text) => {
      if (closed()) return false
      const room = new Promise<void>((resolve) => {
        wake = resolve
      })
      // Pipes are written at once and never say that they are full: give signals their turn.
      if (stream.write(text)) await new Promise((resolve) => setImmediate(resolve))
      else await room
      return !closed()
    },
    finish: release,
    discard: release,
  }
}
