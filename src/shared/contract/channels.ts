/** Names on the Electron wire. No imports: the sandboxed preload bundles this file. */
export const IPC_OPEN = 'tapedeck:open'
export const IPC_MESSAGE = 'tapedeck:message'
export const IPC_CLOSED = 'tapedeck:closed'
/** Where the preload puts its bridge on `window`. */
export const BRIDGE = 'tapedeck'
