/** What the rest of the project knows of the simulator: addresses in, addresses out. */
export interface SimulatorAddress {
  readonly venue: string
  /** Complete WebSocket address, path included: what goes into `venues.<id>.ws` of a config. */
  readonly ws: string
  /** REST base without a slash at the end. */
  readonly rest: string
}

export interface RunningSimulator {
  readonly addresses: readonly SimulatorAddress[]
  close(): Promise<void>
}
