import { useTranslation } from 'react-i18next'
import { Panel } from '../../ui/panel.tsx'

/** Several ways to get the same trades, measured side by side. */
export function LabPanel() {
  const { t } = useTranslation()
  return <Panel title={t('lab.title')}>{null}</Panel>
}
