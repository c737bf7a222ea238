import { expect, test } from 'vitest'
import { WaitingRoom } from '../../../src/main/electron/waiting-room.ts'
import { type Port, portPair } from '../../../src/shared/rpc/port.ts'

test('pages that are up before the engine are served when it is there, in order', () => {
  const [a, b] = portPair()
  const [c] = portPair()
  const served: Port[] = []
  const room = new WaitingRoom()
  room.admit(a)
  room.admit(b)
  expect(served).toEqual([])
  room.open((port) => served.push(port))
  room.admit(c)
  expect(served).toEqual([a, b, c])
})
