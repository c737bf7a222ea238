import { EventEmitter } from 'node:events'
import type { Dialog, PowerMonitor, Shell } from 'electron'
import { record } from './record.ts'
import { type Same, strict } from './strict.ts'

type MessageBoxCall = [unknown, { message: string; detail?: string }] | [{ message: string }]

/** Nobody is there to answer: the first button is pressed at once. */
export const dialog = strict('dialog', {
  showErrorBox: (title: string, content: string) => {
    record.dialogs.push({ kind: 'error', text: `${title}\n${content}` })
    process.stderr.write(`electron double: error box: ${title}: ${content}\n`)
  },
  showMessageBox: async (...call: unknown[]) => {
    const { message, detail = '' } = (call as MessageBoxCall).at(-1) as {
      readonly message: string
      readonly detail?: string
    }
    record.dialogs.push({ kind: 'message', text: `${message}\n${detail}` })
    return { response: 0, checkboxChecked: false }
  },
}) satisfies Pick<Dialog, 'showErrorBox' | 'showMessageBox'>

export const shell = strict('shell', {
  openExternal: async (url: string) => void record.opened.push(url),
  openPath: async (path: string) => {
    record.opened.push(path)
    return ''
  },
}) satisfies Same<Shell, 'openExternal' | 'openPath'>

/** Its events are a test's to emit. */
export const powerMonitor = strict('powerMonitor', new EventEmitter()) satisfies Same<
  PowerMonitor,
  'on' | 'off' | 'once'
>
