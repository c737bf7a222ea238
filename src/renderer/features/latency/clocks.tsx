import { useTranslation } from 'react-i18next'
import type { MachineClock, VenueStatus } from '../../../shared/contract/status.ts'
import { useEngineNow, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import './stages.css'

/** What is known of each venue's clock, and of this computer's by all of them. */
export function ClocksView({ venues }: { readonly venues: readonly VenueStatus[] }) {
  const { t } = useTranslation()
  const machine = useSession((session) => session.engine?.machineClock ?? null)
  const columns = [
    { name: t('latency.offset'), long: t('latency.offsetLong') },
    { name: t('latency.drift'), long: t('latency.driftLong') },
    { name: t('latency.step'), long: t('latency.stepLong') },
    { name: t('latency.answers'), long: t('latency.answersLong') },
    { name: t('latency.roundTrip'), long: t('latency.roundTripLong') },
    { name: t('latency.measured'), long: '' },
  ]
  return (
    <div className="clocks">
      <Machine clock={machine} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
      <div className="clocks-table" tabIndex={0}>
        <table aria-label={t('latency.viewClocks')}>
          <thead>
            <tr>
              <th scope="col">{t('latency.venue')}</th>
              {columns.map(({ name, long }) => (
                <th scope="col" className="num" key={name} title={long}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {venues.map((status) => (
              <ClockRow key={status.venue} status={status} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function Machine({ clock }: { readonly clock: MachineClock | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const said =
    clock === null
      ? t('latency.clockUnknown')
      : t(clock.off ? 'latency.clockOff' : 'latency.clockGood', {
          // As a person sees their own clock: ahead of the venues is plus.
          offset: signed(-clock.offsetMs, format.ms),
          uncertainty: format.ms(clock.uncertaintyMs),
          n: format.count(clock.venues),
        })
  return (
    <p className="clocks-machine" role="status" data-off={clock?.off === true}>
      {said}
    </p>
  )
}

function ClockRow({ status }: { readonly status: VenueStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const venues = useSession((session) => session.info?.venues)
  const label = venues?.find(({ venue }) => venue === status.venue)?.label ?? status.venue
  const { clock } = status
  return (
    <tr>
      <th scope="row">{label}</th>
      {clock === null ? (
        <td className="muted" colSpan={6}>
          {t('latency.unknown')}
        </td>
      ) : (
        <>
          <td className="num">
            {signed(clock.offsetMs, format.ms)}{' '}
            <span className="muted">
              {t('latency.uncertain', { ms: format.ms(clock.uncertaintyMs) })}
            </span>
          </td>
          <td className="num">
            {clock.driftPpm === null
              ? DASH
              : t('latency.ppm', { n: signed(clock.driftPpm, (ppm) => format.fixed(ppm, 1)) })}
          </td>
          <td className="num">{format.ms(clock.resolutionMs)}</td>
          <td className="num">{format.count(clock.readings)}</td>
          <td className="num">{format.ms(clock.rttMs)}</td>
          <td className="num">{t('venues.ago', { age: format.age(now - clock.measuredAt) })}</td>
        </>
      )}
    </tr>
  )
}

const signed = (value: number, format: (value: number) => string): string =>
  `${value > 0 ? '+' : ''}${format(value)}`
