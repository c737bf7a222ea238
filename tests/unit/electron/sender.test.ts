import { expect, test } from 'vitest'
import { type Sender, senderRefusal } from '../../../src/main/electron/sender.ts'

const ORIGIN = 'app://tapedeck'
const good: Sender = {
  knownWindow: true,
  frame: { origin: ORIGIN, parent: null, frameTreeNodeId: 7 },
  mainFrameId: 7,
}

test('the main frame of the app in a known window is heard', () => {
  expect(senderRefusal(good, ORIGIN)).toBeUndefined()
})

test.each<[string, Partial<Sender>]>([
  ['a window of somebody else', { knownWindow: false }],
  ['a frame that is gone', { frame: null }],
  ['a frame inside the page', { frame: { origin: ORIGIN, parent: {}, frameTreeNodeId: 7 } }],
  [
    'another frame without a parent',
    { frame: { origin: ORIGIN, parent: null, frameTreeNodeId: 8 } },
  ],
  ['a window without a main frame', { mainFrameId: undefined }],
  ['another page', { frame: { origin: 'https://evil.test', parent: null, frameTreeNodeId: 7 } }],
  ['a page without an origin', { frame: { origin: 'null', parent: null, frameTreeNodeId: 7 } }],
  ['a look-alike', { frame: { origin: 'app://tapedeck.evil', parent: null, frameTreeNodeId: 7 } }],
])('%s is refused', (_name, change) => {
  expect(senderRefusal({ ...good, ...change }, ORIGIN)).toBeTypeOf('string')
})
