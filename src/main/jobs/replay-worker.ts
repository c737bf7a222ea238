import { parentPort } from 'node:worker_threads'
import { systemClock } from '../platform/system-clock.ts'
import { openReader } from '../store/reader.ts'
import type { FromReplay, ToReplay } from './replay-protocol.ts'
import { type ReplayRooms, ReplaySession } from './replay-session.ts'
import { stepBack } from './serve-task.ts'

/** The entry of a replay's thread: one replay, until it is told to end. */
if (parentPort !== null) {
  const port = parentPort
  const post = (message: FromReplay): void => port.postMessage(message)
  const rooms: ReplayRooms = { clock: systemClock, openReader, post }
  let session: ReplaySession | null = null
  stepBack()
  port.on('message', (message: ToReplay) => {
    if (message.t === 'start') {
      const opened = ReplaySession.open(rooms, message)
      if (opened.ok) session = opened.value
      post(opened.ok ? { t: 'started' } : { t: 'refused', failure: opened.failure })
    } else if (message.t === 'act') session?.act(message.action)
    else if (message.t === 'watch') session?.watch(message.market, message.on)
    else if (message.t === 'taken') session?.taken()
    else {
      session?.close()
      port.close()
    }
  })
}
