/** Bytes that must stand between two fields, prepared so that they are compared eight or four at a time. */
export interface Literal {
  readonly length: number
  /**
   * Eight bytes each, the last eight at the end. ASCII is never a NaN and never zero as a double, so
   * that two such doubles are equal when all their bytes are.
   */
  readonly words: Float64Array
  /** The first and the last bytes of one that is shorter than eight: four, two or one. */
  readonly head: number
  readonly tail: number
}

/** @param text ASCII, not empty */
export function literalOf(text: string): Literal {
  const bytes = Buffer.from(text, 'latin1')
  const { length } = bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  const words = new Float64Array(length < 8 ? 0 : Math.ceil(length / 8))
  for (let n = 0; n < words.length; n += 1)
    words[n] = view.getFloat64(Math.min(8 * n, length - 8), true)
  if (length >= 4)
    return { length, words, head: view.getInt32(0, true), tail: view.getInt32(length - 4, true) }
  if (length >= 2)
    return { length, words, head: view.getUint16(0, true), tail: view.getUint16(length - 2, true) }
  return { length, words, head: view.getUint8(0), tail: view.getUint8(0) }
}

/** Whether these bytes stand there; the caller has made sure that there are so many. */
export function standsAt(view: DataView, at: number, literal: Literal): boolean {
  const { length } = literal
  if (length >= 8) {
    const { words } = literal
    const last = words.length - 1
    for (let n = 0; n < last; n += 1)
      if (view.getFloat64(at + 8 * n, true) !== words[n]) return false
    return view.getFloat64(at + length - 8, true) === words[last]
  }
  const { head, tail } = literal
  if (length >= 4)
    return view.getInt32(at, true) === head && view.getInt32(at + length - 4, true) === tail
  if (length >= 2)
    return view.getUint16(at, true) === head && view.getUint16(at + length - 2, true) === tail
  return view.getUint8(at) === head
}
