import type { Schedule } from '../../../shared/domain/alert.ts'

const MINUTE = 60_000
const DAY_MINUTES = 1_440
/** A zone's clock is set by so much at most; this close to an opening it is asked every minute. */
const CLOCK_CHANGE_MINUTES = 180

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** The wall clock of a zone. Made once an alert: the formatter is dear. */
export class Hours {
  private readonly schedule: Schedule
  private readonly format: Intl.DateTimeFormat

  /** @throws RangeError when the zone is unknown; `isZone` tells before */
  constructor(schedule: Schedule) {
    this.schedule = schedule
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: schedule.zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  }

  /** Whether the alert may fire at this epoch ms. */
  isOpen(at: number): boolean {
    const { day, minute } = this.clock(at)
    const { days, from, to } = this.schedule
    if (from < to) return days.includes(day) && minute >= from && minute < to
    // Through midnight: the evening of its day, and the morning after it.
    return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to)
  }

  /** When to ask again while it is closed: at the opening or before, never after it. */
  askAgain(at: number): number {
    const { day, minute } = this.clock(at)
    const { days, from } = this.schedule
    let wait = Number.POSITIVE_INFINITY
    for (const each of days) {
      const ahead = ((each - day + 7) % 7) * DAY_MINUTES + from - minute
      wait = Math.min(wait, ahead > 0 ? ahead : ahead + 7 * DAY_MINUTES)
    }
    const minutes = Math.max(1, wait - CLOCK_CHANGE_MINUTES)
    return (Math.floor(at / MINUTE) + minutes) * MINUTE
  }

  private clock(at: number): { readonly day: number; readonly minute: number } {
    const parts = this.format.formatToParts(at)
    const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? ''
    return {
      day: DAYS.indexOf(part('weekday')),
      minute: Number(part('hour')) * 60 + Number(part('minute')),
    }
  }
}

/** Whether the computer knows a zone by this name. */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
