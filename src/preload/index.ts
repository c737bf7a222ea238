import { contextBridge, ipcRenderer } from 'electron'
import { BRIDGE, IPC_CLOSED, IPC_MESSAGE, IPC_OPEN } from '../shared/contract/channels.ts'

/** A port to the engine. The id tells its messages from those of a port or a page load before it. */
function connect() {
  const id = crypto.randomUUID()
  const call: { message?: (value: unknown) => void; close?: () => void } = {}
  let open = true
  const onMessage = (_: unknown, to: unknown, value: unknown) => to === id && call.message?.(value)
  const onClosed = (_: unknown, to: unknown) => {
    if (to !== id) return
    open = false
    ipcRenderer.off(IPC_MESSAGE, onMessage).off(IPC_CLOSED, onClosed)
    call.close?.()
  }
  ipcRenderer.on(IPC_MESSAGE, onMessage).on(IPC_CLOSED, onClosed).send(IPC_OPEN, id)
  return {
    send: (value: unknown) => open && ipcRenderer.send(IPC_MESSAGE, id, value),
    onMessage: (listener: (value: unknown) => void) => {
      call.message = listener
    },
    onClose: (listener: () => void) => {
      if (open) call.close = listener
      else listener()
    },
    close: () => open && ipcRenderer.send(IPC_CLOSED, id),
  }
}

contextBridge.exposeInMainWorld(BRIDGE, Object.freeze({ connect }))
