import { Component, type ReactNode } from 'react'

export interface FailsafeProps {
  /** What stands in for the part that broke; `again` builds it anew. */
  readonly instead: (again: () => void) => ReactNode
  readonly children: ReactNode
}

/** One broken panel must not take the others with it. */
export class Failsafe extends Component<FailsafeProps, { readonly broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true }
  }

  override render(): ReactNode {
    return this.state.broken
      ? this.props.instead(() => this.setState({ broken: false }))
      : this.props.children
  }
}
