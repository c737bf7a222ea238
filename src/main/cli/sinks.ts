import type { Terminal } from './console.ts'

/** Where exported text goes. `write` waits while the other end is busy. */
export interface Sink {
  /** False: nobody reads any more, and nothing more is wanted. */
  write(text: string): Promise<boolean>
  /** Nothing more comes. */
  finish(): Promise<void>
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
  }
}
