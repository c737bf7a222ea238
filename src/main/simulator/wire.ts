import { gzipSync } from 'node:zlib'
import type { Random } from './random.ts'
import type { TradeFrame } from './trade-frame.ts'

/** What a venue's frames are made of: text, UTF-8 in binary frames, or gzip in binary frames. */
export type WireKind = 'text' | 'binary' | 'gzip'

/** Puts texts into frames. */
export interface Wire {
  pack(text: string): string | Buffer
  /** The same for a frame that may go to several sockets: it is packed once. */
  frame(frame: TradeFrame): string | Buffer
  /** A frame that no reader can take for a trade, made from a real one. */
  spoiled(text: string, draw: Random): string | Buffer
}

export function createWire(kind: WireKind): Wire {
  const packed = new WeakMap<TradeFrame, Buffer>()
  const bytes = (text: string): Buffer =>
    kind === 'gzip' ? gzipSync(text, { level: 1 }) : Buffer.from(text, 'utf8')
  const pack = (text: string): string | Buffer => (kind === 'text' ? text : bytes(text))
  return {
    pack,
    frame(frame) {
      if (kind === 'text') return frame.text
      const known = packed.get(frame) ?? bytes(frame.text)
      packed.set(frame, known)
      return known
    },
    spoiled(text, draw) {
      if (kind !== 'gzip' || draw.next() < 0.5) return pack(spoiledText(text, draw))
      const whole = bytes(text)
      return whole.subarray(0, Math.max(1, whole.length >> 1))
    },
  }
}

/** A text that is no JSON any more. */
export function spoiledText(text: string, draw: Random): string {
  const kind = draw.whole(4)
  if (kind === 0) return text.slice(0, Math.max(1, Math.floor(text.length / 2)))
  if (kind === 1) return `${text.slice(0, -1)},"`
  if (kind === 2) return '<html><body>502 Bad Gateway</body></html>'
  return text.replaceAll('"', "'")
}

/** Larger than any frame of a venue: the length of an oversized text. */
const OVERSIZED_BYTES = 20 * 1024 * 1024

/** Good JSON that says nothing, in 20 MB. */
export const oversizedText = (): string => `{"oversized":"${'x'.repeat(OVERSIZED_BYTES - 16)}"}`
