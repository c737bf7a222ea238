import { useTranslation } from 'react-i18next'
import { useFreshness, useSession, useView } from '../../binding/desk.ts'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { CoverageTable } from './coverage-table.tsx'
import { Gaps } from './gaps.tsx'
import { Minutes } from './minutes.tsx'
import './completeness.css'
import './gaps.css'

/** What is recorded whole, what is missing, and what is being done about it. */
export function CompletenessPanel() {
  const { t } = useTranslation()
  const ledger = useSession((session) => session.ledger)
  const market = useView()?.market
  const fresh = useFreshness()
  return (
    <Panel title={t('completeness.title')} old={fresh !== 'fresh'}>
      {ledger === null ? (
        <Message busy title={t('completeness.loading')} />
      ) : (
        <div className="completeness">
          <div className="completeness-grid">
            {ledger.coverage.length === 0 ? null : <CoverageTable ledger={ledger} />}
            {market === undefined ? null : <Minutes market={market} key={market} />}
            <Gaps ledger={ledger} />
          </div>
        </div>
      )}
    </Panel>
  )
}
