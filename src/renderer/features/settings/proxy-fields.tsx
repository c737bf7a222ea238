import { useTranslation } from 'react-i18next'
import { Segments } from '../../ui/segments.tsx'
import { isProxyWrong, type ProxyDraft, type ProxyMode } from './network-model.ts'
import { TextRow } from './text-row.tsx'

export interface ProxyFieldsProps {
  readonly label: string
  readonly draft: ProxyDraft
  /** A venue may also do as all do. */
  readonly inherits?: boolean
  readonly onChange: (draft: ProxyDraft) => void
}

/** Which proxy, and its address and password when it is a certain one. */
export function ProxyFields({ label, draft, inherits = false, onChange }: ProxyFieldsProps) {
  const { t } = useTranslation()
  const modes: readonly ProxyMode[] = inherits
    ? ['same', 'system', 'none', 'manual']
    : ['system', 'none', 'manual']
  return (
    <>
      <div className="settings-row">
        <span>{label}</span>
        <Segments
          label={label}
          value={draft.mode}
          options={modes.map((value) => ({ value, text: t(`network.${value}`) }))}
          onChange={(mode) => onChange({ ...draft, mode })}
        />
      </div>
      {draft.mode === 'manual' ? (
        <>
          <TextRow
            label={t('network.address')}
            hint={t('network.addressHint')}
            problem={isProxyWrong(draft) ? t('network.addressWrong') : null}
            value={draft.url}
            wide
            onChange={(url) => onChange({ ...draft, url })}
          />
          <TextRow
            label={t('network.password')}
            hint={t('network.passwordHint')}
            problem={null}
            value={draft.password}
            secret
            wide
            onChange={(password) => onChange({ ...draft, password })}
          />
        </>
      ) : null}
    </>
  )
}
