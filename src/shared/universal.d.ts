// The few globals that Node and browsers share and that the wire code may use. Everything else of
// either world stays out of src/shared.
export {}

declare global {
  interface AbortSignal {
    readonly aborted: boolean
    addEventListener(type: 'abort', listener: () => void): void
    removeEventListener(type: 'abort', listener: () => void): void
  }
  class AbortController {
    readonly signal: AbortSignal
    abort(): void
  }
  function queueMicrotask(task: () => void): void
}
