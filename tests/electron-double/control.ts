import type { Worker } from 'node:worker_threads'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { powerMonitor } from './desktop.ts'
import { type DoubleRecord, record } from './record.ts'
import { proxies, wouldGrant } from './session.ts'

/** What a test may ask of the double, over the channel of the child process. */
export type Order =
  | { readonly op: 'record' }
  /** Closes the first window as its close button does. */
  | { readonly op: 'close-window' }
  /** The person picks Quit. */
  | { readonly op: 'quit' }
  /** Kills the process behind the first window's page. */
  | { readonly op: 'crash-page' }
  /** The system is about to shut down. */
  | { readonly op: 'shut-down' }
  /** The machine woke from sleep, or its screen was unlocked. */
  | { readonly op: 'wake'; readonly event: 'resume' | 'unlock-screen' }
  /** What the system says of the proxy of every address from now on; null: it says nothing. */
  | { readonly op: 'set-proxy'; readonly answer: string | null }
  /** Ends the worker thread of that name. */
  | { readonly op: 'kill-thread'; readonly name: string }
  | { readonly op: 'would-grant'; readonly permission: string }

export type Answer = { readonly id: number; readonly value: unknown }
export type Message = Answer | { readonly cdp: number }

const threads = new Map<string, Worker>()
process.on('worker', (worker: Worker) => {
  // The name is known once the thread runs.
  worker.once('online', () => threads.set(worker.threadName ?? '', worker))
})

function current(): DoubleRecord {
  const windows = BrowserWindow.getAllWindows().map((window) => ({
    id: window.id,
    visible: window.isVisible(),
    focused: window.focused,
  }))
  return { ...record, windows }
}

async function obey(order: Order): Promise<unknown> {
  const [window] = BrowserWindow.getAllWindows()
  switch (order.op) {
    case 'record':
      return current()
    case 'close-window':
      return window?.close()
    case 'quit':
      return app.quit()
    case 'crash-page':
      return window?.webContents.crash()
    case 'shut-down':
      return powerMonitor.emit('shutdown', { preventDefault: () => {} })
    case 'wake':
      return powerMonitor.emit(order.event)
    case 'set-proxy':
      proxies.answer = order.answer
      return null
    case 'kill-thread':
      return threads.get(order.name)?.terminate()
    case 'would-grant':
      return wouldGrant(order.permission)
  }
}

process.on('message', async (message: Order & { readonly id: number }) => {
  const value = await obey(message)
  process.send?.({ id: message.id, value: value ?? null } satisfies Answer)
})
