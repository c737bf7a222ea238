import { createCodec } from './codec.ts'

// The functions below run inside the page: they are sent there as text and must not use anything
// from outside their own braces. Node hands out their source with the types already stripped.

interface Link {
  expose(name: string, value: unknown): void
}
type Codec = ReturnType<typeof createCodec>
type Wire = { readonly k: string; readonly [field: string]: unknown }

/**
 * Joins the page's world and the preload's isolated world as contextBridge does: data is copied,
 * functions and promises become stand-ins. Events on the shared document are delivered at once, so
 * a call across the worlds returns its value like any other call.
 */
function createLink(codec: Codec, me: string, peer: string, key: string): Link {
  const functions = new Map<string, (...values: unknown[]) => unknown>()
  const promises = new Map<string, PromiseWithResolvers<unknown>>()
  let count = 0
  let answer: Wire | null = null
  const emit = (wire: Wire): void => {
    document.dispatchEvent(new CustomEvent(key + peer, { detail: JSON.stringify(wire) }))
  }
  const out = (value: unknown): unknown => {
    if (typeof value === 'function') {
      const id = `${me}${++count}`
      functions.set(id, value as (...values: unknown[]) => unknown)
      return { $f: id }
    }
    if (value instanceof Promise) {
      const id = `${me}${++count}`
      value.then(
        (result) => emit({ k: 'resolve', id, value: out(result) }),
        (error) => emit({ k: 'reject', id, value: String(error?.message ?? error) }),
      )
      return { $p: id }
    }
    if (Array.isArray(value)) return { $a: value.map(out) }
    if (value !== null && typeof value === 'object' && value.constructor === Object)
      return { $o: Object.fromEntries(Object.entries(value).map(([name, v]) => [name, out(v)])) }
    return { $v: codec.encode(value) }
  }
  const take = (wire: unknown): unknown => {
    const { $f, $p, $a, $o, $v } = wire as Record<string, unknown>
    if ($f !== undefined) return (...values: unknown[]) => call(String($f), values)
    if ($a !== undefined) return Object.freeze(($a as unknown[]).map(take))
    if ($o !== undefined) {
      const entries = Object.entries($o as object).map(([name, v]) => [name, take(v)])
      return Object.freeze(Object.fromEntries(entries))
    }
    if ($p === undefined) return codec.decode($v)
    const promise = Promise.withResolvers<unknown>()
    promises.set(String($p), promise)
    return promise.promise
  }
  const call = (id: string, values: readonly unknown[]): unknown => {
    answer = null
    emit({ k: 'call', id, values: values.map(out) })
    const given = answer as Wire | null
    if (given === null) return undefined
    if (given.error !== undefined) throw new Error(String(given.error))
    return take(given.value)
  }
  const called = (id: string, values: readonly unknown[]): void => {
    try {
      emit({ k: 'return', value: out(functions.get(id)?.(...values.map(take))) })
    } catch (error) {
      emit({ k: 'return', error: error instanceof Error ? error.message : String(error) })
    }
  }
  const exposed = (name: string, value: unknown): void => {
    if (name in window)
      throw new Error('Cannot bind an API on top of an existing property on the window object')
    Object.defineProperty(window, name, { value: take(value), enumerable: true })
  }
  document.addEventListener(key + me, (event) => {
    const wire = JSON.parse((event as CustomEvent<string>).detail) as Wire
    const id = String(wire.id)
    if (wire.k === 'call') called(id, wire.values as readonly unknown[])
    else if (wire.k === 'return') answer = wire
    else if (wire.k === 'resolve') promises.get(id)?.resolve(take(wire.value))
    else if (wire.k === 'reject') promises.get(id)?.reject(new Error(String(wire.value)))
    else if (wire.k === 'expose') exposed(String(wire.name), wire.value)
  })
  return { expose: (name, value) => emit({ k: 'expose', name, value: out(value) }) }
}

/** The page's world: everything that would leave the page is asked of the main process instead. */
function guardPage(leaveBinding: string): void {
  const leave = Reflect.get(window, leaveBinding) as (text: string) => void
  Reflect.deleteProperty(window, leaveBinding)
  const tell = (how: 'open' | 'navigate', url: string): void => leave(JSON.stringify({ how, url }))
  window.open = (url) => {
    tell('open', new URL(String(url), location.href).href)
    return null
  }
  document.addEventListener(
    'click',
    (event) => {
      const anchor = (event.target as Element | null)?.closest?.('a[href]')
      if (!(anchor instanceof HTMLAnchorElement)) return
      const outside = anchor.origin !== location.origin
      if (!outside && anchor.target !== '_blank') return
      event.preventDefault()
      tell(anchor.target === '_blank' ? 'open' : 'navigate', anchor.href)
    },
    true,
  )
}

/** Electron as a sandboxed preload sees it; returns what the preload's `require` answers. */
function createPreloadElectron(codec: Codec, link: Link, postBinding: string): object {
  type Listener = (event: object, ...values: unknown[]) => void
  const listeners = new Map<string, Listener[]>()
  const post = Reflect.get(globalThis, postBinding) as (text: string) => void
  const ipcRenderer = {
    send: (channel: string, ...values: unknown[]) =>
      post(JSON.stringify({ channel, values: values.map(codec.encode) })),
    on(channel: string, listener: Listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    },
    off(channel: string, listener: Listener) {
      const kept = (listeners.get(channel) ?? []).filter((one) => one !== listener)
      listeners.set(channel, kept)
      return ipcRenderer
    },
  }
  Reflect.set(globalThis, '__deliver', (text: string) => {
    const { channel, values } = JSON.parse(text) as { channel: string; values: unknown[] }
    for (const listener of listeners.get(channel) ?? [])
      listener({ sender: ipcRenderer, ports: [] }, ...values.map(codec.decode))
  })
  return {
    ipcRenderer,
    contextBridge: {
      exposeInMainWorld: (name: string, value: unknown) => link.expose(name, value),
    },
  }
}

/** Script for the page's own world. */
export const mainWorld = (key: string, leaveBinding: string): string => `(() => {
if (window.top !== window) return
const codec = (${createCodec})()
;(${createLink})(codec, 'M', 'I', ${JSON.stringify(key)})
;(${guardPage})(${JSON.stringify(leaveBinding)})
})()`

/** Script for the isolated world: runs the preload with nothing but Electron's `require`. */
export const isolatedWorld = (
  key: string,
  postBinding: string,
  preload: string,
): string => `(() => {
if (window.top !== window) return
const codec = (${createCodec})()
const link = (${createLink})(codec, 'I', 'M', ${JSON.stringify(key)})
const electron = (${createPreloadElectron})(codec, link, ${JSON.stringify(postBinding)})
const require = (name) => {
  if (name === 'electron') return electron
  throw new Error('module not found: ' + name + ' (the preload is sandboxed)')
}
const module = { exports: {} }
const process = { type: 'renderer', sandboxed: true, contextIsolated: true, versions: {}, env: {} }
try {
  (function (require, module, exports, process, Buffer, global) {${preload}
  }).call(globalThis, require, module, module.exports, process, undefined, undefined)
} catch (error) {
  globalThis[${JSON.stringify(postBinding)}](JSON.stringify({ failed: String(error && error.stack || error) }))
}
})()`
