import { EventEmitter } from 'node:events'
import type { IpcMain } from 'electron'
import { type Same, strict } from './strict.ts'

/** Only one-way messages; `handle` is not there because the app does not use it. */
export const ipcMain = strict('ipcMain', new EventEmitter()) satisfies Same<
  IpcMain,
  'on' | 'off' | 'once' | 'removeAllListeners'
>
