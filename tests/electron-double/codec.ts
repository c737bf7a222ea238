type Tagged = { readonly [tag: string]: unknown }

/**
 * Structured clone, near enough, through JSON. The function is also sent to the page as text, so it
 * must not use anything from outside its own braces.
 */
export function createCodec(): {
  readonly encode: (value: unknown) => unknown
  readonly decode: (value: unknown) => unknown
} {
  const TAG = '\u0000t'
  const uncloneable = (): never => {
    throw new Error('An object could not be cloned.')
  }
  const encodeObject = (value: object): unknown => {
    if (value instanceof Date) return { [TAG]: 'date', v: value.getTime() }
    if (value instanceof Map) return { [TAG]: 'map', v: [...value].map(encode) }
    if (value instanceof Set) return { [TAG]: 'set', v: [...value].map(encode) }
    if (value instanceof Error) return { [TAG]: 'error', v: value.message }
    if (ArrayBuffer.isView(value))
      return {
        [TAG]: 'bytes',
        v: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)],
      }
    if (Array.isArray(value)) return value.map(encode)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]))
  }
  const encode = (value: unknown): unknown => {
    if (value === undefined) return { [TAG]: 'undefined' }
    if (typeof value === 'bigint') return { [TAG]: 'bigint', v: String(value) }
    if (typeof value === 'number' && !Number.isFinite(value))
      return { [TAG]: 'number', v: String(value) }
    if (typeof value === 'function' || typeof value === 'symbol') return uncloneable()
    return typeof value === 'object' && value !== null ? encodeObject(value) : value
  }
  const decodeTagged = (tag: unknown, value: unknown): unknown => {
    const items = value as readonly unknown[]
    if (tag === 'bigint') return BigInt(String(value))
    if (tag === 'number') return Number(value)
    if (tag === 'date') return new Date(Number(value))
    if (tag === 'map') return new Map(items.map(decode) as [unknown, unknown][])
    if (tag === 'set') return new Set(items.map(decode))
    if (tag === 'error') return new Error(String(value))
    if (tag === 'bytes') return Uint8Array.from(items as readonly number[])
    return undefined
  }
  const decode = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map(decode)
    const tagged = value as Tagged
    if (TAG in tagged) return decodeTagged(tagged[TAG], tagged.v)
    return Object.fromEntries(Object.entries(tagged).map(([key, item]) => [key, decode(item)]))
  }
  return { encode, decode }
}

export const { encode, decode } = createCodec()
