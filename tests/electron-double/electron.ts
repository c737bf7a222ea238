// Stands in for the `electron` module in the main process. What is listed here as absent can be
// imported, as from the real one, and fails by its name at the first use.
import './control.ts'
import type Electron from 'electron'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { dialog, powerMonitor, shell } from './desktop.ts'
import { ipcMain } from './ipc-main.ts'
import { Menu } from './menu.ts'
import { protocol } from './schemes.ts'
import { session } from './session.ts'
import { absent } from './strict.ts'
import { Notification, nativeImage, Tray } from './tray.ts'

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  nativeImage,
  powerMonitor,
  protocol,
  session,
  shell,
  Tray,
}

export const clipboard = absent('clipboard')
export const crashReporter = absent('crashReporter')
export const globalShortcut = absent('globalShortcut')
export const nativeTheme = absent('nativeTheme')
export const net = absent('net')
export const powerSaveBlocker = absent('powerSaveBlocker')
export const safeStorage = absent('safeStorage')
export const screen = absent('screen')
export const utilityProcess = absent('utilityProcess')

const module = {
  app,
  BrowserWindow,
  clipboard,
  crashReporter,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
}

// Every name must be one that the real module exports.
export default module satisfies Partial<Record<keyof typeof Electron, unknown>>
