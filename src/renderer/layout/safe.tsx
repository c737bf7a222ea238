import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Failsafe } from '../ui/failsafe.tsx'
import { Message } from '../ui/message.tsx'

/** A panel that, should it break, breaks alone. */
export function Safe({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Failsafe
      instead={(again) => (
        <Message tone="alarm" title={t('app.crashed')} why={t('app.crashedWhy')}>
          <Button icon="refresh" onClick={again}>
            {t('app.reopen')}
          </Button>
        </Message>
      )}
    >
      {children}
    </Failsafe>
  )
}
